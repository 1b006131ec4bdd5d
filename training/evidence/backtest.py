"""The backtest forward in time: learn from the first campaigns, judge those booked later.

Bags out of their own campaigns may have seen what came after the campaign they judge. Whoever
uses the model never has: a season, a fashion, a platform may have turned. The learner is tuned
and fitted anew on the early campaigns alone, with few folds and few bags, as only its
predictions are asked for. Past the cut, nothing is used but sales of the weeks around the later
campaigns' windows, against which these are measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.evidence.held_out import average_log_effect
from training.evidence.scoring import member_lifts, part_of
from training.metrics.measured import calibration_slope, skill_score
from training.metrics.truth import rank_score
from training.past import PastRoster
from training.residuals import campaign_effects
from training.rosters.fitting import fit_learner
from training.rosters.sample import RosterSample
from training.settings import Settings
from training.splits import TimeForward, time_forward

_FEWEST_LEARNED, _FEWEST_JUDGED = 20, 5
_FOLDS, _BAGS = 3, 5


def cut_in_time(rosters: Sequence[PastRoster]) -> TimeForward:
    """The cut at which seven in ten campaigns had been booked."""
    booked = [roster.campaign.booked_on for roster in rosters]
    over = [roster.campaign.window.last for roster in rosters]
    return time_forward(np.array(booked, "datetime64[D]"), np.array(over, "datetime64[D]"))


def backtest_metrics(
    sample: RosterSample, split: TimeForward, settings: Settings
) -> dict[str, float]:
    """Slope, skill and rank of predictions for the later campaigns, before any recalibration.

    `backtest_campaigns` is the number of later campaigns, 0 where either side of the cut has too
    few; the other numbers are then absent.
    """
    if len(split.learn) < _FEWEST_LEARNED or len(split.judge) < _FEWEST_JUDGED:
        return {"backtest_campaigns": 0.0}
    fitted = fit_learner(part_of(sample, split.learn).sample, _quick(settings))
    later = part_of(sample, split.judge).sample
    lifts = [member_lifts(fitted.model, bag, later) for bag in range(_BAGS)]
    predicted = average_log_effect(later, np.mean(lifts, axis=0))
    measured, error = campaign_effects(
        later.cell_campaign, later.outcome, later.treatment, later.weight
    )
    slope = calibration_slope(predicted, measured, error)
    skill = skill_score(predicted, measured, error)
    return {
        "backtest_campaigns": float(len(split.judge)),
        "backtest_slope": slope.value,
        "backtest_slope_error": slope.error,
        "backtest_skill": skill.value,
        "backtest_skill_error": skill.error,
        "backtest_rank": rank_score(measured, predicted),
    }


def _quick(settings: Settings) -> Settings:
    intervals = settings.intervals.model_copy(update={"bags": _BAGS})
    return settings.model_copy(
        update={"folds": min(settings.folds, _FOLDS), "intervals": intervals}
    )
