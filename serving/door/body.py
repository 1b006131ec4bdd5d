"""Reading a request body: bounded, JSON by its content, and of the type asked for.

The content decides, not the Content-Type header: `curl -d` sends JSON as a form, and
nothing but JSON is ever read here.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Final, NoReturn

from pydantic import BaseModel, ValidationError
from starlette.types import Message, Receive

from serving.errors import Refusal, invalid_request

LARGEST_BODY: Final = 5_000_000  # bytes
#: A refused body is still read this far: a client that is cut off while it sends never
#: sees why.
LARGEST_DISCARD: Final = 50_000_000  # bytes


async def read_body(receive: Receive) -> bytes:
    """Return the whole body; raise `Refusal` 413 where it is too large, however it was sent."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in _chunks(receive):
        size += len(chunk)
        if size > LARGEST_DISCARD:
            break
        if size <= LARGEST_BODY:
            chunks.append(chunk)
        else:
            chunks.clear()
    if size > LARGEST_BODY:
        raise Refusal(
            413,
            f"expected at most {LARGEST_BODY:,} bytes, found more.",
            headers={"Connection": "close"},
        )
    return b"".join(chunks)


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "the connection closed before the body was complete.")
        yield message.get("body", b"")
        more = message.get("more_body", False)


def parse_json(body: bytes) -> object:
    """Return what the JSON text says; raise `Refusal` 400 where it is none.

    NaN and Infinity are no JSON, neither are bytes that are not UTF-8. Nesting deeper
    than the parser's stack is refused.
    """
    try:
        text = body.decode("utf-8-sig")
        return json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Refusal(400, f"expected UTF-8, found another byte at {error.start}.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refusal(400, f"expected JSON; {error.msg} at {where}.") from error
    except RecursionError as error:
        raise Refusal(400, "expected JSON nested less deeply.") from error
    except ValueError as error:  # an integer of more digits than Python reads
        raise Refusal(400, f"expected JSON; {error}") from error


def validate(question: type[BaseModel], content: object) -> BaseModel:
    """Return the content as the type asked for; raise `InvalidRequestError` naming each field."""
    try:
        return question.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from error


def replay(body: bytes) -> Receive:
    """Return a `receive` that hands over this body once, then waits for nothing."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _refuse_constant(name: str) -> NoReturn:
    raise Refusal(400, f"expected JSON, found {name}, which is no JSON number.")
