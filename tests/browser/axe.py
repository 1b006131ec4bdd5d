"""What axe finds on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Only what is wrong is told at length, which takes a third of the time.
_BRIEF: dict[str, object] = {"resultTypes": ["violations"]}
WCAG: dict[str, object] = _BRIEF | {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}
CONTRAST: dict[str, object] = _BRIEF | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def violations(page: Page, rules: dict[str, object], *within: str) -> list[str]:
    """What axe finds, one line each: on the whole page, or in these parts of it."""
    parts = {"include": [[part] for part in within]} if within else None
    found = Axe().run(page, context=parts, options=rules).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"]
    ]
