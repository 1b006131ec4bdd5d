"""What the service is told from outside: read once from the environment, then passed down."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from features.errors import SettingsError

PREFIX = "ROSTERLIFT_"


class AccessLogged(StrEnum):
    """Which requests get a line in the access log."""

    NONE = "none"
    REQUESTS = "requests"
    ALL = "all"


class ServiceSettings(BaseModel):
    """One frozen object; each field is the variable `ROSTERLIFT_<FIELD>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        default=Path(".rosterlift"), description="holds the catalog and the default registry"
    )
    token_file: Path | None = Field(
        default=None, description="one bearer token a line; absent: nobody is asked for one"
    )
    workers: int = Field(default=1, ge=1, le=64, description="processes that answer requests")
    threads: int = Field(
        default=2, ge=1, le=64, description="predictions at the same time in a process"
    )
    at_once: int = Field(
        default=32,
        ge=1,
        le=10_000,
        description="POST requests in a process before 429 is answered",
    )
    poll_seconds: float = Field(
        default=3.0,
        gt=0,
        le=3600,
        description="seconds between looks for a new model or catalog",
    )
    answer_seconds: float = Field(
        default=55.0,
        gt=0,
        le=59,
        description="seconds after which a request is given up with 503",
    )
    access_log: AccessLogged = Field(
        default=AccessLogged.REQUESTS,
        description="lines on standard error: `none`, `requests`, or `all`, health checks too",
    )
    request_log: bool = Field(
        default=True, description="write every forecast that is answered to `requests/` in the home"
    )
    request_log_mb: int = Field(
        default=256,
        ge=1,
        le=100_000,
        description="megabytes after which a day's forecasts go on in another file",
    )
    request_log_files: int = Field(
        default=0,
        ge=0,
        le=100_000,
        description="files of forecasts that are kept, the newest; 0 keeps all",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the variables of this service; raise `SettingsError` naming a wrong one.

        Variables with the prefix that are not listed here belong to other parts.
        """
        found = {
            name: environment[PREFIX + name.upper()]
            for name in cls.model_fields
            if environment.get(PREFIX + name.upper())
        }
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            fault = error.errors()[0]
            name = PREFIX + str(fault["loc"][0]).upper()
            raise SettingsError(name, f"{fault['msg']}, found {fault['input']!r}") from error
