"""Drivers speak in the units of the dictionary, and explain the lift they belong to."""

from __future__ import annotations

import numpy as np
import pytest

from features.rosters.feature_set import FEATURES
from features.rosters.scaling import in_own_unit
from serving.directory.labels import label_of, unit_label_of


@pytest.mark.parametrize("name", [n for n in FEATURES.names if n.startswith("log_")])
def test_a_logarithm_is_undone_in_value_and_label(name: str) -> None:
    assert label_of(name).endswith("(logarithm)")
    assert not unit_label_of(name).endswith("(logarithm)")
    assert in_own_unit(name, 0.0) in (0.0, 1.0)


def test_values_come_back_in_their_own_unit() -> None:
    assert in_own_unit("log_followers_total", np.log1p(12_000.0)) == pytest.approx(12_000.0)
    assert in_own_unit("log_brand_revenue_per_head", np.log(0.04)) == pytest.approx(0.04)
    assert in_own_unit("reply_rate_90d", 0.3) == 0.3
