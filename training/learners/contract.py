"""What every meta-learner shares: scikit-learn's estimator contract and the steps of a fit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from features.errors import SampleError
from training.arrays import AnyArray, Floats
from training.learners.binning import bin_rows
from training.learners.columns import Columns, Table
from training.learners.crossfit import Bench, CrossFitted, Model
from training.learners.design import LinearDesign, learn_design
from training.learners.folds import Folds, make_folds
from training.learners.inputs import Sample, check_sample
from training.learners.roles import Roles, is_small
from training.learners.settings import LearnerSettings, Outcome


class Learner(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn ships no types
    """A meta-learner of treatment effects on LightGBM, cross-fitted by group.

    Args:
        settings: the same defaults serve every data set.
        outcome: "regression", or "classification" for an outcome of 0 and 1; an effect is then a
            difference in probability.
        folds: models of each role; a group's rows are never in the training of their own fold's.
        threads: boosters that grow side by side; changes nothing but the time.
        seed: of the folds and of LightGBM.

    Attributes:
        out_of_fold_: [n] effect of each training row by models that were not fitted to its group.
        columns_: the columns of training, which a table to predict must have.
        models_: one model of the effect for each fold; `predict` averages them.
    """

    #: Whether the treatment may be a dose instead of a flag.
    takes_dose: ClassVar[bool] = False

    def __init__(
        self,
        *,
        settings: LearnerSettings = LearnerSettings(),
        outcome: Outcome = "regression",
        folds: int = 5,
        threads: int = 2,
        seed: int = 0,
    ) -> None:
        self.settings = settings
        self.outcome = outcome
        self.folds = folds
        self.threads = threads
        self.seed = seed

    def fit(
        self,
        X: Table,
        y: ArrayLike,
        *,
        treatment: ArrayLike,
        groups: ArrayLike | None = None,
        propensity: ArrayLike | None = None,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Learn the effect of the treatment on y as a function of X.

        Args:
            X: features [n, p]: an array, or a DataFrame with numbers and categorical columns.
                NaN is a missing value.
            y: outcome [n].
            treatment: 0 or 1 [n]; a dose where the learner takes one.
            groups: [n] labels; rows of a group share a fold. Each row is its own by default.
            propensity: [n] P(treated | x) where it was drawn, E[dose | x] of a dose; estimated by
                default.
            weights: [n] inverse variances or counts.

        Raises:
            SampleError: nothing can be learned from an argument; the message names it.
        """
        self._check_counts()
        sample = check_sample(
            X,
            y,
            treatment=treatment,
            groups=groups,
            propensity=propensity,
            weights=weights,
            outcome=self.outcome,
            dose=self.takes_dose,
        )
        folds = make_folds(sample.group, sample.treatment, folds=self.folds, seed=self.seed)
        _check_arms(sample, folds)
        self.columns_: Columns = sample.columns
        self.n_features_in_: int = sample.columns.count
        self.scaling_: LinearDesign | None = None
        if is_small(sample.size, self.settings):
            self.scaling_ = learn_design(sample.X, sample.columns.levels)
        effect = self._learn(Roles(self._bench(sample, folds), self.settings), sample)
        self.models_: tuple[Model, ...] = tuple(effect.models)
        self.out_of_fold_: Floats = effect.held_out
        return self

    def predict(self, X: Table) -> Floats:
        """Effect of each row [n] in units of y: treated minus untreated, or per unit of dose.

        Raises:
            NotFittedError: `fit` comes first.
            SampleError: X has other columns than in training.
        """
        check_is_fitted(self)
        matrix = self._matrix(self.columns_.matrix(X))
        with ThreadPoolExecutor(self.threads) as pool:
            effects = list(pool.map(lambda one: one.predict(matrix), self.models_))
        return np.asarray(np.mean(effects, axis=0), dtype=np.float64)

    def _check_counts(self) -> None:
        for name, found, least in (("folds", self.folds, 2), ("threads", self.threads, 1)):
            if found < least:
                raise SampleError(name, f"at least {least}", f"{found}", "Ask for more.")

    @abstractmethod
    def _learn(self, roles: Roles, sample: Sample) -> CrossFitted:
        """The effect, from checked rows."""

    def _matrix(self, X: AnyArray) -> AnyArray:
        """What models see: slopes in leaves are penalised, so few rows are standardised."""
        return X if self.scaling_ is None else self.scaling_.standardised(X)

    def _bench(self, sample: Sample, folds: Folds) -> Bench:
        return self._bench_on(self._matrix(sample.X), sample, folds)

    def _bench_on(self, matrix: AnyArray, sample: Sample, folds: Folds) -> Bench:
        binned = bin_rows(
            matrix,
            tuple(sample.columns.levels),
            max_bin=self.settings.max_bin,
            linear_leaves=self.scaling_ is not None,
        )
        design = learn_design(matrix, sample.columns.levels)
        return Bench(binned, design, folds, self.threads, self.seed)


def _check_arms(sample: Sample, folds: Folds) -> None:
    """Every fold's models need both arms, in rows that weigh something."""
    for fold in folds.numbers:
        seen = sample.treatment[~folds.held(fold) & (sample.weight > 0)]
        if len(seen) == 0 or seen.min() == seen.max():
            raise SampleError(
                "groups",
                "treated and untreated rows outside every fold",
                f"one arm only outside fold {fold}",
                "Spread both arms over more groups or ask for other folds.",
            )
