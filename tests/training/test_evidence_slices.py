"""Slices count every campaign once, and show where intervals are wrong; support by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.plain_rosters import made_up_evidence, plain_roster
from training.evidence.slices import Slice, coverage_by_slice
from training.evidence.support import support_of

RNG = np.random.default_rng(1)
PREDICTED = RNG.lognormal(-4.5, 0.7, 90)
ROSTERS = [
    plain_roster(
        number,
        [f"creator-{i}" for i in range(1 + number % 20)],
        brand=f"b{min(number % 9, 4)}",
        category="food" if number % 3 else "travel",
    )
    for number in range(90)
]


def slices_of(measured: np.ndarray, drawn: np.ndarray) -> dict[tuple[str, str], Slice]:
    evidence = made_up_evidence(PREDICTED, measured, 0.01)
    return {(own.by, own.name): own for own in coverage_by_slice(evidence, ROSTERS, drawn)}


def test_slices_part_all_campaigns_in_each_way() -> None:
    found = slices_of(PREDICTED, np.arange(90) % 2 == 0)
    totals: dict[str, int] = {}
    for own in found.values():
        totals[own.by] = totals.get(own.by, 0) + own.campaigns
    assert totals == dict.fromkeys(totals, 90)
    assert len(totals) == 5
    assert found["predicted lift", "lowest third"].campaigns == 30
    assert found["category", "travel"].campaigns == 30
    assert found["bookings in the roster", "1 to 4"].campaigns == 20
    assert found["measured campaigns of the brand", "25 or more"].campaigns == 50
    lowest, highest = (found["predicted lift", f"{end} third"] for end in ("lowest", "highest"))
    assert lowest.predicted < highest.predicted


def test_a_slice_whose_intervals_miss_stands_out() -> None:
    noise = RNG.normal(0, 0.01, 90)
    off = np.argsort(PREDICTED)[60:]
    noise[off] += 0.03
    found = slices_of(PREDICTED + noise, np.ones(90, dtype=bool))
    highest = found["predicted lift", "highest third"]
    inside = np.abs(noise[off]) <= 1.6449 * 0.01
    assert highest.inside == pytest.approx(inside.mean())
    assert highest.high < 0.9
    assert highest.measured - highest.predicted == pytest.approx(0.03, abs=0.006)
    assert found["predicted lift", "lowest third"].low < 0.9 < 0.98


def test_a_slicing_of_one_slice_says_nothing() -> None:
    found = slices_of(PREDICTED, np.ones(90, dtype=bool))
    assert "markets" not in {by for by, _ in found}


def test_support_counts_by_hand() -> None:
    rosters = [
        plain_roster(0, ("ada", "bob"), columns={"posts": np.array([1.0, 2.0])}),
        plain_roster(1, ("ada",), brand="b1", columns={"posts": np.array([3.0])}),
        plain_roster(2, ("ada",), columns={"posts": np.array([np.nan])}),
    ]
    found = support_of(rosters, ("posts", "log_followers_total"))
    assert found.brands == {"b0": 2, "b1": 1}
    assert (found.creators, found.bookings, found.sizes) == (2, 4, (1, 1.0, 2))
    posts, followers = found.ranges
    assert (posts.median, posts.unknown) == (2.0, 0.25)
    assert (posts.low, posts.high) == pytest.approx((1.1, 2.9))
    values = np.concatenate([r.rows.features["log_followers_total"] for r in rosters])
    assert followers.median == pytest.approx(np.expm1(np.nanmedian(values)))
    platforms = np.concatenate([r.rows.features["platform"].astype(str) for r in rosters])
    assert sum(bookings for _, bookings in found.platforms.values()) == len(platforms) == 4
