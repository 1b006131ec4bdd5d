"""What creators write, as vectors a campaign's brief can be held against.

Texts become hashed character n-grams inside word boundaries (no word list, no language
model, any script), weighted by how rare an n-gram is among creators' captions, so that
shared spelling habits and "#ad #fyp" count for nothing and niche words count for much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack
from sklearn.preprocessing import normalize

from features.history.ngrams import HASH_COLUMNS, ngram_counts

#: So many creators' texts are counted at a time.
_TEXTS_AT_ONCE: Final = 4_000


def ngram_rarity(texts: Iterable[str]) -> npt.NDArray[np.float32]:
    """Return how rare each hashed n-gram is among `texts` (one per creator), [HASH_COLUMNS].

    ln((1 + texts) / (1 + texts with it)): 0 for what everybody writes. Learn it from many
    creators of all niches and hand it to `CaptionIndex.build`: among the few creators of one
    roster, who share a niche, the niche's own words would look common.
    """
    kept = [text for text in texts if text.strip()]
    if not kept:
        return np.ones(HASH_COLUMNS, dtype=np.float32)
    holders = np.zeros(HASH_COLUMNS, dtype=np.int64)
    for some in _batches(kept):
        holders += np.bincount(ngram_counts(some).indices, minlength=HASH_COLUMNS)
    rarity: npt.NDArray[np.float32] = np.log((1 + len(kept)) / (1 + holders)).astype(np.float32)
    return rarity


@dataclass(frozen=True, eq=False)
class CaptionIndex:
    """Creators' captions as unit-length weighted n-gram vectors.

    `vectors` is [creators, HASH_COLUMNS] in the order of `creator_ids`; `rarity` is
    [HASH_COLUMNS]. `digests` [creators] tell whether a text is still the one its vector was
    made from; without them none is. Creators without captions are not in it.
    """

    creator_ids: tuple[str, ...]
    vectors: csr_array
    rarity: npt.NDArray[np.float32]
    digests: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))

    @classmethod
    def build(
        cls,
        captions: Mapping[str, str],
        rarity: npt.NDArray[np.float32] | None = None,
        before: CaptionIndex | None = None,
    ) -> CaptionIndex:
        """Build from each creator's captions joined into one text.

        `rarity` of None learns it from these captions (see `ngram_rarity` for when not to).
        Vectors of texts that are the same in the index `before` are taken from there, if its
        rarity is the same: the index comes out the same with it and without.
        """
        kept = {creator: text for creator, text in captions.items() if text.strip()}
        weights = ngram_rarity(kept.values()) if rarity is None else rarity
        digests = np.array([_digest(text) for text in kept.values()], dtype=np.uint64)
        held = {} if before is None else before._rows_of_texts(weights)
        rows = np.array([held.get(one, -1) for one in zip(kept, digests.tolist(), strict=True)])
        fresh = [text for text, row in zip(kept.values(), rows, strict=True) if row < 0]
        vectors = _vectors(fresh, weights)
        if before is not None and len(fresh) < len(kept):
            both = vstack([before.vectors[rows[rows >= 0]], vectors], format="csr")
            vectors = both[np.argsort(np.argsort(rows < 0, kind="stable"), kind="stable")]
        return cls(tuple(kept), vectors, weights, digests)

    @classmethod
    def from_arrays(
        cls, creator_ids: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]]
    ) -> CaptionIndex:
        """Rebuild from `arrays()`, as written beside a catalog."""
        parts = (arrays["caption_data"], arrays["caption_columns"], arrays["caption_offsets"])
        vectors = csr_array(parts, shape=(len(creator_ids), HASH_COLUMNS))
        rarity = arrays["caption_rarity"].astype(np.float32)
        return cls(tuple(creator_ids), vectors, rarity, arrays["caption_digests"])

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the index as plain arrays to be written to disk, with `creator_ids` beside."""
        return {
            "caption_data": self.vectors.data,
            "caption_columns": self.vectors.indices,
            "caption_offsets": self.vectors.indptr,
            "caption_rarity": self.rarity,
            "caption_digests": self.digests,
        }

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {creator: row for row, creator in enumerate(self.creator_ids)}

    def _rows_of_texts(self, rarity: npt.NDArray[np.float32]) -> dict[tuple[str, int], int]:
        """Row of each creator and digest of their text; none if vectors weigh otherwise."""
        if len(self.digests) != len(self.creator_ids) or not np.array_equal(rarity, self.rarity):
            return {}
        texts = zip(self.creator_ids, self.digests.tolist(), strict=True)
        return {text: row for row, text in enumerate(texts)}

    def similarity(self, brief: str | None, creator_ids: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the cosine (0..1) of the brief and each creator's captions, [creators].

        NaN for creators without captions, and for all of them where there is no brief.
        """
        found = np.full(len(creator_ids), np.nan)
        rows = np.array([self._rows.get(creator, -1) for creator in creator_ids], dtype=np.intp)
        if brief is None or not brief.strip() or not (rows >= 0).any():
            return found
        found[rows >= 0] = self.vectors[rows[rows >= 0]] @ self._wanted(brief)
        capped: npt.NDArray[np.float64] = np.clip(found, 0.0, 1.0)
        return capped

    def _wanted(self, brief: str) -> npt.NDArray[np.float32]:
        """Return the brief as a vector of length 1, [HASH_COLUMNS]."""
        counts = _brief_counts(brief)
        wanted = np.zeros(HASH_COLUMNS, dtype=np.float32)
        wanted[counts.indices] = counts.data * self.rarity[counts.indices]
        length = float(np.linalg.norm(wanted[counts.indices]))
        return wanted / length if length > 0 else wanted


@lru_cache(maxsize=32)
def _brief_counts(brief: str) -> csr_array:
    """Count a brief once: scenarios and budgets are compared under the same one."""
    return _damped((brief,))


def _vectors(texts: Sequence[str], rarity: npt.NDArray[np.float32]) -> csr_array:
    """Return unit-length vectors of texts, [texts, HASH_COLUMNS]."""
    parts = [_weighted(_damped(some), rarity) for some in _batches(texts)]
    if not parts:
        return ngram_counts(())
    return parts[0] if len(parts) == 1 else vstack(parts, format="csr")


def _batches(texts: Sequence[str]) -> list[Sequence[str]]:
    starts = range(0, len(texts), _TEXTS_AT_ONCE)
    return [texts[start : start + _TEXTS_AT_ONCE] for start in starts]


def _damped(texts: Sequence[str]) -> csr_array:
    """Return log(1 + n-gram count), [texts, HASH_COLUMNS]."""
    counts = ngram_counts(texts)
    counts.data = np.log1p(counts.data)
    return counts


def _weighted(counts: csr_array, rarity: npt.NDArray[np.float32]) -> csr_array:
    """Turn damped counts into vectors of length 1, in place."""
    counts.data = counts.data * rarity[counts.indices]
    return csr_array(normalize(counts, copy=False))


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
