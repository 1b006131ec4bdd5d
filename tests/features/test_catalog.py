"""Snapshots built, written, swapped and read back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from features.catalogs import catalog
from features.errors import NoCatalogError, UnreadableTableError
from features.history.audiences import AUDIENCE_FEATURES
from features.history.creators import CREATOR_FEATURES
from features.snapshots.assembly import newest_day, snapshot, snapshots
from features.snapshots.snapshot import Snapshot
from features.sources.source import Source, open_source
from tests.features.tiny_world import MARKETS, tiny_world, write

DAY = date(2023, 11, 6)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return open_source(write(tiny_world(1), tmp_path_factory.mktemp("source")))


@pytest.fixture(scope="module")
def served(source: Source) -> Snapshot:
    return snapshot(source, DAY)


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert one.as_of == other.as_of
    for name in ("creators", "accounts", "interests", "markets", "brands", "rates"):
        pdt.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.audience.market_ids == other.audience.market_ids
    np.testing.assert_array_equal(one.audience.shares, other.audience.shares)
    np.testing.assert_array_equal(one.audience.known, other.audience.known)
    assert one.followers is not None and other.followers is not None
    assert one.followers.sample_rate == other.followers.sample_rate
    for creator_id in one.creators.index:
        for rows in ("keys_of", "markets_of"):
            np.testing.assert_array_equal(
                getattr(one.followers, rows)(creator_id), getattr(other.followers, rows)(creator_id)
            )
    for name in ("weeks", "revenue", "price", "discount", "media"):
        np.testing.assert_array_equal(getattr(one.sales, name), getattr(other.sales, name))
    ids = list(one.creators.index)
    np.testing.assert_allclose(
        one.captions.similarity("skincare words", ids),
        other.captions.similarity("skincare words", ids),
    )


def test_a_snapshot_holds_all_creators_with_every_feature(served: Snapshot) -> None:
    assert served.creators.index.tolist() == [f"00{i}" for i in range(6)]
    assert set(CREATOR_FEATURES) | set(AUDIENCE_FEATURES) <= set(served.creators.columns)
    assert served.creators["is_virtual"].dtype == bool
    largest = served.accounts["followers"].groupby("creator_id").max()
    pdt.assert_series_equal(
        served.creators["followers"].dropna(), largest.dropna(), check_names=False
    )
    assert (pd.to_datetime(served.creators["observed_on"]).dropna() <= pd.Timestamp(DAY)).all()


def test_audience_shares_are_the_newest_market_rows(served: Snapshot) -> None:
    rows = tiny_world(1)["audience"].query("dimension == 'market' and observed_on <= @DAY")
    assert served.audience.market_ids == tuple(sorted(MARKETS))
    for place, creator_id in enumerate(served.creators.index):
        own = rows[rows["creator_id"] == creator_id]
        newest = own[own["observed_on"] == own["observed_on"].max()].set_index("value")["share"]
        assert served.audience.known[place] == (not newest.empty)
        expected = newest.reindex(served.audience.market_ids).fillna(0)
        np.testing.assert_allclose(served.audience.shares[place], expected, rtol=1e-6)


def test_training_and_serving_know_the_same(source: Source, served: Snapshot) -> None:
    chosen = ["004", "001"]
    moments = pd.DataFrame({"as_of": pd.Timestamp(DAY), "creator_id": chosen})
    early = moments.assign(as_of=pd.Timestamp("2023-04-01"))
    trained = {s.as_of: s for s in snapshots(source, pd.concat([moments, early]))}
    assert list(trained) == [date(2023, 4, 1), DAY]
    part = trained[DAY]
    assert part.creators.index.tolist() == sorted(chosen)
    pdt.assert_frame_equal(part.creators, served.creators.loc[sorted(chosen)])
    pdt.assert_frame_equal(part.accounts, served.accounts.loc[sorted(chosen)])
    rows = served.creators.index.get_indexer(pd.Index(sorted(chosen)))
    np.testing.assert_array_equal(part.audience.shares, served.audience.shares[rows])
    np.testing.assert_allclose(
        part.captions.similarity("skincare", sorted(chosen)),
        served.captions.similarity("skincare", sorted(chosen)),
    )
    assert part.sales.weeks[-1] == served.sales.weeks[-1] == np.datetime64("2023-10-30")
    assert trained[date(2023, 4, 1)].sales.weeks[-1] == np.datetime64("2023-03-20")


def test_the_newest_day_closes_the_last_week_of_sales(source: Source) -> None:
    newest = newest_day(source)
    tables = tiny_world(1)
    assert newest == max(
        (tables["sales"]["date"].max() + pd.Timedelta(days=6)).date(),
        tables["posts"]["observed_at"].max().date(),
        tables["account_stats"]["observed_on"].max().date(),
    )


def test_followers_are_sorted_without_repetition_and_carry_their_market(served: Snapshot) -> None:
    sample, rows = served.followers, tiny_world(1)["followers"]
    assert sample is not None and sample.sample_rate == 0.01
    own = rows[rows["creator_id"] == "003"].sort_values("follower_key")
    assert sample.keys_of("003").tolist() == own["follower_key"].tolist()
    named = [sample.market_ids[m] if m >= 0 else "" for m in sample.markets_of("003")]
    assert named == own["market_id"].fillna("").tolist()
    assert len(sample.keys_of("000")) == len(sample.keys_of("nobody")) == 0


def test_a_saved_snapshot_reads_back_the_same(served: Snapshot, tmp_path: Path) -> None:
    catalog.save(served, tmp_path)
    assert_same(served, catalog.load(tmp_path))


def test_a_snapshot_without_a_sample_reads_back(served: Snapshot, tmp_path: Path) -> None:
    without = Snapshot(**{**vars(served), "followers": None})
    catalog.save(without, tmp_path)
    assert catalog.load(tmp_path).followers is None


def test_nothing_saved_yet(tmp_path: Path) -> None:
    assert catalog.current(tmp_path) is None
    with pytest.raises(NoCatalogError):
        catalog.load(tmp_path)


def test_the_snapshot_before_stays_and_older_ones_go(served: Snapshot, tmp_path: Path) -> None:
    folders = [catalog.save(served, tmp_path) for _ in range(3)]
    assert [folder.exists() for folder in folders] == [False, True, True]
    assert catalog.current(tmp_path) == folders[2].name
    assert folders[2].name.startswith("2023-11-06-")


def test_an_interrupted_save_leaves_the_old_one_in_use(
    served: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.save(served, tmp_path)
    before = catalog.current(tmp_path)

    def full_disk(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="no space"):
        catalog.save(served, tmp_path)
    monkeypatch.undo()
    assert catalog.current(tmp_path) == before
    assert [path.name for path in (tmp_path / "catalog").iterdir() if path.is_dir()] == [before]
    assert_same(served, catalog.load(tmp_path))
    catalog.save(served, tmp_path)
    names = sorted(path.name for path in (tmp_path / "catalog").iterdir())
    assert len(names) == 4 and before in names  # two snapshots, the pointer and the lock


def test_what_dead_writers_left_behind_goes_with_the_next_save(
    served: Snapshot, tmp_path: Path
) -> None:
    kept = catalog.save(served, tmp_path)
    (kept.parent / "2023-11-07-00000000000000000001").mkdir()
    (kept.parent / "2023-11-07-00000000000000000001" / "creators.parquet").write_bytes(b"half")
    (kept.parent / "current.new").write_text("2023-11-07-00000000000000000001")
    assert_same(served, catalog.load(tmp_path))
    new = catalog.save(served, tmp_path)
    names = {path.name for path in kept.parent.iterdir()}
    assert names == {kept.name, new.name, "current", "lock"}


def test_two_writers_take_turns_and_the_last_wins(served: Snapshot, tmp_path: Path) -> None:
    later = Snapshot(**{**vars(served), "as_of": date(2023, 11, 7)})
    waiting = Thread(target=catalog.save, args=(later, tmp_path))
    with catalog.writing(tmp_path):
        waiting.start()
        first = catalog.put(served, tmp_path)
        assert catalog.current(tmp_path) == first.name
    waiting.join()
    assert catalog.load(tmp_path).as_of == later.as_of
    assert first.exists()


def test_a_reader_overtaken_by_two_writers_reads_the_newest(
    served: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.save(served, tmp_path)
    read, later = catalog._read, Snapshot(**{**vars(served), "as_of": date(2023, 11, 8)})

    def overtaken(folder: Path) -> Snapshot:
        monkeypatch.undo()
        for _ in range(2):
            catalog.save(later, tmp_path)
        return read(folder)

    monkeypatch.setattr(catalog, "_read", overtaken)
    assert catalog.load(tmp_path).as_of == later.as_of


def test_a_broken_snapshot_is_named(served: Snapshot, tmp_path: Path) -> None:
    folder = catalog.save(served, tmp_path)
    whole = (folder / "arrays.npz").read_bytes()
    for content in (b"half a file", whole[: len(whole) // 2], b""):
        (folder / "arrays.npz").write_bytes(content)
        with pytest.raises(UnreadableTableError, match=folder.name):
            catalog.load(tmp_path)


def test_without_observations_everything_is_unknown_and_nothing_fails(tmp_path: Path) -> None:
    tables = tiny_world(1)
    for name in ("posts", "account_stats", "audience", "accounts", "followers"):
        tables[name] = tables[name].iloc[:0]
    known = snapshot(open_source(write(tables, tmp_path / "source")))
    catalog.save(known, tmp_path / "home")
    creators = catalog.load(tmp_path / "home").creators
    told = creators[[*CREATOR_FEATURES, *AUDIENCE_FEATURES]].notna().any()
    assert set(told[told].index) == {"is_virtual", "community_count"}
    assert len(creators) == 6 and not known.audience.known.any()
