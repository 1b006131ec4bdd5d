"""The contrast behind a lift: treated markets' sales over what held-out markets say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from features.errors import NotMeasurableError
from training.arrays import Floats

#: Lifts that are looked at: from losing nearly all sales to fifty times as many.
LEAST_LIFT, LARGEST_LIFT = -0.99, 50.0


@dataclass(frozen=True, eq=False)
class Contrast:
    """Weights on treated and held-out markets, and what they sold, for one or many assignments.

    Attributes:
        past: [market], mean sales a period before, in the series' own unit (1 where each market
            is taken relative to its own past).
        window: [market], mean sales a period in the window, in the same unit.
        dose: [market], the share of the full treatment that really arrived.
        treated: [draw, market], weights of treated markets; each row sums to 1.
        held_out: [draw, market], weights of held-out markets; each row sums to 1.
    """

    past: Floats
    window: Floats
    dose: Floats
    treated: Floats
    held_out: Floats

    def without(self, lift: float) -> Floats:
        """[market] the window's sales without the campaign, had its full dose added `lift`."""
        sales: Floats = self.window / (1.0 + lift * self.dose)
        return sales

    def expected(self, sales: Floats) -> Floats:
        """[draw] what treated markets would have sold, from the others' change since before."""
        change = self.held_out @ (sales - self.past)
        counterfactual: Floats = self.treated @ self.past + change
        return counterfactual

    def logs(self, lift: float) -> Floats:
        """[draw] log of sold over expected once `lift` is taken out: 0 where it explains all."""
        sales = self.without(lift)
        ratio = (self.treated @ sales) / np.maximum(self.expected(sales), 1e-300)
        logged: Floats = np.log(np.maximum(ratio, 1e-300))
        return logged

    def errors(self, lift: float) -> Floats:
        """[draw] standard errors of `logs` from how much markets differ within each side."""
        sales = self.without(lift)
        return np.sqrt(
            _scatter(self.treated, sales, self.past) + _scatter(self.held_out, sales, self.past)
        )

    def lift(self) -> float:
        """The lift of full treatment that the first assignment shows.

        Raises:
            NotMeasurableError: no lift explains it, as where held-out markets got as much of the
                campaign as the treated ones, or where sales stopped altogether.
        """
        found = root(lambda lift: float(self.first.logs(lift)[0]))
        if found is None:
            on, off = (float(side[0] @ self.dose) for side in (self.treated, self.held_out))
            raise NotMeasurableError(
                "the test",
                f"a lift between {LEAST_LIFT:.0%} and {LARGEST_LIFT:.0%} to explain its sales",
                f"none, with {on:.0%} of the full treatment in treated and {off:.0%} in held-out "
                "markets",
            )
        return found

    @property
    def first(self) -> Contrast:
        """The first assignment alone."""
        return Contrast(self.past, self.window, self.dose, self.treated[:1], self.held_out[:1])


def root(function: Callable[[float], float]) -> float | None:
    """Where a function of a lift crosses zero, nearest to no lift; None where it does not."""
    edges = np.array([LEAST_LIFT, -0.5, -0.1, 0.0, 0.1, 0.5, 2.0, LARGEST_LIFT])
    values = np.array([function(edge) for edge in edges])
    crossed = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) <= 0)
    if not len(crossed):
        return None
    nearest = crossed[np.argmin(np.abs(edges[crossed] + edges[crossed + 1]))]
    return float(brentq(function, edges[nearest], edges[nearest + 1], xtol=1e-12))


def _scatter(weights: Floats, sales: Floats, past: Floats) -> Floats:
    """[draw] variance of a weighted mean of ratios `sales ÷ past` around the mean itself."""
    ratio = sales / past
    mean = weights @ ratio
    squares = weights**2
    around = squares @ ratio**2 - 2 * mean * (squares @ ratio) + mean**2 * squares.sum(axis=1)
    variance: Floats = np.maximum(around, 0.0) / np.maximum(mean, 1e-300) ** 2
    return variance
