"""How fast is the planner page: its first view, a comparison, a search while typing?

    python -m experiments.studies.page_speed [--parts search …] [--quick] [--write]

Each part looks at a service of its own, started by the real command, in Debian's Chromium.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from experiments.studies.parts import PartedStudy

README: Final = Path(__file__).with_name("README.md")
STUDY: Final = PartedStudy(
    name="page_speed",
    about="the planner page in a browser",
    parts=("first_view", "comparison", "search"),
    seeds=(661,),
    quick_seeds=(9661,),
)


if __name__ == "__main__":
    STUDY.run(README)
