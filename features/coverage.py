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

    people       [cells, markets, activity]   head count of each cell
    others       [markets, activity]          head count outside every cell
    in_cell      [creators, markets, activity] chance that a person of the own cell is in it
    elsewhere    [creators, markets, activity] the same for everybody else
    cell         [creators]                    each creator's own cell
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
    person's chances. Half as many nodes as bookings are exact; few are needed to double
    precision when the chances are small, as the integrand is close to exp(-depth t).
    """
    exact = (bookings + 1) // 2
    precise = int(np.ceil(5 + 0.6 * depth))
    return _gauss_legendre(max(1, min(exact, precise, _MOST_NODES)))


def sampled_coverage(person: IntArray, chance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what is left to each membership after sharing, in 0..1: (Shapley, alone).

    One entry per (booking, sampled follower of its creator), [entries]: `person` codes
    0..people - 1, `chance` the follower's chance to see the booking. Multiplied by `chance`
    and summed over a booking's entries they are its Shapley share and what only it reaches.
    """
    left, alone = np.ones(len(person)), np.ones(len(person))
    if not len(person):
        return left, alone
    followed = np.bincount(person)
    shared = np.flatnonzero(followed[person] > 1)
    if not len(shared):
        return left, alone
    who, seen = person[shared], chance[shared]
    depth = float(np.bincount(who, weights=seen).max())
    nodes, weights = quadrature(int(followed.max()), depth)
    integral = np.zeros(len(shared))
    for node, weight in zip(nodes, weights, strict=True):
        integral += weight * _missed_by_others(who, node * seen)
    left[shared], alone[shared] = integral, _missed_by_others(who, seen)
    return left, alone


def _missed_by_others(person: IntArray, chance: FloatArray) -> FloatArray:
    """Return each entry's probability that no other entry of its person is seen, [entries]."""
    missed = np.log1p(-chance)
    together = np.bincount(person, weights=missed)
    chances: FloatArray = np.exp(together[person] - missed)
    return chances


def typed_coverage(types: PersonTypes, creator: IntArray, chance: FloatArray) -> Shares:
    """Return exact expected coverage and its Shapley shares over types of people.

    `creator` is each booking's row in `types`, `chance` (0..0.95) the chance that a member
    of the creator's audience sees it, both [bookings]. Two bookings of one creator meet the
    same audience; audiences of different creators are independent within a type.
    """
    types, creator = _sorted_by_cell(types, creator)
    rates: FloatArray = np.zeros(len(types.cell))
    np.add.at(rates, creator, chance)
    nodes, weights = quadrature(len(chance), _depth(types, rates))
    shapley = np.zeros((len(chance), types.others.shape[0]))
    for node, weight in zip(nodes, weights, strict=True):
        shapley += weight * _left_at(types, creator, chance, float(node))
    alone = _left_at(types, creator, chance, 1.0)
    outside = types.others + types.people.sum(axis=0)
    inside = types.people[types.cell]
    size = _heads(types.in_cell, inside) + _heads(types.elsewhere, outside - inside)
    return Shares(shapley, alone, chance[:, None] * size[creator])


def _sorted_by_cell(types: PersonTypes, creator: IntArray) -> tuple[PersonTypes, IntArray]:
    """Return the types with creators of one cell side by side and empty cells dropped.

    Sums and products over a cell's creators are then one `reduceat`.
    """
    order = np.argsort(types.cell, kind="stable")
    filled, cell = np.unique(types.cell[order], return_inverse=True)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    emptied = np.delete(types.people, filled, axis=0).sum(axis=0)
    regrouped = PersonTypes(
        types.people[filled],
        types.others + emptied,
        types.in_cell[order],
        types.elsewhere[order],
        cell,
    )
    return regrouped, place[creator]


def _cell_starts(types: PersonTypes) -> IntArray:
    return np.searchsorted(types.cell, np.arange(len(types.people)))


def _depth(types: PersonTypes, rates: FloatArray) -> float:
    """Return the largest sum of chances of one person, over all types; `rates` is [creators]."""
    inside = types.in_cell * rates[:, None, None]
    beyond = types.elsewhere * rates[:, None, None]
    own = np.add.reduceat(inside - beyond, _cell_starts(types), axis=0)
    deepest: float = (beyond.sum(axis=0) + np.maximum(own, 0)).max(initial=0)
    return float(deepest)


def _left_at(types: PersonTypes, creator: IntArray, chance: FloatArray, taken: float) -> FloatArray:
    """Return people each booking adds where the others take part with chance `taken`.

    The derivative of the multilinear extension, [bookings, markets].
    """
    reach, slope = _creator_reach(creator, chance, taken, len(types.cell))
    inside = 1 - types.in_cell * reach[:, None, None]
    beyond = 1 - types.elsewhere * reach[:, None, None]
    missed_beyond = beyond.prod(axis=0)
    missed_inside = np.multiply.reduceat(inside / beyond, _cell_starts(types), axis=0)
    people_inside = types.people * missed_beyond * missed_inside
    people_total = types.others * missed_beyond + people_inside.sum(axis=0)
    own = people_inside[types.cell]
    added = _heads(types.in_cell / inside, own)
    added += _heads(types.elsewhere / beyond, people_total - own)
    people: FloatArray = slope[:, None] * added[creator]
    return people


def _heads(chance: FloatArray, people: FloatArray) -> FloatArray:
    """Return expected people over the levels of activity, [creators, markets]."""
    heads: FloatArray = np.einsum("cma,cma->cm", chance, people)
    return heads


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
