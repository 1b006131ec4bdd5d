"""The peers' uplift metrics on given rankings.

The libraries are named here, not imported, as they are no dependency of the product.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.studies.peers.exchange import MetricJob

#: Distributions whose metrics are asked for.
LIBRARIES: Final = ("scikit-uplift", "causalml", "econml")
#: Half samples from which causalml reads a standard error.
_HALVES: Final = 400


def metrics(job: MetricJob) -> dict[str, float]:
    """Every metric by `library.function`."""
    return {**_sklift(job), **_causalml(job), **_econml(job)}


def _sklift(job: MetricJob) -> dict[str, float]:
    own = import_module("sklift.metrics")
    rows = (job.y, job.uplift, job.treatment)
    return {
        "sklift.qini_auc_score": float(own.qini_auc_score(*rows)),
        "sklift.uplift_auc_score": float(own.uplift_auc_score(*rows)),
        "sklift.uplift_at_k by_group": float(own.uplift_at_k(*rows, strategy="by_group", k=job.k)),
        "sklift.uplift_at_k overall": float(own.uplift_at_k(*rows, strategy="overall", k=job.k)),
    }


def _causalml(job: MetricJob) -> dict[str, float]:
    own = import_module("causalml.metrics")
    rows = pd.DataFrame({"y": job.y, "w": job.treatment, "model": job.uplift})
    qini = own.qini_score(rows, return_ci=True, n_bootstrap=_HALVES, random_state=0)
    return {
        "causalml.qini_score": float(qini.loc["model", "qini"]),
        "causalml.qini_score se": float(qini.loc["model", "se"]),
        "causalml.auuc_score": float(own.auuc_score(rows)["model"]),
    }


def _econml(job: MetricJob) -> dict[str, float]:
    calc_uplift: Any = import_module("econml.validate.utils").calc_uplift
    uplift, scores = job.uplift.reshape(-1, 1), job.scores.reshape(-1, 1)
    found = {}
    for metric in ("toc", "qini"):
        area, error, _ = calc_uplift(uplift, uplift, scores, job.percentiles, metric, n_bootstrap=2)
        found[f"econml.{metric}"] = float(np.squeeze(area))
        found[f"econml.{metric} se"] = float(error)
    return found
