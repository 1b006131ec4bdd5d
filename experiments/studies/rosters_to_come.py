"""Judging a model on a world's rosters to come, whose true lifts the world knows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from features.entities import Booking, Campaign, Roster
from features.snapshot import Snapshot
from training.arrays import Floats, Integers
from training.bundle import Bundle
from training.forecast import forecast_roster
from training.intervals import quantile_interval
from training.metrics import choice_regret_error, coverage_score, r2_score, rank_score

_LEVEL = 0.9


@dataclass(frozen=True)
class FutureRoster:
    """One of the rosters a planner could choose; `group` numbers the choice."""

    group: int
    campaign: Campaign
    roster: Roster
    true_lift: float


@dataclass(frozen=True)
class Judged:
    """Predictions beside the truth [roster]; no interval where a learner gives none."""

    truth: Floats
    predicted: Floats
    low: Floats | None
    high: Floats | None
    group: Integers

    @property
    def r2(self) -> float:
        return r2_score(self.truth, self.predicted)

    @property
    def rank(self) -> float:
        return rank_score(self.truth, self.predicted)

    @property
    def regret(self) -> float:
        return choice_regret_error(self.truth, self.predicted, self.group)

    @property
    def coverage(self) -> float | None:
        if self.low is None or self.high is None:
            return None
        return coverage_score(self.truth, self.low, self.high)


def read_future(path: Path) -> list[FutureRoster]:
    """Read the `future.json` of a simulated world."""
    rosters = []
    for group, question in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        campaign = _campaign(question["campaign"])
        for alternative in question["alternatives"]:
            roster = tuple(Booking(**booking) for booking in alternative["roster"])
            rosters.append(FutureRoster(group, campaign, roster, float(alternative["true_lift"])))
    return rosters


def judge(bundle: Bundle, known: Snapshot, future: Sequence[FutureRoster]) -> Judged:
    """Forecast every roster and set it beside its true lift."""
    forecasts = [forecast_roster(bundle, known, f.campaign, f.roster) for f in future]
    bounds = [quantile_interval(forecast.lift, _LEVEL) for forecast in forecasts]
    return Judged(
        truth=np.array([f.true_lift for f in future]),
        predicted=np.array([forecast.expected_lift() for forecast in forecasts]),
        low=np.array([low for low, _ in bounds]),
        high=np.array([high for _, high in bounds]),
        group=np.array([f.group for f in future], dtype=np.int64),
    )


def _campaign(content: dict[str, Any]) -> Campaign:
    markets = content.get("markets")
    return Campaign(
        brand_id=content["brand_id"],
        category=content["category"],
        starts_on=date.fromisoformat(content["starts_on"]),
        ends_on=date.fromisoformat(content["ends_on"]),
        brief=content.get("brief"),
        markets=tuple(markets) if markets else None,
    )
