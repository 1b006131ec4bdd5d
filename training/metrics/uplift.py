"""Qini, AUUC and uplift at k, for textbook rows: an outcome and a treatment of 0 or 1.

Definitions are those of scikit-uplift, so that numbers compare with published ones. Arrays are
[row]. `outcome` may have any unit, `uplift` is what a model predicts and only its order counts.
`propensity`, the known chance of treatment, is needed where chances differ: rows are then
weighted by the inverse of the chance of what happened to them (Hájek's ratio). `weight` counts
a row so many times. Every score is better when bigger, 0 for a random order, below 0 for worse.

See also: `training.metrics.rate` for what doubly robust scores say of the same ranking, with
less noise; `training.metrics.policy` for what a choice by that ranking is worth;
`training.metrics.clusters` for the interval of each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from features.errors import MetricInputError
from training.arrays import Floats
from training.metrics.columns import require_choice, weighed
from training.metrics.ranking import Curve, part_in_top, running_totals, tie_groups

#: What a curve's area above chance is set against: the perfect curve's area above chance, the
#: curve's own last value, or nothing.
Scale = Literal["perfect", "final", "none"]
Strategy = Literal["by_group", "overall"]


@dataclass(frozen=True)
class _Rows:
    """Checked rows. `on` and `off` weigh a row on its own side by its inverse chance, else 0."""

    outcome: Floats
    uplift: Floats
    treatment: Floats
    weight: Floats
    on: Floats
    off: Floats

    @classmethod
    def of(
        cls,
        metric: str,
        outcome: ArrayLike,
        uplift: ArrayLike,
        treatment: ArrayLike,
        propensity: ArrayLike | None,
        weight: ArrayLike | None,
    ) -> Self:
        chance = np.full(np.shape(treatment), 0.5) if propensity is None else propensity
        count, y, tau, w, p = weighed(
            metric, weight, outcome=outcome, uplift=uplift, treatment=treatment, propensity=chance
        )
        sides = np.unique(w)
        if not np.array_equal(sides, [0.0, 1.0]):
            told = f"{len(sides)} values, {sides[0]:g} to {sides[-1]:g}"
            raise MetricInputError(
                metric, "treatments 0 and 1, both", told, "Judge treated rows beside untreated."
            )
        require_choice(metric, p)
        return cls(y, tau, w, count, on=count * w / p, off=count * (1.0 - w) / (1.0 - p))


def qini_curve(
    outcome: ArrayLike,
    uplift: ArrayLike,
    *,
    treatment: ArrayLike,
    propensity: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> Curve:
    """Outcome gained by treating the top share, per treated row (Radcliffe 2007).

    The value at a share is the difference of mean outcomes inside it times the part of all
    treated rows inside it; the last value is the average effect. A side that is still empty
    has a mean of 0. scikit-uplift's `qini_curve` in counts is this times the treated rows.

    See also: `qini_score`, its area; `uplift_curve`, per row instead of per treated row.
    """
    rows = _Rows.of("qini_curve", outcome, uplift, treatment, propensity, weight)
    return _qini(rows, rows.uplift)


def uplift_curve(
    outcome: ArrayLike,
    uplift: ArrayLike,
    *,
    treatment: ArrayLike,
    propensity: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> Curve:
    """Outcome gained by treating the top share, per row (Gutierrez & Gérardy 2016).

    The value at a share is the difference of mean outcomes inside it times the share; the last
    value is the average effect. scikit-uplift's `uplift_curve` in counts is this times the rows.

    See also: `auuc_score`, its area; `qini_curve`.
    """
    rows = _Rows.of("uplift_curve", outcome, uplift, treatment, propensity, weight)
    return _gain(rows, rows.uplift)


def qini_score(
    outcome: ArrayLike,
    uplift: ArrayLike,
    *,
    treatment: ArrayLike,
    scale: Scale = "perfect",
    propensity: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> float:
    """Area between the Qini curve and a random order's.

    On the scale "perfect", for outcomes of 0 or more, it is the share of the same area under
    the perfect curve (treated rows first, by falling outcome, then the others by rising): at
    most 1, and scikit-uplift's `qini_auc_score`. On the scale "final" it is set against the
    last value of the curve, as in causalml's `qini_score`, and on "none" against nothing: its
    unit is then the outcome's, per treated row. 0 where no order could gain anything.

    Raises:
        MetricInputError: one side of the treatment is missing, a propensity is 0 or 1, an
            outcome is negative on the scale "perfect", or the last value is 0 on "final".

    See also: `auuc_score`, `uplift_at`, `training.metrics.rate.rate_score`.
    """
    rows = _Rows.of("qini_score", outcome, uplift, treatment, propensity, weight)
    if scale == "perfect" and rows.outcome.min() < 0:
        raise MetricInputError(
            "qini_score",
            "outcomes of 0 or more on the scale 'perfect'",
            f"{rows.outcome.min():g}",
            "Use the scale 'final' or 'none', or rate_score.",
        )
    return _area_above_chance("qini_score", rows, _qini, _perfect_for_qini, scale)


def auuc_score(
    outcome: ArrayLike,
    uplift: ArrayLike,
    *,
    treatment: ArrayLike,
    scale: Scale = "perfect",
    propensity: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> float:
    """Area between the uplift curve and a random order's.

    On the scale "perfect", for outcomes of 0 and 1, it is the share of the same area under the
    perfect curve: scikit-uplift's `uplift_auc_score`. On "final" it is set against the last
    value of the curve; causalml's `auuc_score` sets the whole area against it and is so half
    more, where that value is above 0. On "none" the unit is the outcome's, per row. 0 where no
    order could gain anything.

    Raises:
        MetricInputError: one side of the treatment is missing, a propensity is 0 or 1, an
            outcome is neither 0 nor 1 on the scale "perfect", or the last value is 0 on "final".

    See also: `qini_score`, `uplift_at`.
    """
    rows = _Rows.of("auuc_score", outcome, uplift, treatment, propensity, weight)
    if scale == "perfect" and not np.isin(rows.outcome, (0.0, 1.0)).all():
        raise MetricInputError(
            "auuc_score",
            "outcomes of 0 and 1 on the scale 'perfect'",
            f"{rows.outcome.min():g} to {rows.outcome.max():g}",
            "Use the scale 'final' or 'none', or qini_score.",
        )
    return _area_above_chance("auuc_score", rows, _gain, _perfect_for_gain, scale)


def uplift_at(
    outcome: ArrayLike,
    uplift: ArrayLike,
    k: float,
    *,
    treatment: ArrayLike,
    strategy: Strategy = "by_group",
    propensity: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> float:
    """Difference of mean outcomes among the top `k` of rows, in the outcome's unit.

    "by_group" takes the top share `k` of each side, "overall" the top share of all rows.
    scikit-uplift's `uplift_at_k` rounds the number of rows down; here the last row enters with
    the fraction that is left, so both agree where `k` gives whole rows and no tie is cut.

    Raises:
        MetricInputError: `k` is not above 0 and at most 1, one side is missing among all rows
            or among the top, or a propensity is 0 or 1.

    See also: `training.metrics.policy.policy_value`, the same for doubly robust scores.
    """
    rows = _Rows.of("uplift_at", outcome, uplift, treatment, propensity, weight)
    if not 0 < k <= 1:
        raise MetricInputError(
            "uplift_at", "k above 0, at most 1", f"{k:g}", "Pass 0.2 for a fifth."
        )
    if strategy == "overall":
        part = part_in_top(rows.uplift, rows.weight, k)
    else:
        part = np.empty(len(rows.uplift))
        for side in (rows.treatment == 1, rows.treatment == 0):
            part[side] = part_in_top(rows.uplift[side], rows.weight[side], k)
    on, off = part * rows.on, part * rows.off
    if not (on.any() and off.any()):
        raise MetricInputError(
            "uplift_at", f"both sides in the top {k:g}", "one", "Take more rows or 'by_group'."
        )
    return float(np.average(rows.outcome, weights=on) - np.average(rows.outcome, weights=off))


def _difference(rows: _Rows, priority: Floats) -> tuple[Floats, Floats, Floats]:
    """Difference of means inside the first groups; their rows and their treated rows."""
    on, off, gained, without, size, treated = running_totals(
        tie_groups(priority),
        rows.on,
        rows.off,
        rows.on * rows.outcome,
        rows.off * rows.outcome,
        rows.weight,
        rows.weight * rows.treatment,
    )
    difference = gained / np.where(on > 0, on, 1.0) - without / np.where(off > 0, off, 1.0)
    return difference, size, treated


def _qini(rows: _Rows, priority: Floats) -> Curve:
    difference, size, treated = _difference(rows, priority)
    return _from_zero(size, difference * treated / treated[-1])


def _gain(rows: _Rows, priority: Floats) -> Curve:
    difference, size, _ = _difference(rows, priority)
    return _from_zero(size, difference * size / size[-1])


def _from_zero(size: Floats, value: Floats) -> Curve:
    return Curve(np.append(0.0, size / size[-1]), np.append(0.0, value))


def _perfect_for_qini(rows: _Rows) -> Floats:
    return rows.outcome * (2.0 * rows.treatment - 1.0)


def _perfect_for_gain(rows: _Rows) -> Floats:
    """What agrees with its side first; of the others the rarer kind last (scikit-uplift)."""
    sold_alone = float(rows.weight @ (rows.outcome * (1.0 - rows.treatment)))
    unmoved = float(rows.weight @ ((1.0 - rows.outcome) * rows.treatment))
    second = rows.outcome if sold_alone > unmoved else rows.treatment
    priority: Floats = 2.0 * (rows.outcome == rows.treatment) + second
    return priority


def _area_above_chance(
    metric: str,
    rows: _Rows,
    curve: Callable[[_Rows, Floats], Curve],
    perfect: Callable[[_Rows], Floats],
    scale: Scale,
) -> float:
    own = curve(rows, rows.uplift)
    final = float(own.value[-1])
    above = own.area - final / 2.0
    if scale == "none":
        return above
    if scale == "perfect":
        best = curve(rows, perfect(rows)).area - final / 2.0
        return above / best if best > 0 else 0.0
    if final == 0:
        raise MetricInputError(metric, "an average effect on the scale 'final'", "0", "Use 'none'.")
    return above / abs(final)
