"""The product's own files and their syntax trees, for the rules that hold in all of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("features", "training", "serving", "experiments", "rosterlift")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@cache
def product_files() -> tuple[Path, ...]:
    """Every Python file of the five packages, relative to the repository."""
    found = [file for name in PACKAGES for file in (ROOT / name).rglob("*.py")]
    return tuple(sorted(file.relative_to(ROOT) for file in found))


@cache
def tree_of(file: Path) -> ast.Module:
    """The syntax tree of a product file."""
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), str(file))


def imported_packages(file: Path) -> set[str]:
    """Top-level names of everything a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def public_definitions(file: Path) -> Iterator[Definition]:
    """Public functions and classes at the top of a file."""
    return (
        node
        for node in tree_of(file).body
        if isinstance(node, Definition) and not node.name.startswith("_")
    )


def functions(file: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(tree_of(file)) if isinstance(node, Function))


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` of a chain of attributes; what is no such chain gives an empty name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
