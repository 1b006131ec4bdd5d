"""The types of GET /v1/baseline: a brand's sales by week, so far and expected."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from features.entities import Campaign
from serving.messages.answers import Estimate
from serving.messages.field_types import Day, Identifier, Number, WordList
from serving.messages.questions import Schema, days_in_order


class BaselineQuery(BaseModel):
    """Whose sales, when and where; numbers arrive as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brand_id: Identifier = Field(description="A brand of the catalog.")
    starts_on: Day = Field(description="First day of posting.")
    ends_on: Day = Field(description="Last day of posting, included.")
    markets: WordList | None = Field(
        default=None,
        description="Market ids, separated by ; - absent: every market the brand sells in.",
    )
    interval: float = Field(
        default=0.9, ge=0.5, le=0.99, description="Probability that each low..high should hold."
    )

    @field_validator("ends_on")
    @classmethod
    def _dates_in_order(cls, ends_on: date, info: ValidationInfo) -> date:
        return days_in_order(info.data.get("starts_on", ends_on), ends_on)

    def to_campaign(self) -> Campaign:
        """Return the domain's campaign; a market named twice counts once."""
        named = dict.fromkeys(one.strip() for one in (self.markets or "").split(";"))
        markets = tuple(market for market in named if market)
        return Campaign(
            brand_id=self.brand_id,
            category="",
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            markets=markets or None,
        )


class PastWeek(Schema):
    """What was sold in one week, campaigns of that time included."""

    week: date = Field(examples=["2024-04-01"], description="Its Monday.")
    revenue: Number | None = Field(examples=[250_000.0], description="Money; null: unknown.")


class WeekAhead(Schema):
    """What would be sold in one week without the campaign."""

    week: date = Field(examples=["2024-05-06"], description="Its Monday.")
    in_window: bool = Field(
        description="The campaign's sales are counted in it: weeks of posting and four after."
    )
    revenue: Estimate = Field(description="Money in the whole week.")
    last_year: Number | None = Field(
        examples=[240_000.0], description="Money sold 52 weeks before; null: unknown."
    )


class Baseline(Schema):
    """A brand's sales in the campaign's markets: so far, and without the campaign."""

    brand_id: str = Field(examples=["b01"])
    market_ids: list[str] = Field(
        examples=[["m001", "m002"]], description="Markets that are added up."
    )
    as_of: date = Field(description="Sales are known to this day.")
    interval: Number = Field(examples=[0.9], description="Probability of each low..high.")
    revenue: Estimate = Field(
        description="Money from the first day of posting to four weeks after the last; what a "
        "prediction calls baseline_revenue."
    )
    last_year: Number | None = Field(
        description="Money sold 52 weeks before the weeks that are in_window; null: not all known."
    )
    history: list[PastWeek] = Field(description="The last two years, oldest first.")
    weeks: list[WeekAhead] = Field(
        description="From the end of the sales, at most half a year before the campaign, to the "
        "last week in which its sales are counted. One week strays more than their sum."
    )
