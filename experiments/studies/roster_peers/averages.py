"""Past cells and rosters to come as rows of roster averages, as other learners take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from experiments.studies.rosters_to_come import Judged, groups, true_lifts
from experiments.studies.studied_world import FutureRows, StudiedWorld
from training.arrays import Floats, Integers
from training.bundle import Bundle
from training.rosters.averages import average_rows


@dataclass(frozen=True)
class AverageRows:
    """A row for every past cell, and one for every roster to come in every market.

    `outcome` is the log-sales residual of a cell, `treated` whether the campaign was shown there,
    `propensity` the chance of that, `weight` an inverse variance, `campaign` the cell's. `roster`
    says which roster a row to come belongs to, `part` its market's part of the baseline.
    """

    past: Floats
    outcome: Floats
    treated: Integers
    propensity: Floats
    weight: Floats
    campaign: Integers
    to_come: Floats
    roster: Integers
    part: Floats


def tabulate(world: StudiedWorld, power: float) -> AverageRows:
    """Describe every roster by averages, in the very words of the R-learner on averages."""
    joined, cells = world.join(power), world.cells
    sample = joined.sample
    ahead = [_markets(world.bundle, one) for one in world.future]
    return AverageRows(
        past=average_rows(sample.linear, sample.shares, sample.cell_campaign).astype(np.float64),
        outcome=cells.outcome,
        treated=cells.treated.astype(np.int64),
        propensity=cells.propensity,
        weight=cells.weight,
        campaign=cells.campaign,
        to_come=np.vstack(ahead),
        roster=np.repeat(np.arange(len(ahead)), [len(rows) for rows in ahead]),
        part=np.concatenate([one.weight for one in world.future]),
    )


def judge_effects(world: StudiedWorld, rows: AverageRows, effects: Floats) -> Judged:
    """Set log effects of the rows to come, added up to rosters, beside the truth."""
    return Judged(true_lifts(world.asked), roster_lifts(rows, effects), groups(world.asked))


def roster_lifts(rows: AverageRows, effects: Floats) -> Floats:
    """Lift of each roster [roster]: its markets' lifts weighted by what they sell."""
    return np.bincount(rows.roster, weights=rows.part * np.expm1(effects)).astype(np.float64)


def _markets(bundle: Bundle, one: FutureRows) -> Floats:
    linear, _ = bundle.encode(one.rows, one.asked.campaign)
    exposed = sparse.csr_array(bundle.expose(one.rows, one.weekly).T)
    roster = np.zeros(exposed.shape[0], dtype=np.int64)
    return average_rows(linear, exposed, roster).astype(np.float64)
