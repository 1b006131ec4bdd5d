"""What would be sold without a campaign, week by week, with its interval."""

from __future__ import annotations

import math
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np

from features.errors import FieldFault, InvalidRequestError
from features.snapshots.snapshot import Snapshot
from serving.messages.answers import Estimate
from serving.messages.baselines import Baseline, BaselineQuery, PastWeek, WeekAhead
from training.baseline import BaselineModel
from training.weekly_baseline import WeeklyBaseline, weekly_baseline


def baseline_answer(model: BaselineModel, snapshot: Snapshot, query: BaselineQuery) -> Baseline:
    """Answer GET /v1/baseline; raises `RequestError` where there is no basis."""
    try:
        found = weekly_baseline(model, snapshot, query.to_campaign())
    except InvalidRequestError as error:
        raise InvalidRequestError(
            [
                FieldFault(fault.path.removeprefix("campaign."), fault.message)
                for fault in error.faults
            ]
        ) from error
    total = found.total
    last_year = found.last_year[found.inside].sum()  # NaN where a week of it is unknown
    return Baseline(
        brand_id=query.brand_id,
        market_ids=list(total.market_ids),
        as_of=snapshot.as_of,
        interval=query.interval,
        revenue=_estimate(float(total.revenue.sum()), total.relative_error, query.interval),
        last_year=_known(last_year),
        history=[
            PastWeek(week=_day(week), revenue=_known(revenue))
            for week, revenue in zip(found.weeks, found.revenue, strict=True)
        ],
        weeks=_weeks_ahead(found, query.interval),
    )


def _weeks_ahead(found: WeeklyBaseline, level: float) -> list[WeekAhead]:
    columns = (found.ahead, found.inside, found.expected, found.relative_error, found.last_year)
    return [
        WeekAhead(
            week=_day(week),
            in_window=bool(inside),
            revenue=_estimate(float(expected), float(error), level),
            last_year=_known(last_year),
        )
        for week, inside, expected, error, last_year in zip(*columns, strict=True)
    ]


def _estimate(mean: float, error: float, level: float) -> Estimate:
    """The lognormal of this mean that a prediction's baseline is drawn from."""
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    centre = math.log(mean) - error**2 / 2 if mean > 0 else -math.inf
    low, high = math.exp(centre - reach), math.exp(centre + reach)
    return Estimate(mean=mean, low=min(low, mean), high=max(high, mean))


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _day(week: np.datetime64) -> date:
    day: date = week.astype("datetime64[D]").item()
    return day
