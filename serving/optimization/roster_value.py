"""What rosters of candidates are worth as a whole, by the model that predicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from features.entities import Booking
from features.rosters.bookings import BookingRows, booking_rows
from features.rosters.lookup import catalog_arrays
from features.rosters.reach import reach_in
from features.rosters.roster import booked_roster
from serving.optimization.alone import Alone
from training.arrays import Floats, Integers
from training.bundle import Bundle
from training.rosters.boosting import RosterBoosting
from training.rosters.linear_start import LinearScore
from training.rosters.model import BoostedRosters, RosterModel

_NO_NUMBERS: Final = np.empty((0, 0))


@dataclass(frozen=True, eq=False)
class Worth:
    """What one roster is worth.

    by_booking  expected incremental revenue, money [booking]
    kept        what part of the people it reaches alone each booking keeps [booking]
    loads       revenue before it levels off [member, market]
    drawn       draws of revenue, where asked for [booking, draw]
    """

    by_booking: Floats
    kept: Floats
    loads: Floats
    drawn: Floats | None = None

    @property
    def revenue(self) -> float:
        return float(self.by_booking.sum())


class RosterValues:
    """Values rosters of scored bookings as a forecast does; no booking is scored again."""

    def __init__(self, alone: Alone, bookings: Sequence[Booking]) -> None:
        self._alone = alone
        self._bookings = bookings
        self._arrays = catalog_arrays(alone.occasion.snapshot)
        self._bundle = replace(alone.occasion.bundle, model=_reading_scores(alone.occasion.bundle))
        self.tried = 0

    def worth(self, chosen: Integers, *, drawn: bool = False) -> Worth:
        """What the roster of these bookings is worth, `drawn` also in draws of revenue."""
        self.tried += 1
        occasion, alone = self._alone.occasion, self._alone
        roster = tuple(self._bookings[i] for i in chosen)
        rows, encoded = self._rows(chosen, roster)
        exposed = self._bundle.expose(rows, occasion.weekly)
        sales = exposed * occasion.revenue
        own = alone.sales[chosen].sum(axis=1, dtype=float)
        kept = np.divide(sales.sum(axis=1), own, out=np.ones_like(own), where=own > 0)
        loads = alone.per_exposure[chosen].T @ sales
        if not drawn:
            lift = self._bundle.model.contributions(*encoded, exposed).mean(axis=0)
            expected = self._bundle.calibration.slope * (lift @ occasion.revenue)
            return Worth(expected, kept, loads)
        unseen = alone.unseen[chosen]
        draws = self._bundle.draw(rows, encoded, exposed, occasion.campaign.brand_id, unseen)
        total = occasion.revenue.sum()
        by_booking = draws.by_creator(occasion.revenue / total) * occasion.money
        return Worth(draws.mean @ occasion.revenue, kept, loads, by_booking)

    def _rows(
        self, chosen: Integers, roster: tuple[Booking, ...]
    ) -> tuple[BookingRows, tuple[Floats, Floats]]:
        """Booking rows and what the model reads of them: scores, where members can read them."""
        occasion = self._alone.occasion
        if not isinstance(self._bundle.model, BoostedRosters):
            rows = booking_rows(occasion.snapshot, occasion.campaign, roster)
            return rows, self._bundle.encode(rows, occasion.campaign)
        booked = booked_roster(self._arrays, roster)
        rows = BookingRows(
            numbers=_NO_NUMBERS,
            words={},
            reach=reach_in(self._arrays, occasion.market_ids, booked),
            creator_ids=tuple(booking.creator_id for booking in roster),
            filled=booked.filled,
            guessed_audience=(),
            unknown_accounts=(),
        )
        scores = np.log(self._alone.per_exposure[chosen])
        return rows, (scores, scores)


def _reading_scores(bundle: Bundle) -> RosterModel:
    """The model, its members reading off scores [booking, member] that were computed before."""
    model = bundle.model
    if not isinstance(model, BoostedRosters):
        return model
    own = np.eye(len(model.members))
    return BoostedRosters(
        tuple(
            RosterBoosting(LinearScore(0.0, own[i]), None, member.ceiling)
            for i, member in enumerate(model.members)
        )
    )
