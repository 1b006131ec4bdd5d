"""GET /v1/ledger: what the home keeps, as the document says, or a clear word that there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator

from experiments.ledger import document as kept
from serving.directory.ledger import FILE
from serving.door.openapi import document
from serving.settings import ServiceSettings
from tests.experiments.ledger.invented_ledger import invented_document
from tests.serving.served import served_on_loopback


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / FILE).parent.mkdir()
    return folder


@pytest.fixture(scope="module")
def asked(home: Path) -> Iterator[httpx.Client]:
    with (
        served_on_loopback(settings=ServiceSettings(home=home)) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client


def test_both_sides_name_the_same_file() -> None:
    assert kept.FILE == FILE


def test_a_home_without_one_says_what_to_do(asked: httpx.Client, home: Path) -> None:
    (home / FILE).unlink(missing_ok=True)
    found = asked.get("/v1/ledger")
    assert found.status_code == 404
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["title"] == "No ledger yet"
    assert "none was made yet. Run `rosterlift ledger SOURCE`" in found.json()["detail"]


def test_what_is_kept_is_answered_and_is_what_the_document_says(
    asked: httpx.Client, home: Path
) -> None:
    content = invented_document()
    (home / FILE).write_text(json.dumps(content), encoding="utf-8")
    found = asked.get("/v1/ledger")
    assert found.status_code == 200
    assert found.json() == content
    told = json.loads(document())
    answer = told["paths"]["/v1/ledger"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": told["components"]}).validate(found.json())


@pytest.mark.parametrize("written", ['{"format": 2}', "{", ""])
def test_one_of_another_release_is_none(asked: httpx.Client, home: Path, written: str) -> None:
    (home / FILE).write_text(written, encoding="utf-8")
    found = asked.get("/v1/ledger")
    assert found.status_code == 404
    assert "another release wrote it" in found.json()["detail"]


def test_the_page_is_there(asked: httpx.Client) -> None:
    found = asked.get("/ledger")
    assert found.status_code == 200
    assert "page/ledger.js" in found.text
    assert asked.get("/page/ledger.js").status_code == 200
