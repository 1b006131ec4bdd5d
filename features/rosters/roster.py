"""A roster set against a snapshot: who is booked, on what account, and what had to be guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.entities import PLATFORMS, Booking, Roster
from features.errors import FieldFault, InvalidRequestError
from features.people.coverage import FloatArray, IntArray
from features.rosters.lookup import CATALOG_FEATURES, CatalogArrays
from features.rosters.similar import (
    CreatorProfile,
    audience_faults,
    catalog_profile,
    proposed_profile,
)

#: Unknown followers are views over a view rate of at least this.
_LOWEST_RATE: Final = 0.01


@dataclass(frozen=True, eq=False)
class BookedCreators:
    """The different creators of a roster in order of their first booking, [creators].

    `values` [creators, CATALOG_FEATURES], NaN where unknown; `shares` [creators, markets of
    the snapshot]; `interests` [creators, categories].
    """

    creator_ids: tuple[str, ...]
    values: FloatArray
    followers: FloatArray
    category: npt.NDArray[np.str_]
    language: npt.NDArray[np.str_]
    country: npt.NDArray[np.str_]
    communities: tuple[frozenset[str], ...]
    shares: FloatArray
    audience_known: npt.NDArray[np.bool_]
    interests: FloatArray


@dataclass(frozen=True, eq=False)
class BookedAccounts:
    """Where each booking's posts appear, [bookings].

    `followers` and `views_per_post` are filled where they are unknown; `views_known` says
    where views were observed, `unknown` where nothing is known of the account.
    `engagement_per_view` is NaN where unknown.
    """

    followers: FloatArray
    views_per_post: FloatArray
    views_known: npt.NDArray[np.bool_]
    engagement_per_view: FloatArray
    unknown: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class BookedRoster:
    """Bookings by position, [bookings]; `creator` is each booking's row in `creators`.

    `filled`, `guessed_audience` and `unknown_accounts` are the ids of creators who were
    proposed, whose audience by market is a guess, and who have no such account.
    """

    roster: Roster
    creators: BookedCreators
    creator: IntArray
    posts: FloatArray
    accounts: BookedAccounts
    filled: tuple[str, ...]
    guessed_audience: tuple[str, ...]
    unknown_accounts: tuple[str, ...]


def booked_roster(arrays: CatalogArrays, roster: Roster) -> BookedRoster:
    """Look up every booking; raise InvalidRequestError naming all wrong fields by path."""
    if not roster:
        raise InvalidRequestError([FieldFault("roster", "at least one booking is needed")])
    faults = [fault for i, booking in enumerate(roster) for fault in _faults(arrays, i, booking)]
    if faults:
        raise InvalidRequestError(faults)
    first: dict[str, Booking] = {}
    for booking in roster:
        first.setdefault(booking.creator_id, booking)
    ids = tuple(first)
    filled = tuple(creator for creator in ids if creator not in arrays.creator_row)
    creators = _stack(ids, [_profile(arrays, booking) for booking in first.values()])
    row = {creator: position for position, creator in enumerate(ids)}
    creator = np.array([row[booking.creator_id] for booking in roster], dtype=np.intp)
    accounts = _accounts(arrays, roster, creators, creator)
    return BookedRoster(
        roster=roster,
        creators=creators,
        creator=creator,
        posts=np.array([booking.posts for booking in roster], dtype=float),
        accounts=accounts,
        filled=filled,
        guessed_audience=tuple(
            i for i, known in zip(ids, creators.audience_known, strict=True) if not known
        ),
        unknown_accounts=tuple(
            i for i in _ids_at(roster, accounts.unknown) if i in arrays.creator_row
        ),
    )


def _ids_at(roster: Roster, chosen: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the creators of the chosen bookings, each once."""
    return tuple(dict.fromkeys(roster[i].creator_id for i in np.flatnonzero(chosen)))


def _faults(arrays: CatalogArrays, position: int, booking: Booking) -> list[FieldFault]:
    path = f"roster.{position}"
    faults = []
    if booking.platform not in PLATFORMS:
        known = ", ".join(PLATFORMS)
        message = f"{booking.platform!r} is no platform; expected one of {known}"
        faults.append(FieldFault(f"{path}.platform", message))
    if booking.creator_id in arrays.creator_row:
        return faults
    if booking.creator is None:
        message = (
            f"no creator with id {booking.creator_id!r} in the catalog: correct the id, "
            "or propose the creator with an inline `creator`"
        )
        return [*faults, FieldFault(f"{path}.creator_id", message)]
    wrong = audience_faults(arrays, booking.creator)
    return faults + [FieldFault(f"{path}.creator.{fault.path}", fault.message) for fault in wrong]


def _profile(arrays: CatalogArrays, booking: Booking) -> CreatorProfile:
    row = arrays.creator_row.get(booking.creator_id)
    if row is not None:
        return catalog_profile(arrays, row)
    assert booking.creator is not None  # _faults saw to it
    return proposed_profile(arrays, booking.creator)


def _stack(ids: tuple[str, ...], profiles: list[CreatorProfile]) -> BookedCreators:
    return BookedCreators(
        creator_ids=ids,
        values=np.stack([profile.values for profile in profiles]),
        followers=np.array([profile.followers for profile in profiles]),
        category=np.array([profile.category for profile in profiles], dtype=np.str_),
        language=np.array([profile.language for profile in profiles], dtype=np.str_),
        country=np.array([profile.country for profile in profiles], dtype=np.str_),
        communities=tuple(profile.communities for profile in profiles),
        shares=np.stack([profile.shares for profile in profiles]),
        audience_known=np.array([profile.audience_known for profile in profiles]),
        interests=np.stack([profile.interests for profile in profiles]),
    )


def _accounts(
    arrays: CatalogArrays, roster: Roster, creators: BookedCreators, creator: IntArray
) -> BookedAccounts:
    """Return the booked accounts.

    An account nothing is known of gets the followers of the creator's largest account. Unknown
    views are the followers times the view rate usual on that platform at that size, or, for a
    proposed creator, times that of similar creators.
    """
    accounts = arrays.accounts
    keys = [(booking.creator_id, booking.platform) for booking in roster]
    rows = np.array([accounts.row.get(key, -1) for key in keys], dtype=np.intp)
    followers, views, engagement = (
        np.where(rows >= 0, column[rows], np.nan) if len(column) else np.full(len(rows), np.nan)
        for column in (accounts.followers, accounts.views, accounts.engagement_per_view)
    )
    seen = np.isfinite(views)
    unknown = ~np.isfinite(followers) & ~seen
    largest = np.nan_to_num(creators.followers[creator])
    rate = accounts.view_rate([booking.platform for booking in roster], largest)
    similar = creators.values[creator, CATALOG_FEATURES.index("median_view_rate_90d")]
    proposed = np.array([booking.creator_id not in arrays.creator_row for booking in roster])
    rate = np.where(proposed & np.isfinite(similar), similar, rate)
    counted = np.isfinite(followers)
    followers = np.where(
        counted, followers, np.where(unknown, largest, views / np.maximum(rate, _LOWEST_RATE))
    )
    views = np.where(seen, views, followers * rate)
    return BookedAccounts(followers, views, seen, engagement, unknown)
