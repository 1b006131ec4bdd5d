"""One line of JSON for each request: what was asked, how it ended, and what answered it.

Routes stand there, never paths; neither bodies, queries nor headers do, so that no token
and no brief can get in. Whatever a client chose is escaped by JSON: a line is a request.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TextIO

from serving.messages.answers import Prediction
from serving.messages.holdout import HoldoutAnswer
from serving.messages.listings import ModelCard
from serving.settings import AccessLogged

logger = logging.getLogger("rosterlift.access")

#: Asked every few seconds by machines; told at level DEBUG.
QUIET_ROUTES: Final = frozenset({"/healthz", "/livez", "/readyz", "/metrics"})
LONGEST_METHOD: Final = 16

_LEVELS: Final = {
    AccessLogged.NONE: logging.CRITICAL,
    AccessLogged.REQUESTS: logging.INFO,
    AccessLogged.ALL: logging.DEBUG,
}


@dataclass
class Versions:
    """Which model and catalog a request is answered with, the catalog by its day.

    Begins with what the service has when the request comes; an answer says it exactly.
    """

    model: str | None = None
    catalog: str | None = None

    @classmethod
    def of(cls, card: ModelCard | None) -> Versions:
        """Those of a model card; none where there is none yet."""
        if card is None:
            return cls()
        return cls(card.model.version, card.data_window.catalog_as_of.isoformat())

    def told_by(self, answer: Prediction | HoldoutAnswer) -> None:
        """Take over what an answer says of itself."""
        self.model, self.catalog = answer.model.version, answer.as_of.isoformat()


#: Those of the request being answered; worker threads fill in the same object.
VERSIONS: ContextVar[Versions] = ContextVar("rosterlift_versions")


def open_access_log(which: AccessLogged, stream: TextIO | None = None) -> None:
    """Write the lines to `stream`, standard error by default, and nowhere else.

    uvicorn's own access log has whole paths with their queries: it stays silent.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(_LEVELS[which])
    logging.getLogger("uvicorn.access").disabled = True


def log_request(
    *, request_id: str, method: str, route: str, status: int, seconds: float, size: int
) -> None:
    """Write the line of one answered request; `size` is the answer's body in bytes."""
    level = logging.DEBUG if route in QUIET_ROUTES else logging.INFO
    if not logger.isEnabledFor(level):
        return
    versions = VERSIONS.get(Versions())
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request_id": request_id,
        "method": method[:LONGEST_METHOD],
        "route": route,
        "status": status,
        "seconds": round(seconds, 6),
        "bytes": size,
        "model": versions.model,
        "catalog": versions.catalog,
    }
    logger.log(level, "%s", json.dumps(line, ensure_ascii=True))
