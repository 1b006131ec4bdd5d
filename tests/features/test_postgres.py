"""A PostgreSQL database as a source: the same tables as from files."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pandas.testing as pdt
import pytest

from features.checks.tables import check
from features.errors import DatabaseUnreachableError, MissingColumnsError
from features.history.moments import known_at
from features.sources.postgres import without_password
from features.sources.source import open_source
from features.tables.schema import TABLES
from tests.features.messy_world import messy_world
from tests.features.tiny_world import FIRST, Tables, write

psycopg = pytest.importorskip("psycopg", reason="needs psycopg: install rosterlift[postgres]")
#: Root must not run a server; tests of other users run it themselves.
SERVANT = "nobody" if os.geteuid() == 0 else None
TYPES = {"observed_at": "timestamptz", "published_at": "timestamptz"}


def programs() -> Path | None:
    """Where initdb and pg_ctl are, which Debian keeps off the path."""
    found = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else installed[-1].parent if installed else None


def run(*words: object) -> None:
    subprocess.run([str(w) for w in words], check=True, capture_output=True, user=SERVANT, cwd="/")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An empty cluster on a free port of the loopback, gone afterwards."""
    binaries = programs()
    if binaries is None:
        pytest.skip("needs the programs of PostgreSQL")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Path(tempfile.mkdtemp(prefix="rosterlift-postgres-"))
    if SERVANT:
        shutil.chown(home, SERVANT)
    cluster = home / "cluster"
    run(binaries / "initdb", "-D", cluster, "-U", "planner", "--auth=trust", "--no-sync")
    options = (
        f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c timezone=Asia/Tokyo -c fsync=off"
    )
    run(binaries / "pg_ctl", "-D", cluster, "-o", options, "-l", home / "log", "-w", "start")
    try:
        yield f"postgresql://planner:secret@127.0.0.1:{port}/postgres"
    finally:
        run(binaries / "pg_ctl", "-D", cluster, "-m", "immediate", "stop")
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return messy_world(4)


@pytest.fixture(scope="module")
def filled(server: str, tables: Tables) -> str:
    with psycopg.connect(server) as connection:
        for name, table in tables.items():
            columns = ", ".join(f'"{c}" {kind(name, c)}' for c in table.columns)
            connection.execute(f'CREATE TABLE "{name}" ({columns}, not_ours text)')
            named = ", ".join(f'"{c}"' for c in table.columns)
            with connection.cursor().copy(f'COPY "{name}" ({named}) FROM STDIN') as rows:
                for row in table.astype(object).where(table.notna(), None).itertuples(index=False):
                    rows.write_row([f"{v}+00" if isinstance(v, pd.Timestamp) else v for v in row])
        connection.execute("CREATE TABLE unrelated (a int)")
    return server


def kind(table: str, column: str) -> str:
    kinds = {c.name: c.kind.value for c in TABLES[table].columns}
    words = {"string": "text", "int64": "bigint", "float64": "double precision"}
    return TYPES.get(column, words.get(kinds[column], kinds[column].split("(")[0]))


def test_it_holds_the_same_tables_as_files(filled: str, tables: Tables, tmp_path: Path) -> None:
    here, there = open_source(write(tables, tmp_path)), open_source(filled)
    for name in TABLES:
        pdt.assert_frame_equal(there.frame(name), here.frame(name))
    assert there.dropped == here.dropped
    assert {str(f) for f in check(there)} == {str(f) for f in check(here)}


def test_its_features_are_those_of_files(filled: str, tables: Tables, tmp_path: Path) -> None:
    moments = tables["creators"][["creator_id"]].assign(as_of=FIRST + pd.Timedelta(days=365))
    here = known_at(open_source(write(tables, tmp_path)), moments)
    there = known_at(open_source(filled), moments)
    pdt.assert_frame_equal(there.features, here.features)
    pdt.assert_series_equal(there.captions, here.captions)


def test_the_address_is_shown_without_its_password(filled: str) -> None:
    assert "secret" not in open_source(filled).location
    assert (
        without_password("postgresql://me:secret@host:1/db?a=b")
        == "postgresql://me:***@host:1/db?a=b"
    )
    assert without_password("postgresql://host/db") == "postgresql://host/db"


def test_a_missing_column_is_named(filled: str) -> None:
    with psycopg.connect(filled) as connection:
        connection.execute("CREATE SCHEMA other CREATE TABLE brands (brand_id text)")
    with pytest.raises(MissingColumnsError, match="category"):
        open_source(f"{filled}?options=-csearch_path%3Dother").table("brands")


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"postgresql://planner:secret@127.0.0.1:{taken.getsockname()[1]}/postgres"
        with pytest.raises(DatabaseUnreachableError) as caught:
            open_source(address)
    assert "secret" not in str(caught.value) and "refused" in str(caught.value)
