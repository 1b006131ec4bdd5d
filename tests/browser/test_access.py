"""For everybody: axe, the keyboard, a phone, dark, little motion, and no large download."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from serving.door.routes import PAGE
from tests.browser.steps import compare, open_booking, plan

WCAG: dict[str, object] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}
CONTRAST: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
#: Own and library code before charts.
LARGEST_PAGE = 1_000_000


def violations(page: Page, rules: dict[str, object]) -> list[str]:
    """What axe finds, one line each."""
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


def test_axe_finds_nothing(page: Page, served: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    plan(page, served)
    open_booking(page, "Roster A", "@anna.glow").get_by_label("Posts", exact=True).fill("99")
    for closed in ("More filters", "Propose a creator", "Set terms for all", "Week by week"):
        page.get_by_text(closed).first.click()
    page.get_by_label("Only some").check()
    page.get_by_label("Add @Çelik to Roster A").click()
    page.get_by_label("Remove @Çelik").click()
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
    expect(page.locator("#found")).to_have_text("5 creators match, 5 shown.")
    press = page.keyboard.press
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the comparison")).to_be_focused()
    page.get_by_label("Add @anna.glow to Roster A").focus()
    press("Enter")
    # Drawn anew, but still where the keyboard was.
    expect(page.get_by_label("Add @anna.glow to Roster A")).to_be_focused()
    press("Tab")
    press("Space")
    page.locator("#scenarios-0-roster-0 summary").focus()
    press("Enter")
    press("Tab")
    expect(page.locator("#scenarios-0-roster-0-platform")).to_be_focused()
    page.get_by_label("Remove @anna.glow").first.focus()
    press("Enter")
    expect(page.locator("#scenarios-0-roster")).to_be_focused()
    page.locator("#undo button").first.focus()
    press("Enter")
    page.get_by_role("button", name="Compare", exact=True).focus()
    press("Enter")
    expect(page.locator("#status")).to_have_text("2 rosters compared.")


def test_it_fits_from_a_phone_to_a_wide_screen(page: Page, served: str) -> None:
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    plan(page, served)
    compare(page)
    for _ in range(4):
        page.get_by_role("button", name="Add a roster").click()
    page.get_by_label("Only some").check()
    open_booking(page, "Roster A", "@anna.glow")
    for width in (320, 390, 768, 1100, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(overflow) == 0, width


def test_little_motion_is_respected(page: Page, served: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(served)
    behaviour = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert behaviour == "auto"


def test_the_first_view_is_small(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.locator("#baseline svg")).to_be_visible()
    loaded = page.evaluate(
        """[...performance.getEntriesByType("resource")].filter((one) => one.name.includes("/page/"))
        .map((one) => [one.name.split("/page/")[1], one.decodedBodySize])"""
    )
    assert {name for name, _ in loaded} >= {"planner.js", "planner.css"}
    assert sum(size for _, size in loaded) < LARGEST_PAGE
    assert all((PAGE / name).is_file() for name, _ in loaded)
