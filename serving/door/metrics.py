"""What the service counts about itself, for Prometheus.

Paths are labelled by the route that answered (`/v1/creators/{creator_id}`) and unknown
ones as "unknown", versions only while somebody answers with them: neither a scanner nor
time makes the number of series grow. With several worker processes the numbers of all are
added up; those of a process that is gone count on, but no longer as one that answers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from serving.messages.listings import ModelCard

UNKNOWN_ROUTE = "unknown"
METHODS = frozenset({"GET", "HEAD", "POST"})
#: Seconds; a prediction for 50 creators should lie well inside.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
#: Codes of warnings are words of ours; more than these would be a fault of ours.
MOST_CODES: Final = 100
OTHER_CODE: Final = "other"
#: The folder in which the processes of a server meet; BentoML makes it.
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

MODEL: Final = "rosterlift_model_info"
CATALOG: Final = "rosterlift_catalog_info"


def _today() -> date:
    return datetime.now(UTC).date()


class Metrics:
    """Counters of one process."""

    def __init__(self, today: Callable[[], date] = _today) -> None:
        self.registry = CollectorRegistry()
        self.today = today
        self.requests = self._counter("requests", "Requests answered.", "method", "route", "status")
        self.seconds = Histogram(
            "rosterlift_request_seconds",
            "Time from the request to the end of its answer.",
            ("method", "route"),
            registry=self.registry,
            buckets=BUCKETS,
        )
        self.in_flight = self._gauge(
            "rosterlift_requests_in_flight", "POST requests being answered."
        )
        self.loads = self._counter("loads", "Models and catalogs loaded, by outcome.", "outcome")
        self.predictions = self._counter(
            "predictions", "Rosters forecast, each scenario of a comparison for itself.", "route"
        )
        self.warnings = self._counter("warnings", "Warnings in forecasts, by code.", "code")
        self.lost = self._counter(
            "request_log_lost", "Forecasts answered that could not be written to the request log."
        )
        self.model = self._gauge(
            MODEL, "Processes that answer with this model.", "version", "run_id"
        )
        self.catalog = self._gauge(
            CATALOG, "Processes that answer with the catalog of a day.", "day"
        )
        self._codes: set[str] = set()
        self._shown: ModelCard | None = None

    def observe(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        method = method if method in METHODS else "other"
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def count_load(self, outcome: str) -> None:
        """Count one catalog or model that was "loaded", or "failed" to."""
        self.loads.labels(outcome).inc()

    def count_forecasts(self, route: str, codes: Iterable[Sequence[str]]) -> None:
        """Count forecasts of one answer, given the codes of each one's warnings."""
        forecasts = list(codes)
        self.predictions.labels(route).inc(len(forecasts))
        for code in (code for each in forecasts for code in each):
            self.warnings.labels(self._bounded(code)).inc()

    def count_lost(self, forecasts: int) -> None:
        """Count forecasts that the request log could not take."""
        self.lost.inc(forecasts)

    def show(self, card: ModelCard | None) -> None:
        """From now on this process answers with the model and catalog of `card`, or with none."""
        for shown, value in ((self._shown, 0), (card, 1)):
            if shown is not None:
                self.model.labels(shown.model.version, shown.model.run_id).set(value)
                self.catalog.labels(shown.data_window.catalog_as_of.isoformat()).set(value)
        self._shown = card

    def text(self) -> bytes:
        """Return everything in Prometheus' text format, all worker processes together."""
        folder = os.environ.get(SHARED_FOLDER)
        return generate_latest(_Scrape(self._collected(folder), self.today()))

    def _collected(self, folder: str | None) -> Collector:
        if folder is None:
            return self.registry
        _forget_the_dead(Path(folder))
        return MultiProcessCollector(None, folder)  # type: ignore[no-untyped-call]

    def _bounded(self, code: str) -> str:
        if code not in self._codes and len(self._codes) >= MOST_CODES:
            return OTHER_CODE
        self._codes.add(code)
        return code

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"rosterlift_{name}", meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(name, meaning, labels, registry=self.registry, multiprocess_mode="livesum")


class _Scrape(Collector):
    """What was collected, without versions nobody answers with any more, and the catalog's age."""

    def __init__(self, collected: Collector, today: date) -> None:
        self.collected = collected
        self.today = today

    def collect(self) -> Iterator[Metric]:
        """Yield every family of metrics."""
        for family in self.collected.collect():
            if family.name in (MODEL, CATALOG):
                family.samples = [sample for sample in family.samples if sample.value > 0]
            yield family
            if family.name == CATALOG:
                yield self._age([sample.labels["day"] for sample in family.samples])

    def _age(self, days: Sequence[str]) -> Metric:
        age = GaugeMetricFamily(
            "rosterlift_catalog_age_days", "Days since the oldest catalog that answers."
        )
        if days:
            age.add_metric([], (self.today - date.fromisoformat(min(days))).days)
        return age


def _forget_the_dead(folder: Path) -> None:
    """Drop what processes that were killed said about themselves."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not _runs(pid):
            with suppress(FileNotFoundError):  # another scrape was faster
                mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, so it runs
        return True
    return True
