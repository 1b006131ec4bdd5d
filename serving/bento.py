"""The Bento: which collaborator gets which, and the methods BentoML answers itself.

No logic: questions are answered at the desk, everything else over HTTP is decided by the
boundary.
"""

from __future__ import annotations

from typing import Any, cast

import bentoml
from starlette.routing import Router

from serving.directory.ledger import LedgerFile
from serving.door.access import Access
from serving.door.access_log import Versions
from serving.door.boundary import Boundary, Rules
from serving.door.desk import Desk
from serving.door.metrics import Metrics
from serving.door.routes import Routes
from serving.holder import Holder, State
from serving.loading import Loader
from serving.messages.answers import Comparison, Prediction
from serving.messages.holdout import HoldoutAnswer, HoldoutRequest
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest
from serving.request_log.log import RequestLog
from serving.request_log.table import FOLDER
from serving.settings import ServiceSettings

#: BentoML's own limit lies outside the boundary and has another error shape: it must
#: never be the first to strike.
BENTOML_SECONDS = 60


def build_service(settings: ServiceSettings, loader: Loader[Any, Any]) -> bentoml.Service[Any]:
    """Return the service that answers from what `loader` loads.

    Raises `SettingsError` where the token file is of no use.
    """
    metrics = Metrics()

    def show(state: State) -> None:
        metrics.show(state.card)

    holder = Holder(loader, counted=metrics.count_load, swapped=show)
    rules = Rules(
        metrics=metrics,
        access=Access.from_file(settings.token_file),
        at_once=settings.at_once,
        answer_seconds=settings.answer_seconds,
        versions=lambda: Versions.of(holder.state.card),
    )
    service = _service_of(Desk(holder, metrics, _request_log(settings, metrics)), settings)
    routes = Routes(holder, LedgerFile(settings.home), metrics)
    service.mount_asgi_app(Router(routes.table(), redirect_slashes=False))
    service.add_asgi_middleware(cast(Any, Boundary), rules=rules)
    return service


def _request_log(settings: ServiceSettings, metrics: Metrics) -> RequestLog | None:
    if not settings.request_log:
        return None
    return RequestLog(
        settings.home / FOLDER,
        largest_file=settings.request_log_mb * 1_000_000,
        most_files=settings.request_log_files,
        lost=metrics.count_lost,
    )


def _service_of(desk: Desk, settings: ServiceSettings) -> bentoml.Service[Any]:
    @bentoml.service(
        name="rosterlift",
        workers=settings.workers,
        threads=settings.threads,
        traffic={"timeout": BENTOML_SECONDS},
        metrics={"enabled": False},  # /metrics is our own: BentoML labels every raw path
        logging={"access": {"enabled": False}},  # so is the access log: BentoML writes raw paths
    )
    class Rosterlift:
        """Forecasts the incremental sales of a named roster of creators."""

        def __init__(self) -> None:
            desk.holder.watch(settings.poll_seconds)

        def __is_ready__(self) -> bool:
            return desk.holder.scorer is not None  # raises what is missing

        @bentoml.on_shutdown  # type: ignore[untyped-decorator]
        def close(self) -> None:
            """Stop looking for new models."""
            desk.close()

        @bentoml.api(route="/v1/predict")  # type: ignore[untyped-decorator]
        def predict(self, request: PredictRequest, /) -> Prediction:
            """What one roster is expected to do."""
            return desk.predict(request)

        @bentoml.api(route="/v1/compare")  # type: ignore[untyped-decorator]
        def compare(self, request: CompareRequest, /) -> Comparison:
            """Several rosters for the same campaign, ranked."""
            return desk.compare(request)

        @bentoml.api(route="/v1/optimize")  # type: ignore[untyped-decorator]
        def optimize(self, request: OptimizeRequest, /) -> Optimization:
            """The best roster under a budget."""
            return desk.optimize(request)

        @bentoml.api(route="/v1/holdout")  # type: ignore[untyped-decorator]
        def holdout(self, request: HoldoutRequest, /) -> HoldoutAnswer:
            """What a holdout test of one roster could show."""
            return desk.holdout(request)

    return Rosterlift
