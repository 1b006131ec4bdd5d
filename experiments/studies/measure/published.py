"""Part `published`: tests whose answers others have published."""

from __future__ import annotations

from pathlib import Path

from experiments.measurement.checks import check_test
from experiments.measurement.market_test import MarketTest
from experiments.measurement.measure import measure as measure_test
from experiments.measurement.measurement import Measurement
from experiments.studies.measure import geo_tests
from experiments.studies.parts import Line


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Both tests, Google's with its draw and as if nobody had drawn."""
    walkthrough = geo_tests.geolift_walkthrough()
    return [
        *_geolift(walkthrough, measure_test(walkthrough, seed=seed)),
        _google(geo_tests.google_geo_test(), "drawn", seed),
        _google(geo_tests.google_geo_test(drawn=False), "as if not drawn", seed),
    ]


def _geolift(test: MarketTest, found: Measurement) -> list[Line]:
    days = int(test.treated.sum()) * int(test.window.sum())
    published, ridge = geo_tests.GEOLIFT, geo_tests.GEOLIFT_RIDGE
    average = found.incremental_revenue.mean / days
    beside = found.difference.lift * found.baseline_revenue / days
    least = (
        f"{published.incremental / days:.1f} within 2 %, lift {published.lift:.1%}; "
        f"with a ridge {ridge.incremental / days:.1f}"
    )
    checks = check_test(test, found)
    faults = [c for c in checks if c.gate and not c.passed]
    looks = "; ".join(c.reason for c in checks if not c.gate and not c.passed)
    return [
        Line(
            "GeoLift's walkthrough, effect per city and day",
            f"{average:.3f}, lift {found.lift:.2%}",
            least,
            {"geolift.average": average, "geolift.lift": found.lift},
        ),
        Line(
            "its interval and p value",
            f"{_interval(found)}, p = {found.estimate.p_value:.3f}",
            "significant (p 0.01)",
            {"geolift.p": found.estimate.p_value},
        ),
        Line(
            "its difference-in-differences",
            f"{beside:.1f}, lift {found.difference.lift:.2%}, p = {found.difference.p_value:.3f}",
            "–",
        ),
        Line(
            "its checks",
            f"{len(checks) - len(faults)} of {len(checks)} without fault; "
            f"to look at: {looks or 'none'}",
            "all",
        ),
    ]


def _google(test: MarketTest, how: str, seed: int) -> Line:
    found = measure_test(test, seed=seed)
    added = found.incremental_revenue
    cost, published = geo_tests.GOOGLE_COST, geo_tests.GOOGLE
    return Line(
        f"Google's geo test, {how}: incremental sales",
        f"{added.mean:,.0f} ({added.low:,.0f} to {added.high:,.0f}), return "
        f"{added.mean / cost:.2f}, lift {found.lift:.3f}; difference-in-differences lift "
        f"{found.difference.lift:.3f}",
        f"{published.incremental:,.0f}, return {published.incremental / cost:.2f}, "
        f"lift {published.lift:.3f}",
        {f"google.{how}.incremental": added.mean, f"google.{how}.lift": found.lift},
    )


def _interval(found: Measurement) -> str:
    estimate = found.estimate
    return f"{estimate.level:.0%} interval {estimate.low:.1%} to {estimate.high:.1%}"
