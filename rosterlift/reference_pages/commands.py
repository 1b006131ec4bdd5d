"""Every verb of the command line with its arguments and options."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Final

import typer

from rosterlift.reference_pages.markdown import code, page, table

_INTRODUCTION: Final = (
    "`rosterlift VERB …`. Exit status: 0 done, 1 the work found faults, 2 wrong usage. With "
    "`--json` one JSON document goes to standard output and everything else to standard error."
)
_HELP: Final = "--help"


def commands_page(app: typer.Typer) -> str:
    """The page `commands.md`."""
    group: Any = typer.main.get_command(app)
    parts = [_INTRODUCTION, "## rosterlift", _parameters(group)]
    for name, command in verbs(app).items():
        usage = " ".join(["rosterlift", name, *_arguments(command)])
        parts += [f"## {name}", code(usage), _prose(command), _parameters(command)]
    return page("Commands", *(part for part in parts if part))


def verbs(app: typer.Typer) -> Mapping[str, Any]:
    """The commands by name, in the order of the help page."""
    group: Any = typer.main.get_command(app)
    found: Mapping[str, Any] = group.commands
    return found


def _arguments(command: Any) -> list[str]:
    return [p.name.upper() for p in command.params if p.param_type_name == "argument"]


def _prose(command: Any) -> str:
    """The verb's help; its example in code type."""
    paragraphs = inspect.cleandoc(command.callback.__doc__ or "").split("\n\n")
    words = []
    for paragraph in paragraphs:
        text = " ".join(paragraph.split())
        example = text.removeprefix("Example: ")
        words.append(text if example == text else f"Example: `{example}`")
    return "\n\n".join(words)


def _parameters(command: Any) -> str:
    rows = [_row(parameter) for parameter in command.params if _HELP not in parameter.opts]
    return table(("option", "default", "meaning"), rows) if rows else ""


def _row(parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        return code(parameter.name.upper()), "", parameter.help or ""
    name = code(", ".join(parameter.opts))
    return name, code(_default(parameter)), parameter.help or ""


def _default(parameter: Any) -> str:
    value = parameter.default
    return "" if value is None or value is False or callable(value) else str(value)
