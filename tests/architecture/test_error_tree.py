"""The tree of errors: drawn as it is, each class with a sentence of its own and a status."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import pytest

from features import errors
from features.errors import RosterliftError
from serving.errors import PROBLEMS

_BRANCH = re.compile(r"^(?P<trunk>[│ ]*)(?:[├└]── )?(?P<name>[A-Z]\w+Error)\b", re.MULTILINE)


def _classes(kind: type[RosterliftError] = RosterliftError) -> Iterator[type[RosterliftError]]:
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from _classes(below)


def drawn_tree() -> dict[str, str]:
    """Parent by class as the docstring draws them; the root has none."""
    parents: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for branch in _BRANCH.finditer(inspect.getdoc(errors) or ""):
        depth = branch.start("name") - branch.start()
        above = [(d, name) for d, name in above if d < depth]
        parents[branch["name"]] = above[-1][1] if above else ""
        above.append((depth, branch["name"]))
    return parents


def test_the_drawing_is_the_tree() -> None:
    real = {
        kind.__name__: "" if kind is RosterliftError else kind.__bases__[0].__name__
        for kind in _classes()
    }
    assert drawn_tree() == real


def test_every_error_of_the_module_is_in_the_tree() -> None:
    raised = {
        name
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, Exception)
    }
    assert raised == {kind.__name__ for kind in _classes()}


@pytest.mark.parametrize("kind", list(_classes()), ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_of_its_own_family(kind: type[RosterliftError]) -> None:
    family = kind.__mro__[: kind.__mro__.index(RosterliftError)] or (RosterliftError,)
    found = [PROBLEMS[one] for one in family if one in PROBLEMS]
    assert found
    assert 400 <= found[0][0] <= 599
