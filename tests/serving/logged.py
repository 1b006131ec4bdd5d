"""Forecasts to be written down; light to import, for processes of their own."""

from __future__ import annotations

from serving.messages.questions import PredictRequest
from serving.request_log.rows import Forecast, of_prediction
from tests.serving.asking import booking, campaign, predict
from tests.serving.stub_answers import prediction_of


def forecasts(brief: str = "Show it.", times: int = 1, bookings: int = 1) -> list[Forecast]:
    """The same forecast so many times."""
    roster = [booking(creator_id=f"c{row}") for row in range(1, bookings + 1)]
    request = PredictRequest.model_validate(predict(campaign=campaign(brief=brief), roster=roster))
    return of_prediction(request, prediction_of(request)) * times
