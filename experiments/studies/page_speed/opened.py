"""The page open on a running service, and how long something took to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from playwright.sync_api import Page

from experiments.studies.page_speed.chromium import chromium
from experiments.studies.service_load.running import service

#: Everything that is there before anybody does anything.
_WHOLE: Final = """() => document.querySelector("#baseline svg")
  && document.querySelector(".found li") && document.querySelector("#best form")"""
#: Resolves with the milliseconds since the navigation began once all of it is painted.
WATCH_FIRST_VIEW: Final = f"""window.firstView = new Promise((done) => {{
  const whole = {_WHOLE};
  new MutationObserver((_, watching) => {{
    if (!whole()) return;
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now())));
  }}).observe(document, {{ childList: true, subtree: true }});
}});"""


@contextmanager
def opened_page(home: Path) -> Iterator[Page]:
    """The page on a service of its own, everything of the first view drawn."""
    with service(home) as server, chromium() as browser:
        page = browser.new_page(viewport={"width": 1360, "height": 1000})
        page.goto(server.address)
        page.wait_for_function(_WHOLE)
        yield page


def median_and_worst(milliseconds: Sequence[float]) -> str:
    """Both in words."""
    return f"median {np.median(milliseconds):.0f} ms, worst {max(milliseconds):.0f} ms"


def as_metrics(name: str, milliseconds: Sequence[float]) -> dict[str, float]:
    """Both by name."""
    found = {"median": float(np.median(milliseconds)), "worst": max(milliseconds)}
    return {f"{name}_{which}_ms": value for which, value in found.items()}
