"""The dictionary of features: what planners see of creators, and what models read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from features.history import audiences, creators
from features.history.dictionary import entry
from features.rosters.feature_set import FEATURES
from features.rosters.fit import FIT_FUNCTIONS
from features.rosters.scaling import LOG_SCALED
from features.rosters.terms import TERM_FUNCTIONS, WORD_FUNCTIONS
from rosterlift.reference_pages.markdown import code, page, table

_INTRODUCTION: Final = (
    "Every feature uses only what was observed on or before the day the roster was booked (for a "
    "campaign to come: the catalog's day). Missing means unknown, never 0. The catalog shows "
    "creators as they are; models see the heavy-tailed counts as the natural log of 1 + value, "
    "under a name that begins with `log_`."
)
_DROPPED: Final = re.compile(r"\b(?:Unit|Missing):\s+.*?\.(?:\s|$)")


def features_page() -> str:
    """The page `features.md`."""
    return page(
        "Features",
        _INTRODUCTION,
        "## Creators and audiences (one value per creator)",
        _catalog_table((*creators.FUNCTIONS, *audiences.FUNCTIONS)),
        "## Fit to the campaign (one value per creator and campaign)",
        _table(FIT_FUNCTIONS),
        "## Terms of the booking and the occasion (one value per booking)",
        _table((*TERM_FUNCTIONS, *WORD_FUNCTIONS)),
    )


def _catalog_table(functions: Sequence[Callable[..., Any]]) -> str:
    header = ("feature", "meaning", "unit", "missing", "in booking rows")
    rows = [(*_row(function), _in_rows(function.__name__)) for function in functions]
    return table(header, rows)


def _table(functions: Sequence[Callable[..., Any]]) -> str:
    rows = [_row(function) for function in functions]
    return table(("feature", "meaning", "unit", "missing"), rows)


def _row(function: Callable[..., Any]) -> tuple[str, str, str, str]:
    told: Mapping[str, str] = entry(function)
    meaning = _DROPPED.sub("", told["definition"]).strip()
    return code(function.__name__), meaning, told["unit"], told["missing"]


def _in_rows(name: str) -> str:
    column = f"log_{name}" if name in LOG_SCALED else name
    return code(column) if column in FEATURES.names else "not used by models"
