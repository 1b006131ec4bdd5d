"""A CSV of bookings: what is right is added, what is wrong is named by its line and kept."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from rosterlift.scenario_files import CAMPAIGN, NEEDED, compare_request, read_scenarios
from tests.browser.steps import plan, roster

SHEET = """creator_id,platform,format,posts,fee,disclosure,invites_ugc
c1,tiktok,short_video,2,900,hashtag,yes
@BO,,,,,,
nobody,tiktok,short_video,1,10,,
c3,tiktok,short_video,2.5,ten,nowhere,perhaps
c1,tiktok,short_video,1,5,,
"""


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
    page.get_by_role("button", name="Add a CSV").click()
    page.get_by_role("textbox", name="Bookings").fill(SHEET)
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
    area = page.get_by_role("textbox", name="Bookings")
    assert area.evaluate(chosen) == "nobody,tiktok,short_video,1,10,,"
    page.get_by_role("button", name="Add 2 bookings").click()
    assert area.input_value().splitlines() == [SHEET.splitlines()[at] for at in (0, 3, 4, 5)]
    page.get_by_role("button", name="Close", exact=True).click()
    expect(roster(page, "Roster A").locator(".who")).to_have_text(["@anna.glow", "@bo"])
    # Two posts for 900 as written; one long video on YouTube at @bo's own rate.
    expect(roster(page, "Roster A")).to_contain_text("cost 4,800")
    page.reload()
    page.get_by_role("button", name="Add a CSV").click()
    expect(page.get_by_role("textbox", name="Bookings")).to_have_value(
        "\n".join(SHEET.splitlines()[at] for at in (0, 3, 4, 5)) + "\n"
    )


def test_a_file_brings_scenarios_and_their_campaign_and_can_be_taken_back(
    page: Page, served: str, tmp_path: Path
) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(
        "scenario\tbrand_id\tcategory\tstarts_on\tends_on\tmarkets\thandle\n"
        "Big\tb1\tskincare\t2024-06-03\t2024-06-09\tm1;m2\t@bo\n"
        "Small\tb1\tskincare\t2024-06-03\t2024-06-09\tm1;m2\t@anna.glow\n"
        "Third\tb1\tskincare\t2024-06-03\t2024-06-09\tm1;m2\t@anna.glow\n"
    )
    page.goto(served)
    page.get_by_role("button", name="Add a CSV").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    expect(page.get_by_label("Take the file's campaign too")).to_be_checked()
    page.get_by_role("button", name="Add 3 bookings").click()
    names = page.get_by_label("Name of this roster")
    expect(names).to_have_count(3)
    assert [names.nth(at).input_value() for at in range(3)] == ["Big", "Small", "Third"]
    expect(page.get_by_label("First posting day")).to_have_value("2024-06-03")
    expect(page.locator("#market-count")).to_have_text("2 of 3 markets chosen.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".bookings")).to_have_count(0)
    expect(page.get_by_label("First posting day")).to_have_value("2024-04-15")


def test_any_table_that_python_writes_is_read_back(page: Page, served: str) -> None:
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


UNREADABLE = {
    "": (1, "nothing here"),
    "c1,tiktok\nc2,tiktok": (1, "a first line with the names of the columns"),
    "creator_id,colour\nc1,red": (1, "no such column"),
    "creator_id,fee\nc1,1,2": (2, "more values (3) than columns (2)"),
    'creator_id,fee\nc1,"1': (2, "never closed"),
}


def test_a_table_that_cannot_be_read_says_where(page: Page, served: str) -> None:
    page.goto(served)
    for text, (line, told) in UNREADABLE.items():
        faults = read_in_page(page, text)["faults"]
        assert [fault["line"] for fault in faults if told in fault["message"]] == [line], text


def test_the_csv_that_is_downloaded_is_the_command_line_s(
    page: Page, served: str, tmp_path: Path
) -> None:
    plan(page, served)
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
    first, proposed = body["scenarios"][0]["roster"]
    assert first["fee"] == 750
    assert proposed["creator"] == {"category": "food", "language": "en", "followers": 5000}
    assert set(NEEDED) | set(CAMPAIGN) <= set(file.read_text().splitlines()[0].split(","))
