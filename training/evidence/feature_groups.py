"""Which columns of a design belong to one feature, and which features to one theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from features.history.audiences import AUDIENCE_FEATURES
from features.history.creators import CREATOR_FEATURES
from features.rosters.feature_set import FEATURES
from features.rosters.fit import FIT_FEATURES
from features.rosters.scaling import in_booking_rows
from features.rosters.terms import TERM_FEATURES

#: What a campaign brings along, whoever is booked.
_OCCASION: Final = ("posting_weeks", "log_brand_revenue_per_head", "season_sin", "season_cos")
#: Booked with the creator, yet a trait of theirs.
_OF_CREATOR: Final = ("creator_category",)
#: A feature of a creator's posts names the days it looks back on; growth is one of followers.
_WINDOWS: Final = ("_90d", "_365d")
_OF_FOLLOWERS: Final = ("follower_growth_90d",)
#: The brands' own columns, which no feature of the dictionary stands for.
BRAND: Final = "brand"


def columns_by_feature(names: Sequence[str]) -> dict[str, list[int]]:
    """Positions of a design's columns by feature: levels and missing-value flags join their own.

    Args:
        names: such as `Encoding.linear_names`: "posts", "posts=missing", "platform=tiktok".
    """
    found: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        found.setdefault(name.split("=")[0], []).append(position)
    return found


def themes() -> Mapping[str, tuple[str, ...]]:
    """Every feature and the brands' columns, by theme."""
    of_posts = [
        name for name in CREATOR_FEATURES if name.endswith(_WINDOWS) and name not in _OF_FOLLOWERS
    ]
    own = [name for name in CREATOR_FEATURES if name not in of_posts]
    booked = [name for name in TERM_FEATURES if name not in (*_OCCASION, *_OF_CREATOR)]
    audience = [name for name in in_booking_rows(AUDIENCE_FEATURES) if name in FEATURES.names]
    return {
        "creator": (*in_booking_rows(own), *_OF_CREATOR),
        "posts so far": in_booking_rows(of_posts),
        "audience": tuple(audience),
        "fit to the campaign": FIT_FEATURES,
        "terms of the booking": tuple(booked),
        "occasion": _OCCASION,
        "brand": (BRAND,),
    }


def columns_by_theme(names: Sequence[str]) -> dict[str, list[int]]:
    """Positions of a design's columns by theme."""
    by_feature = columns_by_feature(names)
    return {
        theme: [position for name in members for position in by_feature.get(name, [])]
        for theme, members in themes().items()
    }
