"""What does the product make of worlds with a catch, and does it notice?

    python -m experiments.studies.worlds [--quick] [--seeds 801 802 …] [--parts trained …] [--write]

Trains on every world and asks for its rosters to come; then sees whether markets that brands chose
are found out when they are recorded as drawn by lot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from experiments.studies.command import ask, publish
from experiments.studies.trained_world import DEFAULTS, QUICK, QUICK_WORLD, WorldTask
from experiments.studies.worlds import claims, trained
from experiments.studies.worlds.claims import ClaimsTask
from experiments.studies.worlds.table import result
from experiments.studies.worlds_in_parallel import measure_all
from experiments.worlds.rules import WORLDS
from experiments.worlds.simulate import WorldSettings

NAME = "worlds"
README = Path(__file__).with_name("README.md")
#: Kept apart from every seed that anything was tuned on.
SEEDS, QUICK_SEEDS = (801, 802, 803), (9801,)
#: How much leaked is told within a fifth or two of itself by a single world: its bias needs ten.
MORE_SEEDS = {"leaky": (804, 805, 806, 807, 808, 809, 810)}
#: Of the worlds in which a claim is doubted, beyond the seeds above.
CLAIMS, QUICK_CLAIMS = range(851, 901), range(9851, 9853)
SIZE = WorldSettings(campaigns=160, creators=600, markets=40)
#: The hardest world has as many campaigns as are asked for by default.
LARGE = replace(SIZE, campaigns=300)
#: Small, so that a hundred can be afforded.
SMALL = WorldSettings(campaigns=40, creators=60, markets=16, brands=4, weeks=110)
#: Worlds in which a claim is doubted are measured so many at a time.
_TOGETHER = 10
PARTS = ("trained", "claims")


def main() -> None:
    """Run the study."""
    asked = ask(
        NAME,
        "what is made of worlds with a catch?",
        seeds=SEEDS,
        quick_seeds=QUICK_SEEDS,
        parts=PARTS,
    )
    more = MORE_SEEDS if tuple(asked.seeds) == SEEDS else {}
    parts = asked.parts
    tasks = trained_tasks(asked.seeds, more, quick=asked.quick) if "trained" in parts else []
    found = measure_all(trained.measure, tasks, asked.work)
    doubted = claim_tasks(quick=asked.quick) if "claims" in parts else []
    told = measure_all(claims.measure, doubted, asked.work)
    publish(asked, NAME, README, result(found, told))


def trained_tasks(
    seeds: Sequence[int], more: Mapping[str, Sequence[int]], *, quick: bool
) -> list[WorldTask]:
    """Every world of every seed, one seed after the other, then those with `more` of their own."""
    training = QUICK if quick else DEFAULTS
    sizes = {name: LARGE if name == "mixed" else SIZE for name in WORLDS}
    wanted = [(name, seed) for seed in seeds for name in WORLDS]
    wanted += [(name, seed) for name, own in more.items() for seed in own]
    return [
        WorldTask.of(replace(own, world=name, seed=seed), training)
        for name, seed in wanted
        for own in [QUICK_WORLD if quick else sizes[name]]
    ]


def claim_tasks(*, quick: bool) -> list[ClaimsTask]:
    """Worlds whose markets a lot drew, and worlds whose record says so."""
    size = replace(QUICK_WORLD if quick else SMALL, future_campaigns=0, claimed_as_drawn=True)
    seeds = QUICK_CLAIMS if quick else CLAIMS
    parts = [tuple(seeds[first : first + _TOGETHER]) for first in range(0, len(seeds), _TOGETHER)]
    return [
        ClaimsTask(replace(size, world=name), part)
        for part in parts
        for name in ("randomised", "confounded")
    ]


if __name__ == "__main__":
    main()
