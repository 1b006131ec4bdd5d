"""Every column a model may name as a driver has words that a planner reads."""

from __future__ import annotations

import re

from features.rosters.feature_set import FEATURES
from serving.door.routes import PAGE
from serving.predictions.drivers import BRAND, REACH


def test_every_driver_has_a_planners_words() -> None:
    written = (PAGE / "answer" / "driver_words.js").read_text()
    table = written[written.index("const WORDS") : written.index("};")]
    worded = set(re.findall(r"^  (\w+): \[", table, flags=re.MULTILINE))
    drivers = {
        "season" if name.startswith("season_") else name.removeprefix("log_")
        for name in (*FEATURES.names, REACH, BRAND)
    }
    assert drivers - worded == set()
