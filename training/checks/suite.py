"""The checks that run with every training, each one function that returns one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.arrays import Booleans, Integers
from training.cells import Cells
from training.checks.claim import drawn_by_lot, nothing_before
from training.checks.design import balance, effective_size, overlap, sample_ratio
from training.checks.effects import (
    effect_size,
    enough_campaigns,
    slope_beyond_zero,
    slope_near_one,
)
from training.checks.leakage import leakage, time_forward
from training.checks.placebo import effect_beyond_chance, placebo_in_time, size_of_test
from training.checks.sensitivity import sensitivity, sensitivity_of
from training.checks.skill import challenger, naive_rule, ranking, skill
from training.checks.verdict import Verdict
from training.evidence.ranking import NAIVE_RULES
from training.past import PastRoster
from training.settings import GateSettings
from training.splits import CampaignFolds


@dataclass(frozen=True)
class Judgement:
    """Who was judged by whom: folds of tuning, judging bags and draws [bag, campaign], rosters."""

    folds: CampaignFolds
    judges: Booleans
    counts: Integers
    rosters: Sequence[PastRoster]


def run_checks(
    cells: Cells,
    placebo: Cells,
    judgement: Judgement,
    metrics: Mapping[str, float],
    *,
    gates: GateSettings,
    seed: int,
) -> tuple[Verdict, ...]:
    """All verdicts of one training run, gates first.

    Args:
        placebo: the cells of the placebo in time.
        metrics: those of held-out campaigns, of ranking and of the backtest.
    """
    verdicts = [
        enough_campaigns(metrics, gates),
        effect_beyond_chance(cells, seed),
        effect_size(metrics, gates),
        slope_beyond_zero(metrics, gates),
        slope_near_one(metrics, gates),
        sample_ratio(cells, gates),
        drawn_by_lot(cells),
        nothing_before(placebo, seed),
        sensitivity(sensitivity_of(cells)),
        overlap(cells),
        effective_size(cells),
        leakage(judgement.folds, judgement.judges, judgement.counts, judgement.rosters),
        balance(cells),
        placebo_in_time(placebo),
        size_of_test(cells, seed),
        time_forward(metrics, gates),
        skill(metrics),
        challenger(metrics),
        *(naive_rule(metrics, rule) for rule in NAIVE_RULES),
        ranking(metrics),
    ]
    return tuple(sorted(verdicts, key=lambda verdict: not verdict.gate))
