"""The Bento: which collaborator gets which, and the methods BentoML answers itself.

No logic: predictions come from the holder's scorer, everything over HTTP is decided by
the boundary. A method answers a domain error with the problem document itself, because
BentoML would turn the exception into a shape of its own before the boundary sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import bentoml
from starlette.routing import Router

from serving.door.access import Access
from serving.door.boundary import Boundary, Rules
from serving.door.faults import answer_to
from serving.door.metrics import Metrics
from serving.door.routes import Routes
from serving.holder import Holder, Loader
from serving.messages.answers import Comparison, Prediction
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest
from serving.settings import ServiceSettings

Answer = TypeVar("Answer")

#: BentoML's own limit lies outside the boundary and has another error shape: it must
#: never be the first to strike.
BENTOML_SECONDS = 60


def build_service(settings: ServiceSettings, loader: Loader[Any, Any]) -> bentoml.Service[Any]:
    """Return the service that answers from what `loader` loads.

    Raises `SettingsError` where the token file is of no use.
    """
    metrics = Metrics()
    holder = Holder(loader, counted=metrics.count_load)
    rules = Rules(
        metrics=metrics,
        access=Access.from_file(settings.token_file),
        at_once=settings.at_once,
        answer_seconds=settings.answer_seconds,
    )
    service = _service_of(holder, settings)
    service.mount_asgi_app(Router(Routes(holder, metrics).table(), redirect_slashes=False))
    service.add_asgi_middleware(cast(Any, Boundary), rules=rules)
    return service


def _service_of(holder: Holder[Any, Any], settings: ServiceSettings) -> bentoml.Service[Any]:
    @bentoml.service(
        name="rosterlift",
        workers=settings.workers,
        threads=settings.threads,
        traffic={"timeout": BENTOML_SECONDS},
        metrics={"enabled": False},  # /metrics is our own: BentoML labels every raw path
    )
    class Rosterlift:
        """Forecasts the incremental sales of a named roster of creators."""

        def __init__(self) -> None:
            holder.watch(settings.poll_seconds)

        def __is_ready__(self) -> bool:
            return holder.scorer is not None  # raises what is missing

        @bentoml.on_shutdown  # type: ignore[untyped-decorator]
        def close(self) -> None:
            """Stop looking for new models."""
            holder.close()

        @bentoml.api(route="/v1/predict")  # type: ignore[untyped-decorator]
        def predict(self, request: PredictRequest, /) -> Prediction:
            """What one roster is expected to do."""
            return _answered(lambda: holder.scorer.predict(request))

        @bentoml.api(route="/v1/compare")  # type: ignore[untyped-decorator]
        def compare(self, request: CompareRequest, /) -> Comparison:
            """Several rosters for the same campaign, ranked."""
            return _answered(lambda: holder.scorer.compare(request))

        @bentoml.api(route="/v1/optimize")  # type: ignore[untyped-decorator]
        def optimize(self, request: OptimizeRequest, /) -> Optimization:
            """The best roster under a budget."""
            return _answered(lambda: holder.scorer.optimize(request))

    return Rosterlift


def _answered(ask: Callable[[], Answer]) -> Answer:
    """Return the answer, or the problem document in its place: BentoML sends it as it is."""
    try:
        return ask()
    except Exception as error:  # nothing may leave in BentoML's shape
        return cast(Answer, answer_to(error).response())
