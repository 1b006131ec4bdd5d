"""Hashed character n-grams of texts, the same as scikit-learn counts, each word hashed once.

N-grams stay inside words, so those of a text are the sum of those of its words: distinct
words are hashed once, however many creators write them, and a text is the product of two
sparse matrices, its words and the words' n-grams.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer

#: Two characters are a word in Chinese or Japanese, five tell Latin stems apart.
NGRAM_LENGTHS: Final = (2, 5)
HASH_COLUMNS: Final = 2**18
#: Of one creator's captions this many characters are read; later ones add little.
CHARACTERS_READ: Final = 20_000

#: Words come in lower case already.
_HASHER: Final = HashingVectorizer(
    lowercase=False,
    analyzer="char_wb",
    ngram_range=NGRAM_LENGTHS,
    n_features=HASH_COLUMNS,
    alternate_sign=False,
    norm=None,
    dtype=np.float32,
)


def ngram_counts(texts: Sequence[str]) -> csr_array:
    """Return how often each hashed n-gram is in each text, [texts, HASH_COLUMNS] of float32.

    The first CHARACTERS_READ characters of a text count, in lower case, and are cut into
    words at white space, as scikit-learn's analyzer "char_wb" does.
    """
    if not any(map(_words, texts)):
        nothing = (
            np.zeros(0, np.float32),
            np.zeros(0, np.int32),
            np.zeros(len(texts) + 1, np.int32),
        )
        return csr_array(nothing, shape=(len(texts), HASH_COLUMNS))
    counter = CountVectorizer(analyzer=_words, dtype=np.float32)
    in_texts = counter.fit_transform(texts)
    in_words = _HASHER.transform(counter.get_feature_names_out())
    counts: csr_array = csr_array(in_texts @ in_words)
    counts.sort_indices()
    return counts


def _words(text: str) -> list[str]:
    return text[:CHARACTERS_READ].lower().split()
