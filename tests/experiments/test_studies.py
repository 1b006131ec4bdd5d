"""What studies share: judging rosters to come, and writing a result where it belongs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.studies.result_table import MARK, put_result
from experiments.studies.rosters_to_come import Judged


def test_a_result_replaces_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# Study\n\n{MARK}\n\n| old |\n", encoding="utf-8")
    put_result(readme, "| new |")
    put_result(readme, "| newest |")
    assert readme.read_text(encoding="utf-8") == f"# Study\n\n{MARK}\n\n| newest |\n"


def test_judging_compares_with_the_truth() -> None:
    truth = np.array([0.01, 0.03, 0.02, 0.06])
    judged = Judged(
        truth=truth,
        predicted=np.array([0.02, 0.01, 0.02, 0.05]),
        low=truth - [0.01, 0.01, -0.01, 0.01],
        high=truth + 0.02,
        group=np.array([0, 0, 1, 1]),
    )
    # The first choice takes the worse of two rosters, the second the better: 0.02 of 0.03 lost.
    assert judged.regret == pytest.approx(0.02 / 0.03)
    assert judged.coverage == 0.75
    assert judged.rank == pytest.approx(np.corrcoef([1, 3, 2, 4], [2.5, 1, 2.5, 4])[0, 1])
    assert judged.r2 == pytest.approx(1 - (1e-4 + 4e-4 + 0 + 1e-4) / np.sum((truth - 0.03) ** 2))


def test_a_learner_without_intervals_has_no_coverage() -> None:
    one = np.array([0.01, 0.02])
    assert Judged(one, one, None, None, np.array([0, 0])).coverage is None
