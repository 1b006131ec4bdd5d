"""The small tables beside a large one of posts: a brand, its sales and one campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.studies.feature_scale.invented import DAYS, FIRST_DAY

_MARKETS: Final = ("m1", "m2", "m3", "m4")
#: The first Monday, and a year later the Monday on which the campaign starts.
_FIRST_WEEK: Final = pd.Timestamp(FIRST_DAY) + pd.Timedelta(days=-FIRST_DAY.weekday() % 7)
_STARTS: Final = _FIRST_WEEK + pd.Timedelta(days=364)

_Columns = dict[Any, Any]


def write_evidence(folder: Path, seed: int) -> None:
    """Write campaigns, bookings, assignments, sales, brands, markets and rates into a source."""
    tables = {
        "brands": {"brand_id": ["b1"], "name": ["Brand"], "category": ["skincare"]},
        "markets": _places(name=_MARKETS, country="DE", language="de", population=1_000_000),
        "assignments": _places(
            campaign_id="k1", treated=[True, True, False, False], propensity=0.5
        ),
        "rates": _of_creator(observed_on=[_STARTS], fee_per_post=[300.0]),
        "campaigns": _campaigns(),
        "bookings": _bookings(),
        "sales": _sales(seed),
    }
    for name, columns in tables.items():
        # The file may be linked to another source's: it is replaced, not overwritten.
        (folder / f"{name}.parquet").unlink(missing_ok=True)
        pd.DataFrame(columns).to_parquet(folder / f"{name}.parquet", index=False)


def _places(**columns: Any) -> _Columns:
    return {"market_id": _MARKETS, **columns}


def _of_creator(**columns: Any) -> _Columns:
    return {
        "creator_id": ["c0000000"],
        "platform": ["instagram"],
        "format": ["short_video"],
        **columns,
    }


def _campaigns() -> _Columns:
    return {
        "campaign_id": ["k1"],
        "brand_id": ["b1"],
        "category": ["skincare"],
        "booked_on": [_STARTS - pd.Timedelta(days=21)],
        "starts_on": [_STARTS],
        "ends_on": [_STARTS + pd.Timedelta(days=13)],
        "brief": ["our favourite cream"],
    }


def _bookings() -> _Columns:
    return _of_creator(
        campaign_id=["k1"],
        posts=[3],
        fee=[900.0],
        creative_freedom=["free"],
        disclosure=["hashtag"],
        months_with_brand=[0.0],
        invites_ugc=[True],
    )


def _sales(seed: int) -> _Columns:
    weeks = pd.date_range(_FIRST_WEEK, periods=DAYS // 7, freq="7D")
    cells = pd.MultiIndex.from_product([["b1"], _MARKETS, weeks]).to_frame(
        index=False, name=["brand_id", "market_id", "date"]
    )
    revenue = np.random.default_rng(seed).uniform(900, 1100, len(cells))
    return dict(cells.assign(revenue=revenue).items())
