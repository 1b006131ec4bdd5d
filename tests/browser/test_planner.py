"""The planner page as a whole: what is wrong is reached, and everything comes from the service."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from serving.door.routes import PAGE
from serving.home import HomeLoader
from serving.settings import ServiceSettings
from tests.browser.steps import book, compare, found, plan, term
from tests.serving.served import served_on_loopback

#: Own and library code before charts, bytes.
LARGEST_PAGE = 1_000_000
TOKEN = "a-token-of-good-length"


def test_what_is_wrong_is_named_marked_and_reached_by_its_link(page: Page, served: str) -> None:
    page.goto(served)
    first, second, *_ = found(page)
    book(page, "Roster A", first)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("add a creator, or remove this roster")
    page.get_by_role("link", name="Roster B, roster").click()
    expect(page.locator("#scenarios-1-roster")).to_be_focused()
    book(page, "Roster B", second)
    posts = term(page, "Roster A", first, "Posts")
    posts.fill("99")
    page.get_by_role("button", name="Compare", exact=True).click()
    page.get_by_role("link", name=f"Roster A, booking 1 ({first}), posts").click()
    expect(posts).to_be_focused()
    expect(posts).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#scenarios-0-roster-0-posts-wrong")).to_contain_text("50")
    expect(posts).to_have_value("99")
    posts.fill("1")
    compare(page)
    posts.fill("5")
    expect(page.locator("#status")).to_contain_text("Compare again")


def test_everything_comes_from_the_service_itself_and_is_small(page: Page, served: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served)
    expect(page.locator("#baseline svg")).to_be_visible()
    loaded = page.evaluate(
        """[...performance.getEntriesByType("resource")].filter((one) => one.name.includes("/page/"))
        .map((one) => [one.name.split("/page/")[1], one.decodedBodySize])"""
    )
    assert {name for name, _ in loaded} >= {"planner.js", "planner.css"}
    assert sum(size for _, size in loaded) < LARGEST_PAGE
    assert all((PAGE / name).is_file() for name, _ in loaded)
    plan(page, served)
    compare(page)
    assert asked
    assert [url for url in asked if not url.startswith((served, "data:"))] == []


def test_a_token_is_asked_for_once_and_used(
    page: Page, settings: ServiceSettings, tmp_path: Path
) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text(f"{TOKEN}\n")
    guarded = settings.model_copy(update={"token_file": tokens})
    with served_on_loopback(HomeLoader(settings.home), guarded) as url:
        page.goto(url)
        page.get_by_role("textbox", name="Token").fill(TOKEN)
        page.get_by_role("button", name="Use it in this tab").click()
        expect(page.locator("#found")).to_contain_text("creators match")
        expect(page.locator("#served")).to_contain_text("Model version 1")
        page.goto("about:blank")


def test_the_interface_is_described_without_the_internet(page: Page, served: str) -> None:
    page.goto(f"{served}/docs")
    expect(page.get_by_role("heading", name="POST /v1/compare")).to_be_visible()
    expect(page.get_by_role("heading", name="BookingIn")).to_be_visible()
