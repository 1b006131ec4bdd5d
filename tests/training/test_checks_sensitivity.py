"""Sensitivity agrees with published numbers and with a confounder that is put in by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.simulated_cells import simulate_cells
from training.arrays import Floats
from training.cells import PAST, Cells
from training.checks.sensitivity import (
    Benchmark,
    bias_of,
    e_value,
    robustness_value,
    sensitivity,
    sensitivity_metrics,
    sensitivity_of,
)
from training.evidence.grade import grade, grade_words

_CHOSEN_FOR = PAST.index("deviation_8w")


def observational(seed: int, *, effect: float, strength: float) -> Cells:
    """Markets chosen, and sales moved, by one column of the past as strongly as `strength`."""
    rng = np.random.default_rng(seed)
    cells = simulate_cells(seed, campaigns=40, markets=12)
    reason = cells.past[:, _CHOSEN_FOR]
    treated = strength * reason + rng.normal(size=cells.size) > 0
    change = effect * treated + 0.03 * strength * reason + rng.normal(0, 0.03, cells.size)
    nobody = np.zeros(cells.size, dtype=bool)
    return replace(cells, treated=treated, drawn=nobody, change=change)


def test_published_robustness_value() -> None:
    # Cinelli & Hazlett 2020, section 5, exposure to violence in Darfur: 0.097, error 0.023,
    # 783 degrees of freedom, robustness value 13.9 %.
    assert robustness_value(0.09731582 / 0.02325654, 783) == pytest.approx(0.139, abs=0.0005)


def test_published_benchmark() -> None:
    # The same table: a confounder as strong as `female` would leave 0.0752.
    female = Benchmark("female", 0.00903, 0.10940)
    left = 0.09731582 - bias_of(female, 0.02325654, 783)
    assert left == pytest.approx(0.0752, abs=0.0005)


@pytest.mark.parametrize(("ratio", "published"), [(3.9, 7.26), (1.8, 3.0), (1 / 3.9, 7.26)])
def test_published_e_values(ratio: float, published: float) -> None:
    # VanderWeele & Ding 2017, table 2 and text.
    assert e_value(ratio) == pytest.approx(published, abs=0.005)


def test_a_reason_that_leaves_nothing_to_choose_can_do_anything() -> None:
    assert bias_of(Benchmark("all", 0.8, 0.1), 0.01, 100) == np.inf


def test_the_adjusted_effect_is_that_of_a_plain_regression() -> None:
    cells = observational(1, effect=0.05, strength=0.8)
    found = sensitivity_of(cells)
    assert found is not None
    assert found.effect == pytest.approx(by_least_squares(cells), rel=1e-6)
    assert found.effect == pytest.approx(0.05, abs=3 * found.error)


def by_least_squares(cells: Cells) -> float:
    """A dummy for every campaign, all covariates, the treatment: the obvious way."""
    dummies = np.eye(len(cells.campaign_ids))[cells.campaign]
    design: Floats = np.column_stack([cells.treated, cells.past, cells.before, dummies])
    root = np.sqrt(cells.weight)[:, None]
    slopes = np.linalg.lstsq(design * root, cells.change * root[:, 0], rcond=None)[0]
    return float(slopes[0])


def test_the_reason_markets_were_chosen_for_is_the_strongest() -> None:
    found = sensitivity_of(observational(2, effect=0.05, strength=0.8))
    assert found is not None
    assert found.strongest.name == "deviation_8w"


def test_what_is_left_is_less_than_what_hiding_the_reason_adds() -> None:
    """An unseen twin of the strongest covariate moves the effect by no more than the bound."""
    cells = observational(3, effect=0.0, strength=0.5)
    hidden = cells.past.copy()
    hidden[:, _CHOSEN_FOR] = 0.0
    seen, unseen = sensitivity_of(cells), sensitivity_of(replace(cells, past=hidden))
    assert seen is not None
    assert unseen is not None
    bound = bias_of(seen.strongest, seen.error, seen.freedom)
    assert abs(unseen.effect - seen.effect) < 1.3 * bound


def test_small_effects_of_strong_choices_are_refused() -> None:
    weak = sensitivity_of(observational(4, effect=0.005, strength=0.8))
    strong = sensitivity_of(observational(4, effect=0.2, strength=0.2))
    assert not sensitivity(weak).passed
    assert sensitivity(weak).gate
    assert sensitivity(strong).passed


def test_lots_need_no_sensitivity() -> None:
    cells = simulate_cells(5)
    assert sensitivity_of(cells) is None
    assert sensitivity_metrics(cells) == {}
    assert sensitivity(None).passed


@pytest.mark.parametrize(
    ("drawn", "name"),
    [(1.0, "randomised"), (0.4, "partly observational"), (0.0, "observational")],
)
def test_evidence_is_graded(drawn: float, name: str) -> None:
    assert grade({"share_drawn": drawn}) == name
    metrics = {"share_drawn": drawn, "robustness_value": 0.12, "e_value": 1.3, "effect_left": 0.01}
    words = grade_words(metrics)
    assert ("robustness" in words or "12.0%" in words) == (drawn < 1.0)
