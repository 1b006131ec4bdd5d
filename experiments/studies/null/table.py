"""How often tests reject where there is nothing to find, and how often a model is promoted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.studies.command import Result
from experiments.studies.null.measure import SHUFFLES
from experiments.studies.result_table import markdown

#: The tests are two-sided and meant to reject 5 %.
_CRITICAL = 1.959964
_TEXTS = {
    "campaigns": "one campaign's measured effect",
    "average": "average effect of all campaigns",
    "placebos": "average effect under shuffled assignments",
}
_World = Mapping[str, Any]


def result(worlds: Sequence[_World]) -> Result:
    """Tables and numbers of the study, from what `measure` returned of each world."""
    campaigns = [np.abs(world["campaigns"]) > _CRITICAL for world in worlds]
    average = [abs(world["average"]) > _CRITICAL for world in worlds]
    tests = {
        "campaigns": ([own.mean() for own in campaigns], sum(map(len, campaigns))),
        "average": (average, len(worlds)),
        "placebos": ([world["placebos"] for world in worlds], SHUFFLES * len(worlds)),
    }
    rows, metrics = [], {}
    for name, (shares, count) in tests.items():
        error = np.std(shares, ddof=1) / np.sqrt(len(shares)) if len(shares) > 1 else np.nan
        metrics[f"rejected.{name}"] = float(np.mean(shares))
        rows.append([_TEXTS[name], f"{count:,}", f"{np.mean(shares):.1%} ± {error:.1%}"])
    promoted = sum(not world["refused"] for world in worlds)
    metrics["promoted"] = float(promoted)
    table = markdown(["two-sided 5 % test", "tests", "rejected"], rows)
    told = f"Promoted: {promoted} of {len(worlds)} models. What refused the others, by gate:"
    parts = [table, told, markdown(["gate", "models it refused"], _gates(worlds))]
    return Result("\n\n".join(parts), metrics)


def _gates(worlds: Sequence[_World]) -> list[list[str]]:
    gates = Counter(reason.split(":")[0] for world in worlds for reason in world["refused"])
    return [[gate, str(count)] for gate, count in gates.most_common()]
