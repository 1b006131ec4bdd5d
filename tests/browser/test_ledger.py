"""The ledger's page: words first, a dot a campaign, and for everybody."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from serving.directory.ledger import FILE
from tests.browser.axe import CONTRAST, WCAG, violations
from tests.experiments.ledger.invented_ledger import invented_document


def test_the_ledger_is_told_drawn_and_listed(page: Page, served: str, home: Path) -> None:
    page.goto(f"{served}/ledger")
    expect(page.get_by_role("alert")).to_contain_text("none was made yet")
    (home / FILE).parent.mkdir(exist_ok=True)
    # A ledger of the small world would be made in minutes; this one
    # holds a campaign of every kind.
    (home / FILE).write_text(json.dumps(invented_document(truth=0.2)))
    page.goto(served)
    page.get_by_role("link", name="Predicted and measured").click()
    expect(page.locator(".rule")).to_contain_text("Train again.")
    expect(page.locator("tr.fires").first).to_contain_text("coverage")
    # Forty forecasts, one of them told; the one without and the faulty one are not drawn.
    expect(page.locator(".pairs circle")).to_have_count(40)
    expect(page.locator(".pairs circle:not(.hindcast)")).to_have_count(1)
    rows = page.get_by_role("region", name="Campaigns").locator("tbody tr")
    expect(rows).to_have_count(42)
    expect(rows.first).to_contain_text("not counted: ")
    expect(rows.last).to_contain_text("version 3, asked with other fee")
    # What came out of the data is text, never markup.
    expect(rows.last).to_contain_text("Dew <b>&amp;</b>")
    expect(page.get_by_role("region", name="Standings")).to_contain_text("cheapest roster")
    assert violations(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, CONTRAST) == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (320, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(overflow) == 0, width
