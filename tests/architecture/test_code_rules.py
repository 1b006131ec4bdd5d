"""Rules for every product file: what it may call, how long it may be, that it says what it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.product import (
    dotted_name,
    functions,
    imported_packages,
    product_files,
    public_definitions,
    tree_of,
)

LONGEST_FILE = 300
LONGEST_FUNCTION = 50
#: Reading any of these runs code that somebody else wrote into a file.
EXECUTING_PACKAGES = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "shelve", "marshal",
                      "joblib"}  # fmt: skip
EXECUTING_CALLS = {"eval", "exec", "compile", "__import__", "pandas.read_pickle", "pd.read_pickle",
                   "os.system", "os.popen", "yaml.load", "yaml.unsafe_load"}  # fmt: skip
#: joblib sends work to other processes, of which each end is ours; its load and dump stay out.
SENDING = {Path("training/fan_out.py"): {"Parallel", "delayed", "parallel_config"}}
#: Classes whose docstring is their line in the tree at the top of the file; a test compares both.
DRAWN_IN_A_TREE = Path("features/errors.py")

every_file = pytest.mark.parametrize("file", product_files(), ids=str)


@every_file
def test_nothing_runs_code_out_of_data(file: Path) -> None:
    sending = {"joblib"} if file in SENDING else set()
    assert not (EXECUTING_PACKAGES - sending) & imported_packages(file)
    called = {
        dotted_name(node.func) for node in ast.walk(tree_of(file)) if isinstance(node, ast.Call)
    }
    assert not EXECUTING_CALLS & called


@pytest.mark.parametrize("file", SENDING, ids=str)
def test_of_joblib_only_what_sends_work_is_used(file: Path) -> None:
    imports = [node for node in ast.walk(tree_of(file)) if isinstance(node, ast.Import)]
    assert "joblib" not in {alias.name.split(".")[0] for node in imports for alias in node.names}
    taken = {
        alias.name
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "joblib"
        for alias in node.names
    }
    assert taken == SENDING[file]


@every_file
def test_pickles_are_refused_wherever_numpy_could_read_or_write_one(file: Path) -> None:
    keywords = [
        word
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "allow_pickle"
    ]
    allowed = [
        word.value.lineno
        for word in keywords
        if not (isinstance(word.value, ast.Constant) and word.value.value is False)
    ]
    assert allowed == []


@every_file
def test_nothing_is_printed(file: Path) -> None:
    """Answers go through the terminal's consoles, so that `--json` prints one document."""
    calls = (node for node in ast.walk(tree_of(file)) if isinstance(node, ast.Call))
    assert [call.lineno for call in calls if dotted_name(call.func) == "print"] == []


@every_file
def test_files_and_functions_are_short(file: Path) -> None:
    lines = tree_of(file).body[-1].end_lineno or 0
    assert lines <= LONGEST_FILE
    lengths = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions(file)}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


@every_file
def test_what_is_public_says_what_it_is(file: Path) -> None:
    assert ast.get_docstring(tree_of(file)), "the module has no docstring"
    silent = [
        node.name
        for node in public_definitions(file)
        if not ast.get_docstring(node)
        and not (file == DRAWN_IN_A_TREE and isinstance(node, ast.ClassDef))
    ]
    assert silent == []
