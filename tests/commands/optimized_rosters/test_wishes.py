"""Optimised rosters keep to what was asked, and say what cannot be kept to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.entities import Booking, tier_of
from features.errors import InvalidRequestError, NoRosterError
from features.snapshots.snapshot import Snapshot
from serving.messages.optimize_answers import Optimization
from serving.predictions.scoring import RosterScorer
from tests.commands.conftest import CREATOR
from tests.commands.optimized_rosters.conftest import Wish, as_sent, found

FEW: Final = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
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
