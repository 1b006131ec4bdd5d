"""The fitted model behind a bundle: bags of one learner, asked for contributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from scipy import sparse

from training.arrays import Floats
from training.rosters.averages import RosterAverages, average_rows
from training.rosters.boosting import RosterBoosting
from training.rosters.loss import bounded_exp, saturated
from training.rosters.tree_shap import TreeShap
from training.rosters.tree_sums import TreeSums

#: TreeSHAP is dear, and bags agree on what matters.
_EXPLAINED_BAGS = 2


class RosterModel(Protocol):
    """What a bundle's model answers, whichever learner it is."""

    def contributions(self, linear: Floats, trees: Floats, exposure: Floats) -> Floats:
        """Lift by bag, booking and market, adding up over bookings to the roster's lift.

        Args:
            linear, trees: the encoded booking rows [booking, ·].
            exposure: exposure of each booking in each market [booking, market].
        """

    def contributions_each(
        self, encoded: Sequence[tuple[Floats, Floats]], exposures: Sequence[Floats]
    ) -> list[Floats]:
        """The same of several rosters at once."""


@dataclass(frozen=True)
class BoostedRosters:
    """Bags of roster boosting (or of its linear start alone)."""

    members: Sequence[RosterBoosting]

    def values(self, linear: Floats, trees: Floats) -> Floats:
        """Lift per unit of exposure [bag, booking]."""
        return bounded_exp(self.starts(linear) + self.tree_sums(trees))

    def starts(self, linear: Floats) -> Floats:
        """The linear starts of F [bag, booking]."""
        intercepts, slopes = self._starts
        return intercepts[:, None] + slopes @ linear.T

    def tree_effects(self, trees: Floats, weights: Floats) -> Floats:
        """What each column of `trees` adds to the weighted sum of the bookings' F [column]."""
        return self._shap.weighted(trees, weights)

    def prepare(self) -> None:
        """Take the trees apart now rather than at the first question."""
        _ = self._starts, self.tree_sums, self._shap

    @cached_property
    def _starts(self) -> tuple[Floats, Floats]:
        """Intercepts [bag] and slopes [bag, column] of the linear starts."""
        starts = [member.start for member in self.members]
        return np.array([one.intercept for one in starts]), np.stack([one.slope for one in starts])

    @cached_property
    def tree_sums(self) -> TreeSums:
        """The trees of all bags, taken apart once."""
        return TreeSums.of([member.booster for member in self.members])

    @cached_property
    def _shap(self) -> TreeShap:
        grown = [member.booster for member in self.members if member.booster is not None]
        return TreeShap.of(grown[:_EXPLAINED_BAGS])

    def contributions(self, linear: Floats, trees: Floats, exposure: Floats) -> Floats:
        return self._spread(self.values(linear, trees), exposure)

    def contributions_each(
        self, encoded: Sequence[tuple[Floats, Floats]], exposures: Sequence[Floats]
    ) -> list[Floats]:
        values = self.values(*(np.concatenate(rows) for rows in zip(*encoded, strict=True)))
        ends = np.cumsum([len(exposure) for exposure in exposures])[:-1]
        parts = zip(np.split(values, ends, axis=1), exposures, strict=True)
        return [self._spread(own, exposure) for own, exposure in parts]

    def _spread(self, values: Floats, exposure: Floats) -> Floats:
        """Lift by bag, booking and market from lift per unit of exposure [bag, booking]."""
        parts = values[:, :, None] * exposure[None, :, :]
        for part, member in zip(parts, self.members, strict=True):
            if np.isfinite(member.ceiling):
                # What saturation takes, it takes from all bookings of a market alike.
                summed = part.sum(axis=0)
                part *= saturated(summed, member.ceiling) / np.maximum(summed, 1e-300)
        return parts


@dataclass(frozen=True)
class AveragedRosters:
    """Bags of the R-learner on roster averages; a roster's lift is split by exposure."""

    members: Sequence[RosterAverages]

    def contributions(
        self,
        linear: Floats,
        trees: Floats,  # noqa: ARG002 - the averages are of the filled design
        exposure: Floats,
    ) -> Floats:
        markets = exposure.shape[1]
        rows = average_rows(linear, sparse.csr_array(exposure.T), np.zeros(markets, dtype=np.int64))
        lifts = np.stack([member.lift(rows) for member in self.members])
        total = exposure.sum(axis=0)
        part = exposure / np.where(total > 0, total, 1.0)
        # Nobody reached: nothing to split, whatever the averages say.
        split: Floats = lifts[:, None, :] * part[None, :, :]
        return split

    def contributions_each(
        self, encoded: Sequence[tuple[Floats, Floats]], exposures: Sequence[Floats]
    ) -> list[Floats]:
        questions = zip(encoded, exposures, strict=True)
        return [self.contributions(*rows, exposure) for rows, exposure in questions]
