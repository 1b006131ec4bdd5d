"""How soon creators are found while typing, in a catalog of thousands."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from experiments.studies.page_speed.demo_home import measured_home, with_creators
from experiments.studies.page_speed.opened import as_metrics, median_and_worst, opened_page
from experiments.studies.parts import Line

_CREATORS, _QUICK_CREATORS = 5_000, 200
#: Typed letter by letter, each letter once the one before it was answered.
_WORDS: Final = ("skincare.1", "gaming.22", "x00004")
_QUICK_WORDS: Final = ("skin",)
#: After the next key: how long until what it finds is painted, and how that time was spent.
_WATCH: Final = """() => {
  const told = document.getElementById("found");
  const field = document.getElementById("search-query");
  window.typed = new Promise((done) => {
    let pressed = 0;
    field.addEventListener("input", (event) => { pressed = event.timeStamp; }, { once: true });
    new MutationObserver((_, watching) => {
      watching.disconnect();
      requestAnimationFrame(() => setTimeout(() => {
        const asked = performance.getEntriesByType("resource")
          .filter(({ name }) => name.includes("/v1/creators?")).at(-1);
        performance.clearResourceTimings();
        done({ shown: performance.now() - pressed, waited: asked.startTime - pressed });
      }));
    }).observe(told, { childList: true });
  });
}"""


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """One key after the other."""
    home = measured_home(work, quick=quick, seed=seed)
    creators, words = (_QUICK_CREATORS, _QUICK_WORDS) if quick else (_CREATORS, _WORDS)
    with opened_page(with_creators(home, creators, seed, work / "many")) as page:
        page.locator("#search-query").focus()
        keys(page, "warm")
        times = [time for word in words for time in keys(page, word)]
    shown = [time["shown"] for time in times]
    paused = [time["waited"] for time in times]
    worked = [both - pause for both, pause in zip(shown, paused, strict=True)]
    return [
        Line(
            f"search in {creators:,} creators, {len(times)} keys: from a key until what it finds "
            "is shown",
            median_and_worst(shown),
            "< 100 ms",
            as_metrics("search", shown),
        ),
        Line(
            "of that, waiting whether another key follows; and all the rest",
            f"{median_and_worst(paused)}; {median_and_worst(worked)}",
            "",
            {**as_metrics("pause", paused), **as_metrics("work", worked)},
        ),
    ]


def keys(page: Page, word: str) -> list[dict[str, float]]:
    """Milliseconds of each letter: `shown` in all, `waited` before the service was asked."""
    page.locator("#search-query").fill("")
    page.wait_for_timeout(500)
    times = []
    for letter in word:
        page.evaluate(_WATCH)
        page.keyboard.press(letter)
        times.append(page.evaluate("() => window.typed"))
    return times
