"""Requests become the domain's own types, field by field."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from features.entities import Booking, Campaign, ProposedCreator
from serving.messages.questions import BookingIn, CampaignIn, CompareRequest, PredictRequest
from tests.serving.asking import booking, campaign, compare, predict


def test_a_campaign_becomes_the_domain_s() -> None:
    asked = CampaignIn.model_validate(campaign(brief="Hello", markets=["m2", "m1", "m2"]))
    assert asked.to_campaign() == Campaign(
        brand_id="b1",
        category="skincare",
        starts_on=date(2024, 5, 6),
        ends_on=date(2024, 5, 19),
        brief="Hello",
        markets=("m2", "m1"),  # named twice, counted once
    )


def test_what_is_left_out_of_a_booking_has_its_default() -> None:
    asked = PredictRequest.model_validate(predict())
    assert asked.to_roster() == (Booking("c1", "instagram", "short_video", 2, 1500.0),)
    assert asked.interval == 0.9
    assert asked.to_campaign().markets is None


def test_every_term_of_a_booking_is_kept() -> None:
    terms = {
        "creative_freedom": "free",
        "disclosure": "none",
        "months_with_brand": 3,
        "invites_ugc": True,
    }
    proposed = {
        "category": "food",
        "language": "de",
        "followers": 900,
        "engagement_rate": 0.1,
        "reply_rate": 0.2,
        "sponsored_share": 0.3,
        "is_virtual": True,
        "audience": {"market": {"m1": 0.5}},
    }
    asked = BookingIn.model_validate(booking(**terms, creator=proposed))
    assert asked.to_booking() == Booking(
        "c1",
        "instagram",
        "short_video",
        2,
        1500.0,
        "free",
        "none",
        3.0,
        True,
        ProposedCreator("food", "de", 900, 0.1, 0.2, 0.3, True, {"market": {"m1": 0.5}}),
    )


def test_bookings_keep_their_order_and_scenarios_theirs() -> None:
    asked = CompareRequest.model_validate(compare())
    assert [scenario.name for scenario in asked.scenarios] == ["A", "B"]
    assert [one.creator_id for one in asked.scenarios[1].to_roster()] == ["c2"]
    assert asked.to_campaign().brand_id == "b1"


def test_what_is_written_out_reads_back_the_same() -> None:
    asked = CompareRequest.model_validate(compare(margin=0.25, interval=0.5))
    assert CompareRequest.model_validate_json(asked.model_dump_json()) == asked


def test_a_campaign_lasts_a_day_to_a_year() -> None:
    for last in ("2024-05-06", "2025-05-06"):
        assert CampaignIn.model_validate(campaign(ends_on=last)).ends_on == date.fromisoformat(last)
    with pytest.raises(ValidationError, match="at most 366 days"):
        CampaignIn.model_validate(campaign(ends_on="2025-05-07"))


def test_a_question_cannot_be_changed_after_it_was_checked() -> None:
    asked = PredictRequest.model_validate(predict())
    with pytest.raises(ValidationError, match="frozen"):
        asked.interval = 2.0
