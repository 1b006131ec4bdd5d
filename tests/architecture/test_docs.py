"""The pages describe everything there is, and nothing that is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from features.rosters.feature_set import FEATURES
from features.rosters.lookup import CATALOG_FEATURES
from rosterlift.main import app
from rosterlift.reference import pages
from rosterlift.reference_pages.commands import verbs
from serving.door.openapi import document
from serving.door.operations import OPERATIONS
from serving.settings import ServiceSettings
from tests.architecture.product import PACKAGES, ROOT
from training.settings import Settings

DOCS = ROOT / "docs"
WRITTEN = ("how-it-works.md", "decisions.md", "operating.md", "contributing.md", "scaling.md")
#: Variables that are not ours and that the pages may name.
FOREIGN_VARIABLES = {"MLFLOW_TRACKING_URI"}


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name


TRAINING_SETTINGS = set(_flat(Settings().model_dump()))
VARIABLES = {f"ROSTERLIFT_{name.upper()}" for name in ServiceSettings().model_dump()}
PATHS = {operation.path for operation in OPERATIONS}
OPTIONS = {
    name: {option for parameter in command.params for option in parameter.opts}
    for name, command in verbs(app).items()
}


def _page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _entries(name: str) -> set[str]:
    """What the first cells of a page's tables name."""
    return set(re.findall(r"^\| `([^`]+)` \|", _page(name), re.MULTILINE))


@cache
def _told() -> Mapping[str, tuple[str, ...]]:
    """Everything in code type, by page: inline words and the lines of code blocks."""
    found = {}
    for file in (*sorted(DOCS.glob("*.md")), ROOT / "README.md"):
        text = file.read_text(encoding="utf-8")
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        without = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
        found[file.name] = (*re.findall(r"`([^`\n]+)`", without), *filter(None, lines))
    return found


def _all_told() -> list[tuple[str, str]]:
    return [(name, words) for name, told in _told().items() for words in told]


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert _page(name) == pages()[name], "run: python -m rosterlift.reference"


def test_every_page_is_generated_or_listed_here() -> None:
    assert {file.name for file in DOCS.glob("*.md")} == {*pages(), *WRITTEN}


def test_every_feature_has_its_entry_and_no_other() -> None:
    columns = set(FEATURES.names) | set(CATALOG_FEATURES)
    in_rows = set(re.findall(r"\| `(\w+)` \|$", _page("features.md"), re.MULTILINE))
    assert _entries("features.md") | in_rows == columns


def test_every_setting_has_its_entry_and_no_other() -> None:
    assert _entries("settings.md") == TRAINING_SETTINGS | VARIABLES


def test_every_route_has_its_entry_and_no_other() -> None:
    told = set(re.findall(r"^\| `(?:GET|POST) ([^`]+)` \|", _page("routes.md"), re.MULTILINE))
    assert told == PATHS
    assert told >= set(json.loads(document())["paths"])


def test_every_type_and_field_has_its_entry() -> None:
    parts = re.split(r"^### ", _page("routes.md"), flags=re.MULTILINE)[1:]
    told = {part.split("\n")[0]: set(re.findall(r"^\| `(\w+)`", part, re.M)) for part in parts}
    schemas = json.loads(document())["components"]["schemas"]
    assert told == {name: set(schema.get("properties", {})) for name, schema in schemas.items()}


def test_every_command_has_its_section_and_every_option_its_entry() -> None:
    parts = re.split(r"^## ", _page("commands.md"), flags=re.MULTILINE)[2:]
    told = {
        part.split("\n")[0]: {
            word for cell in re.findall(r"^\| `([^`]+)`", part, re.M) for word in cell.split(", ")
        }
        for part in parts
    }
    expected = {
        name: {o if o.startswith("-") else o.upper() for o in options} - {"--help"}
        for name, options in OPTIONS.items()
    }
    assert told == expected


def test_every_command_line_that_is_told_exists() -> None:
    for name, words in _all_told():
        if not (line := re.match(r"(?:\.venv/bin/)?rosterlift ([a-z]+)\b(.*)", words)):
            continue
        assert line[1] in OPTIONS, f"{name}: {words}"
        assert set(re.findall(r"(?<!\S)--[a-z-]+", line[2])) <= OPTIONS[line[1]], f"{name}: {words}"


def test_every_option_that_is_told_exists() -> None:
    known = {"--version", "--install-completion", "--show-completion"}.union(*OPTIONS.values())
    for name, words in _all_told():
        if words.startswith("--"):
            assert words.split()[0].split("=")[0].rstrip(",") in known, f"{name}: {words}"


def test_every_variable_that_is_told_exists() -> None:
    for name, words in _all_told():
        if found := re.match(r"(ROSTERLIFT_\w+|MLFLOW_\w+|BENTOML_\w+)", words):
            assert found[1] in VARIABLES | FOREIGN_VARIABLES, f"{name}: {words}"


def test_every_setting_that_is_told_exists() -> None:
    sections = {name.split(".")[0] for name in TRAINING_SETTINGS if "." in name}
    for name, words in _all_told():
        if found := re.fullmatch(r"([a-z_]+)\.[a-z_0-9]+", words):
            assert found[1] not in sections or words in TRAINING_SETTINGS, f"{name}: {words}"


def test_every_path_of_the_service_that_is_told_exists() -> None:
    for name, words in _all_told():
        if found := re.match(r"(?:GET |POST )?(/[a-z0-9/.{}_]*)", words):
            assert found[1] in PATHS, f"{name}: {words}"


def test_every_target_that_is_told_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for name, words in _all_told():
        if found := re.match(r"make ([a-z-]+)", words):
            assert found[1] in targets, f"{name}: {words}"


def test_every_file_that_is_told_exists() -> None:
    ours = (*PACKAGES, "tests", "docs")
    for name, words in _all_told():
        if re.fullmatch(rf"(?:{'|'.join(ours)})/[\w./-]*", words):
            assert (ROOT / words).exists(), f"{name}: {words}"


def test_every_link_leads_somewhere() -> None:
    for file in (*DOCS.glob("*.md"), ROOT / "README.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", file.read_text(encoding="utf-8")):
            assert "://" in target or (file.parent / Path(target)).exists(), (
                f"{file.name}: {target}"
            )
