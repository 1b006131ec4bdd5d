"""Tests played out in a simulated world with chance drawn anew, to be measured like real ones.

The brand's campaigns go on as the world has them, and are taken out of the test's sales as they are
out of any finished campaign's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from experiments.design.design import DesignedTest
from experiments.measurement.market_test import MarketTest
from experiments.worlds.baseline import Baseline
from experiments.worlds.sales import draw_noise
from experiments.worlds.settings import Floats as WorldFloats
from experiments.worlds.world import World
from training.arrays import Booleans, Floats
from training.panel import adjust_panel, sales_covariates
from training.settings import CellSettings

#: Seeds of chance lie this far from the world's own.
_SEED_STEP: Final = 1_000_000


@dataclass(frozen=True, eq=False)
class Stage:
    """Where a brand's test is played out.

    `markets` are positions in the world; `added` [brand, market, week] is what other campaigns
    sell, `others` their doses, each [market of the test, week]; `first_week` is counted from the
    world's first.
    """

    world: World
    baseline: Baseline
    brand: int
    markets: tuple[int, ...]
    added: WorldFloats
    others: Sequence[Floats]
    first_week: int

    def runs_beside(self, weeks: int) -> list[bool]:
        """Whether each campaign runs in the test's weeks [campaign]."""
        window = slice(self.first_week, self.first_week + weeks)
        return [bool(other[:, window].any()) for other in self.others]

    def part_of(self, values: WorldFloats, weeks: int) -> Floats:
        """The brand, the test's markets and the first weeks of [brand, market, week]."""
        return np.asarray(values[self.brand][list(self.markets), :weeks], dtype=np.float64)


def played(
    stage: Stage, designed: DesignedTest, lifts: Floats, repeats: int
) -> Iterator[list[MarketTest]]:
    """The test over and over with new chance and markets drawn anew, once with each lift put in.

    Sales of the weeks before are drawn anew, too; price, discount, media and the brand's other
    campaigns are the world's.
    """
    last = stage.first_week + designed.question.weeks
    draws = designed.recommended.draws
    settings = stage.world.settings
    expected = stage.part_of(stage.baseline.revenue, last)
    added = stage.part_of(stage.added, last)
    for repeat in range(1, repeats + 1):
        chance = replace(settings, seed=settings.seed + _SEED_STEP * repeat, weeks=last)
        noise = draw_noise(replace(stage.world, settings=chance), stage.baseline)
        sales = expected * stage.part_of(noise.factor, last)
        treated = draws.one(chance.seed)
        yield [_test(stage, designed, sales, added, treated, float(lift)) for lift in lifts]


def _test(
    stage: Stage,
    designed: DesignedTest,
    sales: Floats,
    added: Floats,
    treated: Booleans,
    lift: float,
) -> MarketTest:
    """Measured like a finished campaign: freed of what else moved sales, its own effect kept."""
    baseline, weeks = stage.baseline, sales.shape[1]
    week = np.arange(weeks)
    window = week >= stage.first_week
    dose = np.asarray(treated[:, None] * window[None, :], dtype=float)
    moved = (baseline.price, baseline.discount, baseline.media)
    panel = adjust_panel(
        sales * (1.0 + lift * dose) + added,
        sales_covariates(*(stage.part_of(values, weeks) for values in moved)),
        [dose, *(other[:, :weeks] for other in stage.others)],
        effect_sd=CellSettings().campaign_effect_sd,
    )
    return MarketTest(
        revenue=np.exp(panel.adjusted + panel.effects[0] * dose),
        treated=treated,
        before=(week < stage.first_week) & (week >= stage.first_week - designed.windows.pre_weeks),
        window=window,
        propensity=designed.recommended.draws.propensity,
    )
