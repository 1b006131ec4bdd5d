"""What the service counts about itself, for Prometheus.

Paths are labelled by the route that answered (`/v1/creators/{creator_id}`) and unknown
ones as "unknown": a scanner cannot make the number of series grow. With several worker
processes the numbers of all are added up.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

UNKNOWN_ROUTE = "unknown"
METHODS = frozenset({"GET", "HEAD", "POST"})
#: Seconds; a prediction for 50 creators should lie well inside.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics:
    """Counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "rosterlift_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "rosterlift_request_seconds",
            "Time from the request to the end of its answer.",
            ("method", "route"),
            registry=self.registry,
            buckets=BUCKETS,
        )
        self.in_flight = Gauge(
            "rosterlift_requests_in_flight",
            "POST requests being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.loads = Counter(
            "rosterlift_loads",
            "Models and catalogs loaded, by outcome.",
            ("outcome",),
            registry=self.registry,
        )

    def observe(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        method = method if method in METHODS else "other"
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def count_load(self, outcome: str) -> None:
        """Count one catalog or model that was "loaded", or "failed" to."""
        self.loads.labels(outcome).inc()

    def text(self) -> bytes:
        """Return everything in Prometheus' text format, all worker processes together."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
