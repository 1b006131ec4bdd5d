"""The invented past is what it is said to be, and one can learn from it."""

from __future__ import annotations

import numpy as np

from experiments.studies.roster_scale.measure import ScaleTask, measure
from experiments.studies.roster_scale.sample import Size, invent_rosters

SIZE = Size(campaigns=40, bookings=5, markets=6)


def test_bookings_reach_their_own_campaigns_markets_and_no_other() -> None:
    sample = invent_rosters(SIZE, seed=1).sample
    assert sample.shares.shape == (240, 200)
    same = sample.cell_campaign[:, None] == sample.booking_campaign
    assert np.array_equal(sample.shares.toarray() > 0, same)


def test_outcomes_follow_from_the_scores() -> None:
    invented = invent_rosters(Size(campaigns=3000, bookings=2, markets=10), seed=1)
    sample = invented.sample
    expected = sample.treatment * np.log1p(sample.shares @ np.exp(invented.scores))
    slope = (sample.outcome @ expected) / (expected @ expected)
    error = 1 / np.sqrt(sample.weight[0] * (expected @ expected))
    assert abs(slope - 1) < 4 * error
    assert error < 0.1


def test_a_fit_is_measured_and_finds_something() -> None:
    found = measure(ScaleTask(Size(300, 6, 20), bags=2, rounds=5, threads=1, seed=2))
    assert found["correlation"] > 0.3
    assert found["peak"] >= found["sample_peak"] > 0
    assert found["seconds"] >= found["linear_start"] > 0
