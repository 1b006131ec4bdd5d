"""A catalog of any size out of a small one: the same creators, again and again, made unlike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from features.history.captions import CaptionIndex
from features.snapshots.snapshot import AudienceShares, Snapshot
from training.arrays import Floats, Integers

#: Log standard deviation of followers and views, and of fees, around those of the model creator.
_SIZE_SPREAD, _FEE_SPREAD = 0.5, 0.3


def enlarged(known: Snapshot, creators: int, seed: int) -> Snapshot:
    """Return a snapshot of so many creators.

    Each takes traits from one creator, the audience by market from another of the same
    language, and sizes and fees around theirs. Nobody's followers are sampled.
    """
    rng = np.random.default_rng(seed)
    rows = np.concatenate(
        [np.arange(len(known.creators)), rng.integers(0, len(known.creators), creators)]
    )[:creators]
    ids = [f"x{i:07d}" for i in range(creators)]
    size = np.exp(_SIZE_SPREAD * rng.standard_normal(creators))
    table = known.creators.iloc[rows].set_axis(pd.Index(ids, name="creator_id"))
    for column in ("followers", "followers_total", "median_views_90d"):
        table[column] = table[column] * size
    vectors = {creator: row for row, creator in enumerate(known.captions.creator_ids)}
    spoken = np.array([vectors.get(creator, -1) for creator in known.creators.index])[rows]
    return replace(
        known,
        creators=table,
        accounts=_accounts(known, rows, ids, size),
        audience=_audiences(known, rows, rng),
        interests=known.interests.reindex(known.creators.index).iloc[rows].set_axis(table.index),
        captions=CaptionIndex(
            tuple(name for name, row in zip(ids, spoken, strict=True) if row >= 0),
            known.captions.vectors[spoken[spoken >= 0]],
            known.captions.rarity,
            known.captions.digests[spoken[spoken >= 0]],
        ),
        followers=None,
        rates=_rates(known, rows, ids, rng),
    )


def _audiences(known: Snapshot, rows: Integers, rng: np.random.Generator) -> AudienceShares:
    language = known.creators["language"].to_numpy(dtype=np.str_)
    other = np.empty(len(rows), dtype=np.int64)
    for spoken in np.unique(language):
        own = np.flatnonzero(language[rows] == spoken)
        other[own] = rng.choice(np.flatnonzero(language == spoken), len(own))
    audience = known.audience
    return replace(audience, shares=audience.shares[other], known=audience.known[other])


def _accounts(known: Snapshot, rows: Integers, ids: list[str], size: Floats) -> pd.DataFrame:
    table = known.accounts.reset_index()
    taken, owner = _copies(table["creator_id"], known, rows)
    table = table.iloc[taken].assign(creator_id=np.array(ids)[owner])
    for column in ("followers", "median_views_90d"):
        table[column] = table[column].to_numpy(dtype=float) * size[owner]
    return table.set_index(["creator_id", "platform"])


def _rates(
    known: Snapshot, rows: Integers, ids: list[str], rng: np.random.Generator
) -> pd.DataFrame:
    taken, owner = _copies(known.rates["creator_id"], known, rows)
    dearer = np.exp(_FEE_SPREAD * rng.standard_normal(len(ids)))
    table = known.rates.iloc[taken].assign(creator_id=np.array(ids)[owner])
    fees = table["fee_per_post"].to_numpy(dtype=float) * dearer[owner]
    return table.assign(fee_per_post=fees).reset_index(drop=True)


def _copies(creator: pd.Series[str], known: Snapshot, rows: Integers) -> tuple[Integers, Integers]:
    """Rows of a table to take for each new creator, and whose they are."""
    own = {str(key): np.asarray(found) for key, found in creator.groupby(creator).indices.items()}
    none = np.zeros(0, dtype=np.int64)
    names = [str(name) for name in known.creators.index]
    parts = [own.get(names[row], none) for row in rows]
    owner = np.repeat(np.arange(len(rows)), [len(part) for part in parts])
    return np.concatenate(parts), owner
