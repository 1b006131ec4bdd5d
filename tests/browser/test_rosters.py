"""Building rosters: search, terms, copies, removals, proposals."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.steps import open_booking, plan, roster, sent, term

FILTERS = {
    "Niche": ("skincare", 3),
    "Platform": ("tiktok", 2),
    "Language": ("de", 1),
    "Community": ("berlin", 1),
    "Size": ("mega", 1),
}


def test_every_filter_narrows_the_list(page: Page, served: str) -> None:
    page.goto(served)
    page.get_by_text("More filters").click()
    for label, (value, total) in FILTERS.items():
        field = page.get_by_role("search").get_by_label(label, exact=True)
        field.select_option(value)
        expect(page.locator("#found")).to_have_text(
            re.compile(f"^{total} creators? match(es)?, {total} shown")
        )
        field.select_option("")
    expect(page.locator("#found")).to_have_text("5 creators match, 5 shown.")


def test_numbers_narrow_the_list_and_all_filters_are_cleared_at_once(
    page: Page, served: str
) -> None:
    page.goto(served)
    page.get_by_text("More filters").click()
    page.get_by_label("Price of a post to").fill("500")
    expect(page.locator("#found")).to_have_text("1 creator matches, 1 shown.")
    page.get_by_label("Followers from").fill("50000")
    expect(page.locator("#found")).to_contain_text("No creator matches")
    page.get_by_role("button", name="Clear the filters").click()
    expect(page.locator("#found")).to_have_text("5 creators match, 5 shown.")


def test_bounds_in_the_wrong_order_are_explained(page: Page, served: str) -> None:
    page.goto(served)
    page.get_by_text("More filters").click()
    page.get_by_label("Followers from").fill("900")
    page.get_by_label("Followers to").fill("100")
    expect(page.locator("#found")).to_contain_text("expected at least min_followers (900)")


def test_an_answer_that_comes_late_is_dropped(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.locator("#found")).to_have_text("5 creators match, 5 shown.")
    held: list[Route] = []

    def hold(route: Route, request: Request) -> None:
        if "query=b&" in request.url or request.url.endswith("query=b"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/v1/creators?*", hold)
    field = page.get_by_label("Handle or id")
    field.fill("b")
    while not held:
        page.wait_for_timeout(20)
    field.fill("çel")
    expect(page.locator("#found")).to_have_text("1 creator matches, 1 shown.")
    # The browser has given the first question up; whatever arrives for it changes nothing.
    held[0].abort()
    expect(page.locator("#found-list")).to_contain_text("@Çelik")


def test_a_rate_fills_the_fee_until_one_is_typed(page: Page, served: str) -> None:
    plan(page, served)
    fee = term(page, "Roster A", "@anna.glow", "Fee for all")
    posts = term(page, "Roster A", "@anna.glow", "Posts")
    expect(fee).to_have_value("750")
    posts.fill("2")
    expect(fee).to_have_value("1500")
    expect(roster(page, "Roster A")).to_contain_text("1 creator, cost 1,500")
    fee.fill("1000")
    posts.fill("4")
    expect(fee).to_have_value("1000")


def test_a_creator_added_again_is_booked_in_another_way_then_shown(page: Page, served: str) -> None:
    plan(page, served)
    add = page.get_by_label("Add @anna.glow to Roster A")
    add.click()
    expect(roster(page, "Roster A").locator(".bookings > li")).to_have_count(2)
    expect(roster(page, "Roster A")).to_contain_text("tiktok")
    add.click()
    expect(roster(page, "Roster A").locator(".bookings > li")).to_have_count(2)
    expect(page.locator("#scenarios-0-roster-0-posts")).to_be_focused()


def test_terms_are_set_for_a_whole_roster_and_taken_back(page: Page, served: str) -> None:
    plan(page, served)
    page.get_by_label("Add @Çelik to Roster A").click()
    card = roster(page, "Roster A")
    card.get_by_text("Set terms for all").click()
    bulk = card.locator(".bulk")
    bulk.get_by_label("Posts", exact=True).fill("3")
    bulk.get_by_label("Disclosure").select_option("hashtag")
    bulk.get_by_role("button", name="Set for 2 bookings").click()
    # A rate goes on filling the fee: three posts of 750; nobody knows the other's.
    expect(card).to_contain_text("2 creators, cost 2,250")
    for handle in ("@anna.glow", "@Çelik"):
        expect(term(page, "Roster A", handle, "Disclosure")).to_have_value("hashtag")
        expect(term(page, "Roster A", handle, "Freedom")).to_have_value("guided")
    page.get_by_role("button", name="Undo").click()
    expect(card).to_contain_text("2 creators, cost 750")


def test_a_roster_is_copied_changed_and_named(page: Page, served: str) -> None:
    plan(page, served)
    page.get_by_label("Copy Roster A").click()
    copy = roster(page, "Roster A (2)")
    copy.get_by_label("Name of this roster").fill("Twice as much")
    page.locator("#scenarios-2-roster-0 summary").click()
    page.locator("#scenarios-2-roster-0-posts").fill("2")
    expect(roster(page, "Roster A")).to_contain_text("cost 750")
    expect(page.locator("#scenarios-2-roster").locator("xpath=..")).to_contain_text("cost 1,500")
    expect(page.get_by_label("Add @bo to Twice as much")).to_be_visible()


def test_two_to_six_rosters_stand_side_by_side(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.get_by_label("Remove Roster A")).to_be_disabled()
    more = page.get_by_role("button", name="Add a roster")
    for _ in range(4):
        more.click()
    expect(more).to_be_disabled()
    expect(page.locator("#rosters > section")).to_have_count(6)
    page.get_by_label("Remove Roster C").click()
    expect(page.locator("#rosters > section")).to_have_count(5)


def test_a_removed_roster_and_a_removed_booking_come_back(page: Page, served: str) -> None:
    plan(page, served)
    page.get_by_label("Add @née/slash to Roster A").click()
    page.get_by_label("Remove @anna.glow").click()
    expect(page.locator("#undo")).to_contain_text("@anna.glow was removed from Roster A")
    # What was typed since stays as it is.
    page.get_by_label("Name of this roster").first.fill("Renamed")
    page.get_by_role("button", name="Undo").click()
    rows = page.locator("#scenarios-0-roster > li .who")
    expect(rows).to_have_text(["@anna.glow", "@née/slash"])
    page.get_by_role("button", name="Add a roster").click()
    page.get_by_label("Remove Renamed").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Name of this roster").first).to_have_value("Renamed")
    expect(rows).to_have_count(2)


def test_a_creator_who_is_not_in_the_catalog_is_proposed(page: Page, served: str) -> None:
    page.goto(served)
    page.get_by_text("Propose a creator who is not in the catalog").click()
    place = page.locator("#proposal")
    add = page.get_by_label("Add the proposed creator to Roster A")
    place.get_by_label("Handle").fill("@new")
    add.click()
    expect(page.locator("#proposal-problem")).to_contain_text("Niche is missing")
    place.get_by_label("Niche").fill("food")
    place.get_by_label("Language, two letters").fill("en")
    place.get_by_label("Followers").fill("5000")
    place.get_by_label("Comments they answer, %").fill("30")
    page.reload()  # half-filled forms survive too
    add.click()
    row = open_booking(page, "Roster A", "@new")
    expect(row).to_contain_text("not in the catalog")
    page.get_by_label("Add @bo to Roster B").click()
    with page.expect_request("**/v1/compare") as asked:
        page.get_by_role("button", name="Compare", exact=True).click()
    creator = sent(asked.value)["scenarios"][0]["roster"][0]["creator"]
    assert creator == {"category": "food", "language": "en", "followers": 5000, "reply_rate": 0.3}
