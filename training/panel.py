"""One brand's weekly sales with price, promotion, media and its campaigns taken out.

A campaign never runs alone: prices move, promotions come, and the brand's other
campaigns overlap with it. Each brand's log sales are regressed on all of these at
once, with market and week effects, and what the regression explains is removed.
Campaigns enter with a ridge penalty, the posterior mean under a normal prior, so
that a noisy estimate of one campaign does not spoil its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.arrays import Floats

_SWEEPS = 25


@dataclass(frozen=True)
class AdjustedPanel:
    """Log sales of one brand with everything but season and markets' levels removed.

    `adjusted` is [market, week], NaN where nothing was sold or recorded; `effects` holds the
    average log effect found for each campaign; `noise` is [market], the weekly variance of
    what remains after market and week effects.
    """

    adjusted: Floats
    effects: Floats
    noise: Floats


def adjust_panel(
    revenue: Floats,
    covariates: Sequence[Floats],
    doses: Sequence[Floats],
    *,
    effect_sd: float,
) -> AdjustedPanel:
    """Take covariates and campaigns out of a brand's log sales.

    Args:
        revenue: [market, week]; zero, negative or NaN counts as missing.
        covariates: each [market, week], NaN where unknown (treated as no deviation).
        doses: each [market, week], a campaign's treatment in its window, else 0.
        effect_sd: prior standard deviation of a campaign's average log effect.
    """
    seen = np.isfinite(revenue) & (revenue > 0)
    log_sales = np.where(seen, np.log(np.where(seen, revenue, 1.0)), 0.0)
    sales_resid = without_market_and_week_means(log_sales, seen)
    columns = [without_market_and_week_means(_filled(c, seen), seen) for c in covariates]
    scales = [max(float(c[seen].std()), 1e-12) if seen.any() else 1.0 for c in columns]
    usable = [i for i, scale in enumerate(scales) if scale > 1e-6]
    dose_resid = [without_market_and_week_means(dose, seen) for dose in doses]

    design = np.stack(
        [np.zeros(int(seen.sum()))]
        + [columns[i][seen] / scales[i] for i in usable]
        + [dose[seen] for dose in dose_resid],
        axis=1,
    )[:, 1:]
    target = sales_resid[seen]
    coefficients = _ridge(design, target, covariates=len(usable), effect_sd=effect_sd)

    adjusted = log_sales.copy()
    for position, i in enumerate(usable):
        centred = _filled(covariates[i], seen)
        adjusted -= coefficients[position] / scales[i] * (centred - centred[seen].mean())
    effects = coefficients[len(usable) :]
    for effect, dose in zip(effects, doses, strict=True):
        adjusted -= effect * dose
    remainder = np.where(seen, 0.0, np.nan)
    remainder[seen] = target - design @ coefficients
    return AdjustedPanel(
        adjusted=np.where(seen, adjusted, np.nan),
        effects=effects,
        noise=market_variance(remainder),
    )


def sales_covariates(price: Floats, discount: Floats, media: Floats) -> list[Floats]:
    """What moves sales beside campaigns, as `adjust_panel` takes it; each [market, week]."""
    return [np.log(np.where(price > 0, price, np.nan)), discount, np.log1p(media)]


def _ridge(design: Floats, target: Floats, *, covariates: int, effect_sd: float) -> Floats:
    """Coefficients of covariates (free) and campaigns (normal prior around zero)."""
    coefficients: Floats = np.zeros(design.shape[1])
    variance = float(np.var(target)) + 1e-9
    for _ in range(3):  # the penalty depends on the noise, the noise on the fit
        penalty = np.full(design.shape[1], variance / effect_sd**2)
        penalty[:covariates] = 1e-3
        gram = design.T @ design + np.diag(penalty + 1e-9)
        coefficients = np.asarray(np.linalg.solve(gram, design.T @ target), dtype=float)
        variance = float(np.mean((target - design @ coefficients) ** 2)) + 1e-9
    return coefficients


def _filled(values: Floats, seen: np.ndarray) -> Floats:
    """Unknown values stand at their market's mean: no deviation, no influence."""
    known = np.isfinite(values) & seen
    count = known.sum(axis=1, keepdims=True)
    total = np.where(known, values, 0.0).sum(axis=1, keepdims=True)
    overall = float(values[known].mean()) if known.any() else 0.0
    means = np.where(count > 0, total / np.maximum(count, 1), overall)
    filled: Floats = np.where(known, values, means)
    return filled


def without_market_and_week_means(values: Floats, seen: np.ndarray) -> Floats:
    """Remove market and week means by alternating projections over the seen cells."""
    weights = seen.astype(float)
    by_market = np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    by_week = np.maximum(weights.sum(axis=0, keepdims=True), 1.0)
    resid: Floats = values * weights
    for _ in range(_SWEEPS):
        resid = (resid - resid.sum(axis=1, keepdims=True) / by_market) * weights
        step = resid.sum(axis=0, keepdims=True) / by_week
        resid = (resid - step) * weights
        if float(np.abs(step).max(initial=0.0)) < 1e-10:
            break
    return resid


def market_variance(remainder: Floats) -> Floats:
    """Weekly variance [market] of what is left by market and week, NaN where nothing is known.

    Shrunk towards the brand's median by 10 weeks' worth.
    """
    seen = np.isfinite(remainder)
    count = seen.sum(axis=1)
    total = np.where(seen, remainder, 0.0)
    own = (total**2).sum(axis=1) / np.maximum(count, 1)
    typical = float(np.median(own[count > 10])) if (count > 10).any() else float(own.mean())
    shrunk: Floats = np.maximum((count * own + 10 * typical) / (count + 10), 1e-8)
    return shrunk
