"""Whether our ranking metrics say what the peers' say of the same ranking.

Rows are simulated: a randomised treatment, outcomes of 0 and 1, an effect that differs, and a
prediction that finds a part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import expit

from experiments.studies.peers.ask import ask_metrics
from experiments.studies.peers.exchange import MetricAnswer, MetricJob
from experiments.studies.result_table import markdown
from training.arrays import Integers
from training.metrics.clusters import cluster_interval
from training.metrics.doubly_robust import doubly_robust_scores
from training.metrics.rate import Weighting, rate_score
from training.metrics.uplift import Scale, Strategy, auuc_score, qini_score, uplift_at

ROWS: Final = 5_000
SEED: Final = 0
TOP: Final = 0.3
#: The chance of treatment.
CHANCE: Final = 0.4
#: Half samples from which our standard errors are read.
DRAWS: Final = 1_000


@dataclass(frozen=True)
class Agreement:
    """The table, and every difference by name."""

    table: str
    metrics: dict[str, float]


def agreement(
    ask: Callable[[MetricJob], MetricAnswer] = ask_metrics, rows: int = ROWS
) -> Agreement:
    """Ours and theirs on the same rows, and the difference.

    Args:
        ask: the peers; raises what `ask_metrics` raises.
    """
    job = simulated_ranking(rows, SEED)
    answer = ask(job)
    said = [(name, ours, our(job), answer.metrics[name]) for name, (ours, our) in PAIRS.items()]
    told = ", ".join(f"{name} {version}" for name, version in answer.versions.items())
    table = markdown(
        ["theirs", "ours", "theirs says", "ours says", "difference"],
        (
            [f"`{name}`", ours, f"{theirs:.6f}", f"{own:.6f}", f"{own - theirs:+.1e}"]
            for name, ours, own, theirs in said
        ),
    )
    heading = f"### Metrics: {rows:,} simulated rows, one ranking\n\n{told}.\n\n"
    differences = {
        f"metrics/{name.replace(' ', '_')}/difference": own - theirs
        for name, _, own, theirs in said
    }
    return Agreement(heading + table, differences)


def simulated_ranking(rows: int, seed: int) -> MetricJob:
    """A randomised trial with outcomes of 0 and 1 and a noisy prediction of its effects."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(2, rows))
    # Exact shares, so that the top of each arm is a whole number of rows.
    treatment = (rng.permutation(rows) < CHANCE * rows).astype(np.int64)
    without, with_it = expit(x - 1.5), expit(x - 1.5 + np.maximum(z, 0))
    y = rng.binomial(1, np.where(treatment == 1, with_it, without))
    return MetricJob(
        y=y,
        treatment=treatment,
        uplift=with_it - without + rng.normal(scale=0.1, size=rows),
        scores=doubly_robust_scores(
            y,
            treatment=treatment,
            propensity=np.full(rows, CHANCE),
            untreated=without,
            treated=with_it,
        ),
        k=TOP,
        percentiles=np.linspace(0, 100, rows + 1),
    )


def _qini(job: MetricJob, scale: Scale) -> float:
    return qini_score(job.y, job.uplift, treatment=job.treatment, scale=scale)


def _auuc(job: MetricJob, scale: Scale) -> float:
    return auuc_score(job.y, job.uplift, treatment=job.treatment, scale=scale)


def _uplift(job: MetricJob, strategy: Strategy) -> float:
    return uplift_at(job.y, job.uplift, job.k, treatment=job.treatment, strategy=strategy)


def _rate(job: MetricJob, weighting: Weighting) -> float:
    return rate_score(job.scores, job.uplift, weighting=weighting)


def _error(score: Callable[[MetricJob], float]) -> Callable[[MetricJob], float]:
    """The standard error of a score, rows being their own clusters."""

    def error(job: MetricJob) -> float:
        def of_rows(rows: Integers) -> float:
            own = {
                name: getattr(job, name)[rows] for name in ("y", "treatment", "uplift", "scores")
            }
            return score(replace(job, **own))

        return cluster_interval(of_rows, np.arange(len(job.y)), seed=SEED, draws=DRAWS).error

    return error


#: The peers' metric -> how ours is called, and ours.
PAIRS: Final[dict[str, tuple[str, Callable[[MetricJob], float]]]] = {
    "sklift.qini_auc_score": ("`qini_score`", lambda job: _qini(job, "perfect")),
    "sklift.uplift_auc_score": ("`auuc_score`", lambda job: _auuc(job, "perfect")),
    "sklift.uplift_at_k by_group": ("`uplift_at`", lambda job: _uplift(job, "by_group")),
    "sklift.uplift_at_k overall": (
        '`uplift_at`, strategy "overall"',
        lambda job: _uplift(job, "overall"),
    ),
    "causalml.qini_score": ('`qini_score`, scale "final"', lambda job: _qini(job, "final")),
    "causalml.qini_score se": (
        "its `cluster_interval`, error",
        _error(lambda job: _qini(job, "final")),
    ),
    "causalml.auuc_score": (
        '`auuc_score`, scale "final", plus a half',
        lambda job: _auuc(job, "final") + 0.5,
    ),
    "econml.toc": ("`rate_score`", lambda job: _rate(job, "autoc")),
    "econml.toc se": ("its `cluster_interval`, error", _error(lambda job: _rate(job, "autoc"))),
    "econml.qini": ('`rate_score`, weighting "qini"', lambda job: _rate(job, "qini")),
    "econml.qini se": ("its `cluster_interval`, error", _error(lambda job: _rate(job, "qini"))),
}
