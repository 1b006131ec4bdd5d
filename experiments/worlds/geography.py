"""Markets: cities of several countries, few large and many small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.worlds.settings import Floats, Ints, WorldSettings
from experiments.worlds.vocabulary import LANGUAGES

MEAN_POPULATION: Final = 400_000
#: Languages of successive markets; the cycle keeps English first at every world size.
_LANGUAGE_CYCLE: Final = tuple(
    LANGUAGES[code] for code in (0, 1, 0, 2, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5, 0, 1, 0, 2, 0, 6)
)
_COUNTRIES: Final = {
    "en": ("US", "US", "GB"),
    "es": ("ES", "MX"),
    "de": ("DE",),
    "fr": ("FR",),
    "ja": ("JP",),
    "ar": ("AE",),
    "hi": ("IN",),
}


@dataclass(frozen=True, slots=True)
class Geography:
    """The markets of a world; arrays have one entry per market."""

    market_ids: tuple[str, ...]
    names: tuple[str, ...]
    countries: tuple[str, ...]
    #: Position in LANGUAGES of the main language.
    language: Ints
    #: People living there.
    population: Ints

    @property
    def language_share(self) -> Floats:
        """Share of the whole population by main language, in the order of LANGUAGES."""
        people = np.bincount(self.language, weights=self.population, minlength=len(LANGUAGES))
        return np.asarray(people / people.sum())


def build_geography(settings: WorldSettings) -> Geography:
    """Draw the markets: populations are log-normal around a mean of 400,000."""
    rng = settings.stream("geography")
    count = settings.markets
    languages = [_LANGUAGE_CYCLE[m % len(_LANGUAGE_CYCLE)] for m in range(count)]
    countries, names = [], []
    seen: dict[str, int] = {}
    for language in languages:
        options = _COUNTRIES[language]
        country = options[seen.get(language, 0) % len(options)]
        seen[language] = seen.get(language, 0) + 1
        seen[country] = seen.get(country, 0) + 1
        countries.append(country)
        names.append(f"{country} city {seen[country]}")
    size = np.exp(0.65 * rng.standard_normal(count))
    population = np.round(size / size.mean() * MEAN_POPULATION * count, -2) / count
    return Geography(
        market_ids=tuple(f"m{m:03d}" for m in range(count)),
        names=tuple(names),
        countries=tuple(countries),
        language=np.array([LANGUAGES.index(code) for code in languages]),
        population=np.maximum(population, 60_000).astype(np.int64),
    )
