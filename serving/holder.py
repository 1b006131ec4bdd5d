"""What is being served, swapped in one step when a new catalog or model appears.

Whoever answers a request reads `Holder.state` once and works on that object: it never
changes. A watcher thread in each worker process looks for news every few seconds, and is
the only one that ever waits for the registry. What cannot be loaded is reported once and the
last good state goes on answering. A worker that starts takes up the model that was served
last, where the registry does not answer or named it champion a moment ago.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from features.errors import NoCatalogError, NoModelError, RosterliftError
from serving.directory.catalog import Directory
from serving.loading import Catalog, Loader, Model, Scorer
from serving.messages.listings import ModelCard

logger = logging.getLogger("rosterlift.serving")

Part = TypeVar("Part")

#: The model served last needs no question to the registry when that was so many seconds ago.
MOMENT_SECONDS = 60.0
#: A worker that starts takes requests once its first look is over, or this has passed.
FIRST_LOOK_SECONDS = 30.0


@dataclass(frozen=True)
class State:
    """Everything a request needs, all of the same moment; `missing` says why a part is None."""

    missing: RosterliftError
    directory: Directory | None = None
    scorer: Scorer | None = None
    card: ModelCard | None = None


@dataclass
class _Slot(Generic[Part]):
    """The newest part that loaded, its version, and what keeps a newer one out."""

    version: str | None = None
    part: Part | None = None
    complaint: str = ""
    fault: RosterliftError | None = None


@dataclass
class Holder(Generic[Catalog, Model]):
    """Keeps the state of one worker process.

    `counted` is told each load's outcome, `swapped` each new state.
    """

    loader: Loader[Catalog, Model]
    counted: Callable[[str], None] = lambda _outcome: None
    swapped: Callable[[State], None] = lambda _state: None
    _catalog: _Slot[Catalog] = field(default_factory=_Slot)
    _model: _Slot[Model] = field(default_factory=_Slot)
    _pending: bool = False
    _closed: threading.Event = field(default_factory=threading.Event)
    _looked: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.state = State(missing=NoCatalogError(self.loader.where))

    @property
    def directory(self) -> Directory:
        """Return the lists of the catalog; raise `NotReadyError` where there is none yet."""
        state = self.state
        if state.directory is None:
            raise self._catalog.fault or state.missing
        return state.directory

    @property
    def scorer(self) -> Scorer:
        """Return what predicts; raise `NotReadyError` where model or catalog is missing."""
        state = self.state
        if state.scorer is None:
            raise self._lacking
        return state.scorer

    @property
    def card(self) -> ModelCard:
        """Return the model card; raise `NotReadyError` where there is no model yet."""
        state = self.state
        if state.card is None:
            raise self._lacking
        return state.card

    @property
    def _lacking(self) -> RosterliftError:
        """Why nothing is predicted: no catalog, or what stands in the way of a model."""
        catalog, model = self._catalog, self._model
        return (model.fault if catalog.part is not None else catalog.fault) or self.state.missing

    def refresh(self) -> bool:
        """Load what is new and swap it in; return whether anything changed."""
        loader = self.loader
        catalog = self._renew(self._catalog, loader.catalog_version, loader.load_catalog)
        model = self._renew(self._model, loader.model_version, loader.load_model)
        if self._model.complaint:  # asked, but not answered with a model
            model = model or self._resume(None)
        return self._swap(catalog or model)

    def resume(self) -> bool:
        """Take up what was served a moment ago; return whether that can answer requests."""
        loader = self.loader
        if not self._resume(MOMENT_SECONDS):
            return False
        self._renew(self._catalog, loader.catalog_version, loader.load_catalog)
        return self._swap(True) and self.state.scorer is not None

    def watch(self, seconds: float) -> None:
        """Load what there is, then look again every so many seconds until `close`.

        Returns after the first look, or as soon as the model of a moment ago answers, so that
        no request meets a worker that could answer it a little later.
        """
        threading.Thread(target=self._watch, args=(seconds,), name="watcher", daemon=True).start()
        self._looked.wait(FIRST_LOOK_SECONDS)

    def close(self) -> None:
        """Stop watching."""
        self._closed.set()

    def _watch(self, seconds: float) -> None:
        if not self._tried(self.resume):
            self._tried(self.refresh)
        self._looked.set()
        while not self._closed.wait(seconds):
            self._tried(self.refresh)

    def _tried(self, look: Callable[[], bool]) -> bool:
        try:
            return look()
        except Exception:
            logger.exception("looking for a new model or catalog failed; asked again later")
            return False

    def _swap(self, changed: bool) -> bool:
        self._pending = self._pending or changed
        if not self._pending:
            return False
        try:
            self.state = self._assemble(self._catalog.part, self._model.part)
        except Exception as error:  # the last good state goes on answering
            self._complain(self._model, error)
            return False
        self._pending = False
        self.swapped(self.state)
        _spare_collector()
        return True

    def _resume(self, within: float | None) -> bool:
        """Fill an empty slot with the model served last."""
        slot = self._model
        if slot.part is not None:
            return False
        try:
            last = self.loader.last_model(within)
        except Exception as error:
            self._complain(slot, error)
            return False
        if last is None:
            return False
        slot.version, slot.part = last
        self.counted("resumed")
        return True

    def _renew(
        self,
        slot: _Slot[Part],
        version: Callable[[], str | None],
        load: Callable[[], Part],
    ) -> bool:
        try:
            newest = version()
            if newest is None or newest == slot.version:
                if not self._pending:  # whatever was wrong is over
                    slot.complaint, slot.fault = "", None
                return False
            part = load()
        except Exception as error:  # the last good part goes on answering
            self._complain(slot, error)
            return False
        slot.version, slot.part, slot.complaint, slot.fault = newest, part, "", None
        self.counted("loaded")
        return True

    def _complain(self, slot: _Slot[Part], error: Exception) -> None:
        complaint = f"{type(error).__name__}: {error}"
        if complaint == slot.complaint:
            return
        slot.complaint = complaint
        self.counted("failed")
        slot.fault = error if isinstance(error, RosterliftError) else None
        logger.error("not loaded: %s", complaint, exc_info=None if slot.fault else error)

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


def _spare_collector() -> None:
    """Keep what lives as long as a state out of the garbage collector's rounds.

    A full round over the modules and a served state takes some 230 ms, and every request waits.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
