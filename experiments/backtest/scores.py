"""A backtest's score: the model beside rules that anybody can follow, on measured lifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.backtest.agreement import Agreement, agreement
from experiments.backtest.backtest import Backtest
from experiments.backtest.rules import ONE_NUMBER, PREDICTING, RANKING
from experiments.measurement.finished import CampaignMeasurement
from training.arrays import Booleans, Floats, Integers
from training.metrics.clusters import Interval, cluster_interval
from training.metrics.policy import policy_value
from training.metrics.truth import rank_score

MODEL: Final = "model"
_PREFERRED: Final = 0.5


@dataclass(frozen=True)
class Standing:
    """How one way of predicting fared.

    `agreement` is None of a rule that only ranks. `preferred` is the mean measured lift of the
    half of the campaigns that it prefers, `behind` how much more the model's half had.
    """

    name: str
    label: str
    agreement: Agreement | None
    rank: float
    preferred: float
    behind: Interval | None


@dataclass(frozen=True)
class Scores:
    """All standings, the model's first; `average` is the mean measured lift."""

    campaigns: int
    average: float
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class _Pairs:
    """Campaigns with a hindcast and a sound measurement; all [campaign]."""

    ids: tuple[str, ...]
    stated: Floats
    inside: Booleans
    measured: Floats
    error: Floats
    by_rule: Mapping[str, Floats]


def score(
    tested: Backtest, measured: Sequence[CampaignMeasurement], seed: int = 0
) -> Scores | None:
    """Score all campaigns that have a hindcast and a measurement without faults.

    None where there are fewer than two of them.
    """
    pairs = _pairs(tested, measured)
    if len(pairs.ids) < 2:
        return None
    weight = pairs.error**-2.0
    preferences = {MODEL: pairs.stated, **_preferences(tested, pairs)}
    labels = {MODEL: "the model", **PREDICTING, **RANKING}
    numbers = {MODEL: pairs.stated, **pairs.by_rule}

    def preferred(rank: Floats, rows: Integers) -> float:
        return policy_value(pairs.measured[rows], rank[rows], share=_PREFERRED, weight=weight[rows])

    def behind(rank: Floats) -> Interval:
        return cluster_interval(
            lambda rows: preferred(pairs.stated, rows) - preferred(rank, rows),
            np.arange(len(pairs.ids)),
            seed=seed,
        )

    every = np.arange(len(pairs.ids))
    standings = [
        Standing(
            name=name,
            label=labels[name],
            agreement=_agreement(pairs, name, numbers.get(name)),
            rank=rank_score(pairs.measured, rank),
            preferred=preferred(rank, every),
            behind=None if name == MODEL else behind(rank),
        )
        for name, rank in preferences.items()
    ]
    average = float(np.average(pairs.measured, weights=weight))
    return Scores(len(pairs.ids), average, tuple(standings))


def _pairs(tested: Backtest, measured: Sequence[CampaignMeasurement]) -> _Pairs:
    hindcasts = tested.hindcasts
    both = [one for one in measured if one.campaign_id in hindcasts and not one.faults]
    stated = [hindcasts[one.campaign_id] for one in both]
    tests = [one.stated.test for one in stated if one.stated.test is not None]
    lifts = np.array([one.measurement.lift for one in both])
    low, high = (np.array([getattr(test, end) for test in tests]) for end in ("low", "high"))
    return _Pairs(
        ids=tuple(one.campaign_id for one in both),
        stated=np.array([test.mean for test in tests]),
        inside=(low <= lifts) & (lifts <= high),
        measured=lifts,
        error=np.array([max(one.measurement.standard_error, 1e-6) for one in both]),
        by_rule={rule: np.array([one.rules[rule] for one in stated]) for rule in PREDICTING},
    )


def _preferences(tested: Backtest, pairs: _Pairs) -> dict[str, Floats]:
    """Which campaigns the rules prefer: one number for all prefers none."""
    ranked = {
        rule: np.array([by_campaign[name] for name in pairs.ids])
        for rule, by_campaign in tested.priorities.items()
    }
    return {**pairs.by_rule, ONE_NUMBER: np.zeros(len(pairs.ids)), **ranked}


def _agreement(pairs: _Pairs, name: str, stated: Floats | None) -> Agreement | None:
    if stated is None:
        return None
    inside = pairs.inside if name == MODEL else None
    return agreement(stated, pairs.measured, pairs.error, inside)
