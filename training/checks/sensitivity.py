"""How strong an unseen reason for choosing markets would have to be to explain an effect away.

Where nobody drew the markets, adjustment has dealt with what was observed. What was not observed
is weighed against what was: the robustness value, the share of what is left of both choice and
sales that one unseen reason must explain to bring the effect to nothing, and the effect that
would be left if one were as strong as the strongest covariate (Cinelli & Hazlett 2020, "Making
sense of sensitivity"). The E-value says the same in ratios: how many times likelier treatment
and sales would each have to be (VanderWeele & Ding 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.arrays import Floats
from training.cells import BEFORE, PAST, Cells
from training.checks.verdict import Verdict
from training.residuals import demean_known

#: An unseen reason as strong as this many of the strongest covariate must leave an effect.
_TIMES = 1.0


@dataclass(frozen=True)
class Benchmark:
    """A covariate's partial R² with the treatment and, beside it, with the outcome."""

    name: str
    with_treatment: float
    with_outcome: float


@dataclass(frozen=True)
class Sensitivity:
    """The average log effect of campaigns whose markets nobody drew, and what could undo it.

    `freedom` is the degrees of freedom of its regression. `left` is what a reason as strong as the
    `strongest` covariate would leave of it, at worst.
    """

    effect: float
    error: float
    freedom: int
    strongest: Benchmark
    left: float

    @property
    def robustness_value(self) -> float:
        """The share of both sides' residual variance that would take the whole effect."""
        return robustness_value(self.effect / self.error, self.freedom)

    @property
    def e_value(self) -> float:
        """The same as a ratio of risks, for the effect as a ratio of sales."""
        return e_value(float(np.exp(self.effect)))


def robustness_value(t: float, freedom: int) -> float:
    """Partial R² with treatment and outcome that brings an estimate of this t value to nothing."""
    f = abs(t) / np.sqrt(freedom)
    return float(0.5 * (np.sqrt(f**4 + 4.0 * f**2) - f**2))


def e_value(ratio: float) -> float:
    """Ratio with which an unseen reason must go with treatment and with outcome."""
    above = max(ratio, 1.0 / ratio)
    return float(above + np.sqrt(above * (above - 1.0)))


def bias_of(benchmark: Benchmark, error: float, freedom: int, times: float = 1.0) -> float:
    """The most that a reason `times` as strong as a covariate could move an estimate.

    Infinite where such a reason would leave nothing of the treatment to be explained.
    """
    d, y = benchmark.with_treatment, benchmark.with_outcome
    chooses = times * d / (1.0 - d) if d < 1.0 else np.inf
    shared = times * d**2 / ((1.0 - times * d) * (1.0 - d)) if times * d < 1.0 else np.inf
    if chooses >= 1.0 or shared >= 1.0:
        return float("inf")
    sells = ((np.sqrt(times) + np.sqrt(shared)) / np.sqrt(1.0 - shared)) ** 2 * y / (1.0 - y)
    bias = error * np.sqrt(freedom * min(sells, 1.0) * chooses / (1.0 - chooses))
    return float(bias)


def sensitivity_of(cells: Cells) -> Sensitivity | None:
    """Sensitivity of the cells that nobody drew; None where all were drawn."""
    own = cells.only(~cells.drawn)
    if not own.size:
        return None
    root = np.sqrt(own.weight)
    known = np.hstack([own.past, own.before])

    def centred(column: Floats) -> Floats:
        return root * demean_known(column, own.weight, own.campaign)

    rows = [centred(own.treated.astype(float)), centred(own.change)]
    design = np.stack([centred(column) for column in known.T], axis=1)
    moves = design.std(axis=0) > 1e-9
    names = [name for name, moving in zip((*PAST, *BEFORE), moves, strict=True) if moving]
    freedom = own.size - len(own.campaign_ids) - len(names) - 1
    if freedom < 1:
        return None
    effect, error = _regress(rows[0], rows[1], design[:, moves], freedom)
    strongest = _strongest(names, rows, design[:, moves], error, freedom)
    left = effect - bias_of(strongest, error, freedom, _TIMES)
    return Sensitivity(effect, error, freedom, strongest, left)


def sensitivity_metrics(cells: Cells) -> dict[str, float]:
    """Robustness value, E-value and what is left of the effect, by name; none where all drew."""
    found = sensitivity_of(cells)
    if found is None:
        return {}
    return {
        "robustness_value": found.robustness_value,
        "e_value": found.e_value,
        "effect_left": found.left,
    }


def sensitivity(found: Sensitivity | None) -> Verdict:
    """An unseen reason as strong as the strongest covariate would leave an effect."""
    name, expected = "sensitivity to what was not observed", "an effect above 0 is left"
    if found is None:
        return Verdict(name, True, "all markets were drawn by lot", expected, gate=False)
    return Verdict(
        name,
        found.left > 0,
        f"effect {found.effect:.2%}; a reason as strong as {found.strongest.name} would leave "
        f"{found.left:.2%}; robustness value {found.robustness_value:.1%}, "
        f"E-value {found.e_value:.2f}",
        expected,
        gate=True,
    )


def _regress(x: Floats, y: Floats, design: Floats, freedom: int) -> tuple[float, float]:
    """Slope of y on x beside a design, and its standard error."""
    x, y = _without(design, x), _without(design, y)
    size = max(float(x @ x), 1e-300)
    slope = float(x @ y) / size
    return slope, float(np.sqrt(np.sum((y - slope * x) ** 2) / freedom / size))


def _strongest(
    names: Sequence[str], rows: Sequence[Floats], design: Floats, error: float, freedom: int
) -> Benchmark:
    """The covariate that would do most harm, were there an unseen one like it."""
    found = [Benchmark("nothing", 0.0, 0.0)]
    for number, name in enumerate(names):
        others = np.delete(design, number, axis=1)
        beside = np.column_stack([others, rows[0]])
        own = design[:, number]
        with_treatment = _partial_r2(own, rows[0], others)
        found.append(Benchmark(name, with_treatment, _partial_r2(own, rows[1], beside)))
    return max(found, key=lambda one: bias_of(one, error, freedom, _TIMES))


def _partial_r2(x: Floats, y: Floats, design: Floats) -> float:
    x, y = _without(design, x), _without(design, y)
    size = float(x @ x) * float(y @ y)
    return float(x @ y) ** 2 / size if size > 0 else 0.0


def _without(design: Floats, column: Floats) -> Floats:
    if not design.shape[1]:
        return column
    rest: Floats = column - design @ np.linalg.lstsq(design, column, rcond=None)[0]
    return rest
