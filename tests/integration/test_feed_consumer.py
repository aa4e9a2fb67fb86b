"""A consumer written against one version of the feed reads the next; a change that would break it needs an entry."""

from __future__ import annotations

import json
import re
import shutil

import duckdb
import pandas as pd
import pytest

from orchestration.feed.make import make_feed
from orchestration.problems import CheckFailed
from orchestration.settings import ROOT
from tests.small_feed import LAST, ROWS, make_warehouse

NEXT_EDITION = "20250731T083000Z-bbbbbbbb"
THIRD_EDITION = "20251030T083000Z-cccccccc"
NEW_QUARTER = ("quarter", "2025-01-01", "2025-03-31", "total", "all", "all", True, 7, 40.0, 180.0, "final", *LAST)
ENTRY = """
- mart: recalls
  changes: ["column removed: recalls"]
  what: The column recalls is now called recalls_made.
  why: The mart has the same name.
  informed: [HMPPS analysts, IPP Dashboard]
  from: 2025-04-24
  until: 2025-10-30
  renamed: {recalls: recalls_made}
"""


def recalls_by_quarter(folder):
    """What the consumer shows: its snippets name the columns of version 1."""
    parquet, csv = folder / "feed" / "v1" / "recalls.parquet", folder / "feed" / "v1" / "recalls.csv"
    with duckdb.connect() as connection:
        query = "select period_end, recalls from read_parquet(?) where is_total and period_type = 'quarter' order by 1"
        by_duckdb = [(str(day), recalls) for day, recalls in connection.execute(query, [str(parquet)]).fetchall()]
    for frame in (pd.read_parquet(parquet), pd.read_csv(csv, parse_dates=["period_end"])):
        total = frame[frame["is_total"] & (frame["period_type"] == "quarter")].sort_values("period_end")
        days = pd.to_datetime(total["period_end"]).dt.date
        assert [(str(day), count) for day, count in zip(days, total["recalls"], strict=True)] == by_duckdb
    return by_duckdb


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    make_feed(make_warehouse(folder / "ipp.duckdb"), folder / "feed")
    assert recalls_by_quarter(folder) == [("2024-09-30", 9), ("2024-12-31", 12)]
    return folder


def publish(folder, last, breaking=None, **warehouse):
    """An edition after `last`; `breaking` is the text of breaking.yml."""
    folder.mkdir()
    entries = folder / "breaking.yml"
    entries.write_text(breaking or "[]")
    make_feed(make_warehouse(folder / "ipp.duckdb", **warehouse), folder / "feed", last, breaking=entries)
    return json.loads((folder / "feed" / "index.json").read_text(encoding="utf-8"))


def rename_column(connection):
    connection.execute("alter table marts.recalls rename column recalls to recalls_made")


def test_a_consumer_of_the_last_version_reads_this_one(first, tmp_path):
    def add_columns(connection):
        connection.execute("alter table marts.recalls add column note varchar")

    index = publish(tmp_path / "second", first, recalls=[*ROWS, NEW_QUARTER], change=add_columns, edition=NEXT_EDITION)
    assert index["marts"]["recalls"]["version"] == "1.1.0"
    assert recalls_by_quarter(tmp_path / "second") == [("2024-09-30", 9), ("2024-12-31", 12), ("2025-03-31", 7)]


def test_a_renamed_column_is_refused_without_an_entry_and_nothing_is_written(first, tmp_path):
    with pytest.raises(CheckFailed) as failed:
        publish(tmp_path / "second", first, change=rename_column, edition=NEXT_EDITION)
    (reason,) = failed.value.reasons
    assert "feed: recalls changes in a way that breaks its readers (column removed: recalls)" in reason
    assert "add this entry to orchestration/feed/breaking.yml" in reason
    assert not (tmp_path / "second" / "feed").exists()


def test_the_entry_that_the_message_gives_is_accepted(first, tmp_path):
    with pytest.raises(CheckFailed) as failed:
        publish(tmp_path / "second", first, change=rename_column, edition=NEXT_EDITION)
    entry = failed.value.reasons[0].partition("breaking.yml:\n")[2]
    index = publish(tmp_path / "third", first, entry, change=rename_column, edition=NEXT_EDITION)
    assert index["marts"]["recalls"]["version"] == "2.0.0"


def test_a_declared_renamed_column_has_a_new_folder_and_the_old_files_stay_readable(first, tmp_path):
    second = tmp_path / "second"
    index = publish(second, first, ENTRY, change=rename_column, edition=NEXT_EDITION)
    assert (index["marts"]["recalls"]["version"], index["marts"]["recalls"]["folder"]) == ("2.0.0", "v2")
    assert index["marts"]["published_figures"]["folder"] == "v1"
    with duckdb.connect() as connection:
        query = "select sum(recalls_made) from read_parquet(?) where is_total"
        assert connection.execute(query, [str(second / "feed" / "v2" / "recalls.parquet")]).fetchall() == [(21,)]
    assert recalls_by_quarter(second) == recalls_by_quarter(first)
    changes = json.loads((second / "feed" / "v1" / "changes.json").read_text(encoding="utf-8"))["marts"]["recalls"]
    assert changes["renamed"] == {"recalls": "recalls_made"}
    assert changes["major"]["measures"] == ["column removed: recalls"]
    assert index["kept"] == [
        {
            "mart": "recalls",
            "version": "1.0.0",
            "folder": "v1",
            "until": "2025-10-30",
            "edition": "20250424T083000Z-aaaaaaaa",
        }
    ]


def test_the_old_files_stay_until_their_day_and_no_longer(first, tmp_path):
    publish(tmp_path / "second", first, ENTRY, change=rename_column, edition=NEXT_EDITION)

    def at(day):
        def change(connection):
            rename_column(connection)
            connection.execute(f"update meta.publication set built_at = timestamp '{day} 08:30:00'")

        return change

    index = publish(tmp_path / "third", tmp_path / "second", change=at("2025-10-29"), edition=THIRD_EDITION)
    assert index["marts"]["recalls"]["version"] == "2.0.0"
    assert recalls_by_quarter(tmp_path / "third") == recalls_by_quarter(first)
    assert [kept["version"] for kept in index["kept"]] == ["1.0.0"]

    index = publish(tmp_path / "fourth", tmp_path / "third", change=at("2025-10-30"), edition=THIRD_EDITION)
    assert index["kept"] == []
    assert not (tmp_path / "fourth" / "feed" / "v1" / "recalls.parquet").exists()


def test_a_mart_that_is_removed_is_refused_without_an_entry(first, tmp_path):
    def remove(connection):
        connection.execute("drop table meta.measures")

    with pytest.raises(CheckFailed, match=r"feed: measures changes in a way that breaks its readers \(mart removed\)"):
        publish(tmp_path / "second", first, change=remove, edition=NEXT_EDITION)
    entry = ENTRY.replace("mart: recalls", "mart: measures").replace("column removed: recalls", "mart removed")
    index = publish(tmp_path / "third", first, entry, change=remove, edition=NEXT_EDITION)
    assert "measures" not in index["marts"]
    assert (tmp_path / "third" / "feed" / "v1" / "measures.csv").exists()


def test_a_damaged_feed_of_the_last_edition_is_refused(first, tmp_path):
    damaged = shutil.copytree(first, tmp_path / "damaged")
    (damaged / "feed" / "contracts.json").write_text("{")
    with pytest.raises(CheckFailed, match="the contracts of the last edition cannot be read"):
        publish(tmp_path / "second", damaged, edition=NEXT_EDITION)


def test_a_breaking_file_that_is_wrong_says_how(first, tmp_path):
    with pytest.raises(CheckFailed, match=r"breaking\.yml cannot be read: .*; to do: write each entry"):
        publish(tmp_path / "second", first, "- mart: recalls\n", edition=NEXT_EDITION)


SNIPPETS = re.findall(r"```(python|sql)\n(.*?)```", (ROOT / "docs" / "feed.md").read_text(encoding="utf-8"), re.DOTALL)
RESULTS = [
    lambda found: len(found) == 2,  # women and men
    lambda found: list(found) == [9, 12],
    lambda found: found["value"].isna().sum() == 1 and (found["breakdown"] == "").sum() == 2,
    lambda found: found["recalls"].to_list() == [9, 12],
    lambda found: found == "What recalls holds",
    lambda found: found == ("1.0.0", "2024-12-31"),
]


@pytest.mark.parametrize(("snippet", "is_right"), list(zip(SNIPPETS, RESULTS, strict=True)))
def test_the_documented_snippets_run(first, tmp_path, monkeypatch, snippet, is_right):
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "current").symlink_to(first)
    monkeypatch.chdir(tmp_path)
    language, text = snippet
    if language == "sql":
        with duckdb.connect() as connection:
            found = connection.execute(text).fetchall()
    else:
        names: dict[str, object] = {}
        exec(text, names)
        found = names["result"]
    assert is_right(found)
