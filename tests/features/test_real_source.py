"""Real creators, posts and sales, where they are at hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.checks.tables import check
from features.history.moments import known_at
from features.snapshots.assembly import snapshot
from features.sources.source import open_source

REAL = Path(__file__).parents[3] / "shared" / "data" / "real_source"
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real source is not at ../shared/data/real_source"
)


def test_its_faults_are_found_and_none_stops_training() -> None:
    faults = {(f.table, f.problem): f for f in check(open_source(REAL))}
    assert not any(f.stops_training for f in faults.values())
    assert faults["account_stats", "no_followers"].count == 3
    posts = faults["posts", "repeated_row"].count + faults["posts", "conflicting_key"].count
    assert posts == 54_261 - 50_124  # rows less distinct ids
    assert faults["sales", "missing_weeks"].count > 1_000


def test_its_catalog_knows_creators_by_their_one_crawl() -> None:
    source = open_source(REAL)
    newest = snapshot(source, date(2021, 6, 30))
    assert len(source.frame("posts")) == 50_124
    assert len(newest.creators) == 1_794
    known = newest.creators["median_views_90d"].notna().mean()
    assert known > 0.8
    assert newest.audience.known.mean() > 0.95
    assert newest.sales.weeks[-1] == np.datetime64("2021-06-21")
    assert newest.creators["followers"].max() < 1e9
    moments = pd.DataFrame(
        {"as_of": pd.Timestamp("2020-11-01"), "creator_id": newest.creators.index}
    )
    before = known_at(source, moments).features
    assert before["median_views_90d"].isna().all()
    assert before["followers"].notna().mean() > 0.9
