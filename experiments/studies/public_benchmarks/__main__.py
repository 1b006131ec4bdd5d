"""How good are our meta-learners beside the best there are, on public benchmarks?

    python -m experiments.studies.public_benchmarks [--sets ihdp acic hillstrom] [--quick] [--write]
    python -m experiments.studies.public_benchmarks --metrics

Every library's S-, T-, X-, R- and DR-learner and econml's causal forest learn from the same rows
with the same LightGBM settings, folds and seeds. `--metrics` asks instead whether our ranking
metrics say what the peers' say of the same ranking; without options both are done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

from experiments.benchmarks import acic2016, hillstrom, ihdp
from experiments.benchmarks.trial import Trial
from experiments.studies.peers.exchange import LEARNERS
from experiments.studies.public_benchmarks.agreement import agreement
from experiments.studies.public_benchmarks.contenders import (
    BOOSTER,
    FOLDS,
    SEED,
    THREADS,
    contenders,
)
from experiments.studies.public_benchmarks.kept import answers
from experiments.studies.public_benchmarks.published import published_table
from experiments.studies.public_benchmarks.standings import Standing, best_constant, standing
from experiments.studies.public_benchmarks.tables import pehe_table, qini_table, seconds_table
from experiments.studies.result_table import put_result
from training.tracking import log_study

NAME: Final = "public_benchmarks"
README: Final = Path(__file__).with_name("README.md")
TITLES: Final = {"ihdp": "IHDP", "acic": "ACIC 2016", "hillstrom": "Hillstrom"}


def main() -> None:
    """Run what was asked for; with --write, put the tables into this folder's README."""
    asked = _command_line()
    result = _Gathered()
    for name in asked.sets:
        result.judge(name, list(_trials(name, asked.quick)), asked.work)
    if asked.sets:
        result.compare()
    if asked.metrics:
        agreed = agreement()
        result.tables.append(agreed.table)
        result.metrics |= agreed.metrics
    page = "\n\n".join(result.tables)
    sys.stdout.write(page + "\n")
    log_study(
        asked.home,
        f"{NAME}-quick" if asked.quick else NAME,
        parameters=_parameters(asked.sets),
        metrics=result.metrics,
        texts={"tables.md": page},
    )
    if asked.write:
        put_result(README, page)


@dataclass
class _Gathered:
    tables: list[str] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)
    by_set: dict[str, list[Standing]] = field(default_factory=dict)

    def compare(self) -> None:
        """What spans data sets: seconds, and what peers scored elsewhere."""
        self.tables.append(seconds_table({TITLES[n]: own for n, own in self.by_set.items()}))
        peers = {n: [s for s in own if s.library in LEARNERS] for n, own in self.by_set.items()}
        self.tables.append(published_table(TITLES, peers))

    def judge(self, name: str, trials: list[Trial], work: Path) -> None:
        """All contenders on one data set."""
        own = [
            standing(one.library, one.learner, trials, answers(one, trials, work))
            for one in contenders()
        ]
        self.by_set[name] = own
        known = trials[0].test.effect is not None
        table = (
            pehe_table(TITLES[name], own, best_constant(trials))
            if known
            else qini_table(TITLES[name], own)
        )
        self.tables.append(table)
        for one in own:
            slug = f"{name}/{'-'.join(one.library.replace(',', '').split())}.{one.learner}"
            measure = "root_pehe" if known else "qini"
            self.metrics[f"{slug}/{measure}_mean"] = float(np.mean(one.scores))
            self.metrics[f"{slug}/{measure}_median"] = float(np.median(one.scores))
            self.metrics[f"{slug}/cpu_seconds"] = one.cpu_seconds


def _trials(name: str, quick: bool) -> Iterable[Trial]:
    if name == ihdp.NAME:
        return ihdp.ihdp_trials(ihdp.REPLICATIONS[:2] if quick else ihdp.REPLICATIONS)
    if name == acic2016.NAME:
        return acic2016.acic_trials(acic2016.INSTANCES[:1] if quick else acic2016.INSTANCES)
    return hillstrom.hillstrom_trials(hillstrom.SPLITS[:1] if quick else hillstrom.SPLITS)


def _parameters(sets: Iterable[str]) -> Mapping[str, str]:
    return {
        "sets": " ".join(sets),
        "folds": str(FOLDS),
        "seed": str(SEED),
        "threads": str(THREADS),
        "lightgbm": version("lightgbm"),
        **{f"booster.{name}": f"{value:g}" for name, value in BOOSTER.items()},
    }


@dataclass(frozen=True)
class _Asked:
    """Data sets, whether metrics are compared, and where things go."""

    sets: tuple[str, ...]
    metrics: bool
    quick: bool
    home: Path
    work: Path
    write: bool


def _command_line() -> _Asked:
    parser = argparse.ArgumentParser(prog=f"python -m experiments.studies.{NAME}")
    parser.add_argument("--sets", nargs="+", choices=list(TITLES), help="only these data sets")
    parser.add_argument("--metrics", action="store_true", help="only our metrics beside the peers'")
    parser.add_argument("--quick", action="store_true", help="a trial or two: does it run?")
    parser.add_argument("--home", type=Path, default=Path(".rosterlift"), help="MLflow's store")
    parser.add_argument("--work", type=Path, help="where answers are kept on the way")
    parser.add_argument("--write", action="store_true", help="write the tables into the README")
    found = parser.parse_args()
    if found.write and (found.quick or found.sets or found.metrics):
        parser.error("--write replaces all tables: leave out --quick, --sets and --metrics")
    return _Asked(
        sets=tuple(found.sets or (() if found.metrics else TITLES)),
        metrics=found.metrics or not found.sets,
        quick=found.quick,
        home=found.home,
        work=found.work or found.home / "studies" / NAME,
        write=found.write,
    )


if __name__ == "__main__":
    main()
