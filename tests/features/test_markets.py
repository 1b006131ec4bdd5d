"""Sales as a weekly panel, against sums made by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.history.markets import SalesHistory, sales_history
from features.sources.source import open_source
from tests.features.tiny_world import tiny_world, write


def history(sales: pd.DataFrame, folder: Path) -> SalesHistory:
    return sales_history(open_source(write({**tiny_world(4), "sales": sales}, folder)))


def daily_sales(first: str, days: int) -> pd.DataFrame:
    frame = pd.DataFrame({"date": pd.date_range(first, periods=days)})
    number = np.arange(days, dtype=float)
    return frame.assign(
        brand_id="b1", market_id="m-east", revenue=10 + number, units=1 + number, price=2.0,
        discount=0.0, media_spend=1.0,
    )  # fmt: skip


def test_weekly_sales_come_back_as_they_are(tmp_path: Path) -> None:
    sales = tiny_world(4)["sales"]
    panel = history(sales, tmp_path)
    assert panel.brand_ids == ("b1", "b2")
    assert panel.market_ids == ("m-east", "m-north", "m-south", "m-west")
    wide = sales.pivot_table(index=["brand_id", "market_id"], columns="date", values="revenue")
    np.testing.assert_allclose(panel.revenue.reshape(8, -1), wide.sort_index().to_numpy())
    prices = sales.pivot_table(index=["brand_id", "market_id"], columns="date", values="price")
    np.testing.assert_allclose(panel.price.reshape(8, -1), prices.sort_index().to_numpy())
    assert panel.weeks[0] == np.datetime64("2023-01-02") and len(panel.weeks) == 62


def test_missing_weeks_are_nan_and_weeks_stay_contiguous(tmp_path: Path) -> None:
    sales = tiny_world(4)["sales"]
    hole = pd.Timestamp("2023-02-06")
    panel = history(sales[sales["date"] != hole], tmp_path)
    assert set(np.diff(panel.weeks)) == {np.timedelta64(7, "D")}
    week = list(panel.weeks).index(np.datetime64("2023-02-06"))
    assert np.isnan(panel.revenue[:, :, week]).all()
    assert np.isfinite(panel.revenue[:, :, [week - 1, week + 1]]).all()


def test_days_are_summed_to_whole_weeks(tmp_path: Path) -> None:
    """Thursday 5 January to Tuesday 24 January 2023 holds two whole weeks."""
    panel = history(daily_sales("2023-01-05", 20), tmp_path)
    assert panel.weeks.astype(str).tolist() == ["2023-01-09", "2023-01-16"]
    east = panel.revenue[0, 0]
    assert east.tolist() == [
        sum(10.0 + n for n in range(4, 11)),
        sum(10.0 + n for n in range(11, 18)),
    ]
    assert panel.media[0, 0].tolist() == [7.0, 7.0]


def test_price_is_weighted_by_units_and_discount_by_revenue(tmp_path: Path) -> None:
    week = daily_sales("2023-01-02", 7)
    week = week.assign(
        units=[3.0, 1.0] + [0.0] * 5, price=[2.0, 6.0] + [100.0] * 5,
        revenue=[6.0, 6.0] + [0.0] * 5, discount=[0.5, 0.1] + [0.9] * 5,
    )  # fmt: skip
    panel = history(week, tmp_path)
    np.testing.assert_allclose(panel.price[0, 0], [3.0])
    np.testing.assert_allclose(panel.discount[0, 0], [0.3])


def test_unknown_price_and_media_stay_unknown(tmp_path: Path) -> None:
    week = daily_sales("2023-01-02", 7)[["brand_id", "market_id", "date", "revenue"]]
    panel = history(week, tmp_path)
    assert np.isnan(panel.price[0, 0]).all() and np.isnan(panel.media[0, 0]).all()


def test_until_keeps_weeks_that_ended_by_the_day(tmp_path: Path) -> None:
    panel = history(tiny_world(4)["sales"], tmp_path)
    last = {
        day: str(panel.until(date.fromisoformat(day)).weeks[-1])
        for day in ("2023-01-14", "2023-01-15", "2023-01-16")
    }
    assert last == {
        "2023-01-14": "2023-01-02",
        "2023-01-15": "2023-01-09",
        "2023-01-16": "2023-01-09",
    }
    assert panel.until(date(2020, 1, 1)).revenue.shape == (2, 4, 0)
