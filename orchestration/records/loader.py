"""Load record-level extracts into the internal database file, by their contracts.

Which files are extracts, files.py says. What can be read by meaning is read and counted as cleaned; a row that breaks a
rule is rejected and counted by column and rule; a file that is no such extract, or of which more rows would be rejected
than its contract tolerates, is refused. Identifiers become keyed hashes on the way in
(pseudonyms.py). Messages contain row counts only, never values from records, and no message of DuckDB, which
holds some, is passed on.
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow.parquet

from orchestration.archive.releases import INTERNAL, LONDON
from orchestration.problems import InputRejected, Problem, counted
from orchestration.records import across, checks, people
from orchestration.records.checks import TYPES, Check, Cleaning
from orchestration.records.contract import ENOUGH_VALUES, LINKS, MADE_UP, Contract
from orchestration.records.files import days_apart, extract_files, misnamed, misplaced
from orchestration.records.layout import Layout, read_layout
from orchestration.records.pseudonyms import DEVELOPMENT_KEY, SHORTEST, VARIABLE, key_in_force, make_keyed_hash
from orchestration.settings import DatabaseLimits

log = logging.getLogger("ipp")

DEFAULT_LIMITS = DatabaseLimits()
ACCOUNTS = {
    "files_read": "extract varchar, source_file varchar, as_at date, row_count bigint, landed bigint, "
    "rejected bigint, cleaned bigint, copies bigint",
    "rejected_rows": "extract varchar, source_file varchar, column_name varchar, rule varchar, row_count bigint",
    "cleaned_values": "extract varchar, source_file varchar, column_name varchar, way varchar, row_count bigint",
    "across": "extract varchar, rule varchar, reaction varchar, is_checked boolean, row_count bigint, at_most bigint",
}
"""Tables of counts beside the extracts: the outcome of every file. `rejected_rows` has a row for every rule that was
checked against a file, broken or not. `cleaned_values` also counts the rows of a file with another layout. `across` has
a row for every rule across extracts.
"""
NEWEST = """
    create view records.{extract} as
    select {columns}
    from landing.{extract}
    where as_at = (select max(as_at) from landing.{extract})
"""
"""What models read: each extract is everything the system held on its day, so only the newest counts."""
FILES_IN_USE = """
    create view records.files_read as
    select files.extract, files.as_at, files.rejected as rows_left_out
    from landing.files_read as files
    inner join (select extract, max(as_at) as as_at from landing.files_read group by extract) as newest
        on files.extract = newest.extract and files.as_at = newest.as_at
"""
"""The file that models read of each extract, and how many of its rows were rejected."""
NO_FILE = "no file"
"""Marks an extract without a file."""
CORRECT = "correct them at the source and export again"
WITH_COLUMN = (
    "export it again with this column; where its system truly holds so little, change filled_at_least in the contract"
)
TYPED = {"date": "date32[day]", "integer": "int64", "boolean": "bool"}
"""The type of Parquet that is taken as it is, by the type of the contract; others are read as text."""


@dataclass(frozen=True)
class Arrival:
    """A file to be read: its contract, how it is laid out, the columns it gives the type of, and its day."""

    contract: Contract
    layout: Layout
    typed: frozenset[str]
    as_at: dt.date


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of a file, in counts: by check, and by cleaning among the rows that were taken. Of rows
    that are alike in every column one is taken; the others are `copies`, with which nothing is lost.
    """

    rows: int
    rejected: int
    cleaned: int
    copies: int
    broken: Mapping[Check, int]
    cleanings: Mapping[Cleaning, int]

    @property
    def landed(self) -> int:
        """Rows that were taken."""
        return self.rows - self.rejected - self.copies

    @property
    def share(self) -> float:
        """Rows rejected, in per cent."""
        return 100 * self.rejected / self.rows if self.rows else 0.0


def load(
    internal: Path, folder: Path, contracts: Mapping[str, Contract], limits: DatabaseLimits = DEFAULT_LIMITS
) -> list[Problem]:
    """Build the internal database file afresh from every extract in a folder, taken together as of one day, within the
    limits of memory. Returns what is wrong with the extracts; empty when all is well.

    Each extract has its table, empty when no file is there, so that models always find theirs.
    """
    internal.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (internal, internal.with_name(internal.name + ".wal")):
        leftover.unlink(missing_ok=True)
    problems = [*misplaced(folder, contracts), *days_apart(folder, contracts), *_weak_key()]
    with (
        duckdb.connect(str(internal), config=limits.config(internal.parent)) as connection,
        tempfile.TemporaryDirectory(dir=internal.parent) as scratch,
    ):
        _make_tables(connection, contracts)
        make_keyed_hash(connection, key_in_force() or DEVELOPMENT_KEY)
        people.begin(connection)
        across.begin(connection)
        for name in sorted(contracts, key=lambda name: name != LINKS):  # links lead to the people of all others
            problems += _load_extract(connection, folder, contracts[name], Path(scratch))
        problems += _mixed(connection, contracts)
        problems += (
            [] if problems else across.apply(connection, contracts)
        )  # what is refused would be missing to others
    _tell_absent(folder, contracts)
    return problems


def said_of_records(contract: Contract) -> tuple[str, ...]:
    """The columns of the records that models read."""
    return (*contract.landed, "as_at", "source_file")


def _make_tables(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """The empty tables of the extracts and of the accounts."""
    for schema in ("landing", "records", "intermediate"):
        connection.execute(f"create schema {schema}")
    for contract in contracts.values():
        columns = [f"{name} {TYPES[column.type]}" for name, column in contract.landed.items()]
        listed = ", ".join([*columns, "as_at date", "source_file varchar", "source_row integer"])
        connection.execute(f"create table landing.{contract.extract} ({listed})")
        connection.execute(NEWEST.format(extract=contract.extract, columns=", ".join(said_of_records(contract))))
    for name, listed in ACCOUNTS.items():
        connection.execute(f"create table landing.{name} ({listed})")
    connection.execute(FILES_IN_USE)


def _load_extract(
    connection: duckdb.DuckDBPyConnection, folder: Path, contract: Contract, scratch: Path
) -> list[Problem]:
    """Every file of one extract: into its table, or what is wrong with it."""
    problems = list(misnamed(folder, contract.extract, dt.datetime.now(LONDON).date()))
    files = list(extract_files(folder, contract.extract).items())
    if not files:
        _account(
            connection, contract, NO_FILE, None, Outcome(0, 0, 0, 0, dict.fromkeys(checks.checks(contract), 0), {})
        )
    for path, as_at in files[-1:] if contract.extract == LINKS else files:  # a later list has the earlier links
        try:
            _load_file(connection, path, as_at, contract, scratch)
        except InputRejected as refusal:
            problems += refusal.problems
        except duckdb.Error as error:  # its message could hold a value
            expected = "values that can be worked on"
            problems.append(_problem(path, contract, expected, f"an error of DuckDB, {type(error).__name__}"))
    return problems


def _load_file(
    connection: duckdb.DuckDBPyConnection, path: Path, as_at: dt.date, contract: Contract, scratch: Path
) -> None:
    """Put one file into its table and its counts into the accounts. Raises InputRejected with all that is wrong."""
    layout = read_layout(path, contract, scratch)
    arrival = Arrival(contract, layout, typed := _typed_columns(layout, contract), as_at)
    _arrive(connection, path, arrival)
    _require_rows(connection, path, contract)
    _require_key(connection, path, contract)
    people.identify(connection, contract)
    if contract.extract == LINKS and (circular := people.follow_links(connection)):
        found = f"{circular} identifier(s) that lead in a circle"
        raise InputRejected([_problem(path, contract, "links that come to an end", found)])
    people.look_up(connection)
    _judge(connection, contract, typed)
    outcome = _outcome(connection, contract, typed)
    _keep(connection, path, contract)
    if wrong := [*_beyond_tolerance(path, contract, outcome), *_lost_columns(connection, path, contract)]:
        raise InputRejected(wrong)
    across.meet(connection, contract.extract)
    _account(connection, contract, path.name, as_at, outcome)
    whole = [[contract.extract, path.name, "", f"file_{way}", outcome.landed] for way in layout.otherwise]
    _insert(connection, "cleaned_values", whole)
    _tell(path, contract, outcome)


def _typed_columns(layout: Layout, contract: Contract) -> frozenset[str]:
    """The columns to which the file itself gives the contract's type: of a Parquet file only."""
    if layout.delimiter:
        return frozenset()
    types = {field.name: str(field.type) for field in pyarrow.parquet.read_schema(layout.path)}
    return frozenset(
        meant for name, meant in layout.columns if types[name] == TYPED.get(contract.columns[meant].type, "")
    )


def _arrive(connection: duckdb.DuckDBPyConnection, path: Path, arrival: Arrival) -> None:
    """Read a file into the temporary table `arriving`: its values by the contract, and of each row which of its
    checks it breaks and what was cleaned, as sums of powers of two.

    Raises InputRejected for a file that cannot be split into fields; DuckDB would show the line.
    """
    try:
        connection.execute(_arriving(arrival), [str(arrival.layout.path)])
    except (duckdb.Error, UnicodeError) as error:
        expected = f"{counted(len(arrival.contract.columns), 'field')} on every line, in quotes where they must be"
        found = f"at least one line has a different number of fields or a quoting error ({type(error).__name__})"
        raise InputRejected([_problem(path, arrival.contract, expected, found)]) from None


def _arriving(arrival: Arrival) -> str:
    """The query that reads a file; its path is a parameter."""
    contract = arrival.contract
    read = {name: checks.value(name, column, name in arrival.typed) for name, column in contract.columns.items()}
    return f"""
        create or replace temp table arriving as
        with raw as ({_raw(arrival)}),
        read as (
            select
                *,
                {", ".join(f"{value} as {name}" for name, value in read.items())},
                date '{arrival.as_at}' as as_at
            from raw
        )
        select
            {", ".join(read)},
            as_at,
            source_row,
            {_powers(check.broken for check in checks.of_row(contract))} as broken,
            {_powers(cleaning.done for cleaning in checks.row_cleanings(contract, arrival.typed))} as cleaned
        from read
    """


def _raw(arrival: Arrival) -> str:
    """The query that takes a file apart, each column as `raw_…`, with the row of the file, the heading being row 1."""
    if arrival.layout.delimiter:
        columns = ", ".join(f"'raw_{meant}': 'varchar'" for _, meant in arrival.layout.columns)
        return f"""
            select *, cast(row_number() over () + 1 as integer) as source_row
            from read_csv(?, header = true, auto_detect = false, columns = {{{columns}}}, encoding = 'utf-8',
                delim = '{arrival.layout.delimiter}', quote = '"', escape = '"')
        """
    listed = ", ".join(
        f"{_quoted(name)} as raw_{meant}"
        if meant in arrival.typed
        else f"cast({_quoted(name)} as varchar) as raw_{meant}"
        for name, meant in arrival.layout.columns
    )
    row = "cast(file_row_number + 2 as integer) as source_row"
    return f"select {listed}, {row} from read_parquet(?, file_row_number = true)"


def _powers(conditions: Iterable[str], first: int = 0) -> str:
    """SQL for the sum of two to the place of each condition that holds, counted from `first`."""
    terms = [f"if({condition}, {2**place}::hugeint, 0)" for place, condition in enumerate(conditions, first)]
    return " + ".join(["0::hugeint", *terms])


def _require_rows(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> None:
    """Raise InputRejected for a file without rows: an export that failed looks like a system that holds nothing, and
    its counts would all be nil.
    """
    if not _count(connection, "from arriving"):
        remedy = "export it again; where its system truly holds nothing, leave the extract out"
        raise InputRejected([_problem(path, contract, "at least one row", "a heading and no row", remedy)])


def _require_key(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> None:
    """Raise InputRejected for rows that are not synthetic while the key of the pseudonyms is public."""
    real = _count(connection, f"from arriving where source_kind is null or source_kind not in {MADE_UP}")
    if real and key_in_force() is None:
        expected = f"the environment variable {VARIABLE}, without which only synthetic rows are read"
        remedy = "set it to the team's key (docs/internal-extracts.md)"
        raise InputRejected([_problem(path, contract, expected, f"none, and {real} row(s) not synthetic", remedy)])


def _judge(connection: duckdb.DuckDBPyConnection, contract: Contract, typed: frozenset[str]) -> None:
    """Make the view `judged`: every row with its `person_key` and with all that it breaks and that was cleaned.

    A row about no person is reported only as that; in a rejected row nothing is counted as cleaned.
    """
    people.make_view(connection, contract)
    key, every = ", ".join(contract.key), checks.checks(contract)
    connection.execute(f"""
        create or replace temp table repeated as
        select
            {key},
            count(distinct row(broken, {", ".join(contract.said)})) > 1 as is_doubled,
            min(source_row) as first_row
        from seen
        where not is_test
        group by {key}
        having count(*) > 1
    """)
    of_person, row_checks = checks.of_person(contract), len(checks.of_row(contract))
    row_cleaning_count = len(checks.row_cleanings(contract, typed))
    cleaned = _powers((cleaning.done for cleaning in checks.person_cleanings(contract)), row_cleaning_count)
    connection.execute(f"""
        create or replace temp view judged as
        with ruled as (
            select
                * exclude (broken, cleaned, is_doubled, first_row),
                not is_doubled and source_row > first_row as is_alike,
                if(
                    is_test,
                    {2 ** (len(every) - 1)}::hugeint,
                    broken + {_powers([*(check.broken for check in of_person), "is_doubled"], row_checks)}
                ) as broken,
                cleaned + {cleaned} as cleaned
            from seen
            left join repeated using ({key})
        ),
        marked as (select * exclude (is_alike), broken = 0 and coalesce(is_alike, false) as is_copy from ruled)
        select * replace (if(broken = 0 and not is_copy, cleaned, 0) as cleaned) from marked
    """)


def _outcome(connection: duckdb.DuckDBPyConnection, contract: Contract, typed: frozenset[str]) -> Outcome:
    """Count the rows of the view `judged`."""
    every = checks.checks(contract)
    ways = [*checks.row_cleanings(contract, typed), *checks.person_cleanings(contract)]
    rows = connection.execute("select broken, cleaned, is_copy, count(*) from judged group by all").fetchall()
    by_check: Counter[Check] = Counter()
    for broken, *_, count in rows:
        for check in checks.counted_once([check for place, check in enumerate(every) if broken >> place & 1]):
            by_check[check] += count
    return Outcome(
        rows=sum(count for *_, count in rows),
        rejected=sum(count for broken, *_, count in rows if broken),
        cleaned=sum(count for _, cleaned, _, count in rows if cleaned),
        copies=sum(count for *_, is_copy, count in rows if is_copy),
        broken={check: by_check[check] for check in every},
        cleanings={
            way: sum(count for _, cleaned, _, count in rows if cleaned >> place & 1) for place, way in enumerate(ways)
        },
    )


def _beyond_tolerance(path: Path, contract: Contract, outcome: Outcome) -> Iterator[Problem]:
    """The problems of a file of which too much would be rejected: how much, and by each rule."""
    if outcome.share <= contract.tolerance.percent:
        return
    found = f"{outcome.rejected} of {outcome.rows} ({outcome.share:.1f}%)"
    yield _problem(path, contract, f"at most {contract.tolerance.percent:g}% of rows that break a rule", found)
    for check, count in outcome.broken.items():
        if count:
            place = f"{check.column}: " if check.column else ""
            yield _problem(path, contract, f"{place}{check.words}", f"{count} row(s) otherwise", CORRECT)


def _keep(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> None:
    """Put the rows that break nothing into the table of the extract."""
    columns = ", ".join([*contract.landed, "as_at"])
    taken = f"select {columns}, ?, source_row from judged where broken = 0 and not is_copy"
    connection.execute(f"insert into landing.{contract.extract} {taken}", [path.name])


def _lost_columns(connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract) -> Iterator[Problem]:
    """The problems of columns that hold a value in far fewer rows than ever: the export lost them, and what rests on
    them would be counted as not recorded.
    """
    asked = {name: column.filled_at_least for name, column in contract.landed.items() if column.filled_at_least}
    counts = ", ".join(["count(*)", *(f"count({name})" for name in asked)])
    file = f"from landing.{contract.extract} where source_file = ?"
    rows, *filled = connection.execute(f"select {counts} {file}", [path.name]).fetchall()[0]
    for (name, percent), count in zip(asked.items(), filled, strict=True):
        if percent * rows >= 100 * ENOUGH_VALUES and 100 * count < percent * rows:
            expected = f"{name}: a value in at least {percent}% of rows"
            yield _problem(path, contract, expected, f"{count} of {rows} rows ({100 * count / rows:.1f}%)", WITH_COLUMN)


def _account(
    connection: duckdb.DuckDBPyConnection, contract: Contract, file: str, as_at: dt.date | None, outcome: Outcome
) -> None:
    """Write what became of the rows of a file into the accounts."""
    place = [contract.extract, file]
    counts = [outcome.rows, outcome.landed, outcome.rejected, outcome.cleaned, outcome.copies]
    _insert(connection, "files_read", [[*place, as_at, *counts]])
    broken = [[*place, check.column, check.rule, count] for check, count in outcome.broken.items()]
    _insert(connection, "rejected_rows", broken)
    cleaned = [[*place, way.column, way.way, count] for way, count in outcome.cleanings.items() if count]
    _insert(connection, "cleaned_values", cleaned)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Put rows of counts into one of the accounts, in one statement: one each takes longer than the extracts do."""
    if rows:
        places = ", ".join("?" * len(rows[0]))
        values = ", ".join([f"({places})"] * len(rows))
        connection.execute(f"insert into landing.{table} values {values}", list(chain.from_iterable(rows)))


def _tell(path: Path, contract: Contract, outcome: Outcome) -> None:
    """Log how many rows of a file were rejected, by which rules, and how many cleaned."""
    if outcome.rejected:
        rules = ", ".join(f"{check.name} {count}" for check, count in outcome.broken.items() if count)
        log.warning(
            "%s %s: %s of %s rows rejected (%s)", contract.extract, path.name, outcome.rejected, outcome.rows, rules
        )
    if outcome.copies:
        copies = counted(outcome.copies, "exact copy", "exact copies")
        log.warning("%s %s: %s dropped", contract.extract, path.name, copies)
    if outcome.cleaned:
        log.info("%s %s: %s cleaned", contract.extract, path.name, counted(outcome.cleaned, "row"))


def _tell_absent(folder: Path, contracts: Mapping[str, Contract]) -> None:
    """Log which extracts have no file while others do: their tables are empty, and figures are still given."""
    absent = [name for name in sorted(contracts) if not extract_files(folder, name)]
    if 0 < len(absent) < len(contracts):
        log.warning("no extract of %s: what rests on its rows is counted without them", ", ".join(absent))


def _mixed(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> Iterator[Problem]:
    """The problem of real and synthetic people side by side: a difference between them would look like a finding."""
    kinds = " union all ".join(f"select distinct source_kind from landing.{name}" for name in contracts)
    if _count(connection, f"from (select distinct source_kind from ({kinds}))") > 1:
        expected, found = "rows of one source_kind in all extracts", "synthetic ones beside others"
        yield Problem(INTERNAL, expected=expected, found=found, remedy="take the synthetic files out of the folder")


def _weak_key() -> Iterator[Problem]:
    """The problem of a key that could be guessed."""
    key = key_in_force()
    if key is not None and len(key) < SHORTEST:
        expected, found = f"{VARIABLE} of {SHORTEST} characters or more", f"{len(key)}"
        yield Problem(INTERNAL, expected=expected, found=found, remedy="see docs/internal-extracts.md")


def _problem(path: Path, contract: Contract, expected: str, found: str, remedy: str = "export it again") -> Problem:
    """What is wrong with one file."""
    return Problem(f"{INTERNAL} {contract.extract}", path.name, expected=expected, found=found, remedy=remedy)


def _count(connection: duckdb.DuckDBPyConnection, rest: str) -> int:
    """How many rows a query has, given from its `from` on."""
    return int(connection.execute(f"select count(*) {rest}").fetchall()[0][0])


def _quoted(name: str) -> str:
    """A column's name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
