"""predict: the service's numbers without a service, from JSON and CSV, all or nothing."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from features.catalogs import catalog
from serving.door.body import parse_json, validate
from serving.messages.questions import CompareRequest
from serving.predictions.scoring import RosterScorer
from tests.commands.conftest import BRAND_NAME, CREATOR, Trained, invoke
from training import tracking

Body = dict[str, Any]


@pytest.fixture(scope="module")
def scorer(served: Trained) -> RosterScorer:
    """What the service answers with."""
    return RosterScorer(tracking.champion_bundle(served.home), catalog.load(served.home))


def as_the_service(scorer: RosterScorer, body: Body) -> Any:
    """The answer to a body that came through the service's door: checked, then written anew."""
    asked = validate(CompareRequest, parse_json(json.dumps(body).encode()))
    question = CompareRequest.model_validate_json(asked.model_dump_json())
    return json.loads(scorer.compare(question).model_dump_json())


def written(folder: Path, content: object, name: str = "ask.json") -> Path:
    """A JSON file of the content."""
    file = folder / name
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return file


def without_margin(body: Body) -> Body:
    """The body as a CSV can say it."""
    return {name: value for name, value in body.items() if name != "margin"}


def test_the_numbers_are_the_service_s(
    served: Trained, body: Body, scorer: RosterScorer, tmp_path: Path
) -> None:
    result = invoke("predict", written(tmp_path, body), "--home", served.home, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer == as_the_service(scorer, body)
    first = answer["scenarios"][0]
    assert first["name"] == body["scenarios"][0]["name"]
    assert first["prediction"]["by_creator"][0]["creator_id"] == CREATOR
    assert first["prediction"]["cost"] == pytest.approx(
        sum(booking["fee"] for booking in body["scenarios"][0]["roster"]), abs=1e-9
    )


def test_a_list_is_answered_in_its_order(
    served: Trained, body: Body, scorer: RosterScorer, tmp_path: Path
) -> None:
    other = {**body, "scenarios": body["scenarios"][:0:-1]}
    result = invoke("predict", written(tmp_path, [other, body]), "--home", served.home)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == [as_the_service(scorer, b) for b in (other, body)]


def test_an_empty_list_has_an_empty_answer(served: Trained, tmp_path: Path) -> None:
    result = invoke("predict", written(tmp_path, []), "--home", served.home, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_a_csv_of_bookings_says_the_same(
    served: Trained, body: Body, scorer: RosterScorer, tmp_path: Path
) -> None:
    asked = without_margin(body)
    asked["campaign"] = {**body["campaign"], "brief": 'Zwei Zeilen,\n"in Anführung"\u2028美'}
    file = tmp_path / "bookings.csv"
    file.write_text(_as_csv(asked), encoding="utf-8-sig")
    result = invoke("predict", file, "--home", served.home, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == as_the_service(scorer, asked)


def test_people_read_names_and_money(served: Trained, body: Body, tmp_path: Path) -> None:
    result = invoke("predict", written(tmp_path, body), "--home", served.home)
    assert result.exit_code == 0, result.output
    told = " ".join(result.stdout.split())
    assert "[/] Zwölf" in told
    assert "against" in told


def test_the_brand_s_name_arrives_as_it_was_written(scorer: RosterScorer, served: Trained) -> None:
    assert BRAND_NAME in set(catalog.load(served.home).brands["name"])


def test_an_answer_in_a_file_leaves_standard_output_to_one_document(
    served: Trained, body: Body, scorer: RosterScorer, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "answer.json"
    asked = written(tmp_path, body)
    quiet = invoke("predict", asked, "--out", out, "--home", served.home)
    assert (quiet.exit_code, quiet.stdout) == (0, "")
    assert json.loads(out.read_text(encoding="utf-8")) == as_the_service(scorer, body)
    assert stat.S_IMODE(out.stat().st_mode) & stat.S_IRGRP
    loud = invoke("predict", asked, "--out", out, "--home", served.home, "--json")
    assert json.loads(loud.stdout) == {"out": str(out)}


BROKEN: Mapping[str, tuple[bytes, str]] = {
    "no.json": (b'{"campaign": ', "is not JSON"),
    "bytes.json": (b"\xff\xfe\x00", "cannot be read"),
    "number.json": (b"3", "expected a JSON object"),
    "fields.json": (b'{"campaign": {}, "scenarios": []}', "campaign.brand_id"),
    "second.json": (b'[{"campaign": {}, "scenarios": []}]', "0.campaign.brand_id"),
    "header.csv": (b"scenario,fee\na,1\n", "creator_id"),
    "cells.csv": (
        b"scenario,brand_id,category,starts_on,ends_on,creator_id,fee,invites_ugc\n"
        b"a,b,c,2024-01-01,2024-01-02,x,much,maybe\n",
        "line 2.fee",
    ),
    "wide.csv": (
        b"scenario,brand_id,category,starts_on,ends_on,creator_id\na,b,c,d,e,f,g\n",
        "more values than columns",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_wrong_is_refused_by_name(
    name: str, served: Trained, tmp_path: Path
) -> None:
    content, told = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    out = tmp_path / "answer.json"
    out.write_text("the answer before")
    result = invoke("predict", tmp_path / name, "--out", out, "--home", served.home, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert told.replace(" ", "") in "".join(result.stderr.split())
    assert out.read_text() == "the answer before"


@pytest.mark.parametrize("place", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage(place: str, in_empty_folder: Path) -> None:
    result = invoke("predict", place)
    assert result.exit_code == 2
    assert "cannot be read" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("change", "status", "path"),
    [
        ({"creator_id": "nobody"}, 2, "roster.0.creator_id"),
        ({"posts": 0}, 2, "scenarios.1.roster.0.posts"),
        ({"platform": "fax"}, 2, "scenarios.1.roster.0.platform"),
        ({"fees": 1}, 2, "scenarios.1.roster.0.fees"),
    ],
    ids=["unknown creator", "no post", "unknown platform", "unknown field"],
)
def test_a_wrong_booking_is_named_by_its_path(
    change: Body, status: int, path: str, served: Trained, body: Body, tmp_path: Path
) -> None:
    one, two, *_ = body["scenarios"]
    wrong = {**two, "roster": [{**two["roster"][0], **change}]}
    file = written(tmp_path, {**body, "scenarios": [one, wrong]})
    result = invoke("predict", file, "--home", served.home)
    assert result.exit_code == status
    assert path in "".join(result.stderr.split())


def test_a_failed_write_leaves_the_file_and_nothing_beside_it(
    served: Trained, body: Body, tmp_path: Path
) -> None:
    asked = written(tmp_path, body)
    out = tmp_path / "taken"
    out.mkdir()
    (out / "inside").write_text("kept")
    result = invoke("predict", asked, "--out", out, "--home", served.home)
    assert result.exit_code == 2
    assert "taken" in result.stderr.replace("\n", "")
    assert {file.name for file in tmp_path.iterdir()} == {"ask.json", "taken"}
    assert (out / "inside").read_text() == "kept"


def _as_csv(body: Body) -> str:
    """One line a booking: the scenario's name, the campaign's columns, the booking's."""
    campaign = dict(body["campaign"])
    if "markets" in campaign:
        campaign["markets"] = ";".join(campaign["markets"])
    rows = [
        {"scenario": scenario["name"], **campaign, **booking}
        for scenario in body["scenarios"]
        for booking in scenario["roster"]
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
