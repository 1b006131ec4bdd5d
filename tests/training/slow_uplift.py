"""Uplift metrics as slow, obvious loops: what the fast ones must equal, ties included.

Rows of equal prediction enter a curve together. Where a cut falls among them, each of them
enters with the same part of itself.
"""

from __future__ import annotations

from collections.abc import Sequence

Points = list[tuple[float, float]]


def difference_of_means(rows: Sequence[tuple[float, int, float]]) -> float:
    """Treated minus untreated mean of (outcome, treatment, part); an empty side counts as 0."""
    sums, parts = [0.0, 0.0], [0.0, 0.0]
    for outcome, treatment, part in rows:
        sums[treatment] += part * outcome
        parts[treatment] += part
    means = [s / p if p > 0 else 0.0 for s, p in zip(sums, parts, strict=True)]
    return means[1] - means[0]


def curve(
    outcome: Sequence[float],
    uplift: Sequence[float],
    treatment: Sequence[int],
    *,
    per_treated: bool,
) -> Points:
    """Points of the Qini (`per_treated`) or the uplift curve, in counts as Radcliffe has them."""
    points = [(0.0, 0.0)]
    for threshold in sorted(set(uplift), reverse=True):
        inside = [i for i, value in enumerate(uplift) if value >= threshold]
        rows = [(outcome[i], treatment[i], 1.0) for i in inside]
        size = sum(treatment[i] for i in inside) if per_treated else len(inside)
        points.append((float(len(inside)), difference_of_means(rows) * size))
    return points


def area(points: Points) -> float:
    """Area under straight lines."""
    return sum(
        (right - left) * (low + high) / 2
        for (left, low), (right, high) in zip(points, points[1:], strict=False)
    )


def share_of_perfect(own: Points, perfect: Points) -> float:
    """Area above the straight line to the end, as a share of the perfect curve's."""
    chance = area([own[0], own[-1]])
    return (area(own) - chance) / (area(perfect) - chance)


def parts_in_top(uplift: Sequence[float], share: float) -> list[float]:
    """Part of each row among the top share."""
    parts, left = [0.0] * len(uplift), share * len(uplift)
    for threshold in sorted(set(uplift), reverse=True):
        tied = [i for i, value in enumerate(uplift) if value == threshold]
        for i in tied:
            parts[i] = min(1.0, left / len(tied))
        left = max(left - len(tied), 0.0)
    return parts
