"""Measurements that found what a test says."""

from __future__ import annotations

from datetime import date, timedelta

from experiments.measurement.estimate import Estimate
from experiments.measurement.finished import CampaignMeasurement
from experiments.measurement.measurement import Fit, Measurement, Money
from training.checks.verdict import Verdict

STARTED = date(2024, 1, 8)


def measured(
    campaign_id: str,
    lift: float,
    error: float = 0.01,
    *,
    brand: str = "b0",
    starts_on: date = STARTED,
    faulty: bool = False,
) -> CampaignMeasurement:
    """One campaign's measured lift with its standard error."""
    reach = 1.645 * error
    estimate = Estimate("invented", lift, lift - reach, lift + reach, 0.9, 0.5, error)
    money = Money(lift, lift - reach, lift + reach)
    return CampaignMeasurement(
        campaign_id=campaign_id,
        brand_id=brand,
        starts_on=starts_on,
        first_day=starts_on,
        last_day=starts_on + timedelta(days=45),
        alongside=(),
        measurement=Measurement(
            campaign_id, "drawn", "other assignments", estimate, estimate, money, 1.0,
            5, 5, 0, 52, 6, {}, Fit(0.01, 1.0, 0.5, 5.0),
        ),
        checks=(Verdict("invented", not faulty, "found", "expected", gate=True),),
    )  # fmt: skip
