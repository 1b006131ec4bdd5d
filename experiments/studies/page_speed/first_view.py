"""How long the first view takes to be drawn, and how much is loaded for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser

from experiments.studies.page_speed.chromium import chromium
from experiments.studies.page_speed.demo_home import measured_home
from experiments.studies.page_speed.opened import (
    WATCH_FIRST_VIEW,
    as_metrics,
    median_and_worst,
)
from experiments.studies.parts import Line
from experiments.studies.service_load.running import service

_VIEWS, _QUICK_VIEWS = 15, 2
_WARM_UP = 3
_TOLD: Final = """async () => {
  const drawn = await window.firstView;
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return { drawn, painted: paint.startTime };
}"""
_LOADED: Final = """() => [...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource")].filter(({ name }) => !name.includes("/v1/"))
  .map(({ decodedBodySize }) => decodedBodySize)"""


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Views by visitors who never were there before, one after the other."""
    views = _QUICK_VIEWS if quick else _VIEWS
    with service(measured_home(work, quick=quick, seed=seed)) as server, chromium() as browser:
        seen = [_view(browser, server.address) for _ in range(_WARM_UP + views)][_WARM_UP:]
        sizes = _sizes(browser, server.address)
    drawn = [one["drawn"] for one in seen]
    painted = [one["painted"] for one in seen]
    return [
        Line(
            f"first view, {views} times with an empty cache: from the navigation until everything "
            "is drawn, the chart of the baseline too",
            median_and_worst(drawn),
            "< 1,000 ms",
            as_metrics("first_view", drawn),
        ),
        Line(
            "first contentful paint",
            median_and_worst(painted),
            "",
            as_metrics("first_paint", painted),
        ),
        Line(
            "page, styles and scripts of the first view, uncompressed",
            f"{sum(sizes) / 1000:,.0f} kB in {len(sizes)} files; nothing of a library",
            "< 1,000 kB",
            {"bytes": float(sum(sizes)), "files": float(len(sizes))},
        ),
    ]


def _view(browser: Browser, address: str) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 1360, "height": 1000})
    page = context.new_page()
    page.add_init_script(WATCH_FIRST_VIEW)
    page.goto(address)
    told: dict[str, Any] = page.evaluate(_TOLD)
    context.close()
    return told


def _sizes(browser: Browser, address: str) -> list[int]:
    """Bytes of each file of ours, those fetched ahead of their use too."""
    page = browser.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    found: list[int] = page.evaluate(_LOADED)
    page.close()
    return found
