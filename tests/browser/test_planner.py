"""The planner page in a browser, against a served application."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def _plan(page: Page, url: str) -> None:
    """Book @anna.glow in roster A and @bo in roster B."""
    page.goto(url)
    page.get_by_label("Add @anna.glow to Roster A").click()
    page.get_by_label("Add @bo to Roster B").click()


def _compare(page: Page) -> None:
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#status")).to_have_text("2 rosters compared.")


def test_a_comparison_is_told_in_sentences(page: Page, served: str) -> None:
    _plan(page, served)
    page.get_by_label("Posts").first.fill("3")
    _compare(page)
    first = page.locator(".verdict").first
    # Three posts add 0.3 % of 1.5 million: 4,500, half to one and a half times as much.
    expect(first).to_contain_text("Roster A is expected to add 4,500 in sales (2,250 to 6,750)")
    expect(first).to_contain_text("+0.3 % on the 1,500,000 expected anyway")
    # 750 a post, three posts.
    expect(first).to_contain_text("cost of 2,250")
    expect(page.locator("svg.chart").first).to_have_attribute(
        "aria-label", re.compile("Roster A: 4,500, from 2,250 to 6,750")
    )


def test_rosters_that_cannot_be_told_apart_are_called_so(page: Page, served: str) -> None:
    _plan(page, served)
    _compare(page)
    expect(page.locator(".differences")).to_contain_text(
        "Roster A and Roster B are not distinguishable"
    )


def test_a_rate_fills_the_fee_until_one_is_typed(page: Page, served: str) -> None:
    _plan(page, served)
    fee = page.get_by_label("Fee for all").first
    expect(fee).to_have_value("750")
    page.get_by_label("Posts").first.fill("2")
    expect(fee).to_have_value("1500")
    fee.fill("1000")
    page.get_by_label("Posts").first.fill("4")
    expect(fee).to_have_value("1000")


def test_a_wrong_field_is_named_and_reached_by_its_link(page: Page, served: str) -> None:
    _plan(page, served)
    page.get_by_label("Posts").first.fill("99")
    page.get_by_role("button", name="Compare", exact=True).click()
    link = page.get_by_role("link", name="Roster A, booking 1 (@anna.glow), posts")
    link.click()
    expect(page.get_by_label("Posts").first).to_be_focused()
    expect(page.get_by_label("Posts").first).to_have_attribute("aria-invalid", "true")


def test_an_undisclosed_booking_is_warned_of(page: Page, served: str) -> None:
    _plan(page, served)
    page.get_by_text("Terms").first.click()
    page.get_by_label("Disclosure").first.select_option("none")
    _compare(page)
    expect(page.get_by_label("Warnings")).to_contain_text("booked without a disclosure")


def test_the_plan_survives_a_reload(page: Page, served: str) -> None:
    _plan(page, served)
    page.get_by_label("Brief to the creators").fill("Show the <b>serum</b>.")
    page.reload()
    expect(page.get_by_label("Brief to the creators")).to_have_value("Show the <b>serum</b>.")
    expect(page.get_by_label("Fee for all")).to_have_count(2)


def test_a_changed_plan_marks_the_answer_as_old(page: Page, served: str) -> None:
    _plan(page, served)
    _compare(page)
    page.get_by_label("Posts").first.fill("5")
    expect(page.locator("#status")).to_contain_text("Compare again")


def test_searching_narrows_the_list(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.locator("#found")).to_have_text("5 creators match, 5 shown.")
    page.get_by_label("Handle or id").fill("çel")
    expect(page.locator("#found")).to_have_text("1 creators match, 1 shown.")


def test_a_creator_who_is_not_in_the_catalog_can_be_proposed(page: Page, served: str) -> None:
    page.goto(served)
    page.get_by_text("Propose a creator who is not in the catalog").click()
    for label, value in {"Handle": "@new", "Niche": "food", "Followers": "5000"}.items():
        page.locator("#search details").get_by_label(label, exact=True).fill(value)
    page.get_by_label("Language, two letters").fill("en")
    page.locator("#propose").get_by_role("button", name="+ Roster A").click()
    expect(page.get_by_label("Roster A", exact=True)).to_contain_text("not in the catalog")


def test_it_fits_a_phone(page: Page, served: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    _plan(page, served)
    _compare(page)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


def test_everything_comes_from_the_service_itself(page: Page, served: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _plan(page, served)
    _compare(page)
    assert asked
    assert [url for url in asked if not url.startswith((served, "data:"))] == []


def test_every_control_has_a_name(page: Page, served: str) -> None:
    _plan(page, served)
    _compare(page)
    nameless = page.evaluate(
        """[...document.querySelectorAll("input, select, textarea, button")]
        .filter((one) => !one.labels?.length && !one.ariaLabel && !one.textContent.trim())
        .map((one) => one.outerHTML)"""
    )
    assert nameless == []


def test_the_page_works_by_keyboard_alone(page: Page, served: str) -> None:
    page.goto(served)
    page.get_by_label("Add @anna.glow to Roster A").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Add @bo to Roster B").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Compare", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("2 rosters compared.")


def test_a_token_is_asked_for_once_and_used(page: Page, guarded: str) -> None:
    page.goto(guarded)
    page.get_by_role("textbox", name="Token").fill("a-token-of-good-length")
    page.get_by_role("button", name="Use it in this tab").click()
    expect(page.locator("#found")).to_have_text("5 creators match, 5 shown.")
    expect(page.locator("#served")).to_contain_text("Model version 7")


def test_the_interface_is_described_without_the_internet(page: Page, served: str) -> None:
    page.goto(f"{served}/docs")
    expect(page.get_by_role("heading", name="POST /v1/compare")).to_be_visible()
    expect(page.get_by_role("heading", name="BookingIn")).to_be_visible()
