"""What rosters are worth: against whole forecasts, a proven bound and exhaustive search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, repeat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.entities import Booking
from features.rosters.bookings import lone_rows
from features.snapshots.snapshot import Snapshot
from serving.optimization.alone import Alone, Occasion, score_alone
from serving.optimization.option_scores import OptionScores
from serving.optimization.roster_value import RosterValues
from serving.predictions.scoring import RosterScorer
from tests.commands.optimized_rosters.conftest import Wish, as_sent, found
from training.bundle import Bundle
from training.forecast import forecast_roster
from training.rosters.model import BoostedRosters


@pytest.fixture(scope="module")
def alone(occasion: Occasion, offers: list[Booking]) -> Alone:
    kept, scored = score_alone(occasion, offers, np.arange(len(offers)), prune=False)
    assert kept.tolist() == list(range(len(offers)))
    return scored


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_roster_is_worth_more_than_its_bookings_alone(
    alone: Alone, offers: list[Booking], data: st.DataObject
) -> None:
    rosters = st.lists(st.integers(0, len(offers) - 1), min_size=1, unique=True)
    chosen = np.array(sorted(data.draw(rosters)))
    worth = RosterValues(alone, offers).worth(chosen).revenue
    together = alone.revenue(alone.loads(chosen))
    assert worth <= together * (1 + 1e-6)
    # A tangent at any other roster lies above it, at nobody it is the plain sum.
    other = np.array(sorted(data.draw(rosters)))
    for loads in (alone.loads(other), alone.loads(chosen), 0 * alone.loads(chosen)):
        gains, constant = alone.tangent(loads)
        assert together <= (constant + gains[chosen].sum()) * (1 + 1e-6)
    assert gains == pytest.approx(alone.value, rel=1e-5)
    assert constant == pytest.approx(0.0, abs=1e-9)


def test_a_booking_alone_is_a_roster_of_one(alone: Alone, offers: list[Booking]) -> None:
    for one in (0, 7, 30):
        worth = RosterValues(alone, offers).worth(np.array([one]))
        assert worth.kept == pytest.approx(1.0, rel=1e-6)
        assert worth.revenue == pytest.approx(alone.revenue(alone.loads(np.array([one]))), rel=1e-6)


def test_a_roster_is_valued_as_it_is_forecast(alone: Alone, offers: list[Booking]) -> None:
    chosen = np.array([1, 5, 6, 20, 33])
    worth = RosterValues(alone, offers).worth(chosen, drawn=True)
    roster, occasion = tuple(offers[i] for i in chosen), alone.occasion
    forecast = forecast_roster(occasion.bundle, occasion.snapshot, occasion.campaign, roster)
    assert worth.revenue == pytest.approx(forecast.expected_revenue(), rel=1e-9)
    assert worth.drawn is not None
    assert worth.drawn.sum(axis=0) == pytest.approx(forecast.revenue, rel=1e-9)


@pytest.mark.parametrize("objective", ["profit", "revenue", "cautious"])
@pytest.mark.parametrize("first", [0, 11])
def test_it_finds_what_trying_every_roster_finds(
    scorer: RosterScorer,
    occasion: Occasion,
    offers: list[Booking],
    body: Wish,
    objective: str,
    first: int,
) -> None:
    few = offers[first : first + 8]
    budget = 0.5 * sum(booking.fee for booking in few)
    wish = {"campaign": body["campaign"], "candidates": as_sent(few), "objective": objective}
    answer = found(scorer, {**wish, "budget": budget, "margin": 0.5})
    best = max(_objectives(scorer, body["campaign"], occasion, few, budget, objective))
    assert answer.solver.bound is not None
    assert best <= answer.solver.bound + 1e-6 * abs(answer.solver.bound)
    assert answer.solver.value <= best + 1e-6 * abs(best)
    assert answer.solver.value >= best - 1e-3 * abs(best)


def _objectives(
    scorer: RosterScorer,
    campaign: Wish,
    occasion: Occasion,
    few: Sequence[Booking],
    budget: float,
    objective: str,
) -> Iterator[float]:
    """The objective of every roster within the budget, one by one from whole forecasts."""
    values = RosterValues(score_alone(occasion, few, np.arange(len(few)), prune=False)[1], few)
    for size in range(1, len(few) + 1):
        for chosen in combinations(range(len(few)), size):
            cost = sum(few[i].fee for i in chosen)
            if cost > budget:
                continue
            worth = values.worth(np.array(chosen), drawn=objective == "cautious")
            revenue = worth.revenue
            if worth.drawn is not None:
                revenue = min(revenue, float(np.quantile(worth.drawn.sum(axis=0), 0.05)))
            yield revenue if objective == "revenue" else 0.5 * revenue - cost


def test_the_order_of_candidates_does_not_matter(
    scorer: RosterScorer, offers: list[Booking], body: Wish
) -> None:
    sent = as_sent([*offers, *(replace(offer, posts=1, fee=offer.fee / 2) for offer in offers)])
    wish = {"campaign": body["campaign"], "budget": 4000, "objective": "revenue"}
    one = found(scorer, {**wish, "candidates": sent})
    other = found(scorer, {**wish, "candidates": sent[::-1]})
    assert one.model_dump(exclude={"solver"}) == other.model_dump(exclude={"solver"})


def test_bookings_of_one_creator_score_as_any_others(
    bundle: Bundle, known: Snapshot, occasion: Occasion
) -> None:
    model, rates = bundle.model, known.rates[np.isfinite(known.rates["fee_per_post"])]
    assert isinstance(model, BoostedRosters)
    rates = rates.sort_values("creator_id", kind="stable")
    who, where, how = (rates[name].tolist() for name in ("creator_id", "platform", "format"))
    posts = [1 + i % 3 for i in range(len(rates))]
    bookings = tuple(map(Booking, who, where, how, posts, repeat(10.0)))
    creator = np.unique(rates["creator_id"].to_numpy(dtype=str), return_inverse=True)[1]
    encoded = bundle.encode(lone_rows(known, occasion.campaign, bookings), occasion.campaign)
    assert len(bookings) > creator.max() + 1
    expected = model.values(*encoded)
    assert np.ptp(expected) > 0
    assert OptionScores(model).values(*encoded, creator) == pytest.approx(expected, rel=1e-9)
