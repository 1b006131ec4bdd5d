"""One world, learned by roster boosting and by others from roster averages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from experiments.studies.peers.ask import ask_each
from experiments.studies.peers.exchange import PeerJob
from experiments.studies.roster_peers.averages import AverageRows, judge_effects, tabulate
from experiments.studies.rosters_to_come import Judged, groups, true_lifts
from experiments.studies.studied_world import StudiedWorld, judge_bundle, refit, study
from experiments.studies.trained_world import WorldTask, simulated
from training.arrays import Floats, Integers
from training.bundle import Bundle
from training.learners.contract import Learner
from training.learners.dr import DRLearner
from training.learners.r import RLearner
from training.learners.x import XLearner
from training.metrics.measured import average_effect
from training.residuals import campaign_effects
from training.rosters.boosting import fold_numbers
from training.settings import Settings

BOOSTING: Final = "roster boosting"
#: Library and learner of those in the peers' environment.
PEERS: Final = (("econml", "dr"), ("econml", "forest"), ("causalml", "x"))
#: Those that are asked once more with cells repeated by weight: their exchange carries none.
REPEATED: Final = (("econml", "dr"), ("causalml", "x"))
MEAN_COPIES: Final = 3
_MOST_WEIGHT: Final = 8.0
_OWN: Final[dict[str, type[Learner]]] = {"R": RLearner, "DR": DRLearner, "X": XLearner}


@dataclass(frozen=True)
class PeersTask(WorldTask):
    """A world to learn, and the LightGBM settings of the peers, by their scikit-learn names."""

    booster: dict[str, float]


def measure(task: PeersTask) -> dict[str, Any]:
    """Every learner's predictions for the rosters to come, by its name."""
    with simulated(task.world) as folder:
        world = study(folder, task.settings)
    rows = tabulate(world, task.settings.exposure_power)
    judged = {
        BOOSTING: judge_bundle(world.bundle, world.future),
        "R-learner within the product": judge_bundle(_averaged(world, task.settings), world.future),
        "one number for all": _one_number(world),
    }
    for name, effects in (*_own(rows, task.settings), *_peers(rows, task)):
        judged[name] = judge_effects(world, rows, effects)
    return {
        "seed": task.world.seed,
        "judged": {name: one.to_json() for name, one in judged.items()},
    }


def _averaged(world: StudiedWorld, settings: Settings) -> Bundle:
    return refit(world, settings.model_copy(update={"learner": "roster_averages"}))


def _one_number(world: StudiedWorld) -> Judged:
    """The average effect of past campaigns, for every roster."""
    cells = world.cells
    effects = campaign_effects(cells.campaign, cells.outcome, cells.treatment, cells.weight)
    truth = true_lifts(world.asked)
    everywhere = np.full(len(truth), np.expm1(average_effect(*effects).value))
    return Judged(truth, everywhere, groups(world.asked))


def _own(rows: AverageRows, settings: Settings) -> Iterator[tuple[str, Floats]]:
    for name, learner in _OWN.items():
        fitted = learner(threads=1, seed=settings.seed).fit(
            rows.past,
            rows.outcome,
            treatment=rows.treated,
            groups=rows.campaign,
            propensity=rows.propensity,
            weights=rows.weight,
        )
        yield f"our {name}-learner", fitted.predict(rows.to_come)


def _peers(rows: AverageRows, task: PeersTask) -> Iterator[tuple[str, Floats]]:
    alone = np.arange(len(rows.outcome))
    repeated = np.repeat(alone, copies(rows.weight))
    jobs = {f"{own[0]} {own[1]}": _job(rows, alone, task, own, 1) for own in PEERS}
    jobs |= {
        f"{own[0]} {own[1]}, cells repeated": _job(rows, repeated, task, own, MEAN_COPIES)
        for own in REPEATED
    }
    for name, answer in zip(jobs, ask_each(list(jobs.values())), strict=True):
        yield name, answer.effect


def copies(weight: Floats) -> Integers:
    """How often a cell is repeated for learners that take no weights [cell]."""
    parts = np.minimum(weight / weight.mean(), _MOST_WEIGHT)
    times: Integers = np.rint(MEAN_COPIES * parts).astype(np.int64)
    return times


def _job(
    rows: AverageRows, chosen: Integers, task: PeersTask, peer: tuple[str, str], mean_copies: int
) -> PeerJob:
    """What a peer is asked to learn from chosen rows, with leaves of as many cells as before."""
    settings = task.settings
    fold = fold_numbers(int(rows.campaign.max()) + 1, settings.folds, settings.seed)
    fewest = task.booster["min_child_samples"] * mean_copies
    return PeerJob(
        library=peer[0],
        learner=peer[1],
        X=rows.past[chosen],
        y=rows.outcome[chosen],
        treatment=rows.treated[chosen],
        X_test=rows.to_come,
        fold=fold[rows.campaign[chosen]],
        booster={**task.booster, "min_child_samples": fewest},
        threads=1,
        seed=settings.seed,
    )
