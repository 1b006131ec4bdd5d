"""A test as arrays: what was sold in which market and when, and who was meant to be treated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import compress

import numpy as np

from features.errors import NotMeasurableError
from training.arrays import Booleans, Floats, Integers
from training.settings import CellSettings

#: How many markets and periods a test needs at least is what training asks of a cell.
NEEDS = CellSettings()
_SWEEPS = 10


@dataclass(frozen=True, eq=False)
class MarketTest:
    """One test: sales by market and period of any one length (days, weeks).

    Attributes:
        revenue: [market, period], money (or any count), NaN where nothing was recorded. Other
            campaigns, prices and promotions may have been taken out of it before.
        treated: [market], shown the campaign; the others were held out.
        before: [period], the pre-period.
        window: [period], the weeks or days the effect is counted over; apart from `before`.
        dose: [market], the share of the full treatment that arrived, in 0..1; by default 1 where
            treated and 0 where held out. Leaking posts give held-out markets a dose, too.
        propensity: [market], the probability with which `treated` was drawn; NaN or None: nobody
            drew it.
        strata: [market], numbers of the groups within which markets were drawn, each with a fixed
            number of treated ones; None: one group.
        counted: [market, period], revenue as it was counted, for the incremental revenue; by
            default `revenue`.
    """

    revenue: Floats
    treated: Booleans
    before: Booleans
    window: Booleans
    dose: Floats | None = None
    propensity: Floats | None = None
    strata: Integers | None = None
    counted: Floats | None = None
    name: str = "the test"
    market_ids: Sequence[str] = field(default=())

    @property
    def drawn(self) -> bool:
        """Whether chance decided which markets were treated, with known probabilities."""
        return self.propensity is not None and bool(np.isfinite(self.propensity).all())

    @property
    def doses(self) -> Floats:
        """[market] the share of the full treatment that arrived."""
        return self.treated.astype(float) if self.dose is None else self.dose

    def only(self, kept: Booleans) -> MarketTest:
        """The same test in some of its markets."""
        return replace(
            self,
            revenue=self.revenue[kept],
            treated=self.treated[kept],
            dose=None if self.dose is None else self.dose[kept],
            propensity=None if self.propensity is None else self.propensity[kept],
            strata=None if self.strata is None else self.strata[kept],
            counted=None if self.counted is None else self.counted[kept],
            market_ids=tuple(compress(self.market_ids, kept)),
        )


@dataclass(frozen=True, eq=False)
class Sold:
    """A test's sales without gaps: `past` is [market, period before], `window` [market, period].

    `kept` are the markets of the test they belong to [market of the test].
    """

    test: MarketTest
    past: Floats
    window: Floats
    kept: Booleans

    @property
    def level(self) -> Floats:
        """[market] mean sales a period before."""
        level: Floats = self.past.mean(axis=1)
        return level

    @property
    def length(self) -> int:
        """Periods in the window."""
        return int(self.window.shape[1])

    @property
    def counted(self) -> Floats:
        """[market] all sales of the window as they were counted, gaps filled."""
        counted = self.test.counted
        sales = self.window if counted is None else without_gaps(counted[:, self.test.window])
        total: Floats = sales.sum(axis=1)
        return total


def sold(test: MarketTest) -> Sold:
    """Keep markets with enough periods, and fill the gaps of the others.

    A gap is filled with what the market's other periods and the other markets' same period say
    together; pre-period and window are filled apart, so that no effect leaks into the past.

    Raises:
        NotMeasurableError: too few periods or markets are left on either side.
    """
    past = test.revenue[:, test.before]
    window = test.revenue[:, test.window]
    if not window.shape[1] or past.shape[1] < NEEDS.min_pre_weeks:
        found = f"{past.shape[1]} periods before and {window.shape[1]} in its window"
        raise NotMeasurableError(test.name, f"at least {NEEDS.min_pre_weeks} and 1", found)
    kept = (
        (np.isfinite(past).sum(axis=1) >= NEEDS.min_pre_weeks)
        & (np.isfinite(window).mean(axis=1) >= NEEDS.min_window_share)
        & (np.nansum(past, axis=1) > 0)
    )
    on_sides = int((kept & test.treated).sum()), int((kept & ~test.treated).sum())
    if not all(on_sides):
        wanted = "a market with enough sales on either side; one without the posts is listed as"
        found = f"{on_sides[0]} treated and {on_sides[1]} held-out markets"
        raise NotMeasurableError(test.name, f"{wanted} treated = false", found)
    whole = test if kept.all() else test.only(kept)
    return Sold(whole, without_gaps(past[kept]), without_gaps(window[kept]), kept)


def without_gaps(sales: Floats) -> Floats:
    """Fill unrecorded cells by market mean times the period's own index (a two-way product)."""
    known = np.isfinite(sales)
    if known.all():
        return sales
    filled = np.where(known, sales, np.nanmean(sales, axis=1, keepdims=True))
    for _ in range(_SWEEPS):
        by_market = filled.mean(axis=1, keepdims=True)
        by_period = filled.sum(axis=0, keepdims=True) / max(float(by_market.sum()), 1e-300)
        filled = np.where(known, sales, by_market * by_period)
    return filled
