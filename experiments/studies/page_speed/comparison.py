"""How long a comparison of three rosters of fifty takes, from the click to the answer on screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from experiments import example
from experiments.studies.page_speed.demo_home import measured_home
from experiments.studies.page_speed.opened import as_metrics, median_and_worst, opened_page
from experiments.studies.parts import Line
from features.catalogs import catalog
from features.snapshots.snapshot import Snapshot

_ROSTERS: Final = ("Roster A", "Roster B", "Roster C")
_CREATORS, _QUICK_CREATORS = 50, 5
_ASKED, _QUICK_ASKED = 15, 2
_WARM_UP = 3
#: Resolves with the milliseconds from the click until the answer is painted.
_CLICK: Final = """() => new Promise((done) => {
  let began = 0;
  new MutationObserver((_, watching) => {
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  }).observe(document.getElementById("results"), { childList: true });
  began = performance.now();
  document.getElementById("compare").click();
})"""
#: Milliseconds that the last comparison's request took of that.
_REQUEST: Final = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith("/v1/compare")).at(-1).duration"""


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Comparisons one after the other, each of other rosters than the last."""
    home = measured_home(work, quick=quick, seed=seed)
    creators, asked = (_QUICK_CREATORS, _QUICK_ASKED) if quick else (_CREATORS, _ASKED)
    plan = work / "plan.json"
    plan.write_text(json.dumps(question(catalog.load(home), creators)), encoding="utf-8")
    with opened_page(home) as page:
        page.locator("#open-file").set_input_files(plan)
        page.locator("#scenarios-0-roster-0 summary").click()
        times = [compared(page, at) for at in range(_WARM_UP + asked)][_WARM_UP:]
    shown, answered = ([time[which] for time in times] for which in (0, 1))
    return [
        Line(
            f"comparison of {len(_ROSTERS)} rosters of {creators}, {asked} times: from the click "
            "until the answer is shown",
            median_and_worst(shown),
            "< 500 ms",
            as_metrics("comparison", shown),
        ),
        Line(
            "of that, waiting for the service's answer",
            median_and_worst(answered),
            "",
            as_metrics("answer", answered),
        ),
    ]


def question(known: Snapshot, creators: int) -> dict[str, Any]:
    """The body of /v1/compare with rosters that share nobody."""
    rates = known.rates.drop_duplicates("creator_id").to_dict("records")
    rosters = [rates[at * creators : (at + 1) * creators] for at in range(len(_ROSTERS))]
    return {
        "campaign": example.campaign_of(known, str(known.brands.index[0])),
        "margin": 0.4,
        "scenarios": [
            {"name": name, "roster": [_booking(rate) for rate in roster]}
            for name, roster in zip(_ROSTERS, rosters, strict=True)
        ],
    }


def _booking(rate: dict[Any, Any]) -> dict[str, Any]:
    named = {name: str(rate[name]) for name in ("creator_id", "platform", "format")}
    return {**named, "posts": 2, "fee": 2 * round(float(rate["fee_per_post"]), 2)}


def compared(page: Page, at: int) -> tuple[float, float]:
    """Milliseconds until the answer is shown, and of its request, for other posts than before."""
    page.locator("#scenarios-0-roster-0-posts").fill(f"{at + 1}")
    return float(page.evaluate(_CLICK)), float(page.evaluate(_REQUEST))
