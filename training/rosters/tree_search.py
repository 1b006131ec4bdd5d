"""Optuna's search for the shape of the trees, on held-out campaigns.

Off by default: in the worlds we know, trees of any sensible shape differ by less than chance.
Whoever has thousands of campaigns may ask for trials.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.settings import BoostingSettings

if TYPE_CHECKING:
    import optuna


SEARCHED = ("learning_rate", "num_leaves", "min_data_in_leaf", "lambda_l2", "feature_fraction")


def search_trees(
    held_out_loss: Callable[[BoostingSettings], float], settings: BoostingSettings, seed: int
) -> tuple[BoostingSettings, dict[str, float]]:
    """The settings of least held-out loss among `settings` itself and its trials.

    Args:
        held_out_loss: of boosting with some settings, at the best number of rounds.

    Returns:
        The settings, and the loss of each trial, "trial 3", for the record.
    """
    # Optuna takes a second to import and few runs ask for it.
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def objective(trial: optuna.Trial) -> float:
        return held_out_loss(_suggested(trial, settings))

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.enqueue_trial({name: getattr(settings, name) for name in SEARCHED})
    study.optimize(objective, n_trials=settings.trials)
    losses = {f"trial {t.number}": float(t.value) for t in study.trials if t.value is not None}
    return settings.model_copy(update=study.best_params), losses


def _suggested(trial: optuna.Trial, settings: BoostingSettings) -> BoostingSettings:
    return settings.model_copy(
        update={
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.3, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 2, 32, log=True),
            "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 5, 500, log=True),
            "lambda_l2": trial.suggest_float("lambda_l2", 0.1, 1000.0, log=True),
            "feature_fraction": trial.suggest_float("feature_fraction", 0.1, 1.0),
        }
    )
