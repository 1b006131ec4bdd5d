"""What the worlds of the coverage study say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from experiments.studies.command import Result
from experiments.studies.result_table import markdown
from experiments.studies.rosters_to_come import LEVELS, Judged
from training.arrays import Floats, Integers

#: R², rank correlation and regret are reported seed by seed for so many worlds.
ACCURACY_WORLDS = 4
PARTS = ("all rosters", "lowest third", "middle third", "highest third")


@dataclass(frozen=True)
class WorldResult:
    """One world: rosters to come beside their expected lift, tests beside what they would show.

    `error_ratio` is the median of stated over found standard errors of tests.
    """

    seed: int
    seconds: float
    judged: Judged
    tests: Judged
    error_ratio: float

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Rebuild from what `measure` returned."""
        judged = {name: Judged.from_json(content[name]) for name in ("judged", "tests")}
        return cls(
            content["seed"], content["seconds"], **judged, error_ratio=content["error_ratio"]
        )


@dataclass(frozen=True)
class Share:
    """A share averaged over worlds, with the standard error that worlds as clusters give it."""

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:.1%} ± {self.error:.1%}"


def result(worlds: Sequence[WorldResult]) -> Result:
    """Tables and numbers of the study."""
    expected, shown = [w.judged for w in worlds], [w.tests for w in worlds]
    accurate = worlds[:ACCURACY_WORLDS]
    metrics = {
        **_coverage_metrics("expected_lift", expected),
        **_coverage_metrics("test", shown),
        "error_ratio": float(np.mean([world.error_ratio for world in worlds])),
        **{
            f"{name}_mean": float(np.mean([getattr(world.judged, name) for world in accurate]))
            for name in ("r2", "rank", "regret")
        },
    }
    told = [
        _coverage("expected lift", "rosters", expected),
        _coverage("what a test would show", "tests", shown),
        f"Standard errors stated before the tests over those found: {metrics['error_ratio']:.2f}.",
        _accuracy(accurate),
    ]
    return Result("\n\n".join(told), metrics)


def held_share(worlds: Sequence[Judged], part: str, level: float) -> Share:
    """Share of truths inside their intervals, in one part of the rosters of every world."""
    shares = []
    for judged in worlds:
        low, high = judged.intervals[level]
        inside = (judged.truth >= low) & (judged.truth <= high)
        shares.append(float(inside[_members(judged.predicted, part)].mean()))
    error = float(np.std(shares, ddof=1) / np.sqrt(len(shares))) if len(shares) > 1 else np.nan
    return Share(float(np.mean(shares)), error)


def mean_width(worlds: Sequence[Judged], part: str, level: float) -> float:
    """Mean width of the intervals of one part of the rosters, as a lift."""
    widths = []
    for judged in worlds:
        low, high = judged.intervals[level]
        widths.append((high - low)[_members(judged.predicted, part)].mean())
    return float(np.mean(widths))


def _members(predicted: Floats, part: str) -> Integers:
    """Positions of the rosters of a part: a third of the world's own rosters by predicted lift."""
    order = np.argsort(predicted, kind="stable")
    return order if part == PARTS[0] else np.array_split(order, 3)[PARTS.index(part) - 1]


def _coverage(what: str, counted: str, worlds: Sequence[Judged]) -> str:
    count = sum(len(judged.truth) for judged in worlds)
    columns = [f"{what}, {count:,} {counted}"]
    columns += [f"{level:.0%} intervals hold" for level in LEVELS]
    columns.append(f"mean width at {LEVELS[-1]:.0%}")
    rows = [
        [
            part,
            *(str(held_share(worlds, part, level)) for level in LEVELS),
            f"{100 * mean_width(worlds, part, LEVELS[-1]):.2f} points",
        ]
        for part in PARTS
    ]
    return markdown(columns, rows)


def _coverage_metrics(what: str, worlds: Sequence[Judged]) -> dict[str, float]:
    return {
        f"{what}.coverage_{100 * level:.0f}.{part}": held_share(worlds, part, level).value
        for part in PARTS
        for level in LEVELS
    }


def _accuracy(worlds: Sequence[WorldResult]) -> str:
    columns = ["seed", "R²", "rank correlation", "regret", "90% intervals hold", "training s"]
    rows = [
        [
            str(world.seed),
            f"{world.judged.r2:.3f}",
            f"{world.judged.rank:.3f}",
            f"{world.judged.regret:.3f}",
            f"{world.judged.coverage(LEVELS[-1]):.1%}",
            f"{world.seconds:.0f}",
        ]
        for world in worlds
    ]
    return markdown(columns, rows)
