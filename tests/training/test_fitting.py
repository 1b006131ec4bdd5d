"""The one door to all learners: each comes with bags and held-out predictions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.simulated_rosters import SimulatedRosters, simulate_rosters
from training.metrics.truth import rank_score
from training.rosters.averages import out_of_fold_lifts
from training.rosters.fitting import fit_learner
from training.rosters.model import AveragedRosters
from training.settings import BoostingSettings, IntervalSettings, Settings


@pytest.fixture(scope="module")
def past() -> SimulatedRosters:
    return simulate_rosters(1)


@pytest.mark.parametrize("learner", ["roster_boosting", "roster_linear", "roster_averages"])
def test_each_learner_is_fitted_with_its_held_out_predictions(
    past: SimulatedRosters, learner: str
) -> None:
    settings = Settings(
        learner=learner,
        threads=1,
        folds=3,
        boosting=BoostingSettings(pooling=(4.0,), max_rounds=11),
        intervals=IntervalSettings(bags=5),
    )
    told: list[float] = []
    fitted = fit_learner(past.sample, settings, told.append)
    cells = len(past.lifts)
    assert told == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert fitted.lifts.shape == (5, cells)
    assert fitted.counts.sum(axis=1).tolist() == [past.sample.campaigns] * 5
    assert {len(lifts) for lifts in fitted.challengers.values()} == {cells}
    truth = past.campaign_lifts(past.lifts)
    assert rank_score(truth, past.campaign_lifts(fitted.lifts.mean(axis=0))) > 0.4
    assert isinstance(fitted.model, AveragedRosters) == (learner == "roster_averages")


def test_held_out_lifts_of_averages_are_held_out(past: SimulatedRosters) -> None:
    """On outcomes of pure noise nothing is found, however often it is fitted."""
    rng = np.random.default_rng(0)
    noise = replace(past.sample, outcome=rng.normal(0, 0.02, len(past.lifts)))
    lifts, rounds = out_of_fold_lifts(noise, folds=3, seed=0)
    fitted = (noise.outcome / noise.treatment) @ lifts
    assert rounds >= 1
    assert abs(fitted) / np.linalg.norm(noise.outcome / noise.treatment) < 3 * np.linalg.norm(lifts)


@pytest.mark.parametrize("learner", ["roster_boosting", "roster_averages"])
def test_ten_campaigns_are_enough_to_be_fitted(learner: str) -> None:
    """With fewer rows than two leaves need, trees stay away; the rest works."""
    few = simulate_rosters(0, campaigns=10, markets=4, largest=4).sample
    settings = Settings(learner=learner, threads=1, intervals=IntervalSettings(bags=5))
    assert np.all(np.isfinite(fit_learner(few, settings).lifts))
