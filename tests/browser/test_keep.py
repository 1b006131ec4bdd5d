"""Keeping and sharing: the address, saved plans, files, paper, and a service that goes away."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from experiments.studies.service_load.running import free_port
from rosterlift.scenario_files import compare_request, read_scenarios
from serving.home import HomeLoader
from serving.settings import ServiceSettings
from tests.browser.steps import book, compare, found, plan, roster, sent, term
from tests.browser.words import exact
from tests.serving.served import served_on_loopback


def test_a_link_opens_the_same_comparison_and_leaves_the_plan_that_was_open(
    page: Page, browser: Browser, served: str
) -> None:
    first, _ = plan(page, served)
    page.get_by_label("Brief to the creators").fill("Zwölf Löffel ☕")
    term(page, "Roster A", first, "Fee for all").fill("1234.5")
    with page.expect_request("**/v1/compare") as asked:
        compare(page)
    page.wait_for_url("**/#plan=*")
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    third, fourth = plan(other, served)
    other.get_by_label("Plan", exact=True).fill("Theirs")
    book(other, "Roster A", fourth)
    other.goto("about:blank")
    with other.expect_request("**/v1/compare") as asked_there:
        other.goto(page.url)
    expect(other.locator("#status")).to_have_text("2 rosters compared.")
    assert sent(asked_there.value) == sent(asked.value)
    expect(roster(other, "Roster B")).to_contain_text("followers")
    # A change belongs to the plan, no longer to the link.
    other.get_by_label("Plan", exact=True).fill("Mine")
    term(other, "Roster A", first, "Posts").fill("2")
    expect(other).to_have_url(f"{served}/")
    other.get_by_text("Plans", exact=True).click()
    other.get_by_role("button", name="Open Theirs").click()
    expect(roster(other, "Roster A").locator(".who")).to_have_text([third, fourth])
    elsewhere.close()


def test_a_damaged_link_or_a_file_that_is_no_plan_says_so_and_changes_nothing(
    page: Page, served: str, tmp_path: Path
) -> None:
    plan(page, served)
    page.goto("about:blank")
    page.goto(f"{served}/#plan=7VbLbtswEPwVgmc")
    expect(page.locator("#problem")).to_contain_text("The link is damaged")
    wrong = {"broken.json": '{"campaign": ', "other.json": '{"colour": "red"}'}
    told = ("is no JSON that can be read", "expected an object with campaign and scenarios")
    for (name, text), words in zip(wrong.items(), told, strict=True):
        (tmp_path / name).write_text(text)
        page.locator("#open-file").set_input_files(tmp_path / name)
        expect(page.locator("#kept")).to_contain_text(words)
    expect(page.locator(".bookings > li")).to_have_count(2)


def test_plans_are_named_copied_deleted_and_come_back(page: Page, served: str) -> None:
    _, second = plan(page, served)
    plans = page.get_by_text("Plans", exact=True)
    page.get_by_label("Plan", exact=True).fill("Spring")
    plans.click()
    page.get_by_role("button", name="Copy of this plan").click()
    expect(page.get_by_label("Plan", exact=True)).to_have_value("Spring (copy)")
    page.get_by_label(f"Remove {second}", exact=True).click()
    plans.click()
    page.get_by_role("button", name="New plan").click()
    expect(page.locator(".bookings")).to_have_count(0)
    plans.click()
    saved = page.get_by_role("list", name="Saved plans")
    expect(saved.get_by_role("listitem")).to_have_count(2)
    page.get_by_label("Delete Spring (copy)").click()
    page.get_by_role("button", name="Undo").click()
    plans.click()
    expect(saved.get_by_role("listitem")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(saved).to_be_hidden()
    plans.click()
    page.get_by_role("button", name="Open Spring", exact=True).click()
    expect(page.locator(".bookings > li")).to_have_count(2)
    page.reload()
    expect(page.get_by_label("Plan", exact=True)).to_have_value("Spring")
    # Another window shows the same plan, and what is changed there.
    other = page.context.new_page()
    other.goto(served)
    expect(other.locator(".bookings > li")).to_have_count(2)
    book(other, "Roster A", found(other)[2])
    expect(page.locator(".bookings > li")).to_have_count(3)


def test_the_json_is_a_body_of_compare_and_opens_again(
    page: Page, served: str, tmp_path: Path
) -> None:
    first, _ = plan(page, served)
    page.get_by_label("Plan", exact=True).fill("Crème: brûlée")
    page.get_by_text("Share and keep").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download JSON").click()
    assert downloading.value.suggested_filename == "crème-brûlée.json"
    file = tmp_path / "again.json"
    downloading.value.save_as(file)
    (body,) = read_scenarios(file).bodies
    assert [len(one.roster) for one in compare_request(body).scenarios] == [1, 1]
    body["scenarios"].append({**body["scenarios"][0], "name": "Third"})
    file.write_text(json.dumps(body))
    page.locator("#open-file").set_input_files(file)
    expect(page.get_by_label("Plan", exact=True)).to_have_value("again")
    expect(roster(page, "Third")).to_contain_text(first)
    compare(page, 3)


def test_paper_gets_the_plan_in_words_and_no_controls(page: Page, served: str) -> None:
    first, _ = plan(page, served)
    page.get_by_label("Plan", exact=True).fill("Spring")
    term(page, "Roster A", first, "Fee for all").fill("750")
    compare(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    printed = page.locator("#printed")
    expect(printed.get_by_role("heading", name="Spring")).to_be_visible()
    expect(printed).to_contain_text("9 Mar 2025 to 22 Mar 2025")
    row = printed.get_by_role("row", name=f"{first} ")
    expect(row).to_contain_text("short video")
    expect(row).to_contain_text(exact(750))
    expect(page.locator("#results")).to_be_visible()
    for hidden in ("#campaign", "#search", "#rosters", "#compare", "#plan-bar", "#best"):
        expect(page.locator(hidden)).to_be_hidden()


def test_nothing_is_lost_while_the_service_restarts(page: Page, settings: ServiceSettings) -> None:
    port = free_port()
    with served_on_loopback(HomeLoader(settings.home), settings, port) as url:
        plan(page, url)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("What you typed is kept")
    page.get_by_label("Brief to the creators").fill("typed meanwhile")
    with served_on_loopback(HomeLoader(settings.home), settings, port):
        expect(page.locator("#status")).to_have_text("The service answers again.")
        expect(page.locator("#problem")).to_be_empty()
        expect(page.get_by_label("Brief to the creators")).to_have_value("typed meanwhile")
        compare(page)
        page.goto("about:blank")


def test_a_part_of_the_page_that_did_not_come_is_asked_for_again(page: Page, served: str) -> None:
    shows = "**/answer/comparison.js"
    page.route(shows, lambda route: route.abort())
    with page.expect_event("requestfailed"):
        plan(page, served)  # it is fetched beforehand: nobody waits for it, nobody is told
    expect(page.locator("#problem")).to_be_empty()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("What you typed is kept")
    page.unroute(shows)
    compare(page)
    expect(page.locator("#problem")).to_be_empty()


def test_a_browser_without_room_says_so(page: Page, served: str) -> None:
    page.goto(served)
    page.evaluate("void (Storage.prototype.setItem = () => { throw new Error('full'); })")
    page.get_by_label("Brief to the creators").fill("long")
    expect(page.locator("#kept")).to_contain_text("download it as JSON")
