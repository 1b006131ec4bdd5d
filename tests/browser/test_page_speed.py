"""The study of the page's speed measures what it says."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from experiments.studies.page_speed.comparison import compared
from experiments.studies.page_speed.opened import WATCH_FIRST_VIEW
from experiments.studies.page_speed.search import keys
from tests.browser.steps import open_booking, plan


def test_times_end_when_the_thing_is_seen(page: Page, served: str) -> None:
    page.add_init_script(WATCH_FIRST_VIEW)
    page.goto(served)
    drawn = page.evaluate("() => window.firstView")
    for part in ("#baseline svg", "#best form", ".found li"):
        assert page.locator(part).count(), part
    assert 0 < drawn <= page.evaluate("() => performance.now()")
    first, _ = plan(page, served)
    open_booking(page, "Roster A", first)
    for at in (1, 2):
        shown, answered = compared(page, at)
        assert 0 < answered < shown
        expect(page.locator(".verdict")).to_have_count(2)
    # The last letter finds nobody, which is an answer as well.
    times = keys(page, "gam#")
    expect(page.locator("#found")).to_contain_text("No creator matches")
    assert len(times) == 4
    assert all(0 < one["waited"] < one["shown"] for one in times)
