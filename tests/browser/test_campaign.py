"""The campaign: brand, dates, markets, brief, and the baseline beside them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.steps import compare, plan, sent


def test_the_baseline_is_told_drawn_and_listed(page: Page, served: str) -> None:
    page.goto(served)
    place = page.locator("#baseline")
    expect(place).to_contain_text("About 1,500,000 (1,350,000 to 1,650,000)")
    expect(place).to_contain_text("The same weeks a year before: 1,400,000 (+7.1 % since)")
    for line in ("sold", "before", "expected", "band"):
        assert len(place.locator(f"path.{line}").get_attribute("d") or "") > 50
    place.get_by_text("Week by week").click()
    expect(place.locator("tbody tr")).to_have_count(6)


def test_a_brand_without_sales_says_so(page: Page, served: str) -> None:
    page.goto(served)
    page.get_by_label("Brand", exact=True).select_option(label="Newcomer (no sales known)")
    expect(page.locator("#baseline")).to_contain_text("no sales in the last 52 weeks")
    expect(page.get_by_label("Product category")).to_have_value("food")
    page.get_by_label("Brand", exact=True).select_option(label="Dew")
    expect(page.locator("#baseline")).to_contain_text("About 1,500,000")


def test_many_markets_are_searched_chosen_and_sent(page: Page, served: str) -> None:
    plan(page, served)
    page.get_by_label("Only some").check()
    expect(page.locator("#market-count")).to_have_text("Choose at least one market.")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("link", name="markets")).to_be_visible()
    page.get_by_label("Find a market").fill("bur")
    page.get_by_role("button", name="Add these").click()
    page.get_by_label("Find a market").fill("")
    page.get_by_label("Köln (DE)").check()
    expect(page.locator("#market-count")).to_have_text("2 of 3 markets chosen.")
    with page.expect_request("**/v1/compare") as asked:
        compare(page)
    assert sent(asked.value)["campaign"]["markets"] == ["m1", "m3"]
    page.get_by_role("button", name="None").click()
    page.get_by_role("button", name="Add all").click()
    expect(page.locator("#market-count")).to_have_text("3 of 3 markets chosen.")
    page.get_by_label("All the brand sells in").check()
    expect(page.locator("#market-count")).to_have_count(0)


def test_the_baseline_follows_dates_and_markets(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.locator("#baseline")).to_contain_text("About 1,500,000")
    with page.expect_request("**/v1/baseline?*ends_on=2024-04-20*"):
        page.get_by_label("Last posting day").fill("2024-04-20")
    page.get_by_label("Only some").check()
    with page.expect_request("**/v1/baseline?*markets=m2*"):
        page.get_by_label("Berlin (DE)").check()


def test_what_was_typed_survives_a_reload(page: Page, served: str) -> None:
    plan(page, served)
    page.get_by_label("Brief to the creators").fill("Show the <b>serum</b>.")
    page.get_by_label("Handle or id").fill("bo")
    page.reload()
    expect(page.get_by_label("Brief to the creators")).to_have_value("Show the <b>serum</b>.")
    expect(page.locator(".bookings > li")).to_have_count(2)
    expect(page.get_by_label("Handle or id")).to_have_value("bo")
    expect(page.locator("#found")).to_have_text("1 creator matches, 1 shown.")
