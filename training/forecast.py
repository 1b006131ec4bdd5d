"""A roster's forecast: lift and money as draws, the numbers behind every answer.

The one path from a bundle, a catalog and a roster to an amount: the service, the command
line and the studies all come through here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from features.entities import Campaign, Roster
from features.errors import FieldFault, InvalidRequestError, NoBaselineError
from features.rosters.bookings import BookingRows, booking_rows
from features.snapshots.snapshot import Snapshot
from training.arrays import Floats
from training.baseline import BaselineForecast
from training.bundle import Bundle
from training.exposure import weekly_sales
from training.intervals import RosterDraws, shared_noise


@dataclass(frozen=True)
class RosterForecast:
    """One roster for one campaign.

    `market_ids` are those with a baseline; arrays over markets are in their order.
    `booking_lift` [booking, draw] adds up over bookings to `lift` [draw]; `money` [draw] is the
    baseline's revenue, which turns a lift into an amount; `expected` [booking, market] is the
    expected lift by booking and market; `encoded` the booking rows as the model takes them.
    """

    campaign: Campaign
    roster: Roster
    rows: BookingRows
    encoded: tuple[Floats, Floats]
    draws: RosterDraws
    baseline: BaselineForecast
    exposed: Floats
    weight: Floats
    booking_lift: Floats
    money: Floats

    @cached_property
    def lift(self) -> Floats:
        total: Floats = self.booking_lift.sum(axis=0)
        return total

    @property
    def expected(self) -> Floats:
        return self.draws.mean

    @cached_property
    def revenue(self) -> Floats:
        """Incremental revenue [draw]."""
        amount: Floats = self.lift * self.money
        return amount

    @property
    def cost(self) -> float:
        return float(sum(booking.fee for booking in self.roster))

    def expected_lift(self) -> float:
        return float(self.expected.sum(axis=0) @ self.weight)

    def expected_revenue(self) -> float:
        return self.expected_lift() * self.baseline_revenue()

    def baseline_revenue(self) -> float:
        return float(self.baseline.revenue.sum())


def forecast_roster(
    bundle: Bundle, snapshot: Snapshot, campaign: Campaign, roster: Roster
) -> RosterForecast:
    """Forecast one roster.

    Raises:
        InvalidRequestError: unknown brand, markets or creators, each by path.
        NoBaselineError: there are no sales to set a lift against.
    """
    check_campaign(snapshot, campaign)
    baseline = _baseline(bundle, snapshot, campaign)
    campaign = replace(campaign, markets=baseline.market_ids)
    rows = booking_rows(snapshot, campaign, roster)
    weekly = weekly_sales(snapshot.sales, campaign.brand_id, rows.reach.market_ids)
    exposed = bundle.expose(rows, weekly)
    encoded = bundle.encode(rows, campaign)
    draws = bundle.draw(rows, encoded, exposed, campaign.brand_id)
    order = [baseline.market_ids.index(market) for market in rows.reach.market_ids]
    revenue = baseline.revenue[order]
    weight = revenue / revenue.sum()
    return RosterForecast(
        campaign=campaign,
        roster=roster,
        rows=rows,
        encoded=encoded,
        draws=draws,
        baseline=_reordered(baseline, order),
        exposed=exposed,
        weight=weight,
        booking_lift=draws.by_creator(weight),
        money=revenue.sum() * _baseline_noise(baseline.relative_error, len(draws.bag)),
    )


def check_campaign(snapshot: Snapshot, campaign: Campaign) -> None:
    """Raise `InvalidRequestError` for a brand or markets that the catalog does not know."""
    faults = []
    if campaign.brand_id not in snapshot.brands.index:
        known = ", ".join(list(snapshot.brands.index[:5]))
        faults.append(
            FieldFault(
                "campaign.brand_id",
                f"no brand with id {campaign.brand_id!r} in the catalog (it has {known}, …)",
            )
        )
    for position, market in enumerate(campaign.markets or ()):
        if market not in snapshot.markets.index:
            faults.append(
                FieldFault(
                    f"campaign.markets.{position}", f"no market with id {market!r} in the catalog"
                )
            )
    if faults:
        raise InvalidRequestError(faults)


def _baseline(bundle: Bundle, snapshot: Snapshot, campaign: Campaign) -> BaselineForecast:
    if not len(snapshot.sales.weeks):
        raise NoBaselineError(campaign.brand_id, "the catalog has no sales at all")
    category = str(snapshot.brands.loc[campaign.brand_id, "category"])
    return bundle.baseline.forecast(
        snapshot.sales, campaign.brand_id, category, campaign.markets, campaign.window
    )


def _reordered(baseline: BaselineForecast, order: list[int]) -> BaselineForecast:
    return replace(
        baseline,
        market_ids=tuple(baseline.market_ids[i] for i in order),
        revenue=baseline.revenue[order],
        weekly=baseline.weekly[order],
    )


def _baseline_noise(error: float, draws: int) -> Floats:
    """Factors of mean one: the forecast's own error, the same for all rosters of a campaign."""
    factors = np.exp(error * shared_noise("baseline", draws))
    scaled: Floats = factors / factors.mean()
    return scaled
