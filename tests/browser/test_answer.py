"""Reading the answer: sentences, badges, one axis for all, differences, and a closer look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.steps import compare, plan, sent, term

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def read(browser: Browser, served: str) -> Iterator[Page]:
    """One comparison of @anna.glow with @bo, which tests only read."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    plan(page, served)
    compare(page)
    yield page
    context.close()


def answered(page: Page, url: str, change: Change) -> None:
    """Compare @anna.glow with @bo; what the service answers is changed on its way."""

    change_answers(page, change)
    plan(page, url)
    compare(page)


def change_answers(page: Page, change: Change) -> None:
    def fulfil(route: Route) -> None:
        response = route.fetch()
        content = response.json()
        change(content)
        route.fulfill(response=response, json=content)

    page.route("**/v1/compare", fulfil)


def closer(page: Page, part: str) -> Locator:
    """A panel of the roster that is looked at."""
    return page.get_by_role("region", name=f"{part} of Roster A", exact=True)


def test_each_roster_is_told_in_a_sentence(page: Page, served: str) -> None:
    plan(page, served)
    term(page, "Roster A", "@anna.glow", "Posts").fill("3")
    compare(page)
    first = page.locator(".verdict").first
    # Three posts add 0.3 % of 1.5 million: 4,500, half to one and a half times as much.
    expect(first).to_contain_text("Roster A is expected to add 4,500 in sales (2,250 to 6,750)")
    expect(first).to_contain_text("+0.3 % on the 1,500,000 expected anyway")
    # 750 a post, three posts: 4,500 / 2,250 and 4,500 - 2,250.
    expect(first).to_contain_text("For each 1 spent it brings back 2.00 in sales (1.00 to 3.00)")
    expect(first).to_contain_text("Profit left after its cost: 2,250 (0 to 4,500)")
    expect(first).to_contain_text("the most profitable of these rosters: 70 %")
    expect(first.locator(".badge")).to_have_text("Inside experience")


def test_the_chance_to_pay_back_is_told_where_it_is_known(page: Page, served: str) -> None:
    def change(answer: dict[str, Any]) -> None:
        answer["scenarios"][0]["probability_pays_back"] = 0.21

    answered(page, served, change)
    expect(page.locator(".verdict").first).to_contain_text(
        "Chance to pay back its cost of 750: 21 %"
    )


@pytest.mark.parametrize(
    ("grade", "message", "badge", "told"),
    [
        (
            "partly",
            "Not in the catalog; the interval is wider: c1.",
            "Partly outside experience",
            "the interval is wider: @anna.glow.",
        ),
        (
            "outside",
            "Outside what past campaigns show: 1 creators are unlike those. Ask for a test.",
            "Not predictable: ask for a test",
            "1 creators are unlike those. Ask for a test. (@anna.glow)",
        ),
    ],
)
def test_what_lies_outside_experience_is_said_with_its_reason(
    page: Page, served: str, grade: str, message: str, badge: str, told: str
) -> None:
    def change(answer: dict[str, Any]) -> None:
        prediction = answer["scenarios"][0]["prediction"]
        prediction["evidence"] = {"grade": grade, "reasons": [message]}
        prediction["warnings"] = [{"code": "some", "message": message, "creator_ids": ["c1"]}]

    answered(page, served, change)
    first = page.locator(".verdict").first
    expect(first.locator(".badge")).to_have_text(badge)
    # Creators are named as planners name them.
    expect(first).to_contain_text(told)
    expect(page.get_by_label("Warnings")).to_contain_text(told)
    guessed = first.get_by_text("For what a guess is worth, it would add")
    expect(guessed).to_have_count(1 if grade == "outside" else 0)


def test_all_estimates_lie_on_one_axis(read: Page) -> None:
    rows = read.get_by_role("table", name="Rosters side by side").locator("tbody tr")
    expect(rows.first).to_contain_text("1,500")
    expect(rows.first).to_contain_text("750 to 2,250")
    # The axis goes from 0 at 2 % to 4,000 at 98 %: 0.024 % each. Both rosters add 1,500.
    at = {value: 2 + 0.024 * value for value in (750, 1200, 1500, 1800, 2250, 3900)}
    for row, cost in ((rows.nth(0), 750), (rows.nth(1), 3900)):
        assert _across(row, ".range-wide") == pytest.approx([at[750], at[2250]], abs=0.01)
        assert _across(row, ".range-likely") == pytest.approx([at[1200], at[1800]], abs=0.01)
        assert _across(row, ".mark") == pytest.approx([at[cost], at[cost]], abs=0.01)
        dot = row.locator("circle").get_attribute("cx") or ""
        assert float(dot.rstrip("%")) == pytest.approx(at[1500], abs=0.01)


def _across(row: Locator, kind: str) -> list[float]:
    line = row.locator(kind)
    return [float((line.get_attribute(end) or "").rstrip("%")) for end in ("x1", "x2")]


def test_every_drawing_has_its_numbers_as_text(read: Page) -> None:
    unexplained = """[...document.querySelectorAll("#results svg")]
        .filter((one) => !one.closest("[aria-hidden=true], [role=img][aria-label]")).length"""
    assert read.evaluate(unexplained) == 0


def test_rosters_that_cannot_be_told_apart_are_called_so(read: Page) -> None:
    expect(read.locator(".headline")).to_contain_text(
        "Roster A looks best, but what it earns is not distinguishable from what Roster B earns."
    )
    expect(read.locator(".differences")).to_contain_text(
        "Roster A and Roster B are not distinguishable"
    )
    expect(read.locator(".differences .badge")).to_have_text("Not distinguishable")


def test_a_roster_that_is_surely_better_is_called_so(page: Page, served: str) -> None:
    def change(answer: dict[str, Any]) -> None:
        gap = {"mean": 900.0, "low": 300.0, "high": 1500.0}
        answer["differences"][0] |= {"incremental_revenue": gap, "probability": 0.97}

    answered(page, served, change)
    expect(page.locator(".headline")).to_contain_text("Roster A earns the most")
    expect(page.locator(".differences .badge")).to_have_text("Earns more")
    expect(page.locator(".differences")).to_contain_text(
        "Roster A adds 900 more than Roster B (300 to 1,500)"
    )


def test_tabs_move_by_arrow_keys(read: Page) -> None:
    read.get_by_role("tab", name="Roster A").focus()
    read.keyboard.press("ArrowRight")
    expect(read.get_by_role("tab", name="Roster B")).to_be_focused()
    expect(read.get_by_role("tabpanel", name="Roster B")).to_be_visible()
    expect(closer(read, "Creators")).to_be_hidden()
    read.keyboard.press("ArrowRight")
    expect(read.get_by_role("tab", name="Roster A")).to_be_focused()


def test_followers_shrink_to_people_step_by_step(read: Page) -> None:
    steps = closer(read, "Reach").locator("li")
    expect(steps.locator("strong")).to_have_text(["100K", "50K", "14K", "9K", "6K"])
    widths = [step.locator("rect").get_attribute("width") for step in steps.all()]
    assert widths == ["100.00%", "50.00%", "14.00%", "9.00%", "6.00%"]


def test_drivers_are_told_in_plain_words(read: Page) -> None:
    told = closer(read, "Drivers").locator("li")
    expect(told.first).to_contain_text("Comments the creators answer (31 %)")
    expect(told.first).to_contain_text("+0.40 points")
    expect(told.nth(1)).to_contain_text("−0.10 points")


def test_compliance_names_what_is_missing_and_labels_virtual_creators(
    page: Page, served: str
) -> None:
    page.goto(served)
    for handle in ("@anna.glow", "@ghost"):
        page.get_by_label(f"Add {handle} to Roster A").click()
    page.get_by_label("Add @bo to Roster B").click()
    term(page, "Roster A", "@anna.glow", "Disclosure").select_option("none")

    def change(answer: dict[str, Any]) -> None:
        warning = {"code": "virtual_creator", "message": "Say so: c4.", "creator_ids": ["c4"]}
        answer["scenarios"][0]["prediction"]["warnings"].append(warning)

    change_answers(page, change)
    compare(page)
    panel = page.get_by_label("Compliance of Roster A")
    expect(panel).to_contain_text("1 of 2 bookings is booked without a disclosure: @anna.glow")
    expect(panel).to_contain_text("1 virtual creator: @ghost")
    expect(panel.get_by_role("meter", name="German: 2 of 2 creators")).to_be_visible()


def test_markets_are_named_and_all_of_them_shown_when_asked(page: Page, served: str) -> None:
    def change(answer: dict[str, Any]) -> None:
        prediction = answer["scenarios"][0]["prediction"]
        first = prediction["by_market"][0]
        prediction["by_market"] += [{**first, "market_id": f"x{i}"} for i in range(9)]

    answered(page, served, change)
    panel = closer(page, "Markets")
    expect(panel.get_by_role("row", name="Hamburg")).to_contain_text("500")
    expect(panel.locator("tbody tr")).to_have_count(8)
    panel.get_by_role("button", name="Show all 12 markets").click()
    expect(panel.locator("tbody tr")).to_have_count(12)


def test_a_creator_unticked_is_left_out_of_a_new_answer(page: Page, served: str) -> None:
    page.goto(served)
    for handle in ("@anna.glow", "@bo"):
        page.get_by_label(f"Add {handle} to Roster A").click()
    page.get_by_label("Add @bo to Roster B").click()
    compare(page)
    panel = closer(page, "Creators")
    with page.expect_request("**/v1/compare") as asked:
        panel.get_by_label("@bo").uncheck()
    whole, rest = sent(asked.value)["scenarios"]
    assert [one["creator_id"] for one in whole["roster"]] == ["c1", "c2"]
    assert [one["creator_id"] for one in rest["roster"]] == ["c1"]
    # A post less of two; @bo costs 3,900.
    expect(panel).to_contain_text("Without @bo, Roster A is expected to add 1,500 (750 to 2,250)")
    expect(panel).to_contain_text("instead of 3,000, and costs 3,900 less")
    panel.get_by_role("button", name="Put everybody back").click()
    expect(panel.get_by_label("@bo")).to_be_checked()
    panel.get_by_label("@anna.glow").uncheck()
    panel.get_by_role("button", name="Keep it as a new roster").click()
    kept = page.get_by_role("region", name="Roster A without @anna.glow", exact=True)
    expect(kept.locator(".bookings > li")).to_have_count(1)


def test_nobody_left_is_said_and_nothing_asked(page: Page, served: str) -> None:
    plan(page, served)
    compare(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    closer(page, "Creators").get_by_label("@anna.glow").uncheck()
    expect(closer(page, "Creators")).to_contain_text("Nobody would be left")
    page.wait_for_timeout(400)
    assert asked == []


def test_what_a_test_could_show_is_worked_out(page: Page, served: str) -> None:
    plan(page, served)
    term(page, "Roster A", "@anna.glow", "Posts").fill("12")
    compare(page)
    panel = closer(page, "Proof")
    panel.get_by_role("button", name="Work it out").click()
    # Twelve posts lift sales by 1.2 %, the smallest lift that a test sees 4 times in 5.
    expect(panel.locator(".badge")).to_have_text("It can be proved")
    expect(panel).to_contain_text("A test would show +1.2% with a chance of 80%.")
    expect(panel.locator("tbody tr")).to_have_count(5)
    expect(panel.locator("tbody tr").first).to_contain_text("80 %")
    panel.get_by_label("Posts that reach those markets").fill("50")
    panel.get_by_role("button", name="Work it out").click()
    expect(panel.locator(".badge")).to_have_text("It cannot be proved")
    expect(panel.locator("tbody tr").first).to_contain_text("2.4 %")
