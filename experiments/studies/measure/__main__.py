"""Are measured lifts right: published answers, campaigns without effect, with a known one.

python -m experiments.studies.measure [--parts published …] [--quick] [--seeds 6201] [--write]
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from experiments.studies.parts import PartedStudy

README: Final = Path(__file__).with_name("README.md")
STUDY: Final = PartedStudy(
    name="measure",
    about="measured lifts against published and true ones",
    parts=("published", "nothing", "known"),
    seeds=(6201,),
    quick_seeds=(9101,),
)


if __name__ == "__main__":
    STUDY.run(README)
