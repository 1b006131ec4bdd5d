"""Help, wrong usage and what is loaded before any work begins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rosterlift.main import app
from rosterlift.reference_pages.commands import verbs
from tests.architecture.product import ROOT
from tests.commands.conftest import invoke

VERBS = tuple(verbs(app))
CONTRACT = {
    "demo": {"--serve"},
    "simulate": {"--world", "--campaigns", "--creators", "--markets", "--brands", "--weeks",
                 "--seed"},
    "check": set(),
    "train": {"--settings", "--learner", "--promote", "--reason", "--seed", "--home"},
    "features": {"--engine", "--out"},
    "catalog": {"--as-of", "--home"},
    "predict": {"--out", "--home"},
    "serve": {"--host", "--port", "--workers", "--token-file", "--home"},
    "models": {"--home"},
    "promote": {"--reason", "--home"},
    "rollback": {"--home"},
}  # fmt: skip


def run(*arguments: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as a shell does."""
    return subprocess.run(
        [sys.executable, "-m", "rosterlift.main", *arguments],
        cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    result = invoke(verb, "--help")
    assert result.exit_code == 0
    assert f"Example: rosterlift {verb}" in " ".join(result.output.split())


def test_the_verbs_and_options_of_the_contract_are_there() -> None:
    for verb, options in CONTRACT.items():
        found = {option for parameter in verbs(app)[verb].params for option in parameter.opts}
        wanted = options if verb == "serve" else options | {"--json"}
        assert wanted <= found, verb


@pytest.mark.parametrize(
    "arguments",
    [
        ["devine"],
        ["check"],
        ["models", "--colour", "red"],
        ["serve", "--port", "0"],
        ["train", "world", "--seed", "-1"],
        ["catalog", "world", "--as-of", "yesterday"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_refused_with_2(arguments: list[str]) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage" in result.stderr


def test_a_process_answers_in_the_same_words_and_status() -> None:
    wrong = run("devine")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    shown = run("--version")
    assert (shown.returncode, shown.stdout.split()[0], shown.stderr) == (0, "rosterlift", "")


def test_help_does_not_wait_for_the_heavy_libraries() -> None:
    heavy = ("mlflow", "ibis", "lightgbm", "pandas", "bentoml", "sklearn", "scipy")
    code = f"import sys, rosterlift.main; print([m for m in {heavy} if m in sys.modules])"
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert shown.stdout.strip() == "[]"


def test_a_pipe_gets_one_document_and_no_escape_codes(tmp_path: Path) -> None:
    sizes = ["--campaigns", "2", "--creators", "60", "--markets", "4", "--brands", "2",
             "--weeks", "48"]  # fmt: skip
    done = run("simulate", "out", *sizes, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"out": "out", "world": "randomised", "seed": 0}
    assert "\x1b" not in done.stdout
    assert (tmp_path / "out" / "truth.parquet").is_file()
