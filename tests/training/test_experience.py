"""Rosters of kinds that were never booked lie outside experience, whatever lift is guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from training.arrays import Booleans
from training.encoding import Encoding

_PAST = pd.DataFrame(
    {
        "followers": np.arange(50, dtype=float),
        "is_virtual": np.zeros(50),
        "unknown": np.full(50, np.nan),
        "platform": ["tiktok"] * 25 + ["youtube"] * 25,
    }
)


def never_seen(rows: dict[str, list[object]]) -> Booleans:
    encoding = Encoding.learn(_PAST, ["platform"])
    trees = encoding.trees(pd.DataFrame(rows))
    return np.asarray(encoding.unseen_kinds(trees).any(axis=1))


def test_a_platform_that_nobody_was_booked_on_was_never_seen() -> None:
    found = never_seen(
        {
            "followers": [10.0, 10.0],
            "is_virtual": [0.0, 0.0],
            "unknown": [np.nan, np.nan],
            "platform": ["tiktok", "threads"],
        }
    )
    assert found.tolist() == [False, True]


def test_virtual_creators_were_never_seen_where_none_was_booked() -> None:
    found = never_seen(
        {
            "followers": [10.0, 10.0, 9_000.0],
            "is_virtual": [0.0, 1.0, 0.0],
            "unknown": [np.nan, np.nan, np.nan],
            "platform": ["tiktok"] * 3,
        }
    )
    # A number far outside its range is unlike the past, but it is more of the same kind.
    assert found.tolist() == [False, True, False]


def test_what_nobody_knew_of_the_past_decides_nothing() -> None:
    found = never_seen(
        {"followers": [10.0], "is_virtual": [0.0], "unknown": [3.0], "platform": ["youtube"]}
    )
    assert found.tolist() == [False]
