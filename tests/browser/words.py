"""How the page writes numbers, written a second time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping


def money(value: float) -> str:
    """Two or three digits: 32,861 is 32,900."""
    step = 10 ** max(0, math.floor(math.log10(abs(value))) - 2) if value else 1
    return _minus(f"{math.floor(value / step + 0.5) * step:,.0f}")


def exact(value: float) -> str:
    """To the whole unit."""
    return _minus(f"{value:,.0f}")


def short(value: float) -> str:
    """To the whole unit below 1,000, three digits and a letter above."""
    return exact(value) if value < 1000 else f"{float(f'{value:.3g}') / 1000:g}K"


def percent(share: float, *, sign: bool = False) -> str:
    """Whole from 10 %, with a digit below, and with as many as it takes below 0.1 %."""
    value = 100 * share
    digits = 0 if abs(value) >= 10 else 1
    if 0.0005 <= abs(value) < 0.1:
        digits = next(count for count in (2, 3, 4) if abs(value) >= 10.0**-count)
    return _minus(f"{value:{'+' if sign and value > 0 else ''}.{digits}f}\u00a0%")


def chance(probability: float) -> str:
    """Never certain."""
    if probability > 0.99:
        return "more than 99\u00a0%"
    if probability < 0.01:
        return "less than 1\u00a0%"
    return f"{100 * probability:.0f}\u00a0%"


def twice(value: float) -> str:
    """Two digits after the point."""
    return f"{value:.2f}"


def span(estimate: Mapping[str, float], written: Callable[[float], str]) -> str:
    """From low to high."""
    return f"{written(estimate['low'])} to {written(estimate['high'])}"


def _minus(text: str) -> str:
    nothing = text.strip("+-0.,% \u00a0") == ""
    return text.lstrip("+-") if nothing else text.replace("-", "−")
