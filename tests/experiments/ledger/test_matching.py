"""A forecast belongs to a campaign by brand, dates and bookings, and if it knew no better."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.backtest.stated import TOLD
from experiments.ledger.matching import (
    KNEW_LATER,
    NO_CAMPAIGN,
    OTHER_BOOKINGS,
    REPLACED,
    TOO_LATE,
    match,
)
from features.entities import Booking, Campaign
from tests.training.tiny_bundle import tiny_bundle
from training.bundle import Bundle

CAMPAIGN = Campaign(
    brand_id="b0",
    category="skincare",
    starts_on=date(2024, 5, 6),
    ends_on=date(2024, 5, 19),
    markets=("north", "south"),
    campaign_id="c1",
)
BOOKED = (
    Booking("ada", "instagram", "image", 2, 900.0, creative_freedom="free"),
    Booking("bob", "tiktok", "short_video", 1, 400.0),
)
RAN = [(CAMPAIGN, BOOKED), (replace(CAMPAIGN, campaign_id="c2"), BOOKED[:1])]


def asked(**changed: Any) -> dict[str, Any]:
    """One row of the request log, as asked before the campaign and with its bookings."""
    roster = [
        {"creator_id": "bob", "platform": "tiktok", "format": "short_video", "posts": 1,
         "fee": 400.0},
        {"creator_id": "ada", "platform": "instagram", "format": "image", "posts": 2,
         "fee": 900.0, "creative_freedom": "free"},
    ]  # fmt: skip
    return {
        "campaign": {"brand_id": "b0", "starts_on": "2024-05-06", "ends_on": "2024-05-19"},
        "roster": roster,
        "as_of": pd.Timestamp("2024-04-20"),
        "model_version": "7",
        "run_id": "r7",
        "interval": 0.8,
        "lift_mean": 0.02,
        "lift_low": 0.01,
        "lift_high": 0.04,
        "warnings": ["new_brand"],
        **changed,
    }


def no_bundle(_run: str, _version: str) -> Bundle | None:
    return None


def bundle_until(day: str) -> Bundle:
    """A bundle that had learned from sales until a day, half of whose effects leaked."""
    bundle = tiny_bundle()
    manifest = replace(bundle.manifest, trained_until=day, metrics={"leak": 0.5})
    return replace(bundle, manifest=manifest)


def test_the_last_forecast_of_the_bookings_that_ran_is_what_was_told() -> None:
    rows = [asked(lift_mean=0.01), asked(), asked(roster=asked()["roster"][1:], lift_mean=0.03)]
    found = match(pd.DataFrame(rows), RAN, no_bundle)
    assert found.forecasts == 3
    assert found.unmatched == {REPLACED: 1}
    told = found.told["c1"]
    assert (told.origin, told.model, told.known_until) == (TOLD, "7", date(2024, 4, 20))
    assert (told.mean, told.low, told.high, told.level) == (0.02, 0.01, 0.04, 0.8)
    assert told.warnings == ("new_brand",)
    assert told.test is None
    assert told.differs == ()
    assert found.told["c2"].mean == 0.03


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"campaign": {**asked()["campaign"], "brand_id": "b9"}}, NO_CAMPAIGN),
        ({"campaign": {**asked()["campaign"], "ends_on": "2024-05-20"}}, NO_CAMPAIGN),
        ({"roster": asked()["roster"][:1]}, OTHER_BOOKINGS),
        ({"roster": [{**one, "posts": 3} for one in asked()["roster"]]}, OTHER_BOOKINGS),
        ({"as_of": pd.Timestamp("2024-05-06")}, TOO_LATE),
    ],
)
def test_what_does_not_belong_is_counted_by_reason(changed: dict[str, Any], reason: str) -> None:
    found = match(pd.DataFrame([asked(**changed)]), RAN, no_bundle)
    assert found.told == {}
    assert found.unmatched == {reason: 1}


def test_a_model_that_had_learned_from_the_campaign_told_nothing_before_it() -> None:
    late, early = bundle_until("2024-05-06"), bundle_until("2024-05-05")
    rows = pd.DataFrame([asked(model_version="8"), asked()])
    found = match(rows, RAN, lambda _run, version: late if version == "8" else early)
    assert found.unmatched == {KNEW_LATER: 1}
    assert found.told["c1"].model == "7"


def test_what_a_test_would_show_follows_from_what_was_told() -> None:
    bundle = bundle_until("2024-01-01")
    found = match(pd.DataFrame([asked()]), RAN, lambda *_: bundle).told["c1"]
    test = found.test
    assert test is not None
    # 80 % of a normal lie within 1.2816 standard deviations; the test sees what did not leak.
    spread = (np.log1p(0.04) - np.log1p(0.01)) / (2 * 1.2816)
    error = bundle.holdout.standard_error("b0", 2)
    half = bundle.holdout.widths(0.9) * np.hypot(spread, error)
    assert test.spread == pytest.approx(spread, rel=1e-4)
    assert test.mean == pytest.approx(0.01)
    assert test.low == pytest.approx(np.expm1(np.log1p(0.01) - half), rel=1e-4)
    assert test.high == pytest.approx(np.expm1(np.log1p(0.01) + half), rel=1e-4)


def test_terms_that_were_booked_otherwise_are_named() -> None:
    rows = [{**one} for one in asked()["roster"]]
    rows[0] |= {"fee": 401.0, "months_with_brand": 0.0}
    del rows[1]["creative_freedom"]
    found = match(pd.DataFrame([asked(roster=rows)]), RAN, no_bundle)
    assert found.told["c1"].differs == ("fee", "creative_freedom")


def test_a_service_that_was_never_asked_told_nothing() -> None:
    found = match(pd.DataFrame(), RAN, no_bundle)
    assert (found.told, found.forecasts, found.unmatched) == ({}, 0, {})
