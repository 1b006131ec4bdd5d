"""The coordinated sample of followers: who, out of the people kept, follows whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.source import Source


@dataclass(frozen=True)
class FollowerSample:
    """Sampled followers of each creator; the same person has the same key everywhere.

    Creator i's followers are `keys[indptr[i]:indptr[i + 1]]`, ascending and without
    repetition; `markets` holds for each of them the position of their market in
    `market_ids`, -1 where it is unknown. Each sampled person stands for
    `1 / sample_rate` people.
    """

    creator_ids: tuple[str, ...]
    indptr: npt.NDArray[np.int64]  # [n_creators + 1]
    keys: npt.NDArray[np.int64]  # [n_rows]
    markets: npt.NDArray[np.int16]  # [n_rows]
    market_ids: tuple[str, ...]
    sample_rate: float

    @cached_property
    def position(self) -> dict[str, int]:
        """Row of each creator_id."""
        return {creator_id: row for row, creator_id in enumerate(self.creator_ids)}

    def _span(self, creator_id: str) -> slice:
        row = self.position.get(creator_id)
        return slice(0, 0) if row is None else slice(self.indptr[row], self.indptr[row + 1])

    def keys_of(self, creator_id: str) -> npt.NDArray[np.int64]:
        """Sampled follower keys of a creator, ascending; empty for a creator without any."""
        return self.keys[self._span(creator_id)]

    def markets_of(self, creator_id: str) -> npt.NDArray[np.int16]:
        """Market positions of `keys_of(creator_id)`, -1 where unknown."""
        return self.markets[self._span(creator_id)]

    def only(self, creator_ids: tuple[str, ...]) -> FollowerSample:
        """The sample of these creators alone, in this order; unknown ones get no followers."""
        spans = [self._span(creator_id) for creator_id in creator_ids]
        rows = np.concatenate([np.arange(s.start, s.stop) for s in spans] or [np.arange(0)])
        lengths = [s.stop - s.start for s in spans]
        return FollowerSample(
            creator_ids=creator_ids,
            indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            keys=self.keys[rows.astype(np.int64)],
            markets=self.markets[rows.astype(np.int64)],
            market_ids=self.market_ids,
            sample_rate=self.sample_rate,
        )


def follower_sample(source: Source) -> FollowerSample | None:
    """The sample of the followers table; None where there is none.

    Raises:
        SourceError: the table is there and cannot be read.
    """
    if not source.has("followers"):
        return None
    rows = source.frame("followers")  # by creator, then key
    if rows.empty:
        return None
    market_ids = tuple(sorted(source.frame("markets")["market_id"]))
    creator_ids, counts = np.unique(rows["creator_id"].to_numpy(str), return_counts=True)
    return FollowerSample(
        creator_ids=tuple(creator_ids.tolist()),
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        keys=rows["follower_key"].to_numpy(np.int64),
        markets=pd.Index(market_ids).get_indexer(rows["market_id"]).astype(np.int16),
        market_ids=market_ids,
        sample_rate=float(rows["sample_rate"].iloc[0]),
    )
