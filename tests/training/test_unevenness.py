"""What campaigns add unevenly: learned where it is known, and counted as played tests show it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.arrays import Booleans, Floats
from training.panel import adjust_panel
from training.power.arithmetic import expected_detection, mean_variance, window_variance
from training.power.noise import SalesNoise, noise_in
from training.power.unevenness import PRIOR_PART, Unevenness, campaign_unevenness

MARKETS, WEEKS = 40, 156
IDS = tuple(f"m{i}" for i in range(MARKETS))
NOISE, RHO = 0.03, 0.2
EFFECT_SD = 0.03


def autoregression(rng: np.random.Generator, weeks: int) -> Floats:
    """Noise [market, week]."""
    noise = np.empty((MARKETS, weeks))
    noise[:, 0] = rng.standard_normal(MARKETS)
    for week in range(1, weeks):
        shock = np.sqrt(1 - RHO**2) * rng.standard_normal(MARKETS)
        noise[:, week] = RHO * noise[:, week - 1] + shock
    return NOISE * noise


def doses_of(rng: np.random.Generator, campaigns: int) -> list[Floats]:
    """Seven weeks each, one after the other with as many quiet weeks between, in half the markets.

    The last one is to come: its weeks are not in the data.
    """
    doses: list[Floats] = []
    for number in range(campaigns):
        weeks = (np.arange(WEEKS) >= 14 * number + 4) & (np.arange(WEEKS) < 14 * number + 11)
        seen = rng.permutation(MARKETS) < MARKETS // 2
        doses.append(np.asarray(seen[:, None] * weeks[None, :], dtype=np.float64))
    return [*doses, np.zeros((MARKETS, WEEKS))]


def learned(part: float, effects: Floats, seed: int = 2) -> tuple[Unevenness, SalesNoise]:
    """What is learned of campaigns whose effects scatter by `part` of their average."""
    rng = np.random.default_rng(seed)
    doses = doses_of(rng, len(effects))
    logs = 8.0 + autoregression(rng, WEEKS)
    for effect, dose in zip(effects, doses, strict=False):
        logs += effect * (1.0 + part * rng.standard_normal((MARKETS, 1))) * dose
    panel = adjust_panel(np.exp(logs), [], doses, effect_sd=EFFECT_SD)
    quiet: Booleans = ~np.any(doses, axis=0)
    noise = noise_in(panel.adjusted, IDS, np.exp(logs), quiet)
    return campaign_unevenness(panel, doses, noise, EFFECT_SD), noise


@pytest.mark.parametrize("part", [0.2, 1.0])
def test_the_part_is_learned_from_many_large_campaigns(part: float) -> None:
    found = [learned(part, np.full(10, 0.08), seed)[0].part for seed in range(4)]
    assert float(np.mean(found)) == pytest.approx(part, abs=0.1)


def test_small_campaigns_leave_what_was_believed() -> None:
    found, _ = learned(0.0, np.full(3, 0.001))
    assert found.part == pytest.approx(PRIOR_PART, abs=0.1)


def test_the_size_of_campaigns_is_what_was_seen_or_what_is_typical() -> None:
    effects = np.array([0.08, 0.05, 0.0, 0.0])
    found, _ = learned(0.5, effects)
    assert np.sqrt(found.squares[:2]) == pytest.approx(effects[:2], abs=0.015)
    assert found.squares[2:4].max() < 0.3 * found.typical
    assert found.squares[4] == pytest.approx(found.typical)
    assert np.sqrt(found.typical) == pytest.approx(np.sqrt(np.mean(effects**2)), rel=0.2)


def test_noise_is_that_of_quiet_weeks() -> None:
    _, noise = learned(2.0, np.full(10, 0.08))
    assert float(np.sqrt(np.mean(noise.spread**2))) == pytest.approx(NOISE, rel=0.03)
    assert noise.autocorrelation == pytest.approx(RHO, abs=0.04)


def test_a_market_that_is_never_quiet_speaks_with_all_its_weeks() -> None:
    logs = 8.0 + autoregression(np.random.default_rng(5), WEEKS)
    quiet = np.ones(logs.shape, dtype=bool)
    quiet[3] = False
    found = noise_in(logs, IDS, np.exp(logs), quiet)
    every = noise_in(logs, IDS, np.exp(logs))
    np.testing.assert_allclose(found.spread, every.spread)


def test_without_campaigns_there_is_only_what_was_believed() -> None:
    logs = 8.0 + autoregression(np.random.default_rng(5), WEEKS)
    panel = adjust_panel(np.exp(logs), [], [], effect_sd=EFFECT_SD)
    noise = noise_in(panel.adjusted, IDS, np.exp(logs))
    found = campaign_unevenness(panel, [], noise, EFFECT_SD)
    assert found.part == pytest.approx(PRIOR_PART)
    assert len(found.squares) == 0
    assert found.typical == pytest.approx(EFFECT_SD**2)


def test_the_mean_of_weeks_is_a_window_against_an_endless_past() -> None:
    assert mean_variance(0.0, 4) == pytest.approx(1 / 4)
    assert mean_variance(RHO, 6) == pytest.approx(window_variance(RHO, 6, 1_200), rel=0.01)


def test_the_error_is_that_of_tests_beside_an_uneven_campaign() -> None:
    """One campaign in half the markets through the test, one in all of them before it."""
    rng = np.random.default_rng(9)
    seen = rng.permutation(MARKETS) < MARKETS // 2
    spreads = 0.02 * seen, np.full(MARKETS, 0.05)
    effects = []
    for _ in range(2_000):
        logs = autoregression(rng, 32)
        logs[:, 26:] += (spreads[0] * rng.standard_normal(MARKETS))[:, None]
        logs[:, 13:26] += (spreads[1] * rng.standard_normal(MARKETS))[:, None]
        change = logs[:, 26:].mean(axis=1) - logs[:, :26].mean(axis=1)
        held_out = rng.permutation(MARKETS) < 12
        effects.append(change[~held_out].mean() - change[held_out].mean())
    noise = SalesNoise(IDS, np.full(MARKETS, NOISE), np.ones(MARKETS), RHO, WEEKS)
    added = spreads[0] ** 2 + (13 / 26 * spreads[1]) ** 2
    found = expected_detection(noise, 0.3, weeks=6, pre_weeks=26, added=added)
    alone = expected_detection(replace(noise), 0.3, weeks=6, pre_weeks=26)
    assert float(np.std(effects)) / found.error == pytest.approx(1.0, abs=0.05)
    assert found.error > 1.5 * alone.error
