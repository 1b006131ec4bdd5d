"""Catalog and champion of one home: where the service's answers come from.

MLflow, LightGBM and Ibis take seconds to import. They are imported on first use, because
BentoML's supervising process imports the service too and never loads anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from serving.directory.catalog import Directory
from serving.messages.listings import ModelCard

if TYPE_CHECKING:
    from features.snapshots.snapshot import Snapshot
    from serving.predictions.scoring import RosterScorer
    from training.bundle import Bundle

_SQLITE = "sqlite:///"


@dataclass(frozen=True)
class HomeLoader:
    """Loads what `rosterlift train` and `rosterlift catalog` left in a home."""

    home: Path

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
        seconds.
        """
        from training import tracking

        store = tracking.tracking_uri(self.home)
        if store.startswith(_SQLITE) and not Path(store.removeprefix(_SQLITE)).exists():
            return None
        champion = tracking.champion_version(self.home)
        return None if champion is None else f"{champion.version} {champion.run_id}"

    def load_catalog(self) -> Snapshot:
        """Read the current snapshot."""
        from features.catalogs import catalog

        return catalog.load(self.home)

    def load_model(self) -> Bundle:
        """Read the champion's bundle."""
        from training import tracking

        return tracking.champion_bundle(self.home)

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
