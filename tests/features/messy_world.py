"""A tiny world as real sources are: posts read again, rows repeated, rows that contradict."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.features.tiny_world import Tables, tiny_world

#: Tables with a day of observation, and the column that holds it.
OBSERVED = {"account_stats": "observed_on", "audience": "observed_on", "rates": "observed_on"}


def messy_world(seed: int) -> Tables:
    """Every observed table has exact copies, and rows that say otherwise under the same key."""
    rng = np.random.default_rng([seed, 1])
    tables = tiny_world(seed)
    posts = tables["posts"]
    tables["posts"] = pd.concat([posts, _read_again(rng, posts), _some(rng, posts)])
    changes = {"account_stats": "followers", "audience": "share", "rates": "fee_per_post"}
    for name, column in changes.items():
        table = tables[name]
        other = _some(rng, table)
        other[column] = rng.permutation(other[column].to_numpy(copy=True))
        tables[name] = pd.concat([table, other, _some(rng, table)])
    return tables


def _some(rng: np.random.Generator, table: pd.DataFrame, share: float = 0.25) -> pd.DataFrame:
    return table[rng.random(len(table)) < share].copy()


def _read_again(rng: np.random.Generator, posts: pd.DataFrame) -> pd.DataFrame:
    """Later readings of some posts, of which a few have another day, account or caption."""
    again = _some(rng, posts, 0.5)
    days = pd.to_timedelta(rng.integers(0, 120, len(again)), unit="D")
    again["observed_at"] = again["published_at"] + days
    again["views"] = again["views"] * 2
    moved = rng.random(len(again)) < 0.2
    again.loc[moved, "published_at"] -= pd.Timedelta(days=300)
    again.loc[moved, "caption"] = "moved"
    again.loc[rng.random(len(again)) < 0.1, "account_id"] = posts["account_id"].iloc[0]
    return again


def read_on(posts: pd.DataFrame) -> pd.Series:
    """The day on which the counts of each row were read."""
    usual = posts["published_at"] + pd.Timedelta(days=7)
    days: pd.Series = posts["observed_at"].fillna(usual).dt.normalize()
    return days
