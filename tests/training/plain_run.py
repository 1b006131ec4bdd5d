"""A run of a training in seconds: simulated cells and rosters through the steps of `fit_run`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.entities import Booking
from tests.training.plain_rosters import plain_roster
from tests.training.simulated_cells import simulate_cells
from tests.training.steady_sales import steady_sales
from tests.training.tiny_bundle import tiny_bundle
from training.checks.suite import Judgement, run_checks
from training.evidence.backtest import backtest_metrics, cut_in_time
from training.evidence.held_out import BaggedLifts, gather
from training.evidence.ranking import choice_metrics, naive_priorities, ranking_metrics
from training.leak import UNTOLD
from training.past import PastCampaigns
from training.rosters.fitting import fit_learner
from training.rosters.join import join
from training.run import FittedRun, MeasuredPast
from training.settings import BoostingSettings, IntervalSettings, Settings
from training.splits import campaign_folds

SETTINGS = Settings(
    threads=1,
    folds=2,
    boosting=BoostingSettings(pooling=(4.0,), ceilings=(), max_rounds=10),
    intervals=IntervalSettings(bags=5, draws=200),
)
_CAMPAIGNS, _MARKETS = 40, 8


def plain_run(effect: float) -> FittedRun:
    """Campaigns a week apart that all have the same effect, whoever was booked."""
    cells = simulate_cells(0, campaigns=_CAMPAIGNS, markets=_MARKETS, effect=effect)
    rng = np.random.default_rng(0)
    rosters = [
        plain_roster(
            number,
            [f"creator-{i}" for i in rng.choice(60, int(rng.integers(2, 9)), replace=False)],
            brand=f"b{number % 3}",
            category="food" if number % 2 else "travel",
            markets=_MARKETS,
        )
        for number in range(_CAMPAIGNS)
    ]
    bookings = {
        str(r.campaign.campaign_id): tuple(
            Booking(creator, "instagram", "image", 1, 100.0) for creator in r.rows.creator_ids
        )
        for r in rosters
    }
    past = PastCampaigns(tuple(r.campaign for r in rosters), bookings, pd.DataFrame(), {})
    joined = join(cells, rosters, 0.5)
    fitted = fit_learner(joined.sample, SETTINGS)
    bagged = BaggedLifts(fitted.lifts, fitted.values, fitted.counts)
    evidence = gather(joined.sample, bagged, fitted.challengers).unsure_of(UNTOLD)
    evidence.metrics.update(
        share_drawn=1.0,
        **ranking_metrics(evidence, 0),
        **choice_metrics(evidence, naive_priorities(rosters, bookings), 0),
        **backtest_metrics(joined.sample, cut_in_time(rosters), SETTINGS),
    )
    judgement = Judgement(campaign_folds(_CAMPAIGNS, 2, 0), evidence.judges, fitted.counts, rosters)
    checks = run_checks(
        cells, simulate_cells(9), judgement, evidence.metrics, gates=SETTINGS.gates, seed=0
    )
    rows = {
        "tables": {"creators": 60, "sales": 12_345},
        "kept": {"campaigns": _CAMPAIGNS, "cells": cells.size},
        "dropped": {"cell: too few weeks with sales": 7},
        "faults": {"sales.date: weeks without a row (3)": 3},
    }
    tags = {"data.fingerprint": "f00d", "library.lightgbm": "4.7.0", "python": "3.11"}
    measured = MeasuredPast(steady_sales(), past, cells, joined, UNTOLD)
    return FittedRun(tiny_bundle(), evidence, checks, rows, tags, measured, fitted)
