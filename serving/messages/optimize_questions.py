"""What a planner asks of /v1/optimize: a budget, who could be booked, and what must hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from features.entities import Campaign
from serving.messages.field_types import Amount, Identifier, OneOf, Share, Whole
from serving.messages.listings import CreatorQuery, Tier
from serving.messages.questions import (
    MOST_BOOKINGS,
    BookingIn,
    CampaignIn,
    Interval,
    Margin,
    Schema,
)

MOST_CANDIDATES: Final = 100_000
_MOST_EXCLUDED: Final = 10_000
_MOST_VALUES: Final = 16

#: Names of the two kinds of candidates, which are no fields and left out of paths.
BOOKINGS, FILTER = "[bookings]", "[filter]"

Objective = Annotated[str, OneOf(("profit", "revenue", "cautious"))]


class CandidateFilter(CreatorQuery):
    """Candidates are the creators that GET /v1/creators would list with these parameters.

    Each is booked once, on the platform and in the format of best value among those whose fee
    the catalog knows or estimates.
    """

    model_config = ConfigDict(strict=True)

    min_followers: Annotated[Whole, Field(ge=0, le=10**10)] | None = Field(
        default=None, description="Of the largest account."
    )
    max_followers: Annotated[Whole, Field(ge=0, le=10**10)] | None = Field(
        default=None, description="Of the largest account."
    )
    limit: Whole = Field(
        default=MOST_CANDIDATES,
        ge=1,
        le=MOST_CANDIDATES,
        description="Most creators to consider, the first in the order of `sort`.",
    )
    offset: Whole = Field(default=0, ge=0, le=10**9, description="Creators to skip.")
    posts: Whole = Field(
        default=1, ge=1, le=50, examples=[2], description="Posts to book of each creator."
    )


Shares = Annotated[dict[Identifier, Share], Field(max_length=_MOST_VALUES)]


class MinShare(Schema):
    """Least shares of the roster's creators, by value; whom no value is known of has none."""

    tier: dict[Tier, Share] = Field(
        default={}, examples=[{"micro": 0.5}], description="By followers of the largest account."
    )
    category: Shares = Field(
        default={}, examples=[{"skincare": 0.3}], description="By the creators' niche."
    )
    language: Shares = Field(
        default={}, examples=[{"es": 0.2}], description="By the language they publish in."
    )
    community: Shares = Field(
        default={},
        examples=[{"turkish-german": 0.1}],
        description="By community; a creator may belong to several.",
    )


def _kind_of(candidates: Any) -> str | None:
    if isinstance(candidates, list):
        return BOOKINGS
    return FILTER if isinstance(candidates, dict | CandidateFilter) else None


@dataclass(frozen=True, slots=True)
class _BookingsOrFilter:
    """Pydantic annotation: an array is read as bookings, an object as a filter.

    Faults are those of the kind that was meant; a plain union would name them under both.
    """

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.tagged_union_schema(
            {
                BOOKINGS: handler.generate_schema(_Bookings),
                FILTER: handler.generate_schema(CandidateFilter),
            },
            discriminator=_kind_of,
            custom_error_type="candidates",
            custom_error_message="expected an array of bookings or an object of filters",
        )


_Bookings = Annotated[list[BookingIn], Field(min_length=1, max_length=MOST_CANDIDATES)]
CandidatesIn = Annotated[list[BookingIn] | CandidateFilter, _BookingsOrFilter()]
Listed = Annotated[list[Identifier], Field(max_length=MOST_BOOKINGS)]


class OptimizeRequest(Schema):
    """The best roster under a budget, out of up to 100,000 candidates.

    A roster books a creator at most once: several bookings of one creator are alternatives.
    """

    campaign: CampaignIn = Field(description="What is advertised, where and when.")
    budget: Amount = Field(examples=[50_000.0], description="Most money for all fees together.")
    candidates: CandidatesIn | None = Field(
        default=None,
        description="Bookings to choose from, or a filter of the catalog; absent: all of it.",
    )
    include: Listed = Field(
        default=[],
        examples=[["c0042"]],
        description="Creators who must be booked; who is no candidate is taken from the catalog.",
    )
    exclude: Annotated[list[Identifier], Field(max_length=_MOST_EXCLUDED)] = Field(
        default=[], examples=[["c0007"]], description="Creators who must not be booked."
    )
    max_creators: Annotated[Whole, Field(ge=1, le=MOST_BOOKINGS)] | None = Field(
        default=None, examples=[20], description="Most creators; at most 500 in any case."
    )
    min_disclosed: Share | None = Field(
        default=None, examples=[1.0], description="Least share of bookings that are disclosed."
    )
    max_virtual: Share | None = Field(
        default=None, examples=[0.1], description="Largest share of virtual creators."
    )
    min_share: MinShare | None = Field(default=None, description="Least shares of creators.")
    objective: Objective = Field(
        default="profit",
        examples=["profit"],
        description="What is made largest: expected incremental revenue x margin - cost; expected "
        "incremental revenue; or the low end of the profit's interval (cautious).",
    )
    margin: Margin = Field(
        default=1.0, examples=[0.4], description="Profit per unit of revenue, before fees."
    )
    interval: Interval = Field(
        default=0.9, examples=[0.9], description="Probability that each low..high should hold."
    )

    def to_campaign(self) -> Campaign:
        """Return the domain's campaign."""
        return self.campaign.to_campaign()
