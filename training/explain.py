"""What the report tells beyond metrics: importance, ablation, slices, support, champion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from features.errors import BundleError, NoModelError
from training.arrays import Floats
from training.bundle import Bundle
from training.evidence.champion import ChampionComparison, compare_with_champion
from training.evidence.importance import Worth, ablation, permutation_importance
from training.evidence.ranking import choice_curves, naive_priorities
from training.evidence.slices import Slice, coverage_by_slice
from training.evidence.support import Support, support_of
from training.run import FittedRun
from training.settings import Settings
from training.splits import campaign_folds

#: Every campaign is held out once in three fits, too, and three are cheaper than five.
_ABLATION_FOLDS = 3


@dataclass(frozen=True)
class Findings:
    """What a run is explained by; `champion` is None where there was none.

    `choices` are the curves of `choice_curves`.
    """

    importance: tuple[Worth, ...]
    ablation: tuple[Worth, ...]
    choices: Mapping[str, Floats]
    slices: tuple[Slice, ...]
    support: Support
    champion: ChampionComparison | None


def explain(run: FittedRun, settings: Settings, champion: Callable[[], Bundle]) -> Findings:
    """Explain a fitted run.

    Args:
        champion: loads the champion's bundle.
    """
    sample, rosters = run.past.joined.sample, run.past.joined.rosters
    encoding, evidence, cells = run.past.joined.encoding, run.evidence, run.past.cells
    size = len(cells.campaign_ids)
    chosen = np.bincount(cells.campaign, weights=~cells.drawn, minlength=size)
    folds = campaign_folds(size, _ABLATION_FOLDS, settings.seed)
    return Findings(
        importance=permutation_importance(
            run.fitted.model, sample, evidence, encoding, settings.seed
        ),
        ablation=ablation(
            sample,
            folds,
            encoding,
            run.fitted.penalty,
            settings.seed,
            workers=settings.workers,
        ),
        choices=choice_curves(evidence, naive_priorities(rosters, run.past.campaigns.rosters)),
        slices=coverage_by_slice(evidence, rosters, chosen == 0),
        support=support_of(rosters, encoding.numeric),
        champion=_compared_with(champion, run),
    )


def _compared_with(champion: Callable[[], Bundle], run: FittedRun) -> ChampionComparison | None:
    try:
        bundle = champion()
    except NoModelError:
        return None
    except BundleError as error:
        return ChampionComparison(reason=str(error))
    return compare_with_champion(bundle, run.past.cells, run.past.joined.rosters, run.evidence)
