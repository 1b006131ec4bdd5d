"""The one door to MLflow: runs, the registry, and who is champion.

The default store is SQLite and a folder of artifacts inside the home; the environment
variable MLFLOW_TRACKING_URI names another.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# MLflow reports its use to the internet from its import on, unless told not to before.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from features.errors import (
    BrokenBundleError,
    NoFormerChampionError,
    NoModelError,
    RegistryUnreachableError,
    UnknownIdError,
)
from features.sources.postgres import without_password
from training.bundle import Bundle
from training.store import CONFIGURED
from training.store import tracking_uri as tracking_uri

NAME = "rosterlift"
#: The experiment that studies are logged to, apart from training runs.
STUDIES = "rosterlift-studies"
CHAMPION = "champion"
_PREVIOUS = "previous"
_REQUIREMENTS = ["rosterlift"]
#: What the registry answers about names and versions it does not hold.
_ABSENT = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
#: What differs between two complaints of the same thing.
_ADDRESS_IN_MEMORY = re.compile(r" object at 0x[0-9a-f]+")


@dataclass(frozen=True)
class Logged:
    """What the registry made of a run."""

    run_id: str
    version: str


@dataclass(frozen=True)
class Version:
    """A registered model version."""

    version: str
    run_id: str
    created: datetime
    champion: bool
    verdict: str
    reason: str


def connect(home: Path) -> MlflowClient:
    """A client of the configured store, which is created on first use."""
    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    configured = os.environ.get(CONFIGURED)
    uri = tracking_uri(home)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    # MLflow writes the address into the environment, where the next home would take it for
    # the user's wish.
    if configured is None:
        os.environ.pop(CONFIGURED, None)
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def log_run(
    home: Path,
    bundle: Bundle,
    *,
    parameters: Mapping[str, str],
    metrics: Mapping[str, float],
    tags: Mapping[str, str],
    texts: Mapping[str, str],
) -> Logged:
    """Log a training run and register its bundle as a new version.

    Args:
        texts: artifacts by file name, such as the report.
    """
    client = connect(home)
    experiment = _experiment(client, home, NAME)
    with (
        tempfile.TemporaryDirectory() as scratch,
        mlflow.start_run(experiment_id=experiment) as run,
    ):
        run_id = str(run.info.run_id)
        folder = Path(scratch) / "bundle"
        bundle.registered("", run_id).save(folder)
        _log_evidence(parameters, metrics, texts)
        mlflow.set_tags(dict(tags))
        info = mlflow.pyfunc.log_model(
            name="bundle",
            loader_module="training.pyfunc",
            data_path=str(folder),
            registered_model_name=NAME,
            pip_requirements=_REQUIREMENTS,
        )
    version = str(info.registered_model_version)
    for name in ("verdict", "reasons"):
        client.set_model_version_tag(NAME, version, name, tags.get(name, "")[:4000])
    return Logged(run_id, version)


def log_study(
    home: Path,
    name: str,
    *,
    parameters: Mapping[str, str],
    metrics: Mapping[str, float],
    texts: Mapping[str, str],
) -> str:
    """Log what a study found; returns the id of its run, which bears the study's name.

    Args:
        texts: artifacts by file name, such as the study's table.
    """
    experiment = _experiment(connect(home), home, STUDIES)
    with mlflow.start_run(experiment_id=experiment, run_name=name) as run:
        _log_evidence(parameters, metrics, texts)
    return str(run.info.run_id)


def attach_texts(home: Path, run_id: str, texts: Mapping[str, str]) -> None:
    """Add artifacts to a run that was logged: such as its report, which tells the run's id."""
    client = connect(home)
    for name, text in texts.items():
        client.log_text(run_id, text, name)


def promote(home: Path, version: str, reason: str) -> None:
    """Make a version the champion and keep the reason; the one before is remembered.

    Raises:
        UnknownIdError: there is no such version.
    """
    client = connect(home)
    try:
        client.get_model_version(NAME, version)
    except MlflowException as error:
        if error.error_code not in _ABSENT:
            raise
        raise UnknownIdError("model version", version) from error
    current = champion_version(home)
    if current is not None and current.version != version:
        client.set_registered_model_alias(NAME, _PREVIOUS, current.version)
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    client.set_model_version_tag(NAME, version, "promoted", f"{stamp}: {reason}")
    client.set_registered_model_alias(NAME, CHAMPION, version)


def rollback(home: Path) -> str:
    """Make the champion before this one champion again; returns its version.

    Raises:
        NoFormerChampionError: there was no champion before.
    """
    previous = _aliased(home, _PREVIOUS)
    if previous is None:
        raise NoFormerChampionError
    promote(home, previous.version, "rollback")
    return previous.version


def versions(home: Path) -> list[Version]:
    """All registered versions, newest first."""
    client = connect(home)
    champion = champion_version(home)
    found = client.search_model_versions(f"name = '{NAME}'")
    listed = [
        Version(
            version=str(v.version),
            run_id=str(v.run_id),
            created=datetime.fromtimestamp(v.creation_timestamp / 1000, UTC),
            champion=champion is not None and str(v.version) == champion.version,
            verdict=v.tags.get("verdict", ""),
            reason=v.tags.get("promoted", "") or v.tags.get("reasons", ""),
        )
        for v in found
    ]
    return sorted(listed, key=lambda v: int(v.version), reverse=True)


def champion_version(home: Path) -> Logged | None:
    """Version and run of the champion, or None; cheap enough to be polled."""
    return _aliased(home, CHAMPION)


def champion_bundle(home: Path) -> Bundle:
    """Load the champion.

    Raises:
        NoModelError: nobody was promoted yet.
        BundleError: the champion's bundle cannot be used.
    """
    with fetched_champion(home) as (logged, folder):
        return Bundle.load(folder).registered(logged.version, logged.run_id)


def load_version(home: Path, logged: Logged) -> Bundle:
    """Load one registered version."""
    with fetched(home, logged) as folder:
        return Bundle.load(folder).registered(logged.version, logged.run_id)


@contextmanager
def fetched_champion(home: Path) -> Iterator[tuple[Logged, Path]]:
    """The champion and the folder with its bundle, see `fetched`.

    Raises:
        NoModelError: nobody was promoted yet.
    """
    champion = champion_version(home)
    if champion is None:
        raise NoModelError(without_password(tracking_uri(home)))
    with fetched(home, champion) as folder:
        yield champion, folder


@contextmanager
def fetched(home: Path, logged: Logged) -> Iterator[Path]:
    """The folder with a registered version's bundle, which may be gone afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            source = connect(home).get_model_version_download_uri(NAME, logged.version)
            model = mlflow.artifacts.download_artifacts(artifact_uri=source, dst_path=scratch)
        except (MlflowException, OSError) as error:
            raise _unreachable(home, error) from error
        try:
            yield Path(model) / "data" / "bundle"
        except BrokenBundleError as error:
            raise BrokenBundleError(source, error.reason) from error


def _aliased(home: Path, alias: str) -> Logged | None:
    client = connect(home)
    try:
        found = client.get_model_version_by_alias(NAME, alias)
    except MlflowException as error:
        if error.error_code not in _ABSENT:
            # A store that cannot be reached is no store without a champion.
            raise _unreachable(home, error) from error
        return None
    return Logged(str(found.run_id), str(found.version))


def _unreachable(home: Path, error: Exception) -> RegistryUnreachableError:
    reason = _ADDRESS_IN_MEMORY.sub("", str(error))[:300]
    return RegistryUnreachableError(without_password(tracking_uri(home)), reason)


def _log_evidence(
    parameters: Mapping[str, str], metrics: Mapping[str, float], texts: Mapping[str, str]
) -> None:
    """Into the run that is open; each kind at once, as one call a number takes seconds."""
    mlflow.log_params({name: value[:6000] for name, value in parameters.items()})
    mlflow.log_metrics(dict(metrics))
    for name, text in texts.items():
        mlflow.log_text(text, name)


def _experiment(client: MlflowClient, home: Path, name: str) -> str:
    known = client.get_experiment_by_name(name)
    if known is not None:
        return str(known.experiment_id)
    local = None if os.environ.get(CONFIGURED) else (home / "mlruns").resolve().as_uri()
    return str(client.create_experiment(name, artifact_location=local))
