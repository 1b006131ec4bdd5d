"""What a brand's campaigns add unevenly over its markets: a noise that no calm week shows.

A campaign's average effect can be taken out of sales; what it adds in one market more than in
another stays. The law is one number a brand: where a campaign is shown, its log effect scatters
around its average `e` with a spread of `part` times `e` (effects that scatter in proportion to
their mean, one variance component: DerSimonian & Laird 1986), learned by moments from what past
campaigns left in the markets that saw them, beyond what chance leaves in as many weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from training.arrays import Floats
from training.panel import AdjustedPanel
from training.power.arithmetic import mean_variance
from training.power.noise import SalesNoise, remainders

#: Without evidence: in two markets of three an effect is half to one and a half times its average.
PRIOR_PART: Final = 0.5
#: What is believed beforehand weighs as so many markets in which an effect is seen without noise,
#: and, of how large effects are, as so many campaigns.
_PRIOR_MARKETS: Final = 20
_PRIOR_CAMPAIGNS: Final = 3
#: Fewer markets on either side tell nothing of how a campaign's effect scatters.
_FEWEST_MARKETS: Final = 2


@dataclass(frozen=True)
class Unevenness:
    """How much a brand's campaigns scatter.

    `part` is the spread of a campaign's log effect over the markets that see it, relative to its
    average; `squares` [campaign] what the square of that average is expected to be; `typical` the
    square expected of a campaign of which nothing is known.
    """

    part: float
    squares: Floats
    typical: float

    def variance(self, square: float) -> float:
        """How a campaign's log effect varies over markets that see it, by its expected square."""
        return self.part**2 * square


@dataclass(frozen=True)
class _Trace:
    """What one campaign left in the markets that saw it.

    `scatter` is the variance over them of what is left of sales in its weeks, `chance` what their
    noise explains of it, `squares` what unit effects of each campaign would add [campaign];
    `error` is the variance of its estimated average, `freedom` one less than its markets.
    """

    scatter: float
    chance: float
    squares: Floats
    error: float
    freedom: int


def campaign_unevenness(
    panel: AdjustedPanel, doses: Sequence[Floats], noise: SalesNoise, effect_sd: float
) -> Unevenness:
    """Learn how unevenly a brand's campaigns add.

    Args:
        panel: sales freed of the campaigns' average effects.
        doses: what of each campaign arrived where and when [market, week].
        noise: of the brand's sales where no campaign was shown.
        effect_sd: how large average log effects are thought to be beforehand.
    """
    left = remainders(panel.adjusted)
    traces = [_trace(left, dose, doses, noise) for dose in doses]
    error = np.array([np.inf if trace is None else trace.error for trace in traces])
    beyond = np.where(np.isfinite(error), np.maximum(panel.effects**2 - error, 0.0), 0.0)
    seen = [trace for trace in traces if trace is not None]
    believed = _PRIOR_CAMPAIGNS * effect_sd**2
    typical = (float(beyond.sum()) + believed) / (len(seen) + _PRIOR_CAMPAIGNS)
    trusted = typical / (typical + error)
    return Unevenness(
        part=float(np.sqrt(_squared_part(seen, beyond))),
        squares=(trusted * panel.effects) ** 2 + (1.0 - trusted) * typical,
        typical=typical,
    )


def _squared_part(traces: Sequence[_Trace], squares: Floats) -> float:
    """The part, squared: traces weigh by how surely they tell it, the prior beside them."""
    weight = _PRIOR_MARKETS / PRIOR_PART**4
    told = weight * PRIOR_PART**2
    for trace in traces:
        scale = float(trace.squares @ squares)
        sure = trace.freedom / (trace.chance + PRIOR_PART**2 * scale) ** 2
        told += sure * scale * (trace.scatter - trace.chance)
        weight += sure * scale**2
    return max(told / weight, 0.0)


def _trace(left: Floats, dose: Floats, doses: Sequence[Floats], noise: SalesNoise) -> _Trace | None:
    """What a campaign left; None where too few markets saw it, or too few did not."""
    weeks = (dose > 0).any(axis=0)
    shown = (dose > 0).any(axis=1)
    known = np.isfinite(left[:, weeks])
    told = known.any(axis=1)
    sees, others = shown & told, ~shown & told
    if min(sees.sum(), others.sum()) < _FEWEST_MARKETS:
        return None
    mean = np.where(known, left[:, weeks], 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    chance = noise.spread**2 * mean_variance(noise.autocorrelation, int(weeks.sum()))
    shares = np.array([other[:, weeks].mean(axis=1)[sees] for other in doses])
    return _Trace(
        scatter=float(np.var(mean[sees], ddof=1)),
        chance=float(chance[sees].mean()),
        squares=(shares**2).mean(axis=1),
        error=float(chance[sees].mean() / sees.sum() + chance[others].mean() / others.sum()),
        freedom=int(sees.sum()) - 1,
    )
