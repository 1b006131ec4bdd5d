"""The life of a model: trained, listed, promoted with a reason, rolled back."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.commands.conftest import Trained, invoke

TRAIN_KEYS = {"run_id", "version", "verdict", "reasons", "report", "metrics", "rows"}
MODEL_KEYS = {"version", "run_id", "created", "champion", "verdict", "reason"}


@pytest.fixture
def home(trained: Trained, tmp_path: Path) -> Path:
    """A copy of the trained home, so that who is champion in one test is no other's business."""
    copy = tmp_path / "home"
    shutil.copytree(trained.home, copy)
    return copy


def champions(home: Path) -> list[str]:
    """Versions that are champion, out of `models --json`."""
    listed = json.loads(invoke("models", "--home", home, "--json").stdout)
    return [model["version"] for model in listed if model["champion"]]


def test_training_answers_as_the_contract_says(trained: Trained) -> None:
    document = trained.document
    assert set(document) == TRAIN_KEYS
    assert document["verdict"] in {"not promoted", "refused"}
    assert document["version"] == "1"
    assert "<html" in Path(document["report"]).read_text(encoding="utf-8")
    assert set(document["rows"]) >= {"kept", "dropped"}
    # With eight bags a campaign may be in all of them, and then nobody judges it.
    unjudged = document["rows"]["kept"]["campaigns"] - document["metrics"]["campaigns"]
    assert 0 <= unjudged <= 2
    assert (trained.home / "catalog" / "current").is_file()


def test_every_version_is_listed_newest_first(trained: Trained) -> None:
    result = invoke("models", "--home", trained.home, "--json")
    assert result.exit_code == 0
    listed = json.loads(result.stdout)
    assert [model["version"] for model in listed] == ["2", "1"]
    assert all(set(model) == MODEL_KEYS for model in listed)
    assert listed[1]["run_id"] == trained.document["run_id"]
    assert datetime.fromisoformat(listed[0]["created"]).tzinfo is not None


def test_without_a_champion_nothing_is_predicted(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    file.write_text("[]")
    result = invoke("predict", file, "--home", home)
    assert result.exit_code == 1
    assert "no champion model" in " ".join(result.stderr.split())


def test_promotion_and_rollback_move_the_champion(home: Path) -> None:
    assert champions(home) == []
    first = invoke("promote", "1", "--reason", "first [/]", "--home", home, "--json")
    assert (first.exit_code, json.loads(first.stdout)) == (0, {"champion": "1"})
    invoke("promote", "2", "--reason", "better", "--home", home)
    assert champions(home) == ["2"]
    back = invoke("rollback", "--home", home, "--json")
    assert (back.exit_code, json.loads(back.stdout)) == (0, {"champion": "1"})
    assert champions(home) == ["1"]
    shown = invoke("models", "--home", home)
    assert shown.exit_code == 0
    assert "champion" in shown.stdout


def test_the_reason_is_kept(home: Path) -> None:
    invoke("promote", "1", "--reason", "agreed [/] im Frühjahr", "--home", home)
    listed = json.loads(invoke("models", "--home", home, "--json").stdout)
    assert listed[1]["reason"].endswith("agreed [/] im Frühjahr")
    assert "[/] im" in " ".join(invoke("models", "--home", home).stdout.split())


@pytest.mark.parametrize(
    "arguments",
    [["promote", "1"], ["promote", "1", "--reason", "  "], ["promote", "99", "--reason", "x"],
     ["rollback"]],
    ids=" ".join,
)  # fmt: skip
def test_a_promotion_that_makes_no_sense_is_refused(arguments: list[str], home: Path) -> None:
    result = invoke(*arguments, "--home", home, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "error:" in result.stderr
    assert champions(home) == []


def test_another_store_can_be_named(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{trained.home / 'mlflow.db'}")
    result = invoke("models", "--home", tmp_path / "other", "--json")
    assert [model["version"] for model in json.loads(result.stdout)] == ["2", "1"]
    assert not (tmp_path / "other" / "mlflow.db").exists()


def test_the_home_can_be_named_outside_or_before_the_verb(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = invoke("--home", trained.home, "models", "--json")
    monkeypatch.setenv("ROSTERLIFT_HOME", str(trained.home))
    outside = invoke("models", "--json")
    assert before.stdout == outside.stdout
    assert len(json.loads(before.stdout)) == 2


@pytest.mark.parametrize(
    ("settings", "options", "named"),
    [
        ("[boosting]\nmax_round = 3\n", [], "boosting.max_round"),
        ("[intervals]\nbags = 1\n", [], "intervals.bags"),
        ("folds =", [], "settings.toml"),
        (None, [], "settings.toml"),
        ("", ["--learner", "oracle"], "learner"),
        ("", ["--promote", "perhaps"], "promote"),
        ("", ["--promote", "force"], "--reason"),
    ],
)
def test_training_that_is_wrongly_asked_for_does_not_begin(
    settings: str | None, options: list[str], named: str, world: Path, in_empty_folder: Path
) -> None:
    file = in_empty_folder / "settings.toml"
    if settings is not None:
        file.write_text(settings)
    result = invoke("train", world, "--settings", "settings.toml", *options, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert named in result.stderr.replace("\n", "")
    assert not (in_empty_folder / ".rosterlift").exists()
