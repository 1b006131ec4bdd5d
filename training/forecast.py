"""A roster's forecast: lift and money as draws, the numbers behind every answer.

The one path from a bundle, a catalog and a roster to an amount: the service, the command
line and the studies all come through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from features.entities import Campaign, Roster
from features.errors import FieldFault, InvalidRequestError, NoBaselineError
from features.rosters.bookings import BookingRows, rows_of_rosters
from features.rosters.lookup import catalog_arrays
from features.rosters.roster import BookedRoster, booked_roster
from features.snapshots.snapshot import Snapshot
from training.arrays import Floats
from training.baseline import BaselineForecast, BaselineModel
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
    booked = booked_roster(catalog_arrays(snapshot), roster)
    return forecast_booked(bundle, snapshot, campaign, [booked])[0]


def forecast_booked(
    bundle: Bundle, snapshot: Snapshot, campaign: Campaign, rosters: Sequence[BookedRoster]
) -> list[RosterForecast]:
    """Forecast rosters that were looked up, for a campaign that was checked.

    What does not depend on who else is booked is computed for all of them at once.

    Raises:
        NoBaselineError: there are no sales to set a lift against.
    """
    baseline = forecast_baseline(bundle.baseline, snapshot, campaign)
    campaign = replace(campaign, markets=baseline.market_ids)
    rows = rows_of_rosters(snapshot, campaign, rosters)
    weekly = weekly_sales(snapshot.sales, campaign.brand_id, rows[0].reach.market_ids)
    return forecast_rows(bundle, campaign, [one.roster for one in rosters], rows, weekly, baseline)


def forecast_rows(
    bundle: Bundle,
    campaign: Campaign,
    rosters: Sequence[Roster],
    rows: Sequence[BookingRows],
    weekly: Floats,
    baseline: BaselineForecast,
) -> list[RosterForecast]:
    """Forecast rosters whose booking rows were computed, for one campaign.

    Args:
        weekly: what the brand sells a week [market of the rows' reach].
        baseline: over the same markets, in any order.
    """
    baseline = _reordered(baseline, rows[0].reach.market_ids)
    exposed = [bundle.expose(one, weekly) for one in rows]
    encoded = bundle.encode_each(rows, campaign)
    draws = bundle.draw_each(rows, encoded, exposed, campaign.brand_id)
    total = baseline.revenue.sum()
    weight = baseline.revenue / total
    money = total * _baseline_noise(baseline.relative_error, bundle.manifest.draws)
    return [
        RosterForecast(
            campaign=campaign,
            roster=roster,
            rows=own,
            encoded=design,
            draws=drawn,
            baseline=baseline,
            exposed=exposure,
            weight=weight,
            booking_lift=drawn.by_creator(weight),
            money=money,
        )
        for roster, own, design, drawn, exposure in zip(
            rosters, rows, encoded, draws, exposed, strict=True
        )
    ]


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


def forecast_baseline(
    model: BaselineModel, snapshot: Snapshot, campaign: Campaign
) -> BaselineForecast:
    """Forecast what a known brand would sell over the campaign's window without it.

    Raises:
        NoBaselineError: the brand has no, too few or only stale sales there.
    """
    if not len(snapshot.sales.weeks):
        raise NoBaselineError(campaign.brand_id, "the catalog has no sales at all")
    category = str(snapshot.brands.loc[campaign.brand_id, "category"])
    return model.forecast(
        snapshot.sales, campaign.brand_id, category, campaign.markets, campaign.window
    )


def _reordered(baseline: BaselineForecast, market_ids: Sequence[str]) -> BaselineForecast:
    position = {market: i for i, market in enumerate(baseline.market_ids)}
    order = [position[market] for market in market_ids]
    return replace(
        baseline,
        market_ids=tuple(market_ids),
        revenue=baseline.revenue[order],
        weekly=baseline.weekly[order],
    )


def _baseline_noise(error: float, draws: int) -> Floats:
    """Factors of mean one: the forecast's own error, the same for all rosters of a campaign."""
    factors = np.exp(error * shared_noise("baseline", draws))
    scaled: Floats = factors / factors.mean()
    return scaled
