"""measure on a source with known lifts, for people and for machines."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.measurement.finished import measure_campaigns
from features.sources.source import open_source
from rosterlift.measurement_text import document, one_campaign, table
from rosterlift.terminal import answers
from tests.commands.conftest import invoke
from tests.experiments.measurement.own_source import Ran, half_of_the_markets, write_source

FIRST = Ran("first", 30, 2, 0.10, half_of_the_markets(1))
NOT_AS_DRAWN = Ran("[/] not as drawn", 45, 2, 0.10, tuple(i < 22 for i in range(24)))
LATE = Ran("late", 57, 2, 0.1, half_of_the_markets(2))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources") / "foreign [1]"
    return write_source(folder, [FIRST, NOT_AS_DRAWN, LATE])


def test_machines_read_all_numbers(source: Path) -> None:
    result = invoke("measure", source, "--campaign", "first", "--json", "--interval", "0.8")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["left_out"] == found["faults"] == {}
    (one,) = found["campaigns"]
    assert one["campaign_id"] == "first"
    assert one["grade"] == "drawn"
    assert one["interval"] == 0.8
    assert one["lift"]["low"] < 0.10 < one["lift"]["high"]
    assert one["p_value"] < 0.01
    added = one["incremental_revenue"]
    assert added["mean"] == pytest.approx(one["lift"]["mean"] * one["baseline_revenue"])
    assert added["low"] < added["mean"] < added["high"]
    assert one["difference_in_differences"]["lift"]["mean"] == pytest.approx(0.10, abs=0.01)
    assert one["window"] == {"first": "2024-07-29", "last": "2024-09-08"}
    assert sum(one["weights"].values()) == pytest.approx(1)
    assert all(check["passed"] for check in one["checks"])


def test_people_read_all_campaigns_and_faults_make_the_status_1(source: Path) -> None:
    result = invoke("measure", source)
    assert result.exit_code == 1, result.output
    assert "[/] not as drawn: sample ratio: 22 of 24 markets treated" in result.stdout
    assert "late: its window is not over" in result.stdout


def test_where_nothing_can_be_measured_the_status_is_1(source: Path) -> None:
    result = invoke("measure", source, "--campaign", "late", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "campaigns": [],
        "left_out": {"late": "its window is not over"},
        "faults": {},
    }


def test_wrong_usage_is_status_2(source: Path, tmp_path: Path) -> None:
    assert invoke("measure", source, "--campaign", "unknown").exit_code == 2
    assert invoke("measure", tmp_path / "nowhere").exit_code == 2
    assert invoke("measure", source, "--interval", "1.5").exit_code == 2


def test_ends_that_the_data_do_not_bound_are_null_and_any(source: Path) -> None:
    found = measure_campaigns(open_source(source), campaign_id="first")
    (one,) = found.measured
    wide = replace(one.measurement.estimate, high=math.inf)
    endless = replace(one, measurement=replace(one.measurement, estimate=wide))
    told = document(replace(found, measured=(endless,)))["campaigns"][0]
    assert told["lift"]["high"] is None
    assert told["lift"]["low"] == wide.low
    with answers.capture() as shown:
        answers.print(one_campaign(endless), table((endless,)))
    assert "sales of 2024-07-29 to 2024-09-08" in shown.get()
    assert "to any)" in shown.get()
    assert "placebo in time" in shown.get()
