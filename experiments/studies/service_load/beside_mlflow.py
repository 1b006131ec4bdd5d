"""Throughput beside MLflow's own server of the same model, in one run.

MLflow's server takes booking rows whose features and exposure somebody has computed already, and
answers expected lifts. Ours takes creators' ids and answers with reach, money, intervals, drivers
and warnings. The same question is one row for each creator and market; a row for each creator
alone is measured as well.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.studies.parts import Line
from experiments.studies.service_load.answers import CREATORS, QUICK_CREATORS
from experiments.studies.service_load.clients import throughput
from experiments.studies.service_load.expected import campaign_of, roster_of
from experiments.studies.service_load.homes import served_home
from experiments.studies.service_load.questions import predictions
from experiments.studies.service_load.running import free_port, running, service
from features.catalogs import catalog
from features.rosters.bookings import booking_rows
from training import tracking
from training.exposure import weekly_sales
from training.pyfunc import EXPOSURE

_SECONDS, _QUICK_SECONDS = 20.0, 2.0
#: Requests at the same time, for either server: one process answers them.
_CLIENTS = 4
_ROSTERS, _QUICK_ROSTERS = 40, 3


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Answers a second of both, each with one process."""
    home = served_home(work, quick=quick, seed=seed)
    creators = QUICK_CREATORS if quick else CREATORS
    seconds = _QUICK_SECONDS if quick else _SECONDS
    with service(home) as server:
        bodies = predictions(server.address, _QUICK_ROSTERS if quick else _ROSTERS, creators, seed)
        ours = throughput(server.address, "/v1/predict", bodies, clients=_CLIENTS, seconds=seconds)
    tables = [_rows(home, json.loads(body)) for body in bodies]
    by_creator = [_as_sent(table.drop_duplicates("creator_id")) for table in tables]
    by_market = [_as_sent(table) for table in tables]
    port = free_port()
    with running(_command(port), port, "/ping", _environment(home)) as server:
        narrow, wide = (
            throughput(server.address, "/invocations", asked, clients=_CLIENTS, seconds=seconds)
            for asked in (by_creator, by_market)
        )
    return [
        Line(
            f"predict, {creators} creators, {_CLIENTS} clients, one process: answers a second, and "
            "those of `mlflow models serve` for the same creators and markets",
            f"{ours:.1f} and {wide:.1f}: {ours / wide:.1f} ×",
            "≥ 3 ×",
            {"ours": ours, "mlflow": wide},
        ),
        Line(
            "the same, MLflow asked for one row a creator, with features and exposure at hand",
            f"{narrow:.1f}: {ours / narrow:.2f} ×",
            "",
            {"mlflow_one_row_a_creator": narrow},
        ),
    ]


def _command(port: int) -> list[str]:
    arguments = ["models", "serve", "--model-uri", f"models:/{tracking.NAME}@{tracking.CHAMPION}"]
    arguments += ["--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-m", "mlflow", *arguments, "--workers", "1"]


def _environment(home: Path) -> dict[str, str]:
    root = Path(__file__).parents[3]
    return {
        "MLFLOW_TRACKING_URI": tracking.tracking_uri(home),
        "PYTHONPATH": str(root),
        # It starts uvicorn through a shell.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "OMP_NUM_THREADS": "1",
    }


def _rows(home: Path, asked: dict[str, Any]) -> pd.DataFrame:
    """Booking rows with exposure, one for each creator and market."""
    known, bundle = catalog.load(home), tracking.champion_bundle(home)
    campaign = campaign_of(asked)
    rows = booking_rows(known, campaign, roster_of(asked))
    weekly = weekly_sales(known.sales, campaign.brand_id, rows.reach.market_ids)
    exposed = bundle.expose(rows, weekly)
    bookings, markets = exposed.shape
    repeated = rows.features.iloc[np.repeat(np.arange(bookings), markets)]
    creators = np.repeat(np.array(rows.creator_ids), markets)
    return repeated.assign(**{EXPOSURE: exposed.ravel(), "creator_id": creators})


def _as_sent(table: pd.DataFrame) -> bytes:
    content = table.drop(columns="creator_id").to_json(orient="split", index=False)
    return f'{{"dataframe_split": {content}}}'.encode()
