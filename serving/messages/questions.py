"""What a planner asks: the request types of the HTTP interface.

Requests refuse unknown fields, values out of bounds and numbers that are not finite.
What only the catalog can tell (is there such a creator, brand or market) is checked
where the catalog is at hand. Money is in the source's currency.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from features.entities import Booking, Campaign, ProposedCreator, Roster
from serving.messages.field_types import (
    BRIEF_LENGTH,
    Amount,
    AudienceDimension,
    Day,
    Disclosure,
    FeeSource,
    Flag,
    Format,
    Freedom,
    Identifier,
    Number,
    Platform,
    Share,
    Whole,
    first_repeated,
)

LONGEST_CAMPAIGN_DAYS = 366
MOST_BOOKINGS = 500
#: Shares are rounded when they are written down; a sum may miss 1 by this much.
SHARE_SLACK = 0.005

Audience = dict[AudienceDimension, dict[Identifier, Share]]


class Schema(BaseModel):
    """Closed and immutable: an unknown field is a fault, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def days_in_order(starts_on: date, ends_on: date) -> date:
    """Return `ends_on` where it can end a campaign that starts then; pydantic's error else."""
    if not 0 <= (ends_on - starts_on).days < LONGEST_CAMPAIGN_DAYS:
        raise PydanticCustomError(
            "dates_in_order",
            "expected a day from starts_on ({starts_on}) on, at most {most} days of posting",
            {"starts_on": starts_on.isoformat(), "most": LONGEST_CAMPAIGN_DAYS},
        )
    return ends_on


class CampaignIn(Schema):
    """What is advertised, by whom, when and where."""

    brand_id: Identifier = Field(examples=["b01"], description="A brand of the catalog.")
    category: Identifier = Field(
        examples=["skincare"], description="Category of the product advertised."
    )
    starts_on: Day = Field(examples=["2024-05-06"], description="First day of posting.")
    ends_on: Day = Field(examples=["2024-05-19"], description="Last day of posting, included.")
    brief: str | None = Field(
        default=None,
        max_length=BRIEF_LENGTH,
        examples=["Show your evening routine with the new serum."],
        description="What the brand asks the creators to say.",
    )
    markets: Annotated[list[Identifier], Field(min_length=1, max_length=5000)] | None = Field(
        default=None,
        examples=[["m001", "m002"]],
        description="Where it runs; absent: every market the brand sells in.",
    )

    @field_validator("ends_on")
    @classmethod
    def _dates_in_order(cls, ends_on: date, info: ValidationInfo) -> date:
        return days_in_order(info.data.get("starts_on", ends_on), ends_on)

    def to_campaign(self) -> Campaign:
        """Return the domain's campaign; a market named twice counts once."""
        return Campaign(
            brand_id=self.brand_id,
            category=self.category,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            brief=self.brief,
            markets=None if self.markets is None else tuple(dict.fromkeys(self.markets)),
        )


class ProposedCreatorIn(Schema):
    """A creator who is not in the catalog; what is left out is filled from similar ones."""

    category: Identifier = Field(examples=["skincare"], description="Their niche.")
    language: Identifier = Field(examples=["en"], description="ISO 639-1 code they publish in.")
    followers: Whole = Field(ge=0, le=10**10, examples=[48_000], description="Follower count.")
    engagement_rate: Share | None = Field(
        default=None, examples=[0.05], description="Likes, comments, shares and saves per view."
    )
    reply_rate: Share | None = Field(
        default=None, examples=[0.3], description="Share of comments the creator answers."
    )
    sponsored_share: Share | None = Field(
        default=None, examples=[0.1], description="Share of their posts that are paid."
    )
    is_virtual: Flag = Field(
        default=False, examples=[False], description="An AI or virtual persona."
    )
    audience: Audience = Field(
        default_factory=dict,
        examples=[{"market": {"m001": 0.6, "m002": 0.2}}],
        description="Shares of all followers by dimension and value; each sums to at most 1.",
    )

    @field_validator("audience")
    @classmethod
    def _shares_within_one(cls, audience: Audience) -> Audience:
        for dimension, shares in audience.items():
            if sum(shares.values()) > 1 + SHARE_SLACK:
                raise PydanticCustomError(
                    "shares_within_one",
                    "the shares of {dimension} sum to {total}, expected at most 1",
                    {"dimension": dimension, "total": round(sum(shares.values()), 3)},
                )
        return audience

    def to_proposed(self) -> ProposedCreator:
        """Return the domain's proposed creator."""
        return ProposedCreator(**self.model_dump())


class BookingIn(Schema):
    """One creator's part of a roster: where, in what form, how often, on what terms."""

    creator_id: Identifier = Field(
        examples=["c0042"],
        description="A creator of the catalog, or a new id with `creator`.",
    )
    platform: Platform = Field(examples=["instagram"], description="Where the posts appear.")
    format: Format = Field(examples=["short_video"], description="What kind of posts.")
    posts: Whole = Field(ge=1, le=50, examples=[2], description="How many posts.")
    fee: Amount = Field(examples=[1500.0], description="Money for all these posts together.")
    creative_freedom: Freedom = Field(
        default="guided", examples=["free"], description="How much the brand scripts."
    )
    disclosure: Disclosure = Field(
        default="platform_label",
        examples=["platform_label"],
        description="How the posts are marked.",
    )
    months_with_brand: Annotated[Amount, Field(le=1200)] = Field(
        default=0.0,
        examples=[6.0],
        description="Months of partnership so far; 0 for the first time.",
    )
    invites_ugc: Flag = Field(
        default=False,
        examples=[False],
        description="The posts ask followers for content of their own.",
    )
    creator: ProposedCreatorIn | None = Field(
        default=None, description="Who they are, when the catalog does not know them."
    )
    fee_source: FeeSource | None = Field(
        default=None,
        examples=["rates"],
        description="Where /v1/optimize took the fee from; changes nothing. Null: as asked.",
    )

    def to_booking(self) -> Booking:
        """Return the domain's booking."""
        values = self.model_dump(exclude={"creator", "fee_source"})
        return Booking(**values, creator=self.creator.to_proposed() if self.creator else None)


def _each_booked_once(roster: list[BookingIn]) -> list[BookingIn]:
    """A creator is booked once on a platform in a format: more posts are more `posts`."""
    keys = [f"{b.creator_id}\n{b.platform}\n{b.format}" for b in roster]
    repeated = first_repeated(keys)
    if repeated is not None:
        raise PydanticCustomError(
            "booked_twice",
            "booking {position} repeats creator, platform and format of an earlier one; "
            "add the posts up in one booking",
            {"position": repeated},
        )
    return roster


BookingsIn = Annotated[
    list[BookingIn],
    Field(min_length=1, max_length=MOST_BOOKINGS),
    AfterValidator(_each_booked_once),
]
Interval = Annotated[Number, Field(ge=0.5, le=0.99)]
Margin = Annotated[Number, Field(gt=0, le=1)]


class PredictRequest(Schema):
    """One roster for one campaign."""

    campaign: CampaignIn = Field(description="What is advertised, where and when.")
    roster: BookingsIn = Field(description="1 to 500 bookings.")
    interval: Interval = Field(
        default=0.9, examples=[0.9], description="Probability that each low..high should hold."
    )

    def to_campaign(self) -> Campaign:
        """Return the domain's campaign."""
        return self.campaign.to_campaign()

    def to_roster(self) -> Roster:
        """Return the domain's bookings, in the order they were sent."""
        return tuple(booking.to_booking() for booking in self.roster)


class Scenario(Schema):
    """One of the rosters to choose from."""

    name: Identifier = Field(examples=["Twelve micro creators"], description="Unique.")
    roster: BookingsIn = Field(description="1 to 500 bookings.")

    def to_roster(self) -> Roster:
        """Return the domain's bookings, in the order they were sent."""
        return tuple(booking.to_booking() for booking in self.roster)


class CompareRequest(Schema):
    """Several rosters for the same campaign."""

    campaign: CampaignIn
    scenarios: Annotated[list[Scenario], Field(min_length=2, max_length=20)] = Field(
        description="2 to 20 rosters."
    )
    margin: Margin = Field(
        default=1.0,
        examples=[0.4],
        description="Profit per unit of revenue; ranks by revenue x margin - cost.",
    )
    interval: Interval = Field(
        default=0.9, examples=[0.9], description="Probability that each low..high should hold."
    )

    @field_validator("scenarios")
    @classmethod
    def _names_differ(cls, scenarios: list[Scenario]) -> list[Scenario]:
        repeated = first_repeated([scenario.name for scenario in scenarios])
        if repeated is not None:
            raise PydanticCustomError(
                "names_differ",
                "expected a name of its own for each scenario, found {name} twice",
                {"name": repr(scenarios[repeated].name)},
            )
        return scenarios

    def to_campaign(self) -> Campaign:
        """Return the domain's campaign."""
        return self.campaign.to_campaign()
