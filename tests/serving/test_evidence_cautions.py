"""What predictions rest on is told beside them: choices of markets, and posts that leaked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from serving.predictions.cautions import _leak, _observational
from tests.training.tiny_bundle import tiny_bundle
from training.bundle import Bundle

_LEAKED = {"leak": 0.4, "leak_low": 0.3, "leak_high": 0.52, "leak_chance": 0.99}
_CHOSEN = {"share_drawn": 0.25, "robustness_value": 0.081, "e_value": 1.21}


def with_metrics(metrics: dict[str, float]) -> Bundle:
    bundle = tiny_bundle()
    return replace(bundle, manifest=replace(bundle.manifest, metrics=metrics))


def test_a_likely_leak_is_told_with_its_interval() -> None:
    warning = _leak(with_metrics(_LEAKED))
    assert warning is not None
    assert warning.code == "leak_corrected"
    assert "40%" in warning.message
    assert "30% to 52%" in warning.message


@pytest.mark.parametrize("change", [{"leak_chance": 0.3}, {"leak": 0.0}])
def test_an_unlikely_leak_is_not_told(change: dict[str, float]) -> None:
    assert _leak(with_metrics({**_LEAKED, **change})) is None


def test_a_bundle_that_knows_of_no_leak_says_nothing() -> None:
    assert _leak(with_metrics({})) is None
    assert _observational(with_metrics({})) is None


def test_choices_of_markets_are_told_with_what_could_undo_them() -> None:
    warning = _observational(with_metrics(_CHOSEN))
    assert warning is not None
    assert warning.message.startswith("In 75% of")
    assert "8.1%" in warning.message
    assert "E-value 1.21" in warning.message


def test_lots_need_no_warning() -> None:
    assert _observational(with_metrics({"share_drawn": 1.0})) is None
