"""What a user would have got, in tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from experiments.backtest.agreement import Bounded, share
from experiments.backtest.rules import ONE_NUMBER, PREDICTING, RANKING
from experiments.backtest.scores import MODEL
from experiments.studies.command import Result
from experiments.studies.result_table import markdown
from training.arrays import Floats
from training.metrics.policy import policy_value
from training.metrics.truth import r2_score, rank_score

_Source = Mapping[str, Any]
_LABELS: Final = {MODEL: "the model", **PREDICTING, **RANKING}


def result(sources: Sequence[_Source]) -> Result:
    """Tables and numbers of the study, from what `measure` returned of each source."""
    known = [one for one in sources if _truth(one) is not None]
    metrics = {
        f"{one['name']}.{name}": value for one in sources for name, value in _numbers(one).items()
    }
    parts = [_by_source(sources), _standings(sources)]
    if known:
        parts.append(_against_truth(known))
    alarms = ", ".join(f"{one['name']}: {', '.join(one['fired']) or 'none'}" for one in sources)
    parts.append(f"Criteria of the ledger's rule that fire at the end of each source: {alarms}.")
    return Result("\n\n".join(parts), metrics)


def _by_source(sources: Sequence[_Source]) -> str:
    columns = [
        "source", "campaigns predicted", "R² of measured lifts", "ceiling", "slope (90 %)",
        "90 % intervals hold measured lifts", "rank correlation", "CPU s",
    ]  # fmt: skip
    rows = []
    for one in sources:
        own = _standing(one, MODEL)["agreement"]
        rows.append(
            [
                one["name"],
                str(one["scores"]["campaigns"]),
                f"{own['r2']:.3f}",
                f"{own['r2_ceiling']:.2f}",
                _bounded(own["slope"], ".2f"),
                _bounded(own["coverage"], ".1%"),
                f"{own['rank']:.2f}",
                f"{one['seconds']:.0f}",
            ]
        )
    return markdown(columns, rows)


def _standings(sources: Sequence[_Source]) -> str:
    """Mean measured lift of the half of each source's campaigns that a rule prefers."""
    columns = ["half preferred by", *(f"{one['name']}: measured" for one in sources)]
    rows = []
    for name, label in _LABELS.items():
        cells = []
        for one in sources:
            own = _standing(one, name)
            ahead = own["behind"]
            behind = "" if ahead is None else f"; model {_bounded(ahead, '+.2%')}"
            cells.append(f"{own['preferred']:+.2%}{behind}")
        rows.append([label, *cells])
    return markdown(columns, rows)


def _against_truth(sources: Sequence[_Source]) -> str:
    """Means over worlds, against the truth that only simulated worlds know."""
    columns = ["predicted by", "R²", "rank correlation", "true lift of the preferred half"]
    rows = []
    for name, label in _LABELS.items():
        found = [_of_truth(one, name) for one in sources]
        r2 = [score for score, _, _ in found if score is not None]
        rows.append(
            [
                label,
                f"{np.mean(r2):.3f}" if r2 else "–",
                f"{np.mean([rank for _, rank, _ in found]):.2f}",
                f"{np.mean([value for _, _, value in found]):+.2%}",
            ]
        )
    held = np.concatenate([_held(one) for one in sources])
    told = share(held)
    every = (
        f"All campaigns of {len(sources)} worlds against their true lift; on average "
        f"{np.mean([np.mean(_column(one, 'truth')) for one in sources]):+.2%}. 90 % intervals of "
        f"expected lift hold {told.value:.1%} ({told.low:.1%} to {told.high:.1%}) of them."
    )
    return f"{every}\n\n{markdown(columns, rows)}"


def _of_truth(source: _Source, name: str) -> tuple[float | None, float, float]:
    truth, stated = _column(source, "truth"), _stated(source, name)
    rank = np.zeros(len(truth)) if name == ONE_NUMBER else _preference(source, name)
    predicts = stated is not None
    return (
        r2_score(truth, stated) if predicts and stated is not None else None,
        rank_score(truth, rank),
        policy_value(truth, rank, share=0.5),
    )


def _numbers(source: _Source) -> dict[str, float]:
    own = _standing(source, MODEL)["agreement"]
    numbers = {
        "campaigns": float(source["scores"]["campaigns"]),
        "r2": own["r2"],
        "r2_ceiling": own["r2_ceiling"],
        "slope": own["slope"]["value"],
        "coverage": own["coverage"]["value"],
        "rank": own["rank"],
    }
    if _truth(source) is not None:
        score, rank, value = _of_truth(source, MODEL)
        numbers |= {"true_rank": rank, "true_preferred": value}
        numbers |= {} if score is None else {"true_r2": score}
    return numbers


def _held(source: _Source) -> np.ndarray:
    truth = _column(source, "truth")
    ends = np.array([one["lift"] for one in source["campaigns"]])
    return np.asarray((truth >= ends[:, 1]) & (truth <= ends[:, 2]))


def _truth(source: _Source) -> Floats | None:
    return None if source["campaigns"][0]["truth"] is None else _column(source, "truth")


def _column(source: _Source, name: str) -> Floats:
    return np.array([one[name] for one in source["campaigns"]], dtype=np.float64)


def _stated(source: _Source, name: str) -> Floats | None:
    if name == MODEL:
        return np.array([one["lift"][0] for one in source["campaigns"]])
    if name in PREDICTING:
        return np.array([one["rules"][name] for one in source["campaigns"]])
    return None


def _preference(source: _Source, name: str) -> Floats:
    stated = _stated(source, name)
    if stated is not None:
        return stated
    return np.array([one["ranks"][name] for one in source["campaigns"]], dtype=np.float64)


def _standing(source: _Source, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(
        one for one in source["scores"]["standings"] if one["name"] == name
    )
    return found


def _bounded(found: Mapping[str, float] | Bounded, how: str) -> str:
    ends = vars(found) if isinstance(found, Bounded) else found
    return (
        f"{format(ends['value'], how)} ({format(ends['low'], how)} to {format(ends['high'], how)})"
    )
