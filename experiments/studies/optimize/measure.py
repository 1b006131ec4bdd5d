"""Times the command on large catalogs, and sets its rosters beside rules of thumb."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from experiments.studies.optimize.enlarged import enlarged
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


@dataclass(frozen=True)
class Timed:
    """One answer: how many candidates, how long by its own clock, what it proves."""

    objective: str
    candidates: int
    markets: int
    creators: int
    seconds: float
    gap: float
    full_model_gap: float
    status: str


@dataclass(frozen=True)
class Standing:
    """What a rule's rosters lift on average, as predicted and in truth."""

    rule: str
    predicted: float
    true: float


def trained_home(world: WorldSettings, settings: Settings, work: Path) -> tuple[Path, Snapshot]:
    """A home trained on a simulated world (folder `world` in it), kept for another run."""
    home = work / f"{world.world}-{world.seed}-{world.campaigns}-{world.markets}"
    if not (home / "done").exists():
        simulate(world, home / "world")
        train(str(home / "world"), home, settings, promote="force", reason="study")
        (home / "done").touch()
    return home, snapshot(open_source(home / "world"))


def timed(
    home: Path, known: Snapshot, sizes: Sequence[int], creators: int, seed: int
) -> list[Timed]:
    """Ask for the best `creators` out of catalogs of these sizes."""
    found = []
    for size in sizes:
        large = enlarged(known, size, seed)
        catalog.save(large, home)
        fees = large.rates.groupby("creator_id")["fee_per_post"].min()
        budget = 5.0 * creators * float(fees.median())
        wishes: list[Json] = [
            {
                "campaign": _campaign(large),
                "budget": round(budget, 2),
                "max_creators": creators,
                "objective": objective,
                "margin": 0.4,
            }
            for objective in ("revenue", "profit")
        ]
        for wish, answer in zip(wishes, ask(home, "optimize", wishes), strict=True):
            solver = answer["solver"]
            found.append(
                Timed(
                    objective=wish["objective"],
                    candidates=solver["candidates"],
                    markets=len(answer["prediction"]["by_market"]),
                    creators=len(answer["roster"]),
                    seconds=solver["seconds"],
                    gap=solver["gap"],
                    full_model_gap=solver["full_model_gap"],
                    status=solver["status"],
                )
            )
    return found


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
    rosters = {"rosterlift": ours, **rosters}
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
    return [
        Standing(
            rule=rule,
            predicted=float(predicted[:, i].mean()),
            true=float(
                np.mean([true_lift(replayed, *pair) for pair in zip(plans, own, strict=True)])
            ),
        )
        for i, (rule, own) in enumerate(rosters.items())
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


def _campaign(known: Snapshot) -> Json:
    starts = known.as_of + timedelta(days=28)
    brand = str(known.brands.index[0])
    return {
        "brand_id": brand,
        "category": str(known.brands.loc[brand, "category"]),
        "starts_on": starts.isoformat(),
        "ends_on": (starts + timedelta(days=13)).isoformat(),
        "brief": "Show how you use it and answer questions.",
        "markets": [str(market) for market in known.markets.index],
    }
