"""What a planner does on the page, in words that several tests share."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, Request, expect


def plan(page: Page, url: str) -> None:
    """Book @anna.glow in roster A and @bo in roster B."""
    page.goto(url)
    page.get_by_label("Add @anna.glow to Roster A").click()
    page.get_by_label("Add @bo to Roster B").click()


def compare(page: Page, rosters: int = 2) -> None:
    """Press Compare and wait for the answer."""
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#status")).to_have_text(f"{rosters} rosters compared.")


def roster(page: Page, name: str) -> Locator:
    """The card of one roster."""
    return page.get_by_role("region", name=name, exact=True)


def open_booking(page: Page, name: str, handle: str) -> Locator:
    """Show the terms of one booking; returns its row."""
    row = roster(page, name).locator(".bookings > li").filter(has_text=handle).first
    if row.locator("details").get_attribute("open") is None:
        row.locator("summary").click()
    return row


def term(page: Page, name: str, handle: str, label: str) -> Locator:
    """The field of one term of one booking."""
    return open_booking(page, name, handle).get_by_label(label, exact=True)


def sent(request: Request) -> Any:
    """The JSON that was sent."""
    return request.post_data_json
