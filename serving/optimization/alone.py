"""What bookings bring by themselves, and what sums of them say of whole rosters.

A booking alone reaches at least as many people as its share in any roster (coverage is
submodular, so a Shapley share only falls as others join), and no feature of a booking depends
on the rest of its roster. So a roster in which people counted once for every booking that
reaches them, lifts levelling off as in the model, would sell at least as much as the roster
does. As lifts level off concavely, every tangent of that sum is a linear bound of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from features.entities import Booking, Campaign
from features.rosters.bookings import lone_rows
from features.snapshots.snapshot import Snapshot
from serving.optimization.option_scores import OptionScores
from serving.optimization.selection import undominated
from training.arrays import Booleans, Floats, Integers
from training.bundle import Bundle
from training.exposure import weekly_sales
from training.forecast import RosterForecast
from training.rosters.loss import saturated
from training.rosters.model import BoostedRosters

#: Bookings scored at once: bounds the memory.
_CHUNK: Final = 4_000


@dataclass(frozen=True, eq=False)
class Occasion:
    """What all rosters of a request share, taken from one forecast; arrays are [market]."""

    bundle: Bundle
    snapshot: Snapshot
    campaign: Campaign
    market_ids: tuple[str, ...]
    weekly: Floats
    revenue: Floats
    money: Floats

    @classmethod
    def of(cls, bundle: Bundle, snapshot: Snapshot, forecast: RosterForecast) -> Occasion:
        """What the forecast of any one roster says of all of them."""
        campaign, markets = forecast.campaign, forecast.rows.reach.market_ids
        return cls(
            bundle=bundle,
            snapshot=snapshot,
            campaign=campaign,
            market_ids=markets,
            weekly=weekly_sales(snapshot.sales, campaign.brand_id, markets),
            revenue=forecast.weight * forecast.baseline_revenue(),
            money=forecast.money,
        )

    @property
    def additive(self) -> bool:
        """Whether the model is a levelled sum over bookings, so that tangents are bounds."""
        return isinstance(self.bundle.model, BoostedRosters) and self.bundle.calibration.slope >= 0

    @property
    def ceilings(self) -> Floats:
        """The lift at which each member of the model levels off [member]."""
        model = self.bundle.model
        members = model.members if isinstance(model, BoostedRosters) else ()
        return np.array([member.ceiling for member in members] or [np.inf])


@dataclass(frozen=True, eq=False)
class Alone:
    """Bookings by themselves.

    value         [booking] expected incremental revenue, money, without saturation
    per_exposure  [booking, member] lift per unit of exposure
    sales         [booking, market] exposure x what is sold there without the campaign
    unseen        [booking, kind] whether nothing was ever learned of such a kind
    """

    occasion: Occasion
    value: Floats
    per_exposure: Floats
    sales: npt.NDArray[np.float32]
    unseen: Booleans

    def of(self, kept: Integers) -> Alone:
        """Some of the bookings, in that order."""
        return Alone(
            self.occasion,
            self.value[kept],
            self.per_exposure[kept],
            self.sales[kept],
            self.unseen[kept],
        )

    def loads(self, chosen: Integers) -> Floats:
        """The roster's revenue by member and market before it levels off [member, market]."""
        loads: Floats = self.per_exposure[chosen].T @ self.sales[chosen].astype(float)
        return loads

    def revenue(self, loads: Floats) -> float:
        """Expected incremental revenue at these loads, calibrated."""
        lifts = self._lifts(loads)
        levelled = [saturated(x, c) for x, c in zip(lifts, self.occasion.ceilings, strict=True)]
        return self._slope * float((np.stack(levelled) @ self.occasion.revenue).mean())

    def tangent(self, loads: Floats) -> tuple[Floats, float]:
        """Revenue of each booking at the margin of these loads, and the tangent's constant.

        Constant plus the sum over a roster's bookings is at least the roster's revenue.
        """
        slopes = self.slopes(loads)
        by_member = self.sales @ slopes.T.astype(np.float32)
        gains = np.einsum("bm,bm->b", self.per_exposure, by_member)
        return gains, self.revenue(loads) - float((loads * slopes).sum())

    def slopes(self, loads: Floats) -> Floats:
        """What one unit more of each load adds to the revenue [member, market]."""
        slopes: Floats = np.exp(-self._lifts(loads) / self.occasion.ceilings[:, None])
        return slopes * (self._slope / len(slopes))

    @property
    def _slope(self) -> float:
        return self.occasion.bundle.calibration.slope

    def _lifts(self, loads: Floats) -> Floats:
        return loads / np.maximum(self.occasion.revenue, 1e-300)


def score_alone(
    occasion: Occasion,
    bookings: Sequence[Booking],
    creator: Integers,
    *,
    prune: bool,
) -> tuple[Integers, Alone]:
    """Score bookings by themselves; returns positions of those kept, and what they bring.

    Args:
        creator: the number of each booking's creator, ascending.
        prune: leave out a booking where another one of the same creator, disclosed alike, brings
            as much for no higher fee.
    """
    kept, parts = [], []
    model = occasion.bundle.model
    scores = OptionScores(model) if isinstance(model, BoostedRosters) else None
    for first, last in _chunks(creator):
        part = _scored(occasion, scores, tuple(bookings[first:last]), creator[first:last])
        own = np.arange(last - first)
        if prune:
            fee = np.array([booking.fee for booking in bookings[first:last]])
            shown = np.array([b.disclosure != "none" for b in bookings[first:last]], dtype=bool)
            own = undominated(part.value, fee, shown, creator[first:last])
        kept.append(first + own)
        parts.append((part.value[own], part.per_exposure[own], part.sales[own], part.unseen[own]))
    value, per_exposure, sales, unseen = (np.concatenate(own) for own in zip(*parts, strict=True))
    return np.concatenate(kept), Alone(occasion, value, per_exposure, sales, unseen)


def _chunks(creator: Integers) -> list[tuple[int, int]]:
    """Spans of whole creators."""
    ends = [*np.flatnonzero(np.diff(creator)).tolist(), len(creator) - 1]
    chunks, first = [], 0
    for end, following in pairwise([*ends, len(creator) + _CHUNK]):
        if following - first >= _CHUNK:
            chunks.append((first, end + 1))
            first = end + 1
    return chunks


def _scored(
    occasion: Occasion,
    scores: OptionScores | None,
    bookings: tuple[Booking, ...],
    creator: Integers,
) -> Alone:
    bundle = occasion.bundle
    rows = lone_rows(occasion.snapshot, occasion.campaign, bookings)
    exposed = bundle.expose(rows, occasion.weekly)
    encoded = bundle.encode(rows, occasion.campaign)
    sales = exposed * occasion.revenue
    if scores is not None:
        per_exposure = scores.values(*encoded, creator).T
    else:  # a model that is no sum over bookings splits a lift by exposure
        parts = bundle.model.contributions(*encoded, exposed).mean(axis=0) @ occasion.revenue
        per_exposure = (parts / np.maximum(sales.sum(axis=1), 1e-300))[:, None]
    value = bundle.calibration.slope * per_exposure.mean(axis=1) * sales.sum(axis=1)
    unseen = bundle.encoding.unseen_kinds(encoded[1])
    return Alone(occasion, value, per_exposure, sales.astype(np.float32), unseen)
