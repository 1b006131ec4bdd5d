"""A bundle small enough to be fitted in a blink, and booking rows for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from features.rosters.bookings import NUMERIC_FEATURES, BookingRows
from features.rosters.feature_set import FEATURES
from features.rosters.reach import RosterReach
from tests.training.simulated_rosters import simulate_rosters
from training.baseline import BaselineModel
from training.bundle import Bundle, Manifest
from training.conformal import HoldoutTests
from training.encoding import Encoding
from training.intervals import Calibration
from training.rosters.fitting import fit_learner
from training.settings import BoostingSettings, IntervalSettings, Settings


def booking_features(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Random booking rows in the columns of the feature set, some values unknown."""
    columns: dict[str, list[str] | np.ndarray] = {}
    for name in FEATURES.names:
        if name in FEATURES.categorical:
            columns[name] = [str(word) for word in rng.choice(["one", "two"], count)]
        else:
            values = rng.normal(size=count)
            columns[name] = np.where(rng.random(count) < 0.1, np.nan, values)
    return pd.DataFrame(columns)


def booking_rows_of(
    rng: np.random.Generator, count: int, filled: tuple[str, ...] = ()
) -> BookingRows:
    """A roster of `count` creators in two markets."""
    people = rng.uniform(100, 900, (count, 2))
    reach = RosterReach(
        market_ids=("north", "south"),
        population=np.array([10_000.0, 20_000.0]),
        shapley=people,
        people=people.sum(axis=0),
        impressions=people * 2,
        gross=people * 1.2,
        unique=people.sum(axis=1) * 0.5,
        followers=people.sum(axis=1) * 9,
        local=people.sum(axis=1) * 3,
    )
    names = tuple(f"creator-{i}" for i in range(count))
    features = booking_features(rng, count)
    numbers = features[list(NUMERIC_FEATURES)].to_numpy(dtype=float)
    words = {name: features[name].to_numpy(dtype=np.str_) for name in FEATURES.categorical}
    return BookingRows(numbers, words, reach, names, filled, (), ())


def tiny_bundle(learner: str = "roster_boosting", seed: int = 0) -> Bundle:
    """A model of `learner` fitted on simulated rosters; five bags, a few rounds."""
    rng = np.random.default_rng(seed)
    sample = simulate_rosters(seed, campaigns=40, markets=6).sample
    features = booking_features(rng, len(sample.booking_campaign))
    encoding = Encoding.learn(features, FEATURES.categorical, ["b0"])
    settings = Settings(
        learner=learner,
        threads=1,
        folds=2,
        boosting=BoostingSettings(
            pooling=(1000.0,),
            ceilings=(),
            max_rounds=40,
            min_data_in_leaf=5,
            lambda_l2=0.0,
            learning_rate=0.1,
        ),
        intervals=IntervalSettings(bags=5, draws=200),
    )
    trees = encoding.trees(features)
    linear = encoding.linear(trees)
    # The simulated traits drive lifts: put them where the first columns are.
    linear[:, :6], trees[:, :6] = sample.linear, sample.trees
    linear[:, :3] = 0.0  # left to the trees, so that there are some
    fitted = fit_learner(
        replace(sample, linear=linear, families=encoding.families, trees=trees), settings
    )
    manifest = Manifest(
        learner=learner,
        feature_names=FEATURES.names,
        feature_hash=FEATURES.hash,
        trained_until="2024-12-29",
        campaigns=40,
        draws=200,
        typical_per_head=1.0,
        exposure_power=1.0,
        typical={
            "lift": 0.01,
            "brand_spread": 0.4,
            **{f"chosen_{k}": v for k, v in fitted.chosen.items()},
        },
        metrics={"rank": 0.5},
        settings=settings.model_dump(mode="json"),
        data_window=("2023-01-02", "2024-12-29"),
        limits=("up to here",),
    )
    baseline = BaselineModel(13, {"*": (0.0,) * 52}, 0.1, 8.0, 12)
    calibration = Calibration(0.9, 0.1, 0.2, 0.4)
    holdout = HoldoutTests((0.2, 0.7, 1.1, 1.9), {"b0": 0.06}, 0.08)
    return Bundle(manifest, encoding, baseline, calibration, holdout, fitted.model)
