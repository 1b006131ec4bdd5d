"""Building rosters: search, terms, copies, removals, proposals."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.home import GHOST, WORLD
from tests.browser.steps import (
    answered,
    book,
    compare,
    creator,
    creators,
    found,
    look_for,
    open_booking,
    plan,
    roster,
    sent,
    term,
)
from tests.browser.words import exact

ALL = WORLD.creators + 1  # and the ghost
PAGE = 20


def told(total: int) -> re.Pattern[str]:
    """The sentence about so many matches."""
    match = "creator matches" if total == 1 else "creators match"
    return re.compile(f"^{total} {match}, {min(total, PAGE)} shown")


def test_every_filter_narrows_the_list(page: Page, served: str, home: Path) -> None:
    people = pd.read_parquet(home / "world" / "creators.parquet")
    accounts = pd.read_parquet(home / "world" / "accounts.parquet")
    language = str(people["language"].mode()[0])
    expected = {
        "Niche": ("skincare", (people["category"] == "skincare").sum()),
        "Platform": (
            "youtube",
            accounts[accounts["platform"] == "youtube"]["creator_id"].nunique(),
        ),
        "Language": (language, (people["language"] == language).sum()),
        "Community": (
            "diaspora",
            people["communities"]
            .fillna("")
            .str.split(";")
            .map(lambda own: "diaspora" in own)
            .sum(),
        ),
    }
    page.goto(served)
    page.get_by_text("More filters").click()
    for label, (value, total) in expected.items():
        field = page.get_by_role("search").get_by_label(label, exact=True)
        expect(field.locator(f"option[value={value}]")).to_contain_text(f"({total})")
        field.select_option(value)
        expect(page.locator("#found")).to_have_text(told(int(total)))
        field.select_option("")
    expect(page.locator("#found")).to_have_text(told(ALL))
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#found")).to_have_text(f"{ALL} creators match, {2 * PAGE} shown.")
    expect(page.locator(".found li")).to_have_count(2 * PAGE)


def test_numbers_narrow_the_list_and_all_filters_are_cleared_at_once(
    page: Page, served: str
) -> None:
    page.goto(served)
    page.get_by_text("More filters").click()
    cheap = [
        one
        for one in creators(page, served)
        if any(rate["fee_per_post"] <= 100 for rate in one["rates"])
    ]
    page.get_by_label("Price of a post to").fill("100")
    expect(page.locator("#found")).to_have_text(told(len(cheap)))
    page.get_by_label("Followers from").fill("50000")
    large = [one for one in cheap if one["followers"] >= 50_000]
    expect(page.locator("#found")).to_have_text(told(len(large)))
    page.get_by_label("Followers from").fill("9000000")
    expect(page.locator("#found")).to_contain_text("No creator matches")
    page.get_by_label("Followers to").fill("100")
    expect(page.locator("#found")).to_contain_text("expected at least min_followers (9000000)")
    page.get_by_role("button", name="Clear the filters").click()
    expect(page.locator("#found")).to_have_text(told(ALL))


def test_an_answer_that_comes_late_is_dropped(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.locator("#found")).to_have_text(told(ALL))
    held: list[Route] = []

    def hold(route: Route, request: Request) -> None:
        if "query=g&" in request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/v1/creators?*", hold)
    field = page.get_by_label("Handle or id")
    field.fill("g")
    while not held:
        page.wait_for_timeout(20)
    field.fill("çel")
    expect(page.locator("#found")).to_have_text(told(1))
    # The browser has given the first question up; whatever arrives for it changes nothing.
    held[0].abort()
    expect(page.locator("#found-list")).to_contain_text(str(GHOST["handle"]))


def test_a_rate_fills_the_fee_until_one_is_typed(page: Page, served: str) -> None:
    first, _ = plan(page, served)
    asked = {
        (rate["platform"], rate["format"]): rate["fee_per_post"]
        for rate in creator(page, served, first)["rates"]
    }
    platform, kind, fee, posts = (
        term(page, "Roster A", first, label)
        for label in ("Platform", "Format", "Fee for all", "Posts")
    )
    rate = asked[platform.input_value(), kind.input_value()]
    expect(fee).to_have_value(f"{rate:g}")
    posts.fill("2")
    assert float(fee.input_value()) == round(2 * rate, 2)
    expect(roster(page, "Roster A")).to_contain_text(f"1 creator, cost {exact(2 * rate)}")
    fee.fill("1000")
    posts.fill("4")
    expect(fee).to_have_value("1000")


def test_a_creator_added_again_is_booked_in_another_way_then_shown(page: Page, served: str) -> None:
    page.goto(served)
    one = next(one for one in creators(page, served) if len(one["rates"]) == 2)
    look_for(page, one["handle"])
    rows = roster(page, "Roster A").locator(".bookings > li")
    for count in (1, 2, 2):
        book(page, "Roster A", one["handle"])
        expect(rows).to_have_count(count)
    expect(page.locator("#scenarios-0-roster-0-posts")).to_be_focused()
    assert len(set(rows.locator(".what").all_text_contents())) == 2


def test_terms_are_set_for_a_whole_roster_and_taken_back(page: Page, served: str) -> None:
    first, _ = plan(page, served)
    ghost = str(GHOST["handle"])
    look_for(page, "çel")
    book(page, "Roster A", ghost)
    card = roster(page, "Roster A")
    rate = float(term(page, "Roster A", first, "Fee for all").input_value())
    card.get_by_text("Set terms for all").click()
    bulk = card.locator(".bulk")
    bulk.get_by_label("Posts", exact=True).fill("3")
    bulk.get_by_label("Disclosure").select_option("hashtag")
    bulk.get_by_role("button", name="Set for 2 bookings").click()
    # A rate goes on filling the fee; nobody knows the ghost's.
    expect(card).to_contain_text(f"2 creators, cost {exact(3 * rate)}")
    for handle in (first, ghost):
        expect(term(page, "Roster A", handle, "Disclosure")).to_have_value("hashtag")
        expect(term(page, "Roster A", handle, "Freedom")).to_have_value("guided")
    page.get_by_role("button", name="Undo").click()
    expect(card).to_contain_text(f"2 creators, cost {exact(rate)}")


def test_rosters_are_copied_changed_named_added_and_removed(page: Page, served: str) -> None:
    first, second = plan(page, served)
    fee = float(term(page, "Roster A", first, "Fee for all").input_value())
    page.get_by_label("Copy Roster A").click()
    roster(page, "Roster A (2)").get_by_label("Name of this roster").fill("Twice as much")
    page.locator("#scenarios-2-roster-0 summary").click()
    page.locator("#scenarios-2-roster-0-posts").fill("2")
    expect(roster(page, "Roster A")).to_contain_text(f"cost {exact(fee)}")
    copied = page.locator("#scenarios-2-roster").locator("xpath=..")
    expect(copied).to_contain_text(f"cost {exact(2 * fee)}")
    expect(page.get_by_label(f"Add {second} to Twice as much")).to_be_visible()
    more = page.get_by_role("button", name="Add a roster")
    for _ in range(3):
        more.click()
    expect(more).to_be_disabled()
    cards = page.locator("#rosters > section")
    expect(cards).to_have_count(6)
    for left in (5, 4, 3, 2):
        cards.last.locator(".acts").get_by_text("Remove").click()
        expect(cards).to_have_count(left)
    expect(page.get_by_label("Remove Roster A", exact=True)).to_be_disabled()


def test_a_removed_roster_and_a_removed_booking_come_back(page: Page, served: str) -> None:
    first, second = plan(page, served)
    book(page, "Roster A", second)
    roster(page, "Roster A").get_by_label(f"Remove {first}", exact=True).click()
    expect(page.locator("#undo")).to_contain_text(f"{first} was removed from Roster A")
    # What was typed since stays as it is.
    page.get_by_label("Name of this roster").first.fill("Renamed")
    page.get_by_role("button", name="Undo").click()
    rows = page.locator("#scenarios-0-roster > li .who")
    expect(rows).to_have_text([first, second])
    page.get_by_role("button", name="Add a roster").click()
    page.get_by_label("Remove Renamed").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Name of this roster").first).to_have_value("Renamed")
    expect(rows).to_have_count(2)


def test_a_creator_who_is_not_in_the_catalog_is_proposed(page: Page, served: str) -> None:
    _, second = plan(page, served)
    page.get_by_text("Propose a creator who is not in the catalog").click()
    place = page.locator("#proposal")
    add = page.get_by_label("Add the proposed creator to Roster A")
    place.get_by_label("Handle").fill("@new")
    add.click()
    expect(page.locator("#proposal-problem")).to_contain_text("Niche is missing")
    place.get_by_label("Niche").fill("food")
    place.get_by_label("Language, two letters").fill("en")
    place.get_by_label("Followers", exact=True).fill("5000")
    place.get_by_label("Comments they answer, %").fill("30")
    home, away = answered(page, served, "v1/markets")["items"][:2]
    where = place.get_by_label("Their followers live in, %")
    wrong = {"Nowhere 10": "is no market", f"{home['name']} 101": "add up to 101 %"}
    for typed, fault in wrong.items():
        where.fill(typed)
        add.click()
        expect(page.locator("#proposal-problem")).to_contain_text(fault)
        expect(where).to_be_focused()
    where.fill(f"{home['name'].upper()} 60 %; {away['market_id']} 20")
    held: list[Route] = []
    page.route("**/v1/markets?*", lambda route: held.append(route))  # noqa: PLW0108
    page.reload()  # half-filled forms survive too, and are used before all is loaded
    add.click()
    expect(page.locator("#proposal-problem")).to_contain_text("markets are still being loaded")
    held[0].continue_()
    expect(open_booking(page, "Roster A", "@new")).to_contain_text("not in the catalog")
    with page.expect_request("**/v1/compare") as asked:
        compare(page)
    proposed = sent(asked.value)["scenarios"][0]["roster"][1]["creator"]
    assert proposed == {
        "category": "food", "language": "en", "followers": 5000, "reply_rate": 0.3,
        "audience": {"market": {home["market_id"]: 0.6, away["market_id"]: 0.2}},
    }  # fmt: skip
    verdict = page.get_by_role("article", name="Roster A")
    expect(verdict.locator(".badge")).to_have_text("Partly outside experience")
    expect(verdict).to_contain_text("the interval is wider: @new.")
    assert second in found(page)
