"""Judging a model on a world's rosters to come, whose true lifts the world knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np

from features.entities import Booking, Campaign, Roster
from features.snapshots.snapshot import Snapshot
from training.arrays import Floats, Integers
from training.bundle import Bundle
from training.forecast import RosterForecast, forecast_roster
from training.intervals import quantile_interval
from training.metrics.truth import choice_regret_error, coverage_score, r2_score, rank_score

#: The levels of the intervals that are judged.
LEVELS = (0.5, 0.9)

Bounds = tuple[Floats, Floats]


@dataclass(frozen=True)
class FutureRoster:
    """One of the rosters a planner could choose; `group` numbers the choice."""

    group: int
    campaign: Campaign
    roster: Roster
    true_lift: float


@dataclass(frozen=True)
class Judged:
    """Predictions beside the truth [roster], and intervals by level where a learner gives some."""

    truth: Floats
    predicted: Floats
    group: Integers
    intervals: Mapping[float, Bounds] = field(default_factory=dict)

    @property
    def r2(self) -> float:
        return r2_score(self.truth, self.predicted)

    @property
    def rank(self) -> float:
        return rank_score(self.truth, self.predicted)

    @property
    def regret(self) -> float:
        return choice_regret_error(self.truth, self.predicted, self.group)

    def coverage(self, level: float) -> float:
        """Share of true lifts inside their intervals of a level."""
        return coverage_score(self.truth, *self.intervals[level])

    @classmethod
    def of_draws(
        cls, future: Sequence[FutureRoster], predicted: Floats, draws: Sequence[Floats]
    ) -> Self:
        """Judge expected lifts [roster] with the draws of each roster's lift."""
        bounds = {level: [quantile_interval(lift, level) for lift in draws] for level in LEVELS}
        return cls(
            truth=true_lifts(future),
            predicted=predicted,
            group=groups(future),
            intervals={
                level: (np.array([low for low, _ in ends]), np.array([high for _, high in ends]))
                for level, ends in bounds.items()
            },
        )

    def to_json(self) -> dict[str, Any]:
        """Plain lists, for results on the way."""
        ends = {str(k): [low.tolist(), high.tolist()] for k, (low, high) in self.intervals.items()}
        arrays = {name: getattr(self, name).tolist() for name in ("truth", "predicted", "group")}
        return {**arrays, "intervals": ends}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Rebuild from `to_json`."""
        return cls(
            truth=np.array(content["truth"]),
            predicted=np.array(content["predicted"]),
            group=np.array(content["group"], dtype=np.int64),
            intervals={
                float(level): (np.array(low), np.array(high))
                for level, (low, high) in content["intervals"].items()
            },
        )


def read_future(path: Path) -> list[FutureRoster]:
    """Read the `future.json` of a simulated world."""
    rosters = []
    for group, question in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        campaign = _campaign(question["campaign"])
        for alternative in question["alternatives"]:
            roster = tuple(Booking(**booking) for booking in alternative["roster"])
            rosters.append(FutureRoster(group, campaign, roster, float(alternative["true_lift"])))
    return rosters


def true_lifts(future: Sequence[FutureRoster]) -> Floats:
    """What the rosters would do [roster]."""
    return np.array([f.true_lift for f in future])


def groups(future: Sequence[FutureRoster]) -> Integers:
    """Which choice each roster belongs to [roster]."""
    return np.array([f.group for f in future], dtype=np.int64)


def forecast_all(
    bundle: Bundle, known: Snapshot, future: Sequence[FutureRoster]
) -> list[RosterForecast]:
    """Forecast every roster, as the service would."""
    return [forecast_roster(bundle, known, f.campaign, f.roster) for f in future]


def judge(future: Sequence[FutureRoster], forecasts: Sequence[RosterForecast]) -> Judged:
    """Set every roster's forecast beside its true lift."""
    predicted = np.array([forecast.expected_lift() for forecast in forecasts])
    return Judged.of_draws(future, predicted, [forecast.lift for forecast in forecasts])


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
