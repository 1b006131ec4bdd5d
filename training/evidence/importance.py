"""What a feature is worth: the likelihood that is lost when it is shuffled or left out.

Two questions with two answers. *Importance* shuffles a feature over bookings and asks the bags
for the campaigns they left out (Breiman 2001): what does this model lose without it? *Ablation*
leaves a theme out, refits the linear start fold by fold and judges it on held-out campaigns:
what would any such model lose? Where features stand in for each other the first is large and
the second small. Both are log likelihood a campaign, the unit of skill, with intervals over
campaigns; neither says that changing the feature would change sales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from training.arrays import Floats, Integers
from training.encoding import Encoding
from training.evidence.feature_groups import columns_by_feature, columns_by_theme
from training.evidence.held_out import Evidence, average_log_effect
from training.evidence.scoring import Part, member_lifts, part_of
from training.fan_out import Workers
from training.rosters.linear_start import LinearScore, fit_linear
from training.rosters.loss import RosterLoss
from training.rosters.model import RosterModel
from training.rosters.sample import RosterSample
from training.splits import CampaignFolds, Split

#: So many bags are asked; more would sharpen what these have settled.
_BAGS = 10
_DRAWS = 1_000
_TAILS = (0.05, 0.95)


@dataclass(frozen=True)
class Worth:
    """Log likelihood a campaign that is lost without a feature or theme, with a 90 % interval."""

    name: str
    lost: float
    low: float
    high: float


def permutation_importance(
    model: RosterModel, sample: RosterSample, evidence: Evidence, encoding: Encoding, seed: int
) -> tuple[Worth, ...]:
    """The importance of every feature and of the brands' own columns, largest first."""
    draw = np.random.default_rng(seed)
    parts = [part_of(sample, np.flatnonzero(own)) for own in evidence.judges[:_BAGS]]
    before = _likelihood(model, parts, sample.linear, sample.trees, evidence)
    of_linear = columns_by_feature(encoding.linear_names)
    of_trees = columns_by_feature(encoding.tree_names)
    lost = []
    for name, columns in of_linear.items():
        order = draw.permutation(len(sample.linear))
        linear = _shuffled(sample.linear, columns, order)
        trees = _shuffled(sample.trees, of_trees.get(name, []), order)
        lost.append(before - _likelihood(model, parts, linear, trees, evidence))
    return _with_intervals(tuple(of_linear), np.stack(lost, axis=1), seed)


def ablation(
    sample: RosterSample,
    folds: CampaignFolds,
    encoding: Encoding,
    penalty: Floats,
    seed: int,
    *,
    workers: Workers = Workers(),
) -> tuple[Worth, ...]:
    """What the linear start loses on held-out campaigns without each theme, largest first.

    Args:
        penalty: of each column of the linear start [p], as learned from all campaigns.
    """
    every = columns_by_theme(encoding.linear_names)
    themes = {theme: columns for theme, columns in every.items() if columns}
    lost = np.zeros((sample.campaigns, len(themes)))
    run = partial(_lost_in_fold, sample, list(themes.values()), penalty)
    with threadpool_limits(1, user_api="blas"):
        for split, own in zip(folds.splits, workers.map(run, folds.splits), strict=True):
            lost[split.judge] = own
    return _with_intervals(tuple(themes), lost, seed)


def _likelihood(
    model: RosterModel, parts: Sequence[Part], linear: Floats, trees: Floats, evidence: Evidence
) -> Floats:
    """Log likelihood of each campaign that a part's bag left out, up to a constant [judged]."""
    total, times = np.zeros(evidence.judges.shape[1]), np.zeros(evidence.judges.shape[1])
    for member, part in enumerate(parts):
        given = part.with_rows(linear, trees)
        total[part.campaigns] += average_log_effect(given, member_lifts(model, member, given))
        times[part.campaigns] += 1.0
    seen = times[evidence.campaigns] > 0
    judged = evidence.campaigns[seen]
    predicted = evidence.calibration.slope * total[judged] / times[judged]
    gap = (evidence.held_out.measured[seen] - predicted) / evidence.held_out.error[seen]
    likelihood: Floats = -0.5 * gap**2
    return likelihood


def _shuffled(rows: Floats, columns: Sequence[int], order: Integers) -> Floats:
    """Rows with some columns taken from other rows, the same ones for all of these columns."""
    if not columns:
        return rows
    moved = rows.copy()
    moved[:, columns] = rows[order][:, columns]
    return moved


def _lost_in_fold(
    sample: RosterSample, themes: Sequence[Sequence[int]], penalty: Floats, split: Split
) -> Floats:
    """Log likelihood lost by leaving each theme out [judged campaign, theme]."""
    loss = RosterLoss.of(sample)
    learned = split.learned(sample.campaigns)
    weighted = loss.with_weight(sample.weight * learned[sample.cell_campaign])
    every = np.arange(sample.linear.shape[1])
    full = fit_linear(weighted, sample.linear, penalty)
    whole = _losses(loss, sample, full(sample.linear))
    without = []
    for columns in themes:
        kept = np.setdiff1d(every, columns)
        start = LinearScore(full.intercept, full.slope[kept])
        columns_kept = sample.linear[:, kept]
        score = fit_linear(weighted, columns_kept, penalty[kept], start)
        without.append(_losses(loss, sample, score(columns_kept)))
    lost: Floats = (np.stack(without, axis=1) - whole[:, None])[split.judge] / 2
    return lost


def _losses(loss: RosterLoss, sample: RosterSample, scores: Floats) -> Floats:
    """Squared standard errors by campaign [campaign]."""
    squares = sample.weight * loss.residual(loss.lift(scores)) ** 2
    return np.asarray(np.bincount(sample.cell_campaign, weights=squares), dtype=float)


def _with_intervals(names: Sequence[str], lost: Floats, seed: int) -> tuple[Worth, ...]:
    """Means over campaigns with bootstrap intervals, largest first; `lost` is [campaign, name]."""
    campaigns = len(lost)
    chance = np.full(campaigns, 1 / campaigns)
    draws = np.random.default_rng(seed).multinomial(campaigns, chance, size=_DRAWS)
    low, high = np.quantile(draws @ lost / campaigns, _TAILS, axis=0)
    worth = map(Worth, names, lost.mean(axis=0).tolist(), low.tolist(), high.tolist())
    return tuple(sorted(worth, key=lambda own: -own.lost))
