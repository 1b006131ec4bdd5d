"""A roster set against a snapshot: who is booked, on what account, and what had to be guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from features.entities import PLATFORMS, Booking, Roster
from features.errors import FieldFault, InvalidRequestError
from features.people.coverage import FloatArray, IntArray
from features.rosters.lookup import CATALOG_FEATURES, CatalogArrays
from features.rosters.similar import ProposedProfile, audience_faults, proposed_profile

#: Unknown followers are views over a view rate of at least this.
_LOWEST_RATE: Final = 0.01


@dataclass(frozen=True, eq=False)
class BookedCreators:
    """The different creators of a roster, those of the catalog first, [creators].

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


_Item = TypeVar("_Item")
_Parts = TypeVar("_Parts", BookedCreators, BookedAccounts)


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
    creators = _creators(arrays, first)
    ids = creators.creator_ids
    filled = tuple(creator for creator in ids if creator not in arrays.creator_row)
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


def side_by_side(rosters: Sequence[BookedRoster]) -> BookedRoster:
    """Return rosters as one whose bookings have nothing to do with each other.

    A creator of two rosters stands in it twice: what was proposed of them may differ.
    """
    if len(rosters) == 1:
        return rosters[0]
    ends = np.cumsum([len(one.creators.creator_ids) for one in rosters])
    firsts = ends - [len(one.creators.creator_ids) for one in rosters]
    return BookedRoster(
        roster=_chained(one.roster for one in rosters),
        creators=_concatenated(BookedCreators, [one.creators for one in rosters]),
        creator=np.concatenate([one.creator + f for one, f in zip(rosters, firsts, strict=True)]),
        posts=np.concatenate([one.posts for one in rosters]),
        accounts=_concatenated(BookedAccounts, [one.accounts for one in rosters]),
        filled=_chained(one.filled for one in rosters),
        guessed_audience=_chained(one.guessed_audience for one in rosters),
        unknown_accounts=_chained(one.unknown_accounts for one in rosters),
    )


def _concatenated(kind: type[_Parts], parts: Sequence[_Parts]) -> _Parts:
    joined: dict[str, Any] = {}
    for name in kind.__annotations__:
        column = [getattr(part, name) for part in parts]
        joined[name] = _chained(column) if isinstance(column[0], tuple) else np.concatenate(column)
    return kind(**joined)


def _chained(parts: Iterable[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    return tuple(chain.from_iterable(parts))


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


def _creators(arrays: CatalogArrays, first: Mapping[str, Booking]) -> BookedCreators:
    """Return the creators by id: those of the catalog, then the proposed."""
    known = {creator: arrays.creator_row.get(creator) for creator in first}
    listed = {creator: row for creator, row in known.items() if row is not None}
    proposed = {
        creator: proposed_profile(arrays, booking.creator)
        for creator, booking in first.items()
        if creator not in listed and booking.creator is not None
    }
    if not proposed:
        return _of_catalog(arrays, listed)
    if not listed:
        return _of_proposed(proposed)
    return _concatenated(BookedCreators, [_of_catalog(arrays, listed), _of_proposed(proposed)])


def _of_catalog(arrays: CatalogArrays, listed: Mapping[str, int]) -> BookedCreators:
    rows = list(listed.values())
    return BookedCreators(
        creator_ids=tuple(listed),
        values=arrays.values[rows],
        followers=arrays.followers[rows],
        category=arrays.category[rows],
        language=arrays.language[rows],
        country=arrays.country[rows],
        communities=tuple(arrays.communities[row] for row in rows),
        shares=arrays.shares[rows],
        audience_known=arrays.audience_known[rows],
        interests=arrays.interests[rows],
    )


def _of_proposed(proposed: Mapping[str, ProposedProfile]) -> BookedCreators:
    profiles = list(proposed.values())
    return BookedCreators(
        creator_ids=tuple(proposed),
        values=np.stack([profile.values for profile in profiles]),
        followers=np.array([profile.followers for profile in profiles]),
        category=np.array([profile.category for profile in profiles], dtype=np.str_),
        language=np.array([profile.language for profile in profiles], dtype=np.str_),
        country=np.array([profile.country for profile in profiles], dtype=np.str_),
        communities=(frozenset[str](),) * len(profiles),
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
