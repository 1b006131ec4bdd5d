"""What a holdout test can show of a roster, in one sentence a planner understands."""

from __future__ import annotations

from dataclasses import dataclass

from training.power.arithmetic import ENOUGH_POWER

_HALF = 0.5


@dataclass(frozen=True)
class Told:
    """One roster and one test: shares throughout.

    `lift` is the mean and the bounds of what is expected; `smallest` the lift seen 4 times in 5,
    None where no lift is.
    """

    lift: tuple[float, float, float]
    markets: int
    held_out: int
    weeks: int
    power: float
    smallest: float | None


def told(test: Told) -> str:
    """Whether the test would show the roster's lift, and from which lift on it shows any."""
    mean, low, high = test.lift
    lift = f"the expected lift of {mean:+.1%} ({low:+.1%} to {high:+.1%})"
    where = f"{test.held_out} of {test.markets} markets held out, {test.weeks} weeks of sales"
    if test.smallest is None:
        return (
            f"No holdout test can show {lift}: the posts reach held-out markets as they reach "
            "the others. Keep them out of some markets first."
        )
    seen = f"It takes a lift of {test.smallest:.1%} to be seen 4 times in 5."
    if test.power >= ENOUGH_POWER:
        return (
            f"Yes: with {where}, a test would show {lift} with a chance of {test.power:.0%}. {seen}"
        )
    if test.power >= _HALF:
        return (
            f"Perhaps: at best ({where}) a test would show {lift} with a chance of "
            f"{test.power:.0%}. {seen}"
        )
    return (
        f"No: even at best ({where}) a test would show {lift} with a chance of only "
        f"{test.power:.0%}. {seen} Test a larger roster, in more markets, or several campaigns "
        "together."
    )
