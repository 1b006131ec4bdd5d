"""The one door every request passes: what may enter, and the one shape of what failed.

BentoML answers bad bodies, its own errors and unexpected ones in three shapes. So all
checks happen here, before it: path and method, token, size, JSON, fields, and how many
at once. What the routes raise afterwards is translated here too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.door.access import Access
from serving.door.access_log import VERSIONS, Versions, log_request
from serving.door.body import parse_json, read_body, replay, validate
from serving.door.exchange import Exchange
from serving.door.faults import REQUEST_ID, answer_to
from serving.door.metrics import UNKNOWN_ROUTE, Metrics
from serving.door.operations import OPERATIONS, Operation
from serving.errors import Refusal


@dataclass(frozen=True)
class Rules:
    """What the door goes by: at most `at_once` POST requests, and how long each may take.

    Both times together stay below BentoML's own limit, which has another error shape.
    """

    metrics: Metrics
    access: Access = field(default_factory=Access)
    at_once: int = 32
    answer_seconds: float = 40.0
    body_seconds: float = 15.0
    versions: Callable[[], Versions] = Versions


class Boundary:
    """ASGI middleware; see the module. One object for each application."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app = app
        self.rules = rules
        self.busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = Exchange(scope, send)
        REQUEST_ID.set(exchange.request_id)
        VERSIONS.set(self.rules.versions())
        started = time.perf_counter()
        operation: Operation | None = None
        try:
            operation = _operation(scope)
            await self._answer(operation, exchange, receive)
        except Exception as error:
            if exchange.started:  # too late for another answer: let the server cut it off
                raise
            await exchange.fail(answer_to(error))
        finally:
            self._note(exchange, operation, time.perf_counter() - started)

    def _note(self, exchange: Exchange, operation: Operation | None, seconds: float) -> None:
        method, status = exchange.scope["method"], exchange.status
        route = operation.path if operation else UNKNOWN_ROUTE
        self.rules.metrics.observe(method=method, route=route, status=status, seconds=seconds)
        log_request(
            request_id=exchange.request_id,
            method=method,
            route=route,
            status=status,
            seconds=seconds,
            size=exchange.size,
        )

    async def _answer(self, operation: Operation, exchange: Exchange, receive: Receive) -> None:
        scope = exchange.scope
        if operation.needs_token:
            self.rules.access.check(Headers(scope=scope))
        if operation.question is None:
            await self.app(scope, receive, exchange.send)
            return
        asked = validate(operation.question, parse_json(await self._body(receive)))
        body = asked.model_dump_json().encode()
        await self._within_limits(_as_json(scope, len(body)), replay(body), exchange)

    async def _body(self, receive: Receive) -> bytes:
        try:
            async with asyncio.timeout(self.rules.body_seconds):
                return await read_body(receive)
        except TimeoutError as error:
            seconds = f"{self.rules.body_seconds:g}"
            raise Refusal(408, f"expected the whole body within {seconds} seconds.") from error

    async def _within_limits(self, scope: Scope, receive: Receive, exchange: Exchange) -> None:
        if self.busy >= self.rules.at_once:
            raise Refusal(
                429,
                f"{self.rules.at_once} requests are being answered; ask again in a second.",
                headers={"Retry-After": "1"},
            )
        self._count(1)
        task = asyncio.ensure_future(self.app(scope, receive, exchange.send))
        task.add_done_callback(self._finished)
        done, _ = await asyncio.wait({task}, timeout=self.rules.answer_seconds)
        if not done:  # a thread cannot be stopped: its place stays taken until it ends
            task.cancel()
            raise Refusal(
                503,
                f"no answer within {self.rules.answer_seconds:g} seconds; ask for fewer "
                "scenarios or smaller rosters at once.",
                headers={"Retry-After": "5"},
            )
        task.result()

    def _finished(self, task: asyncio.Future[None]) -> None:
        self._count(-1)
        if not task.cancelled():
            task.exception()  # marks it as seen: whoever waited has answered

    def _count(self, change: int) -> None:
        self.busy += change
        self.rules.metrics.in_flight.inc(change)


def _operation(scope: Scope) -> Operation:
    """Return the operation asked for; raise `Refusal` 404 or 405."""
    here = [operation for operation in OPERATIONS if operation.matches(scope["path"])]
    if not here:
        raise Refusal(404, f"nothing at {scope['path'][:200]}; /docs lists every path.")
    allowed: set[str] = set()
    for operation in here:
        if scope["method"] in operation.methods:
            return operation
        allowed |= operation.methods
    methods = ", ".join(sorted(allowed))
    raise Refusal(405, f"expected {methods}, found {scope['method']}.", headers={"Allow": methods})


def _as_json(scope: Scope, length: int) -> Scope:
    """Return the scope with the headers of the body that was checked and written anew."""
    replaced = {b"content-type", b"content-length", b"transfer-encoding", b"content-encoding"}
    headers = [pair for pair in scope["headers"] if pair[0].lower() not in replaced]
    headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % length)]
    return {**scope, "headers": headers}
