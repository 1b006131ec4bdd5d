"""Dictionary entries of features, read from the docstrings of the functions that compute them."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import getdoc
from typing import Any


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
