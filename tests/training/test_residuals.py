"""Nuisances taken out of outcomes and treatments, against slow formulas."""

from __future__ import annotations

import numpy as np
import pytest

from training.arrays import Floats, Integers
from training.residuals import campaign_effects, demean, take_out_nuisances


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_demean_subtracts_each_groups_weighted_mean(rng: np.random.Generator) -> None:
    values, weight = rng.normal(size=30), rng.uniform(0.1, 2, 30)
    group = rng.integers(0, 4, 30)
    centred = demean(values, weight, group)
    for number in range(4):
        own = group == number
        expected = values[own] - np.average(values[own], weights=weight[own])
        assert centred[own] == pytest.approx(expected)


def test_campaign_effects_are_weighted_slopes(rng: np.random.Generator) -> None:
    campaign = np.repeat(np.arange(3), 10)
    treatment, outcome, weight = rng.normal(size=(3, 30))
    weight = np.exp(weight)
    effects, errors = campaign_effects(campaign, outcome, treatment, weight)
    for number in range(3):
        own = campaign == number
        root = np.sqrt(weight[own])
        slope = np.linalg.lstsq((root * treatment[own])[:, None], root * outcome[own], rcond=None)
        assert effects[number] == pytest.approx(slope[0][0])
        assert errors[number] == pytest.approx(1 / np.sqrt((weight * treatment**2)[own].sum()))


def simulated(
    rng: np.random.Generator, campaigns: int, markets: int
) -> tuple[Integers, np.ndarray, Floats, Floats, Floats]:
    """Campaign, treated, past, change and weekly variance; the past drives half of the change."""
    campaign = np.repeat(np.arange(campaigns), markets)
    treated = np.concatenate(
        [rng.permutation(np.arange(markets) % 2 == 0) for _ in range(campaigns)]
    )
    past = rng.normal(size=(campaigns * markets, 3))
    noise = rng.choice([0.01, 0.09], campaigns * markets)
    change = 0.05 * treated + past @ np.array([0.3, -0.2, 0.0])
    change = change + rng.normal(0, 1, len(noise)) * np.sqrt(noise) * 0.4
    return campaign, treated, past, change, noise


def test_what_the_past_explains_is_taken_out(rng: np.random.Generator) -> None:
    campaign, treated, past, change, noise = simulated(rng, 60, 20)
    half = np.full(len(campaign), 0.5)
    found = take_out_nuisances(campaign, treated, half, change, past, noise, campaign % 4)
    for column in past.T:
        centred = demean(column, found.weight, campaign)
        assert abs(np.corrcoef(found.outcome, centred)[0, 1]) < 0.1
    effects, errors = campaign_effects(campaign, found.outcome, found.treatment, found.weight)
    z = (effects - 0.05) / errors
    assert abs(z.mean()) < 3 / np.sqrt(60)
    assert 0.8 < z.std() < 1.25


def test_the_scale_of_the_noise_is_learned(rng: np.random.Generator) -> None:
    """Weekly variances in any unit give the same weights: windows say how much they scatter."""
    campaign, treated, past, change, noise = simulated(rng, 40, 20)
    half, brand = np.full(len(campaign), 0.5), np.zeros(len(campaign), dtype=np.int64)
    one = take_out_nuisances(campaign, treated, half, change, past, noise, brand)
    other = take_out_nuisances(campaign, treated, half, change, past, 7 * noise, brand)
    assert other.weight == pytest.approx(one.weight, rel=1e-6)
    assert other.outcome == pytest.approx(one.outcome, abs=1e-9)


def test_nothing_comes_of_nothing() -> None:
    none, numbers = np.zeros(0), np.zeros(0, dtype=np.int64)
    found = take_out_nuisances(
        numbers, none.astype(bool), none, none, np.zeros((0, 6)), none, numbers
    )
    assert found.outcome.shape == found.treatment.shape == found.weight.shape == (0,)
