"""The new model beside the champion on the same held-out campaigns.

The champion may have learned from some of these campaigns: those whose window had ended by the
last day of its sales. On them it is judged in sample and looks better than it is; they are told
apart from the campaigns that neither model had seen, and what the champion showed held out when
it was trained is told beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from training.arrays import Booleans, Floats
from training.bundle import Bundle
from training.cells import Cells
from training.evidence.held_out import Evidence
from training.metrics.measured import Measured, calibration_slope, skill_score
from training.metrics.truth import rank_score
from training.past import PastRoster


@dataclass(frozen=True)
class Side:
    """One model on some campaigns: slope, skill against one number for all, rank correlation."""

    slope: Measured
    skill: Measured
    rank: float


@dataclass(frozen=True)
class Compared:
    """Both models on the same campaigns.

    `seen` says whether the champion had learned from them; `gain` is the log likelihood that the
    new model gains over it, per campaign.
    """

    seen: bool
    campaigns: int
    new: Side
    champion: Side
    gain: Measured


@dataclass(frozen=True)
class ChampionComparison:
    """The champion on the campaigns it had not seen, then on those it had.

    `then` is what it showed on held-out campaigns when it was trained. Where nothing could be
    compared, `parts` is empty and `reason` says why.
    """

    version: str = ""
    trained_until: str = ""
    parts: tuple[Compared, ...] = ()
    campaigns_then: int = 0
    then: Side | None = None
    reason: str = ""


def compare_with_champion(
    champion: Bundle, cells: Cells, rosters: Sequence[PastRoster], evidence: Evidence
) -> ChampionComparison:
    """Ask both for the same campaigns; the new model answers held out, as always."""
    manifest = champion.manifest
    predicted = champion_effects(champion, cells, rosters)[evidence.campaigns]
    until = date.fromisoformat(manifest.trained_until)
    seen = np.array([rosters[c].campaign.window.last <= until for c in evidence.campaigns])
    groups = ((False, ~seen), (True, seen))
    parts = tuple(
        _compared(evidence, predicted, own, was_seen) for was_seen, own in groups if own.sum() > 1
    )
    return ChampionComparison(
        version=manifest.version,
        trained_until=manifest.trained_until,
        parts=parts,
        campaigns_then=int(manifest.metrics.get("campaigns", 0)),
        then=_of_metrics(manifest.metrics),
    )


def champion_effects(champion: Bundle, cells: Cells, rosters: Sequence[PastRoster]) -> Floats:
    """What a bundle expects of past campaigns, averaged as they were measured [campaign]."""
    effects = np.zeros(len(rosters))
    for number, roster in enumerate(rosters):
        exposed = champion.expose(roster.rows, roster.weekly)
        encoded = champion.encode(roster.rows, roster.campaign)
        lift = champion.model.contributions(*encoded, exposed).sum(axis=1).mean(axis=0)
        column = {market: i for i, market in enumerate(roster.rows.reach.market_ids)}
        own = cells.of_campaign(number)
        here = [column[cells.market_ids[market]] for market in cells.market[own]]
        weight = cells.weight[own] * cells.treatment[own] ** 2
        effects[number] = np.average(np.log1p(lift[here]), weights=weight)
    calibrated: Floats = champion.calibration.slope * effects
    return calibrated


def _compared(evidence: Evidence, champion: Floats, own: Booleans, seen: bool) -> Compared:
    measured, error = evidence.held_out.measured[own], evidence.held_out.error[own]
    new, old = evidence.predicted[own], champion[own]
    gain = ((measured - old) ** 2 - (measured - new) ** 2) / (2 * error**2)
    return Compared(
        seen=seen,
        campaigns=len(gain),
        new=_side(new, measured, error),
        champion=_side(old, measured, error),
        gain=Measured(float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain)))),
    )


def _of_metrics(metrics: Mapping[str, float]) -> Side | None:
    needed = ("slope", "slope_error", "calibrated_slope", "skill", "skill_error", "rank")
    if any(name not in metrics for name in needed):
        return None
    slope, error, calibrated, skill, skill_error, rank = (metrics[name] for name in needed)
    # Metrics hold the slope before recalibration, the other sides are judged after it.
    after = Measured(slope / calibrated, error / calibrated)
    return Side(after, Measured(skill, skill_error), rank)


def _side(predicted: Floats, measured: Floats, error: Floats) -> Side:
    return Side(
        slope=calibration_slope(predicted, measured, error),
        skill=skill_score(predicted, measured, error),
        rank=rank_score(measured, predicted),
    )
