"""What creators write, as vectors a campaign's brief can be held against.

Texts become hashed character n-grams inside word boundaries (no word list, no language
model, any script), weighted by how rare an n-gram is among creators' captions, so that
shared spelling habits and "#ad #fyp" count for nothing and niche words count for much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

#: Two characters are a word in Chinese or Japanese, five tell Latin stems apart.
NGRAM_LENGTHS: Final = (2, 5)
HASH_COLUMNS: Final = 2**18
#: Of one creator's captions this many characters are read; later ones add little.
CHARACTERS_READ: Final = 20_000

_HASHER: Final = HashingVectorizer(
    analyzer="char_wb",
    ngram_range=NGRAM_LENGTHS,
    n_features=HASH_COLUMNS,
    alternate_sign=False,
    norm=None,
    dtype=np.float32,
)


def _ngram_counts(texts: Sequence[str]) -> csr_array:
    """Return damped n-gram counts, log(1 + count), [texts, HASH_COLUMNS]."""
    counts = csr_array(_HASHER.transform([text[:CHARACTERS_READ] for text in texts]))
    counts.data = np.log1p(counts.data)
    return counts


def ngram_rarity(texts: Iterable[str]) -> npt.NDArray[np.float32]:
    """Return how rare each hashed n-gram is among `texts` (one per creator), [HASH_COLUMNS].

    ln((1 + texts) / (1 + texts with it)): 0 for what everybody writes. Learn it from many
    creators of all niches and hand it to `CaptionIndex.build`: among the few creators of one
    roster, who share a niche, the niche's own words would look common.
    """
    kept = [text for text in texts if text.strip()]
    if not kept:
        return np.ones(HASH_COLUMNS, dtype=np.float32)
    holders = np.bincount(_ngram_counts(kept).indices, minlength=HASH_COLUMNS)
    rarity: npt.NDArray[np.float32] = np.log((1 + len(kept)) / (1 + holders)).astype(np.float32)
    return rarity


@dataclass(frozen=True, eq=False)
class CaptionIndex:
    """Creators' captions as unit-length weighted n-gram vectors.

    `vectors` is [creators, HASH_COLUMNS] in the order of `creator_ids`; `rarity` is
    [HASH_COLUMNS]. Creators without captions are not in it.
    """

    creator_ids: tuple[str, ...]
    vectors: csr_array
    rarity: npt.NDArray[np.float32]

    @classmethod
    def build(
        cls, captions: Mapping[str, str], rarity: npt.NDArray[np.float32] | None = None
    ) -> CaptionIndex:
        """Build from each creator's captions joined into one text.

        `rarity` of None learns it from these captions (see `ngram_rarity` for when not to).
        """
        kept = {creator: text for creator, text in captions.items() if text.strip()}
        weights = ngram_rarity(kept.values()) if rarity is None else rarity
        if not kept:
            return cls((), csr_array(np.zeros((0, HASH_COLUMNS), dtype=np.float32)), weights)
        return cls(tuple(kept), _weighted(_ngram_counts(tuple(kept.values())), weights), weights)

    @classmethod
    def from_arrays(
        cls, creator_ids: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]]
    ) -> CaptionIndex:
        """Rebuild from `arrays()`, as written beside a catalog."""
        parts = (arrays["caption_data"], arrays["caption_columns"], arrays["caption_offsets"])
        vectors = csr_array(parts, shape=(len(creator_ids), HASH_COLUMNS))
        return cls(tuple(creator_ids), vectors, arrays["caption_rarity"].astype(np.float32))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the index as plain arrays to be written to disk, with `creator_ids` beside."""
        return {
            "caption_data": self.vectors.data,
            "caption_columns": self.vectors.indices,
            "caption_offsets": self.vectors.indptr,
            "caption_rarity": self.rarity,
        }

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {creator: row for row, creator in enumerate(self.creator_ids)}

    def similarity(self, brief: str | None, creator_ids: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the cosine (0..1) of the brief and each creator's captions, [creators].

        NaN for creators without captions, and for all of them where there is no brief.
        """
        found = np.full(len(creator_ids), np.nan)
        rows = np.array([self._rows.get(creator, -1) for creator in creator_ids], dtype=np.intp)
        if brief is None or not brief.strip() or not (rows >= 0).any():
            return found
        wanted = _weighted(_brief_counts(brief), self.rarity).toarray()[0]
        found[rows >= 0] = self.vectors[rows[rows >= 0]] @ wanted
        capped: npt.NDArray[np.float64] = np.clip(found, 0.0, 1.0)
        return capped


@lru_cache(maxsize=32)
def _brief_counts(brief: str) -> csr_array:
    """Count a brief once: scenarios and budgets are compared under the same one."""
    return _ngram_counts((brief,))


def _weighted(counts: csr_array, rarity: npt.NDArray[np.float32]) -> csr_array:
    """Return counts times rarity, each row of length 1."""
    weighted = counts.copy()
    weighted.data *= rarity[weighted.indices]
    return csr_array(normalize(weighted, copy=False))
