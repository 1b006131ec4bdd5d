"""The campaign: brand, dates, markets, brief, and the baseline beside them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.home import NEWCOMER
from tests.browser.steps import answered, compare, look_for, plan, sent
from tests.browser.words import money, percent, span


def test_the_baseline_is_told_drawn_and_listed(page: Page, served: str) -> None:
    with page.expect_response("**/v1/baseline?*") as told:
        page.goto(served)
    answer = told.value.json()
    place = page.locator("#baseline")
    expected, sold = answer["revenue"], answer["last_year"]
    expect(place).to_contain_text(f"About {money(expected['mean'])} ({span(expected, money)})")
    expect(place).to_contain_text(
        f"The same weeks a year before: {money(sold)} "
        f"({percent(expected['mean'] / sold - 1, sign=True)} since)"
    )
    for line in ("sold", "before", "expected", "band"):
        assert len(place.locator(f"path.{line}").get_attribute("d") or "") > 50
    place.get_by_text("Week by week").click()
    inside = [week for week in answer["weeks"] if week["in_window"]]
    expect(place.locator("tbody tr")).to_have_count(len(inside))
    expect(place.locator("tbody tr").last).to_contain_text(span(inside[-1]["revenue"], money))


def test_the_baseline_follows_brand_dates_and_markets(page: Page, served: str) -> None:
    page.goto(served)
    place = page.locator("#baseline")
    expect(place).to_contain_text("About ")
    brand = page.get_by_label("Brand", exact=True)
    brand.select_option(label=f"{NEWCOMER['name']} (no sales known)")
    expect(place).to_contain_text("No baseline can be told")
    expect(page.get_by_label("Product category")).to_have_value(str(NEWCOMER["category"]))
    brand.select_option(index=0)
    expect(place).to_contain_text("About ")
    with page.expect_request("**/v1/baseline?*ends_on=2025-03-12*"):
        page.get_by_label("Last posting day").fill("2025-03-12")
    market = answered(page, served, "v1/markets")["items"][1]
    page.get_by_label("Only some").check()
    with page.expect_request(f"**/v1/baseline?*markets={market['market_id']}*"):
        page.get_by_label(f"{market['name']} ({market['country']})").check()


def test_many_markets_are_searched_chosen_and_sent(page: Page, served: str) -> None:
    plan(page, served)
    markets = answered(page, served, "v1/markets")["items"]
    first, last = markets[0], markets[-1]
    page.get_by_label("Only some").check()
    expect(page.locator("#market-count")).to_have_text("Choose at least one market.")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("link", name="markets")).to_be_visible()
    page.get_by_label("Find a market").fill(first["name"].lower())
    page.get_by_role("button", name="Add these").click()
    page.get_by_label("Find a market").fill("")
    page.get_by_label(f"{last['name']} ({last['country']})").check()
    expect(page.locator("#market-count")).to_have_text(f"2 of {len(markets)} markets chosen.")
    with page.expect_request("**/v1/compare") as asked:
        compare(page)
    chosen = [first["market_id"], last["market_id"]]
    assert sent(asked.value)["campaign"]["markets"] == chosen
    page.get_by_role("button", name="None").click()
    page.get_by_role("button", name="Add all").click()
    expect(page.locator("#market-count")).to_contain_text(f"{len(markets)} of {len(markets)} ")
    page.get_by_label("All the brand sells in").check()
    expect(page.locator("#market-count")).to_have_count(0)


def test_what_was_typed_survives_a_reload(page: Page, served: str) -> None:
    plan(page, served)
    page.get_by_label("Brief to the creators").fill("Show the <b>serum</b>.")
    look_for(page, "çel")
    page.reload()
    expect(page.get_by_label("Brief to the creators")).to_have_value("Show the <b>serum</b>.")
    expect(page.locator(".bookings > li")).to_have_count(2)
    expect(page.get_by_label("Handle or id")).to_have_value("çel")
    expect(page.locator("#found")).to_have_text("1 creator matches, 1 shown.")
