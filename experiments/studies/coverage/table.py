"""What the worlds of the coverage study say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from experiments.studies.command import Result
from experiments.studies.result_table import markdown
from experiments.studies.rosters_to_come import LEVELS, Judged
from training.arrays import Floats

#: R², rank correlation and regret are reported seed by seed for so many worlds.
ACCURACY_WORLDS = 4
PARTS = ("all rosters", "lowest third", "middle third", "highest third")


@dataclass(frozen=True)
class WorldResult:
    """One world of the study."""

    seed: int
    seconds: float
    judged: Judged

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Rebuild from what `measure` returned."""
        return cls(content["seed"], content["seconds"], Judged.from_json(content["judged"]))


@dataclass(frozen=True)
class Share:
    """A share averaged over worlds, with the standard error that worlds as clusters give it."""

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:.1%} ± {self.error:.1%}"


def result(worlds: Sequence[WorldResult]) -> Result:
    """Tables and numbers of the study."""
    held = {part: {level: held_share(worlds, part, level) for level in LEVELS} for part in PARTS}
    widths = {part: mean_width(worlds, part, LEVELS[-1]) for part in PARTS}
    rows = [
        [part, *(str(held[part][level]) for level in LEVELS), f"{100 * widths[part]:.2f} points"]
        for part in PARTS
    ]
    columns = ["rosters, by predicted lift", *(f"{level:.0%} intervals hold" for level in LEVELS)]
    table = markdown([*columns, f"mean width at {LEVELS[-1]:.0%}"], rows)
    metrics = {
        f"coverage_{100 * level:.0f}.{part.replace(' ', '_')}": held[part][level].value
        for part in PARTS
        for level in LEVELS
    }
    accurate = worlds[:ACCURACY_WORLDS]
    for name in ("r2", "rank", "regret"):
        metrics[f"{name}_mean"] = float(np.mean([getattr(w.judged, name) for w in accurate]))
    return Result("\n\n".join([table, _accuracy(accurate)]), metrics, {"worlds": str(len(worlds))})


def held_share(worlds: Sequence[WorldResult], part: str, level: float) -> Share:
    """Share of true lifts inside their intervals, in one part of the rosters of every world."""
    shares = []
    for world in worlds:
        chosen, judged = _members(world.judged.predicted, part), world.judged
        low, high = judged.intervals[level]
        inside = (judged.truth >= low) & (judged.truth <= high)
        shares.append(float(inside[chosen].mean()))
    error = float(np.std(shares, ddof=1) / np.sqrt(len(shares))) if len(shares) > 1 else np.nan
    return Share(float(np.mean(shares)), error)


def mean_width(worlds: Sequence[WorldResult], part: str, level: float) -> float:
    """Mean width of the intervals of one part of the rosters, as a lift."""
    widths = []
    for world in worlds:
        low, high = world.judged.intervals[level]
        widths.append((high - low)[_members(world.judged.predicted, part)].mean())
    return float(np.mean(widths))


def _members(predicted: Floats, part: str) -> Any:
    """Positions of the rosters of a part: a third of the world's own rosters by predicted lift."""
    order = np.argsort(predicted, kind="stable")
    return order if part == PARTS[0] else np.array_split(order, 3)[PARTS.index(part) - 1]


def _accuracy(worlds: Sequence[WorldResult]) -> str:
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
    return markdown(
        ["seed", "R²", "rank correlation", "regret", "90% intervals hold", "training s"], rows
    )
