"""From anything that was raised to the problem that answers it; the unexpected is logged.

The request's id stands in the answer's `X-Request-Id` and, for what nobody expected, in
its detail and in the log: the only way from one to the other.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar

from features.errors import RosterliftError
from serving.errors import FAULTY, Problem, Refusal, problem_of

logger = logging.getLogger("rosterlift.serving")

#: The id of the request being answered, also inside the worker threads it is handed to.
REQUEST_ID: ContextVar[str] = ContextVar("rosterlift_request_id", default="")


def answer_to(error: Exception) -> Problem:
    """Return the problem that answers `error`; never a stack trace."""
    if isinstance(error, Refusal):
        return error.problem
    if isinstance(error, RosterliftError) and (problem := problem_of(error)).status != FAULTY[0]:
        return problem
    request_id = REQUEST_ID.get()
    logger.error("request %s failed", request_id, exc_info=error)
    return Problem(*FAULTY, f"The fault is ours; the log has it under request {request_id}.")
