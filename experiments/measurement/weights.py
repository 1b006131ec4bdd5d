"""What held-out markets count for when they stand for the treated ones."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import nnls

from training.arrays import Booleans, Floats

#: How strictly weights sum to one, against the size of the series.
_SUM_WEIGHT = 100.0
_TINY_RIDGE = 1e-9


def shares(size: Floats, chosen: Booleans) -> Floats:
    """Shares of the chosen markets in their total size, 0 elsewhere; [..., market]."""
    own = np.where(chosen, size, 0.0)
    total: Floats = own / own.sum(axis=-1, keepdims=True)
    return total


def synthetic_weights(
    series: Floats, target: Floats, donors: Booleans, noise: Floats | None = None
) -> Floats:
    """Weights of donor markets whose sum moves like the target did: [draw, market].

    Non-negative and summing to one (Abadie, Diamond & Hainmueller 2010), on series whose own mean
    was taken out, which lets levels differ (de-meaned or intercept-shifted synthetic control:
    Doudchenko & Imbens 2016; Ferman & Pinto 2021). `noise` penalises each squared weight by its
    market's variance, as the ridge of synthetic difference-in-differences does with one common
    variance (Arkhangelsky et al. 2021): what is minimised is then imbalance plus noise.

    Args:
        series: [market, period], means taken out.
        target: [draw, market], weights of the treated markets.
        donors: [draw, market], who may get weight.
        noise: [market], variance of a market's series in one period; None: no penalty.
    """
    gram = series @ series.T / series.shape[1]
    scale = float(np.trace(gram)) / len(gram) + 1e-300
    ridge = np.full(len(gram), _TINY_RIDGE * scale) if noise is None else noise
    root = np.linalg.cholesky(gram + np.diag(ridge + _TINY_RIDGE * scale)).T
    wanted = solve_triangular(root, gram @ target.T, trans="T").T
    tie = _SUM_WEIGHT * np.sqrt(scale)
    weights = np.zeros(target.shape)
    for draw, chosen in enumerate(donors):
        own = np.vstack([root[:, chosen], np.full((1, int(chosen.sum())), tie)])
        weights[draw, chosen] = nnls(own, np.append(wanted[draw], tie))[0]
    total: Floats = weights / weights.sum(axis=1, keepdims=True)
    return total


def period_noise(series: Floats, size: Floats) -> Floats:
    """[market] variance of a period's sales around what all markets share, from differences.

    Half the variance of first differences (Arkhangelsky et al. 2021), after the mean of all
    markets, weighted by size, is taken out of every period.
    """
    shared = (size / size.sum()) @ series
    steps = np.diff(series - shared, axis=1)
    own: Floats = steps.var(axis=1) / 2.0
    return own + 1e-12
