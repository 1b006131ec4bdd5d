"""Every forecast that was answered is in the log; nothing that goes wrong there fails a request."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from serving.messages.questions import PredictRequest
from serving.request_log.log import RequestLog
from serving.request_log.table import COLUMNS, FOLDER, FORMAT, log_files, read_requests
from serving.settings import ServiceSettings
from tests.architecture.product import ROOT
from tests.serving.asking import booking, campaign, compare, optimize, predict
from tests.serving.counted import series_in
from tests.serving.logged import forecasts
from tests.serving.served import served_on_loopback
from tests.serving.stub_answers import AS_OF, MODEL

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _asked(tmp_path: Path, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], pd.DataFrame]:
    """The answer, and the log as it stands the moment the answer is there."""
    with served_on_loopback(settings=ServiceSettings(home=tmp_path)) as url:
        response = httpx.post(url + path, json=body, headers={"X-Request-Id": "mine"})
        return response.json(), read_requests(tmp_path)


def _same_numbers(row: pd.Series[Any], prediction: dict[str, Any]) -> None:
    for name in ("lift", "incremental_revenue"):
        for part in ("mean", "low", "high"):
            assert row[f"{name}_{part}"] == prediction[name][part]
    for name in ("interval", "baseline_revenue", "cost"):
        assert row[name] == prediction[name]
    assert row["evidence"] == prediction["evidence"]["grade"]
    assert row["warnings"] == [one["code"] for one in prediction["warnings"]]
    assert row["model_version"] == prediction["model"]["version"]


def test_a_prediction_is_written_before_its_answer_is_there(tmp_path: Path) -> None:
    body = predict(interval=0.8, roster=[booking(disclosure="none")])
    answer, log = _asked(tmp_path, "/v1/predict", body)
    (row,) = (row for _, row in log.iterrows())
    _same_numbers(row, answer)
    assert (row["request_id"], row["route"], row["scenario"]) == ("mine", "/v1/predict", None)
    assert (row["model_name"], row["run_id"]) == (MODEL.name, MODEL.run_id)
    assert row["as_of"] == pd.Timestamp(AS_OF)
    assert pd.Timestamp.now("UTC") - row["answered_at"] < timedelta(minutes=1)
    asked = PredictRequest.model_validate({"campaign": row["campaign"], "roster": row["roster"]})
    assert asked == PredictRequest.model_validate({**body, "interval": 0.9})
    assert row["warnings"] == ["undisclosed_sponsorship"]


def test_each_scenario_of_a_comparison_has_its_row(tmp_path: Path) -> None:
    answer, log = _asked(tmp_path, "/v1/compare", compare())
    assert list(log["scenario"]) == ["A", "B"]
    assert set(log["request_id"]) == {"mine"}
    for (_, row), told, asked in zip(
        log.iterrows(), answer["scenarios"], compare()["scenarios"], strict=True
    ):
        _same_numbers(row, told["prediction"])
        assert row["roster"][0]["creator_id"] == asked["roster"][0]["creator_id"]


def test_the_roster_chosen_under_a_budget_has_its_row(tmp_path: Path) -> None:
    answer, log = _asked(tmp_path, "/v1/optimize", optimize())
    (row,) = (row for _, row in log.iterrows())
    _same_numbers(row, answer["prediction"])
    assert row["route"] == "/v1/optimize"
    assert [one["creator_id"] for one in row["roster"]] == ["c1"]
    assert row["roster"][0]["fee_source"] == "rates"


def test_what_is_refused_leaves_no_row(tmp_path: Path) -> None:
    _, log = _asked(tmp_path, "/v1/predict", predict(campaign=campaign(brand_id="b2")))
    assert log.empty
    assert list(log.columns) == list(COLUMNS)


def test_it_is_off_where_the_settings_say_so(tmp_path: Path) -> None:
    settings = ServiceSettings(home=tmp_path, request_log=False)
    with served_on_loopback(settings=settings) as url:
        assert httpx.post(f"{url}/v1/predict", json=predict()).status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_any_words_come_back_as_they_were(tmp_path: Path) -> None:
    words = "ünï ' \" ; DROP TABLE requests; -- \n \x00 𝕊 \u2028"
    RequestLog(tmp_path / FOLDER).append(forecasts(words), request_id="r", route="/")
    assert read_requests(tmp_path)["campaign"][0]["brief"] == words


def test_a_file_is_of_the_format_and_cannot_be_changed(tmp_path: Path) -> None:
    RequestLog(tmp_path / FOLDER).append(forecasts(), request_id="r", route="/")
    (file,) = log_files(tmp_path / FOLDER)
    with closing(sqlite3.connect(file)) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (FORMAT,)
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        for change in ("UPDATE requests SET cost = 0", "DELETE FROM requests"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                opened.execute(change)


def test_each_day_by_utc_has_its_file_and_the_oldest_go(tmp_path: Path) -> None:
    days = iter([NOON + timedelta(days=step) for step in (0, 0, 1, 2)])
    log = RequestLog(tmp_path / FOLDER, most_files=2, clock=lambda: next(days))
    for number in range(4):
        log.append(forecasts(), request_id=f"r{number}", route="/")
    names = [file.name for file in log_files(tmp_path / FOLDER)]
    assert names == ["2026-03-02.1.sqlite", "2026-03-03.1.sqlite"]
    assert list(read_requests(tmp_path)["request_id"]) == ["r2", "r3"]


def test_a_day_goes_on_in_another_file_where_one_is_full(tmp_path: Path) -> None:
    log = RequestLog(tmp_path / FOLDER, largest_file=50_000, clock=lambda: NOON)
    for number in range(60):
        log.append(forecasts("x" * 4_000), request_id=f"r{number}", route="/")
    log.close()
    files = log_files(tmp_path / FOLDER)
    assert [file.name for file in files] == [
        f"2026-03-01.{number}.sqlite" for number in range(1, len(files) + 1)
    ]
    assert len(files) >= 5
    assert max(file.stat().st_size for file in files) < 50_000 + 20_000
    assert list(read_requests(tmp_path)["request_id"]) == [f"r{number}" for number in range(60)]


def test_the_tenth_file_of_a_day_follows_the_ninth(tmp_path: Path) -> None:
    log = RequestLog(tmp_path / FOLDER, largest_file=1, clock=lambda: NOON)
    for number in range(11):
        log.append(forecasts(), request_id=f"r{number}", route="/")
    assert [file.name.split(".")[1] for file in log_files(tmp_path / FOLDER)] == [
        str(number) for number in range(1, 12)
    ]


def test_many_writers_lose_nothing_while_files_fill_up(tmp_path: Path) -> None:
    lost: list[int] = []

    def write(writer: int) -> None:
        log = RequestLog(tmp_path / FOLDER, largest_file=60_000, lost=lost.append)
        for number in range(50):
            log.append(forecasts(times=2), request_id=f"{writer}-{number}", route="/")
        log.close()

    with ThreadPoolExecutor(6) as writers:
        list(writers.map(write, range(6)))
    expected = [f"{writer}-{number}" for writer in range(6) for number in range(50)] * 2
    assert lost == []
    assert sorted(read_requests(tmp_path)["request_id"]) == sorted(expected)


def test_a_log_that_cannot_be_written_fails_no_request(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    with served_on_loopback(settings=ServiceSettings(home=tmp_path)) as url:
        for _ in range(3):
            assert httpx.post(f"{url}/v1/predict", json=predict()).status_code == 200
        assert httpx.post(f"{url}/v1/compare", json=compare()).status_code == 200
        counted = series_in(httpx.get(f"{url}/metrics").text)
        assert counted["rosterlift_request_log_lost_total", ()] == 5
        complaints = [one for one in caplog.records if "are not written" in one.getMessage()]
        assert len(complaints) == 1
        (tmp_path / FOLDER).unlink()
        assert httpx.post(f"{url}/v1/predict", json=predict()).status_code == 200
    assert len(read_requests(tmp_path)) == 1


FULL_DISK = """
import resource, sys
from pathlib import Path
from serving.request_log.log import RequestLog
from tests.serving.logged import forecasts

lost = []
log = RequestLog(Path(sys.argv[1]), lost=lost.append)
log.append(forecasts(), request_id="before", route="/")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for number in range(50):
    log.append(forecasts("x" * 10_000), request_id=str(number), route="/")
print(sum(lost))
"""


def _python(code: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def test_a_full_disk_loses_rows_that_are_counted_and_no_others(tmp_path: Path) -> None:
    told, _ = _python(FULL_DISK, str(tmp_path / FOLDER)).communicate(timeout=60)
    found = read_requests(tmp_path)
    assert found["request_id"][0] == "before"
    assert int(told) > 0
    assert len(found) + int(told) == 51
    _intact(tmp_path)


WRITER = """
import itertools, sys
from pathlib import Path
from serving.request_log.log import RequestLog
from tests.serving.logged import forecasts

log = RequestLog(Path(sys.argv[1]), largest_file=400_000)
for number in itertools.count():
    log.append(forecasts("x" * 5_000, times=3), request_id=f"{sys.argv[2]}-{number}", route="/")
    print(f"{sys.argv[2]}-{number}", flush=True)
"""


def test_a_killed_process_leaves_all_it_had_committed_and_nothing_half(tmp_path: Path) -> None:
    writers = [_python(WRITER, str(tmp_path / FOLDER), name) for name in ("a", "b")]
    told: list[str] = []
    for writer in writers:
        assert writer.stdout is not None
        told += [writer.stdout.readline().strip() for _ in range(150)]
        writer.send_signal(signal.SIGKILL)
        told += writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
    rows = read_requests(tmp_path)["request_id"].value_counts()
    assert set(told) <= set(rows.index)
    assert set(rows) == {3}
    assert len(set(rows.index) - set(told)) <= 2  # committed, killed before it was said
    _intact(tmp_path)


def _intact(home: Path) -> None:
    for file in log_files(home / FOLDER):
        with closing(sqlite3.connect(file)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_one_day_s_files_are_read_as_plain_sql(tmp_path: Path) -> None:
    """Whoever has no Python reads the same: text, numbers and JSON."""
    RequestLog(tmp_path / FOLDER).append(forecasts(), request_id="r", route="/v1/predict")
    (file,) = log_files(tmp_path / FOLDER)
    with closing(sqlite3.connect(file)) as opened:
        found: Sequence[Any] = opened.execute(
            "SELECT json_extract(roster, '$[0].creator_id'), warnings, typeof(cost) FROM requests"
        ).fetchone()
    assert found[0] == "c1"
    assert json.loads(found[1]) == []
    assert found[2] == "real"
