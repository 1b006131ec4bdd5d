"""Fees: asked ones first, then what was paid to the creator, then to creators of their size."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.history.rates import complete_rates, past_fees
from features.sources.source import open_source
from tests.features.tiny_world import tiny_world, write

FEES = pd.DataFrame(
    [
        ("2023-01-01", "own", "tiktok", "live", 1.0, 10.0),
        ("2023-01-01", "own", "tiktok", "live", 1.0, 30.0),
        ("2023-01-01", "kin", "tiktok", "live", 1.0, 70.0),
        ("2023-01-01", "kin", "tiktok", "image", 1.0, 5.0),
        ("2023-01-01", "big", "tiktok", "live", 4.0, 900.0),
        ("2023-06-01", "own", "tiktok", "live", 1.0, 5000.0),
    ],
    columns=["booked_on", "creator_id", "platform", "format", "tier", "fee_per_post"],
)
ASKED = pd.DataFrame(
    [("asks", "tiktok", "live", 44.0)], columns=["creator_id", "platform", "format", "fee_per_post"]
)
ACCOUNTS = pd.DataFrame(
    [("asks", "tiktok", 1.0), ("own", "tiktok", 1.0), ("new", "tiktok", 1.0), ("huge", "tiktok", 4.0)],
    columns=["creator_id", "platform", "tier"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("creator_id", "sort", "fee", "fee_source"),
    [
        ("asks", "live", 44.0, "rates"),
        ("own", "live", 20.0, "estimate"),  # median of 10 and 30, the later 5000 unknown
        ("new", "live", 30.0, "estimate"),  # median of 10, 30 and 70 in the tier
        ("new", "image", 5.0, "estimate"),
        ("huge", "live", 900.0, "estimate"),
        ("huge", "image", 900.0, "estimate"),  # no image in the tier: any format on the platform
    ],
)
def test_a_fee_comes_from_the_closest_kin(
    creator_id: str, sort: str, fee: float, fee_source: str
) -> None:
    rates = complete_rates(ASKED, FEES, ACCOUNTS, date(2023, 3, 1))
    row = rates[(rates["creator_id"] == creator_id) & (rates["format"] == sort)]
    assert row[["fee_per_post", "fee_source"]].to_numpy().tolist() == [[fee, fee_source]]


def test_every_account_gets_every_format_of_its_platform_once() -> None:
    rates = complete_rates(ASKED, FEES, ACCOUNTS, date(2023, 3, 1))
    assert len(rates) == 4 * 2 and not rates.duplicated(["creator_id", "platform", "format"]).any()


def test_past_fees_are_per_post_with_the_tier_of_the_booking_day(tmp_path: Path) -> None:
    tables = tiny_world(1)
    booking = tables["bookings"].iloc[[0]].assign(posts=4, fee=100.0, campaign_id="c0")
    account = f"{booking['platform'].iloc[0]}-{booking['creator_id'].iloc[0]}"
    booked_on = tables["campaigns"]["booked_on"].iloc[0]
    tables["account_stats"] = pd.DataFrame(
        {
            "account_id": account,
            "observed_on": [booked_on, booked_on + pd.Timedelta(days=1)],
            "followers": [120_000, 2_000_000],
        }
    )
    fees = past_fees(open_source(write({**tables, "bookings": booking}, tmp_path)))
    assert fees[["fee_per_post", "tier"]].to_numpy().tolist() == [[25.0, 2.0]]
