"""How long do features, reach and the catalog take on large data, and how much memory?

    python -m experiments.studies.feature_scale [--parts posts …] [--quick] [--seeds 641] [--write]

Each part is measured alone; `--write` replaces the rows of the parts measured, and no others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from experiments.studies.parts import PartedStudy

README: Final = Path(__file__).with_name("README.md")
STUDY: Final = PartedStudy(
    name="feature_scale",
    about="features on large data",
    parts=("posts", "engines", "reach", "increment", "killed_writer", "batch"),
    seeds=(641,),
    quick_seeds=(9641,),
)


if __name__ == "__main__":
    STUDY.run(README)
