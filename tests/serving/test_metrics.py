"""What is counted, that the number of series stays bounded, and several processes together."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import httpx
import pytest

from serving.door.metrics import MOST_CODES, Metrics
from tests.architecture.product import ROOT
from tests.serving.asking import booking, compare, optimize, predict
from tests.serving.counted import Series, card_of, series_in
from tests.serving.served import served_on_loopback
from tests.serving.stubs import StubLoader


def _named(found: Series, name: str) -> dict[tuple[str, ...], float]:
    return {labels: value for (own, labels), value in found.items() if own == name}


def test_forecasts_are_counted_by_route_and_warnings_by_code() -> None:
    with served_on_loopback() as url:
        roster = [booking(creator_id=f"c{row}", disclosure="none") for row in range(3)]
        for _ in range(2):
            assert httpx.post(f"{url}/v1/predict", json=predict(roster=roster)).is_success
        httpx.post(f"{url}/v1/compare", json=compare())
        httpx.post(f"{url}/v1/optimize", json=optimize())
        httpx.post(f"{url}/v1/predict", json={})
        found = series_in(httpx.get(f"{url}/metrics").text)
    assert _named(found, "rosterlift_predictions_total") == {
        ("/v1/predict",): 2,
        ("/v1/compare",): 2,
        ("/v1/optimize",): 1,
    }
    assert _named(found, "rosterlift_warnings_total") == {("undisclosed_sponsorship",): 6}
    assert _named(found, "rosterlift_request_log_lost_total") == {(): 0}


def test_what_answers_is_told_and_how_old_its_catalog_is() -> None:
    metrics = Metrics(today=lambda: date(2024, 4, 11))
    metrics.show(card_of("7", date(2024, 4, 1)))
    found = series_in(metrics.text().decode())
    assert _named(found, "rosterlift_model_info") == {("r7", "7"): 1}
    assert _named(found, "rosterlift_catalog_info") == {("2024-04-01",): 1}
    assert _named(found, "rosterlift_catalog_age_days") == {(): 10}


def test_every_metric_has_its_entry_in_the_pages_and_no_other() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(rosterlift_[a-z_]+)`", page))
    written = set(re.findall(r"^# TYPE (\w+)", Metrics().text().decode(), re.MULTILINE))
    # A counter is exposed with the time it began, too.
    assert told == {name for name in written if not name.endswith("_created")}


def test_where_nothing_is_loaded_nothing_is_said_of_it() -> None:
    with served_on_loopback(StubLoader(catalog=None, model=None)) as url:
        found = series_in(httpx.get(f"{url}/metrics").text)
    for name in ("model_info", "catalog_info", "catalog_age_days"):
        assert _named(found, f"rosterlift_{name}") == {}


def test_former_versions_are_forgotten() -> None:
    metrics = Metrics()
    for version in range(50):
        metrics.show(card_of(str(version), date(2024, 1, 1 + version % 28)))
    found = series_in(metrics.text().decode())
    assert _named(found, "rosterlift_model_info") == {("r49", "49"): 1}
    assert len(_named(found, "rosterlift_catalog_info")) == 1
    metrics.show(None)
    assert _named(series_in(metrics.text().decode()), "rosterlift_model_info") == {}


def test_codes_beyond_any_that_there_are_share_a_series() -> None:
    metrics = Metrics()
    metrics.count_forecasts("/v1/predict", [[f"code_{number}"] for number in range(1000)])
    counted = _named(series_in(metrics.text().decode()), "rosterlift_warnings_total")
    assert len(counted) == MOST_CODES + 1
    assert sum(counted.values()) == 1000


PROCESS = """
import os
from datetime import date
from serving.door.metrics import Metrics
from tests.serving.counted import card_of

metrics = Metrics(today=lambda: date(2024, 4, 11))
metrics.show(card_of("1", date(2024, 1, 1)))
metrics.show(card_of({version!r}, date(2024, 4, {day})))
metrics.in_flight.inc(3)
metrics.count_forecasts("/v1/predict", [["new_brand"]])
print(metrics.text().decode(), flush=True)
os._exit(9)  # as if killed: nothing is tidied up
"""


def _process(folder: Path, version: str, day: int) -> Series:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    code = PROCESS.format(version=version, day=day)
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 9, run.stderr
    return series_in(run.stdout)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "counters"
    folder.mkdir()
    return folder


def test_a_killed_process_counts_on_but_answers_no_more(shared: Path) -> None:
    _process(shared, "7", 1)
    found = _process(shared, "8", 2)
    assert _named(found, "rosterlift_model_info") == {("r8", "8"): 1}
    assert _named(found, "rosterlift_catalog_age_days") == {(): 9}
    assert _named(found, "rosterlift_requests_in_flight") == {(): 3}
    assert _named(found, "rosterlift_predictions_total") == {("/v1/predict",): 2}
    assert _named(found, "rosterlift_warnings_total") == {("new_brand",): 2}
