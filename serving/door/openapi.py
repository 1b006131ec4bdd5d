"""The OpenAPI 3.1 document of every route, generated from the types that answer them.

BentoML's own document leaves out mounted routes and promises errors it does not send;
this one is published in its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from serving.door.operations import OPERATIONS, Operation
from serving.errors import MEDIA_TYPE, title_of
from serving.messages.questions import Schema

Json = dict[str, Any]
REFERENCE: Final = "#/components/schemas/{model}"


class FieldProblem(Schema):
    """One wrong field."""

    path: str
    message: str


class ProblemDocument(Schema):
    """Every failure's shape (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None


def document() -> str:
    """Return the document as JSON text."""
    schemas, references = _schemas()
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        if operation.listed:
            methods = paths.setdefault(operation.path, {})
            methods[operation.method] = _operation(operation, references)
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "rosterlift",
                "version": _release(),
                "description": "Forecasts the incremental sales of a named roster of creators. "
                "Lifts are shares, money is in the source's currency, dates are YYYY-MM-DD.",
            },
            "paths": paths,
            "components": {
                "schemas": schemas,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _schemas() -> tuple[Json, Mapping[type[BaseModel], Json]]:
    questions = [item.question for item in OPERATIONS if item.question]
    answers = [item.answer for item in OPERATIONS if not isinstance(item.answer, str)]
    chosen: list[tuple[Any, Any]] = [(model, "validation") for model in questions]
    chosen += [(model, "serialization") for model in (*answers, ProblemDocument)]
    found, definitions = models_json_schema(chosen, ref_template=REFERENCE)
    return definitions["$defs"], _by_model(found)


def _by_model(found: Mapping[Any, Json]) -> Mapping[type[BaseModel], Json]:
    return {model: schema for (model, _mode), schema in found.items()}


def _operation(operation: Operation, references: Mapping[type[BaseModel], Json]) -> Json:
    written: Json = {
        "summary": operation.summary,
        "operationId": _identifier(operation),
        "parameters": _parameters(operation),
        "responses": {"200": _success(operation, references)},
    }
    for status in operation.failures:
        written["responses"][str(status)] = _failure(status, references)
    if operation.question:
        written["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": references[operation.question]}},
        }
    if operation.needs_token:
        written["security"] = [{}, {"token": []}]
    return written


def _identifier(operation: Operation) -> str:
    words = re.findall(r"\w+", operation.path) or ["page"]
    return "_".join((operation.method, *words))


def _parameters(operation: Operation) -> list[Json]:
    parameters: list[Json] = []
    if "{creator_id}" in operation.path:
        parameters.append(
            {"name": "creator_id", "in": "path", "required": True, "schema": {"type": "string"}}
        )
    if operation.query:
        query = operation.query.model_json_schema()
        parameters += [
            {
                "name": name,
                "in": "query",
                "required": name in query.get("required", ()),
                "description": schema.pop("description", ""),
                "schema": schema,
            }
            for name, schema in query["properties"].items()
        ]
    return parameters


def _success(operation: Operation, references: Mapping[type[BaseModel], Json]) -> Json:
    if isinstance(operation.answer, str):
        is_json = operation.answer == "application/json"
        schema = {"type": "object", "additionalProperties": True} if is_json else {"type": "string"}
        content = {operation.answer: {"schema": schema}}
        return {"description": operation.summary, "content": content}
    schema = references[operation.answer]
    return {"description": operation.summary, "content": {"application/json": {"schema": schema}}}


def _failure(status: int, references: Mapping[type[BaseModel], Json]) -> Json:
    failure: Json = {
        "description": title_of(status),
        "content": {MEDIA_TYPE: {"schema": references[ProblemDocument]}},
    }
    if status in (429, 503):
        failure["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    if status == 401:
        failure["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return failure


def _release() -> str:
    try:
        return version("rosterlift")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"
