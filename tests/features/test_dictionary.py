"""The dictionary tells of every catalog feature what it is, in which unit, and what a gap means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from features.history import audiences, creators
from features.history.dictionary import entry
from features.rosters.feature_set import FEATURES, FeatureSet

FUNCTIONS = (*creators.FUNCTIONS, *audiences.FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_an_entry_is_complete(function: Callable[..., Any]) -> None:
    told, name = entry(function), function.__name__
    assert told["unit"] and told["label"] and "Unit:" not in told["label"]
    assert told["missing"] or "counts as 0" in told["definition"]
    window = name.rpartition("_")[2]
    if window in ("90d", "365d"):
        assert f"{window[:-1]} days" in told["definition"]


def test_an_entry_is_read_from_the_docstring() -> None:
    def per_week() -> None:
        """Posts per week, last 90 days. Unit: posts
        per week.

        Missing: no post.
        """

    assert entry(per_week) == {
        "label": "Posts per week, last 90 days",
        "unit": "posts per week",
        "missing": "no post",
        "definition": "Posts per week, last 90 days. Unit: posts per week. Missing: no post.",
    }


def test_the_hash_changes_with_names_order_and_kinds() -> None:
    one = FeatureSet(names=("a", "b"), categorical=("b",))
    others = [
        FeatureSet(names=("b", "a"), categorical=("b",)),
        FeatureSet(names=("a", "b"), categorical=()),
        FeatureSet(names=("a", "c"), categorical=("c",)),
    ]
    assert one.hash == FeatureSet(names=("a", "b"), categorical=("b",)).hash
    assert len({one.hash, *(other.hash for other in others)}) == 4


def test_names_are_unique_and_words_are_among_them() -> None:
    assert len(set(FEATURES.names)) == len(FEATURES.names)
    assert set(FEATURES.categorical) < set(FEATURES.names)
