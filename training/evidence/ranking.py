"""How well held-out campaigns were ranked, and what choosing by the model is worth.

The unit is the campaign, as a roster is booked for a campaign as a whole: its measured effect
is the mean of its cells' doubly robust scores, its precision the weight of that mean. Campaigns
are the clusters as well, so that every interval says what other campaigns would have shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from features.entities import Roster
from training.arrays import Floats, Integers
from training.evidence.held_out import Evidence
from training.metrics.clusters import Interval, cluster_interval
from training.metrics.policy import policy_value
from training.metrics.rate import rate_score
from training.past import PastRoster

#: Rules anybody can follow without a model, by the name their metrics carry.
NAIVE_RULES: Final = {
    "most_followers": "most followers",
    "highest_engagement": "highest engagement",
    "cheapest": "cheapest roster",
}
#: Shares of campaigns at which choices are drawn as curves.
CHOICE_SHARES: Final = tuple(number / 20 for number in range(2, 21))
_PREFERRED_SHARE = 0.5
_TOP_SHARE = 0.2


def ranking_metrics(evidence: Evidence, seed: int) -> dict[str, float]:
    """AUTOC, Qini, AUUC and uplift at 20 % of held-out campaigns, each with its 90 % interval.

    All in units of log effect. AUUC holds the area that a random order has, half the average
    effect; Qini is what is above it.
    """
    model, effect, weight = _ranked(evidence)

    def qini(rows: Integers) -> float:
        return rate_score(effect[rows], model[rows], weighting="qini", weight=weight[rows])

    return {
        **_interval(
            "autoc",
            lambda rows: rate_score(effect[rows], model[rows], weight=weight[rows]),
            len(model),
            seed,
        ),
        **_interval("qini", qini, len(model), seed),
        **_interval(
            "auuc",
            lambda rows: qini(rows) + float(np.average(effect[rows], weights=weight[rows])) / 2,
            len(model),
            seed,
        ),
        **_interval(
            "uplift_at_20",
            lambda rows: policy_value(
                effect[rows], model[rows], share=_TOP_SHARE, weight=weight[rows]
            ),
            len(model),
            seed,
        ),
    }


def choice_metrics(
    evidence: Evidence, priorities: Mapping[str, Floats], seed: int
) -> dict[str, float]:
    """How much more the half that the model prefers did than the half that each rule prefers.

    Args:
        priorities: higher is preferred, by rule [campaign].
    """
    model, effect, weight = _ranked(evidence)
    found: dict[str, float] = {}
    for rule, priority in priorities.items():
        naive = priority[evidence.campaigns]

        def gain(rows: Integers, naive: Floats = naive) -> float:
            own, rival = (
                policy_value(effect[rows], rank[rows], share=_PREFERRED_SHARE, weight=weight[rows])
                for rank in (model, naive)
            )
            return own - rival

        found |= _interval(f"over_{rule}", gain, len(model), seed)
    return found


def choice_curves(evidence: Evidence, priorities: Mapping[str, Floats]) -> dict[str, Floats]:
    """Mean measured effect of the campaigns that each rule prefers [share of `CHOICE_SHARES`].

    Args:
        priorities: higher is preferred, by rule [campaign]; the model's is added as "model".
    """
    model, effect, weight = _ranked(evidence)
    ranks = {"model": model, **{rule: own[evidence.campaigns] for rule, own in priorities.items()}}
    return {
        name: np.array(
            [policy_value(effect, rank, share=share, weight=weight) for share in CHOICE_SHARES]
        )
        for name, rank in ranks.items()
    }


def naive_priorities(
    rosters: Sequence[PastRoster], bookings: Mapping[str, Roster]
) -> dict[str, Floats]:
    """What `NAIVE_RULES` rank rosters by [campaign].

    Args:
        bookings: the rosters with their fees, by campaign_id.
    """
    followers, engagement, price = [], [], []
    for roster in rosters:
        rows = roster.rows.features
        once = ~np.array([c in roster.rows.creator_ids[:i] for i, c in _numbered(roster)])
        counts = np.expm1(rows["log_followers_total"].to_numpy(dtype=float))
        rates = np.expm1(rows["log_engagement_per_follower_90d"].to_numpy(dtype=float))
        followers.append(float(np.nansum(counts[once])))
        engagement.append(float(np.nanmean(rates)) if np.isfinite(rates).any() else 0.0)
        price.append(sum(b.fee for b in bookings[str(roster.campaign.campaign_id)]))
    return {
        "most_followers": np.array(followers),
        "highest_engagement": np.array(engagement),
        "cheapest": -np.array(price),
    }


def _numbered(roster: PastRoster) -> list[tuple[int, str]]:
    return list(enumerate(roster.rows.creator_ids))


def _ranked(evidence: Evidence) -> tuple[Floats, Floats, Floats]:
    """Predicted and measured effects of judged campaigns, and the precision of the latter."""
    held_out = evidence.held_out
    return held_out.predicted, held_out.measured, held_out.error**-2.0


def _interval(
    name: str, statistic: Callable[[Integers], float], campaigns: int, seed: int
) -> dict[str, float]:
    found: Interval = cluster_interval(statistic, np.arange(campaigns), seed=seed)
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
