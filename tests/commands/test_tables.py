"""simulate, check, features and catalog on sound, faulty, missing and unwritable places."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from features.catalogs import catalog
from tests.commands.conftest import BRAND_NAME, CREATOR, invoke

FAULT_KEYS = {"table", "column", "problem", "count", "example", "stops_training", "message"}


@pytest.fixture
def faulty(world: Path, tmp_path: Path) -> Path:
    """The world with two bookings of unknown campaigns and a campaign that ends too early."""
    folder = tmp_path / "faulty"
    shutil.copytree(world, folder)
    bookings = pd.read_parquet(folder / "bookings.parquet")
    bookings.loc[[0, 1], "campaign_id"] = "nobody's"
    bookings.to_parquet(folder / "bookings.parquet")
    campaigns = pd.read_parquet(folder / "campaigns.parquet")
    campaigns.loc[[0], "ends_on"] = date(2020, 1, 1)
    campaigns.to_parquet(folder / "campaigns.parquet")
    return folder


def test_a_sound_source_has_no_faults(world: Path) -> None:
    result = invoke("check", world, "--json")
    assert result.exit_code == 0, result.output
    assert not json.loads(result.stdout)["stops_training"]


def test_every_fault_is_listed_and_the_status_is_1(faulty: Path) -> None:
    result = invoke("check", faulty, "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["stops_training"]
    assert all(set(fault) == FAULT_KEYS for fault in document["faults"])
    found = {(f["table"], f["column"]): f for f in document["faults"]}
    assert found["bookings", "campaign_id"]["count"] == 2
    assert not found["bookings", "campaign_id"]["stops_training"]
    assert found["campaigns", "ends_on"]["count"] == 1
    assert found["campaigns", "ends_on"]["stops_training"]


def test_people_read_the_same_faults(faulty: Path) -> None:
    result = invoke("check", faulty)
    assert result.exit_code == 1
    assert "stops training" in result.stdout
    assert "campaigns" in result.stdout


@pytest.mark.parametrize("verb", ["train", "catalog"])
def test_faulty_tables_change_nothing(verb: str, faulty: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    result = invoke(verb, faulty, "--home", home, "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "faults stop training" in " ".join(result.stderr.split())
    assert not home.exists()


@pytest.mark.parametrize("verb", ["check", "train", "features", "catalog"])
def test_a_missing_source_is_wrong_usage(verb: str, in_empty_folder: Path) -> None:
    result = invoke(verb, "nowhere")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "no source at 'nowhere'" in " ".join(result.stderr.split())
    assert list(in_empty_folder.iterdir()) == []


@pytest.mark.parametrize("option", [["--world", "flat"], ["--seed", "-1"], ["--creators", "3"]])
def test_a_world_that_cannot_be_is_wrong_usage(option: list[str], in_empty_folder: Path) -> None:
    result = invoke("simulate", "out", *option)
    assert result.exit_code == 2
    assert option[0].removeprefix("--") in result.stderr
    assert list(in_empty_folder.iterdir()) == []


def test_features_are_written_by_creator(world: Path, in_empty_folder: Path) -> None:
    result = invoke("features", world, "--out", "tables", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    written = pd.read_parquet(in_empty_folder / "tables" / "creators.parquet")
    assert document["creators"] == len(written) == 60
    assert CREATOR in set(written["creator_id"])
    assert "reply_rate_90d" in written


def test_an_unknown_engine_is_wrong_usage(world: Path, in_empty_folder: Path) -> None:
    result = invoke("features", world, "--engine", "abacus")
    assert result.exit_code == 2
    assert "engine" in result.stderr


def test_the_catalog_goes_to_the_folder_s_own_home(world: Path, in_empty_folder: Path) -> None:
    result = invoke("catalog", world, "--as-of", "2024-02-01", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert set(document) == {
        *("as_of", "creators", "folder"),
        *("rebuilt_because", "posts_read", "posts_added"),
    }
    assert document["rebuilt_because"] == "there is no catalog yet"
    assert document["posts_read"] == len(pd.read_parquet(world / "posts.parquet"))
    known = catalog.load(in_empty_folder / ".rosterlift")
    assert document["as_of"] == known.as_of.isoformat() == "2024-02-01"
    assert pd.Timestamp(known.creators["observed_on"].max()) <= pd.Timestamp("2024-02-01")
    assert known.sales.weeks[-1] <= pd.Timestamp("2024-01-22").to_datetime64()
    assert BRAND_NAME in set(known.brands["name"])
