"""The best selection out of very many bookings, with a proven bound.

Prices of the rules (duals of the linear relaxation) say what a booking is worth beyond what it
uses up. For any prices, what the rules are worth together plus every creator's best booking
above zero is at least the value of every selection (Lagrangian relaxation; Geoffrion 1974,
Mathematical Programming Study 2). Prices are found on a shortlist that takes in, round by
round, creators it would pay to have (column generation). The exact program then runs on those
creators who can matter: with anybody else, a selection's value is at most the bound plus the
best price among them, which is no more than zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from serving.optimization.binary_program import Exactness, Program, Taken, solve, solve_fractions
from serving.optimization.constraints import Constraints
from training.arrays import Booleans, Floats, Integers

_FIRST: Final = 300
_A_ROUND: Final = 1_000
_ROUNDS: Final = 30
#: So many creators enter the exact program, those of the best prices.
_EXACT: Final = 400
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
    best     each creator's best booking at the prices of the rules [creator]
    taken    positions of the bookings of which some part is taken; `weights` their parts
    inside   the creators it was solved on [creator]
    """

    bound: float
    best: Floats
    taken: Integers
    weights: Floats
    inside: Booleans


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
    who, starts = np.unique(creator, return_index=True)
    must = np.isin(who, [*program.included, *creator[seed]])
    priced = price(program, creator[seed])
    near = np.lexsort((-priced.best, ~must))[: max(_EXACT, int(must.sum()))]
    kept = np.zeros(len(who), dtype=bool)
    kept[near] = True
    shortlist = np.flatnonzero(np.repeat(kept, np.diff(starts, append=len(creator))))
    taken = _within(program.of_bookings(shortlist), constraints.of(shortlist), exact)
    beyond = priced.bound + float(np.max(priced.best[~kept], initial=-np.inf))
    chosen = seed if taken is None else shortlist[taken.chosen]
    if value[chosen].sum() < value[seed].sum():
        chosen = seed
    best = float(value[chosen].sum())
    inside = np.inf if taken is None else taken.bound
    return Selection(
        chosen=chosen,
        value=best,
        bound=max(best, min(priced.bound, max(inside, beyond))),
        complete=taken is not None and taken.complete,
        shortlist=shortlist,
    )


def reselect(
    value: Floats, creator: Integers, constraints: Constraints, seconds: float
) -> Integers | None:
    """Return a good selection of few bookings at once, None where none was found in time."""
    exact = Exactness(seconds, gap=1e-3)
    taken = _within(Program.of(value, creator, constraints), constraints, exact)
    return None if taken is None else taken.chosen


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
    found = Priced(np.inf, best, np.zeros(0, dtype=np.int64), np.zeros(0), inside)
    tolerance = 1e-9 * max(float(np.abs(best).max()), 1e-12)
    for _ in range(_ROUNDS):
        rows = np.flatnonzero(np.repeat(inside, length))
        solved = solve_fractions(program.of_bookings(rows))
        if solved is None:
            break
        parts, duals = solved
        best = np.maximum.reduceat(program.value - duals @ program.rows, starts)
        bound = float(duals @ program.most + np.where(included, best, np.maximum(best, 0)).sum())
        some = parts > 0
        if bound < found.bound:
            found = Priced(bound, best, rows[some], parts[some], inside)
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
