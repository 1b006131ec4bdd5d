"""Checks of the effects: enough campaigns, an effect at all, and predictions of the right size."""

from __future__ import annotations

from collections.abc import Mapping

from training.checks.verdict import Verdict
from training.settings import GateSettings


def enough_campaigns(metrics: Mapping[str, float], gates: GateSettings) -> Verdict:
    """Too few held-out campaigns prove nothing."""
    found = int(metrics["campaigns"])
    return Verdict(
        "measured campaigns",
        found >= gates.min_campaigns,
        str(found),
        f"at least {gates.min_campaigns}",
        gate=True,
    )


def effect_size(metrics: Mapping[str, float], gates: GateSettings) -> Verdict:
    """The average campaign must have sold something."""
    z = metrics["average_effect"] / metrics["average_effect_error"]
    return Verdict(
        "average effect",
        z >= gates.min_effect_z,
        f"{metrics['average_effect']:.2%} ± {metrics['average_effect_error']:.2%} (z = {z:.1f})",
        f"z at least {gates.min_effect_z:g}",
        gate=True,
    )


def slope_beyond_zero(metrics: Mapping[str, float], gates: GateSettings) -> Verdict:
    """Larger predictions must go with larger measured lifts."""
    z = metrics["slope"] / metrics["slope_error"] if metrics["slope_error"] > 0 else 0.0
    return Verdict(
        "measured rises with predicted",
        bool(z >= gates.min_effect_z),
        f"z = {z:.1f}",
        f"z at least {gates.min_effect_z:g}",
        gate=True,
    )


def slope_near_one(metrics: Mapping[str, float], gates: GateSettings) -> Verdict:
    """The slope of measured on predicted lies in its range, or cannot be told from it."""
    slope, error = metrics["slope"], metrics["slope_error"]
    return Verdict(
        "slope of measured on predicted",
        within(slope, error, gates.slope),
        f"{slope:.2f} ± {error:.2f}",
        f"{gates.slope[0]:g} to {gates.slope[1]:g} within two standard errors",
        gate=True,
    )


def within(slope: float, error: float, allowed: tuple[float, float]) -> bool:
    """Whether a range holds a slope, give or take two standard errors."""
    return bool(slope + 2 * error >= allowed[0] and slope - 2 * error <= allowed[1])
