"""The loss of roster boosting, its gradients on booking rows, its curvature in slopes.

A cell's lift is `lift = g(Σ_i share_i · exp(F_i))`, g the identity or a curve that
saturates; the loss is
`Σ weight · (outcome − treatment · log(1 + lift))²`. Only cells are observed, yet the
gradient reaches every booking through its share. For the Hessian in F we take the diagonal
upper bound that follows from Jensen's inequality on the weights `share · exp(F) / lift`,
the same majorisation that proves EM for mixtures monotone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from training.arrays import Floats, Integers, Singles
from training.rosters.blocks import ShareBlocks
from training.rosters.sample import RosterSample

#: exp(F) is kept within these bounds: a lift of 20 000 % is a fault, not a forecast.
_LOG_BOUND = 12.0


@dataclass(frozen=True, eq=False)
class RosterLoss:
    """Value, gradient and Hessian bound of the loss of one (reweighted) sample.

    The loss is a sum of squared standard errors (a chi-square), so that penalties mean the
    same whatever the currency, the grain or the number of campaigns. `ceiling` is the lift
    that `saturated` levels off at.
    """

    shares: ShareBlocks
    outcome: Floats
    treatment: Floats
    weight: Floats
    ceiling: float = np.inf

    @classmethod
    def of(cls, sample: RosterSample, *, spilled: bool = False) -> RosterLoss:
        """The loss of a sample, its exposure in memory or in a scratch file."""
        by_campaign = sample.cell_campaign, sample.booking_campaign
        shares = ShareBlocks.of(sample.shares, *by_campaign, spilled=spilled)
        return cls(shares, sample.outcome, sample.treatment, sample.weight)

    def with_weight(self, weight: Floats) -> RosterLoss:
        """The same sample under other cell weights, sharing the exposure."""
        return replace(self, weight=weight)

    def levelling_at(self, ceiling: float) -> RosterLoss:
        """The same sample under a curve that saturates at `ceiling`."""
        return replace(self, ceiling=ceiling)

    def drawn(self, campaigns: Integers) -> tuple[RosterLoss, Integers]:
        """The loss of some campaigns alone, and the numbers of their bookings."""
        shares, cell, booking = self.shares.drawn(campaigns)
        measured = self.outcome[cell], self.treatment[cell], self.weight[cell]
        return RosterLoss(shares, *measured, self.ceiling), booking

    def lift(self, scores: Floats) -> Floats:
        """Lift of every cell [cell] from scores F [booking]."""
        return saturated(self.shares.lift(bounded_exp(scores)), self.ceiling)

    def residual(self, lift: Floats) -> Floats:
        fitted: Floats = self.outcome - self.treatment * np.log1p(lift)
        return fitted

    def value(self, scores: Floats) -> float:
        return float(self.by_cell(scores).sum())

    def by_cell(self, scores: Floats) -> Floats:
        """Squared standard errors [cell], whose sum is the loss."""
        squares: Floats = self.weight * self.residual(self.lift(scores)) ** 2
        return squares

    def gradient_and_hessian(self, scores: Floats) -> tuple[Floats, Floats]:
        """Gradient and diagonal Hessian bound in F, both [booking].

        Few campaigns at a time, all the way: their exposure and every step between stay in the
        processor's cache, where passes over all cells would wait for memory.
        """
        values = bounded_exp(scores)
        padded = np.append(values, 0.0).astype(np.float32)
        pulled = np.zeros((2, len(padded)))
        for piece in self.shares.pieces():
            summed = piece.lift(padded).astype(float)
            rows = np.stack(self._pulls(summed, piece.cell))
            pulled[:, piece.booking] = piece.pull(rows)
        return values * pulled[0, :-1], values * pulled[1, :-1]

    def _pulls(self, summed: Floats, cell: Integers) -> tuple[Floats, Floats]:
        """How the loss pulls at the sums over bookings of some cells, and how stiffly."""
        outcome, treatment, weight = (rows[cell] for rows in self._measured)
        levelled = saturated(summed, self.ceiling)
        sensitivity = treatment / (1.0 + levelled)
        if np.isfinite(self.ceiling):
            sensitivity *= np.exp(-summed / self.ceiling)
        damped = 2.0 * weight * sensitivity
        return damped * (treatment * np.log1p(levelled) - outcome), damped * sensitivity * summed

    @cached_property
    def _measured(self) -> tuple[Floats, Floats, Floats]:
        """Outcome, treatment and weight [cell + 1], the last row nothing: padding points there."""
        rows = self.outcome, self.treatment, self.weight
        return np.append(rows[0], 0.0), np.append(rows[1], 0.0), np.append(rows[2], 0.0)

    def gauss_newton(
        self, scores: Floats, linear: Floats, padded: Singles
    ) -> tuple[Floats, Floats]:
        """Gradient [p + 1] and Gauss-Newton Hessian [p + 1, p + 1] in an intercept and slopes.

        Args:
            scores: F [booking] where the loss is taken to be quadratic.
            linear: the columns that the slopes multiply [booking, p].
            padded: `padded_columns` of them, which many steps share.
        """
        values = bounded_exp(scores)
        summed = self.shares.lift(values)
        lift, sensitivity = saturated(summed, self.ceiling), self._sensitivity(summed)
        pull = -2.0 * self.weight * sensitivity * self.residual(lift)
        by_booking = values * self.shares.pull(pull[None, :])[0]
        gradient = np.r_[by_booking.sum(), linear.T @ by_booking]
        root = (np.sqrt(self.weight) * np.abs(sensitivity)).astype(np.float32)
        hessian = np.zeros((len(gradient), len(gradient)))
        for cell, design in self.shares.designs(values, padded):
            design *= root[cell][:, None]
            hessian += design.T @ design
        return gradient, 2.0 * hessian

    def _sensitivity(self, summed: Floats) -> Floats:
        """How the fitted outcome moves with the sum over bookings [cell]."""
        fading = np.exp(-summed / self.ceiling)
        moved: Floats = self.treatment * fading / (1.0 + saturated(summed, self.ceiling))
        return moved


def saturated(summed: Floats, ceiling: float) -> Floats:
    """`g(x) = ceiling · (1 − exp(−x / ceiling))`: x while small; at infinity the identity.

    The chance that at least one of many independent contacts persuades, in a market where at
    most so much more can be sold.
    """
    if np.isinf(ceiling):
        return summed
    levelled: Floats = -ceiling * np.expm1(-summed / ceiling)
    return levelled


def bounded_exp(scores: Floats) -> Floats:
    """exp(F) with F clipped to a range no lift ever needs."""
    values: Floats = np.exp(np.clip(scores, -_LOG_BOUND, _LOG_BOUND))
    return values
