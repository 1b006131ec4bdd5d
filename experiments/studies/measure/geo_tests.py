"""Two published geo tests with published answers, both simulated by their authors.

The walkthrough of GeoLift (Meta, MIT) and the example of Google's matched_markets (Apache-2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from experiments.measurement.market_test import MarketTest

FOLDER: Final = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "geo"
_GEOLIFT_TREATED: Final = ("chicago", "portland")
_GEOLIFT_FIRST: Final = "2021-04-01"
_GOOGLE_WINDOW: Final = ("2015-02-16", "2015-03-15")
_GOOGLE_TREATED_GROUP: Final = 2


@dataclass(frozen=True)
class Published:
    """What the authors found: incremental sales over the whole test, and the lift."""

    incremental: float
    lift: float


#: "none" of the walkthrough: de-meaned synthetic control without a ridge; and with one.
GEOLIFT: Final = Published(4_667.0, 0.054)
GEOLIFT_RIDGE: Final = Published(4_704.0, 0.055)
GOOGLE: Final = Published(147_337.122, 0.174)
GOOGLE_COST: Final = 50_000.0


def geolift_walkthrough(folder: Path = FOLDER) -> MarketTest:
    """40 cities, 105 days; two cities treated in the last 15 days, chosen by hand."""
    sales = _panel(pd.read_csv(folder / "geolift_test.csv.gz"), "location", "Y")
    treated = np.isin(sales.index.to_numpy(dtype=str), _GEOLIFT_TREATED)
    return _test("GeoLift's walkthrough", sales, treated, _GEOLIFT_FIRST, str(sales.columns[-1]))


def google_geo_test(folder: Path = FOLDER, *, drawn: bool = True) -> MarketTest:
    """100 regions, 93 days; half of them, drawn at random, treated for four weeks.

    Args:
        folder: where the tables lie.
        drawn: whether to use that half of them was drawn.
    """
    rows = pd.read_csv(folder / "google_salesandcost.csv.gz", dtype={"geo": str})
    group = pd.read_csv(folder / "google_geoassignment.csv", dtype={"geo": str})
    sales = _panel(rows, "geo", "sales")
    of_region = group.set_index("geo")["geo.group"].reindex(sales.index)
    treated = of_region.to_numpy() == _GOOGLE_TREATED_GROUP
    chance = np.full(len(treated), float(treated.mean())) if drawn else None
    return _test("Google's geo test", sales, treated, *_GOOGLE_WINDOW, chance)


def _panel(rows: pd.DataFrame, market: str, count: str) -> pd.DataFrame:
    return rows.pivot_table(index=market, columns="date", values=count, aggfunc="sum")


def _test(
    name: str,
    sales: pd.DataFrame,
    treated: np.ndarray,
    first: str,
    last: str,
    propensity: np.ndarray | None = None,
) -> MarketTest:
    days = sales.columns.to_numpy(dtype=str)
    return MarketTest(
        revenue=sales.to_numpy(dtype=float),
        treated=treated,
        before=days < first,
        window=(days >= first) & (days <= last),
        propensity=propensity,
        name=name,
        market_ids=tuple(sales.index.astype(str)),
    )
