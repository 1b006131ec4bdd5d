"""The loss of roster boosting and its gradients on booking rows.

A cell's lift is `lift = Σ_i share_i · exp(F_i)`; the loss is
`Σ weight · (outcome − treatment · log(1 + lift))²`. Only cells are observed, yet the
gradient reaches every booking through its share. For the Hessian we take the diagonal
upper bound that follows from Jensen's inequality on the weights `share · exp(F) / lift`,
the same majorisation that proves EM for mixtures monotone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from training.arrays import Floats
from training.rosters.sample import RosterSample

#: exp(F) is kept within these bounds: a lift of 20 000 % is a fault, not a forecast.
_LOG_BOUND = 12.0


@dataclass(frozen=True)
class RosterLoss:
    """Value, gradient and Hessian bound of the loss of one (reweighted) sample.

    The loss is a sum of squared standard errors (a chi-square), so that penalties mean the
    same whatever the currency, the grain or the number of campaigns.
    """

    shares: sparse.csr_array
    transposed: sparse.csr_array
    outcome: Floats
    treatment: Floats
    weight: Floats

    @classmethod
    def of(cls, sample: RosterSample) -> RosterLoss:
        return cls(
            sample.shares,
            sample.shares.T.tocsr(),
            sample.outcome,
            sample.treatment,
            sample.weight,
        )

    def with_weight(self, weight: Floats) -> RosterLoss:
        """The same sample under other cell weights, sharing the matrices."""
        return RosterLoss(self.shares, self.transposed, self.outcome, self.treatment, weight)

    def lift(self, scores: Floats) -> Floats:
        """Lift of every cell [cell] from scores F [booking]."""
        lift: Floats = self.shares @ bounded_exp(scores)
        return lift

    def residual(self, lift: Floats) -> Floats:
        fitted: Floats = self.outcome - self.treatment * np.log1p(lift)
        return fitted

    def value(self, scores: Floats) -> float:
        return float(self.weight @ self.residual(self.lift(scores)) ** 2)

    def value_and_gradient(self, scores: Floats) -> tuple[float, Floats]:
        """Loss and its gradient in F [booking]."""
        values = bounded_exp(scores)
        lift = self.shares @ values
        residual = self.residual(lift)
        slope = -2.0 * self.weight * self.treatment * residual / (1.0 + lift)
        return float(self.weight @ residual**2), values * (self.transposed @ slope)

    def gradient_and_hessian(self, scores: Floats) -> tuple[Floats, Floats]:
        """Gradient and diagonal Hessian bound in F, both [booking]."""
        values = bounded_exp(scores)
        lift = self.shares @ values
        damped = self.weight * self.treatment / (1.0 + lift)
        slope = -2.0 * damped * self.residual(lift)
        curvature = 2.0 * damped * self.treatment * lift / (1.0 + lift)
        both = self.transposed @ np.stack([slope, curvature], axis=1)
        return values * both[:, 0], values * both[:, 1]


def bounded_exp(scores: Floats) -> Floats:
    """exp(F) with F clipped to a range no lift ever needs."""
    values: Floats = np.exp(np.clip(scores, -_LOG_BOUND, _LOG_BOUND))
    return values
