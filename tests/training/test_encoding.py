"""Booking rows become numbers: scales, gaps, levels and the range that was seen."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from training.encoding import Encoding


@pytest.fixture
def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "followers": np.arange(50, dtype=float),
            "views": [np.nan] * 10 + [1.0, 3.0] * 20,
            "constant": np.full(50, 7.0),
            "unknown": np.full(50, np.nan),
            "platform": ["tiktok"] * 30 + ["youtube"] * 19 + ["x"],
        }
    )


@pytest.fixture
def encoding(rows: pd.DataFrame) -> Encoding:
    return Encoding.learn(rows, ["platform"])


def test_columns_are_features_flags_and_levels_known_well_enough(encoding: Encoding) -> None:
    numeric = ("followers", "views", "constant", "unknown")
    # 19 bookings on youtube are one too few for a column of its own.
    assert encoding.linear_names == (*numeric, "views=missing", "platform=tiktok")
    assert encoding.tree_names == (*numeric, "platform=tiktok")


def test_the_linear_design_by_hand(encoding: Encoding, rows: pd.DataFrame) -> None:
    design = encoding.linear(encoding.trees(rows))
    assert design.shape == (50, 6)
    followers = (np.arange(50) - 24.5) / np.std(np.arange(50))
    assert design[:, 0] == pytest.approx(followers)
    assert design[:12, 1].tolist() == [0.0] * 10 + [-1.0, 1.0]  # mean 2, standard deviation 1
    assert np.all(design[:, 2:4] == 0.0)
    assert design[:, 4].tolist() == [1.0] * 10 + [0.0] * 40
    assert design[:, 5].tolist() == [1.0] * 30 + [0.0] * 20


def test_trees_take_gaps_as_they_are(encoding: Encoding, rows: pd.DataFrame) -> None:
    design = encoding.trees(rows)
    assert design[:, :4] == pytest.approx(rows.iloc[:, :4].to_numpy(), nan_ok=True)
    assert design[:, 4].tolist() == [1.0] * 30 + [0.0] * 20


def test_values_far_outside_do_not_run_away(encoding: Encoding, rows: pd.DataFrame) -> None:
    far = rows.iloc[[0]].assign(followers=1e9, views=-1e9, constant=-3.0, unknown=5.0)
    assert encoding.linear(encoding.trees(far))[0].tolist() == [3.5, -3.5, 0.0, 0.0, 0.0, 1.0]


def test_an_unseen_level_has_no_column(encoding: Encoding, rows: pd.DataFrame) -> None:
    new = rows.iloc[[0]].assign(platform="pinterest")
    assert encoding.linear(encoding.trees(new))[0, -1] == 0.0
    assert encoding.trees(new)[0, -1] == 0.0


def test_outside_is_a_tenth_beyond_the_seen_range(encoding: Encoding, rows: pd.DataFrame) -> None:
    known = rows.iloc[[0] * 5].assign(
        followers=[-4.9, -5.1, 53.9, 54.1, np.nan], views=1.0, unknown=0.0
    )
    assert encoding.outside(encoding.trees(known))[:, 0].tolist() == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert not encoding.outside(encoding.trees(known))[:, 1:].any()
    strange = rows.iloc[[0] * 3].assign(platform=["tiktok", "youtube", "pinterest"], constant=8.0)
    outside = encoding.outside(encoding.trees(strange))
    assert outside.shape == (3, 5)
    assert outside[:, 2].tolist() == [True] * 3
    assert outside[:, 4].tolist() == [False, True, True]


def test_a_brand_with_a_past_has_a_column_of_its_own(rows: pd.DataFrame) -> None:
    learned = Encoding.learn(rows, ["platform"], ["b2", "b1", "b2"])
    assert learned.linear_names[-2:] == ("brand=b1", "brand=b2")
    known, other = (
        learned.linear(learned.trees(rows), "b2")[:, -2:],
        learned.linear(learned.trees(rows), "b9")[:, -2:],
    )
    assert np.all(known[:, 0] == 0)
    assert np.all(known[:, 1] > 0)
    assert np.ptp(known[:, 1]) == 0
    assert np.all(other == 0)
    assert np.all(learned.linear(learned.trees(rows))[:, -2:] == 0)
    assert learned.trees(rows).shape == (50, 5)


def test_json_brings_it_back(encoding: Encoding, rows: pd.DataFrame) -> None:
    again = Encoding.from_json(json.loads(json.dumps(encoding.to_json(), allow_nan=False)))
    assert again == encoding
    assert np.array_equal(again.linear(again.trees(rows)), encoding.linear(encoding.trees(rows)))


def test_no_row_gives_no_row(encoding: Encoding, rows: pd.DataFrame) -> None:
    assert encoding.linear(encoding.trees(rows.iloc[:0])).shape == (0, 6)
    assert encoding.trees(rows.iloc[:0]).shape == (0, 5)
