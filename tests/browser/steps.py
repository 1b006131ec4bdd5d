"""What a planner does on the page, in words that several tests share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

#: The handle without the badge beside it.
_HANDLES = "all => all.map(one => one.firstChild.textContent)"


def plan(page: Page, url: str) -> tuple[str, str]:
    """Book the first creator found in roster A, the second in roster B; returns their handles."""
    page.goto(url)
    first, second, *_ = found(page)
    book(page, "Roster A", first)
    book(page, "Roster B", second)
    return first, second


def found(page: Page) -> list[str]:
    """Handles of the creators in the list, once there are some."""
    expect(page.locator(".found li").first).to_be_visible()
    handles: list[str] = page.locator(".found strong").evaluate_all(_HANDLES)
    return handles


def book(page: Page, roster: str, handle: str) -> None:
    """Add a creator of the list to a roster."""
    page.get_by_label(f"Add {handle} to {roster}", exact=True).click()


def look_for(page: Page, words: str) -> None:
    """Search the catalog and wait for the answer."""
    with page.expect_response("**/v1/creators?query=*"):
        page.get_by_label("Handle or id").fill(words)


def compare(page: Page, rosters: int = 2) -> Any:
    """Press Compare and wait until the answer is shown; returns the service's own."""
    with page.expect_response("**/v1/compare") as answered:
        page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("#status")).to_have_text(f"{rosters} rosters compared.")
    return answered.value.json()


def roster(page: Page, name: str) -> Locator:
    """The card of one roster."""
    return page.get_by_role("region", name=name, exact=True)


def open_booking(page: Page, name: str, handle: str) -> Locator:
    """Show the terms of one booking; returns its row."""
    whose = page.locator(".who", has_text=re.compile(f"^{re.escape(handle)}$"))
    row = roster(page, name).locator(".bookings > li").filter(has=whose).first
    if row.locator("details").get_attribute("open") is None:
        row.locator("summary").click()
    return row


def term(page: Page, name: str, handle: str, label: str) -> Locator:
    """The field of one term of one booking."""
    return open_booking(page, name, handle).get_by_label(label, exact=True)


def upload(page: Page, rows: Sequence[str]) -> None:
    """Add bookings as a CSV: the header first, rows that are all right."""
    page.get_by_role("button", name="Add a CSV").click()
    page.get_by_role("textbox", name="Bookings").fill("\n".join(rows))
    page.get_by_role("button", name="Read").click()
    page.get_by_role("button", name=re.compile(r"^Add \d+ bookings?$")).click()


def sent(request: Request) -> Any:
    """The JSON that was sent."""
    return request.post_data_json


def answered(page: Page, url: str, path: str) -> Any:
    """What the service answers to a GET."""
    return page.request.get(f"{url}/{path}").json()


def creators(page: Page, url: str) -> list[Any]:
    """Everybody in the catalog, most followers first."""
    items: list[Any] = answered(page, url, "v1/creators?limit=500")["items"]
    return items


def creator(page: Page, url: str, handle: str) -> Any:
    """One creator of the catalog."""
    return next(one for one in creators(page, url) if one["handle"] == handle)
