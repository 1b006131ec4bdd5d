"""Every path of the service with what it takes, answers and refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from rosterlift.reference_pages.markdown import code, page, table
from serving.door.openapi import document
from serving.door.operations import OPERATIONS, Operation

_INTRODUCTION: Final = (
    "JSON over HTTP. The OpenAPI document at `/docs.json` says the same; `/docs` is for people. "
    "Failures are `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail` and, "
    "where fields are wrong, `errors` with the `path` and `message` of each. Money is in the "
    "source's currency, lifts are shares, dates are `YYYY-MM-DD`. A token is asked for only where "
    "the service was started with a token file."
)
_LIMITS: Final = (
    ("minLength", "≥ {} characters"),
    ("maxLength", "≤ {} characters"),
    ("minItems", "≥ {} items"),
    ("maxItems", "≤ {} items"),
    ("minimum", "≥ {}"),
    ("exclusiveMinimum", "> {}"),
    ("maximum", "≤ {}"),
)

Json = Mapping[str, Any]


def routes_page() -> str:
    """The page `routes.md`."""
    rows = [_route(operation) for operation in OPERATIONS]
    header = ("route", "what", "takes", "answers", "token", "failures")
    parts = [_INTRODUCTION, table(header, rows), "## Query parameters", _queries(), "## Types"]
    for name, schema in json.loads(document())["components"]["schemas"].items():
        parts += [f"### {name}", *_type(schema)]
    return page("Routes", *parts)


def _route(operation: Operation) -> tuple[str, ...]:
    takes = operation.question or operation.query
    answer = operation.answer
    return (
        code(f"{operation.method.upper()} {operation.path}"),
        operation.summary,
        takes.__name__ if takes else "",
        answer if isinstance(answer, str) else answer.__name__,
        "yes" if operation.needs_token else "no",
        ", ".join(map(str, operation.failures)),
    )


def _queries() -> str:
    rows = []
    for operation in OPERATIONS:
        if operation.query is not None:
            properties = operation.query.model_json_schema()["properties"]
            rows += [(code(operation.path), *_field(name, s)) for name, s in properties.items()]
    return table(("route", "parameter", "type", "meaning"), rows)


def _type(schema: Json) -> list[str]:
    """The description of a type and the table of its fields."""
    required = schema.get("required", ())
    rows = []
    for name, field in schema.get("properties", {}).items():
        own, kind, meaning = _field(name, field)
        rows.append((own, "yes" if name in required else "", kind, meaning))
    fields = table(("field", "required", "type", "meaning"), rows) if rows else ""
    return [part for part in (" ".join(schema.get("description", "").split()), fields) if part]


def _field(name: str, schema: Json) -> tuple[str, str, str]:
    meaning = schema.get("description", "")
    default = schema.get("default")
    if default is not None and default != {}:
        meaning = f"{meaning} Default: {json.dumps(default)}."
    return code(name), _kind(schema), meaning.strip()


def _kind(schema: Json) -> str:
    """A JSON schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(schema["enum"])
    limits = [words.format(_number(schema[key])) for key, words in _LIMITS if key in schema]
    return ", ".join([_shape(schema), *limits])


def _shape(schema: Json) -> str:
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {_kind(schema['additionalProperties'])}"
    return str(schema.get("format", kind))


def _number(value: float) -> str:
    return f"{value:,g}" if abs(value) < 1e6 else f"{value:.0e}".replace("+", "")
