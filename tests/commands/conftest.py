"""A tiny world with names of many scripts, a home trained on it, and the command line."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from rosterlift.main import app
from training import tracking

#: Few trees and bags: these tests are about the command line, not about the model.
SETTINGS = "[boosting]\nmax_rounds = 60\npooling = [4.0]\n[intervals]\nbags = 8\ndraws = 300\n"
CREATOR, BRAND, BRAND_NAME = "зоя/кафе ☕ 美咲", "märke-é", "Dew & Söhne [“Crème” 美]"


@dataclass(frozen=True)
class Trained:
    """A home with two versions of one model, none of them champion at first."""

    home: Path
    world: Path
    document: dict[str, Any]


def invoke(*arguments: object) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--home` before the verb is handed on through the environment: keep it in one test."""
    for name in ("ROSTERLIFT_HOME", "MLFLOW_TRACKING_URI"):
        monkeypatch.setenv(name, "")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated world in which one brand and one much booked creator have unusual ids."""
    folder = tmp_path_factory.mktemp("source") / "wörld"
    sizes = {"campaigns": 12, "creators": 60, "markets": 8, "brands": 2, "weeks": 66, "seed": 3}
    options = [part for name, size in sizes.items() for part in (f"--{name}", size)]
    result = invoke("simulate", folder, *options, "--json")
    assert result.exit_code == 0, result.output or repr(result.exception)
    bookings = pd.read_parquet(folder / "bookings.parquet")
    renamed = {
        "creator_id": {str(bookings["creator_id"].mode()[0]): CREATOR},
        "brand_id": {str(pd.read_parquet(folder / "campaigns.parquet")["brand_id"][0]): BRAND},
    }
    _rename(folder, renamed)
    return folder


@pytest.fixture(scope="session")
def trained(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A home after `train --promote never`; the same bundle is registered as version 2."""
    home = tmp_path_factory.mktemp("trained") / "hömé [1]"
    settings = home.parent / "settings.toml"
    settings.write_text(SETTINGS)
    result = invoke(
        "train", world, "--settings", settings, "--promote", "never", "--home", home, "--json"
    )
    assert result.exit_code == 0, result.output or repr(result.exception)
    document = json.loads(result.stdout)
    bundle = tracking.load_version(home, tracking.Logged(document["run_id"], "1"))
    tracking.log_run(home, bundle, parameters={}, metrics={}, tags={}, texts={})
    return Trained(home, world, document)


@pytest.fixture(scope="session")
def served(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A copy of that home with version 1 as champion."""
    home = tmp_path_factory.mktemp("served") / "hömé [1]"
    shutil.copytree(trained.home, home)
    promoted = invoke("promote", "1", "--reason", "[/] for tests", "--home", home)
    assert promoted.exit_code == 0, promoted.output
    return replace(trained, home=home)


@pytest.fixture(scope="session")
def body(world: Path) -> dict[str, Any]:
    """A body of /v1/compare for the brand with the unusual id, the creator in its first roster."""
    future = json.loads((world / "future.json").read_text(encoding="utf-8"))
    one = next(c for c in future if c["campaign"]["brand_id"] == BRAND)
    rosters = [alternative["roster"][:4] for alternative in one["alternatives"][:3]]
    booking = {**rosters[0][0], "creator_id": CREATOR, "fee": 1234.5}
    rosters[0] = [booking, *(b for b in rosters[0][1:] if b["creator_id"] != CREATOR)]
    names = ("[/] Zwölf “Mikros” 微", "b", "c")
    scenarios = [{"name": n, "roster": r} for n, r in zip(names, rosters, strict=True)]
    return {"campaign": one["campaign"], "scenarios": scenarios, "margin": 0.4}


@pytest.fixture
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder that holds nothing."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def _rename(folder: Path, renamed: dict[str, dict[str, str]]) -> None:
    for file in folder.glob("*.parquet"):
        table = pd.read_parquet(file)
        columns = [name for name in renamed if name in table.columns]
        for name in columns:
            table[name] = table[name].replace(renamed[name])
        if file.name == "brands.parquet":
            table.loc[table["brand_id"] == BRAND, "name"] = BRAND_NAME
        if columns:
            table.to_parquet(file)
    text = (folder / "future.json").read_text(encoding="utf-8")
    for pairs in renamed.values():
        for old, new in pairs.items():
            text = text.replace(json.dumps(old), json.dumps(new, ensure_ascii=False))
    (folder / "future.json").write_text(text, encoding="utf-8")
