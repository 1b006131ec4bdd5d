"""One design that was tried: what it would see, as arithmetic says and past weeks confirm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.design.balance import BalancedDraws
from experiments.design.predicted import Leakage
from experiments.design.promised import Promised
from experiments.design.simulation import SimulatedPower
from training.arrays import Booleans
from training.power.arithmetic import Detection

#: How many times larger or smaller than that of past weeks the arithmetic's error may be.
_AS_FAR: Final = 1.5


@dataclass(frozen=True)
class TriedShare:
    """One share of markets held out: an assignment, how balanced it is, and what it detects.

    `balance` are standardised differences between the sides by trait, `powers` the chances to
    see each roster's lift.
    """

    share: float
    treated: Booleans
    draws: BalancedDraws
    balance: Mapping[str, float]
    arithmetic: Promised
    simulated: SimulatedPower
    leakages: Mapping[str, Leakage]
    powers: Mapping[str, float]
    contrast: float

    @property
    def held_out(self) -> int:
        """Markets held out."""
        return int((~self.treated).sum())

    @property
    def detection(self) -> Detection:
        """What the test detects beside the campaigns that are known."""
        return self.confirmed(self.arithmetic.known)

    def confirmed(self, arithmetic: Detection) -> Detection:
        """What arithmetic says of such a test, on the scale that past weeks leave to it."""
        alone = self.arithmetic.alone
        held = within_reach(alone, self.simulated.detection)
        return Detection(arithmetic.error * held.error / alone.error, arithmetic.freedom)

    @property
    def smallest_detectable(self) -> float:
        """The lift seen 4 times in 5."""
        return self.detection.smallest_detectable(self.contrast)

    @property
    def smallest_alone(self) -> float:
        """The same without any campaign beside."""
        return self.confirmed(self.arithmetic.alone).smallest_detectable(self.contrast)

    @property
    def smallest_disturbed(self) -> float:
        """The same with one campaign beside that is like the brand's earlier ones."""
        return self.confirmed(self.arithmetic.disturbed).smallest_detectable(self.contrast)

    @property
    def least_power(self) -> float:
        """The chance to see the lift that is hardest to see; 0 without any."""
        return min(self.powers.values(), default=0.0)


@dataclass(frozen=True)
class TriedWeeks:
    """The recommended share with another number of weeks."""

    weeks: int
    smallest_detectable: float
    powers: Mapping[str, float]


def within_reach(arithmetic: Detection, simulated: Detection) -> Detection:
    """The arithmetic's error, as near to that of past weeks as the two may be apart.

    Arithmetic has seen all weeks and believes in one law for their noise; past windows know how the
    test will be measured, whatever the law, but share few weeks: they are the check.
    """
    least, most = simulated.error / _AS_FAR, simulated.error * _AS_FAR
    return Detection(float(np.clip(arithmetic.error, least, most)), arithmetic.freedom)
