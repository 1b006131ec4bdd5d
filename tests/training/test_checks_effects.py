"""Gates refuse their own fault and nothing else; a world of nothing is refused with reasons."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.plain_rosters import plain_roster
from tests.training.simulated_cells import simulate_cells
from training.cells import Cells
from training.checks.effects import (
    effect_size,
    enough_campaigns,
    slope_beyond_zero,
    slope_near_one,
)
from training.checks.skill import challenger, naive_rule, ranking, skill
from training.checks.suite import Judgement, run_checks
from training.checks.verdict import Verdict, as_tags, refusals
from training.evidence.ranking import NAIVE_RULES
from training.report.check_texts import CHECK_TEXTS
from training.settings import GateSettings
from training.splits import campaign_folds

GATES = GateSettings()
RANKED = ("autoc", "qini", "auuc", "uplift_at_20", *(f"over_{rule}" for rule in NAIVE_RULES))
GOOD = {
    "campaigns": 60.0,
    "average_effect": 0.02,
    "average_effect_error": 0.002,
    "slope": 1.1,
    "slope_error": 0.15,
    "skill": 0.3,
    "skill_error": 0.1,
    "roster_averages_skill": 0.2,
    "backtest_campaigns": 20.0,
    "backtest_slope": 0.9,
    "backtest_slope_error": 0.2,
    "backtest_skill": 0.2,
    "backtest_skill_error": 0.2,
    **dict.fromkeys(RANKED, 0.01),
    **{f"{name}_low": 0.005 for name in RANKED},
    **{f"{name}_high": 0.015 for name in RANKED},
}


def verdicts_of(metrics: dict[str, float], cells: Cells | None = None) -> tuple[Verdict, ...]:
    found = cells or simulate_cells(1, campaigns=60, effect=0.02)
    campaigns = len(found.campaign_ids)
    counts = np.tile(np.arange(6)[:, None] % 2, (1, campaigns))
    judgement = Judgement(
        folds=campaign_folds(campaigns, 5, 0),
        judges=counts == 0,
        counts=counts,
        rosters=[plain_roster(number) for number in range(campaigns)],
    )
    return run_checks(
        found, simulate_cells(7, campaigns=60), judgement, metrics, gates=GATES, seed=0
    )


@pytest.mark.parametrize(
    ("metric", "bad"),
    [("campaigns", 29.0), ("average_effect", 0.003), ("slope", 0.4), ("slope", 2.0)],
)
def test_each_gate_refuses_its_own_fault(metric: str, bad: float) -> None:
    assert refusals(verdicts_of(dict(GOOD))) == ()
    assert len(refusals(verdicts_of({**GOOD, metric: bad}))) == 1


def test_gates_by_their_limits() -> None:
    assert enough_campaigns({"campaigns": 30.0}, GATES).passed
    assert effect_size({"average_effect": 0.02, "average_effect_error": 0.01}, GATES).passed
    assert not effect_size({"average_effect": -0.02, "average_effect_error": 0.001}, GATES).passed
    assert slope_beyond_zero({"slope": 0.5, "slope_error": 0.25}, GATES).passed
    assert not slope_beyond_zero({"slope": 0.49, "slope_error": 0.25}, GATES).passed
    # 0.5 ± 0.16 reaches 0.8 within two errors, 0.5 ± 0.14 does not.
    assert slope_near_one({"slope": 0.5, "slope_error": 0.16}, GATES).passed
    assert not slope_near_one({"slope": 0.5, "slope_error": 0.14}, GATES).passed
    assert not slope_near_one({"slope": 1.5, "slope_error": 0.14}, GATES).passed


def test_a_slope_that_cannot_be_measured_passes_nothing() -> None:
    unknown = {"slope": float("nan"), "slope_error": float("inf")}
    assert not slope_beyond_zero(unknown, GATES).passed
    assert not slope_near_one(unknown, GATES).passed


def test_poor_skill_warns_and_does_not_stop() -> None:
    poor = {**GOOD, "skill": -0.1, "autoc_low": -0.001, "over_cheapest_low": -0.001}
    assert not skill(poor).passed
    assert not challenger(poor).passed
    assert not ranking(poor).passed
    assert not naive_rule(poor, "cheapest").passed
    assert naive_rule(poor, "most_followers").passed
    verdicts = verdicts_of(poor)
    assert refusals(verdicts) == ()
    gates = [verdict.gate for verdict in verdicts]
    assert gates == sorted(gates, reverse=True)


def test_a_world_of_nothing_is_refused_with_reasons() -> None:
    nothing = {**GOOD, "average_effect": 0.001, "slope": 0.1, "slope_error": 0.5}
    reasons = refusals(verdicts_of(nothing, simulate_cells(1, campaigns=60)))
    assert len(reasons) == 3
    assert any("shuffled" in reason and "expected p < 0.01" in reason for reason in reasons)


def test_every_check_is_explained_and_has_a_tag_of_its_own() -> None:
    verdicts = verdicts_of(dict(GOOD))
    assert {verdict.check for verdict in verdicts} == set(CHECK_TEXTS)
    tags = as_tags(verdicts)
    assert len(tags) == len(verdicts)
    assert tags["check.sample_ratio"].startswith("passed: 0 of 60 campaigns")
    failed = as_tags(verdicts_of({**GOOD, "campaigns": 3.0}))
    assert failed["check.measured_campaigns"] == "failed: 3; expected at least 30"
