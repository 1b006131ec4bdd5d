"""Designs a holdout test: which markets, what share of them, how many weeks, what it can see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import numpy as np

from experiments.design.balance import balanced_draws, standardised_differences
from experiments.design.beside import BrandCampaign, beside
from experiments.design.past_sales import PastSales
from experiments.design.placebos import PlaceboWindows, placebo_windows
from experiments.design.predicted import Leakage, PredictedLift, leakage
from experiments.design.promised import promised
from experiments.design.simulation import TESTS, simulate_power
from experiments.design.tried import TriedShare, TriedWeeks
from training.arrays import Floats
from training.power.arithmetic import ENOUGH_POWER, PRE_WEEKS, Detection

#: Shares tried where none is asked for.
SHARES: Final = (0.1, 0.2, 0.3, 0.4, 0.5)
#: Without a lift to see, holding out more must make a test this much sharper to be worth it.
_WORTH_IT: Final = 0.9
_LONGEST_WEEKS: Final = 26
#: The past needs so many weeks beyond one window, so that there is more than one to try.
_SPARE_WEEKS: Final = 12
_FEWEST_PRE_WEEKS: Final = 8

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Question:
    """What a test is asked to show; lifts by the name of their roster.

    `weeks` of sales are compared from `starts_on`; `shares` of markets to hold out are tried, each
    in so many simulated `tests`.
    """

    starts_on: date
    weeks: int
    shares: tuple[float, ...] = SHARES
    lifts: Mapping[str, PredictedLift] = field(default_factory=dict)
    leak: float = 0.0
    seed: int = 0
    tests: int = TESTS


@dataclass(frozen=True)
class DesignedTest:
    """All that was tried, and which is recommended."""

    question: Question
    past: PastSales
    windows: PlaceboWindows
    tried: tuple[TriedShare, ...]
    recommended: TriedShare
    weeks_tried: tuple[TriedWeeks, ...]

    @property
    def beside(self) -> tuple[BrandCampaign, ...]:
        """The brand's other campaigns that are known to run beside the test."""
        return beside(self.past.campaigns, self.question.starts_on, self.question.weeks)

    @property
    def can_see(self) -> bool:
        """Whether it sees every roster's lift 4 times in 5; without rosters there is no lift."""
        return bool(self.recommended.powers) and self.recommended.least_power >= ENOUGH_POWER


def design_test(
    past: PastSales, question: Question, progress: Progress = lambda _name, _part: None
) -> DesignedTest:
    """Try every share on past weeks and recommend one.

    Raises:
        NoTestBasisError: the past is too short for a single placebo window.
    """
    windows = _windows(past, question)
    traits = market_traits(past, question.lifts)
    tried = []
    for number, share in enumerate(question.shares):
        onward = _onward(progress, number, len(question.shares))
        tried.append(_try_share(past, question, windows, traits, share, onward))
    best = recommended(tried)
    return DesignedTest(
        question, past, windows, tuple(tried), best, _other_weeks(past, question, windows, best)
    )


def recommended(tried: list[TriedShare]) -> TriedShare:
    """The least held out that sees every lift 4 times in 5, else the best there is.

    Without lifts: the least held out that is nearly as sharp as the sharpest.
    """
    enough = [one for one in tried if one.powers and one.least_power >= ENOUGH_POWER]
    if enough:
        return min(enough, key=lambda one: one.held_out)
    if any(one.powers for one in tried):
        return max(tried, key=lambda one: one.least_power)
    sharpest = min(one.detection.error for one in tried)
    near = [one for one in tried if _WORTH_IT * one.detection.error <= sharpest]
    return min(near, key=lambda one: one.held_out)


def market_traits(past: PastSales, lifts: Mapping[str, PredictedLift]) -> Mapping[str, Floats]:
    """What should be alike on both sides [market], by name: level, trend, size, expected lift."""
    recent, before = past.log_sales[:, -26:], past.log_sales[:, -52:-26]
    level = _known_mean(past.log_sales[:, -52:])
    traits = {
        "level": level,
        "trend": _known_mean(recent) - (_known_mean(before) if before.size else level),
        "size": np.log(np.maximum(past.population, 1.0)),
    }
    for name, predicted in lifts.items():
        own = np.array([predicted.by_market.get(market, 0.0) for market in past.market_ids])
        if own.std() > 0:
            traits[f"expected lift of {name}"] = own
    return traits


def _onward(progress: Progress, number: int, count: int) -> Callable[[float], None]:
    """Progress of one of several shares as a part of all of them."""
    return lambda part: progress("trying shares", (number + part) / count)


def _known_mean(values: Floats) -> Floats:
    """Mean by market [market]; where nothing is known, the mean of all."""
    seen = np.isfinite(values)
    count = seen.sum(axis=1)
    mean = np.where(seen, values, 0.0).sum(axis=1) / np.maximum(count, 1)
    known: Floats = np.where(count > 0, mean, values[seen].mean() if seen.any() else 0.0)
    return known


def _windows(past: PastSales, question: Question) -> PlaceboWindows:
    spare = len(past.weeks) - question.weeks - _SPARE_WEEKS
    pre_weeks = int(np.clip(spare, _FEWEST_PRE_WEEKS, PRE_WEEKS))
    return placebo_windows(past, question.starts_on, question.weeks, pre_weeks)


def _try_share(
    past: PastSales,
    question: Question,
    windows: PlaceboWindows,
    traits: Mapping[str, Floats],
    share: float,
    progress: Callable[[float], None],
) -> TriedShare:
    values = np.stack(list(traits.values()), axis=1)
    draws = balanced_draws(values, share, question.seed)
    treated = draws.one(question.seed)
    asked = (past, question.starts_on, share, question.weeks, windows.pre_weeks)
    simulated = simulate_power(
        past,
        draws,
        windows,
        promised(*asked).alone,
        seed=question.seed,
        tests=question.tests,
        progress=progress,
    )
    sold = past.noise.size
    leakages = {
        name: leakage(lift, past.market_ids, sold, treated, question.leak)
        for name, lift in question.lifts.items()
    }
    general = leakage(None, past.market_ids, sold, treated, question.leak)
    tried = TriedShare(
        share=share,
        treated=treated,
        draws=draws,
        balance=dict(
            zip(traits, map(float, standardised_differences(values, treated)), strict=True)
        ),
        arithmetic=promised(*asked, simulated.squares),
        simulated=simulated,
        leakages=leakages or {"": general},
        powers={},
        contrast=min((found.contrast for found in leakages.values()), default=general.contrast),
    )
    powers = _powers(tried.detection, question.lifts, leakages, question.weeks)
    return replace(tried, powers=powers)


def _powers(
    detection: Detection,
    lifts: Mapping[str, PredictedLift],
    leakages: Mapping[str, Leakage],
    weeks: int,
) -> dict[str, float]:
    return {
        name: float(np.mean(detection.power(lift.over(weeks), leakages[name].contrast)))
        for name, lift in lifts.items()
    }


def _other_weeks(
    past: PastSales, question: Question, windows: PlaceboWindows, best: TriedShare
) -> tuple[TriedWeeks, ...]:
    """Other lengths by arithmetic, on the scale found for the length asked for."""
    lengths = {max(question.weeks // 2, 1), question.weeks, 2 * question.weeks}
    found = []
    for weeks in sorted({min(length, _LONGEST_WEEKS) for length in lengths} | {question.weeks}):
        asked = (past, question.starts_on, best.share, weeks, windows.pre_weeks)
        arithmetic = promised(*asked, best.simulated.squares)
        detection = best.confirmed(arithmetic.known)
        powers = _powers(detection, question.lifts, best.leakages, weeks)
        found.append(TriedWeeks(weeks, detection.smallest_detectable(best.contrast), powers))
    return tuple(found)
