"""The rows of an answer: one for each roster it says something about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from serving.messages.answers import Comparison, Prediction
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import BookingIn, CampaignIn, CompareRequest, PredictRequest

Value = str | float | None

_ROSTER: Final = TypeAdapter(list[BookingIn])


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was said about one roster; `warnings` are the codes, one for each warning."""

    campaign: CampaignIn
    roster: Sequence[BookingIn]
    prediction: Prediction
    warnings: tuple[str, ...]
    scenario: str | None = None


def of_prediction(request: PredictRequest, answer: Prediction) -> list[Forecast]:
    """The one forecast of /v1/predict."""
    return [Forecast(request.campaign, request.roster, answer, _codes(answer))]


def of_comparison(request: CompareRequest, answer: Comparison) -> list[Forecast]:
    """One forecast for each scenario of /v1/compare, in the order sent."""
    return [
        Forecast(
            request.campaign, asked.roster, told.prediction, _codes(told.prediction), told.name
        )
        for asked, told in zip(request.scenarios, answer.scenarios, strict=True)
    ]


def of_optimization(request: OptimizeRequest, answer: Optimization) -> list[Forecast]:
    """The forecast of the roster that /v1/optimize chose; its own warnings come first."""
    codes = (*(one.code for one in answer.warnings), *_codes(answer.prediction))
    return [Forecast(request.campaign, answer.roster, answer.prediction, codes)]


def row_of(forecast: Forecast, *, request_id: str, route: str, moment: datetime) -> list[Value]:
    """Return the values of `COLUMNS`, in their order; `moment` is in UTC."""
    told = forecast.prediction
    lift, revenue = told.lift, told.incremental_revenue
    return [
        request_id,
        moment.isoformat(timespec="microseconds"),
        route,
        forecast.scenario,
        told.model.name,
        told.model.version,
        told.model.run_id,
        told.as_of.isoformat(),
        forecast.campaign.model_dump_json(exclude_none=True),
        _ROSTER.dump_json(list(forecast.roster), exclude_none=True).decode(),
        told.interval,
        lift.mean,
        lift.low,
        lift.high,
        revenue.mean,
        revenue.low,
        revenue.high,
        told.baseline_revenue,
        told.cost,
        told.evidence.grade,
        json.dumps(forecast.warnings),
    ]


def _codes(prediction: Prediction) -> tuple[str, ...]:
    return tuple(warning.code for warning in prediction.warnings)
