"""Inference from time: how far treated markets strayed when nothing was done to them."""

from __future__ import annotations

import numpy as np
from scipy import stats

from experiments.measurement.contrast import Contrast
from experiments.measurement.estimate import Estimate, invert
from experiments.measurement.weights import synthetic_weights
from training.arrays import Booleans, Floats


def by_time(
    contrast: Contrast,
    past: Floats,
    length: int,
    method: str,
    level: float,
    *,
    fitted: bool,
    noise: Floats | None = None,
) -> Estimate:
    """Every earlier stretch as long as the window is a placebo, left out of the fit.

    The window's contrast comes from weights that never saw it; so does that of each placebo, whose
    weights are fitted to the rest of the past (a block jackknife over time, in the spirit of the
    jackknife+ of Barber et al. 2021 that Ben-Michael, Feller & Rothstein 2021 use). Their root
    mean square is the standard error. As stretches overlap, only so many as fit into the past side
    by side say something new: they are the degrees of freedom of Student's t, as in the t test for
    synthetic controls of Chernozhukov, Wüthrich & Zhu 2025. Nothing is assumed about how markets
    were chosen, but that the treated ones would have strayed as they did before.

    Args:
        contrast: the test's own.
        past: [market, period], sales before in the contrast's unit.
        length: periods in the window.
        fitted: whether held-out weights are synthetic ones, to be fitted anew.
        noise: their penalty, see `synthetic_weights`.
    """
    placebos = left_out_logs(contrast, past, length, fitted=fitted, noise=noise)
    spread = float(np.sqrt(np.mean(placebos**2))) + 1e-12
    freedom = past.shape[1] / _stretch(past, length)
    lift = contrast.lift()

    def p_value(hypothesis: float) -> float:
        told = abs(float(contrast.logs(hypothesis)[0])) / spread
        return float(2.0 * stats.t.sf(told, freedom))

    return invert(p_value, method, lift, spread * (1.0 + lift), level)


def left_out_logs(
    contrast: Contrast, past: Floats, length: int, *, fitted: bool, noise: Floats | None = None
) -> Floats:
    """[stretch] log of sold over expected in earlier stretches, each left out of the fit.

    There are as many as periods: stretches run over the end into the beginning. They are as long
    as the window, or half the past where that is shorter.
    """
    periods, target = np.arange(past.shape[1]), contrast.treated[:1]
    donors: Booleans = target == 0
    logs = []
    for first in periods:
        out = (periods[: _stretch(past, length)] + first) % len(periods)
        rest = np.delete(past, out, axis=1)
        level = rest.mean(axis=1)
        weights = contrast.held_out[:1]
        if fitted:
            weights = synthetic_weights(rest - level[:, None], target, donors, noise)
        sold = past[:, out].mean(axis=1)
        placebo = Contrast(level, sold, np.zeros_like(level), target, weights)
        logs.append(float(placebo.logs(0.0)[0]))
    return np.array(logs)


def _stretch(past: Floats, length: int) -> int:
    return int(min(length, past.shape[1] // 2))
