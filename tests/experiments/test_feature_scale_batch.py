"""The file of bookings that is answered: of the size that was asked for, scenarios together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from experiments.studies.feature_scale.batch import write_bookings


def test_rosters_are_whole_and_campaigns_are_shared(tmp_path: Path) -> None:
    creators = [f"c{i}" for i in range(40)]
    pd.DataFrame({"creator_id": creators}).to_parquet(tmp_path / "creators.parquet")
    brands = pd.DataFrame({"brand_id": ["b1", "b2"], "category": ["tea", "games"]})
    brands.to_parquet(tmp_path / "brands.parquet")
    sales = pd.DataFrame({"date": [date(2025, 6, 2), date(2025, 6, 9)]})
    sales.to_parquet(tmp_path / "sales.parquet")
    write_bookings(tmp_path, tmp_path / "bookings.parquet", 12_000, seed=3)
    rows = pd.read_parquet(tmp_path / "bookings.parquet")
    assert len(rows) == 12_000
    assert rows["scenario"].nunique() == 600
    assert (rows["scenario"] != rows["scenario"].shift()).sum() == 600
    assert (rows.groupby("scenario")["creator_id"].nunique() == 20).all()
    assert rows.groupby("scenario")[["brand_id", "starts_on"]].nunique().eq(1).all(axis=None)
    assert set(rows.loc[rows["brand_id"] == "b2", "category"]) == {"games"}
    assert rows["starts_on"].min() == date(2025, 7, 21)
