"""Catalog and champion of one home: where the service's answers come from.

MLflow, LightGBM and scikit-learn take seconds to import. They are imported on first use: BentoML's
supervising process imports the service too and never loads anything, and a worker that starts
answers from the kept model before it asks the registry.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from serving.directory.catalog import Directory
from serving.kept import KeptModel
from serving.messages.listings import ModelCard

if TYPE_CHECKING:
    from features.snapshots.snapshot import Snapshot
    from serving.predictions.scoring import RosterScorer
    from training.bundle import Bundle
    from training.store import Stamp

logger = logging.getLogger("rosterlift.serving")

#: How long the registry may take for one answer.
LOOK_SECONDS: Final = 3


@dataclass
class HomeLoader:
    """Loads what `rosterlift train` and `rosterlift catalog` left in a home.

    `_told`: the champion's version and run as the registry last named them, and the stamp of its
    file just before.
    """

    home: Path
    _told: tuple[Stamp | None, tuple[str, str] | None] = field(default=(None, None), init=False)

    @property
    def where(self) -> str:
        """Named in the sentence that says what is missing."""
        return str(self.home)

    def catalog_version(self) -> str | None:
        """Name of the current snapshot, None where nothing was ever saved."""
        from features.catalogs import catalog

        return catalog.current(self.home)

    def model_version(self) -> str | None:
        """Version and run of the champion, None where nobody was promoted.

        A store that is not there yet is not created: that is training's to do, and takes
        seconds. One in a file is asked again only after something was written, by a worker that
        starts, too: each question costs a tenth of a second that requests wait for, the first one
        an import of seconds.
        """
        from training.store import is_empty, stamp, tracking_uri

        if is_empty(tracking_uri(self.home)):
            return None
        now = stamp(tracking_uri(self.home))
        if now is None or now != self._told[0]:
            known = None if now is None else self._kept.champion(now)
            self._told = now, known or self._ask()
        champion = self._told[1]
        if champion is None:
            return None
        self._kept.confirm(*champion, now)
        return _named(*champion)

    def _ask(self) -> tuple[str, str] | None:
        from training import tracking
        from training.store import patience

        with patience(LOOK_SECONDS):
            champion = tracking.champion_version(self.home)
        return None if champion is None else (champion.version, champion.run_id)

    def load_catalog(self) -> Snapshot:
        """Read the current snapshot."""
        from features.catalogs import catalog

        return catalog.load(self.home)

    def load_model(self) -> Bundle:
        """Read the champion's bundle, and keep a copy of it in the home."""
        from training import tracking
        from training.bundle import Bundle
        from training.store import patience, stamp, tracking_uri

        told_at = stamp(tracking_uri(self.home))
        with patience(LOOK_SECONDS), tracking.fetched_champion(self.home) as (logged, folder):
            bundle = Bundle.load(folder)
            try:
                self._kept.keep(logged.version, logged.run_id, folder, told_at)
            except OSError as error:  # it can be served all the same
                logger.warning("no copy of the model is kept in %s: %s", self.home, error)
        return bundle.registered(logged.version, logged.run_id)

    def last_model(self, within: float | None) -> tuple[str, Bundle] | None:
        """Read the copy that `load_model` kept; None where there is none that can be used."""
        bundle = self._kept.load(within)
        if bundle is None:
            return None
        return _named(bundle.manifest.version, bundle.manifest.run_id), bundle

    def directory(self, catalog: Snapshot) -> Directory:
        """Return the lists of a snapshot."""
        return Directory(catalog)

    def scorer(self, model: Bundle, catalog: Snapshot) -> RosterScorer:
        """Return what predicts."""
        from serving.predictions.scoring import RosterScorer

        return RosterScorer(model, catalog)

    def card(self, model: Bundle, catalog: Snapshot) -> ModelCard:
        """Return the model card."""
        from serving.directory.card import model_card

        return model_card(model.manifest, catalog.as_of)

    @property
    def _kept(self) -> KeptModel:
        from training.store import tracking_uri

        return KeptModel(self.home, tracking_uri(self.home))


def _named(version: str, run_id: str) -> str:
    return f"{version} {run_id}"
