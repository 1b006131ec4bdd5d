"""How fast does the service answer, how much does it bear, and what happens when things go wrong?

    python -m experiments.studies.service_load [--parts answers …] [--quick] [--write]

Each part starts services of its own; `--write` replaces the rows of the parts measured.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from experiments.studies.parts import PartedStudy

README: Final = Path(__file__).with_name("README.md")
STUDY: Final = PartedStudy(
    name="service_load",
    about="the service under load",
    parts=("answers", "beside_mlflow", "best_rosters", "any_input", "swaps", "killed_worker"),
    seeds=(651,),
    quick_seeds=(9651,),
)


if __name__ == "__main__":
    STUDY.run(README)
