"""What each field of a question may hold, written down once more and in the plainest way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from features.entities import DISCLOSURES, FORMATS, FREEDOMS, PLATFORMS
from features.snapshots.snapshot import Snapshot

Right = Callable[[Any], bool]
_YEAR = timedelta(365)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DIMENSIONS = ("market", "age", "gender", "language", "interest", "authenticity")


@dataclass(frozen=True)
class FieldOf:
    """Whether a value is right, and some that are."""

    right: Right
    some: list[Any] = field(default_factory=list)


def number(value: Any, *, least: float, most: float) -> bool:
    """JSON's true is no number."""
    return type(value) in (int, float) and least <= value <= most


def whole(value: Any, *, least: int, most: int) -> bool:
    return number(value, least=least, most=most) and value == int(value)


def text(value: Any, *, least: int = 1, most: int = 200) -> bool:
    """Unicode has no lone surrogates."""
    return (
        isinstance(value, str)
        and least <= len(value) <= most
        and not any("\ud800" <= letter <= "\udfff" for letter in value)
    )


def known(value: Any, *, ids: list[str] | tuple[str, ...]) -> bool:
    return isinstance(value, str) and value in ids


def day(value: Any, *, first: date, last: date) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        return first <= date.fromisoformat(value) <= last
    except ValueError:
        return False


def list_of(value: Any, *, right: Right, least: int = 0) -> bool:
    return isinstance(value, list) and len(value) >= least and all(map(right, value))


def shares(value: Any, *, right: Right) -> bool:
    share = partial(number, least=0, most=1)
    return isinstance(value, dict) and all(map(right, value)) and all(map(share, value.values()))


def audience(value: Any, *, markets: list[str]) -> bool:
    if not isinstance(value, dict) or not all(known(name, ids=_DIMENSIONS) for name in value):
        return False
    return all(
        shares(own, right=partial(known, ids=markets) if name == "market" else text)
        and sum(own.values()) <= 1
        for name, own in value.items()
    )


def or_null(right: Right) -> Right:
    return lambda value: value is None or right(value)


def of_words(*words: str) -> FieldOf:
    return FieldOf(partial(known, ids=words), list(words))


WORD = FieldOf(text, ["x", "Ж" * 200, "\0"])
FLAG = FieldOf(lambda value: value is True or value is False, [True, False])
SHARE = FieldOf(or_null(partial(number, least=0, most=1)), [None, 0, 0.25, 1])
INTERVAL = FieldOf(partial(number, least=0.5, most=0.99), [0.5, 0.8, 0.99])
MARGIN = FieldOf(partial(number, least=5e-324, most=1), [0.4, 1, 1e-300])
AMOUNT = FieldOf(partial(number, least=0, most=1e12), [0, 12.5, 10**12])
FOLLOWERS = FieldOf(partial(whole, least=0, most=10**10), [0, 48_000, 9e3, 10**10])
NOTHING = FieldOf(lambda _: False)


def of_campaign(snapshot: Snapshot, starts: date, ends: date) -> Mapping[str, FieldOf]:
    """Fields of the campaign, by their names."""
    brands, markets = list(snapshot.brands.index), list(snapshot.markets.index)
    of_markets = or_null(partial(list_of, right=partial(known, ids=markets), least=1))
    return {
        "brand_id": FieldOf(partial(known, ids=brands), brands),
        "category": WORD,
        "starts_on": FieldOf(partial(day, first=ends - _YEAR, last=ends), [f"{ends}"]),
        "ends_on": FieldOf(partial(day, first=starts, last=starts + _YEAR), [f"{starts}"]),
        "brief": FieldOf(or_null(partial(text, least=0, most=20_000)), ["", "Ünï", "x" * 20_000]),
        "markets": FieldOf(of_markets, [None, markets, markets[:1] * 3]),
        "surprise": NOTHING,
    }


def of_booking(creators: list[str]) -> Mapping[str, FieldOf]:
    """Fields of the booking of a creator, who may be any of these."""
    return {
        "creator_id": FieldOf(partial(known, ids=creators), creators[:5]),
        "platform": of_words(*PLATFORMS),
        "format": of_words(*FORMATS),
        "posts": FieldOf(partial(whole, least=1, most=50), [1, 2.0, 50]),
        "fee": AMOUNT,
        "creative_freedom": of_words(*FREEDOMS),
        "disclosure": of_words(*DISCLOSURES),
        "months_with_brand": FieldOf(partial(number, least=0, most=1200), [0, 0.5, 1200]),
        "invites_ugc": FLAG,
        "creator": FieldOf(lambda value: value is None, [None]),
        "fee_source": FieldOf(or_null(partial(known, ids=("rates", "estimate"))), ["rates"]),
        "surprise": NOTHING,
    }


def of_proposed(snapshot: Snapshot) -> Mapping[str, FieldOf]:
    """Fields of a creator who is not in the catalog."""
    markets = list(snapshot.markets.index)
    some = [{}, {"market": {markets[0]: 1}}, {"market": dict.fromkeys(markets, 0.1)}]
    return {
        "category": WORD,
        "language": WORD,
        "followers": FOLLOWERS,
        "engagement_rate": SHARE,
        "reply_rate": SHARE,
        "sponsored_share": SHARE,
        "is_virtual": FLAG,
        "audience": FieldOf(partial(audience, markets=markets), [*some, {"age": {"18-24": 0.3}}]),
        "surprise": NOTHING,
    }


def of_wishes(snapshot: Snapshot) -> Mapping[str, FieldOf]:
    """Fields of /v1/optimize beside the campaign."""
    ids = list(snapshot.creators.index)
    listed = FieldOf(partial(list_of, right=partial(known, ids=ids)), [[], ids[:2], ids[:1] * 2])
    of_values = FieldOf(partial(shares, right=text), [{}, {"food": 0.2}, {"x": 0}])
    followers = FieldOf(or_null(FOLLOWERS.right), FOLLOWERS.some)
    return {
        "budget": AMOUNT,
        "include": listed,
        "exclude": listed,
        "max_creators": FieldOf(or_null(partial(whole, least=1, most=500)), [None, 1, 500]),
        "min_disclosed": SHARE,
        "max_virtual": SHARE,
        "min_share.tier": FieldOf(
            partial(shares, right=partial(known, ids=("nano", "micro", "mid", "macro", "mega"))),
            [{}, {"nano": 0.5}],
        ),
        "min_share.category": of_values,
        "min_share.language": of_values,
        "min_share.community": of_values,
        "min_share.surprise": NOTHING,
        "candidates.min_followers": followers,
        "candidates.language": FieldOf(or_null(text), ["en", None]),
        "candidates.posts": FieldOf(partial(whole, least=1, most=50), [1, 50]),
        "candidates.limit": FieldOf(partial(whole, least=1, most=100_000), [1, 100_000]),
        "candidates.surprise": NOTHING,
        "objective": of_words("profit", "revenue", "cautious"),
        "margin": MARGIN,
        "interval": INTERVAL,
        "surprise": NOTHING,
    }


def under(prefix: str, fields: Mapping[str, FieldOf]) -> dict[str, FieldOf]:
    """The same fields by their paths."""
    return {f"{prefix}.{name}": found for name, found in fields.items()}
