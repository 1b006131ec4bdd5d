"""Italian Twitch channels whose common viewers were counted, and what an estimate makes of them.

Of 756 channels the unique viewers are known, and of 4,879 pairs the viewers they share: pairs
that share less than a tenth of the smaller channel's are absent, not zero. So the unique reach
of a pair is known, and that of a larger roster lies between bounds. There is one population in
which nobody watches three of a roster's channels; where it exists it agrees with every pair
published, and the roster's reach in it is the smallest that does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree

from features.history.followers import FollowerSample
from features.people.coverage import FloatArray, IntArray, typed_coverage
from features.people.niches import person_types
from features.people.overlap import sampled_followers, sampled_overlap

FOLDER: Final = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "audience"
#: Inhabitants of Italy (ISTAT, January 2022): channels are followed in a market, not on Twitch.
INHABITANTS: Final = 59e6
#: Pairs that share less than this part of the smaller channel are not in the table.
_PUBLISHED_FROM: Final = 0.1
#: Everybody who follows is reached: what is judged here is who follows both.
_CERTAIN: Final = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class Channels:
    """Channels by position, and the viewers of pairs of them.

    `viewers` [channels]; `shared` [channels, channels], 0 where it was not published.
    """

    names: tuple[str, ...]
    viewers: FloatArray
    shared: FloatArray

    def some(self, rows: IntArray) -> Channels:
        """Return these channels alone."""
        names = tuple(self.names[row] for row in rows)
        return Channels(names, self.viewers[rows], self.shared[np.ix_(rows, rows)])


def read_channels(folder: Path = FOLDER) -> Channels:
    """Read the published tables."""
    nodes = pd.read_parquet(folder / "twitch_overlap_italy_2022_nodes.parquet")
    edges = pd.read_parquet(folder / "twitch_overlap_italy_2022_edges.parquet")
    place = pd.Index(nodes["id"])
    one, other = place.get_indexer(edges["source"]), place.get_indexer(edges["target"])
    shared = np.zeros((len(nodes), len(nodes)))
    shared[one, other] = shared[other, one] = edges["shared viewers"].to_numpy(dtype=float)
    return Channels(tuple(place), nodes["unique viewers"].to_numpy(dtype=float), shared)


def held_out(channels: Channels) -> Channels:
    """Return the half of the channels that no constant was chosen on, by the hash of the name."""
    drawn = [hashlib.sha256(name.encode()).digest()[0] % 2 for name in channels.names]
    return channels.some(np.flatnonzero(drawn))


def published_pairs(channels: Channels) -> tuple[IntArray, IntArray]:
    """Return the positions of both channels of each published pair."""
    one, other = np.nonzero(np.triu(channels.shared, 1))
    return one, other


def unique_by_types(viewers: FloatArray) -> FloatArray:
    """Return unique viewers by person types, all channels of one niche; `viewers` is
    [channels, rosters]."""
    audiences = np.full(viewers.shape[1], INHABITANTS)
    types = person_types(viewers, audiences, np.zeros(len(viewers), dtype=np.intp), 1)
    found = typed_coverage(types, np.arange(len(viewers)), np.full(len(viewers), _CERTAIN))
    people: FloatArray = found.shapley.sum(axis=0)
    return people


def unique_at_random(viewers: FloatArray) -> FloatArray:
    """Return unique viewers [rosters] if every channel drew its own from all inhabitants."""
    missed = np.log1p(-viewers / INHABITANTS).sum(axis=0)
    people: FloatArray = -INHABITANTS * np.expm1(missed)
    return people


def nobody_watches_three(channels: Channels) -> bool:
    """Whether a population without viewers of three channels agrees with all pairs."""
    return bool((channels.shared.sum(axis=1) <= channels.viewers).all())


def unique_bounds(channels: Channels) -> tuple[float, float]:
    """Return the least and the most unique viewers the published pairs allow.

    Least: the sum less all pairs (Bonferroni), absent ones at what they can be at most. Most:
    the sum less the pairs of the heaviest tree (Hunter 1976, J. Appl. Probab. 13, 597).
    """
    smaller = np.minimum.outer(channels.viewers, channels.viewers)
    possible = np.where(channels.shared > 0, channels.shared, _PUBLISHED_FROM * smaller)
    total = channels.viewers.sum()
    least = max(total - np.triu(possible, 1).sum(), channels.viewers.max())
    tree = minimum_spanning_tree(csr_array(-channels.shared))
    return float(least), float(total + tree.sum())


def unique_by_sample(channels: Channels, rate: float, rng: np.random.Generator) -> float:
    """Return the unique viewers estimated from a sample of those nobody watches three of."""
    drawn = _sample(channels, rate, rng)
    by_types = float(unique_by_types(channels.viewers[:, None])[0])
    found = sampled_overlap(
        sampled_followers(drawn, {"italy": 0}),
        channels.names,
        np.full(len(channels.names), _CERTAIN),
        np.zeros(1, dtype=np.intp),
        (by_types / channels.viewers.sum(), by_types / channels.viewers.sum()),
    )
    return float(channels.viewers @ found.shapley.cells[:, 0])


def _sample(channels: Channels, rate: float, rng: np.random.Generator) -> FollowerSample:
    one, other = published_pairs(channels)
    both = rng.binomial(channels.shared[one, other].astype(int), rate)
    only = rng.binomial((channels.viewers - channels.shared.sum(axis=1)).astype(int), rate)
    person = np.arange(both.sum() + only.sum())
    pairs, alone = person[: both.sum()], person[both.sum() :]
    channel = np.concatenate(
        [np.repeat(one, both), np.repeat(other, both), np.repeat(np.arange(len(only)), only)]
    )
    key: npt.NDArray[np.int64] = np.concatenate([pairs, pairs, alone]).astype(np.int64)
    order = np.lexsort((key, channel))
    counts = np.bincount(channel, minlength=len(only))
    return FollowerSample(
        creator_ids=channels.names,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        keys=key[order],
        markets=np.zeros(len(key), dtype=np.int16),
        market_ids=("italy",),
        sample_rate=rate,
    )
