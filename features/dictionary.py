"""The dictionary of catalog features, read from the functions that compute them."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import getdoc
from typing import Any, Final

import pandas as pd

from features import audiences, creators

_GROUPS: Final = (("creator", creators.FUNCTIONS), ("audience", audiences.FUNCTIONS))


def feature_dictionary() -> pd.DataFrame:
    """Every creator and audience feature: index name; group, label, unit, missing, definition.

    `label` is the first sentence of the docstring without its full stop, `unit` and
    `missing` are what follows these words in it, `definition` is the docstring in one line.
    """
    rows = [
        {"name": function.__name__, "group": group, **entry(function)}
        for group, functions in _GROUPS
        for function in functions
    ]
    return pd.DataFrame(rows).set_index("name")


def entry(function: Callable[..., Any]) -> dict[str, str]:
    """The dictionary entry in a feature function's docstring: label, unit, missing, definition."""
    text = re.sub(r"\s+", " ", getdoc(function) or "").strip()
    return {
        "label": re.split(r"\.(?:\s|$)", text, maxsplit=1)[0],
        "unit": _after("Unit:", text),
        "missing": _after("Missing:", text),
        "definition": text,
    }


def _after(word: str, text: str) -> str:
    found = re.search(rf"{word}\s+(.*?)\.(?:\s|$)", text)
    return found.group(1) if found else ""
