"""Writes the reference pages of `docs/` from the code: tables, features, settings and so on.

`python -m rosterlift.reference` rewrites them; a test compares them with the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from rosterlift.main import app
from rosterlift.reference_pages.commands import commands_page
from rosterlift.reference_pages.features import features_page
from rosterlift.reference_pages.routes import routes_page
from rosterlift.reference_pages.settings import settings_page
from rosterlift.reference_pages.tables import tables_page

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"


def pages() -> Mapping[str, str]:
    """Every generated page by its file name."""
    return {
        "tables.md": tables_page(),
        "features.md": features_page(),
        "settings.md": settings_page(),
        "commands.md": commands_page(app),
        "routes.md": routes_page(),
    }


def write(folder: Annotated[Path, typer.Argument(help="Folder to write into.")] = DOCS) -> None:
    """Write the reference pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        typer.echo(folder / name)


if __name__ == "__main__":
    typer.run(write)
