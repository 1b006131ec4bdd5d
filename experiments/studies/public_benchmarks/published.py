"""What the peers scored elsewhere in the same settings, beside what they score here.

The numbers came with the data: 50 replications of IHDP, ten instances of ACIC 2016, ten other
halves of Hillstrom. No library is named there, a range spans several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from experiments.studies.public_benchmarks.standings import Standing
from experiments.studies.public_benchmarks.tables import HEADINGS
from experiments.studies.result_table import markdown

#: Mean (median) by data set and learner.
ELSEWHERE: Final[Mapping[str, Mapping[str, str]]] = {
    "ihdp": {
        "s": "3.58 (1.20)",
        "t": "2.57 (1.07)",
        "x": "3.70 (1.51)",
        "r": "3.88",
        "dr": "6.4–21.7",
        "forest": "4.48",
    },
    "acic": {
        "s": "2.03",
        "t": "2.11",
        "x": "1.81 (0.94)",
        "r": "1.96",
        "dr": "2.24–2.60",
        "forest": "2.11",
    },
    "hillstrom": {
        "s": "0.0236",
        "t": "0.0110",
        "x": "0.0128",
        "r": "0.0085–0.0094",
        "dr": "0.0076–0.0132",
    },
}
#: Trials elsewhere.
_TRIALS: Final = {"ihdp": 50, "acic": 10, "hillstrom": 10}
_DIGITS: Final = {"ihdp": 2, "acic": 2, "hillstrom": 4}


def published_table(titles: Mapping[str, str], by_set: Mapping[str, Sequence[Standing]]) -> str:
    """Both, one below the other, for every data set; here from the best peer to the worst.

    Args:
        titles: of data sets.
        by_set: the peers' standings, ours left out.
    """
    rows = []
    for name, peers in by_set.items():
        told = ELSEWHERE[name]
        rows.append(
            [f"{titles[name]} elsewhere, {_TRIALS[name]}"]
            + [told.get(learner, "–") for learner in HEADINGS]
        )
        rows.append(
            [f"{titles[name]} here, {len(peers[0].scores)}"]
            + [_range(peers, learner, _DIGITS[name]) for learner in HEADINGS]
        )
    return "### The peers elsewhere and here, mean (median)\n\n" + markdown(
        ["", *HEADINGS.values()], rows
    )


def _range(peers: Sequence[Standing], learner: str, digits: int) -> str:
    means = [float(np.mean(s.scores)) for s in peers if s.learner == learner]
    low, high = (f"{bound:.{digits}f}" for bound in (min(means), max(means)))
    if low != high:
        return f"{low}–{high}"
    medians = {f"{np.median(s.scores):.{digits}f}" for s in peers if s.learner == learner}
    return f"{low} ({medians.pop()})" if len(medians) == 1 else low
