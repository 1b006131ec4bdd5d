"""What anybody could have predicted without a model: numbers and rankings known on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from training.arrays import Floats
from training.evidence.ranking import NAIVE_RULES, naive_priorities
from training.metrics.measured import average_effect, calibration_slope
from training.past import PastCampaigns, PastRoster
from training.residuals import campaign_effects
from training.run import MeasuredPast

ONE_NUMBER, REACH = "one_number", "reach"
#: Rules that predict a lift, by name; those of `NAIVE_RULES` only rank.
PREDICTING: Final = {ONE_NUMBER: "one number for all", REACH: "reach alone"}
RANKING: Final = {REACH: PREDICTING[REACH], **NAIVE_RULES}


def people_per_head(rosters: Sequence[PastRoster]) -> Floats:
    """Deduplicated people reached per inhabitant of the campaign's markets [campaign]."""
    reach = [roster.rows.reach for roster in rosters]
    return np.array([r.total_people / max(float(np.sum(r.population)), 1.0) for r in reach])


def predictions(past: MeasuredPast, judged: Sequence[PastRoster]) -> dict[str, Floats]:
    """Lifts of campaigns to come by the rules that predict one [campaign].

    One number is the precision-weighted mean of what was measured until then; reach is
    multiplied by what a person reached was worth until then.
    """
    sample = past.joined.sample
    effects, errors = campaign_effects(
        sample.cell_campaign, sample.outcome, sample.treatment, sample.weight
    )
    average = float(np.expm1(average_effect(effects, errors).value))
    worth = calibration_slope(people_per_head(past.joined.rosters), effects, errors).value
    return {
        ONE_NUMBER: np.full(len(judged), average),
        REACH: np.expm1(worth * people_per_head(judged)),
    }


def priorities(judged: Sequence[PastRoster], campaigns: PastCampaigns) -> Mapping[str, Floats]:
    """What the rules that only rank prefer, higher first [campaign]."""
    return naive_priorities(judged, campaigns.rosters)
