"""The types of the GET routes: lists of creators, brands and markets, and the model card."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from features.entities import TIERS
from serving.messages.answers import ModelInfo
from serving.messages.field_types import (
    LARGEST_AMOUNT,
    Identifier,
    Number,
    OneOf,
    Platform,
    WordList,
)
from serving.messages.questions import Schema

Tier = Annotated[str, OneOf(tuple(TIERS))]
Item = TypeVar("Item")


class ListQuery(BaseModel):
    """The query parameters every list takes; numbers arrive as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    query: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="Part of the name, handle or id, in any case."
    )
    limit: int = Field(default=50, ge=1, le=500, description="Most items to answer.")
    offset: int = Field(default=0, ge=0, le=10**9, description="Items to skip.")


class CreatorQuery(ListQuery):
    """Filters and order of the creators' list; they all hold together."""

    category: Identifier | None = Field(default=None, description="The creator's niche.")
    platform: Platform | None = Field(default=None, description="They have an account there.")
    language: Identifier | None = Field(default=None, description="ISO 639-1 code they publish in.")
    tier: Tier | None = Field(default=None, description="By followers of the largest account.")
    min_followers: int | None = Field(
        default=None, ge=0, le=10**10, description="Of the largest account."
    )
    max_followers: int | None = Field(
        default=None, ge=0, le=10**10, description="Of the largest account."
    )
    community: Identifier | None = Field(default=None, description="They belong to it.")
    min_fee: float | None = Field(
        default=None, ge=0, le=LARGEST_AMOUNT, description="A post of theirs costs at least this."
    )
    max_fee: float | None = Field(
        default=None,
        ge=0,
        le=LARGEST_AMOUNT,
        description="A post of theirs costs at most this: on the platform, where one is named, in "
        "any of its formats, asked or estimated.",
    )
    ids: WordList | None = Field(
        default=None, description="Ids or handles, separated by ; - only these creators."
    )
    sort: Identifier = Field(
        default="-followers",
        description="creator_id, handle, followers or a feature's name; - before it: largest "
        "first. Unknown values come last.",
    )

    @field_validator("max_followers", "max_fee")
    @classmethod
    def _bounds_in_order(cls, most: float | None, info: ValidationInfo) -> float | None:
        name = f"min_{(info.field_name or '').removeprefix('max_')}"
        least = info.data.get(name)
        if least is not None and most is not None and most < least:
            raise PydanticCustomError(
                "bounds_in_order",
                "expected at least {name} ({least})",
                {"name": name, "least": least},
            )
        return most


class Rate(Schema):
    """What a creator asks for one post."""

    platform: str = Field(examples=["instagram"])
    format: str = Field(examples=["short_video"])
    fee_per_post: Number = Field(examples=[750.0], description="Money.")
    fee_source: str = Field(
        examples=["rates", "estimate"],
        description="Asked by them, or estimated from bookings.",
    )


class CreatorItem(Schema):
    """One creator of the catalog."""

    creator_id: str = Field(examples=["c0042"])
    handle: str = Field(examples=["@evening.glow"])
    platforms: list[str] = Field(examples=[["instagram", "tiktok"]])
    category: str | None = Field(examples=["skincare"])
    country: str | None = Field(examples=["DE"], description="ISO 3166-1 alpha-2.")
    language: str | None = Field(examples=["de"], description="ISO 639-1.")
    is_virtual: bool = Field(description="An AI or virtual persona.")
    communities: list[str] = Field(description="Local or cultural communities.")
    followers: Number | None = Field(description="Of the largest account; null: never observed.")
    tier: str | None = Field(examples=["micro"], description="By followers; null: unknown.")
    features: dict[str, Number | str | None] = Field(
        description="By dictionary name; null: unknown. /v1/model says what each means."
    )
    rates: list[Rate]
    observed_on: date | None = Field(description="Day of the newest follower count.")


class BrandItem(Schema):
    """One brand of the catalog."""

    brand_id: str = Field(examples=["b01"])
    name: str = Field(examples=["Dew"])
    category: str | None = Field(examples=["skincare"])
    has_baseline: bool = Field(
        description="Its sales of the last year are known, so a lift can be turned into money."
    )
    sales_until: date | None = Field(description="Monday of the last week with sales.")


class MarketItem(Schema):
    """One market where sales are counted."""

    market_id: str = Field(examples=["m001"])
    name: str = Field(examples=["Hamburg"])
    country: str | None = Field(examples=["DE"])
    language: str | None = Field(examples=["de"])
    population: Number | None = Field(examples=[1_850_000.0])


class Page(Schema, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    total: int = Field(description="Items that match, on all pages.")
    limit: int
    offset: int


class CreatorList(Page[CreatorItem]):
    """Creators that match."""


class BrandList(Page[BrandItem]):
    """Brands that match."""


class MarketList(Page[MarketItem]):
    """Markets that match."""


class FilterValue(Schema):
    """One value a filter of creators can take."""

    value: str = Field(examples=["skincare"])
    creators: int = Field(examples=[42], description="How many creators it would list.")


class CreatorFilters(Schema):
    """What the catalog holds of each filter of creators that takes words, most creators first."""

    category: list[FilterValue] = Field(description="Niches.")
    platform: list[FilterValue]
    language: list[FilterValue] = Field(description="ISO 639-1.")
    tier: list[FilterValue] = Field(description="From the smallest.")
    community: list[FilterValue]


class FeatureEntry(Schema):
    """One column the model reads."""

    name: str = Field(examples=["reply_rate_90d"])
    label: str = Field(examples=["Replies to comments"])
    description: str = Field(description="Definition, unit, and what missing means.")
    kind: str = Field(examples=["number", "word"])


class DataWindow(Schema):
    """From which days the answers come."""

    trained_from: date | None = Field(description="First day of sales the model learned from.")
    trained_until: date = Field(description="Last day of sales the model learned from.")
    catalog_as_of: date = Field(description="Creators, audiences and sales are known to this day.")


class ModelCard(Schema):
    """What answers, how good it was when it was tested, and what it must not be used for."""

    model: ModelInfo
    data_window: DataWindow
    metrics: dict[str, Number | None] = Field(description="On held-out campaigns.")
    features: list[FeatureEntry]
    limits_of_use: list[str]
    largest_roster: int | None = Field(
        default=None,
        examples=[46],
        description="Creators in the largest past roster; beyond half as many more, answers are "
        "outside experience.",
    )
