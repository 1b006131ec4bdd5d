"""ledger and backtest on a small world: files, exit status, words and the document."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rosterlift.ledger_text import ledger_text, standings
from rosterlift.terminal import answers
from serving.directory.ledger import FILE, LedgerFile
from serving.messages.answers import Prediction
from serving.messages.questions import PredictRequest
from serving.request_log.log import RequestLog
from serving.request_log.rows import of_prediction
from serving.request_log.table import FOLDER
from tests.commands.conftest import SETTINGS, invoke
from tests.experiments.ledger.invented_ledger import invented_document
from tests.serving.stub_answers import prediction_of


@pytest.fixture(scope="module")
def few(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world with its first four campaigns alone: too few for any model."""
    folder = tmp_path_factory.mktemp("few") / "wörld"
    shutil.copytree(world, folder)
    campaigns = pd.read_parquet(folder / "campaigns.parquet").sort_values("campaign_id").head(4)
    campaigns.to_parquet(folder / "campaigns.parquet")
    for name in ("bookings", "assignments"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        table[table["campaign_id"].isin(campaigns["campaign_id"])].to_parquet(
            folder / f"{name}.parquet"
        )
    return folder


def asked(world: Path, campaign_id: str) -> tuple[PredictRequest, Prediction]:
    """A question about a campaign that ran, and an answer of the day it was booked."""
    campaigns = pd.read_parquet(world / "campaigns.parquet").set_index("campaign_id")
    bookings = pd.read_parquet(world / "bookings.parquet")
    own: Any = campaigns.loc[campaign_id]
    names = ("creator_id", "platform", "format", "posts", "fee", "creative_freedom")
    roster = bookings.loc[bookings["campaign_id"] == campaign_id, list(names)]
    request = PredictRequest.model_validate(
        {
            "campaign": {
                "brand_id": own["brand_id"],
                "category": own["category"],
                "starts_on": _iso(own["starts_on"]),
                "ends_on": _iso(own["ends_on"]),
            },
            "roster": roster.to_dict("records"),
        }
    )
    as_of = date.fromisoformat(_iso(own["booked_on"]))
    return request, prediction_of(request).model_copy(update={"as_of": as_of})


def _iso(day: Any) -> str:
    return pd.Timestamp(day).date().isoformat()


def test_a_ledger_is_kept_and_told(few: Path, tmp_path: Path) -> None:
    home, settings = tmp_path / "hömé", tmp_path / "settings.toml"
    settings.write_text(SETTINGS)
    log = RequestLog(home / FOLDER)
    request, answer = asked(few, "k0003")
    log.append(of_prediction(request, answer), request_id="r", route="/v1/predict")
    late = answer.model_copy(update={"as_of": request.campaign.starts_on})
    log.append(of_prediction(request, late), request_id="s", route="/v1/predict")
    log.close()
    result = invoke("ledger", few, "--settings", settings, "--home", home, "--json")
    assert result.exit_code == 0, result.output or repr(result.exception)
    told = json.loads(result.stdout)
    assert json.loads((home / FILE).read_text(encoding="utf-8")) == told
    assert LedgerFile(home).read().model_dump(mode="json") == told
    assert told["forecasts"] == {
        "answered": 2,
        "matched": 1,
        "unmatched": {"the catalog knew days of the campaign": 1},
    }
    by_id = {one["campaign_id"]: one for one in told["campaigns"]}
    stated = by_id["k0003"]["stated"]
    assert stated["origin"] == "told"
    assert stated["lift"]["mean"] == answer.lift.mean
    assert "creative_freedom" not in stated["differs"]
    # Its model is in no registry: what a test would show is not known.
    assert stated["test"] is None
    assert by_id["k0003"]["inside"] is None
    others = [one for name, one in by_id.items() if name != "k0003"]
    assert len(others) == 3
    assert all("no model by" in one["why_not"] for one in others)


def test_a_backtest_that_scores_nothing_is_status_1(few: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS)
    home = tmp_path / "home"
    result = invoke("backtest", few, "--settings", settings, "--home", home, "--json")
    assert result.exit_code == 1, result.output or repr(result.exception)
    told = json.loads(result.stdout)
    assert told["scores"] is None
    assert {one["predicted"] for one in told["quarters"]} == {0}
    assert all("no model by" in one["reason"] for one in told["quarters"])


def test_wrong_usage_is_status_2(tmp_path: Path) -> None:
    assert invoke("ledger", tmp_path / "nowhere", "--home", tmp_path).exit_code == 2
    assert invoke("backtest", tmp_path / "nowhere", "--home", tmp_path).exit_code == 2


@pytest.mark.parametrize("truth", [1.0, 0.2])
def test_people_read_every_part(truth: float) -> None:
    told = invented_document(truth=truth)
    with answers.capture() as shown:
        answers.print(ledger_text(told), standings(told["backtest"]))
    text = " ".join(shown.get().split())
    assert "<b>" in text
    assert "4: no finished campaign of that brand on those dates" in text
    assert "warned rightly" in text
    assert "posts" in text
    assert ("Train again." in text) == told["retraining"]["retrain"]
    assert "cheapest" in text
