"""What is being served, swapped in one step when a new catalog or model appears.

Whoever answers a request reads `Holder.state` once and works on that object: it never
changes. A watcher thread in each worker process looks for news every few seconds. What
cannot be loaded is reported once and the last good state goes on answering.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from features.errors import NoCatalogError, NoModelError, NotReadyError, RosterliftError
from serving.directory.catalog import Directory
from serving.messages.answers import Comparison, Prediction
from serving.messages.listings import ModelCard
from serving.messages.optimize_answers import Optimization
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import CompareRequest, PredictRequest

logger = logging.getLogger("rosterlift.serving")

Catalog = TypeVar("Catalog")
Model = TypeVar("Model")
Part = TypeVar("Part")


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

    def directory(self, catalog: Catalog) -> Directory:
        """Build the lists of a catalog."""
        ...

    def scorer(self, model: Model, catalog: Catalog) -> Scorer:
        """Build what predicts with both."""
        ...

    def card(self, model: Model, catalog: Catalog) -> ModelCard:
        """Build the model card of both."""
        ...


@dataclass(frozen=True)
class State:
    """Everything a request needs, all of the same moment; `missing` says why a part is None."""

    missing: NotReadyError
    directory: Directory | None = None
    scorer: Scorer | None = None
    card: ModelCard | None = None


@dataclass
class _Slot(Generic[Part]):
    """The newest part that loaded, its version, and the last complaint."""

    version: str | None = None
    part: Part | None = None
    complaint: str = ""


@dataclass
class Holder(Generic[Catalog, Model]):
    """Keeps the state of one worker process; `counted` is told each load's outcome."""

    loader: Loader[Catalog, Model]
    counted: Callable[[str], None] = lambda _outcome: None
    _catalog: _Slot[Catalog] = field(default_factory=_Slot)
    _model: _Slot[Model] = field(default_factory=_Slot)
    _pending: bool = False
    _closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.state = State(missing=NoCatalogError(self.loader.where))

    @property
    def directory(self) -> Directory:
        """Return the lists of the catalog; raise `NotReadyError` where there is none yet."""
        state = self.state
        if state.directory is None:
            raise state.missing
        return state.directory

    @property
    def scorer(self) -> Scorer:
        """Return what predicts; raise `NotReadyError` where model or catalog is missing."""
        state = self.state
        if state.scorer is None:
            raise state.missing
        return state.scorer

    @property
    def card(self) -> ModelCard:
        """Return the model card; raise `NotReadyError` where there is no model yet."""
        state = self.state
        if state.card is None:
            raise state.missing
        return state.card

    def refresh(self) -> bool:
        """Load what is new and swap it in; return whether anything changed."""
        loader = self.loader
        catalog = self._renew(self._catalog, loader.catalog_version, loader.load_catalog)
        model = self._renew(self._model, loader.model_version, loader.load_model)
        self._pending = self._pending or catalog or model
        if not self._pending:
            return False
        try:
            self.state = self._assemble(self._catalog.part, self._model.part)
        except Exception as error:  # the last good state goes on answering
            self._complain(self._model, error)
            return False
        self._pending = False
        return True

    def watch(self, seconds: float) -> None:
        """Refresh now, then every so many seconds in the background until `close`."""
        self.refresh()
        threading.Thread(target=self._watch, args=(seconds,), name="watcher", daemon=True).start()

    def close(self) -> None:
        """Stop watching."""
        self._closed.set()

    def _watch(self, seconds: float) -> None:
        while not self._closed.wait(seconds):
            try:
                self.refresh()
            except Exception:
                logger.exception("looking for a new model or catalog failed; asked again later")

    def _renew(
        self,
        slot: _Slot[Part],
        version: Callable[[], str | None],
        load: Callable[[], Part],
    ) -> bool:
        try:
            newest = version()
            if newest is None or newest == slot.version:
                return False
            part = load()
        except Exception as error:  # the last good part goes on answering
            self._complain(slot, error)
            return False
        slot.version, slot.part, slot.complaint = newest, part, ""
        self.counted("loaded")
        return True

    def _complain(self, slot: _Slot[Part], error: Exception) -> None:
        complaint = f"{type(error).__name__}: {error}"
        if complaint == slot.complaint:
            return
        slot.complaint = complaint
        self.counted("failed")
        known = isinstance(error, RosterliftError)
        logger.error("not loaded: %s", complaint, exc_info=None if known else error)

    def _assemble(self, catalog: Catalog | None, model: Model | None) -> State:
        if catalog is None:
            return State(missing=NoCatalogError(self.loader.where))
        directory = self.loader.directory(catalog)
        if model is None:
            return State(missing=NoModelError(self.loader.where), directory=directory)
        return State(
            missing=NoModelError(self.loader.where),
            directory=directory,
            scorer=self.loader.scorer(model, catalog),
            card=self.loader.card(model, catalog),
        )
