"""How noisy a brand's weekly sales are, market by market: what a holdout test has to be seen in.

The noise is what weekly log sales keep once price, discount, other media, market and week effects
are taken out: a first-order autoregression with a spread of its own in every market. Where it is
known when and where the brand's campaigns ran, only sales without them speak: campaigns add a noise
of their own (`training.power.unevenness`).
"""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from features.errors import NoTestBasisError
from features.history.markets import SalesHistory
from training.arrays import Booleans, Floats
from training.panel import (
    adjust_panel,
    sales_covariates,
    without_market_and_week_means,
)

#: Two markets on each side are the fewest that tell an effect from a market's own ups and downs.
FEWEST_MARKETS: Final = 4
#: Fewer weeks do not tell how one week hangs on the week before.
FEWEST_WEEKS: Final = 26
#: A noise that hangs on the past more than this is a trend, and no test of weeks would end.
_MOST_AUTOCORRELATION: Final = 0.95

#: The last year says how much is sold where; a market that sold nothing then counts as this part.
_SIZE_WEEKS: Final = 52
_LEAST_SIZE: Final = 1e-6

#: What markets of its size have counts beside a market's own weeks as so many of them.
_TYPICAL_WEEKS: Final = 10
_LEAST_VARIANCE: Final = 1e-8
#: From so many markets on, each one's noise is told from what week effects carry over to it.
_TOLD_FROM: Final = 6
_LEAST_PART: Final = 0.1
#: Markets that differ less in size (squared logs, summed) tell nothing of what size does.
_TOLD_APART: Final = 0.1

Markets = TypeVar("Markets", bound=Sized)
_KNOWN: WeakKeyDictionary[SalesHistory, dict[str, SalesNoise]] = WeakKeyDictionary()


@dataclass(frozen=True)
class SalesNoise:
    """Weekly noise of one brand's log sales.

    `spread` is [market], a standard deviation; `size` [market] what is sold there a week, in any
    unit; `autocorrelation` that of one week with the next; `weeks` how many weeks showed it.
    """

    market_ids: tuple[str, ...]
    spread: Floats
    size: Floats
    autocorrelation: float
    weeks: int

    def of(self, market_ids: Sequence[str]) -> SalesNoise:
        """The same for some of the markets, in their order."""
        place = {market: i for i, market in enumerate(self.market_ids)}
        rows = [place[market] for market in market_ids]
        return SalesNoise(
            tuple(market_ids), self.spread[rows], self.size[rows], self.autocorrelation, self.weeks
        )


def sales_noise(
    history: SalesHistory, brand_id: str, market_ids: Sequence[str] | None = None
) -> SalesNoise:
    """Learn a brand's noise from its past weeks; all markets that can tell speak for each.

    Args:
        market_ids: those to answer for; None means every market with enough weeks. Markets
            without enough of them are left out.

    Raises:
        NoTestBasisError: too few weeks, or too few markets with enough of them.
    """
    if brand_id not in history.brand_ids:
        raise NoTestBasisError(brand_id, "nothing is known of its sales")
    known = _KNOWN.setdefault(history, {})
    if brand_id not in known:
        known[brand_id] = _learned(history, brand_id)
    noise = known[brand_id]
    listed = set(noise.market_ids)
    return noise.of(_enough(brand_id, [m for m in market_ids or noise.market_ids if m in listed]))


def _learned(history: SalesHistory, brand_id: str) -> SalesNoise:
    brand = history.brand_ids.index(brand_id)
    revenue = history.revenue[brand]
    told = np.flatnonzero((revenue > 0).sum(axis=1) >= FEWEST_WEEKS)
    _enough(brand_id, told)
    covariates = sales_covariates(
        *(panel[brand][told] for panel in (history.price, history.discount, history.media))
    )
    panel = adjust_panel(revenue[told], covariates, [], effect_sd=1.0)
    market_ids = tuple(history.market_ids[i] for i in told)
    return noise_in(panel.adjusted, market_ids, revenue[told])


def noise_in(
    log_sales: Floats,
    market_ids: tuple[str, ...],
    revenue: Floats,
    quiet: Booleans | None = None,
) -> SalesNoise:
    """The noise of sales that were freed of what moved them.

    Args:
        log_sales: freed of it [market, week], NaN where nothing was sold; two markets at least.
        revenue: as it was sold [market, week]; the last year says how large a market is.
        quiet: where no campaign of the brand was shown [market, week]; what was sold elsewhere is
            listened to in those markets alone that are seldom quiet. None: all of it.
    """
    sold = np.where(revenue > 0, revenue, 0.0)
    recent = sold[:, -_SIZE_WEEKS:]
    weeks = np.maximum((recent > 0).sum(axis=1), 1)
    heard = np.isfinite(log_sales)
    if quiet is not None:
        seldom = (heard & quiet).sum(axis=1, keepdims=True) < FEWEST_WEEKS
        heard &= quiet | seldom
    left = remainders(np.where(heard, log_sales, np.nan))
    size = np.maximum(recent.sum(axis=1) / weeks, _LEAST_SIZE * sold.max())
    return SalesNoise(
        market_ids=market_ids,
        spread=np.sqrt(_variance(left, size)),
        size=size,
        autocorrelation=autocorrelation(left),
        weeks=int((sold > 0).any(axis=0).sum()),
    )


def _variance(left: Floats, size: Floats) -> Floats:
    """Weekly variance of each market's own noise [market].

    Some weeks' worth of what markets of its size have comes to each market's own: noise falls with
    size by a power, and the median market's would be far too much for the few that sell most.

    Args:
        left: log sales [market, week] without market and week effects, NaN where nothing is known.
        size: what is sold in a market [market].
    """
    count = np.isfinite(left).sum(axis=1)
    own = np.maximum(_own_variance(left), _LEAST_VARIANCE)
    told = count > _TYPICAL_WEEKS if (count > _TYPICAL_WEEKS).any() else count > 0
    log_size = np.log(size) - np.log(size[told]).mean()
    across = float(np.sum(log_size[told] ** 2))
    slope = float(log_size[told] @ np.log(own[told])) / across if across > _TOLD_APART else 0.0
    typical = np.exp(slope * log_size)
    typical *= np.mean(own[told] / typical[told])
    typical = np.clip(typical, own[told].min(), own[told].max())
    found: Floats = (count * own + _TYPICAL_WEEKS * typical) / (count + _TYPICAL_WEEKS)
    return found


def _own_variance(left: Floats) -> Floats:
    """What of the variance of remainders is each market's own [market].

    Of n markets' noise a week's effect, once taken out, leaves 1 - 2/n in its own market and a
    part 1/n of the average in every one (Grubbs 1948). Very few markets cannot be told apart.
    """
    heard = np.isfinite(left)
    count = np.maximum(heard.sum(axis=1), 1)
    found = np.nansum(left**2, axis=1) / count
    shared = np.where(heard, 1.0 / np.maximum(heard.sum(axis=0), 2), 0.0).sum(axis=1) / count
    average = found / (1.0 - shared)
    own = (found - shared * average[heard.any(axis=1)].mean()) / np.maximum(1.0 - 2.0 * shared, 0.5)
    told: Floats = np.where(
        shared <= 1.0 / _TOLD_FROM, np.maximum(own, _LEAST_PART * found), average
    )
    return told


def _enough(brand_id: str, markets: Markets) -> Markets:
    """The markets, if there are enough of them for a test."""
    if len(markets) < FEWEST_MARKETS:
        raise NoTestBasisError(
            brand_id,
            f"{len(markets)} markets have at least {FEWEST_WEEKS} weeks of sales, a test needs "
            f"{FEWEST_MARKETS}",
        )
    return markets


def remainders(log_sales: Floats) -> Floats:
    """Log sales [market, week] without market and week effects; NaN stays NaN."""
    seen = np.isfinite(log_sales)
    left = without_market_and_week_means(np.where(seen, log_sales, 0.0), seen)
    kept: Floats = np.where(seen, left, np.nan)
    return kept


def autocorrelation(remainder: Floats) -> float:
    """Correlation of one week with the next, each market in units of its own spread.

    A series' own mean, once taken out, hides a part of it: (1 + 3ρ) / T (Kendall 1954).
    """
    spread = np.nanstd(remainder, axis=1, keepdims=True)
    scaled = remainder / np.where(spread > 0, spread, np.nan)
    pairs = scaled[:, 1:] * scaled[:, :-1]
    if not np.isfinite(pairs).any():
        return 0.0
    weeks = remainder.shape[1]
    found = (float(np.nanmean(pairs)) * weeks + 1) / max(weeks - 3, 1)
    return float(np.clip(found, 0.0, _MOST_AUTOCORRELATION))
