"""A feature's name in words, for people: the first sentence of its dictionary entry."""

from __future__ import annotations

import re
from functools import cache

from features.rosters.bookings import feature_dictionary

#: Models see the logarithm of some counts: the name begins so, and the label says it.
_LOGARITHM, _SUFFIX = "log_", " (logarithm)"
_SENTENCE_END = re.compile(r"\.(\s|$)")


def label_of(feature: str) -> str:
    """Return the label planners read: of a dictionary entry, or the name's own words."""
    return _labels().get(feature) or feature.replace("_", " ").capitalize()


def unit_label_of(feature: str) -> str:
    """Return the label of a feature whose value is shown in its own unit, not as a logarithm."""
    return label_of(feature).removesuffix(_SUFFIX)


@cache
def _labels() -> dict[str, str]:
    return {name: _label(name, meaning) for name, meaning in feature_dictionary().items()}


def _label(name: str, meaning: str) -> str:
    words = _SENTENCE_END.split(" ".join(meaning.split()), maxsplit=1)[0]
    return f"{words}{_SUFFIX}" if name.startswith(_LOGARITHM) else words
