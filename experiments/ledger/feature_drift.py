"""Whether bookings of late are unlike those before: the population stability index by feature.

The index is Σ (f − e) · ln(f / e) over bins of a feature, e and f the shares of bookings before
and of late (Kullback's J divergence; Siddiqi 2006, who calls 0.1 and 0.25 a moderate and a large
shift). Few bookings have a large index by chance alone, and bookings of a campaign share its
brand and creators, so that each index has a p value from shuffled campaigns beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rosters.bookings import NUMERIC_FEATURES
from features.rosters.feature_set import FEATURES
from training.arrays import Booleans, Floats, Integers
from training.past import PastRoster

#: The index from which a shift is called large.
LARGE: Final = 0.25
#: Larger p values may be chance.
CHANCE: Final = 0.01
#: They say which season it is, which is new in every quarter and no drift.
_CALENDAR: Final = ("season_sin", "season_cos")
_BINS: Final = 10
_SHUFFLES: Final = 500
#: A bin that is empty on one side counts as half a booking there.
_EMPTY: Final = 0.5


@dataclass(frozen=True)
class FeatureDrift:
    """One feature's index, and the share of shuffled campaigns with one as large."""

    feature: str
    index: float
    p_value: float

    @property
    def drifted(self) -> bool:
        """Whether the shift is large, and larger than chance."""
        return self.index >= LARGE and self.p_value <= CHANCE


def feature_drift(
    before: Sequence[PastRoster], late: Sequence[PastRoster], seed: int = 0
) -> tuple[FeatureDrift, ...]:
    """The index of every feature, the largest first; empty where a side has no campaign."""
    if not before or not late:
        return ()
    rosters = (*before, *late)
    is_late = np.arange(len(rosters)) >= len(before)
    found = [
        FeatureDrift(name, *_index_and_p(counts, is_late, seed))
        for name, counts in _counts(rosters, ~is_late).items()
    ]
    return tuple(sorted(found, key=lambda one: -one.index))


def stability_index(expected: Floats, found: Floats) -> Floats:
    """The index of counts [..., bin] on both sides."""
    shares = []
    for counts in (expected, found):
        filled = np.maximum(counts, _EMPTY)
        shares.append(filled / filled.sum(axis=-1, keepdims=True))
    e, f = shares
    index: Floats = ((f - e) * np.log(f / e)).sum(axis=-1)
    return index


def _index_and_p(counts: Floats, is_late: Booleans, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    shuffled = np.stack([rng.permutation(is_late) for _ in range(_SHUFFLES)])
    late = np.vstack([is_late, shuffled]).astype(float) @ counts
    index = stability_index(counts.sum(axis=0) - late, late)
    return float(index[0]), float(np.mean(index >= index[0] - 1e-12))


def _counts(rosters: Sequence[PastRoster], reference: Booleans) -> Mapping[str, Floats]:
    """Bookings by campaign and bin of each feature [campaign, bin], by its name."""
    sizes = [len(roster.rows.creator_ids) for roster in rosters]
    campaign = np.repeat(np.arange(len(rosters)), sizes)
    own = np.repeat(reference, sizes)
    numbers = np.concatenate([roster.rows.numbers for roster in rosters])
    binned = {
        name: _binned(numbers[:, place], own)
        for place, name in enumerate(NUMERIC_FEATURES)
        if name not in _CALENDAR
    }
    for name in FEATURES.categorical:
        words = np.concatenate([roster.rows.words[name] for roster in rosters])
        binned[name] = np.unique(words, return_inverse=True)[1]
    return {name: _by_campaign(campaign, bins, len(rosters)) for name, bins in binned.items()}


def _binned(values: Floats, reference: Booleans) -> Integers:
    """Tenths of the reference; unknown values have a bin of their own."""
    known = np.isfinite(values)
    seen = values[reference & known]
    tenths = np.linspace(0, 1, _BINS + 1)[1:-1]
    edges: Floats = np.unique(np.quantile(seen, tenths)) if len(seen) else np.zeros(0)
    # To the left of an edge lie those up to it: a value that is an edge is not cut from its like.
    place = np.searchsorted(edges, np.where(known, values, 0.0), side="left")
    return np.where(known, place, len(edges) + 1)


def _by_campaign(campaign: Integers, bins: Integers, campaigns: int) -> Floats:
    counts = np.zeros((campaigns, int(bins.max()) + 1))
    np.add.at(counts, (campaign, bins), 1.0)
    return counts
