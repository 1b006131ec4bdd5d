"""The input tables as data: columns, types, keys, units, allowed values, references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from features.entities import DISCLOSURES, FORMATS, FREEDOMS, PLATFORMS
from features.tables.columns import Column, Effect, Kind, Table

AGES: Final = ("13-17", "18-24", "25-34", "35-44", "45-54", "55+")
GENDERS: Final = ("female", "male", "other")
DIMENSIONS: Final = ("market", "age", "gender", "language", "interest", "authenticity")


def _id(name: str, references: str = "", *, required: bool = True) -> Column:
    return Column(name, Kind.TEXT, "", required, references=references)


def _count(name: str, *, required: bool = False) -> Column:
    return Column(name, Kind.INT, "count", required, least=0)


def _flag(
    name: str, meaning: str = "", *, required: bool = True, null: Effect | None = None
) -> Column:
    return Column(name, Kind.BOOL, meaning, required, null_effect=null)


def _day(name: str, meaning: str = "", *, required: bool = True) -> Column:
    return Column(name, Kind.DATE, meaning, required)


def _text(name: str, meaning: str, *, required: bool = True) -> Column:
    """A description: a row without it is still of use."""
    return Column(name, Kind.TEXT, meaning, required, null_effect=Effect.KEEP)


def _one_of(
    name: str, allowed: tuple[str, ...], effect: Effect, meaning: str = "one of a list"
) -> Column:
    return Column(name, Kind.TEXT, meaning, allowed=allowed, effect=effect)


def _share(name: str, *, required: bool = False, effect: Effect | None = None) -> Column:
    return Column(name, Kind.FLOAT, "share in 0..1", required, least=0, most=1, effect=effect)


_MONEY: Final = "money, in the source's one currency"

_CREATORS = Table(
    "creators",
    "who can be booked",
    (
        _id("creator_id"),
        _text("handle", "shown to planners"),
        _text("category", "niche"),
        _text("country", "ISO 3166-1 alpha-2"),
        _text("language", "ISO 639-1, the language they publish in"),
        _flag("is_virtual", "an AI or virtual persona", null=Effect.KEEP),
        _text("communities", "communities they belong to, separated by ;", required=False),
    ),
    key=("creator_id",),
)
_ACCOUNTS = Table(
    "accounts",
    "where a creator publishes",
    (
        _id("account_id"),
        _id("creator_id", "creators"),
        _one_of("platform", PLATFORMS, Effect.KEEP),
        _day("opened_on", required=False),
    ),
    key=("account_id",),
)
_ACCOUNT_STATS = Table(
    "account_stats",
    "follower counts over time",
    (
        _id("account_id", "accounts"),
        _day("observed_on"),
        _count("followers", required=True),
        _count("paying_subscribers"),
    ),
    key=("account_id", "observed_on"),
)
_POSTS = Table(
    "posts",
    "what a creator published",
    (
        _id("post_id"),
        _id("account_id", "accounts"),
        Column("published_at", Kind.TIMESTAMP, "UTC"),
        Column(
            "observed_at",
            Kind.TIMESTAMP,
            "UTC, when the counts were read",
            required=False,
        ),
        _one_of("format", FORMATS, Effect.KEEP),
        *(_count(name) for name in ("views", "likes", "comments", "shares", "saves")),
        _count("creator_replies"),
        _flag("is_sponsored", null=Effect.KEEP),
        _flag("is_disclosed", "null unless sponsored", required=False),
        _id("brand_id", "brands", required=False),
        _text("caption", "", required=False),
    ),
    key=("post_id",),
    newest="observed_at",
)
_AUDIENCE = Table(
    "audience",
    "who follows a creator, in shares",
    (
        _id("creator_id", "creators"),
        _day("observed_on"),
        _one_of("dimension", DIMENSIONS, Effect.DROP),
        Column(
            "value",
            Kind.TEXT,
            "market_id, age band, gender, language, interest or authentic",
        ),
        _share("share", required=True, effect=Effect.DROP),
    ),
    key=("creator_id", "observed_on", "dimension", "value"),
)
_FOLLOWERS = Table(
    "followers",
    "a uniform sample of follower ids",
    (
        _id("creator_id", "creators"),
        Column("follower_key", Kind.INT, "hash of the follower's id"),
        _id("market_id", "markets", required=False),
        _share("sample_rate", required=True),
    ),
    key=("creator_id", "follower_key"),
    optional=True,
)
_BRANDS = Table(
    "brands",
    "who advertises",
    (_id("brand_id"), _text("name", ""), _text("category", "")),
    key=("brand_id",),
    evidence=True,
)
_CAMPAIGNS = Table(
    "campaigns",
    "past and planned",
    (
        _id("campaign_id"),
        _id("brand_id", "brands"),
        Column("category", Kind.TEXT, "of the product advertised"),
        _day("booked_on", "the day the roster was decided"),
        _day("starts_on", "first day of posting"),
        _day("ends_on", "last day of posting"),
        _text("brief", "what the brand asks the creators to say", required=False),
    ),
    key=("campaign_id",),
    evidence=True,
)
_BOOKINGS = Table(
    "bookings",
    "the roster of a campaign",
    (
        _id("campaign_id", "campaigns"),
        _id("creator_id", "creators"),
        _one_of("platform", PLATFORMS, Effect.STOP),
        _one_of("format", FORMATS, Effect.STOP),
        Column("posts", Kind.INT, "count", least=1),
        Column("fee", Kind.FLOAT, _MONEY, least=0),
        _one_of("creative_freedom", FREEDOMS, Effect.STOP),
        _one_of("disclosure", DISCLOSURES, Effect.STOP),
        Column("months_with_brand", Kind.FLOAT, "months", required=False, least=0),
        _flag("invites_ugc", required=False),
    ),
    key=("campaign_id", "creator_id", "platform", "format"),
    evidence=True,
)
_RATES = Table(
    "rates",
    "what a creator asks",
    (
        _id("creator_id", "creators"),
        _one_of("platform", PLATFORMS, Effect.DROP),
        _one_of("format", FORMATS, Effect.DROP),
        _day("observed_on"),
        Column("fee_per_post", Kind.FLOAT, _MONEY, least=0),
    ),
    key=("creator_id", "platform", "format", "observed_on"),
    optional=True,
)
_MARKETS = Table(
    "markets",
    "where sales are counted",
    (
        _id("market_id"),
        _text("name", ""),
        _text("country", "ISO 3166-1 alpha-2"),
        _text("language", "ISO 639-1, the main one"),
        Column("population", Kind.INT, "people", least=1),
    ),
    key=("market_id",),
    evidence=True,
)
_ASSIGNMENTS = Table(
    "assignments",
    "which markets a campaign ran in",
    (
        _id("campaign_id", "campaigns"),
        _id("market_id", "markets"),
        _flag("treated", "false: held out"),
        _share("propensity", effect=Effect.STOP),
        _share("dose", effect=Effect.STOP),
    ),
    key=("campaign_id", "market_id"),
    evidence=True,
)
_SALES = Table(
    "sales",
    "what was sold",
    (
        _id("brand_id", "brands"),
        _id("market_id", "markets"),
        _day("date", "the day, or the Monday of the week"),
        Column("revenue", Kind.FLOAT, _MONEY, least=0, effect=Effect.KEEP),
        Column("units", Kind.FLOAT, "units sold", required=False, least=0),
        Column("price", Kind.FLOAT, _MONEY, required=False, least=0),
        _share("discount"),
        Column("media_spend", Kind.FLOAT, _MONEY, required=False, least=0),
    ),
    key=("brand_id", "market_id", "date"),
    evidence=True,
)

_ALL: Final = (
    *(_CREATORS, _ACCOUNTS, _ACCOUNT_STATS, _POSTS, _AUDIENCE, _FOLLOWERS),
    *(_BRANDS, _CAMPAIGNS, _BOOKINGS, _RATES, _MARKETS, _ASSIGNMENTS, _SALES),
)
#: Every input table by name.
TABLES: Final[Mapping[str, Table]] = {table.name: table for table in _ALL}
