"""Checks of skill: is the model worth more than what anybody could do without it?"""

from __future__ import annotations

from collections.abc import Mapping

from training.checks.verdict import Verdict
from training.evidence.ranking import NAIVE_RULES


def skill(metrics: Mapping[str, float]) -> Verdict:
    """Predictions beat one number for all on held-out campaigns."""
    return Verdict(
        "skill against one number for all",
        metrics["skill"] > 0,
        f"{metrics['skill']:.3f} ± {metrics['skill_error']:.3f} log likelihood a campaign",
        "above 0",
        gate=False,
    )


def challenger(metrics: Mapping[str, float]) -> Verdict:
    """The registered learner is at least as good as the R-learner on roster averages."""
    own, rival = metrics["skill"], metrics.get("roster_averages_skill", float("-inf"))
    return Verdict(
        "skill against the R-learner on roster averages",
        own >= rival,
        f"{own:.3f} against {rival:.3f}",
        "not below",
        gate=False,
    )


def naive_rule(metrics: Mapping[str, float], rule: str) -> Verdict:
    """The half of past campaigns that the model prefers did better than the half of a rule."""
    name = f"over_{rule}"
    return Verdict(
        f"choice against {NAIVE_RULES[rule]}",
        metrics[f"{name}_low"] > 0,
        f"{metrics[name]:+.2%} more measured effect in the preferred half, "
        f"{metrics[f'{name}_low']:+.2%} to {metrics[f'{name}_high']:+.2%}",
        "90% interval above 0",
        gate=False,
    )


def ranking(metrics: Mapping[str, float]) -> Verdict:
    """Campaigns that were predicted to do better did better."""
    told = (
        f"{label} {metrics[name]:.2%} ({metrics[f'{name}_low']:.2%} to "
        f"{metrics[f'{name}_high']:.2%})"
        for name, label in (
            ("autoc", "AUTOC"),
            ("qini", "Qini"),
            ("auuc", "AUUC"),
            ("uplift_at_20", "uplift at 20%"),
        )
    )
    return Verdict(
        "ranking of held-out campaigns",
        metrics["autoc_low"] > 0 and metrics["qini_low"] > 0,
        ", ".join(told),
        "90% intervals of AUTOC and Qini above 0",
        gate=False,
    )
