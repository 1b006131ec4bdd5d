"""What held-out campaigns say about a model: its numbers, its challengers, its calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from training.arrays import Booleans, Floats, Integers
from training.conformal import standardised
from training.intervals import Calibration, HeldOutEffects, calibrate
from training.leak import Leak
from training.metrics.measured import (
    average_effect,
    calibration_slope,
    noisy_r2_score,
    skill_score,
)
from training.metrics.truth import rank_score
from training.residuals import campaign_effects
from training.rosters.sample import RosterSample
from training.splits import out_of_bag


@dataclass(frozen=True)
class BaggedLifts:
    """What bags predict for the sample: lifts [bag, cell], expected values of bookings per unit
    of exposure [booking], and how often each bag drew each campaign [bag, campaign].
    """

    lifts: Floats
    values: Floats
    counts: Integers


@dataclass(frozen=True)
class Evidence:
    """Held-out effects, the calibration read off them, and metrics by name.

    `campaigns` numbers the campaigns that were judged, in the order of `held_out`: those that at
    least one bag left out. `judges` says which bags judged which campaign [bag, campaign].
    """

    held_out: HeldOutEffects
    calibration: Calibration
    metrics: dict[str, float]
    campaigns: Integers
    judges: Booleans

    @property
    def predicted(self) -> Floats:
        """Held-out predictions after recalibration [judged]."""
        predicted: Floats = self.calibration.slope * self.held_out.predicted
        return predicted

    @property
    def scores(self) -> Floats:
        """Measured less predicted, in standard deviations of what was expected [judged]."""
        return standardised(self.held_out, self.calibration)

    def unsure_of(self, leak: Leak) -> Evidence:
        """The same, not knowing exactly how much reached the markets that effects are set against.

        That error is shared by all measured effects, so held-out campaigns cannot show it.
        """
        own = self.calibration
        error = float(np.hypot(own.slope_error, own.slope * leak.relative_error))
        told = {
            "leak": leak.share,
            "leak_low": leak.low,
            "leak_high": leak.high,
            "leak_chance": leak.chance,
        }
        return replace(
            self,
            calibration=replace(own, slope_error=error),
            metrics={**self.metrics, **told},
        )


def gather(
    sample: RosterSample, bagged: BaggedLifts, challengers: Mapping[str, Floats]
) -> Evidence:
    """Judge bags on the campaigns they left out.

    Args:
        challengers: held-out lifts [cell] of other learners, by name.
    """
    judges = out_of_bag(bagged.counts)
    judged = np.flatnonzero(judges.any(axis=0))
    held_out = held_out_effects(sample, bagged, judges)
    calibration = calibrate(held_out)
    metrics = _metrics(held_out, calibration)
    for name, lifts in challengers.items():
        rival = average_log_effect(sample, lifts)[judged]
        metrics[f"{name}_skill"] = skill_score(rival, held_out.measured, held_out.error).value
        metrics[f"{name}_rank"] = rank_score(held_out.measured, rival)
    return Evidence(held_out, calibration, metrics, judged, judges)


def held_out_effects(sample: RosterSample, bagged: BaggedLifts, judges: Booleans) -> HeldOutEffects:
    """Predicted beside measured effects of campaigns, each by the bags that may judge it.

    A campaign that every bag drew is left out: nobody can judge it. That is one in a million of
    30 bags and one in ten of 5.
    """
    judged = judges.any(axis=0)
    per_bag = np.stack([average_log_effect(sample, lifts) for lifts in bagged.lifts])[:, judged]
    of_judges = np.where(judges[:, judged], per_bag, 0.0).sum(axis=0)
    measured, error = campaign_effects(
        sample.cell_campaign, sample.outcome, sample.treatment, sample.weight
    )
    return HeldOutEffects(
        predicted=of_judges / judges[:, judged].sum(axis=0),
        bag_variance=np.log(np.maximum(per_bag, 1e-9)).var(axis=0, ddof=1),
        concentration=concentration(sample, bagged.values)[judged],
        measured=measured[judged],
        error=error[judged],
    )


def average_log_effect(sample: RosterSample, lifts: Floats) -> Floats:
    """Each campaign's log(1 + lift), averaged as its measurement averages it [campaign]."""
    weight = sample.weight * sample.treatment**2
    total = np.bincount(sample.cell_campaign, weights=weight * np.log1p(lifts))
    mean: Floats = total / np.bincount(sample.cell_campaign, weights=weight)
    return mean


def concentration(sample: RosterSample, values: Floats) -> Floats:
    """Σ(part of the roster's lift)² by campaign: 1 for one creator, 1/n for n equal ones."""
    weight = sample.weight * sample.treatment**2
    parts = (sample.shares.T @ weight) * values
    total = np.bincount(sample.booking_campaign, weights=parts)
    squares = np.bincount(sample.booking_campaign, weights=parts**2)
    share: Floats = squares / np.maximum(total, 1e-300) ** 2
    return np.minimum(share, 1.0)


def _metrics(held_out: HeldOutEffects, calibration: Calibration) -> dict[str, float]:
    f, d, s = held_out.predicted, held_out.measured, held_out.error
    slope = calibration_slope(f, d, s)
    average = average_effect(d, s)
    skill = skill_score(calibration.slope * f, d, s)
    score, ceiling = noisy_r2_score(calibration.slope * f, d, s)
    scores = standardised(held_out, calibration)
    return {
        "campaigns": float(len(f)),
        "average_effect": average.value,
        "average_effect_error": average.error,
        "slope": slope.value,
        "slope_error": slope.error,
        "r2": score,
        "r2_ceiling": ceiling,
        "rank": rank_score(d, f),
        "skill": skill.value,
        "skill_error": skill.error,
        "coverage_90_of_measured": float(np.mean(np.abs(scores) <= 1.6449)),
        "median_error_of_measured": float(np.median(s)),
        "predicted_spread": float(np.std(calibration.slope * f)),
        "calibrated_slope": calibration.slope,
        "shared_misfit": calibration.shared_misfit,
        "creator_misfit": calibration.creator_misfit,
    }
