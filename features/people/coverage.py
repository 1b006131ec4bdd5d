"""The arithmetic of people reached: exact expected coverage and its Shapley shares.

A roster is a game whose players are bookings and whose value is the expected number of
people who see at least one of its posts. If a person sees booking i with chance q_i,
independently, the value's multilinear extension (Owen 1972, Management Science 18, P64)
is 1 - prod(1 - t q_i), and booking i's Shapley share of that person is

    q_i * integral over t in 0..1 of prod over j != i of (1 - t q_j) dt,

a polynomial of degree bookings - 1 in t, which Gauss-Legendre quadrature integrates
exactly. At t = 1 the integrand is what nobody but i reaches. Where q_j is 1 for the
creators a person follows, the share is 1 / (number of creators), as it should be.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

#: Enough for 64 bookings exactly; beyond, shares are off by less than one part in 100,000.
_MOST_NODES: Final = 32


@dataclass(frozen=True, eq=False)
class PersonTypes:
    """How likely people of each type are to be in a creator's audience.

    People of a market fall into cells (the core of one niche in one language) or into none,
    and by activity. A creator's audience is dense in their own cell and thin elsewhere.

    people       [cells, activity, markets]    head count of each cell
    others       [activity, markets]           head count outside every cell
    in_cell      [creators, activity, markets] chance that a person of the own cell is in it
    elsewhere    [creators, activity, markets] the same for everybody else
    cell         [creators]                    each creator's own cell, ascending: creators of
                                               one cell stand side by side, and every cell has one
    """

    people: FloatArray
    others: FloatArray
    in_cell: FloatArray
    elsewhere: FloatArray
    cell: IntArray


@dataclass(frozen=True, eq=False)
class Shares:
    """People per booking and market, [bookings, markets].

    `shapley` sums over bookings to the people the roster reaches; `alone` is what nobody
    else in the roster reaches; `gross` what the booking reaches by itself.
    """

    shapley: FloatArray
    alone: FloatArray
    gross: FloatArray


@cache
def _gauss_legendre(order: int) -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return (nodes + 1) / 2, weights / 2


def quadrature(bookings: int, depth: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights on 0..1 for the Shapley integral.

    `bookings` is the most bookings any one person can see, `depth` the largest sum of a
    person's chances. Half as many nodes as bookings are exact; fewer keep the error below one
    part in ten million, as the integrand is at most as steep as exp(-depth t) where chances
    are small, and a polynomial of few bookings where they are large.
    """
    exact = (bookings + 1) // 2
    precise = int(np.ceil(3.5 + 0.5 * depth))
    return _gauss_legendre(max(1, min(exact, precise, _MOST_NODES)))


def typed_coverage(types: PersonTypes, creator: IntArray, chance: FloatArray) -> Shares:
    """Return exact expected coverage and its Shapley shares over types of people.

    `creator` is each booking's row in `types`, `chance` (0..0.95) the chance that a member
    of the creator's audience sees it, both [bookings]. Two bookings of one creator meet the
    same audience; audiences of different creators are independent within a type.
    """
    rates = np.bincount(creator, weights=chance, minlength=len(types.cell)).astype(float)
    nodes, weights = quadrature(len(chance), _depth(types, rates))
    shapley = np.zeros((len(chance), *types.others.shape))
    for node, weight in zip(nodes, weights, strict=True):
        reach, slope = _creator_reach(creator, chance, float(node), len(types.cell))
        added = _added(types, _missed_at(types, reach))
        shapley += (weight * slope)[:, None, None] * added[creator]
    reach, slope = _creator_reach(creator, chance, 1.0, len(types.cell))
    alone = slope[:, None] * _added(types, _missed_at(types, reach)).sum(axis=1)[creator]
    inside = types.people[types.cell]
    everyone = types.others + types.people.sum(axis=0)
    size = (types.in_cell * inside + types.elsewhere * (everyone - inside)).sum(axis=1)
    return Shares(shapley.sum(axis=1), alone, chance[:, None] * size[creator])


def typed_totals(types: PersonTypes, creator: IntArray, chance: FloatArray) -> tuple[float, float]:
    """Return the people the roster reaches, and those of them whom only one booking reaches.

    The sums of `typed_coverage`'s `shapley` and `alone`, without the integral over the shares.
    """
    reach, slope = _creator_reach(creator, chance, 1.0, len(types.cell))
    missed = _missed_at(types, reach)
    everyone = types.others.sum() + types.people.sum()
    alone = slope @ _added(types, missed).sum(axis=(1, 2))[creator]
    return float(everyone - missed.people.sum()), float(alone)


def _cell_bounds(types: PersonTypes) -> IntArray:
    return np.searchsorted(types.cell, np.arange(len(types.people) + 1))


def _depth(types: PersonTypes, rates: FloatArray) -> float:
    """Return the largest sum of chances of one person, over all types; `rates` is [creators]."""
    inside = types.in_cell * rates[:, None, None]
    beyond = types.elsewhere * rates[:, None, None]
    own = inside - beyond
    largest = np.zeros(types.others.shape)
    for first, last in pairwise(_cell_bounds(types)):
        np.maximum(largest, own[first:last].sum(axis=0), out=largest)
    return float((beyond.sum(axis=0) + largest).max(initial=0))


@dataclass(frozen=True, eq=False)
class _Missed:
    """Chances to be missed, [creators, activity, markets], and how many people all miss.

    `inside` and `beyond` are by one creator, in and outside the creator's own cell; `in_cells`
    [cells, activity, markets] and `people` [activity, markets] are head counts.
    """

    inside: FloatArray
    beyond: FloatArray
    in_cells: FloatArray
    people: FloatArray


def _missed_at(types: PersonTypes, reach: FloatArray) -> _Missed:
    """Return who is missed if creator i reaches members of their audience with `reach[i]`."""
    inside = 1 - types.in_cell * reach[:, None, None]
    beyond = 1 - types.elsewhere * reach[:, None, None]
    missed_by_all = beyond.prod(axis=0)
    ratio = inside / beyond
    bounds = _cell_bounds(types)
    in_cells = ratio[bounds[:-1]]
    # One `prod` for each cell that needs it is several times faster than `reduceat`.
    for cell in np.flatnonzero(np.diff(bounds) > 1):
        in_cells[cell] = ratio[bounds[cell] : bounds[cell + 1]].prod(axis=0)
    in_cells *= types.people * missed_by_all
    people = types.others * missed_by_all + in_cells.sum(axis=0)
    return _Missed(inside, beyond, in_cells, people)


def _added(types: PersonTypes, missed: _Missed) -> FloatArray:
    """Return people a creator's audience adds to all others, [creators, activity, markets].

    The derivative of the multilinear extension by the creator's reach.
    """
    own = missed.in_cells[types.cell]
    added = types.in_cell / missed.inside * own
    added += types.elsewhere / missed.beyond * (missed.people - own)
    return added


def _creator_reach(
    creator: IntArray, chance: FloatArray, taken: float, creators: int
) -> tuple[FloatArray, FloatArray]:
    """Return the chance that a creator's bookings reach their audience, and its slopes.

    [creators] 1 - prod(1 - taken * chance) and [bookings] its derivative by each booking's
    part in it.
    """
    missed = np.log1p(-taken * chance)
    by_creator = np.bincount(creator, weights=missed, minlength=creators)
    return -np.expm1(by_creator), chance * np.exp(by_creator[creator] - missed)
