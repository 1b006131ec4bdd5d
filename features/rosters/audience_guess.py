"""Where a creator's followers live when nobody has looked: a guess from country and language."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.people.coverage import FloatArray

#: So many compatriots tell what part of an audience usually lives in the markets.
_ENOUGH_CREATORS: Final = 5


def with_guesses(
    shares: FloatArray, known: npt.NDArray[np.bool_], creators: pd.DataFrame, markets: pd.DataFrame
) -> FloatArray:
    """Return audience shares [creators, markets], guessed where `known` is False.

    A guess spreads the followers by population over the markets of the creator's country
    where their language is spoken; without such markets over all of the country, then over all
    of the language; else nobody in the markets is reached. The known markets may be a small
    part of a country (the stores of one city): a guess gives them the share of followers that
    creators of that country with a known audience have in them at the median (of any country
    where these are few, all of the followers where nobody's audience is known).
    """
    guessed = shares.copy()
    for (country, language), rows in _unknown_groups(creators, known).items():
        where = _home_markets(markets, country, language)
        people = markets["population"].to_numpy(dtype=float) * where
        if people.sum() > 0:
            inside = _usual_total(shares, known, (creators["country"] == country).to_numpy())
            guessed[rows] = inside * people / people.sum()
    return guessed


def _unknown_groups(
    creators: pd.DataFrame, known: npt.NDArray[np.bool_]
) -> dict[tuple[str, str], list[int]]:
    groups: dict[tuple[str, str], list[int]] = {}
    origins = zip(creators["country"], creators["language"], strict=True)
    for row, (origin, seen) in enumerate(zip(origins, known, strict=True)):
        if not seen:
            groups.setdefault(origin, []).append(row)
    return groups


def _home_markets(markets: pd.DataFrame, country: str, language: str) -> npt.NDArray[np.bool_]:
    nation = (markets["country"] == country).to_numpy(dtype=bool)
    tongue = (markets["language"] == language).to_numpy(dtype=bool)
    if (nation & tongue).any():
        return nation & tongue
    return nation if nation.any() else tongue


def _usual_total(
    shares: FloatArray, known: npt.NDArray[np.bool_], compatriots: npt.NDArray[np.bool_]
) -> float:
    comparable = known & compatriots
    if comparable.sum() < _ENOUGH_CREATORS:
        comparable = known
    return float(np.median(shares[comparable].sum(axis=1))) if comparable.any() else 1.0
