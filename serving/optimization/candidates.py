"""Who could be booked, and on what terms: bookings that were sent, or rates of the catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.entities import PLATFORMS, TIERS, Booking, ProposedCreator
from features.errors import FieldFault, InvalidRequestError
from features.rosters.lookup import CatalogArrays, catalog_arrays
from features.rosters.similar import audience_faults
from features.snapshots.snapshot import Snapshot
from serving.directory.catalog import Directory
from serving.messages.optimize_questions import CandidateFilter, OptimizeRequest
from training.arrays import Booleans, Floats, Integers


@dataclass(frozen=True, eq=False)
class Candidates:
    """Bookings to choose from, in an order that does not depend on the order they were sent in.

    Bookings of one creator stand side by side and are alternatives. `creator` [bookings] is the
    creator's number, ascending; `source` where the catalog says or estimates the fee. `traits`
    [creators] hold what shares are asked of. `left_out` creators match the filter, but nobody
    knows what they ask.
    """

    bookings: tuple[Booking, ...]
    source: tuple[str | None, ...]
    creator_ids: tuple[str, ...]
    creator: Integers
    fee: Floats
    disclosed: Booleans
    traits: Traits
    left_out: int


@dataclass(frozen=True, eq=False)
class Traits:
    """What shares of a roster can be asked of, [creators]; "" where unknown."""

    tier: npt.NDArray[np.str_]
    category: npt.NDArray[np.str_]
    language: npt.NDArray[np.str_]
    communities: tuple[frozenset[str], ...]
    virtual: Booleans

    def having(self, dimension: str, value: str) -> Booleans:
        """Which creators have the value [creators]."""
        if dimension == "community":
            wanted = value.strip().lower()
            return np.array([wanted in own for own in self.communities], dtype=bool)
        found: Booleans = getattr(self, dimension) == value
        return found

    def niches(self) -> Integers:
        """A number for each niche and language [creators]."""
        names = np.char.add(self.category, np.char.add("\n", self.language))
        return np.unique(names, return_inverse=True)[1]


@dataclass
class _Offers:
    """Bookings as they come in, [bookings]: where the fee is from, and the path of each.

    Columns rather than an object for each: there may be hundreds of thousands.
    """

    bookings: list[Booking] = field(default_factory=list)
    source: list[str | None] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    def add_rates(self, rates: pd.DataFrame, posts: int, path: str) -> None:
        """Offer so many posts at each of these rates."""
        columns = (rates[name].tolist() for name in ("creator_id", "platform", "format"))
        fees = (posts * rates["fee_per_post"]).tolist()
        self.bookings += map(Booking, *columns, repeat(posts), fees)
        self.source += rates["fee_source"].tolist()
        self.path += repeat(path, len(fees))


def read_candidates(
    snapshot: Snapshot, directory: Directory, request: OptimizeRequest
) -> Candidates:
    """Return everybody who could be booked.

    Raises:
        InvalidRequestError: creators that nobody knows or has a fee of, each by path; one id
            that stands for several proposed creators; a filter that nobody passes.
    """
    arrays, offers = catalog_arrays(snapshot), _Offers()
    asked = request.candidates
    if isinstance(asked, list):
        offers.bookings += [booking.to_booking() for booking in asked]
        offers.source += [booking.fee_source for booking in asked]
        offers.path += [f"candidates.{i}" for i in range(len(asked))]
        wanted, posts = 0, 1
    else:
        passed = asked or CandidateFilter()
        rows, _ = directory.find(passed)
        ids = snapshot.creators.index[rows]
        wanted, posts = len(ids), passed.posts
        offers.add_rates(_rated(snapshot.rates, ids, passed.platform), posts, "candidates")
    found = {booking.creator_id for booking in offers.bookings}
    left_out = max(wanted - len(found), 0)
    offers.add_rates(_included(snapshot.rates, request.include, found), posts, "include")
    faults = [*_faults(arrays, offers), *_unknown(arrays, request, offers)]
    if not offers.bookings and not faults:
        faults = [FieldFault("candidates", _nobody(wanted))]
    if faults:
        raise InvalidRequestError(faults)
    return _ordered(snapshot, arrays, offers, left_out)


def _nobody(wanted: int) -> str:
    if wanted:
        return f"{wanted} creators match, and nobody knows what any of them asks"
    return "no creator of the catalog matches this filter"


def _rated(rates: pd.DataFrame, creator_ids: Iterable[str], platform: str | None) -> pd.DataFrame:
    """The known rates of these creators, each for a platform and a format."""
    asked = rates["creator_id"].isin(creator_ids) & np.isfinite(rates["fee_per_post"])
    if platform is not None:
        asked &= rates["platform"] == platform
    own: pd.DataFrame = rates[asked]
    return own


def _included(rates: pd.DataFrame, include: Sequence[str], found: set[str]) -> pd.DataFrame:
    """Rates of creators who must be booked and are no candidates."""
    missing = [creator for creator in include if creator not in found]
    return _rated(rates, missing, None) if missing else rates.iloc[:0]


def _faults(arrays: CatalogArrays, offers: _Offers) -> list[FieldFault]:
    """Name creators nobody knows, and ids that several proposed creators go by."""
    first: dict[str, tuple[Booking, str]] = {}
    faults = []
    for booking, path in zip(offers.bookings, offers.path, strict=True):
        if booking.creator_id in arrays.creator_row:
            continue
        known, where = first.setdefault(booking.creator_id, (booking, path))
        if booking.creator is None and known.creator is None:
            told = f"no creator with id {booking.creator_id!r} in the catalog: correct the id, or "
            told += "propose the creator with an inline `creator`"
            faults.append(FieldFault(f"{path}.creator_id", told))
        elif booking.creator != known.creator:
            told = f"another creator than {where} proposes under the same id"
            faults.append(FieldFault(f"{path}.creator", told))
        elif booking.creator is not None and booking is known:
            wrong = audience_faults(arrays, booking.creator)
            faults += [FieldFault(f"{path}.creator.{f.path}", f.message) for f in wrong]
    return faults


def _unknown(arrays: CatalogArrays, request: OptimizeRequest, offers: _Offers) -> list[FieldFault]:
    """Name creators to include or exclude who are not known, or whose fee is not."""
    offered = {booking.creator_id for booking in offers.bookings}
    faults = []
    for i, creator in enumerate(request.include):
        if creator not in offered:
            known = creator in arrays.creator_row
            told = "nobody knows what this creator asks; add a booking of theirs to `candidates`"
            told = told if known else f"no creator with id {creator!r}"
            faults.append(FieldFault(f"include.{i}", told))
    for i, creator in enumerate(request.exclude):
        if creator not in offered and creator not in arrays.creator_row:
            faults.append(FieldFault(f"exclude.{i}", f"no creator with id {creator!r}"))
    return faults


def _ordered(
    snapshot: Snapshot, arrays: CatalogArrays, offers: _Offers, left_out: int
) -> Candidates:
    ranks = list(map(_rank, offers.bookings, offers.source))
    order = sorted(range(len(ranks)), key=ranks.__getitem__)
    bookings = tuple(offers.bookings[i] for i in order)
    first = {booking.creator_id: booking for booking in reversed(bookings)}
    number = {creator: i for i, creator in enumerate(sorted(first))}
    return Candidates(
        bookings=bookings,
        source=tuple(offers.source[i] for i in order),
        creator_ids=tuple(number),
        creator=np.array([number[booking.creator_id] for booking in bookings], dtype=np.int64),
        fee=np.array([booking.fee for booking in bookings]),
        disclosed=np.array([booking.disclosure != "none" for booking in bookings]),
        traits=_traits(snapshot, arrays, [first[creator] for creator in number]),
        left_out=left_out,
    )


def _rank(b: Booking, source: str | None) -> tuple[object, ...]:
    """By creator, then whatever tells two bookings apart."""
    own = (b.posts, b.fee, b.creative_freedom, b.disclosure, b.months_with_brand, b.invites_ugc)
    return (b.creator_id, PLATFORMS.index(b.platform), b.format, *own, source or "")


def _traits(snapshot: Snapshot, arrays: CatalogArrays, bookings: Sequence[Booking]) -> Traits:
    """Traits of the creators of these bookings, one of each: the catalog's, or as proposed."""
    row = np.array([arrays.creator_row.get(b.creator_id, -1) for b in bookings], dtype=np.intp)
    known, virtual = row >= 0, snapshot.creators["is_virtual"].to_numpy(dtype=bool)
    proposed = [bookings[i].creator for i in np.flatnonzero(~known).tolist()]

    def column(of_catalog: Any, of_proposed: Callable[[ProposedCreator], Any]) -> Any:
        own = np.empty(len(row), dtype=object)
        own[known] = [of_catalog[i] for i in row[known]]
        own[~known] = [of_proposed(creator) for creator in proposed if creator is not None]
        return own

    return Traits(
        tier=_tiers(column(arrays.followers, attrgetter("followers")).astype(float)),
        category=column(arrays.category, attrgetter("category")).astype(np.str_),
        language=column(arrays.language, attrgetter("language")).astype(np.str_),
        communities=tuple(column(arrays.communities, lambda _: frozenset())),
        virtual=column(virtual, attrgetter("is_virtual")).astype(bool),
    )


def _tiers(followers: Floats) -> npt.NDArray[np.str_]:
    place = np.searchsorted(list(TIERS.values()), followers, side="right") - 1
    return np.where(np.isnan(followers), "", np.array(list(TIERS))[place])
