"""A feature's name in words, for people: the first sentence of its dictionary entry."""

from __future__ import annotations

import re
from functools import cache

from features.bookings import feature_dictionary

#: Models see the logarithm of some counts: the name begins so, and the label says it.
_LOGARITHM = "log_"
_SENTENCE_END = re.compile(r"\.(\s|$)")


def label_of(feature: str) -> str:
    """Return the label planners read: of a dictionary entry, or the name's own words."""
    return _labels().get(feature) or feature.replace("_", " ").capitalize()


@cache
def _labels() -> dict[str, str]:
    return {name: _label(name, meaning) for name, meaning in feature_dictionary().items()}


def _label(name: str, meaning: str) -> str:
    words = _SENTENCE_END.split(" ".join(meaning.split()), maxsplit=1)[0]
    return f"{words} (logarithm)" if name.startswith(_LOGARITHM) else words
