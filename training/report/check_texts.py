"""What each check asks, in one sentence, for the report."""

from __future__ import annotations

from typing import Final

from training.evidence.ranking import NAIVE_RULES

CHECK_TEXTS: Final = {
    "measured campaigns": "Are there enough campaigns to prove anything?",
    "average effect against shuffled markets": (
        "Would shuffling which markets were treated show as large an effect?"
    ),
    "average effect": "Did the average campaign sell anything?",
    "measured rises with predicted": "Do larger predictions go with larger measured lifts?",
    "slope of measured on predicted": "Are predictions of the right size?",
    "sample ratio": "Were as many markets treated as the recorded chances say?",
    "drawn as recorded": "Could a lot have drawn the markets that are recorded as drawn?",
    "average effect before the campaign": (
        "Do markets recorded as drawn differ in weeks in which nothing had happened yet?"
    ),
    "sensitivity to what was not observed": (
        "Where nobody drew: would an unseen reason as strong as the strongest seen one leave any "
        "effect?"
    ),
    "overlap": "Could every market have been on either side?",
    "effective sample size": "Or do a few unlikely markets stand for all the others?",
    "leakage between folds": "Was every campaign judged by fits that had not seen it?",
    "balance before the campaign": (
        "Were treated and held-out markets alike in level, trend, price, discount and media? Where "
        "markets were drawn an imbalance is luck, and adjusted for; where not, it is a fault."
    ),
    "placebo in time": "Is nothing found in weeks in which nothing had happened yet?",
    "size of the test on shuffled markets": (
        "Are standard errors right: does a 5% test reject 5% of assignments without effect?"
    ),
    "backtest forward in time": (
        "Does a model of the earlier campaigns get the size of the later ones right?"
    ),
    "skill against one number for all": "Is the model better than the average?",
    "skill against the R-learner on roster averages": "Is it better than the textbook way?",
    "ranking of held-out campaigns": "Did campaigns that were predicted to do better do better?",
    **{
        f"choice against {words}": "Would choosing by the model have been worth more?"
        for words in NAIVE_RULES.values()
    },
}
