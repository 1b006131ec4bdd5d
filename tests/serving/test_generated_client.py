"""A client that somebody else's generator writes from our document understands the service.

The generator is OpenAPI Generator (https://openapi-generator.tech), which runs on Java. What
it writes is thrown away.
"""

from __future__ import annotations

import importlib
import importlib.resources
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from serving.door.openapi import document
from tests.serving.asking import booking, campaign, compare, predict
from tests.serving.stub_answers import MODEL

PACKAGE = "rosterlift_client"
#: Said of every document, even of one with a single route and no types.
ALWAYS_SAID = ("OpenAPI 3.1 support is still in beta", "Failed to get the schema name: null")

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="the generator needs Java 17")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder a client was written into, and what the generator said."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "docs.json").write_text(document(), encoding="utf-8")
    generator = importlib.resources.files("openapi_generator_cli") / "openapi-generator.jar"
    short_lived = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dlog.level=warn")
    command = ["java", *short_lived, "-jar", str(generator), "generate", "--generator-name=python"]
    command += ["--input-spec", str(folder / "docs.json"), "--output", str(folder)]
    command += ["--additional-properties", f"packageName={PACKAGE}"]
    command += ["--global-property", "models,apis,supportingFiles,modelTests=false,apiTests=false"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder, run.stdout + run.stderr


@pytest.fixture(scope="module")
def package(generated: tuple[Path, str]) -> Iterator[ModuleType]:
    folder, _ = generated
    sys.path.insert(0, str(folder))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def api(package: ModuleType, url: str) -> Iterator[Any]:
    with package.ApiClient(package.Configuration(host=url)) as connected:
        yield package.DefaultApi(connected)


def test_the_generator_finds_nothing_amiss(generated: tuple[Path, str]) -> None:
    _, said = generated
    complaints = [line for line in said.splitlines() if " WARN " in line or " ERROR " in line]
    assert [line for line in complaints if not any(one in line for one in ALWAYS_SAID)] == []


def test_every_operation_has_its_method(package: ModuleType) -> None:
    paths = json.loads(document())["paths"].values()
    operations = {one["operationId"] for methods in paths for one in methods.values()}
    assert operations <= set(vars(package.DefaultApi))


def test_it_predicts(package: ModuleType, api: Any) -> None:
    roster = [package.BookingIn.from_dict(booking(disclosure="none"))]
    asked = package.CampaignIn(
        brand_id="b1",
        category="skincare",
        starts_on=date(2024, 5, 6),
        ends_on=date(2024, 5, 19),
    )
    answer = api.post_v1_predict(
        package.PredictRequest(campaign=asked, roster=roster, interval=0.8)
    )
    assert isinstance(answer, package.Prediction)
    assert answer.interval == 0.8
    assert answer.incremental_revenue.mean == pytest.approx(3_000)
    assert answer.model.trained_until == MODEL.trained_until
    assert [one.code for one in answer.warnings] == ["undisclosed_sponsorship"]
    assert answer.drivers[0].value.actual_instance == 0.31


def test_it_compares(package: ModuleType, api: Any) -> None:
    answer = api.post_v1_compare(package.CompareRequest.from_dict(compare()))
    assert [(one.name, one.rank) for one in answer.scenarios] == [("A", 1), ("B", 2)]
    assert answer.differences[0].lift.low < answer.differences[0].lift.high


def _optimize_request(package: ModuleType, candidates: Any) -> Any:
    return package.OptimizeRequest(
        campaign=package.CampaignIn.from_dict(campaign()),
        budget=5_000,
        candidates=package.OptimizeRequestCandidates(candidates),
        min_share=package.MinShare(tier={"micro": 0.5}),
    )


def test_it_optimizes_over_a_filter_and_over_bookings(package: ModuleType, api: Any) -> None:
    filtered = package.CandidateFilter(category="skincare", max_followers=100_000)
    answer = api.post_v1_optimize(_optimize_request(package, filtered))
    assert [one.fee_source for one in answer.roster] == ["rates"]
    booked = [package.BookingIn.from_dict(booking(creator_id="c2"))]
    answer = api.post_v1_optimize(_optimize_request(package, booked))
    assert [one.creator_id for one in answer.roster] == ["c2"]
    assert answer.solver.status == "optimal"


def test_it_lists_creators(api: Any) -> None:
    answer = api.get_v1_creators(category="skincare", sort="handle", limit=2)
    assert (answer.total, len(answer.items)) == (3, 2)
    assert answer.items[0].observed_on == date(2024, 3, 30)
    assert answer.items[0].features["reply_rate_90d"].actual_instance == 0.31
    one = api.get_v1_creators_creator_id("ünï/c5")
    assert one.handle == "@née/slash"


def test_it_reads_the_model_card_and_the_health(api: Any) -> None:
    assert api.get_v1_model().model.version == MODEL.version
    assert isinstance(api.get_healthz(), str)


def test_a_refusal_is_its_exception_with_the_problem(package: ModuleType, api: Any) -> None:
    nowhere = predict(campaign=campaign(brand_id="b2"))
    with pytest.raises(package.ApiException) as raised:
        api.post_v1_predict(package.PredictRequest.from_dict(nowhere))
    assert raised.value.status == 422
    problem = raised.value.data
    assert isinstance(problem, package.ProblemDocument)
    assert problem.errors[0].path == "campaign.brand_id"
    with pytest.raises(package.exceptions.NotFoundException):
        api.get_v1_creators_creator_id("nobody")
