"""Checks of leakage: nobody is judged on what he saw, and the past foretells the future."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from training.arrays import Booleans, Integers
from training.checks.effects import within
from training.checks.verdict import Verdict
from training.past import PastRoster
from training.settings import GateSettings
from training.splits import CampaignFolds


def leakage(
    folds: CampaignFolds, judges: Booleans, counts: Integers, rosters: Sequence[PastRoster]
) -> Verdict:
    """No campaign is judged by a fit that saw it, under its own id or under another.

    Args:
        folds: those of tuning; that they hold each campaign once was proven when they were made.
        judges: which bags judged which campaigns [bag, campaign].
        counts: how often each bag drew each campaign [bag, campaign].
        rosters: in the order of the campaign numbers.
    """
    judged, seen = int(judges.sum()), int(np.sum(judges & (counts > 0)))
    twins = recorded_twice(rosters)
    return Verdict(
        "leakage between folds",
        seen == 0 and twins == 0,
        f"{folds.campaigns} campaigns, each in one of {len(folds.splits)} folds; {seen} of "
        f"{judged:,} judgements by bags that drew the campaign; {twins} campaigns recorded twice",
        "no judge that saw its campaign, no campaign under two ids",
        gate=True,
    )


def time_forward(metrics: Mapping[str, float], gates: GateSettings) -> Verdict:
    """What was learned from the first campaigns holds for those booked later."""
    expected = f"slope {gates.slope[0]:g} to {gates.slope[1]:g} within two standard errors"
    name = "backtest forward in time"
    if not metrics["backtest_campaigns"]:
        return Verdict(name, False, "too few campaigns on a side of the cut", expected, gate=False)
    slope, error = metrics["backtest_slope"], metrics["backtest_slope_error"]
    return Verdict(
        name,
        within(slope, error, gates.slope),
        f"slope {slope:.2f} ± {error:.2f} over {metrics['backtest_campaigns']:.0f} later "
        f"campaigns; skill {metrics['backtest_skill']:.3f} ± {metrics['backtest_skill_error']:.3f}",
        expected,
        gate=False,
    )


def recorded_twice(rosters: Sequence[PastRoster]) -> int:
    """Campaigns that share brand, days, markets and creators with another: one under two ids."""
    seen = Counter(
        (
            roster.campaign.brand_id,
            roster.campaign.starts_on,
            roster.campaign.ends_on,
            roster.campaign.markets,
            tuple(sorted(roster.rows.creator_ids)),
        )
        for roster in rosters
    )
    return sum(times for times in seen.values() if times > 1)
