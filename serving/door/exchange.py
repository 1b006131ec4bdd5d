"""One request on its way: what was answered, and every answer dressed the same.

Every response gets the security headers and a request id, the client's own where it sent
one. A failure in any other shape than the one of `serving.errors` (a framework's own 404,
405 or 500) is replaced.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

from serving.errors import MEDIA_TYPE, Problem, title_of

#: The page brings its own scripts and styles as files; nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

REQUEST_ID_HEADER: Final = "X-Request-Id"
#: A client's own id is taken over where it is short, and harmless wherever it is printed.
_HARMLESS: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class Exchange:
    """Wraps `send` of one request; use `Exchange.send` in its place."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.request_id = _request_id(scope)
        self.status = 0
        self.size = 0
        self.scope = scope
        self._send = send
        self._replacing = False
        self._closed = False

    @property
    def started(self) -> bool:
        """Whether the status line is out, so that no other answer can be given."""
        return self.status != 0

    async def send(self, message: Message) -> None:
        """Pass a message of the answer on, dressed; swallow what is being replaced."""
        if self._closed:
            return
        if message["type"] == "http.response.start":
            await self._start(message)
        elif not self._replacing:
            await self._pass_on(message)

    async def fail(self, problem: Problem) -> None:
        """Answer with a problem; whatever the application still sends is dropped."""
        await problem.response()(self.scope, _nothing, self.send)
        self._closed = True

    async def _start(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        shaped = headers.get("content-type", "").startswith(MEDIA_TYPE)
        if message["status"] >= 400 and not shaped:
            self._replacing = True
            await self._replace(message["status"])
            return
        self.status = message["status"]
        self._dress(headers)
        await self._send(message)

    async def _replace(self, status: int) -> None:
        problem = Problem(status, title_of(status), f"{title_of(status)}.")
        await problem.response()(self.scope, _nothing, self._send_dressed)

    async def _send_dressed(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._dress(MutableHeaders(scope=message))
        await self._pass_on(message)

    async def _pass_on(self, message: Message) -> None:
        self.size += len(message.get("body", b""))
        await self._send(message)

    def _dress(self, headers: MutableHeaders) -> None:
        headers.update(SECURITY_HEADERS)
        headers[REQUEST_ID_HEADER] = self.request_id
        headers.setdefault("Cache-Control", "no-store")
        if "server" in headers:  # which framework answers is nobody's business
            del headers["server"]


def _request_id(scope: Scope) -> str:
    """Return the client's id where there is one that is harmless, else a new one."""
    told = Headers(scope=scope).getlist(REQUEST_ID_HEADER)
    if len(told) == 1 and _HARMLESS.fullmatch(told[0]):
        return told[0]
    return secrets.token_hex(8)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
