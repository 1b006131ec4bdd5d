"""Public benchmarks are read as they were published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.benchmarks import acic2016, hillstrom, ihdp
from experiments.benchmarks.trial import FOLDER, BenchmarkMissingError, coded, split_rows

needs_data = pytest.mark.skipif(
    not FOLDER.exists(), reason="needs the public data sets beside the repository"
)


def test_absent_data_are_named(tmp_path: Path) -> None:
    for trials in (ihdp.ihdp_trials, acic2016.acic_trials, hillstrom.hillstrom_trials):
        with pytest.raises(BenchmarkMissingError, match="not part of the project") as raised:
            next(trials(folder=tmp_path))
        assert raised.value.file.parent == tmp_path


def test_a_split_has_every_row_once() -> None:
    train, test = split_rows(101, test_share=0.2, seed=7)
    assert len(test) == 20
    assert sorted([*train, *test]) == list(range(101))
    assert (np.diff(train) > 0).all()
    again, _ = split_rows(101, test_share=0.2, seed=7)
    other, _ = split_rows(101, test_share=0.2, seed=8)
    np.testing.assert_array_equal(train, again)
    assert not np.array_equal(train, other)


def test_categories_become_codes_in_alphabetical_order() -> None:
    table = pd.DataFrame({"a": [0.5, 2.0, 1.0], "b": ["Web", "Multichannel", "Phone"]})
    np.testing.assert_array_equal(coded(table), [[0.5, 2.0], [2.0, 0.0], [1.0, 1.0]])


@needs_data
def test_ihdp_trains_on_672_and_judges_75_children() -> None:
    trials = list(ihdp.ihdp_trials([1, 25]))
    assert [trial.number for trial in trials] == [1, 25]
    for trial in trials:
        assert trial.train.X.shape == (672, 25)
        assert trial.test.X.shape == (75, 25)
        # 139 of the 747 were treated (Hill 2011); the noise of outcomes has standard deviation 1.
        assert trial.train.treatment.sum() + trial.test.treatment.sum() == 139
        assert trial.train.effect is not None
        # The average effect on the treated is 4 by construction.
        effects = np.concatenate([trial.train.effect, trial.test.effect])
        treated = np.concatenate([trial.train.treatment, trial.test.treatment])
        assert effects[treated == 1].mean() == pytest.approx(4.0, abs=0.05)


@needs_data
def test_acic_outcomes_are_those_of_the_arm_that_was_drawn() -> None:
    (trial,) = acic2016.acic_trials([2])
    assert (trial.train.X.shape, trial.test.X.shape) == ((3842, 58), (960, 58))
    raw = pd.read_csv(FOLDER / "acic2016_zymu_2.csv.gz")
    _, test = split_rows(4802, test_share=0.2, seed=2)
    assert trial.test.effect is not None
    for place in (0, 400, 959):
        row = raw.iloc[int(test[place])]
        assert trial.test.treatment[place] == row["z"]
        assert trial.test.y[place] == (row["y1"] if row["z"] else row["y0"])
        assert trial.test.effect[place] == pytest.approx(row["mu1"] - row["mu0"])


@needs_data
def test_any_e_mail_brings_the_published_visits() -> None:
    first, second = hillstrom.hillstrom_trials([0, 1])
    assert first.train.X.shape == first.test.X.shape == (32_000, 8)
    assert not np.array_equal(first.train.y, second.train.y)
    y = np.concatenate([first.train.y, first.test.y])
    treated = np.concatenate([first.train.treatment, first.test.treatment]) == 1
    # Visits: 18.3 % after the men's e-mail, 15.1 % after the women's, 10.6 % without.
    assert treated.sum() == 42_694
    assert y[treated].mean() == pytest.approx((0.1828 + 0.1514) / 2, abs=2e-4)
    assert y[~treated].mean() == pytest.approx(0.1062, abs=1e-4)
