"""A designed test for machines: assignments in the shape of their table, and one JSON document."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.design.beside import BrandCampaign
from experiments.design.design import DesignedTest
from experiments.design.tried import TriedShare
from training.power.words import Told, told

Json = dict[str, Any]
#: Campaigns beside a test are worth a word where they make the smallest lift so much larger.
_MATTERS: Final = 1.1


def assignments_table(designed: DesignedTest, campaign_id: str) -> pd.DataFrame:
    """The drawn markets as rows of the table `assignments`."""
    best = designed.recommended
    return pd.DataFrame(
        {
            "campaign_id": campaign_id,
            "market_id": list(designed.past.market_ids),
            "treated": best.treated,
            "propensity": best.draws.propensity,
        }
    )


def sentences(designed: DesignedTest) -> list[str]:
    """What the recommended test can show, in words: one sentence for each roster."""
    best, question = designed.recommended, designed.question
    smallest = _finite(best.smallest_detectable)
    where = (
        f"{best.held_out} of {len(best.treated)} markets held out, {question.weeks} weeks of sales"
    )
    if not question.lifts and smallest is None:
        return [f"With {where}: nothing can be seen where everything leaks."]
    if not question.lifts:
        return [f"With {where}, a lift of {smallest:.1%} is seen 4 times in 5."]
    return [
        (f"{name}: " if len(question.lifts) > 1 else "")
        + told(
            Told(
                lift=(lift.mean, *lift.interval()),
                markets=len(best.treated),
                held_out=best.held_out,
                weeks=question.weeks,
                power=best.powers[name],
                smallest=_finite(best.detection.smallest_detectable(best.leakages[name].contrast)),
            )
        )
        for name, lift in question.lifts.items()
    ]


def beside_sentence(designed: DesignedTest) -> str | None:
    """What other campaigns of the brand do to the test, or would do; None where it is little."""
    best = designed.recommended
    smallest = _finite(best.smallest_detectable)
    if smallest is None:
        return None
    if designed.beside:
        named = ", ".join(
            f"{one.campaign_id} ({one.window.first} to {one.window.last})"
            for one in designed.beside
        )
        return (
            f"Other campaigns of the brand add to sales in the test's weeks, in some markets more "
            f"than in others: {named}. This is counted; without them a lift of "
            f"{best.smallest_alone:.1%} would be seen 4 times in 5."
        )
    if best.smallest_disturbed < _MATTERS * smallest:
        return None
    return (
        "This holds as long as no other campaign of the brand runs beside the test: with one that "
        f"adds {designed.past.unevenness.typical**0.5:.1%} on average, in some markets more than "
        f"in others, it takes a lift of {best.smallest_disturbed:.1%}."
    )


def document(designed: DesignedTest, campaign_id: str) -> Json:
    """Everything that was tried and drawn, as JSON holds it."""
    question, best = designed.question, designed.recommended
    return {
        "campaign_id": campaign_id,
        "brand_id": designed.past.brand_id,
        "starts_on": question.starts_on.isoformat(),
        "weeks": question.weeks,
        "seed": question.seed,
        "markets": len(designed.past.market_ids),
        "weekly_noise": float(np.median(designed.past.noise.spread)),
        "autocorrelation": designed.past.noise.autocorrelation,
        "pre_weeks": designed.windows.pre_weeks,
        "placebo_windows": {
            "count": len(designed.windows.starts),
            "of_season": designed.windows.of_season,
            "tests": best.simulated.tests,
        },
        "recommended": {**_share(best), **_drawn(best)},
        "shares": [_share(one) for one in designed.tried],
        "lengths": [
            {
                "weeks": one.weeks,
                "smallest_detectable_lift": _finite(one.smallest_detectable),
                "power": dict(one.powers),
            }
            for one in designed.weeks_tried
        ],
        "predicted": {
            name: dict(zip(("mean", "low", "high"), (lift.mean, *lift.interval()), strict=True))
            for name, lift in question.lifts.items()
        },
        "can_see": designed.can_see if question.lifts else None,
        "sentences": sentences(designed),
        "beside": [_beside(one) for one in designed.beside],
        "beside_sentence": beside_sentence(designed),
        "assignments": assignments_table(designed, campaign_id).to_dict("records"),
    }


def _beside(campaign: BrandCampaign) -> Json:
    return {
        "campaign_id": campaign.campaign_id,
        "sales_from": campaign.window.first.isoformat(),
        "sales_to": campaign.window.last.isoformat(),
        "markets_assigned": campaign.assigned,
        "expected_effect": campaign.effect,
        "spread_over_markets": math.sqrt(campaign.variance),
    }


def _drawn(best: TriedShare) -> Json:
    return {
        "pre_period_balance": dict(best.balance),
        "leakage": {name: asdict(found) for name, found in best.leakages.items()},
        "power_curve": [
            {"lift": lift, "simulated": seen, "expected": expected}
            for lift, seen, expected in zip(
                best.simulated.lifts.tolist(),
                best.simulated.rejected.tolist(),
                best.detection.power(best.simulated.lifts).tolist(),
                strict=True,
            )
        ],
    }


def _share(tried: TriedShare) -> Json:
    return {
        "share": tried.share,
        "held_out": tried.held_out,
        "smallest_detectable_lift": _finite(tried.smallest_detectable),
        "smallest_detectable_lift_alone": _finite(tried.smallest_alone),
        "standard_error": tried.detection.error,
        "size": tried.simulated.size,
        "power": dict(tried.powers),
    }


def _finite(lift: float) -> float | None:
    return lift if math.isfinite(lift) else None
