"""Where a question is answered, once it is past the boundary: asked, counted, written down.

A domain error becomes the problem document here, because BentoML would turn the exception
into a shape of its own before the boundary sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from serving.door.access_log import VERSIONS, Versions
from serving.door.faults import REQUEST_ID, answer_to
from serving.door.metrics import Metrics
from serving.holder import Holder
from serving.loading import Scorer
from serving.messages.answers import Comparison, Prediction
from serving.messages.holdout import HoldoutAnswer, HoldoutRequest
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest
from serving.request_log.log import RequestLog
from serving.request_log.rows import Forecast, of_comparison, of_optimization, of_prediction

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Desk:
    """Answers the questions; without a `log` nothing is written down."""

    holder: Holder[Any, Any]
    metrics: Metrics
    log: RequestLog | None = None

    def predict(self, request: PredictRequest) -> Prediction:
        """Answer POST /v1/predict."""
        return self._answered(
            "/v1/predict",
            lambda scorer: scorer.predict(request),
            lambda answer: of_prediction(request, answer),
        )

    def compare(self, request: CompareRequest) -> Comparison:
        """Answer POST /v1/compare."""
        return self._answered(
            "/v1/compare",
            lambda scorer: scorer.compare(request),
            lambda answer: of_comparison(request, answer),
        )

    def optimize(self, request: OptimizeRequest) -> Optimization:
        """Answer POST /v1/optimize."""
        return self._answered(
            "/v1/optimize",
            lambda scorer: scorer.optimize(request),
            lambda answer: of_optimization(request, answer),
        )

    def holdout(self, request: HoldoutRequest) -> HoldoutAnswer:
        """Answer POST /v1/holdout; nothing is forecast that a ledger would ask about later."""
        try:
            answer = self.holder.scorer.holdout(request)
        except Exception as error:  # nothing may leave in BentoML's shape
            return cast(HoldoutAnswer, answer_to(error).response())
        VERSIONS.get(Versions()).told_by(answer)
        self.metrics.count_forecasts("/v1/holdout", [[w.code for w in answer.warnings]])
        return answer

    def close(self) -> None:
        """Stop looking for new models, and close the log."""
        self.holder.close()
        if self.log is not None:
            self.log.close()

    def _answered(
        self,
        route: str,
        ask: Callable[[Scorer], Answer],
        forecasts_of: Callable[[Answer], Sequence[Forecast]],
    ) -> Answer:
        """Return the answer, or the problem document in its place: BentoML sends it as it is."""
        try:
            answer = ask(self.holder.scorer)
            self._keep(route, forecasts_of(answer))
        except Exception as error:  # nothing may leave in BentoML's shape
            return cast(Answer, answer_to(error).response())
        return answer

    def _keep(self, route: str, forecasts: Sequence[Forecast]) -> None:
        VERSIONS.get(Versions()).told_by(forecasts[0].prediction)
        self.metrics.count_forecasts(route, [forecast.warnings for forecast in forecasts])
        if self.log is not None:
            self.log.append(forecasts, request_id=REQUEST_ID.get(), route=route)
