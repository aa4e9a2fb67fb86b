"""When a refresh takes over what the last one made, and that what it takes over is the same row for row."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb
import pytest

from orchestration.archive.fingerprint import checksums
from orchestration.build import reuse
from orchestration.build.reuse import MadeOf, Reuse, describe_inputs, find_reuse, read_note, write_note
from orchestration.editions.rollback import rollback
from orchestration.records.pseudonyms import VARIABLE
from orchestration.settings import ROOT, ReadingLimits, Settings
from orchestration.sources.spec import Source
from tests.workbooks import RAW, copy_raw, edit_manifest

RELEASE = "omsq/2024-q4"
NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
MADE_OF = MadeOf("code", "extracts", "releases")


@pytest.fixture
def raw(tmp_path: Path) -> Settings:
    """One release, one extract, and expectations to change."""
    raw = copy_raw(tmp_path, RELEASE)
    (raw / "internal" / "ppud_recall").mkdir(parents=True)
    (raw / "internal" / "ppud_recall" / "2025-03-31.csv").write_text("a\n1\n")
    expectations = shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    return Settings(raw, tmp_path / "work", tmp_path / "published", expectations=expectations)


def add_extract(settings: Settings) -> Settings:
    (settings.raw / "internal" / "ppud_recall" / "2025-06-30.csv").write_text("a\n2\n")
    return settings


def correct_extract(settings: Settings) -> Settings:
    (settings.raw / "internal" / "ppud_recall" / "2025-03-31.csv").write_text("a\n3\n")
    return settings


def add_release(settings: Settings) -> Settings:
    shutil.copytree(RAW / "omsq" / "2024-q3", settings.raw / "omsq" / "2024-q3")
    return settings


def change_manifest(settings: Settings) -> Settings:
    edit_manifest(settings.raw / RELEASE, lambda manifest: manifest.update(title="Another"))
    return settings


def change_suite(settings: Settings) -> Settings:
    (settings.expectations / "arithmetic.yml").write_text("sums: []\n")
    return settings


def lower_limit(settings: Settings) -> Settings:
    return dataclasses.replace(settings, limits=ReadingLimits(seconds=7))


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        (lambda settings: settings, set()),
        (lambda settings: dataclasses.replace(settings, work=settings.work / "elsewhere"), set()),
        (add_extract, {"extracts"}),
        (correct_extract, {"extracts"}),
        (add_release, {"releases"}),
        (change_manifest, {"releases"}),
        (lower_limit, {"releases"}),
        (change_suite, {"code"}),
    ],
)
def test_each_checksum_changes_with_its_own_inputs(
    raw: Settings, sources: Mapping[str, Source], change: Callable[[Settings], Settings], differs: set[str]
) -> None:
    before = describe_inputs(raw, checksums(raw, sources, NOW, {}))
    changed = change(raw)
    after = describe_inputs(changed, checksums(changed, sources, NOW, {}))
    assert {
        name for name in ("code", "extracts", "releases") if getattr(before, name) != getattr(after, name)
    } == differs


def test_the_end_of_an_embargo_and_setting_aside_change_the_releases(
    raw: Settings, sources: Mapping[str, Source]
) -> None:
    edit_manifest(raw.raw / RELEASE, lambda manifest: manifest.update(published_on=dt.date(2027, 1, 28)))
    before, after, aside = (
        describe_inputs(raw, checksums(raw, sources, moment, aside))
        for moment, aside in ((NOW, {}), (NOW.replace(year=2028), {}), (NOW, {"omsq 2024-q4": "why"}))
    )
    assert len({before.releases, after.releases, aside.releases}) == 3
    assert before.extracts == after.extracts == aside.extracts


def test_another_key_of_pseudonyms_changes_the_extracts_and_is_not_in_the_note(
    raw: Settings, sources: Mapping[str, Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = checksums(raw, sources, NOW, {})
    before = describe_inputs(raw, found)
    monkeypatch.setenv(VARIABLE, "a key of more than thirty-two characters")
    after = describe_inputs(raw, found)
    assert before.extracts != after.extracts
    assert (before.code, before.releases) == (after.code, after.releases)
    assert "thirty-two" not in str(after)


def test_an_extract_behind_a_link_is_read_for_its_checksum(
    raw: Settings, sources: Mapping[str, Source], tmp_path: Path
) -> None:
    folder = raw.raw / "internal" / "ppud_recall"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    before = checksums(raw, sources, NOW, {})
    correct_extract(raw)
    assert checksums(raw, sources, NOW, {}).extracts != before.extracts


@pytest.fixture
def refreshed(settings: Settings, publish_one: Callable[..., object]) -> Settings:
    """An edition in place, the file of records it was counted from, and the note of both."""
    edition = publish_one("p1")
    settings.work.mkdir(exist_ok=True)
    settings.internal.write_bytes(b"records")
    write_note(settings, MADE_OF, edition.run_id, edition.sha256)  # type: ignore[attr-defined]
    return settings


def test_what_has_not_changed_is_taken_over(refreshed: Settings) -> None:
    found = find_reuse(refreshed, MADE_OF)
    assert (found.edition_id, found.keeps_extracts, found.keeps_releases) == ("p1", True, True)
    assert Path(found.warehouse).exists()
    assert stat.S_IMODE((refreshed.work / reuse.NOTE).stat().st_mode) == 0o640


@pytest.mark.parametrize(("changed", "keeps"), [({"extracts": "x"}, (False, True)), ({"releases": "x"}, (True, False))])
def test_what_has_changed_is_not(refreshed: Settings, changed: dict[str, str], keeps: tuple[bool, bool]) -> None:
    found = find_reuse(refreshed, dataclasses.replace(MADE_OF, **changed))
    assert (found.keeps_extracts, found.keeps_releases) == keeps
    assert len(found.lines()) == 2


def change_note(settings: Settings, **changes: object) -> None:
    path = settings.work / reuse.NOTE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def damage_edition(settings: Settings) -> None:
    path = settings.published_file.resolve()
    path.chmod(0o640)
    path.write_bytes(path.read_bytes() + b"x")


@pytest.mark.parametrize(
    "doubt",
    [
        lambda settings: (settings.work / reuse.NOTE).unlink(),
        lambda settings: (settings.work / reuse.NOTE).write_text('{"made_of": {"co'),
        lambda settings: change_note(settings, made_of=dataclasses.asdict(MADE_OF) | {"form": 0}),
        lambda settings: change_note(settings, made_of=None),
        lambda settings: change_note(settings, run_id="run of another"),
        lambda settings: change_note(settings, run_id=None),
        lambda settings: change_note(settings, edition_sha256="0" * 64),
        damage_edition,
        lambda settings: settings.ledger.unlink(),
        lambda settings: shutil.rmtree(settings.published),
    ],
    ids=["no note", "cut off", "form", "null", "run", "no run", "edition", "damaged", "ledger", "nothing published"],
)
def test_any_doubt_builds_everything(refreshed: Settings, doubt: Callable[[Settings], object]) -> None:
    doubt(refreshed)
    found = find_reuse(refreshed, MADE_OF)
    assert found.is_full
    assert found.lines()[0].startswith("building everything: ")


def test_another_code_and_a_request_build_everything(refreshed: Settings) -> None:
    assert find_reuse(refreshed, dataclasses.replace(MADE_OF, code="x")).is_full
    assert find_reuse(refreshed, MADE_OF, full=True).is_full


@pytest.mark.parametrize(
    "doubt",
    [
        lambda settings: settings.internal.unlink(),
        lambda settings: settings.internal.write_bytes(b"recordz"),
        lambda settings: settings.internal.with_name("internal.duckdb.wal").write_bytes(
            b"a change not yet in the file"
        ),
    ],
    ids=["gone", "other bytes", "not closed"],
)
def test_a_run_that_was_killed_while_it_wrote_records_leaves_nothing_trusted(
    refreshed: Settings, doubt: Callable[[Settings], object]
) -> None:
    doubt(refreshed)
    found = find_reuse(refreshed, MADE_OF)
    assert (found.keeps_extracts, found.keeps_releases) == (False, True)


def test_a_rollback_builds_everything(refreshed: Settings, publish_one: Callable[..., object]) -> None:
    edition = publish_one("p2")
    write_note(refreshed, MADE_OF, edition.run_id, edition.sha256)  # type: ignore[attr-defined]
    assert not find_reuse(refreshed, MADE_OF).is_full
    rollback(refreshed)
    assert find_reuse(refreshed, MADE_OF).is_full


LAST = """
create schema landing;
create schema marts;
create schema meta;
create table landing.a as select range as number from range(5000) order by hash(range);
create view landing.figures as select number from landing.a;
comment on view landing.figures is 'The figures';
comment on column landing.figures.number is 'The number';
create table marts.b (name varchar not null, value double);
insert into marts.b values ('it''s', 1), ('b', null);
comment on table marts.b is 'A mart''s rows';
comment on column marts.b.value is 'Its value';
create table meta.releases as select 1 as one;
create table meta.files as select 1 as one;
create table meta.checks (
    suite varchar, target varchar, expectation varchar, success boolean, could_run boolean, observed varchar,
    reason varchar
);
insert into meta.checks values
    ('s', 't', 'e2', true, true, '2 rows', 'r'), ('s', 't', 'e1', true, true, '2 rows', 'r'),
    ('failed', 't', 'e', false, true, '', 'r'), ('failed', 't', 'f', true, true, '', 'r');
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty candidate, with the last edition attached."""
    with duckdb.connect(tmp_path / "last.duckdb") as last:
        last.execute(LAST)
    with duckdb.connect(tmp_path / "candidate.duckdb") as candidate:
        for schema in ("landing", "marts", "meta", "intermediate"):
            candidate.execute(f"create schema {schema}")
        reuse.attach_last(candidate, Reuse(str(tmp_path / "last.duckdb")))
        yield candidate


def test_a_copy_has_the_rows_in_order_constraints_and_comments(connection: duckdb.DuckDBPyConnection) -> None:
    reuse.copy_landing(connection)
    reuse.copy_tables(connection, ["marts.b"])
    for table in ("landing.a", "landing.figures", "marts.b"):
        here, last = (connection.execute(f"from {place}{table}").fetchall() for place in ("", f"{reuse.LAST}."))
        assert here == last
    said = {}
    for database in ("candidate", reuse.LAST):
        said[database] = connection.execute(
            "select schema_name, table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
            "where database_name = ? and table_name not in ('checks') order by all",
            [database],
        ).fetchall()
        said[database] += connection.execute(
            "select table_name, comment from duckdb_tables() where database_name = ? and comment is not null "
            "union all select view_name, comment from duckdb_views() where database_name = ? and comment is not null "
            "order by all",
            [database, database],
        ).fetchall()
    assert said["candidate"] == said[reuse.LAST]
    with pytest.raises(duckdb.ConstraintException):
        connection.execute("insert into marts.b values (null, 1)")
    with pytest.raises(LookupError, match=r"marts\.gone"):
        reuse.copy_tables(connection, ["marts.gone"])


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ("select 1", True),
        ("update marts.b set value = 2 where name = 'b'", False),
        ("insert into marts.b values ('c', 1)", False),
        ("create or replace table marts.b as select * from marts.b order by name", False),
        ("alter table marts.b add column more integer", False),
        ("alter table marts.b alter value type float", False),
        ("drop table marts.b", False),
    ],
)
def test_a_table_is_unchanged_when_every_row_is(connection: duckdb.DuckDBPyConnection, change: str, same: bool) -> None:
    reuse.copy_tables(connection, ["marts.b"])
    connection.execute(change)
    assert reuse.unchanged_tables(connection, ["marts"]) == ({"marts.b"} if same else set())


def test_results_are_kept_in_order_and_only_of_suites_that_passed(connection: duckdb.DuckDBPyConnection) -> None:
    found = reuse.passed_results(connection)
    assert {suite: [result.expectation for result in results] for suite, results in found.items()} == {
        "s": ["e2", "e1"]
    }


def test_the_decision_is_read_by_the_later_steps(connection: duckdb.DuckDBPyConnection) -> None:
    assert reuse.read_decision(connection)[1].is_full
    decided = Reuse("last.duckdb", "p1", keeps_extracts=True)
    reuse.keep_decision(connection, MADE_OF, decided)
    assert reuse.read_decision(connection) == (MADE_OF, decided)


def test_a_note_reads_as_it_was_written(refreshed: Settings) -> None:
    note = read_note(refreshed)
    assert note is not None
    assert note.made_of == MADE_OF
