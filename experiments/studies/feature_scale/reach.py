"""How long one question about a roster's reach takes, and how wrong its answer is."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from experiments.studies.feature_scale import real_overlap as real
from experiments.studies.feature_scale.invented_followers import invented_catalog, invented_roster
from experiments.studies.parts import Line
from features.people.coverage import FloatArray
from features.rosters.reach import reach_in
from features.rosters.roster import booked_roster

_ROSTER: Final = 50
_MARKETS: Final = 200
_LEAST_MILLISECONDS: Final = "≤ 2 ms"
_LEAST_ERROR: Final = "≤ 5 %"
_RATES: Final = (0.01, 0.1)


def measure(*, quick: bool, seed: int, work: Path) -> list[Line]:
    """Milliseconds of one roster, and relative errors of unique reach on real overlap."""
    rng = np.random.default_rng(seed)
    lines = _speed(2_000 if quick else 100_000, 5 if quick else 20, rng)
    if real.FOLDER.is_dir():
        channels = real.held_out(real.read_channels())
        lines += [_pairs(channels), *_rosters(channels, 3 if quick else 100, rng)]
    return lines


def _speed(creators: int, rosters: int, rng: np.random.Generator) -> list[Line]:
    catalog, _ = invented_catalog(creators, _MARKETS, rng)
    market_ids = tuple(catalog.market_row)
    plain, with_error = [], []
    for _ in range(rosters):
        booked = booked_roster(catalog, invented_roster(catalog, _ROSTER, rng))
        ask = partial(reach_in, catalog, market_ids, booked)
        plain.append(_cpu(ask))
        with_error.append(_cpu(partial(ask, with_error=True)))
    what = f"people and shares, roster of {_ROSTER}, {_MARKETS} markets, {creators:,} creators"
    took, took_with = float(np.median(plain)), float(np.median(with_error))
    return [
        Line(what, f"{took:.2f} ms of CPU", _LEAST_MILLISECONDS, {"milliseconds": took}),
        Line(f"{what}, with standard errors", f"{took_with:.2f} ms of CPU", "–"),
    ]


def _cpu(question: Callable[[], object]) -> float:
    """Median milliseconds of CPU of a question asked again and again."""
    question()
    taken = []
    for _ in range(20):
        started = time.process_time()
        question()
        taken.append(time.process_time() - started)
    return 1000 * float(np.median(taken))


def _pairs(channels: real.Channels) -> Line:
    one, other = real.published_pairs(channels)
    viewers = channels.viewers[np.stack([one, other])]
    truth = viewers.sum(axis=0) - channels.shared[one, other]
    typed = _error(real.unique_by_types(viewers), truth)
    random = _error(real.unique_at_random(viewers), truth)
    return Line(
        f"{len(one):,} pairs of held-out channels: mean error of unique viewers, no sample",
        f"{typed:.1%} (random overlap {random:.1%})",
        _LEAST_ERROR,
        {"pair_error_types": typed, "pair_error_random": random},
    )


def _rosters(channels: real.Channels, count: int, rng: np.random.Generator) -> list[Line]:
    rosters = [_without_triples(channels, rng) for _ in range(count)]
    viewers = np.stack([roster.viewers for roster in rosters], axis=1)
    truth = viewers.sum(axis=0) - [np.triu(roster.shared, 1).sum() for roster in rosters]
    typed = _error(real.unique_by_types(viewers), truth)
    random = _error(real.unique_at_random(viewers), truth)
    what = f"{count} rosters of {_ROSTER} held-out channels, nobody watching three: mean error"
    lines = [
        Line(
            f"{what}, no sample",
            f"{typed:.1%} (random overlap {random:.1%})",
            "–",
            {"roster_error_types": typed, "roster_error_random": random},
        )
    ]
    for rate in _RATES:
        found = [real.unique_by_sample(roster, rate, rng) for roster in rosters]
        error = _error(np.array(found), truth)
        metrics = {f"roster_error_sample_{rate:g}": error}
        lines.append(
            Line(f"{what}, {rate:.0%} of people sampled", f"{error:.1%}", _LEAST_ERROR, metrics)
        )
    bounds = np.mean([real.unique_bounds(r) / r.viewers.sum() for r in rosters], axis=0)
    told = f"{bounds[0]:.2f}–{bounds[1]:.2f} of gross"
    return [
        *lines,
        Line("unique viewers these rosters can have, by all published pairs", told, "–"),
    ]


def _without_triples(channels: real.Channels, rng: np.random.Generator) -> real.Channels:
    """Return a roster of which a population without viewers of three channels exists."""
    chosen: list[int] = []
    for row in rng.permutation(len(channels.names)).tolist():
        if real.nobody_watches_three(channels.some(np.array([*chosen, row]))):
            chosen.append(row)
        if len(chosen) == _ROSTER:
            break
    return channels.some(np.array(chosen))


def _error(found: FloatArray, truth: FloatArray) -> float:
    return float(np.abs(found / truth - 1).mean())
