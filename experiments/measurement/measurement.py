"""What measuring a test gives: one frozen type, for people, ledgers and backtests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from experiments.measurement.contrast import Contrast
from experiments.measurement.estimate import Estimate
from experiments.measurement.market_test import Sold
from training.arrays import Floats

#: How a test came about, and so what its lift is worth.
DRAWN, NOT_DRAWN = "drawn", "not drawn"
#: What the inference compares a test with.
BY_ASSIGNMENT, BY_TIME = "other assignments", "other stretches of time"


@dataclass(frozen=True)
class Money:
    """An amount in the source's currency with the ends of its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Fit:
    """How the held-out markets followed the treated ones before the test.

    `rmse` is the root mean square gap of a period, as a share of sales. `imbalance` is the L2 norm
    of the gaps in money a market, `scaled_imbalance` the same as a share of what equal weights
    give (Ben-Michael, Feller & Rothstein 2021): 0 is perfect, 1 no better than equal weights.
    `effective_markets` is one over the sum of squared weights.
    """

    rmse: float
    imbalance: float
    scaled_imbalance: float
    effective_markets: float


@dataclass(frozen=True)
class Measurement:
    """A test's measured lift, over its window, of the full treatment.

    `lift` is incremental revenue over what would have been sold without the campaign, where the
    full treatment arrived; `incremental_revenue` is what the campaign added in all markets it
    reached, `baseline_revenue` what treated markets would have sold without it. `difference` is
    plain difference-in-differences on the same sales, with the same kind of inference. `weights`
    are those of held-out markets, by market id where ids were given, else by number. `grade` says
    whether chance chose the markets.
    """

    name: str
    grade: str
    inference: str
    estimate: Estimate
    difference: Estimate
    incremental_revenue: Money
    baseline_revenue: float
    treated_markets: int
    held_out_markets: int
    left_out_markets: int
    periods_before: int
    periods_in_window: int
    weights: Mapping[str, float]
    fit: Fit

    @property
    def drawn(self) -> bool:
        """Whether chance chose the markets."""
        return self.grade == DRAWN

    @property
    def lift(self) -> float:
        """The estimate's lift."""
        return self.estimate.lift

    @property
    def standard_error(self) -> float:
        """The estimate's standard error, in units of lift."""
        return self.estimate.standard_error


def measured(
    found: Sold, contrast: Contrast, estimate: Estimate, difference: Estimate, *, by_draw: bool
) -> Measurement:
    """Put together what was measured; `contrast` is that of the assignment itself."""
    test = found.test
    names = test.market_ids or tuple(str(i) for i in range(len(test.treated)))
    own = {n: float(w) for n, w in zip(names, contrast.held_out[0], strict=True) if w > 0}
    return Measurement(
        name=test.name,
        grade=DRAWN if test.drawn else NOT_DRAWN,
        inference=BY_ASSIGNMENT if by_draw else BY_TIME,
        estimate=estimate,
        difference=difference,
        incremental_revenue=_incremental(found, estimate),
        baseline_revenue=float(_without(found, estimate.lift)[test.treated].sum()),
        treated_markets=int(test.treated.sum()),
        held_out_markets=int((~test.treated).sum()),
        left_out_markets=int((~found.kept).sum()),
        periods_before=found.past.shape[1],
        periods_in_window=found.length,
        weights=own,
        fit=_fit(found, contrast),
    )


def _without(found: Sold, lift: float) -> Floats:
    """[market] what the window's sales would have been without the campaign, as counted."""
    sales: Floats = found.counted / (1.0 + lift * found.test.doses)
    return sales


def _incremental(found: Sold, estimate: Estimate) -> Money:
    def added(lift: float) -> float:
        if lift == np.inf:
            return float(found.counted[found.test.doses > 0].sum())
        if lift <= -1.0:
            return -np.inf
        return float((found.counted - _without(found, lift)).sum())

    return Money(added(estimate.lift), added(estimate.low), added(estimate.high))


def _fit(found: Sold, contrast: Contrast) -> Fit:
    """Gaps between treated and synthetic sales before the test, in the contrast's own units."""
    unit = contrast.past / found.level  # 1 ÷ own level, or the same for all
    series = (found.past - found.level[:, None]) * unit[:, None]
    treated, held_out = contrast.treated[0], contrast.held_out[0]
    equal = np.where(found.test.treated, 0.0, 1.0 / max(int((~found.test.treated).sum()), 1))
    gaps = (treated - held_out) @ series
    plain = (treated - equal) @ series
    level = float(treated @ contrast.past)
    per_market = float(found.level[found.test.treated].mean())
    norm, worst = float(np.sqrt(gaps @ gaps)), float(np.sqrt(plain @ plain))
    return Fit(
        rmse=norm / len(gaps) ** 0.5 / level,
        imbalance=norm / level * per_market,
        scaled_imbalance=norm / worst if worst > 0 else 0.0,
        effective_markets=float(1.0 / np.sum(held_out**2)),
    )
