"""Ranking and choosing, set against hand-made campaigns and a rule that knows nothing."""

from __future__ import annotations

import numpy as np
import pytest

from features.entities import Booking
from tests.training.plain_rosters import made_up_evidence, plain_roster
from training.evidence.ranking import (
    CHOICE_SHARES,
    NAIVE_RULES,
    choice_curves,
    choice_metrics,
    naive_priorities,
    ranking_metrics,
)

RNG = np.random.default_rng(0)
TRUTH = RNG.lognormal(-4.5, 0.7, 120)
MEASURED = TRUTH + RNG.normal(0, 0.005, 120)
KNOWS = made_up_evidence(TRUTH, MEASURED, 0.005)
GUESSES = made_up_evidence(RNG.permutation(TRUTH), MEASURED, 0.005)
BLIND = {"chance": RNG.normal(size=120)}


def test_who_knows_the_order_ranks_well_and_who_guesses_does_not() -> None:
    known, guessed = ranking_metrics(KNOWS, 0), ranking_metrics(GUESSES, 0)
    for name in ("autoc", "qini"):
        assert known[f"{name}_low"] > 0
        assert guessed[f"{name}_low"] < 0 < guessed[f"{name}_high"]
        assert known[f"{name}_low"] < known[name] < known[f"{name}_high"]
    average = MEASURED.mean()
    # A random order has half the average effect below its gain curve.
    assert known["auuc"] - known["qini"] == pytest.approx(average / 2)
    top = MEASURED[np.argsort(-TRUTH)[:24]].mean()
    assert known["uplift_at_20"] == pytest.approx(top)


def test_choices_gain_over_a_rule_that_knows_nothing() -> None:
    found = choice_metrics(KNOWS, BLIND, 0)
    best = MEASURED[np.argsort(-TRUTH)[:60]].mean()
    blind = MEASURED[np.argsort(-BLIND["chance"])[:60]].mean()
    assert found["over_chance"] == pytest.approx(best - blind)
    assert found["over_chance_low"] > 0
    same = choice_metrics(KNOWS, {"itself": TRUTH}, 0)
    assert same["over_itself"] == same["over_itself_low"] == same["over_itself_high"] == 0.0


def test_curves_begin_high_and_end_at_the_average() -> None:
    curves = choice_curves(KNOWS, BLIND)
    assert list(curves) == ["model", "chance"]
    assert all(len(curve) == len(CHOICE_SHARES) for curve in curves.values())
    assert curves["model"][0] > 2 * curves["model"][-1]
    for curve in curves.values():
        assert curve[-1] == pytest.approx(MEASURED.mean())


def test_rules_rank_rosters_as_people_would() -> None:
    unknown = np.full(2, np.nan)
    rosters = [
        plain_roster(
            number,
            creators,
            columns={
                "log_followers_total": np.log1p(followers),
                "log_engagement_per_follower_90d": np.log1p(engagement),
            },
        )
        for number, (creators, followers, engagement) in enumerate(
            [
                (("ada", "bob"), np.array([100.0, 300.0]), np.array([0.1, np.nan])),
                # One creator booked twice counts once.
                (("eve", "eve"), np.array([350.0, 350.0]), np.array([0.2, 0.4])),
                (("dan", "kim"), unknown, unknown),
            ]
        )
    ]
    bookings = {
        f"c{number}": tuple(
            Booking(creator, "instagram", "image", 1, fee)
            for creator, fee in zip(roster.rows.creator_ids, fees, strict=True)
        )
        for number, (roster, fees) in enumerate(
            zip(rosters, [(10.0, 20.0), (5.0, 5.0), (0.0, 7.0)], strict=True)
        )
    }
    found = naive_priorities(rosters, bookings)
    assert set(found) == set(NAIVE_RULES)
    assert found["most_followers"] == pytest.approx([400.0, 350.0, 0.0])
    assert found["highest_engagement"] == pytest.approx([0.1, 0.3, 0.0])
    assert found["cheapest"] == pytest.approx([-30.0, -10.0, -7.0])
