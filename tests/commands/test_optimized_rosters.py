"""Optimised rosters against exhaustive search, a proven bound, naive rules and their wishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.catalogs import catalog
from features.entities import Booking, tier_of
from features.errors import InvalidRequestError, NoRosterError
from features.snapshots.snapshot import Snapshot
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.optimization.alone import Alone, Occasion, score_alone
from serving.optimization.roster_value import RosterValues
from serving.predictions.scoring import RosterScorer
from tests.commands.conftest import CREATOR, Trained
from training import tracking
from training.bundle import Bundle
from training.forecast import forecast_roster

Wish = dict[str, Any]
FEW: Final = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def bundle(served: Trained) -> Bundle:
    return tracking.champion_bundle(served.home)


@pytest.fixture(scope="module")
def known(served: Trained) -> Snapshot:
    return catalog.load(served.home)


@pytest.fixture(scope="module")
def scorer(bundle: Bundle, known: Snapshot) -> RosterScorer:
    return RosterScorer(bundle, known)


@pytest.fixture(scope="module")
def offers(known: Snapshot) -> list[Booking]:
    """One booking a creator: their dearest rate for two posts."""
    rates = known.rates.sort_values("fee_per_post").drop_duplicates("creator_id", keep="last")
    rates = rates.sort_values("creator_id")
    places = zip(
        *(rates[name].tolist() for name in ("creator_id", "platform", "format")), strict=True
    )
    fees = (2 * rates["fee_per_post"]).tolist()
    return [
        Booking(who, where, how, 2, fee)
        for (who, where, how), fee in zip(places, fees, strict=True)
    ]


def found(scorer: RosterScorer, wish: Wish) -> Optimization:
    return scorer.optimize(OptimizeRequest.model_validate(wish))


def as_sent(bookings: Sequence[Booking]) -> list[dict[str, Any]]:
    names = ("creator_id", "platform", "format", "posts", "fee", "disclosure")
    return [{name: getattr(booking, name) for name in names} for booking in bookings]


@pytest.fixture(scope="module")
def occasion(bundle: Bundle, known: Snapshot, body: Wish, offers: list[Booking]) -> Occasion:
    asked = OptimizeRequest.model_validate({"campaign": body["campaign"], "budget": 1})
    return Occasion.of(
        bundle, known, forecast_roster(bundle, known, asked.to_campaign(), tuple(offers[:1]))
    )


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


_SHARE = st.sampled_from([0.1, 0.25, 0.5, 0.75])
_SOME = st.lists(st.integers(0, 59), max_size=3, unique=True)
#: Wishes with creators and languages by their positions.
WISHES = st.fixed_dictionaries(
    {
        "budget": st.sampled_from([20.0, 300.0, 2000.0, 10_000.0]),
        "objective": st.sampled_from(["profit", "revenue"]),
        "include": _SOME,
        "exclude": _SOME,
        "max_creators": st.sampled_from([None, 1, 3, 8]),
        "max_virtual": st.sampled_from([None, 0.0, 0.25]),
        "tier": st.dictionaries(
            st.sampled_from(["nano", "micro", "mid", "macro"]), _SHARE, max_size=2
        ),
        "language": st.dictionaries(st.integers(0, 3), _SHARE, max_size=2),
    }
)


@FEW
@given(WISHES)
def test_every_constraint_holds_or_the_conflict_is_named(
    scorer: RosterScorer, known: Snapshot, body: Wish, drawn: Wish
) -> None:
    wish = _in_words(known, drawn) | {"campaign": body["campaign"]}
    try:
        answer = found(scorer, wish)
    except NoRosterError as error:
        for fault in error.faults:  # without any one of them the others can be kept to
            found(scorer, _without(wish, fault.path, [other.path for other in error.faults]))
        return
    _check(known, wish, answer)


def _in_words(known: Snapshot, drawn: Wish) -> Wish:
    creators = sorted(set(known.rates["creator_id"][np.isfinite(known.rates["fee_per_post"])]))
    languages = sorted(set(known.creators["language"]))
    wish = {name: value for name, value in drawn.items() if name not in ("tier", "language")}
    wish |= {name: [creators[i] for i in drawn[name]] for name in ("include", "exclude")}
    spoken = {languages[i % len(languages)]: share for i, share in drawn["language"].items()}
    return wish | {"min_share": {"tier": drawn["tier"], "language": spoken}}


def _without(wish: Wish, path: str, others: Sequence[str]) -> Wish:
    """The wish with only the constraints in conflict, but one."""
    kept = {name: wish[name] for name in ("campaign", "objective")} | {"budget": 1e9}
    for other in others:
        field, _, rest = other.partition(".")
        if other == path:
            continue
        if field in ("include", "exclude"):
            kept.setdefault(field, [])
            kept[field] += wish[field] if not rest else [wish[field][int(rest)]]
        elif field == "min_share":
            dimension, _, value = rest.partition(".")
            shares = kept.setdefault("min_share", {}).setdefault(dimension, {})
            shares[value] = wish["min_share"][dimension][value]
        else:
            kept[field] = wish[field]
    return kept


def _check(known: Snapshot, wish: Wish, answer: Optimization) -> None:
    booked = [booking.creator_id for booking in answer.roster]
    creators = known.creators.loc[booked]
    assert booked
    assert max(Counter(booked).values()) == 1
    assert answer.prediction.cost <= wish["budget"] * (1 + 1e-9)
    assert set(wish["include"]) <= set(booked)
    assert not set(wish["exclude"]) & set(booked)
    assert len(booked) <= (wish["max_creators"] or 500)
    if wish["max_virtual"] is not None:
        assert creators["is_virtual"].mean() <= wish["max_virtual"] + 1e-9
    for tier, share in wish["min_share"]["tier"].items():
        assert (creators["followers"].map(tier_of) == tier).mean() >= share - 1e-9
    for language, share in wish["min_share"]["language"].items():
        assert (creators["language"] == language).mean() >= share - 1e-9
    revenue = [point.incremental_revenue.mean for point in answer.frontier]
    if wish["objective"] == "revenue":  # more money never buys less
        assert revenue == sorted(revenue)
    assert revenue[-1] == answer.prediction.incremental_revenue.mean


def test_undisclosed_bookings_keep_to_their_share(
    scorer: RosterScorer, offers: list[Booking], body: Wish
) -> None:
    hidden = [replace(offer, disclosure="none", fee=offer.fee / 3) for offer in offers]
    wish = {"campaign": body["campaign"], "budget": 3000, "objective": "revenue"}
    wish |= {"candidates": as_sent([*offers, *hidden])}
    free = found(scorer, wish).roster
    bound = found(scorer, {**wish, "min_disclosed": 0.75}).roster
    assert np.mean([b.disclosure != "none" for b in free]) < 0.75
    assert np.mean([b.disclosure != "none" for b in bound]) >= 0.75


WRONG = [
    ({"campaign": {"brand_id": "nobody"}}, {"campaign.brand_id"}),
    ({"campaign": {"markets": ["nowhere"]}}, {"campaign.markets.0"}),
    ({"include": ["nobody"]}, {"include.0"}),
    ({"exclude": [CREATOR, "nobody"]}, {"exclude.1"}),
    ({"candidates": {"category": "no such niche"}}, {"candidates"}),
    ({"candidates": [{"creator_id": "new"}]}, {"candidates.0.creator_id"}),
    ({"candidates": [{"creator": {"category": "food", "language": "en", "followers": 9}},
                     {"creator": {"category": "food", "language": "en", "followers": 10}}]},
     {"candidates.1.creator"}),
    ({"candidates": [{"creator": {"category": "food", "language": "en", "followers": 9,
                                  "audience": {"market": {"nowhere": 0.5}}}}]},
     {"candidates.0.creator.audience.market.nowhere"}),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "paths"), WRONG, ids=str)
def test_what_the_catalog_does_not_know_is_named(
    scorer: RosterScorer, body: Wish, changed: Wish, paths: set[str]
) -> None:
    whole = {"creator_id": "new", "platform": "instagram", "format": "image", "posts": 1, "fee": 5}
    wish: Wish = {"campaign": body["campaign"], "budget": 1000.0, **changed}
    wish["campaign"] = {**body["campaign"], **changed.get("campaign", {})}
    if isinstance(changed.get("candidates"), list):
        wish["candidates"] = [{**whole, **booking} for booking in changed["candidates"]]
    with pytest.raises(InvalidRequestError) as refused:
        found(scorer, wish)
    assert {fault.path for fault in refused.value.faults} == paths


def test_a_proposed_creator_can_be_chosen_and_a_candidate_less_one_included(
    scorer: RosterScorer, offers: list[Booking], body: Wish
) -> None:
    who = {"category": body["campaign"]["category"], "language": "en", "followers": 90_000}
    new = {"creator_id": "new", "platform": "tiktok", "format": "short_video", "posts": 2, "fee": 1}
    wish = {"campaign": body["campaign"], "budget": 5000, "candidates": [{**new, "creator": who}]}
    answer = found(scorer, {**wish, "include": [CREATOR]})
    source = {booking.creator_id: booking.fee_source for booking in answer.roster}
    assert set(source) == {"new", CREATOR}
    assert source["new"] is None
    assert source[CREATOR] in ("rates", "estimate")
    assert "unknown_creator" in {warning.code for warning in answer.prediction.warnings}
