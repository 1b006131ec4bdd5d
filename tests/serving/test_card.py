"""The model card's dictionary, and what an empty home is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.rosters.feature_set import FEATURES
from serving.directory.card import LIMITS_OF_USE, feature_entries
from serving.directory.labels import label_of
from serving.home import HomeLoader


def test_every_column_of_the_model_is_explained() -> None:
    entries = feature_entries()
    assert tuple(entry.name for entry in entries) == FEATURES.names
    assert all(entry.label and entry.description for entry in entries)
    words = {entry.name for entry in entries if entry.kind == "word"}
    assert words == set(FEATURES.categorical)


def test_a_label_is_the_first_sentence_of_the_dictionary() -> None:
    assert label_of("reply_rate_90d").startswith("Replies the creator wrote")
    assert label_of("log_followers_total").endswith("(logarithm)")
    assert label_of("reach") == "Reach"


def test_no_limit_sells_disclosure_or_earned_media_value() -> None:
    told = " ".join(LIMITS_OF_USE)
    assert "Disclosure is a duty" in told
    assert "Earned media value is not computed" in told


def test_an_empty_home_has_nothing_and_stays_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    loader = HomeLoader(tmp_path)
    assert loader.catalog_version() is None
    assert loader.model_version() is None
    assert list(tmp_path.iterdir()) == []
