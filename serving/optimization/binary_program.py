"""Which bookings to take so that a sum of values is largest: the linear programs, by HiGHS.

HiGHS: Huangfu & Hall 2018, Mathematical Programming Computation 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from serving.messages.questions import MOST_BOOKINGS
from serving.optimization.constraints import Constraints
from training.arrays import Floats, Integers

#: A solution this close to the largest value is taken for it.
RELATIVE_GAP: Final = 1e-4


@dataclass(frozen=True)
class Exactness:
    """How far an exact program goes: so many seconds, or so near a proven bound, relatively."""

    seconds: float
    gap: float = RELATIVE_GAP


@dataclass(frozen=True, eq=False)
class Program:
    """Take some bookings: at most one of each creator, those included, within the rules.

    `value` [booking]; `creator` [booking] ascending; `rows` [rule, booking] and `most` [rule]
    are the rules, scaled to the size of 1, with the size of a roster as the last two.
    """

    value: Floats
    creator: Integers
    rows: Floats
    most: Floats
    included: tuple[int, ...]

    @classmethod
    def of(cls, value: Floats, creator: Integers, constraints: Constraints) -> Program:
        """The program of these constraints; nobody excluded is among the bookings."""
        one = np.ones(len(value))
        rows = [*(rule.weights for rule in constraints.rules), one, -one]
        most = [*(rule.most for rule in constraints.rules), MOST_BOOKINGS, -1.0]
        scale = np.array([max(np.abs(row).max(initial=0.0), 1e-9) for row in rows])
        return cls(
            value=value,
            creator=creator,
            rows=np.stack(rows) / scale[:, None],
            most=np.array(most) / scale,
            included=tuple(constraints.include),
        )

    def of_bookings(self, kept: Integers) -> Program:
        """The same with some of the bookings."""
        return Program(
            self.value[kept], self.creator[kept], self.rows[:, kept], self.most, self.included
        )

    def once_each(self) -> tuple[sparse.csr_array, Floats]:
        """How often each creator is booked [creator, booking], and how often they must be."""
        who, row = np.unique(self.creator, return_inverse=True)
        ones = (np.ones(len(row)), (row, np.arange(len(row))))
        least = np.isin(who, self.included).astype(float)
        return sparse.csr_array(ones, shape=(len(who), len(row))), least


@dataclass(frozen=True, eq=False)
class Taken:
    """A solution: positions of bookings; `bound` is proven, `complete` says not stopped."""

    chosen: Integers
    value: float
    bound: float
    complete: bool


def solve(program: Program, exact: Exactness) -> Taken | None:
    """Return the selection of largest value, None where none was found in time or exists."""
    once, least = program.once_each()
    scale = max(float(np.abs(program.value).max(initial=0.0)), 1e-12)
    found = milp(
        -program.value / scale,
        integrality=np.ones(len(program.value), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(program.rows, -np.inf, program.most),
            LinearConstraint(once, least, 1.0),
        ],
        options={"time_limit": exact.seconds, "mip_rel_gap": exact.gap},
    )
    if found.x is None:
        return None
    chosen = np.flatnonzero(found.x > 0.5)
    value = float(program.value[chosen].sum())
    bound = -float(found.mip_dual_bound) * scale if found.mip_dual_bound is not None else np.inf
    return Taken(chosen, value, max(bound, value), found.status == 0)


def solve_fractions(program: Program) -> tuple[Floats, Floats] | None:
    """Solve it with fractions of bookings: parts taken [booking], price of each rule [rule].

    A price is what one unit more of the rule would be worth: the duals of the linear program.
    """
    once, least = program.once_each()
    scale = max(float(np.abs(program.value).max(initial=0.0)), 1e-12)
    # "At least once" as a row of its own: most creators need not be booked at all.
    forced = least > 0
    rows = [sparse.csr_array(program.rows), once, -once[np.flatnonzero(forced)]]
    most = [program.most, np.ones(len(least)), -np.ones(int(forced.sum()))]
    found = linprog(
        -program.value / scale,
        A_ub=sparse.vstack(rows, format="csr"),
        b_ub=np.concatenate(most),
        bounds=(0, None),
        method="highs",
    )
    if found.x is None:
        return None
    duals: Floats = np.maximum(-found.ineqlin.marginals[: len(program.most)], 0.0) * scale
    return np.clip(found.x, 0.0, 1.0), duals
