"""The size of the world that tests of effects and of published numbers look into."""

from __future__ import annotations

from experiments.worlds.settings import WorldSettings

DRAWN = WorldSettings(campaigns=90, creators=400, markets=24, brands=8, weeks=110, seed=5)
