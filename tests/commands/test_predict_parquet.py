"""predict on Parquet: one row a scenario, the numbers of the JSON path, whatever else is wrong."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.catalogs import catalog
from rosterlift import answer_stream, scenario_stream
from serving.messages.questions import CompareRequest
from serving.predictions.scoring import RosterScorer
from tests.commands.conftest import Trained, invoke
from training import tracking

Row = dict[str, Any]


@pytest.fixture(scope="module")
def scorer(served: Trained) -> RosterScorer:
    return RosterScorer(tracking.champion_bundle(served.home), catalog.load(served.home))


def rows_of(body: Row, scenarios: list[Row] | None = None) -> list[Row]:
    """One row a booking, as a warehouse would hold it: days as dates, absent values as null."""
    campaign = dict(body["campaign"])
    for name in ("starts_on", "ends_on"):
        campaign[name] = date.fromisoformat(campaign[name])
    return [
        {"scenario": scenario["name"], **campaign, **booking}
        for scenario in scenarios or body["scenarios"]
        for booking in scenario["roster"]
    ]


def parquet(folder: Path, rows: list[Row], name: str = "bookings.parquet") -> Path:
    pq.write_table(pa.Table.from_pylist(rows), folder / name, row_group_size=5)
    return folder / name


def asked(file: Path, home: Path, *options: object, out: str = "out.parquet") -> tuple[int, Any]:
    """Exit status and the answers, as a frame; what was told where there are none."""
    place = file.parent / out
    result = invoke("predict", file, "--home", home, "--out", place, "--json", *options)
    if not place.exists():
        return result.exit_code, " ".join(result.stderr.split())
    if out.endswith("parquet"):
        answers = pd.read_parquet(place)
    else:
        answers = pd.DataFrame([json.loads(line) for line in place.read_text().splitlines()])
    summary = json.loads(result.stdout)
    assert (summary["out"], summary["scenarios"]) == (str(place), len(answers))
    assert summary["failed"] == answers["error"].notna().sum()
    return result.exit_code, answers


@pytest.mark.parametrize("out", ["out.parquet", "out.jsonl"])
def test_the_numbers_are_those_of_the_json_path(
    served: Trained, body: Row, scorer: RosterScorer, tmp_path: Path, out: str
) -> None:
    status, answers = asked(parquet(tmp_path, rows_of(body)), served.home, out=out)
    assert status == 0
    expected = scorer.compare(CompareRequest.model_validate(body)).scenarios
    assert answers["scenario"].tolist() == [one.name for one in expected]
    for (_, row), one in zip(answers.iterrows(), expected, strict=True):
        told = one.prediction
        for name in ("lift", "incremental_revenue", "return_on_spend"):
            for part in ("mean", "low", "high"):
                assert row[f"{name}_{part}"] == getattr(getattr(told, name), part)
        for name in ("probability_positive", "baseline_revenue", "cost"):
            assert row[name] == getattr(told, name)
        assert (row["people"], row["impressions"]) == (told.reach.people, told.reach.impressions)
        assert row["evidence"] == told.evidence.grade
        assert row["warnings"].split() == [warning.code for warning in told.warnings]
        assert row["bookings"] == len(told.by_creator)
        assert pd.isna(row["error"])


def test_scenarios_with_faults_do_not_stop_the_others(
    served: Trained, body: Row, tmp_path: Path
) -> None:
    one, two, three = body["scenarios"]
    wrong = [
        {**two, "name": "nobody", "roster": [{**two["roster"][0], "creator_id": "nobody"}]},
        {**two, "name": "no posts", "roster": [{**two["roster"][0], "posts": 0}]},
        {**two, "name": "too many", "roster": two["roster"][:1] * 600},
    ]
    rows = rows_of(body, [one, *wrong, three])
    torn = rows_of(body, [{**two, "name": "torn", "roster": two["roster"][:2]}])
    torn[1]["brief"] = "Another brief."
    status, answers = asked(parquet(tmp_path, rows + torn), served.home)
    assert status == 1
    errors = answers.set_index("scenario")["error"]
    assert errors[[one["name"], three["name"]]].isna().all()
    first = len(one["roster"]) + 1
    assert errors["nobody"].startswith(f"row {first} and on: roster.0.creator_id")
    assert "roster.0.posts" in errors["no posts"]
    assert "500" in errors["too many"]
    assert (
        errors["torn"] == f"row {len(rows) + 2}: another campaign than the scenario's first row's"
    )
    assert answers.set_index("scenario").loc["too many", "bookings"] == 600
    assert answers.loc[answers["error"].notna(), "lift_mean"].isna().all()


def test_scenarios_may_have_campaigns_of_their_own(
    served: Trained, body: Row, tmp_path: Path
) -> None:
    one, two, _ = body["scenarios"]
    later = {**body, "campaign": {**body["campaign"], "ends_on": "2031-03-31"}}
    later["campaign"]["starts_on"] = "2031-03-03"
    rows = rows_of(body, [one]) + rows_of(later, [two])
    status, answers = asked(parquet(tmp_path, rows), served.home)
    assert status == 0
    assert "baseline_far_ahead" in answers["warnings"][1]


@pytest.mark.parametrize("kind", ["timestamp", "text"])
def test_days_and_markets_may_be_written_in_several_ways(
    served: Trained, body: Row, tmp_path: Path, kind: str
) -> None:
    markets = ["m001", "m002", "m003"]
    body = {**body, "campaign": {**body["campaign"], "markets": markets}}
    plain = rows_of(body)
    other = [dict(row) for row in plain]
    for row in other:
        for name in ("starts_on", "ends_on"):
            moment = datetime.combine(row[name], datetime.min.time())
            row[name] = moment if kind == "timestamp" else row[name].isoformat()
        row["markets"] = ";".join(markets)
    _, expected = asked(parquet(tmp_path, plain), served.home)
    status, found = asked(parquet(tmp_path, other), served.home)
    assert status == 0, found["error"].tolist()
    pd.testing.assert_frame_equal(found, expected)


def test_a_scenario_that_comes_back_is_named_by_its_row(
    served: Trained, body: Row, tmp_path: Path
) -> None:
    one, two, _ = body["scenarios"]
    rows = rows_of(body, [one, two, {**one, "roster": one["roster"][:1]}])
    file = parquet(tmp_path, rows)
    (tmp_path / "out.jsonl").write_text("the answers before")
    result = invoke("predict", file, "--home", served.home, "--out", tmp_path / "out.jsonl")
    assert result.exit_code == 2
    assert f"row {len(rows)}: scenario" in " ".join(result.stderr.split())
    assert (tmp_path / "out.jsonl").read_text() == "the answers before"
    assert {one.name for one in tmp_path.iterdir()} == {"bookings.parquet", "out.jsonl"}


def test_waves_and_workers_change_nothing(
    served: Trained, body: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosters = [{**body["scenarios"][i % 3], "name": f"r{i}"} for i in range(12)]
    file = parquet(tmp_path, rows_of(body, rosters))
    _, at_once = asked(file, served.home)
    monkeypatch.setattr(answer_stream, "_PIECE_BOOKINGS", 3)
    monkeypatch.setattr(answer_stream, "_PIECES_A_JOB", 1)
    monkeypatch.setattr(answer_stream, "_GROUP_ROWS", 5)
    monkeypatch.setattr(scenario_stream, "_BATCH_ROWS", 7)
    settings = tmp_path / "settings.toml"
    settings.write_text('[parallel]\nbackend = "loky"\njobs = 2\n')
    for options in ((), ("--settings", settings)):
        _, in_waves = asked(file, served.home, *options)
        pd.testing.assert_frame_equal(in_waves, at_once)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"creator_id": None}, "expected columns creator_id"),
        ({"fees": 3}, "no such field: fees"),
        ({"scenario": ""}, "row 1: the scenario is empty"),
    ],
    ids=["missing column", "unknown column", "no name"],
)
def test_a_file_that_is_wrong_throughout_is_refused(
    served: Trained, body: Row, tmp_path: Path, change: Row, told: str
) -> None:
    rows = [
        {name: value for name, value in {**row, **change}.items() if value is not None}
        for row in rows_of(body)
    ]
    status, sentence = asked(parquet(tmp_path, rows), served.home)
    assert status == 2
    assert told in sentence


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
def test_a_file_cut_short_is_refused(
    served: Trained, body: Row, tmp_path: Path, kept: float
) -> None:
    file = parquet(tmp_path, rows_of(body))
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * kept)])
    status, sentence = asked(file, served.home)
    assert status == 2
    assert "cannot be read as Parquet" in sentence


def test_no_rows_are_no_answers(served: Trained, body: Row, tmp_path: Path) -> None:
    table = pa.Table.from_pylist(rows_of(body)).slice(0, 0)
    pq.write_table(table, tmp_path / "none.parquet")
    status, answers = asked(tmp_path / "none.parquet", served.home)
    assert (status, len(answers)) == (0, 0)


@pytest.mark.parametrize("out", [None, "answers.csv"])
def test_answers_need_a_place_that_holds_rows(
    served: Trained, body: Row, tmp_path: Path, out: str | None
) -> None:
    options = [] if out is None else ["--out", tmp_path / out]
    result = invoke("predict", parquet(tmp_path, rows_of(body)), "--home", served.home, *options)
    assert result.exit_code == 2
    assert ".parquet or .jsonl" in " ".join(result.stderr.split())
