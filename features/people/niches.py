"""Who follows whom where no follower was sampled: niche cores and heavy users.

Drawing followers at random from a market says that creators hardly overlap: 50 micro
creators of one niche would reach 99.7 % of their gross reach. Two facts bring the figure
down to the 78-92 % that samples of followers show: most of a niche's followers come from a
small core of the people, and heavy users follow and watch many. Cores are kept apart by
language as well as by niche, since few people follow one niche in two languages.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from features.people.coverage import FloatArray, IntArray, PersonTypes

#: Share of a market's people in the core of one niche in one language.
CORE_PEOPLE: Final = 0.02
#: Share of a creator's followers who come from their own core.
CORE_FOLLOWERS: Final = 0.7
#: All cores of a roster together are at most this share of a market's people.
_ALL_CORES: Final = 0.5
#: Light and heavy users: the two-point Gauss-Laguerre rule, which has the mean (1) and the
#: second moment (2) of exponential activity, the gamma mixing of the NBD model with k = 1.
ACTIVITY: Final = np.array([2 - np.sqrt(2), 2 + np.sqrt(2)])
ACTIVITY_PEOPLE: Final = np.array([(2 + np.sqrt(2)) / 4, (2 - np.sqrt(2)) / 4])


def core_labels(
    categories: npt.NDArray[np.str_], languages: npt.NDArray[np.str_]
) -> tuple[IntArray, int]:
    """Return each creator's core, coded 0..cores - 1, [creators], and how many there are."""
    rows: dict[tuple[str, str], int] = {}
    pairs = zip(languages.tolist(), categories.tolist(), strict=True)
    codes = [rows.setdefault(pair, len(rows)) for pair in pairs]
    return np.array(codes, dtype=np.intp), len(rows)


def person_types(
    audience: FloatArray, population: FloatArray, cell: IntArray, cells: int
) -> PersonTypes:
    """Return the person types that hold these audiences.

    `audience` is people of each market in each creator's audience, [creators, markets], at
    most `population` [markets]; `cell` each creator's core out of `cells`, ascending. The expected
    audience over all types is exactly `audience`: where a class of people is full (everybody
    in it follows), the rest spills over to the classes in which fewer do.
    """
    core = min(CORE_PEOPLE, _ALL_CORES / max(cells, 1))
    inside = CORE_FOLLOWERS / core * ACTIVITY
    elsewhere = (1 - CORE_FOLLOWERS) / (1 - core) * ACTIVITY
    size = np.concatenate([core * ACTIVITY_PEOPLE, (1 - core) * ACTIVITY_PEOPLE])
    share = audience / np.maximum(population, 1.0)
    scale = _scale_that_holds(share, size, np.concatenate([inside, elsewhere]))[:, None, :]
    heads = ACTIVITY_PEOPLE[:, None] * population
    return PersonTypes(
        people=np.broadcast_to(core * heads, (cells, *heads.shape)),
        others=(1 - cells * core) * heads,
        in_cell=np.minimum(scale * inside[:, None], 1.0),
        elsewhere=np.minimum(scale * elsewhere[:, None], 1.0),
        cell=cell,
    )


def _scale_that_holds(share: FloatArray, size: FloatArray, density: FloatArray) -> FloatArray:
    """Return s with sum of size * min(1, s * density) = share (0..1), elementwise.

    The left side is a piecewise linear function of s with a knee where a class fills up. It
    flattens from knee to knee, so that its inverse is the largest of its straight lines.
    """
    knees = np.concatenate([[0.0], np.sort(1 / density)])
    held = (size * np.minimum(1.0, knees[:, None] * density)).sum(axis=1)
    slopes = np.diff(knees) / np.diff(held)
    scale: FloatArray = slopes[0] * share
    for slope, knee, full in zip(slopes[1:], knees[1:-1], held[1:-1], strict=True):
        np.maximum(scale, knee + slope * (share - full), out=scale)
    return scale
