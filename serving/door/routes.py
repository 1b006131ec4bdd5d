"""The GET routes and the page: one ASGI application beside BentoML's own methods."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from serving.directory.ledger import LedgerFile
from serving.door.metrics import Metrics
from serving.door.openapi import document
from serving.door.query import read_query
from serving.holder import Holder
from serving.messages.baselines import BaselineQuery
from serving.messages.listings import CreatorQuery, ListQuery

PAGE: Final = Path(__file__).parent.parent / "page"
#: Files are asked for again each time, and answered with 304 while they are the same.
REVALIDATE: Final = {"Cache-Control": "no-cache"}


class Routes:
    """Endpoints over what is being served now; they raise domain errors, nothing else."""

    def __init__(self, holder: Holder[Any, Any], ledger: LedgerFile, metrics: Metrics) -> None:
        self.holder = holder
        self.kept_ledger = ledger
        self.metrics = metrics
        self.document = document()

    def table(self) -> list[BaseRoute]:
        """Return every path answered here."""
        return [
            Route("/", _file("index.html")),
            Route("/docs", _file("docs.html")),
            Route("/docs.json", self.openapi),
            Route("/ledger", _file("ledger.html")),
            Route("/metrics", self.prometheus),
            Route("/v1/creators", self.creators),
            Route("/v1/creators/{creator_id:path}", self.creator),
            Route("/v1/brands", self.brands),
            Route("/v1/markets", self.markets),
            Route("/v1/filters", self.filters),
            Route("/v1/baseline", self.baseline),
            Route("/v1/model", self.model),
            Route("/v1/ledger", self.ledger),
            Mount("/page", _PageFiles(directory=PAGE)),
        ]

    def creators(self, request: Request) -> Response:
        """Answer GET /v1/creators."""
        query = read_query(CreatorQuery, request.query_params)
        return _json(self.holder.directory.creators(query))

    def creator(self, request: Request) -> Response:
        """Answer GET /v1/creators/{creator_id}."""
        return _json(self.holder.directory.creator(request.path_params["creator_id"]))

    def brands(self, request: Request) -> Response:
        """Answer GET /v1/brands."""
        query = read_query(ListQuery, request.query_params)
        return _json(self.holder.directory.brands(query))

    def markets(self, request: Request) -> Response:
        """Answer GET /v1/markets."""
        query = read_query(ListQuery, request.query_params)
        return _json(self.holder.directory.markets(query))

    def filters(self, _request: Request) -> Response:
        """Answer GET /v1/filters."""
        return _json(self.holder.directory.filters)

    def baseline(self, request: Request) -> Response:
        """Answer GET /v1/baseline."""
        query = read_query(BaselineQuery, request.query_params)
        return _json(self.holder.scorer.baseline(query))

    def model(self, _request: Request) -> Response:
        """Answer GET /v1/model."""
        return _json(self.holder.card)

    def ledger(self, _request: Request) -> Response:
        """Answer GET /v1/ledger."""
        return _json(self.kept_ledger.read())

    def prometheus(self, _request: Request) -> Response:
        """Answer GET /metrics."""
        return Response(self.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    async def openapi(self, _request: Request) -> Response:
        """Answer GET /docs.json."""
        return Response(self.document, media_type="application/json")


class _PageFiles(StaticFiles):
    """The page's own files, never cached without asking."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Say with each file that it must be asked for again."""
        response = super().file_response(*args, **kwargs)
        response.headers.update(REVALIDATE)
        return response


def _file(name: str) -> Any:
    async def endpoint(_request: Request) -> Response:
        return FileResponse(PAGE / name, headers=REVALIDATE)

    return endpoint


def _json(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), media_type="application/json")
