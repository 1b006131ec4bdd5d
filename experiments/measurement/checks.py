"""Checks of one measured test, with a verdict in words; the gates among them are faults.

What chance drew needs no luck to be right, so that fit is a gate only where nobody drew the
markets, and a placebo in time must be very unlikely before a draw is doubted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from experiments.measurement.contrast import Contrast
from experiments.measurement.market_test import NEEDS, MarketTest, Sold, sold
from experiments.measurement.measure import assignments, synthetic_control
from experiments.measurement.measurement import BY_ASSIGNMENT, Measurement
from experiments.measurement.weights import shares, synthetic_weights
from training.arrays import Booleans, Floats
from training.checks.verdict import Verdict
from training.settings import GateSettings

_LARGEST_GAP = 0.1
#: A placebo in time is refused at this p value; a draw is doubted only at a smaller one.
_PLACEBO_P, _PLACEBO_P_DRAWN = 0.01, 0.002
_SPACE_P = 0.2
_LEAST_CONTRAST = 0.25
_LARGEST_SHARE = 0.5
_MOST_FILLED = 0.05
_ERRORS_APART = 2.0
_PLACEBO_GROUPS = 50
_PLACEBO_REDRAWS = 999


def check_test(test: MarketTest, measured: Measurement, *, seed: int = 0) -> tuple[Verdict, ...]:
    """All checks that a test by itself allows.

    Raises:
        NotMeasurableError: what `measure` would raise.
    """
    found = sold(test)
    return (
        sample_ratio(test),
        contrast_of_doses(found),
        gaps_filled(test, found),
        fit_before(measured),
        one_market(measured),
        placebo_in_time(found, seed),
        placebo_in_space(found, measured, seed),
        agreement(measured),
    )


def sample_ratio(test: MarketTest) -> Verdict:
    """As many markets were treated as the recorded propensities say."""
    name, least = "sample ratio", GateSettings().sample_ratio_p
    if test.propensity is None or not test.drawn:
        return Verdict(name, True, "nobody drew the markets", "–", gate=False)
    chance = test.propensity
    error = float(np.sqrt(np.sum(chance * (1 - chance))))
    told = abs(float(np.sum(test.treated - chance))) / max(error, 1e-12)
    p = float(2 * stats.norm.sf(told))
    share = f"{int(test.treated.sum())} of {len(chance)} markets treated, {chance.sum():.1f} meant"
    return Verdict(name, p > least, f"{share}, p = {p:.4f}", f"p > {least:g}", gate=True)


def contrast_of_doses(found: Sold) -> Verdict:
    """Treated markets got clearly more of the campaign than held-out ones."""
    weight, dose, treated = found.level, found.test.doses, found.test.treated
    on, off = (float(np.average(dose[side], weights=weight[side])) for side in (treated, ~treated))
    return Verdict(
        "contrast of doses",
        on - off >= _LEAST_CONTRAST,
        f"{on:.0%} of the full treatment in treated markets, {off:.0%} in held-out ones",
        f"at least {_LEAST_CONTRAST:.0%} apart",
        gate=True,
    )


def gaps_filled(test: MarketTest, found: Sold) -> Verdict:
    """Few sales had to be filled in, and few markets left out."""
    seen = np.isfinite(test.revenue[found.kept][:, test.before | test.window])
    filled, out = 1.0 - float(seen.mean()), int((~found.kept).sum())
    return Verdict(
        "recorded sales",
        filled <= _MOST_FILLED and out == 0,
        f"{filled:.1%} of periods filled in, {out} of {len(found.kept)} markets left out",
        f"at most {_MOST_FILLED:.0%}, and none",
        gate=False,
    )


def fit_before(measured: Measurement) -> Verdict:
    """Before the test, held-out markets followed the treated ones."""
    fit = measured.fit
    return Verdict(
        "fit before the test",
        fit.rmse < _LARGEST_GAP,
        f"gap of {fit.rmse:.1%} of sales a period (root mean square), imbalance "
        f"{fit.scaled_imbalance:.2f} of that with equal weights",
        f"gap below {_LARGEST_GAP:.0%}",
        gate=not measured.drawn,
    )


def one_market(measured: Measurement) -> Verdict:
    """The comparison does not rest on one held-out market."""
    market = max(measured.weights, key=lambda name: measured.weights[name])
    share = measured.weights[market]
    return Verdict(
        "spread of weights",
        share <= _LARGEST_SHARE,
        f"{share:.0%} on {market}, as much as {measured.fit.effective_markets:.1f} equal ones",
        f"at most {_LARGEST_SHARE:.0%} on one market",
        gate=False,
    )


def placebo_in_time(found: Sold, seed: int) -> Verdict:
    """The stretch right before the window, as long as it, shows no effect."""
    name, least = "placebo in time", _PLACEBO_P_DRAWN if found.test.drawn else _PLACEBO_P
    earlier = _moved_back(found)
    if earlier is None:
        return Verdict(name, True, "too little past to try", "–", gate=False)
    rows = assignments(earlier.test, _PLACEBO_REDRAWS, seed)
    _, found_then = synthetic_control(earlier, rows, 0.9)
    p = found_then.p_value
    told = f"{found_then.lift:+.1%} in the {earlier.length} periods before the test, p = {p:.3f}"
    return Verdict(name, p >= least, told, f"p ≥ {least:g}", gate=True)


def placebo_in_space(found: Sold, measured: Measurement, seed: int) -> Verdict:
    """Held-out markets, taken for treated ones, do not show what the treated ones did.

    Where markets were drawn, the inference itself is made of such placebos. Elsewhere a lift that
    seems significant and that many groups of held-out markets match is to be looked at: they may
    be harder to follow than the treated ones, or all markets may have begun to stray.
    """
    name = "placebo in space"
    if measured.inference == BY_ASSIGNMENT:
        told = f"p = {measured.estimate.p_value:.3f} among other assignments"
        return Verdict(name, True, told, "–", gate=False)
    groups = _placebo_groups(found.test.treated, seed)
    if not len(groups):
        return Verdict(name, True, "too few held-out markets to try", "–", gate=False)
    moved = _moved(found, np.vstack([found.test.treated, groups]))
    beyond = int((moved[1:] >= moved[0]).sum())
    p = (1 + beyond) / len(moved)
    significant = measured.estimate.p_value <= 1 - measured.estimate.level
    return Verdict(
        name,
        not significant or p <= _SPACE_P,
        f"{beyond} of {len(groups)} groups of held-out markets strayed as far, against how they "
        f"were followed before; p = {p:.2f}",
        f"p ≤ {_SPACE_P:g} where the lift is significant",
        gate=False,
    )


def agreement(measured: Measurement) -> Verdict:
    """Plain difference-in-differences says much the same."""
    first, second = measured.estimate, measured.difference
    error = max(first.standard_error, second.standard_error)
    return Verdict(
        "agreement with difference-in-differences",
        abs(first.lift - second.lift) <= _ERRORS_APART * error,
        f"{first.lift:+.1%} beside {second.lift:+.1%}",
        f"within {_ERRORS_APART:g} standard errors ({_ERRORS_APART * error:.1%})",
        gate=False,
    )


def _moved_back(found: Sold) -> Sold | None:
    """The same markets with the window right before the real one; None where the past is short."""
    length = min(found.length, found.past.shape[1] // 3)
    if found.past.shape[1] - length < NEEDS.min_pre_weeks or length < 1:
        return None
    # Nothing was shown then: who would have been treated is all that is looked at.
    test = replace(found.test, dose=None, counted=None)
    return Sold(test, found.past[:, :-length], found.past[:, -length:], found.kept)


def _placebo_groups(treated: Booleans, seed: int) -> Booleans:
    """[group, market] held-out markets in groups as large as the treated one, half at most."""
    held_out = np.flatnonzero(~treated)
    size = min(int(treated.sum()), len(held_out) // 2)
    if size < 1:
        return np.zeros((0, len(treated)), dtype=bool)
    rng = np.random.default_rng(seed)
    groups = np.zeros((_PLACEBO_GROUPS, len(treated)), dtype=bool)
    for group in groups:
        group[rng.choice(held_out, size, replace=False)] = True
    return np.unique(groups, axis=0)


def _moved(found: Sold, groups: Booleans) -> Floats:
    """[group] how far groups strayed in the window, in root mean square gaps before it.

    Each is set against held-out markets outside of it (the ratio of Abadie, Diamond &
    Hainmueller 2010, which asks no more of a group than how well it could be followed).
    """
    unit = found.level.mean()
    series = (found.past - found.level[:, None]) / unit
    target = shares(np.ones(len(found.level)), groups)
    weights = synthetic_weights(series, target, ~groups & ~found.test.treated)
    window, nothing = found.window.mean(axis=1) / unit, np.zeros(len(found.level))
    logs = Contrast(found.level / unit, window, nothing, target, weights).logs(0.0)
    before = ((target - weights) @ series) / (target @ found.level / unit)[:, None]
    moved: Floats = np.abs(logs) / np.maximum(np.sqrt(np.mean(before**2, axis=1)), 1e-12)
    return moved
