"""The planner page in a browser, against a served application."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import compare, open_booking, plan, term


def test_a_wrong_field_is_named_marked_and_reached_by_its_link(page: Page, served: str) -> None:
    plan(page, served)
    posts = term(page, "Roster A", "@anna.glow", "Posts")
    posts.fill("99")
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("link", name="Roster A, booking 1 (@anna.glow), posts").click()
    expect(posts).to_be_focused()
    expect(posts).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#scenarios-0-roster-0-posts-wrong")).to_contain_text("50")
    expect(posts).to_have_value("99")


def test_an_undisclosed_booking_is_warned_of(page: Page, served: str) -> None:
    plan(page, served)
    term(page, "Roster A", "@anna.glow", "Disclosure").select_option("none")
    expect(open_booking(page, "Roster A", "@anna.glow")).to_contain_text("no disclosure")
    compare(page)
    expect(page.locator("#results")).to_contain_text("booked without a disclosure")


def test_a_changed_plan_marks_the_answer_as_old(page: Page, served: str) -> None:
    plan(page, served)
    compare(page)
    term(page, "Roster A", "@anna.glow", "Posts").fill("5")
    expect(page.locator("#status")).to_contain_text("Compare again")


def test_an_empty_roster_is_named_before_anything_is_asked(page: Page, served: str) -> None:
    page.goto(served)
    page.get_by_label("Add @anna.glow to Roster A").click()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("add a creator, or remove this roster")
    page.get_by_role("link", name="Roster B, roster").click()
    expect(page.locator("#scenarios-1-roster")).to_be_focused()


def test_everything_comes_from_the_service_itself(page: Page, served: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    plan(page, served)
    compare(page)
    assert asked
    assert [url for url in asked if not url.startswith((served, "data:"))] == []


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
