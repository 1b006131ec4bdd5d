"""What each metric of a training run means, in the words that reports and model cards use."""

from __future__ import annotations

from typing import Final

METRIC_TEXTS: Final = {
    "campaigns": "past campaigns with a measured lift",
    "share_drawn": "share of cells whose side was drawn at random with a recorded probability",
    "average_effect": "precision-weighted mean measured log effect",
    "average_effect_error": "its standard error",
    "median_error_of_measured": "median standard error of one campaign's measured log effect",
    "slope": "slope of measured on predicted log effect, held-out campaigns, before recalibration",
    "slope_error": "its standard error",
    "calibrated_slope": "slope used for recalibration (drawn towards 1 by its prior)",
    "r2": "R² against measured effects (noisy labels)",
    "r2_ceiling": "the R² that perfect predictions would show on such noisy labels",
    "rank": "rank correlation of predicted with measured effects",
    "skill": "log likelihood gained over one number for all, per campaign",
    "skill_error": "its standard error",
    "coverage_90_of_measured": "share of measured effects inside their 90 % intervals",
    "predicted_spread": "standard deviation of predicted log effects",
    "shared_misfit": "misfit shared by a campaign (log standard deviation)",
    "creator_misfit": "misfit of single creators (log standard deviation)",
    "one_number_skill": "the same gain for one number learned on other campaigns",
    "one_number_rank": "rank correlation of one number, which has none to show",
    "roster_averages_skill": "the same gain for the R-learner on roster averages",
    "roster_averages_rank": "rank correlation of the R-learner on roster averages",
}
