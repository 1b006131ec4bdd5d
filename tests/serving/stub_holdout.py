"""The stub's holdout tests: fifty markets, an error of 0.4 % of sales halved by nothing."""

from __future__ import annotations

from serving.messages.answers import Estimate, Warning
from serving.messages.holdout import HoldoutAnswer, HoldoutDesign, HoldoutRequest
from tests.serving.stub_answers import AS_OF, BASELINE, MODEL

MARKETS = 50


def holdout_of(request: HoldoutRequest) -> HoldoutAnswer:
    """Each post lifts by 0.1 %; a lift of 1.2 % is seen four times in five, whatever is held out."""
    lift = 0.001 * sum(booking.posts for booking in request.roster)
    leak = request.leak or 0.0
    smallest = 0.012 / (1 - leak) if leak < 1 else None
    power = 0.0 if smallest is None else min(0.8 * lift / smallest, 1.0)
    designs = [
        HoldoutDesign(
            share=share,
            held_out=round(share * MARKETS),
            weeks=weeks,
            standard_error=0.004,
            smallest_detectable_lift=smallest,
            power=power,
            revenue_forgone=share * lift * BASELINE,
        )
        for weeks in request.weeks or [6]
        for share in request.shares
    ]
    return HoldoutAnswer(
        model=MODEL,
        as_of=AS_OF,
        interval=request.interval,
        lift=Estimate(mean=lift, low=0.5 * lift, high=1.5 * lift),
        window_weeks=6,
        leak=leak,
        markets=MARKETS,
        weekly_noise=0.043,
        autocorrelation=0.2,
        history_weeks=156,
        designs=designs,
        recommended=designs[0],
        verdict="provable" if power >= 0.8 else "not_provable",
        sentence=f"A test would show {lift:+.1%} with a chance of {power:.0%}.",
        warnings=[] if leak else [Warning(code="leakage_not_counted", message="It leaks.")],
    )
