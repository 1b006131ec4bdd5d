"""The study of public benchmarks: folds, what is kept on the way, scores, tables, metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from experiments.benchmarks.trial import Rows, Trial
from experiments.studies.peers.exchange import LEARNERS, MetricAnswer, MetricJob, PeerAnswer
from experiments.studies.public_benchmarks import __main__ as study
from experiments.studies.public_benchmarks.agreement import PAIRS, agreement, simulated_ranking
from experiments.studies.public_benchmarks.contenders import FOLDS, OURS, Ours, contenders, folds_of
from experiments.studies.public_benchmarks.kept import answers
from experiments.studies.public_benchmarks.published import published_table
from experiments.studies.public_benchmarks.standings import (
    Standing,
    best_constant,
    root_pehe_error,
    standing,
)
from experiments.studies.public_benchmarks.tables import pehe_table, qini_table, seconds_table
from training.learners.folds import make_folds
from training.learners.settings import LearnerSettings, TreeSettings


def rows(n: int, seed: int) -> Rows:
    """The effect is 2 where the first feature is positive, else 0."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    treatment = rng.integers(0, 2, n)
    effect = np.where(X[:, 0] > 0, 2.0, 0.0)
    return Rows(X, X[:, 1] + treatment * effect, treatment, effect)


def trial(number: int = 1, n: int = 103) -> Trial:
    return Trial("simulated", number, train=rows(n, number), test=rows(40, 100 + number))


@dataclass
class Oracle:
    """Knows the answer; remembers what it was asked and fails where it is told to."""

    fingerprint: str = "a"
    fails_at: int | None = None
    asked: list[int] = field(default_factory=list)
    library: str = "oracle, stubbed"
    learner: str = "t"

    def answer_each(self, trials: Sequence[Trial]) -> Iterator[PeerAnswer]:
        for one in trials:
            if one.number == self.fails_at:
                raise RuntimeError("interrupted")
            self.asked.append(one.number)
            assert one.test.effect is not None
            yield PeerAnswer(one.test.effect, 1.0, 0.5, 0.0, {})


def stood(library: str, learner: str, scores: Sequence[float], constant: bool = False) -> Standing:
    return Standing(library, learner, np.array(scores), cpu_seconds=0.25, constant=constant)


def test_folds_have_equal_shares_of_both_arms() -> None:
    own, fold = trial(), folds_of(trial())
    assert set(fold) == set(range(FOLDS))
    for arm in (0, 1):
        counts = np.bincount(fold[own.train.treatment == arm])
        assert counts.max() - counts.min() <= 1


def test_our_learners_cross_fit_over_the_folds_that_peers_are_given() -> None:
    own, fold = trial(), folds_of(trial())
    ours = make_folds(fold, own.train.treatment.astype(float), folds=FOLDS, seed=0).number
    pairs = set(zip(fold.tolist(), ours.tolist(), strict=True))
    assert len(pairs) == FOLDS


def test_every_learner_of_every_library_takes_part_once() -> None:
    names = [(one.library, one.learner) for one in contenders()]
    assert len(set(names)) == len(names)
    for library, learners in LEARNERS.items():
        assert tuple(learner for own, learner in names if own == library) == learners
    ours = [own for own, _ in names if own.startswith("rosterlift")]
    assert len(ours) == 2 * len(OURS)


def test_our_learner_answers_and_says_what_it_took() -> None:
    own = trial(n=400)
    settings = LearnerSettings(small_rows=0, outcome=TreeSettings(max_rounds=30))
    (answer,) = Ours("rosterlift", "t", settings).answer_each([own])
    assert np.corrcoef(answer.effect, own.test.X[:, 0] > 0)[0, 1] > 0.8
    assert answer.cpu_seconds > 0


def test_an_interrupted_study_goes_on_where_it_stopped(tmp_path: Path) -> None:
    trials = [trial(1), trial(2), trial(3)]
    broken = Oracle(fails_at=3)
    with pytest.raises(RuntimeError, match="interrupted"):
        answers(broken, trials, tmp_path)
    whole = Oracle()
    found = answers(whole, trials, tmp_path)
    assert (broken.asked, whole.asked) == ([1, 2], [3])
    for own, answer in zip(trials, found, strict=True):
        np.testing.assert_array_equal(answer.effect, own.test.effect)


def test_what_is_kept_answers_only_the_same_question(tmp_path: Path) -> None:
    first, other_data = trial(1), replace(trial(1), train=rows(50, 9))
    answers(Oracle(), [first], tmp_path)
    for oracle, own in ((Oracle(), other_data), (Oracle(fingerprint="b"), first)):
        answers(oracle, [own], tmp_path)
        assert oracle.asked == [1]
    again = Oracle()
    answers(again, [first], tmp_path)
    assert again.asked == []


def test_scores_by_hand() -> None:
    assert root_pehe_error(np.array([1.0, 3.0]), np.array([4.0, 7.0])) == pytest.approx(12.5**0.5)
    known = trial()
    assert known.test.effect is not None
    guess = PeerAnswer(np.full(40, known.test.effect.mean()), 1.0, 0.5, 0.0, {})
    found = standing("a", "t", [known], [guess])
    assert found.scores == pytest.approx(best_constant([known]))
    assert found.constant


def test_rankings_are_judged_where_nobody_knows_effects() -> None:
    y, treatment = np.array([1.0, 0, 0, 1, 0, 0, 1, 0]), np.array([1, 1, 1, 1, 0, 0, 0, 0])
    own = Trial("randomised", 1, trial().train, Rows(np.zeros((8, 1)), y, treatment, effect=None))
    perfect = PeerAnswer(y * (2.0 * treatment - 1), 1.0, 0.5, 0.0, {})
    blind = PeerAnswer(np.ones(8), 1.0, 0.5, 0.0, {})
    assert standing("a", "t", [own], [perfect]).scores == pytest.approx([1.0])
    assert standing("a", "t", [own], [blind]).scores == pytest.approx([0.0])


def test_the_table_marks_the_best_the_absent_and_the_constant() -> None:
    standings = [
        stood("ours", "t", [1.0, 2.0, 6.0]),
        stood("ours", "dr", [1.0, 1.0, 1.0]),
        stood("peer", "t", [4.0, 4.0, 7.0], constant=True),
    ]
    table = pehe_table("IHDP", standings, np.array([2.0, 2.0, 5.0]))
    assert "mean (median) of 3" in table
    assert "best constant has 3.00 (2.00)" in table
    assert "|  | T | DR |" in table
    assert "| ours | 3.00 (2.00) | **1.00 (1.00)** |" in table
    assert "| peer | 5.00 (4.00) † | – |" in table
    assert table.endswith("† the same effect for every row.")


def test_for_qini_the_best_is_the_largest() -> None:
    table = qini_table("Hillstrom", [stood("a", "s", [0.01, 0.03]), stood("b", "s", [0.0, 0.02])])
    assert "| a | **0.0200 ± 0.0100** |" in table
    assert "| b | 0.0100 ± 0.0100 |" in table
    assert "†" not in table


def test_seconds_stand_side_by_side() -> None:
    slow = replace(stood("a", "s", [1.0]), cpu_seconds=123.4)
    table = seconds_table({"IHDP": [stood("a", "s", [1.0])], "ACIC": [slow]})
    assert "IHDP · ACIC" in table
    assert "| a | 0.25 · 123 |" in table


def test_published_numbers_stand_above_those_of_this_run() -> None:
    peers = [stood("a", "t", [1.0, 4.0]), stood("b", "t", [2.0, 3.5]), stood("a", "r", [1.0, 3.0])]
    peers += [stood("a", one, [1.0]) for one in ("s", "x", "dr", "forest")]
    table = published_table({"ihdp": "IHDP"}, {"ihdp": peers})
    assert "| IHDP elsewhere, 50 | 3.58 (1.20) | 2.57 (1.07) |" in table
    assert "| IHDP here, 2 | 1.00 (1.00) | 2.50–2.75 | 1.00 (1.00) | 2.00 (2.00) |" in table


def test_a_simulated_ranking_leaves_nothing_to_rounding() -> None:
    job = simulated_ranking(1_000, seed=4)
    assert len(np.unique(job.uplift)) == 1_000
    for arm in (0, 1):
        assert (job.k * (job.treatment == arm).sum()) % 1 == pytest.approx(0.0, abs=1e-9)
    effect = job.y[job.treatment == 1].mean() - job.y[job.treatment == 0].mean()
    assert job.scores.mean() == pytest.approx(effect, abs=0.05)


def test_agreement_sets_ours_against_theirs() -> None:
    def biased(job: MetricJob) -> MetricAnswer:
        ours = {name: our(job) for name, (_, our) in PAIRS.items()}
        return MetricAnswer({name: own - 0.25 for name, own in ours.items()}, {"sklift": "0.5"})

    found = agreement(ask=biased, rows=200)
    assert list(found.metrics.values()) == pytest.approx([0.25] * len(PAIRS))
    assert found.table.count("+2.5e-01 |") == len(PAIRS)
    assert "200 simulated rows" in found.table


@pytest.mark.parametrize("also", ["--quick", "--metrics", "--sets=ihdp"])
def test_part_of_the_study_is_never_written(
    also: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["public_benchmarks", "--write", also])
    with pytest.raises(SystemExit):
        study.main()
    assert "--write replaces all tables" in capsys.readouterr().err
