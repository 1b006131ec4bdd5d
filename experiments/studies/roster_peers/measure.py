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
from training.arrays import Floats
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
    settings = task.settings
    campaigns = int(rows.campaign.max()) + 1
    jobs = [
        PeerJob(
            library=library,
            learner=learner,
            X=rows.past,
            y=rows.outcome,
            treatment=rows.treated,
            X_test=rows.to_come,
            fold=fold_numbers(campaigns, settings.folds, settings.seed)[rows.campaign],
            booster=task.booster,
            threads=1,
            seed=settings.seed,
        )
        for library, learner in PEERS
    ]
    for job, answer in zip(jobs, ask_each(jobs), strict=True):
        yield f"{job.library} {job.learner}", answer.effect
