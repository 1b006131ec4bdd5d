"""A brand's past of plain noise, for designs whose power is known."""

from __future__ import annotations

import numpy as np

from experiments.design.past_sales import PastSales
from features.history.markets import SalesHistory
from training.arrays import Floats
from training.power.noise import noise_in
from training.power.unevenness import PRIOR_PART, Unevenness

FIRST_MONDAY = np.datetime64("2022-01-03")
#: How large campaigns of the brand are, as far as nothing is known of them.
EFFECT_SD = 0.03


def noise_of(markets: int, weeks: int, seed: int, rho: float = 0.2) -> Floats:
    """Autoregressive noise of 4 % in the median market, less in larger ones, and its sizes."""
    rng = np.random.default_rng(seed)
    size = rng.normal(0.0, 0.7, markets)
    noise = np.empty((markets, weeks))
    noise[:, 0] = rng.standard_normal(markets)
    for week in range(1, weeks):
        shock = np.sqrt(1 - rho**2) * rng.standard_normal(markets)
        noise[:, week] = rho * noise[:, week - 1] + shock
    logs: Floats = 9.0 + size[:, None] + (0.04 * np.exp(-0.37 * size))[:, None] * noise
    return logs


def invented_past(markets: int = 24, weeks: int = 130, seed: int = 4) -> PastSales:
    """A past in which nothing happened."""
    logs = noise_of(markets, weeks, seed)
    ids = tuple(f"m{i:02d}" for i in range(markets))
    return PastSales(
        brand_id="b1",
        market_ids=ids,
        weeks=FIRST_MONDAY + 7 * np.arange(weeks),
        log_sales=logs,
        population=np.exp(logs[:, 0]),
        noise=noise_in(logs, ids, np.exp(logs)),
        stir=np.zeros(weeks),
        unevenness=Unevenness(PRIOR_PART, np.zeros(0), EFFECT_SD**2),
    )


def history_of(logs: Floats, **panels: Floats) -> SalesHistory:
    """The same as a sales history of brand b1; other panels are unknown unless given."""
    unknown = np.full((1, *logs.shape), np.nan)
    given = {name: panel[None] for name, panel in panels.items()}
    known = {name: given.get(name, unknown) for name in ("price", "discount", "media")}
    ids = tuple(f"m{i:02d}" for i in range(len(logs)))
    weeks = FIRST_MONDAY + 7 * np.arange(logs.shape[1])
    return SalesHistory(("b1",), ids, weeks, np.exp(logs)[None], **known)
