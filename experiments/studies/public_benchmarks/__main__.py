"""How good are our meta-learners beside the best there are, on public benchmarks?

    python -m experiments.studies.public_benchmarks [--sets ihdp acic hillstrom] [--quick] [--write]
    python -m experiments.studies.public_benchmarks --metrics

Every library's S-, T-, X-, R- and DR-learner and econml's causal forest learn from the same rows
with the same LightGBM settings, folds and seeds. `--metrics` asks instead whether our ranking
metrics say what the peers' say of the same ranking; without options both are done.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

from experiments.benchmarks import acic2016, hillstrom, ihdp
from experiments.benchmarks.trial import Trial
from experiments.studies.command import Asked, Result, publish
from experiments.studies.public_benchmarks.agreement import agreement
from experiments.studies.public_benchmarks.contenders import (
    BOOSTER,
    FOLDS,
    SEED,
    THREADS,
    contenders,
)
from experiments.studies.public_benchmarks.kept import answers
from experiments.studies.public_benchmarks.standings import Standing, best_constant, standing
from experiments.studies.public_benchmarks.tables import pehe_table, qini_table, seconds_table

NAME: Final = "public_benchmarks"
README: Final = Path(__file__).with_name("README.md")
TITLES: Final = {"ihdp": "IHDP", "acic": "ACIC 2016", "hillstrom": "Hillstrom"}


def main() -> None:
    """Run what was asked for; with --write, put the tables into this folder's README."""
    asked, sets, metrics = _command_line()
    result = _Gathered()
    for name in sets:
        result.judge(name, list(_trials(name, asked.quick)), asked.work)
    if result.by_set:
        result.tables.append(seconds_table({TITLES[n]: own for n, own in result.by_set.items()}))
    if metrics:
        agreed = agreement()
        result.tables.append(agreed.table)
        result.metrics |= agreed.metrics
    found = Result("\n\n".join(result.tables), result.metrics, _parameters(sets))
    publish(asked, NAME, README, found)


@dataclass
class _Gathered:
    tables: list[str] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)
    by_set: dict[str, list[Standing]] = field(default_factory=dict)

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
        "threads": str(THREADS),
        "lightgbm": version("lightgbm"),
        **{f"booster.{name}": f"{value:g}" for name, value in BOOSTER.items()},
    }


def _command_line() -> tuple[Asked, tuple[str, ...], bool]:
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
    asked = Asked(
        quick=found.quick,
        seeds=(SEED,),
        work=found.work or found.home / "studies" / NAME,
        home=found.home,
        write=found.write,
    )
    sets = found.sets or (() if found.metrics else tuple(TITLES))
    return asked, tuple(sets), found.metrics or not found.sets


if __name__ == "__main__":
    main()
