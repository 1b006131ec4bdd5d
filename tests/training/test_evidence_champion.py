"""The champion is asked for the same campaigns, and told apart where it had seen them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.plain_rosters import FIRST_DAY, made_up_evidence, plain_roster
from tests.training.tiny_bundle import tiny_bundle
from training.bundle import Bundle
from training.cells import BEFORE, PAST, Cells
from training.evidence.champion import champion_effects, compare_with_champion
from training.report.words import of_champion

RNG = np.random.default_rng(0)
ROSTERS = [plain_roster(number, ("ada", "bob", "eve")) for number in range(20)]


@pytest.fixture(scope="module", name="champion")
def bundle() -> Bundle:
    made = tiny_bundle()
    # Campaign number k is measured 55 days after its booking in week k: the first nine by then.
    manifest = replace(made.manifest, version="4", trained_until="2024-04-22")
    return replace(made, manifest=manifest)


def cells_in_two_markets() -> Cells:
    """Two cells a campaign, in the catalog's order of markets, which is not the rosters'."""
    size = 2 * len(ROSTERS)
    treated = np.tile([True, False], len(ROSTERS))
    return Cells(
        campaign_ids=tuple(f"c{number}" for number in range(len(ROSTERS))),
        market_ids=("m1", "m0"),
        campaign=np.repeat(np.arange(len(ROSTERS)), 2),
        market=np.tile([0, 1], len(ROSTERS)),
        treated=treated,
        propensity=np.full(size, 0.5),
        drawn=np.ones(size, dtype=bool),
        change=np.zeros(size),
        outcome=RNG.normal(0, 0.01, size),
        treatment=treated - 0.5,
        weight=RNG.uniform(1.0, 3.0, size),
        past=np.zeros((size, len(PAST))),
        before=np.zeros((size, len(BEFORE))),
        dropped={},
    )


def test_the_champions_effects_by_slow_loops(champion: Bundle) -> None:
    cells = cells_in_two_markets()
    found = champion_effects(champion, cells, ROSTERS)
    for number in (0, 7):
        roster = ROSTERS[number]
        exposed = champion.expose(roster.rows, roster.weekly)
        encoded = champion.encode(roster.rows, roster.campaign)
        lift = champion.model.contributions(*encoded, exposed).sum(axis=1).mean(axis=0)
        by_market = dict(zip(roster.rows.reach.market_ids, np.log1p(lift), strict=True))
        first, second = cells.weight[2 * number], cells.weight[2 * number + 1]
        expected = (first * by_market["m1"] + second * by_market["m0"]) / (first + second)
        assert found[number] == pytest.approx(champion.calibration.slope * expected)


def test_campaigns_it_had_seen_are_told_apart(champion: Bundle) -> None:
    cells = cells_in_two_markets()
    effects = champion_effects(champion, cells, ROSTERS)
    evidence = made_up_evidence(effects, effects + RNG.normal(0, 0.001, 20), 0.001)
    found = compare_with_champion(champion, cells, ROSTERS, evidence)
    unseen, seen = found.parts
    assert (unseen.seen, seen.seen) == (False, True)
    over = [(r.campaign.window.last - FIRST_DAY).days <= 112 for r in ROSTERS]
    assert (seen.campaigns, unseen.campaigns) == (sum(over), 20 - sum(over)) == (9, 11)
    # The same predictions: nothing gained, nothing lost.
    for part in found.parts:
        assert part.gain.value == pytest.approx(0.0, abs=1e-12)
        assert part.new == part.champion


def test_who_predicts_better_gains(champion: Bundle) -> None:
    cells = cells_in_two_markets()
    effects = champion_effects(champion, cells, ROSTERS)
    truth = effects * RNG.lognormal(0, 0.8, 20)
    error = 0.1 * truth.std()
    evidence = made_up_evidence(truth, truth + RNG.normal(0, error, 20), error)
    unseen = compare_with_champion(champion, cells, ROSTERS, evidence).parts[0]
    assert unseen.gain.value > 0
    assert unseen.gain.value == pytest.approx(unseen.new.skill.value - unseen.champion.skill.value)


def test_what_is_said_of_the_champion(champion: Bundle) -> None:
    cells = cells_in_two_markets()
    effects = champion_effects(champion, cells, ROSTERS)
    evidence = made_up_evidence(effects, effects, 0.001)
    found = compare_with_champion(champion, cells, ROSTERS, evidence)
    begin, unseen, seen = of_champion(found)
    assert "version 4" in begin
    assert "11 campaigns that neither had seen" in unseen
    assert "9 campaigns that the champion had learned from" in seen
    assert "in sample" in seen
    # Its metrics hold no skill: there is nothing to tell of its own training.
    assert found.then is None
    known = {
        "campaigns": 30.0,
        "slope": 0.8,
        "slope_error": 0.2,
        "calibrated_slope": 0.8,
        "skill": 0.3,
        "skill_error": 0.1,
        "rank": 0.4,
    }
    told = replace(champion, manifest=replace(champion.manifest, metrics=known))
    then = compare_with_champion(told, cells, ROSTERS, evidence)
    assert then.campaigns_then == 30
    assert then.then is not None
    assert then.then.slope.value == pytest.approx(1.0)
