"""Booking rows: what a model sees of a roster, for a past campaign and for one to come.

The one code path of training and serving: a snapshot of what was known, a campaign and a
roster go in, one row per booking and the roster's reach come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from typing import Final

import numpy as np
import pandas as pd

from features.entities import Campaign, Roster
from features.history import audiences, creators
from features.people.coverage import FloatArray
from features.rosters.feature_set import FEATURES
from features.rosters.fit import FIT_FUNCTIONS, campaign_setting
from features.rosters.lookup import CATALOG_FEATURES, CatalogArrays, catalog_arrays
from features.rosters.occasion import occasion_of
from features.rosters.reach import RosterReach, campaign_markets, reach_alone, reach_in
from features.rosters.roster import BookedRoster, booked_roster, side_by_side
from features.rosters.scaling import LOG_SCALED, in_booking_rows, scaled
from features.rosters.terms import TERM_FUNCTIONS, WORD_FUNCTIONS, WordArray
from features.snapshots.snapshot import Snapshot

#: The numeric columns as they are computed; `FEATURES` may keep some of the catalog's out.
_COMPUTED: Final = (
    *in_booking_rows(CATALOG_FEATURES),
    *(function.__name__ for function in (*FIT_FUNCTIONS, *TERM_FUNCTIONS)),
)
#: The columns of a booking row that are numbers, in order.
NUMERIC_FEATURES: Final = tuple(n for n in FEATURES.names if n not in FEATURES.categorical)
_PLACES: Final = [_COMPUTED.index(name) for name in NUMERIC_FEATURES]


@dataclass(frozen=True, eq=False)
class BookingRows:
    """A roster as a model sees it.

    numbers           [bookings, NUMERIC_FEATURES] in roster order, NaN where unknown
    words             [bookings] by the names of `FEATURES.categorical`
    reach             whom the roster reaches in the campaign's markets
    creator_ids       [bookings]
    filled            creators who are not in the catalog: filled in from similar creators
    guessed_audience  creators whose audience by market is a guess from country and language
    unknown_accounts  creators booked on a platform where no account of theirs is known: its
                      followers are taken to be those of their largest account
    """

    numbers: FloatArray
    words: Mapping[str, WordArray]
    reach: RosterReach
    creator_ids: tuple[str, ...]
    filled: tuple[str, ...]
    guessed_audience: tuple[str, ...]
    unknown_accounts: tuple[str, ...]

    @property
    def features(self) -> pd.DataFrame:
        """One row per booking, columns `FEATURES.names`: what training reads.

        An answer reads the arrays: making a data frame takes longer than all features together.
        """
        # As plain objects: pandas' own strings take longer still.
        words = {name: pd.Series(column, dtype=object) for name, column in self.words.items()}
        rows = pd.DataFrame(self.numbers, columns=list(NUMERIC_FEATURES)).assign(**words)
        return rows[list(FEATURES.names)]

    def column(self, name: str) -> FloatArray:
        """A numeric feature [bookings]."""
        return self.numbers[:, NUMERIC_FEATURES.index(name)]


def booking_rows(snapshot: Snapshot, campaign: Campaign, roster: Roster) -> BookingRows:
    """Return the booking rows and the reach of a roster.

    Raises InvalidRequestError naming by dotted path every creator who is neither in the
    catalog nor proposed inline ("roster.3.creator_id") and every market not in the catalog.
    """
    booked = booked_roster(catalog_arrays(snapshot), roster)
    return rows_of_rosters(snapshot, campaign, [booked])[0]


def lone_rows(snapshot: Snapshot, campaign: Campaign, bookings: Roster) -> BookingRows:
    """Return the same of bookings that have nothing to do with each other.

    No feature of a booking depends on the rest of its roster; reach does, and is here that of
    each booking as if it were the only one (`reach_alone`).
    """
    booked = booked_roster(catalog_arrays(snapshot), bookings)
    return rows_of_rosters(snapshot, campaign, [booked], reach_alone)[0]


def rows_of_rosters(
    snapshot: Snapshot,
    campaign: Campaign,
    booked: Sequence[BookedRoster],
    reach: Callable[[CatalogArrays, tuple[str, ...], BookedRoster], RosterReach] = reach_in,
) -> list[BookingRows]:
    """Return the booking rows of rosters that were looked up in the snapshot, each by itself.

    The features of all of them are computed at once. Raises InvalidRequestError naming every
    market that is not in the catalog.
    """
    arrays = catalog_arrays(snapshot)
    market_ids = campaign_markets(snapshot, campaign)
    numbers, words = _features(snapshot, arrays, campaign, market_ids, side_by_side(booked))
    ends = np.cumsum([len(one.roster) for one in booked])
    own = [slice(end - len(one.roster), end) for one, end in zip(booked, ends, strict=True)]
    return [
        BookingRows(
            numbers=numbers[rows],
            words={name: column[rows] for name, column in words.items()},
            reach=reach(arrays, market_ids, one),
            creator_ids=tuple(booking.creator_id for booking in one.roster),
            filled=one.filled,
            guessed_audience=one.guessed_audience,
            unknown_accounts=one.unknown_accounts,
        )
        for one, rows in zip(booked, own, strict=True)
    ]


def feature_dictionary() -> Mapping[str, str]:
    """Return what each column of a booking row means, by name, in order; one line each.

    The first sentence says what it is, the rest its unit and when it is missing.
    """
    catalog = (*creators.FUNCTIONS, *audiences.FUNCTIONS)
    own = (*FIT_FUNCTIONS, *TERM_FUNCTIONS, *WORD_FUNCTIONS)
    meanings = {f.__name__: " ".join((getdoc(f) or "").split()) for f in (*catalog, *own)}
    for name in LOG_SCALED:
        meanings[f"log_{name}"] = f"{meanings[name]} Taken as the natural log of 1 + this."
    return {name: meanings[name] for name in FEATURES.names}


def _features(
    snapshot: Snapshot,
    arrays: CatalogArrays,
    campaign: Campaign,
    market_ids: tuple[str, ...],
    booked: BookedRoster,
) -> tuple[FloatArray, dict[str, WordArray]]:
    """Return the numbers, [bookings, NUMERIC_FEATURES], and the words of bookings."""
    setting = campaign_setting(arrays, snapshot.captions, campaign, market_ids)
    known_on = min(campaign.booked_on or snapshot.as_of, snapshot.as_of)
    occasion = occasion_of(
        campaign, market_ids, arrays.population[setting.markets], snapshot.sales.until(known_on)
    )
    of_creators = [
        scaled(booked.creators.values, CATALOG_FEATURES),
        *(function(booked.creators, setting)[:, None] for function in FIT_FUNCTIONS),
    ]
    of_bookings = [function(booked, occasion)[:, None] for function in TERM_FUNCTIONS]
    values: FloatArray = np.hstack([np.hstack(of_creators)[booked.creator], *of_bookings])
    words = {function.__name__: function(booked, occasion) for function in WORD_FUNCTIONS}
    return values[:, _PLACES], words
