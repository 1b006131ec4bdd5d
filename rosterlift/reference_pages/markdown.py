"""Tables in Markdown, as every generated page writes them."""

from __future__ import annotations

from collections.abc import Sequence

GENERATED = "Written by `python -m rosterlift.reference` from the code; do not edit by hand."


def page(title: str, *parts: str) -> str:
    """A whole page: its title, a line that says where it comes from, then its parts."""
    return "\n\n".join((f"# {title}", GENERATED, *parts)) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; cells are put on one line and their bars are escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(text) for text in line) + " |" for line in lines)


def code(text: str) -> str:
    """Text in code type; empty text stays empty."""
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
