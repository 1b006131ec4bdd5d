"""A simulated world and a fitted model behind the page, in place of the stub's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving.directory.card import model_card
from serving.messages.listings import ModelCard
from serving.predictions.scoring import RosterScorer
from tests.serving.served import served_on_loopback
from tests.serving.small_world import World, small_world
from tests.serving.stubs import StubLoader


@dataclass
class WorldLoader(StubLoader):
    """Loads one world's snapshot and the first of its models."""

    world: World | None = None

    def load_catalog(self) -> Any:
        return self._known.snapshot

    def load_model(self) -> Any:
        return self._known.bundles[0]

    def scorer(self, model: Any, catalog: Any) -> Any:
        return RosterScorer(model, catalog)

    def card(self, model: Any, catalog: Any) -> ModelCard:
        return model_card(model.manifest, catalog.as_of)

    @property
    def _known(self) -> World:
        assert self.world is not None
        return self.world


@contextmanager
def served_world(folder: Path) -> Iterator[tuple[str, World]]:
    """Simulate a world into a folder and serve it; yields the address and the world."""
    world = small_world(folder)
    with served_on_loopback(WorldLoader(world=world)) as address:
        yield address, world
