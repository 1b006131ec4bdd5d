"""What an optimised roster is judged by, in money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from serving.optimization.roster_value import Worth
from training.arrays import Floats
from training.intervals import quantile_interval


@dataclass(frozen=True)
class Goal:
    """`profit` and `cautious` count fees, `revenue` does not; `level` is the interval's."""

    kind: str
    margin: float
    level: float

    @property
    def drawn(self) -> bool:
        """Whether a roster is judged by draws."""
        return self.kind == "cautious"

    @property
    def weight(self) -> float:
        """What one unit of expected revenue counts."""
        return 1.0 if self.kind == "revenue" else self.margin

    def of_revenue(self, revenue: float, cost: float) -> float:
        """The objective of a roster that is expected to add so much revenue."""
        return self.weight * revenue - (0.0 if self.kind == "revenue" else cost)

    def of_values(self, revenue: Floats, fee: Floats) -> Floats:
        """The objective of bookings, elementwise, if they add so much revenue."""
        return revenue if self.kind == "revenue" else self.margin * revenue - fee

    def of_roster(self, worth: Worth, cost: float) -> float:
        """The objective of a roster."""
        revenue = worth.revenue
        if worth.drawn is not None:
            low, _ = quantile_interval(worth.drawn.sum(axis=0), self.level)
            revenue = min(float(low), revenue)
        return self.of_revenue(revenue, cost)

    def counted(self, worth: Worth) -> Floats:
        """Revenue by booking as the objective counts it [booking].

        For `cautious` its mean over the draws around the low end of the roster's interval: what
        the booking adds to that end (Euler allocation; Tasche 1999, arXiv cond-mat/0104190).
        """
        if worth.drawn is None:
            return worth.by_booking
        total = worth.drawn.sum(axis=0)
        tail = (1 - self.level) / 2
        first, last = np.quantile(total, [tail / 2, min(1.5 * tail + 0.01, 0.5)])
        around = (total >= first) & (total <= last)
        counted: Floats = worth.drawn[:, around].mean(axis=1)
        return counted
