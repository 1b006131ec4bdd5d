"""The coordinated sample of followers: who, out of the people kept, follows whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.sources.source import Source


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
        return slice(0, 0) if row is None else slice(*self.indptr[row : row + 2].tolist())

    def keys_of(self, creator_id: str) -> npt.NDArray[np.int64]:
        """Sampled follower keys of a creator, ascending; empty for a creator without any."""
        return self.keys[self._span(creator_id)]

    def markets_of(self, creator_id: str) -> npt.NDArray[np.int16]:
        """Market positions of `keys_of(creator_id)`, -1 where unknown."""
        return self.markets[self._span(creator_id)]

    def only(self, creator_ids: tuple[str, ...]) -> FollowerSample:
        """The sample of these creators alone, in this order; unknown ones get no followers."""
        spans = [self._span(creator_id) for creator_id in creator_ids]
        none = slice(0, 0)  # there is something to concatenate even where nobody is asked for
        return FollowerSample(
            creator_ids=creator_ids,
            indptr=np.cumsum([0, *(span.stop - span.start for span in spans)], dtype=np.int64),
            keys=np.concatenate([self.keys[span] for span in (none, *spans)]),
            markets=np.concatenate([self.markets[span] for span in (none, *spans)]),
            market_ids=self.market_ids,
            sample_rate=self.sample_rate,
        )


def follower_sample(source: Source) -> FollowerSample | None:
    """The sample of the followers table; None where there is none.

    The engine sorts; only keys and market positions, 10 bytes a row, come into memory.

    Raises:
        SourceError: the table is there and cannot be read.
    """
    if not source.has("followers"):
        return None
    table = source.table("followers")
    held = (
        table.group_by("creator_id")
        .agg(followers=table.count(), rate=table.sample_rate.min())
        .order_by("creator_id")
        .execute()
    )
    if held.empty:
        return None
    places = _places(source)
    ordered = table.left_join(places, "market_id").order_by(["creator_id", "follower_key"])
    rows = ordered.select("follower_key", "place").to_pyarrow()
    market_ids = tuple(places.order_by("place").market_id.to_pyarrow().to_pylist())
    return FollowerSample(
        creator_ids=tuple(held["creator_id"]),
        indptr=np.concatenate([[0], np.cumsum(held["followers"])]).astype(np.int64),
        keys=rows["follower_key"].to_numpy(),
        markets=rows["place"].fill_null(-1).to_numpy(),
        market_ids=market_ids,
        sample_rate=float(held["rate"].iloc[0]),
    )


def _places(source: Source) -> ir.Table:
    """Each market's position among their ids in ascending order: columns market_id, place."""
    markets = source.table("markets")
    return markets.select("market_id", place=markets.market_id.rank().cast("int16"))
