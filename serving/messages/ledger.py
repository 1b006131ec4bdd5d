"""The ledger of a home: what was predicted beside what was measured.

`rosterlift ledger` writes it, GET /v1/ledger answers with it; `format` says which version.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from serving.messages.field_types import Number, Share
from serving.messages.questions import Schema


class LiftRange(Schema):
    """A lift with the ends of an interval; an end that the data do not bound is null."""

    mean: Number = Field(examples=[0.021])
    low: Number | None = Field(examples=[0.009])
    high: Number | None = Field(examples=[0.035])


class MeasuredLift(LiftRange):
    """A lift with its standard error."""

    standard_error: Number = Field(examples=[0.008])


class Bounded(Schema):
    """A number with the ends of its 90 % interval."""

    value: Number | None
    low: Number | None
    high: Number | None


class Stated(Schema):
    """What was stated of a campaign's lift before it ran."""

    origin: Literal["told", "hindcast"] = Field(
        description="Told by the service, or what a model of its time would have told."
    )
    model: str = Field(description="The version; of a hindcast the quarter it was trained for.")
    known_until: date = Field(description="Nothing observed later was used.")
    lift: LiftRange = Field(description="Expected lift.")
    interval: Share = Field(description="Probability meant by the expected lift's low..high.")
    test: MeasuredLift | None = Field(
        description="What a holdout test would show; null where its model is gone."
    )
    warnings: list[str] = Field(description="Codes.")
    differs: list[str] = Field(description="Terms asked about otherwise than they were booked.")


class LedgerCampaign(Schema):
    """One finished campaign."""

    campaign_id: str
    brand_id: str
    brand: str = Field(description="The brand's name.")
    booked_on: date
    starts_on: date
    ends_on: date
    quarter: str = Field(examples=["2025 Q3"], description="In which it began.")
    bookings: int = Field(ge=1)
    stated: Stated | None = Field(description="Null: nothing could be stated.")
    why_not: str = Field(description="Why nothing was stated, if so.")
    measured: MeasuredLift
    grade: str = Field(description="Whether chance chose its markets: drawn, or not drawn.")
    faults: list[str] = Field(description="What checks hold against its measurement.")
    inside: bool | None = Field(description="Measured inside what a test would show.")
    deviation: Number | None = Field(
        description="Measured less stated, in standard deviations of what was stated."
    )


class LedgerAgreement(Schema):
    """How stated and measured lifts of some campaigns agree; nulls of fewer than two."""

    campaigns: int
    coverage: Bounded | None = Field(description="Share measured inside what a test would show.")
    slope: Bounded | None = Field(description="Of measured on stated lifts, weighted by 1/SE².")
    bias: Bounded | None = Field(description="Measured less stated, a lift.")
    r2: Number | None = Field(description="Against measured lifts, which are noisy.")
    r2_ceiling: Number | None = Field(description="What perfect predictions would show.")
    rank: Number | None = Field(description="Rank correlation.")


class QuarterAgreement(LedgerAgreement):
    """The same of campaigns that began in one quarter."""

    quarter: str


class Calibrations(Schema):
    """The agreement of all campaigns, of forecasts told, and of hindcasts."""

    all: LedgerAgreement
    told: LedgerAgreement
    hindcast: LedgerAgreement


class WarningRecord(Schema):
    """Whether forecasts with a warning missed by more than those without."""

    code: str
    campaigns: int
    campaigns_without: int
    miss: Number | None = Field(description="Mean, in standard errors of the measurement.")
    miss_without: Number | None
    p_value: Number | None
    verdict: Literal["right", "not shown", "too few"]


class FeatureDrift(Schema):
    """How unlike earlier bookings those of the last half year are in one feature."""

    feature: str
    index: Number = Field(description="Population stability index.")
    p_value: Number = Field(description="Share of shuffled campaigns with an index as large.")
    drifted: bool


class Criterion(Schema):
    """One reason to train again."""

    name: str
    found: str
    when: str = Field(description="What makes it a reason.")
    fires: bool


class LedgerChampion(Schema):
    """The model that answered when the ledger was made."""

    version: str
    trained_until: date
    campaigns: int


class RetrainingRule(Schema):
    """Whether to train again; one criterion is enough."""

    retrain: bool
    sentence: str
    criteria: list[Criterion]
    champion: LedgerChampion | None


class Standing(Schema):
    """One way of predicting, on measured lifts."""

    name: str
    label: str
    is_model: bool
    agreement: LedgerAgreement | None = Field(description="Null of a rule that only ranks.")
    rank: Number
    preferred: Number = Field(description="Mean measured lift of the half that it prefers.")
    behind: Bounded | None = Field(description="How much more the model's half had.")


class BacktestScores(Schema):
    """Models of every quarter on the campaigns booked in it, beside rules without a model."""

    campaigns: int
    average: Number = Field(description="Mean measured lift.")
    standings: list[Standing]


class ForecastCounts(Schema):
    """What became of the forecasts that the service answered."""

    answered: int
    matched: int
    unmatched: dict[str, int] = Field(description="By reason.")


class Ledger(Schema):
    """What was predicted beside what was measured, campaign by campaign."""

    format: Literal[1]
    known_until: date = Field(description="Last day of sales when it was made.")
    interval: Share = Field(description="Probability meant by what a test would show.")
    retraining: RetrainingRule
    calibration: Calibrations
    by_quarter: list[QuarterAgreement]
    warnings: list[WarningRecord]
    features: list[FeatureDrift] = Field(description="The largest index first.")
    backtest: BacktestScores | None
    forecasts: ForecastCounts
    left_out: dict[str, str] = Field(description="Campaigns that were not measured, and why.")
    campaigns: list[LedgerCampaign] = Field(description="By start.")
