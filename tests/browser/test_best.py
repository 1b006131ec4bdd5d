"""The best roster: what it must keep to, the search, the curve, and a point taken as a roster."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.steps import compare, plan, roster, sent, term
from tests.browser.test_access import CONTRAST, WCAG, violations


def best(page: Page) -> Any:
    return page.get_by_role("region", name="4. Best roster")


def find(page: Page) -> None:
    page.get_by_role("button", name="Find the best roster").click()


def with_curve(route: Route) -> None:
    """Half the budget brings two thirds as much."""
    response = route.fetch()
    content = response.json()
    if response.ok:
        (whole,) = content["frontier"]
        part = {name: 2 / 3 * value for name, value in whole["incremental_revenue"].items()}
        half = {**whole, "budget": whole["budget"] / 2, "cost": 700.0, "incremental_revenue": part}
        content["frontier"] = [half, whole]
    route.fulfill(response=response, json=content)


def test_the_best_roster_becomes_one_of_the_plan(page: Page, served: str) -> None:
    page.goto(served)
    best(page).get_by_label("Budget for all fees").fill("2000")
    find(page)
    # Two posts for 1,500 add 0.2 % of 1.5 million.
    found = page.get_by_label("Best roster found")
    expect(found).to_contain_text("1 creator for 1,500")
    expect(found).to_contain_text("Expected to add 3,000 in sales (1,500 to 4,500), +0.2 %")
    expect(found).to_contain_text("Profit left after its cost: 1,500 (0 to 3,000)")
    expect(found).to_contain_text("No other roster is expected to do better.")
    page.get_by_text("Who is in it").click()
    expect(best(page).get_by_role("rowheader", name="@anna.glow")).to_be_visible()
    best(page).get_by_role("button", name="Take the best for 2,000 as a roster").click()
    taken = roster(page, "Best for 2,000")
    expect(taken).to_contain_text("@anna.glow")
    expect(taken).to_contain_text("1,500")


def test_a_point_of_the_curve_is_asked_for_anew(page: Page, served: str) -> None:
    page.route("**/v1/optimize", with_curve)
    page.goto(served)
    find(page)
    expect(best(page).get_by_role("img", name="Added sales by budget")).to_have_attribute(
        "aria-label",
        "Added sales by budget: 10,000 adds 2,000, from 1,000 to 3,000; "
        "20,000 adds 3,000, from 1,500 to 4,500",
    )
    with page.expect_request("**/v1/optimize") as asked:
        best(page).get_by_role("button", name="Take the best for 10,000 as a roster").click()
    assert sent(asked.value)["budget"] == 10_000
    expect(roster(page, "Best for 10,000")).to_contain_text("@anna.glow")


def test_what_must_hold_is_asked_and_survives_a_reload(page: Page, served: str) -> None:
    page.goto(served)
    best(page).get_by_role("searchbox", name="Must be booked").fill("bo")
    best(page).get_by_role("button", name="+ @bo").click()
    best(page).get_by_role("searchbox", name="Never").fill("anna")
    best(page).get_by_role("button", name="+ @anna.glow").click()
    best(page).get_by_label("Most creators").fill("12")
    best(page).get_by_label("Look for").select_option("cautious")
    page.get_by_text("More limits").click()
    best(page).get_by_label("Virtual creators").fill("10")
    best(page).get_by_label("Only this language").select_option("de")
    best(page).get_by_label("Least share of this size").select_option("micro")
    best(page).get_by_label("… so many %").fill("50")
    page.reload()
    with page.expect_request("**/v1/optimize") as asked:
        find(page)
    question = sent(asked.value)
    expected = {
        "include": ["c2"],
        "exclude": ["c1"],
        "max_creators": 12,
        "objective": "cautious",
        "max_virtual": 0.1,
        "min_share": {"tier": {"micro": 0.5}},
        "candidates": {"language": "de", "posts": 1},
    }
    assert {name: question[name] for name in expected} == expected
    best(page).get_by_role("button", name="Remove @bo from: Must be booked").click()
    expect(best(page).get_by_role("searchbox", name="Must be booked")).to_be_focused()


def test_a_search_can_be_cancelled(page: Page, served: str) -> None:
    held: list[Route] = []
    page.route("**/v1/optimize", lambda route: held.append(route))
    page.goto(served)
    page.get_by_role("button", name="Find the best roster").focus()
    page.keyboard.press("Enter")
    expect(best(page).get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#best-progress")).to_have_text("Cancelled.")
    expect(page.get_by_role("button", name="Find the best roster")).to_be_focused()


def test_constraints_in_conflict_are_named_and_reached(page: Page, served: str) -> None:
    page.goto(served)
    best(page).get_by_label("Budget for all fees").fill("0.5")
    find(page)
    expect(page.locator("#best-problem")).to_contain_text("cannot be kept to")
    best(page).get_by_role("link", name="budget").click()
    expect(best(page).get_by_label("Budget for all fees")).to_be_focused()
    expect(best(page).get_by_label("Budget for all fees")).to_have_value("0.5")


def test_axe_finds_nothing_in_answer_and_best_roster(page: Page, served: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.route("**/v1/optimize", with_curve)
    plan(page, served)
    compare(page)
    page.get_by_label("Proof of Roster A").get_by_role("button").click()
    expect(page.get_by_label("Proof of Roster A").locator(".badge")).to_be_visible()
    page.get_by_text("More limits").click()
    find(page)
    page.get_by_text("Who is in it").click()
    expect(best(page).get_by_role("rowheader", name="@anna.glow")).to_be_visible()
    assert violations(page, WCAG) == []
    # Whatever is coloured, once more: dark, grown old, and refused.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.get_by_label("Creators of Roster A").get_by_role("checkbox").uncheck()
    expect(page.get_by_text("Nobody would be left")).to_be_visible()
    term(page, "Roster A", "@anna.glow", "Posts").fill("2")
    page.get_by_label("Budget for all fees").fill("0.5")
    find(page)
    expect(page.locator("#best-problem a").first).to_be_visible()
    assert violations(page, CONTRAST) == []
