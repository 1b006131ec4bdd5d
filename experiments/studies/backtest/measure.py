"""One source backtested quarter by quarter, beside its truth where it has one."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.backtest.backtest import Backtest, backtest
from experiments.backtest.known import Known, read_known
from experiments.backtest.scores import score
from experiments.ledger.document import scores_document
from experiments.ledger.ledger import entries_of
from experiments.ledger.matching import Matched
from experiments.ledger.retraining import retraining
from experiments.measurement.finished import CampaignMeasurement, measure_campaigns
from experiments.studies.trained_world import simulated
from experiments.worlds.simulate import WorldSettings
from features.sources.source import open_source
from training.settings import Settings

#: Real creators, posts and store sales with injected effects, beside the repository.
REAL_SOURCE: Final = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "real_source"
_COUNTED_IN: Final = "3GB"


@dataclass(frozen=True)
class BacktestTask:
    """A simulated world, or None for the real source; `training` is a plain `Settings`."""

    world: WorldSettings | None
    training: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.world.world} {self.world.seed}" if self.world else "real source"


def measure(task: BacktestTask) -> dict[str, Any]:
    """Backtest one source; every campaign that was predicted and measured, and the scores."""
    started = time.process_time()
    with _folder(task.world) as folder:
        source = open_source(folder, memory_limit=_COUNTED_IN)
        measured = measure_campaigns(source)
        known = read_known(source, lambda *_: None)
        tested = backtest(known, Settings.model_validate(task.training))
        truth = _true_lifts(folder, known)
    rule = retraining(entries_of(measured, tested, Matched({}, 0, {}))[0], (), None)
    return {
        "name": task.name,
        "seconds": time.process_time() - started,
        "scores": scores_document(score(tested, measured.measured)),
        "campaigns": _campaigns(tested, measured.measured, truth),
        "quarters": [[q.learned_from, len(q.hindcasts)] for q in tested.quarters],
        "fired": [criterion.name for criterion in rule.criteria if criterion.fires],
    }


@contextmanager
def _folder(world: WorldSettings | None) -> Iterator[Path]:
    if world is None:
        yield REAL_SOURCE
        return
    with simulated(world) as folder:
        yield folder


def _true_lifts(folder: Path, known: Known) -> Mapping[str, float]:
    """True lift of every campaign over its markets, by what its brand sells there; {} of none."""
    file = folder / "truth.parquet"
    if not file.exists():
        return {}
    by_campaign = dict(iter(pd.read_parquet(file).groupby("campaign_id")))
    lifts = {}
    for name, roster in known.rosters.items():
        own = by_campaign[name].set_index("market_id")["true_lift"]
        in_order = own.reindex(list(roster.rows.reach.market_ids)).to_numpy(dtype=float)
        weight = np.where(np.isfinite(in_order), roster.weekly, 0.0)
        lifts[name] = float(np.nan_to_num(in_order) @ weight / weight.sum())
    return lifts


def _campaigns(
    tested: Backtest, measured: Sequence[CampaignMeasurement], truth: Mapping[str, float]
) -> list[dict[str, Any]]:
    hindcasts, rows = tested.hindcasts, []
    for one in measured:
        if one.campaign_id not in hindcasts or one.faults:
            continue
        own = hindcasts[one.campaign_id]
        test = own.stated.test
        assert test is not None  # a hindcast's model is at hand
        rows.append(
            {
                "truth": truth.get(one.campaign_id),
                "measured": one.measurement.lift,
                "error": one.measurement.standard_error,
                "lift": [own.stated.mean, own.stated.low, own.stated.high],
                "test": [test.low, test.high],
                "rules": dict(own.rules),
                "ranks": {r: ranks[one.campaign_id] for r, ranks in tested.priorities.items()},
            }
        )
    return rows
