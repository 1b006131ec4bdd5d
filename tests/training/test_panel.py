"""Everything but season and market level is taken out of a brand's sales."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from training.arrays import Floats
from training.panel import AdjustedPanel, adjust_panel

MARKETS, WEEKS = 12, 60


def dummies(seen: np.ndarray) -> Floats:
    """One column a market and a week, for the seen cells: the slow way to two-way effects."""
    market, week = np.nonzero(seen)
    return np.hstack([np.eye(seen.shape[0])[market], np.eye(seen.shape[1])[week]])


def without_effects(values: Floats, seen: np.ndarray) -> Floats:
    design = dummies(seen)
    fitted = design @ np.linalg.lstsq(design, values[seen], rcond=None)[0]
    return np.asarray(values[seen] - fitted)


def dose_of(rng: np.random.Generator, first: int, last: int) -> Floats:
    dose = np.zeros((MARKETS, WEEKS))
    dose[np.ix_(rng.permutation(MARKETS)[: MARKETS // 2], np.arange(first, last))] = 1.0
    return dose


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_coefficients_are_those_of_least_squares_with_dummies(rng: np.random.Generator) -> None:
    log_price = rng.normal(1.0, 0.1, (MARKETS, WEEKS))
    doses = [dose_of(rng, 20, 30), dose_of(rng, 26, 34)]  # they overlap
    logs = rng.normal(5, 1, (MARKETS, 1)) + rng.normal(0, 0.2, WEEKS) - 1.5 * log_price
    logs = logs + 0.1 * doses[0] + 0.04 * doses[1] + rng.normal(0, 0.03, (MARKETS, WEEKS))
    revenue = np.exp(logs)
    revenue[rng.random(revenue.shape) < 0.1] = np.nan
    seen = np.isfinite(revenue)

    found = adjust_panel(revenue, [log_price], doses, effect_sd=1e3)

    columns = [without_effects(c, seen) for c in (log_price, *doses)]
    expected = np.linalg.lstsq(
        np.stack(columns, axis=1), without_effects(np.where(seen, logs, 0.0), seen), rcond=None
    )[0]
    assert found.effects == pytest.approx(expected[1:], abs=2e-4)
    cleaned = logs - expected[0] * (log_price - log_price[seen].mean())
    cleaned = cleaned - expected[1] * doses[0] - expected[2] * doses[1]
    gap = (found.adjusted - cleaned)[seen]
    assert np.abs(gap - gap.mean()).max() < 1e-3


def test_a_tight_prior_draws_effects_to_zero(rng: np.random.Generator) -> None:
    dose = dose_of(rng, 20, 30)
    revenue = np.exp(5 + 0.1 * dose + rng.normal(0, 0.05, dose.shape))
    loose = adjust_panel(revenue, [], [dose], effect_sd=1.0).effects[0]
    middle = adjust_panel(revenue, [], [dose], effect_sd=0.01).effects[0]
    tight = adjust_panel(revenue, [], [dose], effect_sd=1e-5).effects[0]
    assert loose == pytest.approx(0.1, abs=3 * 0.05 * 2 / np.sqrt(dose.sum() * 2))
    assert abs(tight) < 1e-3 < middle < loose


def test_noise_is_each_markets_weekly_variance(rng: np.random.Generator) -> None:
    sd = np.linspace(0.01, 0.2, MARKETS)
    revenue = np.exp(rng.normal(0, 1, (MARKETS, WEEKS)) * sd[:, None])
    noise = adjust_panel(revenue, [], [], effect_sd=0.03).noise
    assert stats.spearmanr(noise, sd**2).statistic > 0.9
    assert noise.sum() == pytest.approx((sd**2).sum(), rel=0.3)


def test_nothing_sold_counts_as_missing() -> None:
    revenue = np.full((4, 10), 7.0)
    revenue[0, 0], revenue[1, 1], revenue[2, 2] = 0.0, -3.0, np.nan
    adjusted = adjust_panel(revenue, [], [], effect_sd=0.03).adjusted
    assert np.argwhere(np.isnan(adjusted)).tolist() == [[0, 0], [1, 1], [2, 2]]
    assert np.nanmax(np.abs(adjusted - np.log(7.0))) < 1e-12


def test_unknown_covariates_have_no_influence(rng: np.random.Generator) -> None:
    revenue = np.exp(rng.normal(5, 0.1, (MARKETS, WEEKS)))
    dose = dose_of(rng, 20, 30)

    def found(covariates: list[Floats]) -> AdjustedPanel:
        return adjust_panel(revenue, covariates, [dose], effect_sd=0.03)

    nothing = found([])
    unknown = found([np.full(revenue.shape, np.nan), np.full(revenue.shape, 3.0)])
    assert unknown.adjusted == pytest.approx(nothing.adjusted, abs=1e-12)
    assert unknown.effects == pytest.approx(nothing.effects, abs=1e-12)


def test_a_half_known_price_still_takes_its_effect_out(rng: np.random.Generator) -> None:
    log_price = rng.normal(1.0, 0.2, (MARKETS, WEEKS))
    revenue = np.exp(5 - 2.0 * log_price + rng.normal(0, 0.01, log_price.shape))
    known = log_price.copy()
    known[: MARKETS // 2] = np.nan
    adjusted = adjust_panel(revenue, [known], [], effect_sd=0.03).adjusted
    assert adjusted[MARKETS // 2 :].std() < 0.1 < adjusted[: MARKETS // 2].std()
