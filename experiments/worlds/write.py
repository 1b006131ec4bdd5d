"""Puts a world's tables on disk, all at once or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def write_folder(out: Path, tables: Mapping[str, pa.Table], documents: Mapping[str, Any]) -> None:
    """Write `<name>.parquet` and `<name>.json` files into a folder that appears complete.

    Everything is written beside the target first and moved in at the end; files of an earlier
    world in `out` are replaced, files of other names are left alone.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, table in tables.items():
            pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
        for name, document in documents.items():
            text = json.dumps(document, ensure_ascii=False, indent=1)
            (draft / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        _move_in(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _move_in(draft: Path, out: Path) -> None:
    """Rename the folder where nothing is in the way, else file by file."""
    draft.chmod(0o755)
    if not out.exists():
        draft.rename(out)
        return
    for file in sorted(draft.iterdir()):
        file.replace(out / file.name)
