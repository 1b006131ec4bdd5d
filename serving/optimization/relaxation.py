"""The best selection if people counted once for every booking that reaches them.

Lifts level off as in the model, so the sum of bookings is concave; the bound comes from linear
programs on its tangents (simplicial decomposition, von Hohenbalken 1977, Mathematical
Programming 13): the best mixture of the selections so far gives the next tangent, each tangent
is a bound. At the last one bookings are chosen as wholes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import LinearConstraint, minimize

from serving.optimization.alone import Alone
from serving.optimization.binary_program import Exactness, Program
from serving.optimization.choice import Choice
from serving.optimization.improvement import Improvement, Patience
from serving.optimization.objective import Goal
from serving.optimization.roster_value import Worth
from serving.optimization.selection import Priced, price, select
from training.arrays import Booleans, Floats, Integers

_ROUNDS: Final = 12
#: The relaxation is solved when bound and mixture are this close.
_CLOSE: Final = 2e-3
#: Exchanging bookings where people count for every booking takes a fraction of a millisecond each.
_EXCHANGES: Final = Patience(rosters=1_500, seconds=2.0, reselects=False)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A solution of the relaxation.

    chosen     positions of the bookings
    additive   proven gap of the exact program, in which bookings add what they add at the margin
    value      the objective if people counted once for every booking that reaches them
    bound      no roster's objective is above
    complete   no exact program was stopped by the clock
    shortlist  positions of the bookings of creators who could matter, ascending
    loads      those of the best mixture [member, market]
    """

    chosen: Integers
    additive: float
    value: float
    bound: float
    complete: bool
    shortlist: Integers
    loads: Floats


def relax(choice: Choice, goal: Goal, seed: Integers, exact: Exactness) -> Relaxed:
    """Solve the relaxation from a roster that keeps to the constraints, `seed`."""
    mixture = _Mixture(choice.alone, goal)
    mixture.add(choice.alone.loads(seed), float(choice.fee[seed].sum()))
    bound, at, inside = np.inf, mixture.loads, None
    for _ in range(_ROUNDS):
        priced, constant = _priced(choice, goal, mixture.loads, seed, inside)
        inside = priced.inside
        if constant + priced.bound < bound:
            bound, at = constant + priced.bound, mixture.loads
        if bound - mixture.objective <= _CLOSE * abs(bound) or not len(priced.taken):
            break
        weights = priced.weights
        loads = choice.alone.per_exposure[priced.taken].T @ (
            weights[:, None] * choice.alone.sales[priced.taken]
        )
        mixture.add(loads, float(choice.fee[priced.taken] @ weights))
    return around(choice, goal, at, seed, exact, bound)


def around(
    choice: Choice,
    goal: Goal,
    loads: Floats,
    seed: Integers,
    exact: Exactness,
    bound: float = np.inf,
) -> Relaxed:
    """Choose whole bookings at the tangent of these loads, then exchange some."""
    gains, constant = choice.alone.tangent(loads)
    values = goal.of_values(gains, choice.fee)
    selection = select(values, choice.creator, choice.constraints, seed, exact)
    expected = replace(goal, kind="profit") if goal.drawn else goal
    among = selection.shortlist
    search = Improvement(_Together(choice.alone), choice, expected, _EXCHANGES, among)
    best = search.best([selection.chosen, seed])
    bound = min(bound, goal.weight * constant + selection.bound)
    return Relaxed(
        chosen=best.chosen,
        additive=(selection.bound - selection.value) / max(abs(selection.bound), 1e-12),
        value=best.objective,
        bound=max(bound, best.objective),
        complete=selection.complete,
        shortlist=selection.shortlist,
        loads=loads,
    )


class _Together:
    """Values rosters as if people counted once for every booking that reaches them; no draws."""

    def __init__(self, alone: Alone) -> None:
        self._alone = alone

    def worth(self, chosen: Integers, *, drawn: bool = False) -> Worth:  # noqa: ARG002
        loads = self._alone.loads(chosen)
        value = self._alone.value[chosen]
        split = value / max(float(value.sum()), 1e-300)
        return Worth(self._alone.revenue(loads) * split, np.ones(len(chosen)), loads)


def _priced(
    choice: Choice, goal: Goal, loads: Floats, seed: Integers, inside: Booleans | None
) -> tuple[Priced, float]:
    gains, constant = choice.alone.tangent(loads)
    values = goal.of_values(gains, choice.fee)
    program = Program.of(values, choice.creator, choice.constraints)
    return price(program, choice.creator[seed], inside), goal.weight * constant


class _Mixture:
    """The best mixture of selections, by its loads and cost."""

    def __init__(self, alone: Alone, goal: Goal) -> None:
        self._alone, self._goal = alone, goal
        self._loads: list[Floats] = []
        self._costs: list[float] = []
        self.loads: Floats = np.zeros(0)
        self.objective = -np.inf

    def add(self, loads: Floats, cost: float) -> None:
        """Take in one more selection and find the best mixture anew."""
        self._loads.append(loads)
        self._costs.append(cost)
        atoms, costs = np.stack(self._loads), np.array(self._costs)
        start = np.full(len(costs), 1 / len(costs))
        scale = max(self._alone.revenue(atoms.sum(axis=0)), 1e-12)

        def loss(weights: npt.NDArray[np.float64], /) -> float:
            revenue = self._alone.revenue(np.tensordot(weights, atoms, 1))
            return -self._goal.of_revenue(revenue, float(costs @ weights)) / scale

        def slope(weights: npt.NDArray[np.float64], /) -> Floats:
            slopes = self._alone.slopes(np.tensordot(weights, atoms, 1))
            gains = np.tensordot(atoms, slopes, 2)
            steepness: Floats = -self._goal.of_values(gains, costs) / scale
            return steepness

        if len(costs) > 1:
            found = minimize(
                loss,
                start,
                jac=slope,
                method="SLSQP",
                bounds=[(0.0, 1.0)] * len(costs),
                constraints=LinearConstraint(np.ones((1, len(costs))), 1.0, 1.0),
                options={"maxiter": 30},
            )
            start = np.clip(found.x, 0, 1) / np.clip(found.x, 0, 1).sum()
        self.loads = np.tensordot(start, atoms, 1)
        self.objective = -loss(start) * scale
