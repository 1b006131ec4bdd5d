"""What designs promise beside what their tests show when they are played out over and over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import compress
from typing import Any

import numpy as np

from experiments.design.balance import balanced_draws
from experiments.design.design import DesignedTest, Question, design_test, market_traits
from experiments.design.past_sales import PastSales, arrived, past_sales
from experiments.design.placebos import placebo_windows
from experiments.design.simulation import simulate_power
from experiments.measurement.campaigns import read_campaigns
from experiments.measurement.measure import measure as measure_test
from experiments.studies.design.fresh_tests import Stage, played
from experiments.studies.replayed_world import ReplayedWorld, replay
from experiments.studies.rosters_to_come import read_future, true_lifts
from experiments.studies.trained_world import simulated
from experiments.worlds.campaigns import Assignment, assign_markets
from experiments.worlds.settings import Floats as WorldFloats
from experiments.worlds.settings import WorldSettings
from experiments.worlds.simulate import added_revenue
from features.history.markets import SalesHistory, sales_history
from features.sources.source import Source, open_source
from training.arrays import Floats
from training.power.arithmetic import TEST_SIZE, expected_detection

#: Weeks from the last day of data to the first of the test.
LEAD_WEEKS = 4
#: Weeks of a world after the day of the design.
MOST_WEEKS = 16
#: Lengths of the pre-period that are compared.
PRE_WEEKS = (8, 13, 26, 52, 78)
_REDRAWS = 199


@dataclass(frozen=True)
class Asked:
    """One design: the world's brand, the share held out, the weeks, the power to aim at."""

    brand: int
    share: float
    weeks: int
    power: float


@dataclass(frozen=True)
class DesignTask:
    """Designs of one world, each played out `repeats` times."""

    world: WorldSettings
    asked: tuple[Asked, ...]
    repeats: int

    @property
    def name(self) -> str:
        return f"designs {self.world.seed}"


def measure(task: DesignTask) -> dict[str, Any]:
    """Design tests on a world's first weeks, and play them out in those that follow."""
    settings = replace(task.world, weeks=task.world.weeks + MOST_WEEKS)
    with simulated(settings) as folder:
        source = open_source(folder)
        replayed = replay(settings, true_lifts(read_future(folder / "future.json")))
        found = [_scene(task, source, replayed, asked) for asked in task.asked]
    return {
        "seed": task.world.seed,
        "designs": [_designed(scene, task) for scene in found],
        "pre_weeks": [_by_pre_weeks(scene.past, task.world) for scene in found],
    }


@dataclass(frozen=True, eq=False)
class Scene:
    """One design: the brand's past as known on its day, and the stages of its test.

    The brand's campaigns go on beside it on `stage`; on `alone`, those that would run in its weeks
    never were.
    """

    asked: Asked
    past: PastSales
    stage: Stage
    alone: Stage


def _scene(task: DesignTask, source: Source, replayed: ReplayedWorld, asked: Asked) -> Scene:
    """Sales are known up to the design; the campaigns to come with where they will be shown."""
    world, baseline = replayed.world, replayed.baseline
    brand_id = world.brands.brand_ids[asked.brand]
    history, campaigns = sales_history(source), read_campaigns(source)
    assignments = source.frame("assignments")
    past = past_sales(
        first_weeks(history, task.world.weeks),
        brand_id,
        source.frame("markets").set_index("market_id"),
        campaigns,
        assignments,
    )
    place = {market: i for i, market in enumerate(world.geography.market_ids)}
    own = [campaign for campaign in campaigns if campaign.brand_id == brand_id]
    stage = Stage(
        world=world,
        baseline=baseline,
        brand=asked.brand,
        markets=tuple(place[market] for market in past.market_ids),
        added=_added(replayed, frozenset()),
        others=[arrived(history, past.market_ids, campaign, assignments) for campaign in own],
        first_week=task.world.weeks + LEAD_WEEKS,
    )
    runs = stage.runs_beside(asked.weeks)
    gone = frozenset(str(one.campaign_id) for one in compress(own, runs))
    alone = replace(
        stage,
        added=_added(replayed, gone),
        others=[other for other, beside in zip(stage.others, runs, strict=True) if not beside],
    )
    return Scene(asked, past, stage, alone)


def _added(replayed: ReplayedWorld, gone: frozenset[str]) -> WorldFloats:
    """What the world's campaigns sell [brand, market, week], but for some of them."""
    world, drawn = replayed.world, replayed.past()
    plans = [plan for plan, _ in drawn]
    assigned = assign_markets(world.settings, plans, replayed.baseline.momentum)
    kept = [number for number, plan in enumerate(plans) if plan.campaign_id not in gone]
    return added_revenue(
        world,
        [plans[number] for number in kept],
        Assignment(assigned.treated[kept], assigned.propensity[kept]),
        [replayed.effect(drawn[number]) for number in kept],
    )


def first_weeks(history: SalesHistory, weeks: int) -> SalesHistory:
    """The first so many weeks of a history."""
    last: date = history.weeks[weeks - 1].astype("datetime64[D]").item()
    return history.until(last + timedelta(days=6))


def _question(past: PastSales, weeks: int, share: float, seed: int) -> Question:
    monday: date = past.weeks[-1].astype("datetime64[D]").item()
    return Question(monday + timedelta(weeks=LEAD_WEEKS + 1), weeks, (share,), seed=seed)


def _designed(scene: Scene, task: DesignTask) -> dict[str, Any]:
    past, asked = scene.past, scene.asked
    designed = design_test(past, _question(past, asked.weeks, asked.share, task.world.seed))
    best = designed.recommended
    lift = best.detection.smallest_detectable(power=asked.power)
    lifts = np.array([0.0, lift])
    seen = seen_shares(scene.stage, designed, lifts, task.repeats)
    calm = (
        seen_shares(scene.alone, designed, lifts[1:], task.repeats) if designed.beside else seen[1:]
    )
    return {
        "brand": past.brand_id,
        "markets": len(past.market_ids),
        "share": asked.share,
        "weeks": asked.weeks,
        "lift": lift,
        "beside": len(designed.beside),
        "predicted": float(best.detection.power(lifts)[1]),
        "calm_predicted": float(best.confirmed(best.arithmetic.alone).power(lifts)[1]),
        "windows": float(best.simulated.detection.power(lifts)[1]),
        "simulated": float(seen[1]),
        "calm": float(calm[0]),
        "size": float(seen[0]),
        "predicted_size": best.simulated.size,
        "repeats": task.repeats,
    }


def seen_shares(stage: Stage, designed: DesignedTest, lifts: Floats, repeats: int) -> Floats:
    """The share of played tests that saw each lift [lift]."""
    rejected = [
        [
            measure_test(test, redraws=_REDRAWS, seed=number).estimate.p_value <= TEST_SIZE
            for test in tests
        ]
        for number, tests in enumerate(played(stage, designed, lifts, repeats))
    ]
    shares: Floats = np.mean(rejected, axis=0)
    return shares


def _by_pre_weeks(past: PastSales, settings: WorldSettings) -> dict[str, float]:
    """Standard errors on past weeks by the number of weeks before the test, six weeks, half."""
    question = _question(past, 6, 0.5, settings.seed)
    traits = np.stack(list(market_traits(past, {}).values()), axis=1)
    draws = balanced_draws(traits, 0.5, settings.seed)
    errors = {}
    for pre_weeks in _possible(PRE_WEEKS, len(past.weeks)):
        windows = placebo_windows(past, question.starts_on, 6, pre_weeks)
        expected = expected_detection(past.noise, 0.5, 6, pre_weeks)
        found = simulate_power(past, draws, windows, expected, seed=settings.seed)
        errors[str(pre_weeks)] = found.detection.error
    return errors


def _possible(lengths: Sequence[int], weeks: int) -> list[int]:
    return [length for length in lengths if length + 18 <= weeks]
