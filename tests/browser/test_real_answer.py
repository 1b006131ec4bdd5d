"""A planner's whole way through a real model's numbers: compare, look closer, search, prove."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from serving.messages.questions import CompareRequest
from serving.predictions.scoring import RosterScorer
from tests.browser.real_service import served_world
from tests.browser.steps import compare, roster
from tests.serving.small_world import World


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, World]]:
    with served_world(tmp_path_factory.mktemp("world")) as served:
        yield served


def opened(page: Page, url: str, world: World) -> dict[str, Any]:
    """Open a plan of two rosters of the world's own; returns it as the service is asked."""
    rows = world.body["roster"]
    scenarios = [{"name": "All three", "roster": rows}, {"name": "Only one", "roster": rows[:1]}]
    plan = {
        "campaign": {"brief": "", "markets": None, **world.body["campaign"]},
        "margin": 0.5,
        "interval": 0.9,
        "scenarios": [
            {"name": one["name"], "roster": [_shown(booking) for booking in one["roster"]]}
            for one in scenarios
        ],
        "drafts": {},
    }
    page.goto(url)
    expect(page.locator("#found")).to_contain_text("creators match")
    page.evaluate("plan => localStorage.setItem('rosterlift-plan-1', JSON.stringify(plan))", plan)
    page.evaluate("for (const key of Object.keys(localStorage))"
                  " if (key !== 'rosterlift-plan-1') localStorage.removeItem(key)")  # fmt: skip
    page.reload()
    return {**plan, "campaign": world.body["campaign"], "scenarios": scenarios}


def _shown(booking: dict[str, Any]) -> dict[str, Any]:
    shown = {"handle": booking["creator_id"], "followers": 1, "tier": None, "feeSource": "typed"}
    return {**booking, "shown": shown}


def test_the_page_says_what_the_model_says(page: Page, real: tuple[str, World]) -> None:
    url, world = real
    asked = opened(page, url, world)
    compare(page)
    del asked["drafts"]
    expected = RosterScorer(world.bundles[0], world.snapshot).compare(CompareRequest(**asked))
    best = min(expected.scenarios, key=lambda one: one.rank)
    added = best.prediction.incremental_revenue
    rounded = [f"{float(f'{value:.3g}'):,.0f}" for value in (added.mean, added.low, added.high)]
    expect(page.get_by_role("article", name=best.name)).to_contain_text(
        f"add {rounded[0]} in sales ({rounded[1]} to {rounded[2]})"
    )
    panel = page.get_by_label(f"Creators of {best.name}")
    expect(panel.locator("tbody tr")).to_have_count(len(best.prediction.by_creator))
    expect(page.get_by_label(f"Markets of {best.name}").locator("tbody tr")).to_have_count(4)
    expect(page.get_by_label(f"Drivers of {best.name}").locator("li").first).to_be_visible()


def test_without_a_creator_and_with_a_test_the_service_is_asked_anew(
    page: Page, real: tuple[str, World]
) -> None:
    url, world = real
    opened(page, url, world)
    compare(page)
    page.get_by_role("tab", name="All three").click()
    panel = page.get_by_label("Creators of All three")
    panel.get_by_role("checkbox").first.uncheck()
    expect(panel).to_contain_text("All three is expected to add")
    expect(panel).to_contain_text("What they add")
    proof = page.get_by_label("Proof of All three")
    proof.get_by_role("button", name="Work it out").click()
    expect(proof.locator(".badge")).to_have_count(1)
    expect(proof).to_contain_text("markets held out")


def test_the_best_roster_is_found_and_can_be_compared(page: Page, real: tuple[str, World]) -> None:
    url, world = real
    opened(page, url, world)
    page.get_by_label("Budget for all fees").fill("4000")
    page.get_by_label("Most creators").fill("4")
    page.get_by_role("button", name="Find the best roster").click()
    button = page.get_by_role("button", name="Take the best for 4,000 as a roster")
    button.click(timeout=30_000)
    expect(roster(page, "Best for 4,000").locator(".bookings > li").first).to_be_visible()
    compare(page, rosters=3)
    expect(page.locator("#results .verdict")).to_have_count(3)
