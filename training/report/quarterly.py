"""The backtest by quarter that a home keeps, for the report: what users would have got."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

#: Where `rosterlift ledger` keeps it in a home, and the version that is read here.
FILE: Final = Path("ledger") / "ledger.json"
FORMAT: Final = 1


@dataclass(frozen=True)
class Standing:
    """One way of predicting: numbers as they are written, empty where it has none."""

    label: str
    r2: str
    rank: str
    preferred: str
    behind: str


@dataclass(frozen=True)
class QuarterlyBacktest:
    """Sentences first, then the model beside rules without one; no rows where nothing is kept."""

    words: tuple[str, ...]
    standings: tuple[Standing, ...] = ()


NOT_KEPT: Final = QuarterlyBacktest(
    ("The home keeps no backtest by quarter yet: `rosterlift ledger SOURCE` makes one.",)
)


def read_quarterly(home: Path) -> QuarterlyBacktest:
    """What the home keeps; of no use to a report is what another release wrote."""
    try:
        content = json.loads((home / FILE).read_text(encoding="utf-8"))
        if content["format"] != FORMAT or content["backtest"] is None:
            return NOT_KEPT
        return _told(content)
    except (OSError, ValueError, KeyError, TypeError):
        return NOT_KEPT


def _told(content: Mapping[str, Any]) -> QuarterlyBacktest:
    scores, hindcasts = content["backtest"], content["calibration"]["hindcast"]
    words = [
        f"At the beginning of every quarter a model was trained on what was known then and asked "
        f"for the campaigns booked in it: {scores['campaigns']} campaigns, in sales until "
        f"{content['known_until']}. On average {scores['average']:+.2%} was measured."
    ]
    if hindcasts["coverage"] is not None:
        cover, slope = hindcasts["coverage"], hindcasts["slope"]
        words.append(
            f"{cover['value']:.0%} of measured lifts lie inside the {content['interval']:.0%} "
            f"intervals of what a test would show ({cover['low']:.0%} to {cover['high']:.0%}). "
            f"Where one percent more was stated, {slope['value']:.2f}% more was measured "
            f"({slope['low']:.2f} to {slope['high']:.2f})."
        )
    words.append(content["retraining"]["sentence"])
    return QuarterlyBacktest(tuple(words), tuple(_standing(one) for one in scores["standings"]))


def _standing(one: Mapping[str, Any]) -> Standing:
    found, behind = one["agreement"], one["behind"]
    return Standing(
        label=one["label"],
        r2=f"{found['r2']:.2f} of {found['r2_ceiling']:.2f}" if found else "",
        rank=f"{one['rank']:.2f}",
        preferred=f"{one['preferred']:+.2%}",
        behind=""
        if behind is None
        else f"{behind['value']:+.2%} ({behind['low']:+.2%} to {behind['high']:+.2%})",
    )
