"""The best roster: what it must keep to, the search, the curve, and a point taken as a roster."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.axe import CONTRAST, WCAG, violations
from tests.browser.steps import answered, compare, creator, found, plan, roster, sent, term
from tests.browser.words import exact, money, percent, span


def best(page: Page) -> Any:
    return page.get_by_role("region", name="4. Best roster")


def find(page: Page) -> None:
    page.get_by_role("button", name="Find the best roster").click()


def test_the_best_roster_and_another_budget_s_become_rosters_of_the_plan(
    page: Page, served: str
) -> None:
    page.goto(served)
    best(page).get_by_label("Budget for all fees").fill("4000")
    most = best(page).get_by_label("Most creators")
    experienced = answered(page, served, "v1/model")["largest_roster"]
    expect(most).to_have_value(f"{experienced}")
    most.fill("4")
    with page.expect_response("**/v1/optimize") as asked:
        find(page)
    answer = asked.value.json()
    added, cost = answer["prediction"]["incremental_revenue"], answer["prediction"]["cost"]
    profit = {end: value - cost for end, value in added.items()}
    told = page.get_by_label("Best roster found")
    expect(told).to_contain_text(f"4 creators for {exact(cost)}")
    lift = percent(answer["prediction"]["lift"]["mean"], sign=True)
    expect(told).to_contain_text(
        f"add {money(added['mean'])} in sales ({span(added, money)}), {lift}"
    )
    expect(told).to_contain_text(
        f"Profit left after its cost: {money(profit['mean'])} ({span(profit, money)})"
    )
    points = answer["frontier"]
    label = best(page).get_by_role("img", name="Added sales by budget").get_attribute("aria-label")
    assert label == "Added sales by budget: " + "; ".join(
        f"{money(one['budget'])} adds {money(one['incremental_revenue']['mean'])}, "
        f"from {span(one['incremental_revenue'], money)}"
        for one in points
    )
    page.get_by_text("Who is in it").click()
    expect(best(page).get_by_role("rowheader")).to_have_count(4 + len(points))
    best(page).get_by_role("button", name="Take the best for 4,000 as a roster").click()
    expect(roster(page, "Best for 4,000").locator(".bookings > li")).to_have_count(4)
    half = points[len(points) // 2 - 1]["budget"]
    with page.expect_request("**/v1/optimize") as anew:
        best(page).get_by_role("button", name=f"best for {exact(half)} as a roster").click()
    assert sent(anew.value)["budget"] == half
    expect(roster(page, f"Best for {exact(half)}")).to_contain_text("creators, cost")
    compare(page, 2)


def test_what_must_hold_is_asked_and_survives_a_reload(page: Page, served: str) -> None:
    page.goto(served)
    wanted, never = (creator(page, served, handle) for handle in found(page)[:2])
    for label, one in (("Must be booked", wanted), ("Never", never)):
        best(page).get_by_role("searchbox", name=label).fill(one["handle"])
        best(page).get_by_role("button", name=f"+ {one['handle']},").click()
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
        "include": [wanted["creator_id"]],
        "exclude": [never["creator_id"]],
        "max_creators": 12,
        "objective": "cautious",
        "max_virtual": 0.1,
        "min_share": {"tier": {"micro": 0.5}},
        "candidates": {"language": "de", "posts": 1},
    }
    assert {name: question[name] for name in expected} == expected
    remove = f"Remove {wanted['handle']} from: Must be booked"
    best(page).get_by_role("button", name=remove).click()
    expect(best(page).get_by_role("searchbox", name="Must be booked")).to_be_focused()


def test_a_search_can_be_cancelled(page: Page, served: str) -> None:
    # The small world's best roster is found sooner than one can cancel.
    page.route("**/v1/optimize", lambda route: held.append(route))
    held: list[Route] = []
    page.goto(served)
    page.get_by_role("button", name="Find the best roster").focus()
    page.keyboard.press("Enter")
    expect(best(page).get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#best-progress")).to_have_text("Cancelled.")
    expect(page.get_by_role("button", name="Find the best roster")).to_be_focused()


def test_no_search_begins_whose_answer_could_not_be_shown(page: Page, served: str) -> None:
    shows = "**/best/found.js"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(shows, lambda route: route.abort())
    page.goto(served)
    find(page)
    expect(page.locator("#best-problem")).to_contain_text("What you typed is kept")
    assert not any(url.endswith("/v1/optimize") for url in asked)
    page.unroute(shows)
    find(page)
    expect(page.get_by_label("Best roster found")).to_be_visible()
    expect(page.locator("#best-problem")).to_be_empty()


def test_constraints_in_conflict_are_named_and_axe_finds_nothing(page: Page, served: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    first, _ = plan(page, served)
    compare(page)
    page.get_by_role("tab", name="Roster A").click()
    proof = page.get_by_label("Proof of Roster A")
    proof.get_by_role("button").click()
    expect(proof.locator(".badge")).to_be_visible()
    page.get_by_text("More limits").click()
    find(page)
    page.get_by_text("Who is in it").click()
    expect(best(page).get_by_role("img", name="Added sales by budget")).to_be_visible()
    assert violations(page, WCAG, "#answer", "#best") == []
    # Whatever is coloured, once more: dark, grown old, and refused.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.get_by_label("Creators of Roster A").get_by_role("checkbox").uncheck()
    expect(page.get_by_text("Nobody would be left")).to_be_visible()
    term(page, "Roster A", first, "Posts").fill("2")
    best(page).get_by_label("Budget for all fees").fill("0.5")
    find(page)
    expect(page.locator("#best-problem")).to_contain_text("cannot be kept to")
    assert violations(page, CONTRAST, "#answer", "#best") == []
    best(page).get_by_role("link", name="budget").click()
    expect(best(page).get_by_label("Budget for all fees")).to_be_focused()
    expect(best(page).get_by_label("Budget for all fees")).to_have_value("0.5")
