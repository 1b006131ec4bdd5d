"""Reading the answer: sentences, badges, one axis for all, differences, and a closer look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.home import GHOST
from tests.browser.steps import (
    book,
    compare,
    creators,
    found,
    look_for,
    plan,
    sent,
    term,
    upload,
)
from tests.browser.words import chance, exact, money, percent, short, span, twice

LARGE, SMALL = "Twenty-five", "Two"


def closer(page: Page, part: str, name: str) -> Locator:
    """A panel of the roster that is looked at."""
    return page.get_by_role("region", name=f"{part} of {name}", exact=True)


@pytest.fixture(scope="module")
def read(browser: Browser, served: str) -> Iterator[tuple[Page, dict[str, Any]]]:
    """A comparison of many large creators with two small ones, which tests only read."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(served)
    page.get_by_label("Brand", exact=True).select_option(index=1)
    known = [one for one in creators(page, served) if one["rates"] and not one["is_virtual"]]
    rows = [f"{LARGE},{one['creator_id']},2,20" for one in known[:25]]
    rows += [f"{SMALL},{one['creator_id']},2,2000" for one in known[-2:]]
    upload(page, ["scenario,creator_id,posts,fee", *rows])
    yield page, compare(page)
    context.close()


Read = tuple[Page, dict[str, Any]]


def test_each_roster_is_told_in_a_sentence(read: Read) -> None:
    page, answer = read
    for one in answer["scenarios"]:
        prediction, name = one["prediction"], one["name"]
        added, back = prediction["incremental_revenue"], prediction["return_on_spend"]
        profit = {end: value - prediction["cost"] for end, value in added.items()}
        verdict = page.get_by_role("article", name=name, exact=True)
        expect(verdict).to_contain_text(
            f"{name} is expected to add {money(added['mean'])} in sales ({span(added, money)})"
        )
        expect(verdict).to_contain_text(
            f"{percent(prediction['lift']['mean'], sign=True)} on the "
            f"{money(prediction['baseline_revenue'])} expected anyway. Chance to pay back its "
            f"cost of {exact(prediction['cost'])}: {chance(one['probability_pays_back'])}."
        )
        expect(verdict).to_contain_text(
            f"For each 1 spent it brings back {twice(back['mean'])} in sales ({span(back, twice)})"
        )
        expect(verdict).to_contain_text(
            f"Profit left after its cost: {money(profit['mean'])} ({span(profit, money)})"
        )
        expect(verdict).to_contain_text(chance(one["probability_best"]))
        expect(verdict.locator(".badge")).to_have_text("Inside experience")


def test_all_estimates_lie_on_one_axis_and_in_text(read: Read) -> None:
    page, answer = read
    rows = page.get_by_role("table", name="Rosters side by side").locator("tbody tr")
    ranked = sorted(answer["scenarios"], key=lambda one: one["rank"])
    drawn, told = [], []
    for row, one in zip(rows.all(), ranked, strict=True):
        prediction = one["prediction"]
        added, likely = prediction["incremental_revenue"], prediction["likely"]
        expect(row).to_contain_text(span(added, money))
        drawn += [*_across(row, ".range-wide"), *_across(row, ".range-likely")]
        told += [added["low"], added["high"]]
        told += [likely["incremental_revenue"][end] for end in ("low", "high")]
        drawn += [_across(row, ".mark")[0], _percent(row.locator("circle"), "cx")]
        told += [prediction["cost"], added["mean"]]
    # One straight line from money to place on the axis holds for both rows.
    (least, most), (left, right) = (
        (min(told), max(told)),
        (drawn[told.index(min(told))], drawn[told.index(max(told))]),
    )
    expected = [left + (value - least) / (most - least) * (right - left) for value in told]
    assert drawn == pytest.approx(expected, abs=0.02)
    unexplained = """[...document.querySelectorAll("#results svg")]
        .filter((one) => !one.closest("[aria-hidden=true], [role=img][aria-label]")).length"""
    assert page.evaluate(unexplained) == 0


def _across(row: Locator, kind: str) -> list[float]:
    return [_percent(row.locator(kind), end) for end in ("x1", "x2")]


def _percent(drawn: Locator, name: str) -> float:
    return float((drawn.get_attribute(name) or "").rstrip("%"))


def test_a_roster_that_is_surely_better_is_called_so(read: Read) -> None:
    page, answer = read
    (pair,) = answer["differences"]
    added = pair["incremental_revenue"]
    expect(page.locator(".headline")).to_contain_text(f"{LARGE} earns the most")
    expect(page.locator(".differences .badge")).to_have_text("Earns more")
    expect(page.locator(".differences")).to_contain_text(
        f"{LARGE} adds {money(added['mean'])} more than {SMALL} ({span(added, money)})"
    )


def test_a_closer_look_has_reach_drivers_markets_and_creators(read: Read) -> None:
    page, answer = read
    large = next(one for one in answer["scenarios"] if one["name"] == LARGE)["prediction"]
    steps = closer(page, "Reach", LARGE).locator("li")
    names = ("followers", "followers_in_markets", "impressions", "people", "unique_people")
    reach = [large["reach"][name] for name in names]
    widths = [float((one.get_attribute("width") or "")[:-1]) for one in steps.locator("rect").all()]
    largest = max(large["reach"]["followers"], large["reach"]["impressions"])
    assert widths == pytest.approx([max(0.4, 100 * one / largest) for one in reach], abs=0.01)
    drivers = closer(page, "Drivers", LARGE).locator("li")
    expect(drivers.first).to_contain_text("points")
    markets = closer(page, "Markets", LARGE)
    most = max(large["by_market"], key=lambda one: one["incremental_revenue"]["mean"])
    expect(markets.locator("tbody tr")).to_have_count(len(large["by_market"]))
    expect(markets.locator("tbody tr").first).to_contain_text(
        span(most["incremental_revenue"], money)
    )
    panel = closer(page, "Creators", LARGE)
    expect(panel.locator("tbody tr")).to_have_count(10)
    panel.get_by_role("button", name="Show all 25 creators").click()
    rows = panel.locator("tbody tr")
    expect(rows).to_have_count(25)
    # Each column by keyboard, the largest first, then the other way round.
    head = panel.get_by_role("columnheader", name="People only they reach")
    head.get_by_role("button").focus()
    reached = sorted(one["unique_reach"] for one in large["by_creator"])
    for order, furthest in (("descending", reached[-1]), ("ascending", reached[0])):
        page.keyboard.press("Enter")
        expect(head).to_have_attribute("aria-sort", order)
        expect(head.get_by_role("button")).to_be_focused()
        expect(rows.first.locator("td").last).to_have_text(short(furthest))
    expect(rows).to_have_count(25)


def test_tabs_move_by_arrow_keys(read: Read) -> None:
    page, _ = read
    page.get_by_role("tab", name=LARGE).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name=SMALL)).to_be_focused()
    expect(page.get_by_role("tabpanel", name=SMALL)).to_be_visible()
    expect(closer(page, "Creators", LARGE)).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name=LARGE)).to_be_focused()


def test_alike_rosters_are_called_so_and_duties_are_named(page: Page, served: str) -> None:
    page.goto(served)
    first, *_ = found(page)
    ghost = str(GHOST["handle"])
    book(page, "Roster A", first)
    book(page, "Roster B", first)
    term(page, "Roster A", first, "Disclosure").select_option("none")
    look_for(page, "çel")
    book(page, "Roster A", ghost)
    compare(page)
    expect(page.locator(".headline")).to_contain_text("not distinguishable from what")
    expect(page.locator(".differences .badge")).to_contain_text("ot distinguishable")
    page.get_by_role("tab", name="Roster A").click()
    panel = closer(page, "Compliance", "Roster A")
    expect(panel).to_contain_text(f"1 of 2 bookings is booked without a disclosure: {first}")
    expect(panel).to_contain_text(f"1 virtual creator: {ghost}")
    expect(panel.get_by_role("meter", name="Turkish: 1 of 2 creators")).to_be_visible()
    # Creators are named as planners name them.
    warnings = page.get_by_role("tabpanel", name="Roster A").get_by_label("Warnings")
    expect(warnings).to_contain_text(ghost)
    expect(warnings).not_to_contain_text(str(GHOST["creator_id"]))


def test_what_lies_outside_experience_is_said_with_its_reason(page: Page, served: str) -> None:
    page.goto(served)
    known = [one for one in creators(page, served) if one["rates"]]
    rows = [f"Roster A,{one['creator_id']},50" for one in known[:10]]
    upload(page, ["scenario,creator_id,posts", *rows, f"Roster B,{known[0]['creator_id']},1"])
    answer = compare(page)
    (reason,) = answer["scenarios"][0]["prediction"]["evidence"]["reasons"]
    assert "times as many people" in reason
    verdict = page.get_by_role("article", name="Roster A")
    expect(verdict.locator(".badge")).to_have_text("Not predictable: ask for a test")
    expect(verdict).to_contain_text(reason)
    expect(verdict.get_by_text("For what a guess is worth, it would add")).to_have_count(1)


def test_a_creator_unticked_is_left_out_of_a_new_answer(page: Page, served: str) -> None:
    first, second = plan(page, served)
    book(page, "Roster A", second)
    compare(page)
    page.get_by_role("tab", name="Roster A").click()
    panel = closer(page, "Creators", "Roster A")
    with page.expect_response("**/v1/compare") as asked:
        panel.get_by_label(second, exact=True).uncheck()
    whole, rest = sent(asked.value.request)["scenarios"]
    assert [len(one["roster"]) for one in (whole, rest)] == [2, 1]
    with_, without = (one["prediction"] for one in asked.value.json()["scenarios"])
    added = without["incremental_revenue"]
    expect(panel).to_contain_text(
        f"Without {second}, Roster A is expected to add {money(added['mean'])} "
        f"({span(added, money)}) instead of {money(with_['incremental_revenue']['mean'])}, "
        f"and costs {exact(with_['cost'] - without['cost'])} less"
    )
    panel.get_by_role("button", name="Put everybody back").click()
    expect(panel.get_by_label(second, exact=True)).to_be_checked()
    panel.get_by_label(first, exact=True).uncheck()
    panel.get_by_role("button", name="Keep it as a new roster").click()
    kept = page.get_by_role("region", name=f"Roster A without {first}", exact=True)
    expect(kept.locator(".bookings > li")).to_have_count(1)
    panel.get_by_label(second, exact=True).uncheck()
    expect(panel).to_contain_text("Nobody would be left")


def test_what_a_test_could_show_is_worked_out(read: Read) -> None:
    page, _ = read
    panel = closer(page, "Proof", LARGE)
    badges = {"provable": "can be proved", "uncertain": "with luck", "not_provable": "cannot be"}
    answers = []
    for leak in (0, 50):
        panel.get_by_label("Posts that reach those markets").fill(str(leak))
        with page.expect_response("**/v1/holdout") as asked:
            panel.get_by_role("button", name="Work it out").click()
        answer = asked.value.json()
        expect(panel.locator(".badge")).to_contain_text(badges[answer["verdict"]])
        expect(panel).to_contain_text(answer["sentence"])
        expect(panel.locator("tbody tr")).to_have_count(len(answer["designs"]))
        answers.append(answer)
    # What leaks into the held-out markets cannot be seen there.
    assert sent(asked.value.request)["leak"] == 0.5
    assert answers[1]["designs"][0]["power"] <= answers[0]["designs"][0]["power"]
