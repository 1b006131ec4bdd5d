"""What studies share: judging rosters to come, tables, and the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from experiments.studies.command import Asked, Result, ask, flat, publish
from experiments.studies.result_table import MARK, markdown, put_result
from experiments.studies.rosters_to_come import Judged
from tests.experiments.measuring import Square

ROOT = Path(__file__).resolve().parents[2]
STUDIES = sorted(file.parent for file in (ROOT / "experiments/studies").glob("*/__main__.py"))


def a_result() -> Result:
    return Result("| new |", {"r2.DR, twice": 0.8})


def test_a_table_is_markdown() -> None:
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_a_result_replaces_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# Study\n\n{MARK}\n\n| old |\n", encoding="utf-8")
    put_result(readme, "| new |")
    put_result(readme, "| newest |")
    assert readme.read_text(encoding="utf-8") == f"# Study\n\n{MARK}\n\n| newest |\n"


def test_judging_compares_with_the_truth() -> None:
    truth = np.array([0.01, 0.03, 0.02, 0.06])
    judged = Judged(
        truth=truth,
        predicted=np.array([0.02, 0.01, 0.02, 0.05]),
        group=np.array([0, 0, 1, 1]),
        intervals={0.9: (truth - [0.01, 0.01, -0.01, 0.01], truth + 0.02)},
    )
    # The first choice takes the worse of two rosters, the second the better: 0.02 of 0.03 lost.
    assert judged.regret == pytest.approx(0.02 / 0.03)
    assert judged.coverage(0.9) == 0.75
    assert judged.rank == pytest.approx(np.corrcoef([1, 3, 2, 4], [2.5, 1, 2.5, 4])[0, 1])
    assert judged.r2 == pytest.approx(1 - (1e-4 + 4e-4 + 0 + 1e-4) / np.sum((truth - 0.03) ** 2))
    again = Judged.from_json(judged.to_json())
    assert (again.regret, again.coverage(0.9), again.r2) == (judged.regret, 0.75, judged.r2)


def test_nested_settings_become_parameters() -> None:
    assert flat({"a": {"b": (1, 2), "c": None}, "d": 0.5}) == {
        "a.b": "(1, 2)",
        "a.c": "None",
        "d": "0.5",
    }


def asked_with(monkeypatch: pytest.MonkeyPatch, *words: str) -> Asked:
    monkeypatch.setattr("sys.argv", ["study", *words])
    return ask("coverage", "about", seeds=range(401, 404), quick_seeds=(9,))


def test_a_quick_run_has_seeds_of_its_own_and_is_never_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked_with(monkeypatch).seeds == (401, 402, 403)
    assert asked_with(monkeypatch, "--quick").seeds == (9,)
    assert asked_with(monkeypatch, "--seeds", "7", "8").seeds == (7, 8)
    with pytest.raises(SystemExit):
        asked_with(monkeypatch, "--quick", "--write")
    assert "proves nothing" in capsys.readouterr().err


def test_results_on_the_way_lie_in_the_home_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked_with(monkeypatch, "--home", "h").work == Path("h/studies/coverage")
    assert asked_with(monkeypatch, "--work", "w").work == Path("w")


@pytest.mark.parametrize("write", [True, False])
def test_a_result_is_told_logged_and_written_if_asked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    write: bool,
) -> None:
    logged: list[tuple[str, Mapping[str, str], Mapping[str, float], Mapping[str, str]]] = []

    def log_study(
        home: Path,
        name: str,
        *,
        parameters: Mapping[str, str],
        metrics: Mapping[str, float],
        texts: Mapping[str, str],
    ) -> None:
        logged.append((name, parameters, metrics, texts))

    monkeypatch.setattr("training.tracking.log_study", log_study)
    readme = tmp_path / "README.md"
    readme.write_text(f"{MARK}\n| old |\n", encoding="utf-8")
    asked = Asked(quick=False, seeds=(1, 2), work=tmp_path, home=tmp_path, write=write)
    publish(asked, "coverage", readme, a_result().measured_as(Square(3, "trace")))
    expected = {"number": "3", "trace": "trace", "seeds": "1 2"}
    assert logged == [("coverage", expected, {"r2.DR_twice": 0.8}, {"table.md": "| new |"})]
    assert capsys.readouterr().out == "| new |\n"
    assert ("| new |" in readme.read_text(encoding="utf-8")) is write


@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
def test_every_study_has_a_target_and_a_place_for_its_table(folder: Path) -> None:
    target = f"study-{folder.name.replace('_', '-')}"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}: .*\n\t.*experiments\.studies\.{folder.name} ", makefile, re.M)
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert f"make {target}" in readme
    assert MARK in readme
