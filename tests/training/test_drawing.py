"""Drawing campaigns for every round, and exposure in a scratch file: same truth, less memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.training.simulated_rosters import SimulatedRosters, simulate_rosters
from training.fan_out import Workers
from training.rosters.bagging import Bags, fit_bags
from training.rosters.drawing import Drawing, drawing_of, drawn_leaves
from training.rosters.linear_start import fit_linear
from training.rosters.loss import RosterLoss
from training.rosters.tuning import tune
from training.settings import BoostingSettings

ALL = BoostingSettings(pooling=(4.0,), ceilings=(), max_rounds=150)
SOME = ALL.model_copy(update={"campaigns_per_round": 30})


@pytest.fixture(scope="module")
def past() -> SimulatedRosters:
    return simulate_rosters(1)


def bagged(past: SimulatedRosters, settings: BoostingSettings, jobs: int = 1) -> Bags:
    workers = Workers(jobs=jobs)
    tuned = tune(past.sample, settings, folds=3, seed=0, workers=workers)
    tuned = replace(tuned, rounds=120)  # as many trees for either, so that drawing alone differs
    return fit_bags(past.sample, tuned, bags=4, seed=0, workers=workers)


@pytest.fixture(scope="module")
def drawn(past: SimulatedRosters) -> Bags:
    return bagged(past, SOME)


def correlation(bags: Bags, rosters: SimulatedRosters) -> float:
    sample = rosters.sample
    scores = [m.score(sample.linear, sample.trees) for m in bags.members]
    return float(stats.pearsonr(np.mean(scores, axis=0), rosters.scores).statistic)


def test_a_quarter_of_the_campaigns_a_round_learns_the_truth_nearly_as_well(
    past: SimulatedRosters, drawn: Bags
) -> None:
    to_come = simulate_rosters(2, campaigns=80)
    line = Bags(tuple(replace(m, booster=None) for m in drawn.members), drawn.scores, drawn.counts)
    of_all, of_some = correlation(bagged(past, ALL), to_come), correlation(drawn, to_come)
    assert of_some > of_all - 0.03
    assert of_some > correlation(line, to_come) + 0.01


def test_the_seed_decides_the_draws_and_threads_do_not(past: SimulatedRosters, drawn: Bags) -> None:
    assert np.array_equal(bagged(past, SOME, jobs=2).scores, drawn.scores)


def test_more_than_there_are_is_all(past: SimulatedRosters) -> None:
    """The draw and the scratch file change nothing when every campaign is drawn."""
    few = ALL.model_copy(update={"max_rounds": 21})
    every = few.model_copy(update={"campaigns_per_round": 120})
    one, other = (tune(past.sample, s, folds=2, seed=0) for s in (few, every))
    assert one.losses == other.losses
    assert np.array_equal(one.scores, other.scores)


def test_drawn_gradients_are_right_on_average(past: SimulatedRosters) -> None:
    """Averaged over rounds they are the gradients of all campaigns, within chance."""
    loss, scores = RosterLoss.of(past.sample), np.full(len(past.scores), -3.5)
    drawing = Drawing(np.arange(120), 30, seed=4)
    rounds = np.stack([drawing.gradient_and_hessian(loss, scores, n)[0] for n in range(400)])
    assert np.mean(rounds[0] != 0) == pytest.approx(0.25, abs=0.1)
    error = rounds.std(axis=0) / np.sqrt(len(rounds))
    gap = (rounds.mean(axis=0) - loss.gradient_and_hessian(scores)[0]) / error
    assert np.abs(gap).max() < 5
    assert np.sqrt(np.mean(gap**2)) == pytest.approx(1.0, abs=0.25)


def test_some_campaigns_alone_have_their_own_gradients(past: SimulatedRosters) -> None:
    loss, chosen = RosterLoss.of(past.sample, spilled=True), np.array([3, 70, 119])
    part, bookings = loss.drawn(chosen)
    assert set(past.sample.booking_campaign[bookings]) == set(chosen)
    outside = ~np.isin(past.sample.cell_campaign, chosen)
    alone = loss.with_weight(np.where(outside, 0.0, past.sample.weight))
    for own, full in zip(
        part.gradient_and_hessian(past.scores[bookings]),
        alone.gradient_and_hessian(past.scores),
        strict=True,
    ):
        assert own == pytest.approx(full[bookings], rel=1e-6)
        assert np.all(np.delete(full, bookings) == 0)


def test_exposure_in_a_file_gives_the_same_numbers(
    past: SimulatedRosters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.rosters.blocks._CACHED", 500)
    here, there = RosterLoss.of(past.sample), RosterLoss.of(past.sample, spilled=True)
    assert len(list(there.shares.blocks[0].pieces())) > 1
    assert here.value(past.scores) == there.value(past.scores)
    for a, b in zip(
        here.gradient_and_hessian(past.scores), there.gradient_and_hessian(past.scores), strict=True
    ):
        assert np.array_equal(a, b)
    penalty = np.full(6, 3.0)
    one, other = (fit_linear(loss, past.sample.linear, penalty) for loss in (here, there))
    assert one.slope == pytest.approx(other.slope, rel=1e-4)


def test_a_leaf_keeps_its_fewest_rows_among_those_drawn() -> None:
    assert drawn_leaves(SOME, 120).min_data_in_leaf == 4 * SOME.min_data_in_leaf
    assert drawn_leaves(SOME, 30) == SOME
    assert drawn_leaves(ALL, 120) == ALL


def test_campaigns_that_weigh_nothing_are_not_drawn(past: SimulatedRosters) -> None:
    sample = past.sample
    weight = np.where(sample.cell_campaign < 50, 0.0, sample.weight)
    drawing = drawing_of(SOME, sample.cell_campaign, weight, seed=0)
    assert drawing is not None
    assert drawing.campaigns.tolist() == list(range(50, 120))
    assert drawing_of(ALL, sample.cell_campaign, weight, seed=0) is None
