"""Query parameters as a typed object: each once, none unknown, an empty one is absent."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from features.errors import FieldFault, InvalidRequestError
from serving.errors import invalid_request

Query = TypeVar("Query", bound=BaseModel)


def read_query(kind: type[Query], parameters: QueryParams) -> Query:
    """Return the parameters as `kind`; raise `InvalidRequestError` naming each wrong one."""
    pairs = [(name, value) for name, value in parameters.multi_items() if value != ""]
    repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if repeated:
        raise InvalidRequestError(
            [FieldFault(name, "expected once, found several times") for name in repeated]
        )
    try:
        return kind.model_validate(dict(pairs))
    except ValidationError as error:
        raise invalid_request(error) from error
