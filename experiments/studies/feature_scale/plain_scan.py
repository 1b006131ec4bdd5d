"""The least that counting posts can cost: read the columns, group by creator, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import duckdb

#: One aggregate a column, the cheapest that looks at every value; views have the one median.
_ASKED: Final = """
    SELECT creator_id, max(post_id), max(published_at), max(observed_at), max(format),
        median("views"), sum(likes), sum("comments"), sum(shares), sum(saves),
        sum(creator_replies), sum(is_sponsored::INT), sum(is_disclosed::INT)
    FROM '{posts}' JOIN '{accounts}' USING (account_id)
    GROUP BY creator_id
"""


def scan_and_group(folder: Path, *, threads: int, memory_limit: str) -> int:
    """Count by creator over all posts; returns the number of creators."""
    options: dict[str, Any] = {"threads": threads, "memory_limit": memory_limit}
    with duckdb.connect(config=options) as database:
        database.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        asked = _ASKED.format(
            posts=folder / "posts" / "*.parquet", accounts=folder / "accounts.parquet"
        )
        return len(database.sql(asked).to_arrow_table())
