"""For everybody: axe, the keyboard, a phone, dark and little motion."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.axe import CONTRAST, WCAG, violations
from tests.browser.home import GHOST
from tests.browser.steps import book, compare, found, look_for, open_booking, plan, roster


def test_axe_finds_nothing_and_little_motion_is_respected(page: Page, served: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    first, second = plan(page, served)
    behaviour = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert behaviour == "auto"
    open_booking(page, "Roster A", first).get_by_label("Posts", exact=True).fill("99")
    for closed in ("More filters", "Propose a creator", "Set terms for all", "Week by week"):
        page.get_by_text(closed).first.click()
    page.get_by_label("Only some").check()
    book(page, "Roster A", second)
    roster(page, "Roster A").get_by_label(f"Remove {second}", exact=True).click()
    look_for(page, "çel")
    expect(page.locator("#found-list")).to_contain_text(str(GHOST["handle"]))
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#problem a").first).to_be_visible()
    page.get_by_text("Plans", exact=True).click()
    assert violations(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, CONTRAST) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add a CSV").click()
    page.get_by_role("textbox", name="Bookings").fill("creator_id,posts\nc1,2\nc9,x")
    page.get_by_role("button", name="Read").click()
    expect(page.locator("#sheet-found li").first).to_be_visible()
    assert violations(page, WCAG) == []


def test_the_page_works_by_keyboard_alone(page: Page, served: str) -> None:
    page.goto(served)
    first, *_ = found(page)
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Skip to the comparison")).to_be_focused()
    add = page.get_by_label(f"Add {first} to Roster A", exact=True)
    add.focus()
    press("Enter")
    # Drawn anew, but still where the keyboard was.
    expect(add).to_be_focused()
    press("Tab")
    press("Space")
    page.locator("#scenarios-0-roster-0 summary").focus()
    press("Enter")
    press("Tab")
    expect(page.locator("#scenarios-0-roster-0-platform")).to_be_focused()
    roster(page, "Roster A").get_by_label(f"Remove {first}", exact=True).focus()
    press("Enter")
    expect(page.locator("#scenarios-0-roster")).to_be_focused()
    page.locator("#undo button").first.focus()
    press("Enter")
    page.get_by_role("button", name="Compare", exact=True).focus()
    press("Enter")
    expect(page.locator("#status")).to_have_text("2 rosters compared.")


def test_it_fits_from_a_phone_to_a_wide_screen(page: Page, served: str) -> None:
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    first, _ = plan(page, served)
    compare(page)
    for _ in range(4):
        page.get_by_role("button", name="Add a roster").click()
    page.get_by_label("Only some").check()
    open_booking(page, "Roster A", first)
    for width in (320, 390, 768, 1100, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(overflow) == 0, width
