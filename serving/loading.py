"""What the holder needs of whoever loads catalogs and models, and of what predicts with both."""

from __future__ import annotations

from typing import Protocol, TypeVar

from serving.directory.catalog import Directory
from serving.messages.answers import Comparison, Prediction
from serving.messages.baselines import Baseline, BaselineQuery
from serving.messages.holdout import HoldoutAnswer, HoldoutRequest
from serving.messages.listings import ModelCard
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest

Catalog = TypeVar("Catalog")
Model = TypeVar("Model")


class Scorer(Protocol):
    """Answers what a roster will do; raises the errors of `features.errors`."""

    def predict(self, request: PredictRequest) -> Prediction:
        """Answer POST /v1/predict."""
        ...

    def compare(self, request: CompareRequest) -> Comparison:
        """Answer POST /v1/compare."""
        ...

    def optimize(self, request: OptimizeRequest) -> Optimization:
        """Answer POST /v1/optimize."""
        ...

    def holdout(self, request: HoldoutRequest) -> HoldoutAnswer:
        """Answer POST /v1/holdout."""
        ...

    def baseline(self, query: BaselineQuery) -> Baseline:
        """Answer GET /v1/baseline."""
        ...


class Loader(Protocol[Catalog, Model]):
    """Where catalogs and models come from. Versions are cheap to ask for, loads are not.

    A version is None where nothing was ever published.
    """

    @property
    def where(self) -> str:
        """What the sentence names that says what is missing."""
        ...

    def catalog_version(self) -> str | None:
        """Name of the newest catalog."""
        ...

    def model_version(self) -> str | None:
        """Name of the champion."""
        ...

    def load_catalog(self) -> Catalog:
        """Read the newest catalog."""
        ...

    def load_model(self) -> Model:
        """Read the champion."""
        ...

    def last_model(self, within: float | None) -> tuple[str, Model] | None:
        """Return the model served last with its version, without asking where models come from.

        None where there is none, or none that was champion at most `within` seconds ago.
        """
        ...

    def directory(self, catalog: Catalog) -> Directory:
        """Build the lists of a catalog."""
        ...

    def scorer(self, model: Model, catalog: Catalog) -> Scorer:
        """Build what predicts with both."""
        ...

    def card(self, model: Model, catalog: Catalog) -> ModelCard:
        """Build the model card of both."""
        ...
