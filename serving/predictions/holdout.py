"""Can it be proved? What a holdout test in the campaign's markets would see of a roster's lift."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from features.snapshots.snapshot import Snapshot
from serving.directory.card import model_info
from serving.messages.answers import Estimate, Warning
from serving.messages.holdout import HoldoutAnswer, HoldoutDesign, HoldoutRequest
from serving.predictions.cautions import cautions
from training.bundle import Bundle
from training.forecast import RosterForecast, forecast_roster
from training.intervals import quantile_interval
from training.leak import likely_share
from training.power.arithmetic import ENOUGH_POWER, expected_detection, held_out_count
from training.power.noise import SalesNoise, sales_noise
from training.power.words import Told, told

_HALF: Final = 0.5
#: Warnings of a forecast that bear on whether its lift can be proved.
_ABOUT_LIFT: Final = frozenset({"outside_training_support", "observational_evidence", "new_brand"})


def holdout_answer(bundle: Bundle, snapshot: Snapshot, request: HoldoutRequest) -> HoldoutAnswer:
    """Answer /v1/holdout.

    Raises:
        RequestError: unknown ids; no baseline; too few markets or weeks of sales for a test.
    """
    scored = forecast_roster(bundle, snapshot, request.to_campaign(), request.to_roster())
    noise = sales_noise(snapshot.sales, scored.campaign.brand_id, scored.baseline.market_ids)
    window = -(-scored.campaign.window.days // 7)
    weeks = sorted(request.weeks or [window])
    asked = request.leak
    leak = likely_share(bundle.manifest.metrics) if asked is None else asked
    designs = [
        _design(scored, noise, leak, share, span, window)
        for span in weeks
        for share in sorted(request.shares)
    ]
    best = recommended(designs)
    low, high = quantile_interval(scored.lift, request.interval)
    mean = scored.expected_lift()
    lift = Estimate(mean=mean, low=min(float(low), mean), high=max(float(high), mean))
    return HoldoutAnswer(
        model=model_info(bundle.manifest),
        as_of=snapshot.as_of,
        interval=request.interval,
        lift=lift,
        window_weeks=window,
        leak=leak,
        markets=len(noise.market_ids),
        weekly_noise=float(np.median(noise.spread)),
        autocorrelation=noise.autocorrelation,
        history_weeks=noise.weeks,
        designs=designs,
        recommended=best,
        verdict=_verdict(best.power),
        sentence=_sentence(best, lift, len(noise.market_ids)),
        warnings=[
            *(w for w in cautions(bundle, snapshot, scored) if w.code in _ABOUT_LIFT),
            *_of_leak(asked, leak),
            *_of_history(scored, noise),
        ],
    )


def recommended(designs: list[HoldoutDesign]) -> HoldoutDesign:
    """The least held out for the fewest weeks that sees the lift 4 times in 5, else the best."""
    enough = [design for design in designs if design.power >= ENOUGH_POWER]
    if enough:
        return min(enough, key=lambda design: (design.held_out, design.weeks))
    return max(designs, key=lambda design: design.power)


def _design(
    scored: RosterForecast, noise: SalesNoise, leak: float, share: float, weeks: int, window: int
) -> HoldoutDesign:
    detection = expected_detection(noise, share, weeks)
    held_out = held_out_count(len(noise.market_ids), share)
    # Beyond its window a campaign adds next to nothing: what it added thins out.
    thinned = min(window / weeks, 1.0)
    smallest = detection.smallest_detectable(1.0 - leak)
    forgone = held_out / len(noise.market_ids) * (1.0 - leak) * scored.expected_revenue()
    return HoldoutDesign(
        share=share,
        held_out=held_out,
        weeks=weeks,
        standard_error=detection.error,
        smallest_detectable_lift=smallest if np.isfinite(smallest) else None,
        power=float(np.mean(detection.power(scored.lift * thinned, 1.0 - leak))),
        revenue_forgone=float(forgone),
    )


def _sentence(best: HoldoutDesign, lift: Estimate, markets: int) -> str:
    return told(
        Told(
            lift=(lift.mean, lift.low, lift.high),
            markets=markets,
            held_out=best.held_out,
            weeks=best.weeks,
            power=best.power,
            smallest=best.smallest_detectable_lift,
        )
    )


def _verdict(power: float) -> Literal["provable", "uncertain", "not_provable"]:
    if power >= ENOUGH_POWER:
        return "provable"
    return "uncertain" if power >= _HALF else "not_provable"


def _of_leak(asked: float | None, leak: float) -> list[Warning]:
    if asked is None and leak > 0:
        return [
            Warning(
                code="leakage_assumed",
                message=f"As in past campaigns, {leak:.0%} of what posts do is taken to reach "
                "held-out markets; the test does not see that part.",
            )
        ]
    if leak > 0:
        return []
    return [
        Warning(
            code="leakage_not_counted",
            message="Nothing is taken to reach held-out markets. Organic posts do: of what "
            "gets through, nothing is seen by the test, so say how much that is.",
        )
    ]


def _of_history(scored: RosterForecast, noise: SalesNoise) -> list[Warning]:
    left_out = len(scored.baseline.market_ids) - len(noise.market_ids)
    if not left_out:
        return []
    return [
        Warning(
            code="markets_without_history",
            message=f"{left_out} markets have too few weeks of sales to take part in a test.",
        )
    ]
