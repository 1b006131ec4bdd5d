"""Coverage and its Shapley shares against the definition: averages over all orders."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from math import factorial

import numpy as np
import pytest

from features.people.coverage import (
    FloatArray,
    IntArray,
    PersonTypes,
    quadrature,
    typed_coverage,
    typed_totals,
)
from features.people.memberships import sampled_coverage

RNG = np.random.default_rng(7)


def shapley_by_definition(players: int, value: Callable[[list[int]], FloatArray]) -> FloatArray:
    """Mean marginal contribution over every order of the players."""
    shares = np.zeros((players, *value([]).shape))
    for order in permutations(range(players)):
        taken: list[int] = []
        for player in order:
            before = value(taken)
            taken.append(player)
            shares[player] += value(taken) - before
    return shares / factorial(players)


def types_of(cell: list[int], *, cells: int, markets: int, activity: int = 2) -> PersonTypes:
    shape = (len(cell), activity, markets)
    return PersonTypes(
        people=RNG.uniform(10, 100, (cells, activity, markets)),
        others=RNG.uniform(500, 1000, (activity, markets)),
        in_cell=RNG.uniform(0.1, 0.9, shape),
        elsewhere=RNG.uniform(0.0, 0.3, shape),
        cell=np.array(cell),
    )


def people_reached(
    types: PersonTypes, creator: IntArray, chance: FloatArray, taken: list[int]
) -> FloatArray:
    """Expected people per market, person type by person type."""
    total: FloatArray = np.zeros(types.others.shape[1])
    groups = [(cell, types.people[cell]) for cell in range(len(types.people))]
    for cell, people in [*groups, (-1, types.others)]:
        missed = np.ones_like(people)
        for c in range(len(types.cell)):
            unseen = np.prod([1 - chance[b] for b in taken if creator[b] == c])
            member = types.in_cell[c] if types.cell[c] == cell else types.elsewhere[c]
            missed = missed * (1 - member * (1 - unseen))
        total += (people * (1 - missed)).sum(axis=0)
    return total


@pytest.mark.parametrize(
    ("cell", "booked"),
    [
        pytest.param([0, 0, 0, 1, 1], [4, 1, 2, 3, 0], id="one booking each"),
        pytest.param([0, 0, 1], [0, 0, 1, 2, 2], id="two creators booked on two platforms"),
        pytest.param([0], [0, 0, 0], id="one creator, three bookings"),
    ],
)
def test_typed_shares_are_the_mean_over_all_orders(cell: list[int], booked: list[int]) -> None:
    types = types_of(cell, cells=max(cell) + 1, markets=3)
    creator, chance = np.array(booked), RNG.uniform(0.05, 0.95, len(booked))
    shares = typed_coverage(types, creator, chance)

    def value(taken: list[int]) -> FloatArray:
        return people_reached(types, creator, chance, taken)

    np.testing.assert_allclose(shares.shapley, shapley_by_definition(len(creator), value))
    everyone = list(range(len(creator)))
    np.testing.assert_allclose(shares.shapley.sum(axis=0), value(everyone))
    totals = shares.shapley.sum(), shares.alone.sum()
    np.testing.assert_allclose(typed_totals(types, creator, chance), totals)
    for booking in everyone:
        rest = [other for other in everyone if other != booking]
        np.testing.assert_allclose(shares.gross[booking], value([booking]))
        np.testing.assert_allclose(shares.alone[booking], value(everyone) - value(rest))


def test_sampled_shares_are_the_mean_over_all_orders() -> None:
    follows = {0: [1, 2, 3, 4, 5], 1: [3, 4, 5, 6], 2: [5, 6, 7, 1], 3: [9], 4: [5, 4, 3]}
    chance = [0.9, 0.3, 0.5, 0.7, 0.05]

    def value(taken: list[int]) -> FloatArray:
        people: set[int] = set().union(*(follows[b] for b in taken)) if taken else set()
        seen = {p: [1 - chance[b] for b in taken if p in follows[b]] for p in people}
        return np.array([sum(1 - np.prod(unseen) for unseen in seen.values())])

    pairs = sorted((key, b) for b, keys in follows.items() for key in keys)
    person, booking = np.array(pairs).T
    each = np.array(chance)[booking]
    _, first, many = np.unique(person, return_index=True, return_counts=True)
    left, alone = sampled_coverage(first, many, each)
    shares = np.bincount(booking, weights=left * each)
    np.testing.assert_allclose(shares, shapley_by_definition(5, value)[:, 0])
    for b in follows:
        rest = [other for other in follows if other != b]
        expected = (value(list(follows)) - value(rest))[0]
        assert (alone * each)[booking == b].sum() == pytest.approx(expected)


def test_certain_sight_divides_a_person_equally() -> None:
    left, _ = sampled_coverage(np.array([0]), np.array([4]), np.full(4, 1 - 1e-12))
    np.testing.assert_allclose(left, 1 / 4)


def test_a_person_following_one_creator_is_all_theirs() -> None:
    left, alone = sampled_coverage(np.arange(3), np.ones(3, int), np.array([0.2, 0.5, 0.9]))
    np.testing.assert_array_equal(left, 1.0)
    np.testing.assert_array_equal(alone, 1.0)
    nobody = sampled_coverage(np.zeros(0, int), np.zeros(0, int), np.zeros(0))
    assert [part.size for part in nobody] == [0, 0]


def test_a_creator_without_reach_changes_nothing() -> None:
    types = types_of([0, 0, 1], cells=2, markets=4)
    creator = np.array([0, 1, 2])
    chance = np.array([0.4, 0.7, 0.0])
    with_null = typed_coverage(types, creator, chance)
    without = typed_coverage(types, creator[:2], chance[:2])
    np.testing.assert_array_equal(with_null.shapley[2], 0.0)
    np.testing.assert_allclose(with_null.shapley[:2], without.shapley)


def test_equal_creators_get_equal_shares_and_order_does_not_matter() -> None:
    types = types_of([0, 0, 1, 1], cells=2, markets=2)
    types.in_cell[1], types.elsewhere[1] = types.in_cell[0], types.elsewhere[0]
    creator, chance = np.arange(4), np.array([0.6, 0.6, 0.3, 0.9])
    shares = typed_coverage(types, creator, chance)
    np.testing.assert_allclose(shares.shapley[0], shares.shapley[1])
    order = np.array([2, 0, 3, 1])
    shuffled = typed_coverage(types, creator[order], chance[order])
    np.testing.assert_allclose(shuffled.shapley, shares.shapley[order])


@pytest.mark.parametrize("bookings", [50, 200, 500])
@pytest.mark.parametrize("chance", [0.002, 0.05, 0.5, 0.95])
def test_shares_add_up_however_many_bookings_one_person_sees(bookings: int, chance: float) -> None:
    chances = chance * RNG.uniform(0.2, 1.0, bookings)
    left, _ = sampled_coverage(np.array([0]), np.array([bookings]), chances)
    assert (left * chances).sum() == pytest.approx(1 - np.prod(1 - chances), rel=1e-4)


def test_half_as_many_nodes_as_bookings_are_enough() -> None:
    nodes, weights = quadrature(10, depth=9.5)
    assert len(nodes) == 5
    powers = np.arange(10)
    np.testing.assert_allclose(weights @ nodes[:, None] ** powers, 1 / (powers + 1))
