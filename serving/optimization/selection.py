"""The best selection out of very many bookings, with a proven bound.

Prices of the rules (duals of the linear relaxation) say what a booking is worth beyond what it
uses up. For any prices, what the rules are worth together plus every creator's best booking
above zero is at least the value of every selection (Lagrangian relaxation; Geoffrion 1974,
Mathematical Programming Study 2). Prices are found on a shortlist that takes in, round by
round, creators it would pay to have (column generation).

A booking's regret is what the bound loses where the booking is taken against its price, and a
creator's what it loses without them. The exact program decides only where little would be lost
(the core problem: Balas & Zemel 1980, Operations Research 28); a selection that decides anything
else otherwise than the prices do is worth at most the bound less that regret.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from serving.optimization.binary_program import (
    RELATIVE_GAP,
    Exactness,
    Program,
    Taken,
    solve,
    solve_fractions,
)
from serving.optimization.constraints import Constraints
from training.arrays import Booleans, Floats, Integers

_FIRST: Final = 300
_A_ROUND: Final = 1_000
_ROUNDS: Final = 30
#: Creators of the best prices are those who could matter to a roster.
_NEAR: Final = 400
#: Bookings the exact program decides on, and on how many more where that proves too little.
_CORES: Final = (30, 300)
#: So few bookings cost nothing to decide on, all of them and to the end.
_FEW: Final = 200
#: HiGHS may overdraw a row, scaled to 1, by a millionth: the budget is then cut by twice that.
_OVERDRAFT: Final = 2e-6
_TRIES: Final = 4


@dataclass(frozen=True, eq=False)
class Selection:
    """The selection of the largest sum of values that was found.

    chosen     positions of the bookings
    bound      no selection's value is above
    complete   the exact program was not stopped by the clock
    shortlist  positions of the bookings of creators who could matter, ascending
    """

    chosen: Integers
    value: float
    bound: float
    complete: bool
    shortlist: Integers


@dataclass(frozen=True, eq=False)
class Priced:
    """The linear program with fractions.

    bound    no selection's value is above
    reduced  what each booking is worth beyond what it uses up, at the prices of the rules
    taken    positions of the bookings of which some part is taken; `weights` their parts
    inside   the creators it was solved on [creator]
    """

    bound: float
    reduced: Floats
    taken: Integers
    weights: Floats
    inside: Booleans


@dataclass(frozen=True, eq=False)
class _Core:
    """What an exact program decides: the bookings `kept`; who must be booked is among them.

    `regret` is the least that the bound loses where anything else is decided otherwise.
    """

    program: Program
    kept: Integers
    regret: float


def undominated(value: Floats, fee: Floats, disclosed: Booleans, creator: Integers) -> Integers:
    """Return the positions of bookings that no other of the same creator is better than.

    Better is one that is worth as much for no higher fee and disclosed alike: the best sum of
    values needs no other.
    """
    rank = np.empty(len(value), dtype=np.int64)
    rank[np.argsort(value, kind="stable")] = np.arange(len(value))
    group = 2 * creator + disclosed
    order = np.lexsort((-rank, fee, group))
    key = group[order] * len(value) + rank[order]
    before = np.maximum.accumulate(np.concatenate([[-1], key[:-1]]))
    return np.sort(order[key > before])


def select(
    value: Floats,
    creator: Integers,
    constraints: Constraints,
    seed: Integers,
    exact: Exactness,
) -> Selection:
    """Return the best selection.

    Args:
        value, creator: of each booking; creators are numbered ascending.
        constraints: of these bookings.
        seed: a selection that keeps to them.
        exact: how far the exact program goes.
    """
    program = Program.of(value, creator, constraints)
    priced = price(program, creator[seed])
    few = len(value) <= _FEW
    exact = replace(exact, gap=RELATIVE_GAP) if few else exact
    chosen, bound, complete = seed, priced.bound, False
    for size in (_FEW,) if few else _CORES:
        core = _core(program, priced, size)
        taken = _within(core.program, constraints.of(core.kept), exact)
        if taken is not None:
            complete = taken.complete
            bound = min(bound, max(taken.bound, priced.bound - core.regret))
            if taken.value > value[chosen].sum():
                chosen = core.kept[taken.chosen]
        if core.regret == np.inf or bound - value[chosen].sum() <= exact.gap * abs(bound):
            break
    best = float(value[chosen].sum())
    return Selection(chosen, best, max(best, bound), complete, _near(program, priced, seed))


def _core(program: Program, priced: Priced, size: int) -> _Core:
    """The decisions of least regret, about so many bookings of them."""
    who, starts, place = np.unique(program.creator, return_index=True, return_inverse=True)
    best = np.maximum.reduceat(priced.reduced, starts)
    included = np.isin(who, program.included)
    without = np.where(included, np.inf, np.maximum(best, 0.0))
    regret = np.where(included, best, np.maximum(best, 0.0))[place] - priced.reduced
    if len(regret) <= size:
        return _Core(program, np.arange(len(regret)), np.inf)
    # Everybody the prices book comes with one booking without regret: `size` are beside those.
    most = min(size + int((regret <= 0).sum()), len(regret)) - 1
    cut = float(np.partition(regret, most)[most])
    kept = np.flatnonzero(regret <= cut)
    forced = without > cut
    fixed = np.concatenate([regret[regret > cut], without[forced & ~included]])
    inside = replace(program.of_bookings(kept), included=tuple(who[forced].tolist()))
    return _Core(inside, kept, float(fixed.min(initial=np.inf)))


def _near(program: Program, priced: Priced, seed: Integers) -> Integers:
    """Positions of the bookings of the creators of the best prices, ascending."""
    who, starts = np.unique(program.creator, return_index=True)
    must = np.isin(who, [*program.included, *program.creator[seed]])
    best = np.maximum.reduceat(priced.reduced, starts)
    near = np.zeros(len(who), dtype=bool)
    near[np.lexsort((-best, ~must))[: max(_NEAR, int(must.sum()))]] = True
    return np.flatnonzero(np.repeat(near, np.diff(starts, append=len(program.creator))))


def price(program: Program, seed: Integers, inside: Booleans | None = None) -> Priced:
    """Solve with fractions by column generation.

    Args:
        seed: creators of a selection that keeps to the rules.
        inside: the creators to begin with [creator]; None takes those of the largest values.
    """
    who, starts = np.unique(program.creator, return_index=True)
    length = np.diff(starts, append=len(program.creator))
    best = np.maximum.reduceat(program.value, starts)
    if inside is None:
        inside = _promising(program, starts, best) | np.isin(who, [*program.included, *seed])
    inside, included = inside.copy(), np.isin(who, program.included)
    found = Priced(np.inf, program.value, np.zeros(0, dtype=np.int64), np.zeros(0), inside)
    tolerance = 1e-9 * max(float(np.abs(best).max()), 1e-12)
    for _ in range(_ROUNDS):
        rows = np.flatnonzero(np.repeat(inside, length))
        solved = solve_fractions(program.of_bookings(rows))
        if solved is None:
            break
        parts, duals = solved
        reduced = program.value - duals @ program.rows
        best = np.maximum.reduceat(reduced, starts)
        bound = float(duals @ program.most + np.where(included, best, np.maximum(best, 0)).sum())
        some = parts > 0
        if bound < found.bound:
            found = Priced(bound, reduced, rows[some], parts[some], inside)
        wanted = np.flatnonzero(~inside & (best > tolerance))
        if not len(wanted):
            break
        inside = inside.copy()
        inside[wanted[np.argsort(-best[wanted])[:_A_ROUND]]] = True
    return found


def _promising(program: Program, starts: Integers, best: Floats) -> Booleans:
    """Creators of the largest values, and of the largest for their fee [creator]."""
    dense = program.value / np.maximum(program.rows[0], 1e-9)
    chosen = np.zeros(len(starts), dtype=bool)
    chosen[np.argsort(-best)[:_FIRST]] = True
    chosen[np.argsort(-np.maximum.reduceat(dense, starts))[:_FIRST]] = True
    return chosen


def _within(program: Program, constraints: Constraints, exact: Exactness) -> Taken | None:
    """Solve; a solution that overdraws the budget by rounding is looked for anew."""
    for _ in range(_TRIES):
        taken = solve(program, exact)
        if taken is None or constraints.hold(taken.chosen, program.creator):
            return taken
        most = program.most.copy()
        most[0] -= _OVERDRAFT
        program = replace(program, most=most)
    return None
