"""What a worker imports before its first answer: half of its start is imports."""

from __future__ import annotations

import subprocess
import sys

#: What `HomeLoader` imports on first use, where the registry need not be asked.
STARTED = (
    "serving.bento",
    "serving.home",
    "features.catalogs.catalog",
    "serving.directory.card",
    "serving.predictions.scoring",
    "training.bundle",
    "training.store",
)
#: Counting raw events and asking the registry are not for requests.
HEAVY = ("ibis", "duckdb", "mlflow", "pyspark")


def test_a_worker_starts_without_the_engines_and_without_the_registry() -> None:
    lines = [
        f"import {', '.join(STARTED)}",
        "import sys",
        f"print({set(HEAVY)} & set(sys.modules))",
    ]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
