"""The findings of a run in sentences: what a colleague reads before any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from training.checks.verdict import Verdict
from training.evidence.champion import ChampionComparison, Compared

_VERDICTS = {
    "promoted": "Promoted",
    "refused": "Refused",
    "not promoted": "Passed, not promoted",
}


def headline(verdict: str) -> str:
    """The verdict in a word or three."""
    return _VERDICTS[verdict]


def of_gates(verdict: str, checks: Sequence[Verdict], reason: str) -> str:
    """Why the verdict is what it is.

    Args:
        reason: what whoever forced the promotion gave as theirs.
    """
    passed = [check.passed for check in checks if check.gate]
    gates, failed = len(passed), passed.count(False)
    if verdict == "refused":
        return (
            f"It failed {failed} of the {gates} gates. The version is registered, nobody is served "
            "by it."
        )
    if verdict == "not promoted":
        return (
            f"It passed all {gates} gates. The run was asked not to promote, so the version is "
            "registered and nobody is served by it."
        )
    if failed:
        return (
            f"It failed {failed} of the {gates} gates and was promoted all the same, by force. The "
            f"reason given: {reason}"
        )
    return f"It passed all {gates} gates and is what the service answers with."


def of_others(checks: Sequence[Verdict]) -> str:
    """Which checks failed that stop nothing."""
    others = [check for check in checks if not check.gate]
    failed = [check.check for check in others if not check.passed]
    if not failed:
        return f"Each of the {len(others)} other checks passed."
    return (
        f"{len(failed)} of the {len(others)} other checks failed, which stops nothing but should "
        f"be read: {listed(failed)}."
    )


def summary(metrics: Mapping[str, float]) -> list[str]:
    """What held-out campaigns say, in four sentences."""
    m = metrics
    explained = f"{m['r2']:.0%}" if m["r2"] > 0 else "none"
    return [
        f"{m['campaigns']:.0f} past campaigns were judged by fits that had never seen them. The "
        f"average one sold {m['average_effect']:.2%} more than it would have without its roster "
        f"(standard error {m['average_effect_error']:.2%}).",
        f"Where the model expected one percent more, {m['slope']:.2f}% more was measured "
        f"(± {m['slope_error']:.2f}).",
        f"It accounts for {explained} of the variance of measured effects. Perfect "
        f"predictions would account for {m['r2_ceiling']:.0%}: the typical single measurement is "
        f"off by {m['median_error_of_measured']:.2%}.",
        f"{m['coverage_90_of_measured']:.0%} of measured effects lie inside their 90% intervals.",
    ]


def of_backtest(metrics: Mapping[str, float]) -> str:
    """How a model of the earlier campaigns fared on the later ones."""
    if not metrics["backtest_campaigns"]:
        return "There are too few campaigns to cut them in time and judge the later ones."
    return (
        "The same learner, fitted only on campaigns that were over by then, was asked for the "
        f"{metrics['backtest_campaigns']:.0f} campaigns booked last. Where it expected one percent "
        f"more, {metrics['backtest_slope']:.2f}% more was measured "
        f"(± {metrics['backtest_slope_error']:.2f})."
    )


def of_champion(compared: ChampionComparison | None) -> list[str]:
    """How the new model fares beside the champion."""
    if compared is None:
        return ["There was no champion to compare with."]
    if compared.reason:
        return [f"The champion could not be asked: {compared.reason}"]
    begin = (
        f"The champion, version {compared.version}, learned from sales until "
        f"{compared.trained_until}."
    )
    if not compared.parts:
        return [begin, "Too few campaigns were judged to compare both."]
    return [begin, *(_of_part(part) for part in compared.parts)]


def listed(names: Sequence[str]) -> str:
    """Names with commas and an "and"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _of_part(part: Compared) -> str:
    gain, error = part.gain.value, part.gain.error
    better = "gains" if gain >= 0 else "loses"
    beyond = "more than" if abs(gain) > 2 * error else "no more than"
    if part.seen:
        return (
            f"On the {part.campaigns} campaigns that the champion had learned from, it is judged "
            f"in sample and looks better than it is; there the new model {better} "
            f"{abs(gain):.3f} ± {error:.3f} log likelihood a campaign."
        )
    return (
        f"On the {part.campaigns} campaigns that neither had seen, the new model {better} "
        f"{abs(gain):.3f} ± {error:.3f} log likelihood a campaign, {beyond} chance would do."
    )
