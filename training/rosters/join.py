"""Past rosters and cells joined into what roster learners take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.rosters.feature_set import FEATURES
from training.cells import Cells
from training.encoding import Encoding
from training.exposure import exposure
from training.past import PastRoster
from training.rosters.sample import RosterSample, exposure_matrix


@dataclass(frozen=True)
class JoinedSample:
    """The sample with what is needed to use its model later.

    `rosters` are in the order of the sample's campaign numbers.
    """

    sample: RosterSample
    encoding: Encoding
    rosters: tuple[PastRoster, ...]
    typical_per_head: float


def join(cells: Cells, rosters: Sequence[PastRoster], power: float) -> JoinedSample:
    """Join cells and booking rows campaign by campaign."""
    by_id = {str(r.campaign.campaign_id): r for r in rosters}
    used = tuple(by_id[identifier] for identifier in cells.campaign_ids)
    features = pd.concat([r.rows.features for r in used], ignore_index=True)
    brands = [roster.campaign.brand_id for roster in used]
    categories = [roster.campaign.category for roster in used]
    encoding = Encoding.learn(features, FEATURES.categorical, brands, categories)
    typical = typical_per_head(used)
    blocks, booking_campaign, first = [], [], 0
    for number, roster in enumerate(used):
        cell = np.flatnonzero(cells.campaign == number)
        booking = np.arange(first, first + len(roster.rows.creator_ids))
        exposed = exposure(roster.rows.reach, roster.weekly, typical, power)
        column = {market: i for i, market in enumerate(roster.rows.reach.market_ids)}
        order = [column[cells.market_ids[m]] for m in cells.market[cell]]
        blocks.append((cell, booking, exposed[:, order].T))
        booking_campaign.append(np.full(len(booking), number, dtype=np.int64))
        first += len(booking)
    trees = [encoding.tree_design(roster.rows.numbers, roster.rows.words) for roster in used]
    linear = [encoding.linear(*row) for row in zip(trees, brands, categories, strict=True)]
    sample = RosterSample(
        linear=np.vstack(linear),
        families=encoding.families,
        trees=np.vstack(trees),
        shares=exposure_matrix(blocks, cells.size, first),
        booking_campaign=np.concatenate(booking_campaign),
        cell_campaign=cells.campaign,
        outcome=cells.outcome,
        treatment=cells.treatment,
        weight=cells.weight,
    )
    return JoinedSample(sample, encoding, used, typical)


def typical_per_head(rosters: Sequence[PastRoster]) -> float:
    """Median over campaigns of weekly revenue per inhabitant of their markets."""
    heads = [
        r.weekly.sum() / max(float(np.sum(r.rows.reach.population)), 1.0)
        for r in rosters
        if r.weekly.sum() > 0
    ]
    return float(np.median(heads)) if heads else 1.0
