"""The measured lifts of a source's finished campaigns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from experiments.measurement.campaigns import (
    NO_SALES,
    NOT_OVER,
    CampaignTest,
    brand_tests,
    read_campaigns,
    why_not,
    window_of,
)
from experiments.measurement.checks import check_test
from experiments.measurement.measure import measure
from experiments.measurement.measurement import Measurement
from experiments.measurement.sales import calendar_of
from features.entities import CARRY_OVER_DAYS, Campaign
from features.errors import NotMeasurableError, UnknownIdError
from features.sources.source import Source
from training.checks.verdict import Verdict
from training.settings import CellSettings

_MOST_ENTANGLED = 0.8


@dataclass(frozen=True)
class CampaignMeasurement:
    """What one finished campaign was measured to have done, and what the checks say of it.

    Sales are counted over `first_day` to `last_day`. `alongside` are campaigns of the brand that
    ran at the same time; their estimated effects were taken out of the sales before.
    """

    campaign_id: str
    brand_id: str
    starts_on: date
    first_day: date
    last_day: date
    alongside: tuple[str, ...]
    measurement: Measurement
    checks: tuple[Verdict, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """What the checks hold against it; empty where all gates passed."""
        return tuple(check.reason for check in self.checks if check.gate and not check.passed)


@dataclass(frozen=True)
class MeasuredCampaigns:
    """Measurements by start of the campaign, and why the others were left out, by campaign."""

    measured: tuple[CampaignMeasurement, ...]
    left_out: Mapping[str, str]

    @property
    def faults(self) -> dict[str, tuple[str, ...]]:
        """What the checks hold against campaigns, of those that have some."""
        return {one.campaign_id: one.faults for one in self.measured if one.faults}


def measure_campaigns(
    source: Source,
    *,
    campaign_id: str | None = None,
    level: float = 0.9,
    days_after: int = CARRY_OVER_DAYS,
    seed: int = 0,
    progress: Callable[[float], None] = lambda _: None,
) -> MeasuredCampaigns:
    """Measure every finished campaign, or one.

    Args:
        level: of the intervals.
        days_after: days after the last posting day whose sales count into the lift.
        seed: of redrawn assignments.
        progress: told the share of campaigns that are done.

    Raises:
        SourceError: a table is missing or cannot be read.
        UnknownIdError: there is no such campaign.
    """
    campaigns = read_campaigns(source)
    asked = [c for c in campaigns if campaign_id is None or c.campaign_id == campaign_id]
    if not asked and campaign_id is not None:
        raise UnknownIdError("campaign", campaign_id)
    calendar = calendar_of(source)
    reasons = {c: why_not(c, window_of(c, days_after), calendar) for c in asked}
    left_out = {str(c.campaign_id): why for c, why in reasons.items() if why}
    found: list[CampaignMeasurement] = []
    for brand_id in sorted({c.brand_id for c, why in reasons.items() if not why}):
        own = [c for c in campaigns if c.brand_id == brand_id]
        for test in brand_tests(source, calendar, own, days_after, CellSettings()):
            if reasons.get(test.campaign, NOT_OVER):
                continue
            try:
                found.append(measured_campaign(test, level=level, seed=seed))
            except NotMeasurableError as error:
                left_out[str(test.campaign.campaign_id)] = str(error)
            progress((len(found) + len(left_out)) / len(asked))
    told = {one.campaign_id for one in found} | left_out.keys()
    left_out |= {str(c.campaign_id): NO_SALES for c in asked if str(c.campaign_id) not in told}
    found.sort(key=lambda one: (one.starts_on, one.campaign_id))
    return MeasuredCampaigns(tuple(found), left_out)


def measured_campaign(one: CampaignTest, *, level: float, seed: int) -> CampaignMeasurement:
    """Measure and check one campaign.

    Raises:
        NotMeasurableError: too few markets or periods.
    """
    measurement = measure(one.test, level=level, seed=seed)
    campaign: Campaign = one.campaign
    return CampaignMeasurement(
        campaign_id=str(campaign.campaign_id),
        brand_id=campaign.brand_id,
        starts_on=campaign.starts_on,
        first_day=one.window.first,
        last_day=one.window.last,
        alongside=one.alongside,
        measurement=measurement,
        checks=(*check_test(one.test, measurement, seed=seed), apart_from_others(one)),
    )


def apart_from_others(one: CampaignTest) -> Verdict:
    """No other campaign of the brand was shown in the same markets at the same time."""
    count = len(one.alongside)
    told = f"{count} other{'' if count == 1 else 's'} at the same time"
    if count:
        told += f", correlation with the closest {one.entangled:.2f}"
    return Verdict(
        "other campaigns",
        one.entangled <= _MOST_ENTANGLED,
        told,
        f"correlation of at most {_MOST_ENTANGLED:g}",
        gate=True,
    )
