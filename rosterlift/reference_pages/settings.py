"""Every setting of training and of the service, with default, range and meaning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rosterlift.reference_pages.markdown import code, page, table
from serving.settings import PREFIX, ServiceSettings
from training.settings import Settings

_TRAINING: Final = (
    "A TOML file given to `rosterlift train --settings FILE`; a dot is a section, so that "
    "`intervals.bags` is `bags` under `[intervals]`. An unknown name or a value out of range is "
    "refused."
)
_SERVICE: Final = (
    "Environment variables, read once at the start. `rosterlift serve` sets home, workers and "
    "token file from its options."
)
_OTHERS: Final = (
    "`ROSTERLIFT_HOME` also names the home of every other verb. `MLFLOW_TRACKING_URI` names an "
    "MLflow store in place of the one in the home."
)
#: Constraints of a field as pydantic keeps them, and the sign each is written with.
_SIGNS: Final = (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))


def settings_page() -> str:
    """The page `settings.md`."""
    training = [_row(name, field) for name, field in leaves(Settings)]
    service = [
        _row(PREFIX + name.upper(), field) for name, field in ServiceSettings.model_fields.items()
    ]
    header = ("setting", "default", "range", "meaning")
    return page(
        "Settings",
        "## Training",
        _TRAINING,
        table(header, training),
        "## Service",
        _SERVICE,
        table(header, service),
        _OTHERS,
    )


def leaves(section: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting below a section by its dotted name."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from leaves(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def _row(name: str, field: FieldInfo) -> tuple[str, str, str, str]:
    return code(name), code(_default(field.default)), _range(field), field.description or ""


def _default(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{part:g}" for part in value)
    return "" if value is None else str(value) if not isinstance(value, Path) else value.as_posix()


def _range(field: FieldInfo) -> str:
    limits = [
        f"{sign} {getattr(limit, name):,g}"
        for name, sign in _SIGNS
        for limit in field.metadata
        if hasattr(limit, name)
    ]
    return ", ".join(limits)
