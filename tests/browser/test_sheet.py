"""A CSV of bookings: what is right is added, what is wrong is named by its line and kept."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from rosterlift.scenario_files import CAMPAIGN, NEEDED, compare_request, read_scenarios
from tests.browser.steps import answered, creator, creators, plan, roster
from tests.browser.words import exact


def read_in_page(page: Page, text: str) -> dict[str, Any]:
    """What the page's own reader makes of a table, and what it writes of it again."""
    found: dict[str, Any] = page.evaluate(
        """async (text) => {
          const sheet = await import("./page/plan/sheet.js");
          const { rows, faults } = sheet.readTable(text);
          return { rows, faults, bookings: rows.map((row) => sheet.readBooking(row)) };
        }""",
        text,
    )
    return found


def test_right_rows_are_added_and_wrong_ones_stay_with_their_reasons(
    page: Page, served: str
) -> None:
    page.goto(served)
    first, second, third = creators(page, served)[:3]
    sheet = [
        "creator_id,platform,format,posts,fee,disclosure,invites_ugc",
        f"{first['creator_id']},tiktok,short_video,2,900,hashtag,yes",
        f"{second['handle'].upper()},,,,,,",
        "nobody,tiktok,short_video,1,10,,",
        f"{third['creator_id']},tiktok,short_video,2.5,ten,nowhere,perhaps",
        f"{first['creator_id']},tiktok,short_video,1,5,,",
    ]
    page.get_by_role("button", name="Add a CSV").click()
    area = page.get_by_role("textbox", name="Bookings")
    area.fill("\n".join(sheet) + "\n")
    page.get_by_role("button", name="Read").click()
    found = page.locator("#sheet-found")
    expect(found).to_contain_text("2 rows of 5 can be added. 3 lines must be mended")
    expect(found.locator("li")).to_have_text([
        "Line 4, creator_id: nobody in the catalog is called nobody; mend it, or add "
        "creator_category, creator_language and creator_followers to propose them",
        "Line 5, disclosure: expected one of platform_label, hashtag, none; found nowhere",
        "Line 5, posts: expected a whole number from 1 to 50; found 2.5",
        "Line 5, fee: expected a number such as 1250.50; found ten",
        "Line 5, invites_ugc: expected true or false; found perhaps",
        "Line 6, creator_id: this creator is booked there on this platform in this format "
        "already; add the posts up in one row",
    ])  # fmt: skip
    page.get_by_role("button", name="Line 4, creator_id").click()
    chosen = "el => el.value.slice(el.selectionStart, el.selectionEnd)"
    assert area.evaluate(chosen) == sheet[3]
    page.get_by_role("button", name="Add 2 bookings").click()
    left = [sheet[at] for at in (0, 3, 4, 5)]
    assert area.input_value().splitlines() == left
    page.get_by_role("button", name="Close", exact=True).click()
    card = roster(page, "Roster A")
    expect(card.locator(".who")).to_have_text([first["handle"], second["handle"]])
    # Two posts for 900 as written; one of the other's, a short video at their own rate.
    usual = max(
        second["rates"],
        key=lambda rate: (rate["format"] == "short_video", rate["fee_source"] == "rates"),
    )
    cost = 900 + usual["fee_per_post"]
    expect(card).to_contain_text(f"cost {exact(cost)}")
    page.reload()
    page.get_by_role("button", name="Add a CSV").click()
    expect(page.get_by_role("textbox", name="Bookings")).to_have_value("\n".join(left) + "\n")


def test_a_file_brings_scenarios_and_their_campaign_and_can_be_taken_back(
    page: Page, served: str, tmp_path: Path
) -> None:
    page.goto(served)
    suggested = page.get_by_label("First posting day")
    expect(suggested).not_to_have_value("")
    before = suggested.input_value()
    handles = [one["handle"] for one in creators(page, served)[:3]]
    brand = answered(page, served, "v1/brands")["items"][0]["brand_id"]
    markets = [one["market_id"] for one in answered(page, served, "v1/markets")["items"]]
    columns = ["scenario", "brand_id", "category", "starts_on", "ends_on", "markets", "handle"]
    shared = [brand, "skincare", "2025-06-02", "2025-06-08", ";".join(markets[:2])]
    rows = [
        [name, *shared, handle]
        for name, handle in zip(("Big", "Small", "Third"), handles, strict=True)
    ]
    file = tmp_path / "plan.csv"
    file.write_text("".join("\t".join(row) + "\n" for row in (columns, *rows)))
    page.get_by_role("button", name="Add a CSV").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    expect(page.get_by_label("Take the file's campaign too")).to_be_checked()
    page.get_by_role("button", name="Add 3 bookings").click()
    names = page.get_by_label("Name of this roster")
    expect(names).to_have_count(3)
    assert [names.nth(at).input_value() for at in range(3)] == ["Big", "Small", "Third"]
    expect(suggested).to_have_value("2025-06-02")
    expect(page.locator("#market-count")).to_have_text(f"2 of {len(markets)} markets chosen.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".bookings")).to_have_count(0)
    expect(suggested).to_have_value(before)


UNREADABLE = {
    "": (1, "nothing here"),
    "c1,tiktok\nc2,tiktok": (1, "a first line with the names of the columns"),
    "creator_id,colour\nc1,red": (1, "no such column"),
    "creator_id,fee\nc1,1,2": (2, "more values (3) than columns (2)"),
    'creator_id,fee\nc1,"1': (2, "never closed"),
}


def test_any_table_that_python_writes_is_read_and_others_say_where_they_are_wrong(
    page: Page, served: str
) -> None:
    page.goto(served)
    briefs = ['say "hi"', "two\nlines", "a;b,c\td", " spaced ", "ünï ☕", ""]
    for separator in (",", ";", "\t"):
        written = io.StringIO()
        writer = csv.writer(written, delimiter=separator)
        writer.writerow(["creator_id", "posts", "fee", "brief"])
        writer.writerows(["c1", 2, "1.5", brief] for brief in briefs)
        found = read_in_page(page, "\ufeff" + written.getvalue())
        assert found["faults"] == []
        told = [row["values"].get("brief", "") for row in found["rows"]]
        assert told == [brief.strip() for brief in briefs]
        # The reader counts lines as an editor does: the second row's brief has two of them.
        assert [row["line"] for row in found["rows"]] == [2, 3, 5, 6, 7, 8]
        assert all(row["booking"]["posts"] == 2 for row in found["bookings"])
    for text, (line, words) in UNREADABLE.items():
        faults = read_in_page(page, text)["faults"]
        assert [fault["line"] for fault in faults if words in fault["message"]] == [line], text


def test_the_csv_that_is_downloaded_is_the_command_line_s(
    page: Page, served: str, tmp_path: Path
) -> None:
    first, _ = plan(page, served)
    page.get_by_role("button", name="Add a CSV").click()
    page.get_by_role("textbox", name="Bookings").fill(
        "creator_id;creator_category;creator_language;creator_followers\n@new;food;en;5000"
    )
    page.get_by_role("button", name="Read").click()
    page.get_by_role("button", name="Add 1 booking").click()
    page.get_by_label("Brief to the creators").fill('Say "hi",\nthen smile.')
    page.get_by_text("Share and keep").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download CSV").click()
    file = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(file)
    (body,) = read_scenarios(file).bodies
    assert body["campaign"]["brief"].splitlines() == ['Say "hi",', "then smile."]
    assert [one["name"] for one in body["scenarios"]] == ["Roster A", "Roster B"]
    assert [len(one.roster) for one in compare_request(body).scenarios] == [2, 1]
    booked, proposed = body["scenarios"][0]["roster"]
    assert booked["creator_id"] == creator(page, served, first)["creator_id"]
    assert booked["fee"] in {one["fee_per_post"] for one in creator(page, served, first)["rates"]}
    assert proposed["creator"] == {"category": "food", "language": "en", "followers": 5000}
    assert set(NEEDED) | set(CAMPAIGN) <= set(file.read_text().splitlines()[0].split(","))
