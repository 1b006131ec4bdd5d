"""What measured effects rest on: a lot, an adjustment, or something of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RANDOMISED: Final = "randomised"
PARTLY: Final = "partly observational"
OBSERVATIONAL: Final = "observational"


def grade(metrics: Mapping[str, float]) -> str:
    """The grade of a training run's evidence, from its metric `share_drawn`."""
    drawn = metrics["share_drawn"]
    if drawn >= 1.0:
        return RANDOMISED
    return PARTLY if drawn > 0.0 else OBSERVATIONAL


def grade_words(metrics: Mapping[str, float]) -> str:
    """The grade in sentences, with what an unseen reason for choosing markets could undo."""
    graded, drawn = grade(metrics), metrics["share_drawn"]
    if graded == RANDOMISED:
        return "Every market's side was drawn at random with a recorded probability."
    told = (
        "Nobody drew the markets, or the record of it cannot be true"
        if graded == OBSERVATIONAL
        else f"{drawn:.0%} of the cells had their side drawn at random with a recorded probability"
    )
    words = f"{told}: the evidence is {graded}, and rests on adjustment for the markets' past."
    if "robustness_value" not in metrics:
        return words
    return (
        f"{words} An unseen reason for choosing markets that explains "
        f"{metrics['robustness_value']:.1%} of what choice and sales have left would take all of "
        f"the effect (E-value {metrics['e_value']:.2f}); one as strong as the strongest seen would "
        f"leave {metrics['effect_left']:.2%}."
    )
