"""What a refresh takes over from the last one: the half of its inputs that did not change is not built again.

The edition in place holds the tables and check results of the last refresh, and the ledger says that they passed. The
file of records stays in the work folder. A refresh that passed leaves beside it a note of what both were made of, with
their checksums. A later refresh takes over nothing that differs from the note by a single byte, so a refresh that was
killed or failed can leave nothing that is trusted.

Code counts as one input: a change of any file of the project builds everything, as it could reach any table.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.metadata
import json
import sys
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from orchestration.archive.fingerprint import Checksums
from orchestration.build.database import quoted
from orchestration.editions import history
from orchestration.editions.files import PRIVATE_FILE, sha256_of, write_durably
from orchestration.quality.ledger import recorded_pass
from orchestration.quality.results import CheckResult
from orchestration.records.pseudonyms import key_in_force
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb

NOTE = "made_of.json"
"""The note in the work folder."""
FORM = 1
"""The form of the note: one of another form is not read."""
LAST = "last_edition"
"""The name under which the last edition is attached."""
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "great-expectations", "python-calamine", "pyarrow", "pandas")


@dataclass(frozen=True)
class MadeOf:
    """What a refresh is made of, as checksums of its code, extracts and releases."""

    code: str
    extracts: str
    releases: str
    form: int = FORM


@dataclass(frozen=True)
class Note:
    """What the last refresh that passed was made of, and the checksums of its edition and of its file of records."""

    made_of: MadeOf
    run_id: str
    edition_sha256: str
    internal_sha256: str


@dataclass(frozen=True)
class Reuse:
    """What a refresh takes over. `warehouse` is that of the last edition, '' when everything is built; `why` says why
    something is not taken over.
    """

    warehouse: str = ""
    edition_id: str = ""
    keeps_extracts: bool = False
    keeps_releases: bool = False
    why: str = ""

    @property
    def is_full(self) -> bool:
        """Whether everything is built."""
        return not self.warehouse

    def lines(self) -> list[str]:
        """What is taken over, a line for each half of the inputs."""
        if self.is_full:
            return [f"building everything: {self.why}"]
        since = f"since edition {self.edition_id}"
        return [
            f"extracts: unchanged {since}, loaded records and what is counted from them alone are kept"
            if self.keeps_extracts
            else f"extracts: changed {since}, all are loaded",
            f"releases: unchanged {since}, landed figures and what is built from them alone are kept"
            if self.keeps_releases
            else f"releases: changed {since}, all are read",
        ]


def describe_inputs(settings: Settings, found: Checksums) -> MadeOf:
    """What a refresh of inputs with these checksums is made of. The key of pseudonyms counts as part of the extracts,
    the limits of reading as part of the releases, and the versions of libraries as part of the code.
    """
    versions = [sys.version, *(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)]
    # The hash says whether the key is another one, and nothing else of it.
    key = hmac.new(key_in_force() or b"", b"the key of pseudonyms", hashlib.sha256).hexdigest()
    return MadeOf(
        code=_digest([found.code, *versions]),
        extracts=_digest([found.extracts, key]),
        releases=_digest([found.releases, str(settings.limits)]),
    )


def _digest(texts: Iterable[str]) -> str:
    """SHA-256 of some texts in their order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def find_reuse(settings: Settings, now: MadeOf, *, full: bool = False) -> Reuse:
    """What a refresh made of these inputs takes over from the last one: nothing when anything is in doubt."""
    if full:
        return Reuse(why="`--full` was given")
    note = read_note(settings)
    if note is None:
        return Reuse(why=f"{settings.work / NOTE} is missing or cannot be read")
    if now.code != note.made_of.code:
        return Reuse(why="the code, its settings or its libraries changed")
    present, disagreement = history.examine(settings)
    if present is None or present.sha256 != note.edition_sha256 or disagreement:
        return Reuse(why="the edition in place is not the one of the last refresh in this work folder")
    if recorded_pass(settings.ledger, present.sha256, note.run_id) is None:
        return Reuse(why="the ledger holds no pass for the edition in place")
    return Reuse(
        warehouse=str(history.file_of(settings, present)),
        edition_id=present.edition_id,
        keeps_extracts=now.extracts == note.made_of.extracts and _holds_same_records(settings, note),
        keeps_releases=now.releases == note.made_of.releases,
    )


def _holds_same_records(settings: Settings, note: Note) -> bool:
    """Whether the file of records is, byte for byte, the one of the last refresh that passed."""
    unfinished = settings.internal.with_name(f"{settings.internal.name}.wal")
    return (
        settings.internal.is_file() and not unfinished.exists() and sha256_of(settings.internal) == note.internal_sha256
    )


def read_note(settings: Settings) -> Note | None:
    """The note of the last refresh that passed; None when it is missing, damaged or of another form."""
    try:
        content = json.loads((settings.work / NOTE).read_text(encoding="utf-8"))
        made_of = MadeOf(**content.pop("made_of"))
        note = Note(made_of=made_of, **content)
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return None
    texts = [getattr(one, item.name) for one in (made_of, note) for item in fields(one)]
    whole = all(isinstance(text, str) for text in texts if text not in (made_of, made_of.form))
    return note if whole and made_of.form == FORM else None


def write_note(settings: Settings, made_of: MadeOf, run_id: str, edition_sha256: str) -> None:
    """Note what the edition that just passed and the file of records were made of. Both must be closed."""
    note = Note(made_of, run_id, edition_sha256, sha256_of(settings.internal))
    write_durably(settings.work / NOTE, json.dumps(asdict(note), indent=2) + "\n", PRIVATE_FILE)


def keep_decision(connection: duckdb.DuckDBPyConnection, made_of: MadeOf, reuse: Reuse) -> None:
    """Write into the candidate, for the later steps of the run, what it is made of and what it takes over."""
    connection.execute("create or replace table intermediate.reuse (made_of varchar, reuse varchar)")
    connection.execute(
        "insert into intermediate.reuse values (?, ?)", [json.dumps(asdict(made_of)), json.dumps(asdict(reuse))]
    )


def read_decision(connection: duckdb.DuckDBPyConnection) -> tuple[MadeOf | None, Reuse]:
    """What the candidate is made of and what it takes over; nothing where it does not say."""
    found = connection.execute(
        "select 1 from duckdb_tables() "
        "where database_name = current_database() and schema_name = 'intermediate' and table_name = 'reuse'"
    ).fetchall()
    if not found:
        return None, Reuse(why="the candidate does not say")
    ((made_of, reuse),) = connection.execute("select made_of, reuse from intermediate.reuse").fetchall()
    return MadeOf(**json.loads(made_of)), Reuse(**json.loads(reuse))


def attach_last(connection: duckdb.DuckDBPyConnection, reuse: Reuse) -> None:
    """Attach the last edition for reading."""
    connection.execute(f"attach if not exists {quoted(reuse.warehouse)} as {LAST} (read_only)")


def copy_landing(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the landing tables and what is said of releases and files from the last edition."""
    copy_tables(connection, [*tables_in(connection, "landing", LAST), "meta.releases", "meta.files"])
    for sql, name, comment in connection.execute(
        "select sql, 'landing.' || view_name, comment from duckdb_views() "
        f"where database_name = '{LAST}' and schema_name = 'landing' order by view_name"
    ).fetchall():
        connection.execute(sql)
        if comment:
            connection.execute(f"comment on view {name} is {quoted(comment)}")
        _copy_column_comments(connection, {name})


def copy_tables(connection: duckdb.DuckDBPyConnection, tables: Collection[str]) -> None:
    """Copy tables (`schema.table`) from the last edition: rows in their order, constraints and comments."""
    wanted = set(tables)
    found = connection.execute(
        "select schema_name || '.' || table_name, sql, comment from duckdb_tables() "
        f"where database_name = '{LAST}' order by schema_name, table_name"
    ).fetchall()
    if missing := wanted - {name for name, _, _ in found}:
        raise LookupError(f"the last edition has no table {', '.join(sorted(missing))}")
    connection.execute("begin")  # one write to disk instead of one for each of hundreds of comments
    for name, sql, comment in found:
        if name in wanted:
            connection.execute(sql)
            connection.execute(f"insert into {name} from {LAST}.{name}")
            if comment:
                connection.execute(f"comment on table {name} is {quoted(comment)}")
    _copy_column_comments(connection, wanted)
    connection.execute("commit")


def _copy_column_comments(connection: duckdb.DuckDBPyConnection, names: Collection[str]) -> None:
    """Copy the descriptions of the columns of tables and views (`schema.name`) from the last edition."""
    found = connection.execute(
        "select schema_name || '.' || table_name, column_name, comment from duckdb_columns() "
        f"where database_name = '{LAST}' and comment is not null"
    ).fetchall()
    for name, column, comment in found:
        if name in names:
            connection.execute(f'comment on column {name}."{column}" is {quoted(comment)}')


def kept_sql(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The SQL of the models by which the last edition is asked as of a day, by `schema.model`."""
    query = f"select schema_name || '.' || model_name, compiled_sql from {LAST}.meta.models"
    return dict(connection.execute(query).fetchall())


def passed_results(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[CheckResult, ...]]:
    """The results of the last edition by suite, in their order; a suite of which one did not pass is left out."""
    by_suite: dict[str, list[CheckResult]] = {}
    for row in connection.execute(f"select * from {LAST}.meta.checks order by rowid").fetchall():
        result = CheckResult(*row)
        by_suite.setdefault(result.suite, []).append(result)
    return {
        suite: tuple(results)
        for suite, results in by_suite.items()
        if all(result.success and result.could_run for result in results)
    }


def tables_in(connection: duckdb.DuckDBPyConnection, schema: str, database: str = "") -> set[str]:
    """The tables (`schema.table`) of a schema of the candidate, or of another database."""
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = coalesce(nullif(?, ''), current_database()) and schema_name = ?",
        [database, schema],
    ).fetchall()
    return {name for (name,) in rows}


def unchanged_tables(connection: duckdb.DuckDBPyConnection, schemas: Collection[str]) -> set[str]:
    """The tables (`schema.table`) of the candidate that hold the same columns and rows, in the same order, as in the
    last edition.
    """
    names = {name for schema in schemas for name in tables_in(connection, schema) & tables_in(connection, schema, LAST)}
    return {name for name in names if _is_unchanged(connection, name)}


def _is_unchanged(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether a table is in the candidate as in the last edition."""
    here: Any = connection.sql(f"select * from {name}").to_arrow_table()
    there: Any = connection.sql(f"select * from {LAST}.{name}").to_arrow_table()
    return bool(here.schema == there.schema and here.combine_chunks().equals(there.combine_chunks()))
