"""Offers of the tiny world's creators, and the model and catalog that rosters are chosen with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from features.catalogs import catalog
from features.entities import Booking
from features.snapshots.snapshot import Snapshot
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.optimization.alone import Occasion
from serving.predictions.scoring import RosterScorer
from tests.commands.conftest import Trained
from training import tracking
from training.bundle import Bundle
from training.forecast import forecast_roster

Wish = dict[str, Any]


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
