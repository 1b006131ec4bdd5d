"""The question the product was built for: fifty micro creators, is +35 % plausible?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import demo, example
from experiments.worlds.simulate import WorldSettings, simulate
from features.errors import NoBaselineError
from features.snapshots.assembly import snapshot
from features.snapshots.snapshot import Snapshot
from features.sources.source import open_source
from serving.messages.questions import CompareRequest
from serving.predictions.scoring import RosterScorer
from training.run import fit_run
from training.settings import BoostingSettings, IntervalSettings, Settings

WORLD = WorldSettings(
    campaigns=50,
    creators=450,
    markets=12,
    brands=4,
    weeks=110,
    seed=1,
    future_campaigns=0,
    known_brands=demo.WORLD.known_brands,
)
QUICK = Settings(
    boosting=BoostingSettings(max_rounds=40), intervals=IntervalSettings(bags=8, draws=600)
)


@dataclass(frozen=True)
class Case:
    known: Snapshot
    scorer: RosterScorer
    small: str
    large: str

    def ask(self, brand: str) -> dict[str, Any]:
        request = CompareRequest.model_validate(example.ask(self.known, brand))
        return self.scorer.compare(request).model_dump(mode="json")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    world: Path = tmp_path_factory.mktemp("seed-case") / "world"
    simulate(WORLD, world)
    bundle = fit_run(open_source(world), QUICK).bundle
    known = snapshot(open_source(world))
    return Case(known, RosterScorer(bundle, known), *example.brands_by_size(known))


def test_the_brands_sell_what_the_case_says(case: Case) -> None:
    small, large = (example.yearly_revenue(case.known, b) for b in (case.small, case.large))
    assert small == pytest.approx(1.2e6, rel=0.35)
    assert large == pytest.approx(20e6, rel=0.35)


def test_three_rosters_cost_the_same_money(case: Case) -> None:
    scenarios = example.ask(case.known, case.small)["scenarios"]
    costs = [sum(booking["fee"] for booking in s["roster"]) for s in scenarios]
    assert [len(s["roster"]) for s in scenarios] == [50, 3, 27]
    assert costs == pytest.approx([costs[0]] * 3, rel=1e-3)


def test_micro_creators_have_the_followers_asked_for(case: Case) -> None:
    roster = example.ask(case.known, case.small)["scenarios"][0]["roster"]
    followers = [
        case.known.accounts.loc[(b["creator_id"], b["platform"]), "followers"] for b in roster
    ]
    assert min(followers) >= 5_000
    assert max(followers) <= 20_000


def test_same_money_moves_the_small_brand_more_and_less_surely(case: Case) -> None:
    small, large = (
        case.ask(b)["scenarios"][0]["prediction"]["lift"] for b in (case.small, case.large)
    )
    assert small["mean"] > 2 * large["mean"]
    assert small["high"] - small["low"] > 2 * (large["high"] - large["low"])
    assert 0 < large["mean"] < 0.10


def test_the_claim_of_35_percent_is_answered_with_an_interval(case: Case) -> None:
    answer = case.ask(case.large)
    lift = answer["scenarios"][0]["prediction"]["lift"]
    assert lift["high"] < example.CLAIMED_LIFT
    assert "not plausible" in demo.verdict_on_claim(answer)


def test_money_is_lift_times_baseline(case: Case) -> None:
    prediction = case.ask(case.small)["scenarios"][1]["prediction"]
    expected = prediction["lift"]["mean"] * prediction["baseline_revenue"]
    assert prediction["incremental_revenue"]["mean"] == pytest.approx(expected, rel=1e-9)


def test_parts_add_up_to_the_roster(case: Case) -> None:
    prediction = case.ask(case.small)["scenarios"][0]["prediction"]
    total = prediction["incremental_revenue"]["mean"]
    for parts in ("by_creator", "by_market"):
        added = sum(part["incremental_revenue"]["mean"] for part in prediction[parts])
        assert added == pytest.approx(total, rel=1e-9)


def test_without_sales_there_is_a_clear_refusal(case: Case) -> None:
    sales = case.known.sales
    unsold = sales.revenue.copy()
    unsold[sales.brand_ids.index(case.small)] = np.nan
    known = replace(case.known, sales=replace(sales, revenue=unsold))
    scorer = RosterScorer(case.scorer._bundle, known)
    request = CompareRequest.model_validate(example.ask(case.known, case.small))
    with pytest.raises(NoBaselineError, match="no baseline for brand"):
        scorer.compare(request)
