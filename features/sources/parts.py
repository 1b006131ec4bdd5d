"""The files a table of a folder lies in, and whether they are still the ones that were read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Parquet files keep their statistics and the places of all pages at their end.
_END_READ: Final = 65_536


@dataclass(frozen=True)
class Part:
    """One file: where it lies in the source's folder, and what shows that it was not rewritten."""

    name: str
    size: int  # bytes
    modified: int  # nanoseconds
    end: str  # sha256 of its last bytes


def parts_of(location: str, table: str) -> tuple[Part, ...]:
    """The files of a table, in the order of their names; none where the source is no folder."""
    folder = Path(location)
    single = [folder / f"{table}.parquet", folder / f"{table}.csv"]
    files = [file for file in single if file.is_file()][:1] or _log_files(folder, table)
    return tuple(_part(folder, file) for file in files)


def is_log(location: str, table: str) -> bool:
    """Whether the table lies in a folder of Parquet parts, to which new ones can be added."""
    folder = Path(location)
    single = (folder / f"{table}.parquet").is_file() or (folder / f"{table}.csv").is_file()
    return not single and bool(_log_files(folder, table))


def _log_files(folder: Path, table: str) -> list[Path]:
    return sorted((folder / table).rglob("*.parquet"))


def _part(folder: Path, file: Path) -> Part:
    about = file.stat()
    with file.open("rb") as opened:
        opened.seek(max(0, about.st_size - _END_READ))
        end = hashlib.sha256(opened.read()).hexdigest()
    return Part(file.relative_to(folder).as_posix(), about.st_size, about.st_mtime_ns, end)
