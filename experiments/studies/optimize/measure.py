"""Sets rosters that `optimize` finds beside those of rules of thumb."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from experiments.studies.optimize.naive import RULES, by_rule, offers_of
from experiments.studies.optimize.truth import true_lift
from experiments.studies.replayed_world import replay
from experiments.worlds.simulate import WorldSettings, simulate
from features.catalogs import catalog
from features.snapshots.assembly import snapshot
from features.snapshots.snapshot import Snapshot
from features.sources.source import open_source
from training.fit import train
from training.settings import Settings

_COMMAND = Path(sys.executable).with_name("rosterlift")

Json = dict[str, Any]

OURS: Final = "rosterlift optimize"


@dataclass(frozen=True)
class Standing:
    """What a rule's rosters lift on average over the campaigns, as predicted and in truth.

    `beaten` counts the campaigns where the optimised roster truly lifts more; None for itself.
    """

    rule: str
    predicted: float
    true: float
    campaigns: int
    beaten: int | None


def trained_home(world: WorldSettings, settings: Settings, work: Path) -> tuple[Path, Snapshot]:
    """A home trained on a simulated world (folder `world` in it), kept for another run."""
    home = work / f"{world.world}-{world.seed}-{world.campaigns}-{world.markets}"
    if not (home / "done").exists():
        simulate(world, home / "world")
        train(str(home / "world"), home, settings, promote="force", reason="study")
        (home / "done").touch()
    return home, snapshot(open_source(home / "world"))


def standings(home: Path, known: Snapshot, world: WorldSettings) -> list[Standing]:
    """Set optimised rosters beside rules of thumb in the campaigns to come of a world."""
    catalog.save(known, home)
    future = json.loads((home / "world" / "future.json").read_text(encoding="utf-8"))
    truth = np.array([one["true_lift"] for c in future for one in c["alternatives"]])
    replayed = replay(world, truth)
    plans = [plan for plan, _ in replayed.to_come[:: world.alternatives]]
    offers = offers_of(known)
    budgets = [
        float(np.mean([sum(b["fee"] for b in one["roster"]) for one in c["alternatives"]]))
        for c in future
    ]
    pairs = list(zip(future, budgets, strict=True))
    wishes = [
        {"campaign": c["campaign"], "budget": b, "candidates": offers, "objective": "revenue"}
        for c, b in pairs
    ]
    ours = [answer["roster"] for answer in ask(home, "optimize", wishes)]
    rosters = {rule: [by_rule(known, offers, b, rule) for _, b in pairs] for rule in RULES}
    rosters = {OURS: ours, **rosters}
    questions = [
        {
            "campaign": campaign["campaign"],
            "scenarios": [{"name": rule, "roster": own[i]} for rule, own in rosters.items()],
        }
        for i, (campaign, _) in enumerate(pairs)
    ]
    answers = ask(home, "predict", questions)
    predicted = np.array(
        [[s["prediction"]["lift"]["mean"] for s in answer["scenarios"]] for answer in answers]
    )
    true = {
        rule: np.array([true_lift(replayed, *pair) for pair in zip(plans, own, strict=True)])
        for rule, own in rosters.items()
    }
    return [
        Standing(
            rule=rule,
            predicted=float(predicted[:, i].mean()),
            true=float(lifts.mean()),
            campaigns=len(lifts),
            beaten=None if rule == OURS else int((true[OURS] > lifts).sum()),
        )
        for i, (rule, lifts) in enumerate(true.items())
    ]


def ask(home: Path, verb: str, bodies: Sequence[Json]) -> list[Json]:
    """The command's answers to a list of bodies."""
    question = home / f"{verb}.json"
    question.write_text(json.dumps(bodies), encoding="utf-8")
    done = subprocess.run(
        [str(_COMMAND), "--home", str(home), verb, str(question), "--json"],
        check=True,
        stdout=subprocess.PIPE,
    )
    answers: list[Json] = json.loads(done.stdout)
    return answers
