"""Who could be booked, and on what terms: bookings that were sent, or rates of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.entities import PLATFORMS, Booking, tier_of
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


@dataclass(frozen=True)
class _Offer:
    booking: Booking
    source: str | None
    path: str


def read_candidates(
    snapshot: Snapshot, directory: Directory, request: OptimizeRequest
) -> Candidates:
    """Return everybody who could be booked.

    Raises:
        InvalidRequestError: creators that nobody knows or has a fee of, each by path; one id
            that stands for several proposed creators; a filter that nobody passes.
    """
    arrays = catalog_arrays(snapshot)
    asked = request.candidates
    if isinstance(asked, list):
        offers = [
            _Offer(b.to_booking(), b.fee_source, f"candidates.{i}") for i, b in enumerate(asked)
        ]
        wanted, posts = 0, 1
    else:
        passed = asked or CandidateFilter()
        rows, _ = directory.find(passed)
        ids = snapshot.creators.index[rows]
        offers, wanted, posts = _rated(snapshot.rates, ids, passed), len(ids), passed.posts
    found = {offer.booking.creator_id for offer in offers}
    left_out = max(wanted - len(found), 0)
    offers += _included(snapshot.rates, request.include, found, posts)
    faults = [*_faults(arrays, offers), *_unknown(arrays, request, offers)]
    if not offers and not faults:
        faults = [FieldFault("candidates", _nobody(wanted))]
    if faults:
        raise InvalidRequestError(faults)
    return _ordered(snapshot, arrays, offers, left_out)


def _nobody(wanted: int) -> str:
    if wanted:
        return f"{wanted} creators match, and nobody knows what any of them asks"
    return "no creator of the catalog matches this filter"


def _rated(
    rates: pd.DataFrame, creator_ids: Iterable[str], passed: CandidateFilter
) -> list[_Offer]:
    """An offer for every platform and format a creator has a rate for."""
    own = rates[rates["creator_id"].isin(creator_ids) & np.isfinite(rates["fee_per_post"])]
    if passed.platform is not None:
        own = own[own["platform"] == passed.platform]
    return _offers(own, passed.posts, "candidates")


def _included(
    rates: pd.DataFrame, include: Sequence[str], found: set[str], posts: int
) -> list[_Offer]:
    """Offers of creators who must be booked and are no candidates."""
    missing = {creator: i for i, creator in reversed(list(enumerate(include)))}
    missing = {creator: i for creator, i in missing.items() if creator not in found}
    if not missing:
        return []
    own = rates[rates["creator_id"].isin(missing) & np.isfinite(rates["fee_per_post"])]
    return _offers(own, posts, "include")


def _offers(rates: pd.DataFrame, posts: int, path: str) -> list[_Offer]:
    columns = (rates[name].tolist() for name in ("creator_id", "platform", "format"))
    fees, sources = (posts * rates["fee_per_post"]).tolist(), rates["fee_source"].tolist()
    return [
        _Offer(Booking(str(who), where, how, posts, fee), source, path)
        for who, where, how, fee, source in zip(*columns, fees, sources, strict=True)
    ]


def _faults(arrays: CatalogArrays, offers: Sequence[_Offer]) -> list[FieldFault]:
    """Name creators nobody knows, and ids that several proposed creators go by."""
    first: dict[str, _Offer] = {}
    faults = []
    for offer in offers:
        booking = offer.booking
        known = first.setdefault(booking.creator_id, offer)
        if booking.creator_id in arrays.creator_row:
            continue
        if booking.creator is None and known.booking.creator is None:
            told = f"no creator with id {booking.creator_id!r} in the catalog: correct the id, or "
            told += "propose the creator with an inline `creator`"
            faults.append(FieldFault(f"{offer.path}.creator_id", told))
        elif booking.creator != known.booking.creator:
            told = f"another creator than {known.path} proposes under the same id"
            faults.append(FieldFault(f"{offer.path}.creator", told))
        elif booking.creator is not None and offer is known:
            wrong = audience_faults(arrays, booking.creator)
            faults += [FieldFault(f"{offer.path}.creator.{f.path}", f.message) for f in wrong]
    return faults


def _unknown(
    arrays: CatalogArrays, request: OptimizeRequest, offers: Sequence[_Offer]
) -> list[FieldFault]:
    """Name creators to include or exclude who are not known, or whose fee is not."""
    offered = {offer.booking.creator_id for offer in offers}
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
    snapshot: Snapshot, arrays: CatalogArrays, offers: Sequence[_Offer], left_out: int
) -> Candidates:
    offers = sorted(offers, key=_rank)
    bookings = tuple(offer.booking for offer in offers)
    first = {booking.creator_id: booking for booking in reversed(bookings)}
    number = {creator: i for i, creator in enumerate(sorted(first))}
    return Candidates(
        bookings=bookings,
        source=tuple(offer.source for offer in offers),
        creator_ids=tuple(number),
        creator=np.array([number[booking.creator_id] for booking in bookings], dtype=np.int64),
        fee=np.array([booking.fee for booking in bookings]),
        disclosed=np.array([booking.disclosure != "none" for booking in bookings]),
        traits=_traits(snapshot, arrays, [first[creator] for creator in number]),
        left_out=left_out,
    )


def _rank(offer: _Offer) -> tuple[object, ...]:
    """By creator, then whatever tells two bookings apart."""
    b = offer.booking
    own = (b.posts, b.fee, b.creative_freedom, b.disclosure, b.months_with_brand, b.invites_ugc)
    return (b.creator_id, PLATFORMS.index(b.platform), b.format, *own, offer.source or "")


def _traits(snapshot: Snapshot, arrays: CatalogArrays, bookings: Sequence[Booking]) -> Traits:
    virtual = snapshot.creators["is_virtual"].to_numpy(dtype=bool)
    rows = [_trait(arrays, virtual, booking) for booking in bookings]
    tier, category, language, communities, personas = zip(*rows, strict=True)
    return Traits(
        tier=np.array(tier, dtype=np.str_),
        category=np.array(category, dtype=np.str_),
        language=np.array(language, dtype=np.str_),
        communities=communities,
        virtual=np.array(personas, dtype=bool),
    )


def _trait(
    arrays: CatalogArrays, virtual: Booleans, booking: Booking
) -> tuple[str, str, str, frozenset[str], bool]:
    row = arrays.creator_row.get(booking.creator_id)
    if row is None:
        proposed = booking.creator
        assert proposed is not None  # _faults saw to it
        tier = tier_of(proposed.followers)
        return tier, proposed.category, proposed.language, frozenset(), proposed.is_virtual
    followers = arrays.followers[row]
    return (
        tier_of(followers) if np.isfinite(followers) else "",
        str(arrays.category[row]),
        str(arrays.language[row]),
        arrays.communities[row],
        bool(virtual[row]),
    )
