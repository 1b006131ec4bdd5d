"""What each metric of a training run means, in the words that reports and model cards use."""

from __future__ import annotations

from typing import Final

from training.evidence.ranking import NAIVE_RULES

#: Metrics that come with the ends of their 90% interval, as `<name>_low` and `<name>_high`.
INTERVAL_TEXTS: Final = {
    "leak": "share of an effect that reached the markets held out; effects are corrected for it",
    "autoc": "AUTOC: mean gain of the preferred campaigns over all, averaged over every share",
    "qini": "Qini: the same gain, each share weighted by its size",
    "auuc": "AUUC: Qini plus the area that a random order has, half the average effect",
    "uplift_at_20": "mean measured log effect of the fifth of campaigns that is preferred",
    **{
        f"over_{rule}": f"measured log effect gained over choosing half of the campaigns: {words}"
        for rule, words in NAIVE_RULES.items()
    },
}
#: Metrics of runs in which nobody drew some of the markets.
OBSERVATIONAL_TEXTS: Final = {
    "robustness_value": "where nobody drew: share of what choice and sales have left that an "
    "unseen reason must explain to bring the average effect to nothing",
    "e_value": "the same as a ratio: how many times likelier treatment and sales must each be",
    "effect_left": "what a reason as strong as the strongest covariate would leave of that effect",
}
METRIC_TEXTS: Final = {
    "campaigns": "past campaigns with a measured lift, judged by fits that had not seen them",
    "share_drawn": "share of cells whose side was drawn at random with a recorded probability; "
    "none where the record cannot be true",
    **OBSERVATIONAL_TEXTS,
    "leak_chance": "probability that anything reached the markets held out",
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
    "coverage_90_of_measured": "share of measured effects inside their 90% intervals",
    "predicted_spread": "standard deviation of predicted log effects",
    "shared_misfit": "misfit shared by a campaign (log standard deviation)",
    "creator_misfit": "misfit of single creators (log standard deviation)",
    "one_number_skill": "the same gain for one number learned on other campaigns",
    "one_number_rank": "rank correlation of one number, which has none to show",
    "roster_averages_skill": "the same gain for the R-learner on roster averages",
    "roster_averages_rank": "rank correlation of the R-learner on roster averages",
    "backtest_campaigns": "later campaigns that the backtest forward in time judged",
    "backtest_slope": "slope of measured on predicted for the later campaigns",
    "backtest_slope_error": "its standard error",
    "backtest_skill": "log likelihood gained over one number for all, per later campaign",
    "backtest_skill_error": "its standard error",
    "backtest_rank": "rank correlation of predicted with measured effects, later campaigns",
    **INTERVAL_TEXTS,
    **{
        f"{name}_{end}": f"{word} end of the 90% interval of {name}"
        for name in INTERVAL_TEXTS
        for end, word in (("low", "lower"), ("high", "upper"))
    },
}
