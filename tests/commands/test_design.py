"""design: which markets to hold out and whether a scenario's lift can be seen, from a source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.catalogs import catalog
from serving.messages.holdout import HoldoutDesign, HoldoutRequest
from serving.messages.questions import PredictRequest
from serving.predictions.scoring import RosterScorer
from tests.commands.conftest import BRAND, Trained, invoke
from training import tracking
from training.forecast import forecast_roster
from training.power.arithmetic import Detection, expected_detection
from training.power.noise import sales_noise

Body = dict[str, Any]


def design(world: Path, *options: object, brand: str = BRAND) -> Any:
    """Run the verb for a quarter of the markets and five weeks."""
    asked = ("--brand", brand, "--weeks", 5, "--share", 0.25)
    return invoke("design", world, *asked, *options)


@pytest.fixture(scope="module")
def answer(served: Trained, body: Body, tmp_path_factory: pytest.TempPathFactory) -> Body:
    """The whole answer for a comparison's rosters, with its assignments in a CSV beside."""
    folder = tmp_path_factory.mktemp("design")
    asked, out = folder / "scenarios.json", folder / "held_out.csv"
    asked.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    options = ("--file", asked, "--out", out, "--home", served.home, "--seed", 3, "--json")
    result = design(served.world, "--starts-on", body["campaign"]["starts_on"], *options)
    assert result.exit_code == 0, result.output or repr(result.exception)
    document: Body = json.loads(result.stdout)
    return {**document, "csv": str(out)}


def test_the_markets_drawn_can_be_put_into_the_table(answer: Body, world: Path) -> None:
    written = pd.read_csv(answer["csv"])
    known = pd.read_parquet(world / "assignments.parquet")
    assert set(written.columns) <= set(known.columns)
    assert written.to_dict("records") == answer["assignments"]
    assert set(written["campaign_id"]) == {answer["campaign_id"]}
    assert int((~written["treated"]).sum()) == answer["recommended"]["held_out"] == 2
    assert written["propensity"].between(0.05, 0.95).all()


def test_each_roster_has_its_chance_and_its_sentence(answer: Body, body: Body) -> None:
    names = [scenario["name"] for scenario in body["scenarios"]]
    assert list(answer["recommended"]["power"]) == names == list(answer["predicted"])
    for name, sentence in zip(names, answer["sentences"], strict=True):
        assert sentence.startswith(f"{name}: ")
        assert f"{answer['recommended']['power'][name]:.0%}" in sentence
    assert answer["can_see"] == (min(answer["recommended"]["power"].values()) >= 0.8)


def test_the_answer_for_people_names_the_markets(served: Trained, body: Body) -> None:
    first = body["campaign"]["starts_on"]
    result = design(served.world, "--starts-on", first, "--weeks", 4, "--leak", 0.5)
    assert result.exit_code == 0, result.output or repr(result.exception)
    for told in ("is seen 4 times in 5", "Held out (seed 0): m", "the test sees 50% of the"):
        assert told in " ".join(result.stdout.split())


def test_the_brand_s_own_calendar_counts_but_for_the_campaign_that_is_tested(world: Path) -> None:
    campaigns = pd.read_parquet(world / "campaigns.parquet")
    last = campaigns[campaigns["brand_id"] == BRAND].sort_values("starts_on").iloc[-1]
    first = pd.Timestamp(last["starts_on"]).date()
    found = {}
    for name in ("another", last["campaign_id"]):
        result = design(world, "--starts-on", first, "--campaign", name, "--json")
        assert result.exit_code == 0, result.output or repr(result.exception)
        found[name] = json.loads(result.stdout)
    counted, own = ([one["campaign_id"] for one in answer["beside"]] for answer in found.values())
    assert set(counted) - set(own) == {last["campaign_id"]}
    assert last["campaign_id"] in found["another"]["beside_sentence"]
    best = found["another"]["recommended"]
    assert best["smallest_detectable_lift"] > best["smallest_detectable_lift_alone"]


def test_a_scenario_of_another_brand_or_day_is_wrong_usage(
    served: Trained, body: Body, tmp_path: Path
) -> None:
    asked = tmp_path / "scenarios.json"
    asked.write_text(json.dumps(body), encoding="utf-8")
    options = ("--file", asked, "--home", served.home, "--starts-on", "2031-01-06")
    result = design(served.world, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "campaign.starts_on: expected 2031-01-06" in " ".join(result.stderr.split())


def test_an_unknown_brand_is_named(world: Path) -> None:
    result = design(world, "--starts-on", "2024-07-01", brand="nobody")
    assert result.exit_code == 2
    assert "no brand with id 'nobody'" in " ".join(result.stderr.split())


def test_a_past_that_is_too_short_is_said(world: Path) -> None:
    result = design(world, "--starts-on", "2023-03-06")
    assert result.exit_code == 2
    assert "no holdout test for brand" in " ".join(result.stderr.split())


@pytest.fixture(scope="module")
def scorer(served: Trained) -> RosterScorer:
    """What the service answers with."""
    return RosterScorer(tracking.champion_bundle(served.home), catalog.load(served.home))


def detection_of(served: Trained, one: HoldoutDesign, markets: Sequence[str] | None) -> Detection:
    """What the arithmetic says of a design on the catalog's sales."""
    noise = sales_noise(catalog.load(served.home).sales, BRAND, markets)
    return expected_detection(noise, one.share, one.weeks)


def test_the_service_says_what_the_roster_s_draws_say(
    served: Trained, scorer: RosterScorer, body: Body
) -> None:
    roster = body["scenarios"][1]["roster"]
    asked = {"campaign": body["campaign"], "roster": roster}
    found = scorer.holdout(
        HoldoutRequest.model_validate(
            {**asked, "shares": [0.3, 0.5], "weeks": [4, 30], "leak": 0.2}
        )
    )
    question = PredictRequest.model_validate(asked)
    forecast = forecast_roster(
        tracking.champion_bundle(served.home),
        catalog.load(served.home),
        question.to_campaign(),
        question.to_roster(),
    )
    assert found.lift == scorer.predict(question).lift
    assert [(d.weeks, d.share) for d in found.designs] == [(4, 0.3), (4, 0.5), (30, 0.3), (30, 0.5)]
    for one in found.designs:
        detection = detection_of(served, one, forecast.baseline.market_ids)
        assert detection.error == pytest.approx(one.standard_error)
        thinned = forecast.lift * min(found.window_weeks / one.weeks, 1.0)
        assert one.power == pytest.approx(float(np.mean(detection.power(thinned, 0.8))))
        assert one.smallest_detectable_lift == pytest.approx(detection.smallest_detectable(0.8))
        assert one.held_out == max(round(one.share * found.markets), 2)
    assert found.recommended in found.designs
    assert found.sentence.split(":")[0] in ("Yes", "Perhaps", "No", "Perhaps")
    assert "leakage_not_counted" not in {warning.code for warning in found.warnings}


def test_the_service_warns_where_nothing_is_taken_to_leak(scorer: RosterScorer, body: Body) -> None:
    asked = {"campaign": body["campaign"], "roster": body["scenarios"][1]["roster"]}
    found = scorer.holdout(HoldoutRequest.model_validate({**asked, "leak": 0}))
    assert "leakage_not_counted" in {warning.code for warning in found.warnings}
    assert {design.weeks for design in found.designs} == {found.window_weeks}


@pytest.mark.parametrize(
    ("chance", "asked", "counted"), [(0.99, None, 0.4), (0.3, None, 0.0), (0.99, 0.1, 0.1)]
)
def test_posts_leak_as_they_did_unless_asked_otherwise(
    served: Trained, body: Body, chance: float, asked: float | None, counted: float
) -> None:
    bundle = tracking.champion_bundle(served.home)
    metrics = {**bundle.manifest.metrics, "leak": 0.4, "leak_chance": chance}
    leaky = replace(bundle, manifest=replace(bundle.manifest, metrics=metrics))
    question = {"campaign": body["campaign"], "roster": body["scenarios"][1]["roster"]}
    found = RosterScorer(leaky, catalog.load(served.home)).holdout(
        HoldoutRequest.model_validate({**question, "leak": asked})
    )
    assert found.leak == counted
    codes = {warning.code for warning in found.warnings}
    assert ("leakage_assumed" in codes) == (asked is None and counted > 0)
    assert ("leakage_not_counted" in codes) == (counted == 0)
    for one in found.designs:
        detection = detection_of(served, one, body["campaign"].get("markets"))
        expected = detection.smallest_detectable(1.0 - counted)
        assert one.smallest_detectable_lift == pytest.approx(expected)
