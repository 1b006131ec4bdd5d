"""optimize: the service's roster without a service, from a file, all or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from features.catalogs import catalog
from serving.door.body import parse_json, validate
from serving.messages.optimize_questions import OptimizeRequest
from serving.messages.questions import PredictRequest
from serving.predictions.scoring import RosterScorer
from tests.commands.conftest import CREATOR, Trained, invoke
from training import tracking

Body = dict[str, Any]


@pytest.fixture(scope="module")
def scorer(served: Trained) -> RosterScorer:
    """What the service answers with."""
    return RosterScorer(tracking.champion_bundle(served.home), catalog.load(served.home))


@pytest.fixture(scope="module")
def wish(body: Body) -> Body:
    """Six creators at most for 3,000, the one with the unusual id among them."""
    return {
        "campaign": body["campaign"],
        "budget": 3000.0,
        "include": [CREATOR],
        "max_creators": 6,
        "objective": "revenue",
    }


def as_the_service(scorer: RosterScorer, wish: Body) -> Any:
    """The answer to a body that came through the service's door: checked, then written anew."""
    asked = validate(OptimizeRequest, parse_json(json.dumps(wish).encode()))
    question = OptimizeRequest.model_validate_json(asked.model_dump_json())
    return timeless(json.loads(scorer.optimize(question).model_dump_json()))


def timeless(answer: Any) -> Any:
    """The answer without the seconds it took."""
    return {**answer, "solver": {**answer["solver"], "seconds": 0}}


def written(folder: Path, content: object) -> Path:
    file = folder / "wish.json"
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return file


def test_the_roster_is_the_service_s(
    served: Trained, wish: Body, scorer: RosterScorer, tmp_path: Path
) -> None:
    result = invoke("optimize", written(tmp_path, wish), "--home", served.home, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert timeless(answer) == as_the_service(scorer, wish)
    assert CREATOR in {booking["creator_id"] for booking in answer["roster"]}
    question = {"campaign": wish["campaign"], "roster": answer["roster"]}
    predicted = scorer.predict(PredictRequest.model_validate(question))
    assert answer["prediction"] == json.loads(predicted.model_dump_json())


def test_a_list_is_answered_in_its_order(
    served: Trained, wish: Body, scorer: RosterScorer, tmp_path: Path
) -> None:
    other = {**wish, "max_creators": 2, "objective": "profit"}
    result = invoke("optimize", written(tmp_path, [other, wish]), "--home", served.home)
    assert result.exit_code == 0, result.output
    answers = [timeless(one) for one in json.loads(result.stdout)]
    assert answers == [as_the_service(scorer, one) for one in (other, wish)]


def test_an_answer_is_told_in_words(served: Trained, wish: Body, tmp_path: Path) -> None:
    result = invoke("optimize", written(tmp_path, wish), "--home", served.home)
    assert result.exit_code == 0, result.output
    for told in (CREATOR.split()[0], "Together", "no roster is better by more than", "budget"):
        assert told in result.stdout


def test_an_answer_goes_where_it_is_wanted(served: Trained, wish: Body, tmp_path: Path) -> None:
    out = tmp_path / "answer.json"
    asked = written(tmp_path, wish)
    result = invoke("optimize", asked, "--home", served.home, "--out", out, "--json")
    assert json.loads(result.stdout) == {"out": str(out)}
    assert json.loads(out.read_text(encoding="utf-8"))["roster"]


@pytest.mark.parametrize("many", [False, True])
def test_a_conflict_is_wrong_usage_and_named(
    served: Trained, wish: Body, tmp_path: Path, many: bool
) -> None:
    wrong = {**wish, "exclude": [CREATOR]}
    content = [wish, wrong] if many else wrong
    result = invoke("optimize", written(tmp_path, content), "--home", served.home, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    told = "1.exclude.0, 1.include.0" if many else "exclude.0, include.0"
    assert told in " ".join(result.stderr.split())


def test_what_is_no_json_is_wrong_usage(served: Trained, tmp_path: Path) -> None:
    file = tmp_path / "wish.csv"
    file.write_text("creator_id\n")
    result = invoke("optimize", file, "--home", served.home)
    assert result.exit_code == 2
    assert "is not JSON" in " ".join(result.stderr.split())
