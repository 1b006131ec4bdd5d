"""Selections out of many bookings against the exact program on all of them."""

from __future__ import annotations

import numpy as np
import pytest

from serving.optimization.binary_program import Exactness, Program, solve
from serving.optimization.constraints import Constraints, Rule
from serving.optimization.selection import select
from training.arrays import Floats, Integers

CREATORS, OPTIONS = 250, 3
GAP = 1e-3


def drawn(seed: int) -> tuple[Floats, Integers, Constraints, Integers]:
    """Bookings of some worth, dearer ones worth more, under rules of every kind."""
    rng = np.random.default_rng(seed)
    count = CREATORS * OPTIONS
    creator = np.repeat(np.arange(CREATORS), OPTIONS)
    fee = np.exp(rng.normal(4, 1, count))
    value = fee**0.7 * np.exp(0.5 * rng.standard_normal(count)) - 0.02 * seed * fee
    local = rng.random(CREATORS)[creator] < 0.2
    rules = (
        Rule("budget", fee, float(np.median(fee)) * 20),
        Rule("max_creators", np.ones(count), 12.0),
        Rule("min_share.language.de", 0.4 - local.astype(float), 0.0),
    )
    included = int(np.flatnonzero(~local[::OPTIONS])[0])
    cheapest = [included * OPTIONS + int(np.argmin(fee[creator == included]))]
    cheapest.append(int(np.flatnonzero(local)[np.argmin(fee[local])]))
    constraints = Constraints(rules, {included: "include.0"}, {})
    return value, creator, constraints, np.array(sorted(cheapest))


@pytest.mark.parametrize("seed", range(4))
def test_a_few_decisions_are_enough_for_almost_the_best(seed: int) -> None:
    value, creator, constraints, start = drawn(seed)
    assert constraints.hold(start, creator)
    best = solve(Program.of(value, creator, constraints), Exactness(20.0))
    assert best is not None
    found = select(value, creator, constraints, start, Exactness(20.0, GAP))
    assert constraints.hold(found.chosen, creator)
    assert found.complete
    assert found.value == pytest.approx(value[found.chosen].sum())
    assert best.value - GAP * abs(best.value) <= found.value <= best.bound * (1 + 1e-9)
    assert found.bound >= best.value * (1 - 1e-9)
    assert found.bound - found.value <= GAP * abs(found.bound)
    assert set(found.chosen) <= set(found.shortlist)


def test_what_cannot_be_bettered_is_kept() -> None:
    value, creator, constraints, start = drawn(1)
    value = np.where(np.isin(np.arange(len(value)), start), 1.0, -1.0)
    assert select(value, creator, constraints, start, Exactness(20.0, GAP)).chosen.tolist() == list(
        start
    )
