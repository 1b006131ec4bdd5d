"""A feature's name in words, for people: the first sentence of its dictionary entry."""

from __future__ import annotations

import re
from functools import cache

from features.bookings import feature_dictionary

#: Models see the logarithm of some counts; people are told of the count.
_LOGARITHM = re.compile(r"^natural logarithm of (1 \+ this: )?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"\.(\s|$)")


def label_of(feature: str) -> str:
    """Return the label planners read: of a dictionary entry, or the name's own words."""
    return _labels().get(feature) or feature.replace("_", " ").capitalize()


@cache
def _labels() -> dict[str, str]:
    return {name: _label(meaning) for name, meaning in feature_dictionary().items()}


def _label(meaning: str) -> str:
    text = _LOGARITHM.sub("", " ".join(meaning.split()))
    label = _SENTENCE_END.split(text, maxsplit=1)[0]
    return label[:1].upper() + label[1:]
