"""Published tests with published answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.measurement.checks import check_test
from experiments.measurement.measure import measure
from experiments.studies.measure import geo_tests

pytestmark = pytest.mark.skipif(
    not geo_tests.FOLDER.is_dir(), reason=f"no published geo tests in {geo_tests.FOLDER.name}/"
)


def test_the_walkthrough_of_geolift() -> None:
    test = geo_tests.geolift_walkthrough()
    found = measure(test)
    assert found.incremental_revenue.mean / 30 == pytest.approx(155.556, abs=0.01)
    assert found.lift == pytest.approx(geo_tests.GEOLIFT.lift, abs=0.0005)
    assert found.estimate.p_value <= 0.01
    assert found.estimate.low > 0
    assert not [c.reason for c in check_test(test, found) if c.gate and not c.passed]


def test_the_walkthrough_before_anything_happened() -> None:
    test = geo_tests.geolift_walkthrough()
    day = np.arange(test.revenue.shape[1])
    earlier = replace(test, before=day < 75, window=(day >= 75) & (day < 90))
    found = measure(earlier).estimate
    assert found.low < 0 < found.high
    assert abs(found.lift) < 0.01


@pytest.mark.parametrize("drawn", [True, False])
def test_the_geo_test_of_google(drawn: bool) -> None:
    found = measure(geo_tests.google_geo_test(drawn=drawn))
    assert found.lift == pytest.approx(geo_tests.GOOGLE.lift, abs=0.006)
    assert found.incremental_revenue.mean == pytest.approx(geo_tests.GOOGLE.incremental, rel=0.03)
    assert found.estimate.low < geo_tests.GOOGLE.lift < found.estimate.high
    assert found.estimate.p_value < 0.01
