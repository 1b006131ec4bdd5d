"""Charts as geometry: where marks, ticks and labels go, in the pixels of an SVG drawing.

What is drawn with them stands in charts.html; no chart needs a network or a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from training.arrays import Floats
from training.evidence.held_out import Evidence
from training.evidence.importance import Worth
from training.evidence.slices import Slice

#: Standard errors on each side of a 90 % interval.
_REACH: Final = 1.645
_GROUPS: Final = 10
_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 16, 14, 48
_ROW, _LABELS = 26, 250
_INLINE: Final = (170, 20)


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Axis:
    """A linear axis from `low` to `high`, drawn from pixel `start` to pixel `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value; what lies outside is drawn at the edge."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, percent: bool) -> tuple[Tick, ...]:
        """Four to eight round numbers."""
        step = round_step((self.high - self.low) / 7)
        first = np.ceil(self.low / step - 1e-9) * step
        places = np.arange(first, self.high + step * 1e-6, step)
        return tuple(Tick(self(float(p)), _label(float(p), step, percent)) for p in places)


@dataclass(frozen=True)
class Mark:
    """A point with the ends of its interval, along the chart's main direction."""

    x: float
    y: float
    low: float
    high: float
    text: str


@dataclass(frozen=True)
class Scatter:
    """Measured against predicted; `ideal` is the diagonal's (x1, y1, x2, y2)."""

    width: int
    height: int
    left: int
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    ideal: tuple[float, float, float, float]
    zero: float


@dataclass(frozen=True)
class Forest:
    """One row a thing: a dot, its interval, and a line at `reference`."""

    width: int
    height: int
    left: int
    across: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    labels: tuple[str, ...]
    reference: float


@dataclass(frozen=True)
class Inline:
    """A dot with its interval and a line at `reference`, small enough for a table's cell."""

    width: int
    height: int
    mark: Mark
    reference: float


@dataclass(frozen=True)
class Curve:
    """A line through `points` ("x,y x,y …"); `own` is the model's."""

    name: str
    points: str
    own: bool


@dataclass(frozen=True)
class Curves:
    """Lines over the same axes; the model's own comes last, on top."""

    width: int
    height: int
    left: int
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    lines: tuple[Curve, ...]


def calibration_chart(evidence: Evidence) -> Scatter:
    """Measured against predicted effects of held-out campaigns, in tenths by prediction."""
    held_out, predicted = evidence.held_out, evidence.predicted
    groups = np.array_split(np.argsort(predicted), min(_GROUPS, len(predicted)))
    weights = [held_out.error[own] ** -2.0 for own in groups]
    pairs = list(zip(groups, weights, strict=True))
    x = np.array([np.average(predicted[own], weights=w) for own, w in pairs])
    y = np.array([np.average(held_out.measured[own], weights=w) for own, w in pairs])
    reach = _REACH * np.array([float(w.sum()) ** -0.5 for w in weights])
    low = float(min(0.0, (y - reach).min()))
    high = float(max((y + reach).max(), x.max(), 1e-3))
    across = Axis(low, high, _LEFT, _WIDTH - _RIGHT)
    up = Axis(low, high, _HEIGHT - _BOTTOM, _TOP)
    marks = tuple(
        Mark(
            across(a),
            up(b),
            up(b - r),
            up(b + r),
            f"{len(own)} campaigns: predicted {a:.1%}, measured {b:.1%} ± {r:.1%}",
        )
        for a, b, r, own in zip(x, y, reach, groups, strict=True)
    )
    return Scatter(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        across=across.ticks(percent=True),
        up=up.ticks(percent=True),
        marks=marks,
        ideal=(across(low), up(low), across(high), up(high)),
        zero=up(0.0),
    )


def forest_chart(
    rows: Sequence[tuple[str, float, float, float]],
    *,
    reference: float,
    percent: bool,
    bounds: tuple[float, float] = (0.0, 0.0),
) -> Forest:
    """Rows of (label, value, low, high).

    Args:
        bounds: what the axis must span at least.
    """
    ends = [reference, *(end for _, *ends in rows for end in ends if np.isfinite(end))]
    low, high = min(*ends, bounds[0]), max(*ends, bounds[1])
    margin = 0.03 * (high - low) or 1.0
    axis = Axis(low - margin, high + margin, _LABELS, _WIDTH - _RIGHT)
    bottom = _TOP + _ROW * len(rows)
    return Forest(
        width=_WIDTH,
        height=bottom + 30,
        left=_LABELS,
        across=axis.ticks(percent),
        marks=tuple(
            Mark(
                axis(value),
                _TOP + _ROW * (row + 0.5),
                axis(below),
                axis(above),
                f"{label}: {_told(value, percent)} ({_told(below, percent)} to "
                f"{_told(above, percent)})",
            )
            for row, (label, value, below, above) in enumerate(rows)
        ),
        labels=tuple(label for label, *_ in rows),
        reference=axis(reference),
    )


def coverage_mark(own: Slice) -> Inline:
    """The share of a slice's campaigns inside their intervals, on an axis from half to all."""
    axis = Axis(0.5, 1.0, 6, _INLINE[0] - 6)
    told = f"{own.inside:.0%} ({own.low:.0%} to {own.high:.0%})"
    mark = Mark(axis(own.inside), _INLINE[1] / 2, axis(own.low), axis(own.high), told)
    return Inline(*_INLINE, mark, axis(0.9))


def balance_chart(differences: Mapping[str, float], chance: float) -> Forest:
    """Standardised differences before the campaign, with what chance alone would do."""
    rows = [
        (name.replace("_", " "), value, value - _REACH * chance, value + _REACH * chance)
        for name, value in differences.items()
    ]
    return forest_chart(rows, reference=0.0, percent=False, bounds=(-0.1, 0.1))


def worth_chart(worth: Sequence[Worth]) -> Forest:
    """Likelihood lost without each feature or theme."""
    rows = [(own.name, own.lost, own.low, own.high) for own in worth]
    # Losses of a thousandth are none, and should not look like any.
    return forest_chart(rows, reference=0.0, percent=False, bounds=(-0.01, 0.02))


def choice_chart(curves: Mapping[str, Floats], shares: Floats, own: str) -> Curves:
    """Mean measured effect of the preferred share of campaigns, by who prefers."""
    values = np.concatenate(list(curves.values()))
    low, high = min(0.0, float(values.min())), max(float(values.max()), 1e-3)
    across = Axis(0.0, 1.0, _LEFT, _WIDTH - _RIGHT)
    up = Axis(low, 1.05 * high, _HEIGHT - _BOTTOM, _TOP)
    lines = tuple(
        Curve(
            name,
            " ".join(
                f"{across(float(share)):.1f},{up(float(value)):.1f}"
                for share, value in zip(shares, curves[name], strict=True)
            ),
            name == own,
        )
        for name in sorted(curves, key=lambda name: name == own)
    )
    return Curves(_WIDTH, _HEIGHT, _LEFT, across.ticks(True), up.ticks(True), lines)


def round_step(rough: float) -> float:
    """The round number (1, 2 or 5 times a power of ten) nearest above `rough`."""
    power = 10.0 ** np.floor(np.log10(max(rough, 1e-12)))
    return float(next(power * unit for unit in (1.0, 2.0, 5.0, 10.0) if power * unit >= rough))


def _label(value: float, step: float, percent: bool) -> str:
    scale = 100.0 if percent else 1.0
    digits = max(0, int(np.ceil(-np.log10(step * scale) - 1e-9)))
    text = f"{value * scale + 0.0:.{digits}f}"
    text = text.lstrip("-") if float(text) == 0 else text.replace("-", "−")
    return f"{text}%" if percent else text


def _told(value: float, percent: bool) -> str:
    return f"{value:.1%}" if percent else f"{value:.3f}"
