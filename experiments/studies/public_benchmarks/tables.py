"""The study's tables: a row a library, a column a learner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from experiments.studies.public_benchmarks.standings import Standing
from experiments.studies.result_table import markdown
from training.arrays import Floats

#: Columns: every learner any library has.
HEADINGS = {"s": "S", "t": "T", "x": "X", "r": "R", "dr": "DR", "forest": "causal forest"}


def pehe_table(title: str, standings: Sequence[Standing], constant: Floats) -> str:
    """√PEHE: mean and median over trials, the best of each in bold."""
    told = (
        f"### {title}: √PEHE out of sample, mean (median) of {len(constant)}\n\n"
        f"Smaller is better. The best constant has {_mean_median(constant)}.\n\n"
    )
    best = min(standings, key=lambda s: float(np.mean(s.scores)))
    return told + _matrix(standings, lambda s: _cell(_mean_median(s.scores), s, best))


def qini_table(title: str, standings: Sequence[Standing]) -> str:
    """Qini: mean and standard deviation over trials, the best in bold."""
    trials = len(standings[0].scores)
    told = (
        f"### {title}: Qini on the other half, mean ± standard deviation of {trials} splits\n\n"
        "Larger is better, a constant has 0.\n\n"
    )
    best = max(standings, key=lambda s: float(np.mean(s.scores)))
    return told + _matrix(
        standings,
        lambda s: _cell(f"{np.mean(s.scores):.4f} ± {np.std(s.scores):.4f}", s, best),
    )


def seconds_table(standings: Mapping[str, Sequence[Standing]]) -> str:
    """Seconds of CPU a fit takes, one data set after the other in a cell."""
    told = f"### CPU seconds a fit, one thread: {' · '.join(standings)}\n\n"
    spent = {
        (own[0].library, own[0].learner): " · ".join(_seconds(s.cpu_seconds) for s in own)
        for own in zip(*standings.values(), strict=True)
    }
    first = next(iter(standings.values()))
    return told + _matrix(first, lambda s: spent[s.library, s.learner])


def _matrix(standings: Sequence[Standing], cell: Callable[[Standing], str]) -> str:
    """Contenders by library and learner; a dash where a library has no such learner."""
    cells = {(s.library, s.learner): cell(s) for s in standings}
    libraries, learners = (list(dict.fromkeys(names)) for names in zip(*cells, strict=True))
    table = markdown(
        ["", *(HEADINGS[learner] for learner in learners)],
        ([own, *(cells.get((own, learner), "–") for learner in learners)] for own in libraries),
    )
    marked = any("†" in text for text in cells.values())
    return f"{table}\n\n† the same effect for every row." if marked else table


def _mean_median(scores: Floats) -> str:
    return f"{np.mean(scores):.2f} ({np.median(scores):.2f})"


def _seconds(spent: float) -> str:
    return f"{spent:.2g}" if spent < 10 else f"{spent:.0f}"


def _cell(text: str, own: Standing, best: Standing) -> str:
    text = f"{text} †" if own.constant else text
    return f"**{text}**" if own is best else text
