"""The checks that run with every training, and the gates a model must pass.

Each check is one function that returns one verdict. A verdict says what was found, what
was expected, and whether a failure stops promotion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from training.arrays import Floats
from training.cells import PAST, Cells
from training.residuals import campaign_effects, demean
from training.settings import GateSettings

_PERMUTATIONS = 400
_LARGEST_SMD = 0.1


@dataclass(frozen=True)
class Verdict:
    """One check's outcome; `gate` says whether failing it stops promotion."""

    check: str
    passed: bool
    found: str
    expected: str
    gate: bool

    @property
    def reason(self) -> str:
        return f"{self.check}: {self.found}; expected {self.expected}"


def run_checks(
    cells: Cells, metrics: dict[str, float], gates: GateSettings, seed: int
) -> tuple[Verdict, ...]:
    """All verdicts of one training run, gates first."""
    verdicts = [
        enough_campaigns(metrics, gates),
        effect_beyond_chance(cells, seed),
        effect_size(metrics, gates),
        slope_beyond_zero(metrics, gates),
        slope_near_one(metrics, gates),
        sample_ratio(cells, gates),
        overlap(cells),
        balance(cells),
        skill(metrics),
        challenger(metrics),
    ]
    return tuple(sorted(verdicts, key=lambda verdict: not verdict.gate))


def refusals(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Why a model may not be promoted; empty when it may."""
    return tuple(v.reason for v in verdicts if v.gate and not v.passed)


def enough_campaigns(metrics: dict[str, float], gates: GateSettings) -> Verdict:
    """Too few held-out campaigns prove nothing."""
    found = int(metrics["campaigns"])
    return Verdict(
        "measured campaigns",
        found >= gates.min_campaigns,
        str(found),
        f"at least {gates.min_campaigns}",
        gate=True,
    )


def effect_beyond_chance(cells: Cells, seed: int) -> Verdict:
    """Placebo assignment: would shuffled markets show as large an average effect?

    Treatment is permuted within campaigns, the inference that the design itself justifies
    (Fisher 1935).
    """
    chance = placebo_p_value(cells, seed)
    return Verdict(
        "average effect against shuffled markets",
        chance < 0.01,
        f"p = {chance:.3f}",
        "p < 0.01",
        gate=True,
    )


def effect_size(metrics: dict[str, float], gates: GateSettings) -> Verdict:
    """The average campaign must have sold something."""
    z = metrics["average_effect"] / metrics["average_effect_error"]
    return Verdict(
        "average effect",
        z >= gates.min_effect_z,
        f"{metrics['average_effect']:.2%} ± {metrics['average_effect_error']:.2%} (z = {z:.1f})",
        f"z at least {gates.min_effect_z:g}",
        gate=True,
    )


def slope_beyond_zero(metrics: dict[str, float], gates: GateSettings) -> Verdict:
    """Larger predictions must go with larger measured lifts."""
    z = metrics["slope"] / metrics["slope_error"] if metrics["slope_error"] > 0 else 0.0
    return Verdict(
        "measured rises with predicted",
        bool(z >= gates.min_effect_z),
        f"z = {z:.1f}",
        f"z at least {gates.min_effect_z:g}",
        gate=True,
    )


def slope_near_one(metrics: dict[str, float], gates: GateSettings) -> Verdict:
    """The slope of measured on predicted lies in its range, or cannot be told from it."""
    low, high = gates.slope
    slope, error = metrics["slope"], metrics["slope_error"]
    passed = bool(slope + 2 * error >= low and slope - 2 * error <= high)
    return Verdict(
        "slope of measured on predicted",
        passed,
        f"{slope:.2f} ± {error:.2f}",
        f"{low:g} to {high:g} within two standard errors",
        gate=True,
    )


def sample_ratio(cells: Cells, gates: GateSettings) -> Verdict:
    """As many markets were treated as the recorded propensities say, campaign by campaign."""
    drawn = cells.drawn
    if not drawn.any():
        return Verdict("sample ratio", True, "nobody drew the markets", "–", gate=True)
    size = len(cells.campaign_ids)
    gap = np.where(drawn, cells.treated - cells.propensity, 0.0)
    spread = np.where(drawn, cells.propensity * (1 - cells.propensity), 0.0)
    total = np.bincount(cells.campaign, weights=gap, minlength=size)
    error = np.sqrt(np.bincount(cells.campaign, weights=spread, minlength=size))
    p = 2 * stats.norm.sf(np.abs(total) / np.maximum(error, 1e-12))
    failing = int((p < gates.sample_ratio_p).sum())
    # With many campaigns a few fail by chance.
    allowed = int(stats.binom.ppf(0.999, size, gates.sample_ratio_p))
    return Verdict(
        "sample ratio",
        failing <= allowed,
        f"{failing} of {size} campaigns with p < {gates.sample_ratio_p:g}",
        f"at most {allowed}",
        gate=True,
    )


def overlap(cells: Cells) -> Verdict:
    """Every market could have been on either side."""
    low, high = float(cells.propensity.min()), float(cells.propensity.max())
    return Verdict(
        "overlap",
        low >= 0.05 and high <= 0.95,
        f"propensities {low:.2f} to {high:.2f}",
        "0.05 to 0.95",
        gate=True,
    )


def balance(cells: Cells) -> Verdict:
    """Treated and held-out markets were alike before the campaign (SMD within campaigns)."""
    differences = {
        name: abs(standardised_difference(cells, column))
        for name, column in zip(PAST, cells.past.T, strict=True)
    }
    worst = max(differences, key=lambda name: differences[name])
    return Verdict(
        "balance before the campaign",
        differences[worst] < _LARGEST_SMD,
        f"largest standardised difference {differences[worst]:.3f} ({worst})",
        f"below {_LARGEST_SMD:g}",
        gate=not bool(cells.drawn.all()),
    )


def skill(metrics: dict[str, float]) -> Verdict:
    """Predictions beat one number for all on held-out campaigns."""
    return Verdict(
        "skill against one number for all",
        metrics["skill"] > 0,
        f"{metrics['skill']:.3f} ± {metrics['skill_error']:.3f} log likelihood a campaign",
        "above 0",
        gate=False,
    )


def challenger(metrics: dict[str, float]) -> Verdict:
    """The registered learner is at least as good as the R-learner on roster averages."""
    own, rival = metrics["skill"], metrics.get("roster_averages_skill", float("-inf"))
    return Verdict(
        "skill against the R-learner on roster averages",
        own >= rival,
        f"{own:.3f} against {rival:.3f}",
        "not below",
        gate=False,
    )


def placebo_p_value(cells: Cells, seed: int, permutations: int = _PERMUTATIONS) -> float:
    """Share of shuffled assignments whose average effect is at least as large, two-sided."""
    observed = abs(_average(cells, cells.treatment))
    draw = np.random.default_rng(seed)
    order = np.argsort(cells.campaign, kind="stable")
    extreme = 0
    for _ in range(permutations):
        shuffled = np.lexsort((draw.random(cells.size), cells.campaign))
        moved = np.empty_like(cells.treatment)
        moved[order] = (cells.treated - cells.propensity)[shuffled]
        moved = demean(moved, cells.weight, cells.campaign)
        extreme += abs(_average(cells, moved)) >= observed
    return (1 + extreme) / (1 + permutations)


def standardised_difference(cells: Cells, column: Floats) -> float:
    """Treated minus held-out mean within campaigns, in pooled standard deviations."""
    weight = np.ones(cells.size)
    centred = demean(column, weight, cells.campaign)
    spread = float(centred.std())
    treatment = demean(cells.treated - cells.propensity, weight, cells.campaign)
    slope = float(treatment @ centred) / max(float(treatment @ treatment), 1e-12)
    return slope / spread if spread > 1e-12 else 0.0


def _average(cells: Cells, treatment: Floats) -> float:
    effects, errors = campaign_effects(cells.campaign, cells.outcome, treatment, cells.weight)
    weight = errors**-2.0
    return float(weight @ effects / weight.sum())
