"""What one request chooses from, as arrays by booking."""

from __future__ import annotations

from dataclasses import dataclass

from serving.optimization.alone import Alone
from serving.optimization.constraints import Constraints
from training.arrays import Floats, Integers


@dataclass(frozen=True, eq=False)
class Choice:
    """What can be chosen: bookings alone, their fees, creators and niches; what must hold."""

    alone: Alone
    fee: Floats
    creator: Integers
    niche: Integers
    constraints: Constraints

    def of(self, kept: Integers) -> Choice:
        """Some of the bookings, in that order."""
        return Choice(
            alone=self.alone.of(kept),
            fee=self.fee[kept],
            creator=self.creator[kept],
            niche=self.niche[kept],
            constraints=self.constraints.of(kept),
        )
