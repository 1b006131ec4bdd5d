"""Every path and method there is, with the types it takes and answers.

One table for two readers: the door lets in what stands here, and the OpenAPI document
is written from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pydantic import BaseModel

from serving.messages.answers import Comparison, Prediction
from serving.messages.baselines import Baseline, BaselineQuery
from serving.messages.holdout import HoldoutAnswer, HoldoutRequest
from serving.messages.ledger import Ledger
from serving.messages.listings import (
    BrandList,
    CreatorFilters,
    CreatorItem,
    CreatorList,
    CreatorQuery,
    ListQuery,
    MarketList,
    ModelCard,
)
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest


@dataclass(frozen=True)
class Operation:
    """One method of one path: what it takes, answers, and how it can fail."""

    method: str
    path: str
    summary: str
    answer: type[BaseModel] | str
    failures: tuple[int, ...] = ()
    question: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    needs_token: bool = True
    listed: bool = True

    @cached_property
    def methods(self) -> frozenset[str]:
        """The HTTP methods answered; whatever answers GET answers HEAD."""
        return frozenset({"GET", "HEAD"} if self.method == "get" else {self.method.upper()})

    def matches(self, path: str) -> bool:
        """Tell whether a decoded path is this one; a last {parameter} may hold anything."""
        stem, parameter, _ = self.path.partition("{")
        return path.startswith(stem) if parameter else path == self.path


ASKING: Final = (400, 401, 408, 413, 422, 429, 500, 503)
LISTING: Final = (401, 422, 503)

OPERATIONS: Final = (
    Operation("post", "/v1/predict", "What one roster is expected to do.", Prediction, ASKING,
              question=PredictRequest),
    Operation("post", "/v1/compare", "Several rosters for the same campaign, ranked.", Comparison,
              ASKING, question=CompareRequest),
    Operation("post", "/v1/optimize", "The best roster under a budget.", Optimization, ASKING,
              question=OptimizeRequest),
    Operation("post", "/v1/holdout", "What a holdout test of one roster could show.", HoldoutAnswer,
              ASKING, question=HoldoutRequest),
    Operation("get", "/v1/creators", "Creators of the catalog.", CreatorList, LISTING,
              query=CreatorQuery),
    Operation("get", "/v1/creators/{creator_id}", "One creator.", CreatorItem, (401, 404, 503)),
    Operation("get", "/v1/brands", "Brands of the catalog.", BrandList, LISTING, query=ListQuery),
    Operation("get", "/v1/markets", "Markets where sales are counted.", MarketList, LISTING,
              query=ListQuery),
    Operation("get", "/v1/filters", "What creators can be filtered by.", CreatorFilters,
              (401, 503)),
    Operation("get", "/v1/baseline", "Sales by week, so far and without the campaign.", Baseline,
              LISTING, query=BaselineQuery),
    Operation("get", "/v1/model", "The model card.", ModelCard, (401, 503)),
    Operation("get", "/v1/ledger", "What was predicted beside what was measured.", Ledger,
              (401, 404)),
    Operation("get", "/metrics", "Counters for Prometheus.", "text/plain", (401,)),
    Operation("get", "/healthz", "The process answers.", "text/plain", needs_token=False),
    Operation("get", "/readyz", "A model and a catalog are loaded.", "text/plain", (503,),
              needs_token=False),
    Operation("get", "/schema.json", "What BentoML's own client reads.", "application/json", (401,),
              listed=False),
    Operation("get", "/livez", "BentoML's name for /healthz.", "text/plain", needs_token=False,
              listed=False),
    Operation("get", "/page/{file}", "Files of the pages.", "text/javascript", (404,),
              needs_token=False, listed=False),
    Operation("get", "/", "The planner page.", "text/html", needs_token=False),
    Operation("get", "/ledger", "The ledger for people.", "text/html", needs_token=False),
    Operation("get", "/docs", "This document for people.", "text/html", needs_token=False),
    Operation("get", "/docs.json", "This document.", "application/json", needs_token=False),
)  # fmt: skip
