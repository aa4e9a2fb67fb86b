"""Nothing of a person reaches what a refresh leaves behind or says, whether it succeeds or fails.

Searched for are every identifier of the extracts, as the systems write them and as keyed hashes, and dates of birth;
in every column of every table, and in the raw bytes of every file, but for the extracts, the internal file, and the
bytes of the candidate, which DuckDB wrote where records are read (see `clean_copy`): those of what is sealed from it
are searched.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.build import refresh as build
from orchestration.defs import judgement
from orchestration.defs.run import run_refresh
from orchestration.problems import CheckFailed
from orchestration.records.contract import Contract, read_contracts
from orchestration.settings import ROOT, Settings
from tests import workbooks
from tests.command_line import ipp
from tests.editions import NEXT_DAY, SMALL_RELEASES, Refreshed, settings_in, write_small_cohort

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

SOME = 50
"""Identifiers that a small cohort has at least, so that a search which finds none has searched for something."""
WRITTEN = re.compile(rb"[A-Za-z]{1,3} ?[0-9]{4,9}(?: ?[A-Za-z]{2})?(?![0-9A-Za-z])")
"""What the cohort's identifiers look like, from the longest on; a shorter one may hide at the end of a longer word."""
HASHED = re.compile(rb"[0-9a-f]{16,}")
DIGEST = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}")
"""Identifiers of runs, and checksums. Dagster writes thousands: in one of some hundred runs, one ends as an identifier
does.
"""
DAY = re.compile(rb"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
HELD_APART = ("internal.duckdb", "synthetic", "raw")
"""Where records are meant to be."""
UNCLEARED = "candidate.duckdb"
"""Text of any kind may lie between their tables; it is not handed on."""
WAITS = ("feed", "marts", "figures", "annual_report_[cp]*", "exposures.yml")
"""Parts of the project that may be left out where others fail: nearly all would wait for a table that fails."""


@dataclass(frozen=True)
class Secrets:
    """What must not be found."""

    written: frozenset[bytes]
    hashed: frozenset[bytes]
    births: frozenset[bytes]

    def found_in(self, content: bytes) -> set[bytes]:
        """Those that are in some bytes."""
        written = {part for match in WRITTEN.finditer(DIGEST.sub(b" ", content)) for part in _endings(match[0])}
        hashed = {run[at : at + 16] for run in HASHED.findall(content) for at in range(len(run) - 15)}
        return (written & self.written) | (hashed & self.hashed) | (set(DAY.findall(content)) & self.births)


def _endings(text: bytes) -> Iterator[bytes]:
    """A match in capitals and without blanks, with each number of letters before it."""
    plain = text.replace(b" ", b"").upper()
    yield from (plain[start:] for start in range(min(3, len(plain))))


def secrets_of(extracts: Path, internal: Path) -> Secrets:
    """The identifiers of extracts as they are written, and as they are in an internal file, and dates of birth.

    The first and the last day of a month are left out: published series begin and end on them.
    """
    written: set[str] = set()
    births: list[dt.date] = []
    hashed: set[str] = set()
    with duckdb.connect(str(internal), read_only=True) as connection:
        for name, contract in read_contracts().items():
            (file,) = (extracts / name).glob("2025-03-31.*")
            reader = f"read_{file.suffix[1:]}('{file}')"
            for column, spec in contract.columns.items():
                if spec.privacy.endswith("_identifier"):
                    rows = connection.execute(f"select distinct {column} from {reader} where {column} is not null")
                    written |= {value.replace(" ", "").upper() for (value,) in rows.fetchall()}
            hashed |= keyed_hashes(connection, contract)
            if "date_of_birth" in contract.columns:
                births += [day for (day,) in connection.execute(f"select date_of_birth from {reader}").fetchall()]
    within = {str(day) for day in births if day.day > 1 and (day + dt.timedelta(days=1)).day > 1}
    return Secrets(*(frozenset(text.encode() for text in texts) for texts in (written, hashed, within)))


def keyed_hashes(connection: duckdb.DuckDBPyConnection, contract: Contract) -> set[str]:
    """Every keyed hash in the landing table of an extract."""
    columns = [name for name, column in contract.landed.items() if column.privacy == "record_identifier"]
    queries = [f"select {name} from landing.{contract.extract} where {name} is not null" for name in columns]
    return {value for query in queries for (value,) in connection.execute(query).fetchall()}


def files_left(*folders: Path) -> Iterator[Path]:
    """Every file that a refresh left, but for those that hold records by intent."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not set(HELD_APART) & set(path.relative_to(folder).parts):
                yield path


def texts_of(path: Path, only: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Every column of every table of a DuckDB file, or of some tables by name, as text."""
    listed = """
        select schema_name, table_name, list(column_name order by column_index)
        from duckdb_columns()
        semi join duckdb_tables() using (database_name, schema_name, table_name)
        where not internal
        group by all
    """
    with duckdb.connect(str(path), read_only=True) as connection:
        for schema, table, columns in connection.execute(listed).fetchall():
            if only and table not in only:
                continue
            texts = ", ".join(f'cast("{column}" as varchar)' for column in columns)
            rows = connection.execute(f'select {texts} from "{schema}"."{table}"').fetchall()
            for column, values in zip(columns, zip(*rows, strict=True), strict=bool(rows)):
                yield f"{schema}.{table}.{column}", "\n".join(map(str, set(values))).encode()


def leaks(secrets: Secrets, said: str, *folders: Path) -> dict[str, set[bytes]]:
    """Where any of the secrets is found; of files with the same bytes, in the first."""
    places = {"what was said": secrets.found_in(said.encode())}
    searched: set[bytes] = set()
    for path in files_left(*folders):
        content = path.read_bytes()
        digest = hashlib.sha256(content).digest()
        if digest in searched:
            continue
        if path.name != UNCLEARED:
            searched.add(digest)
            places[str(path)] = secrets.found_in(content)
        if path.suffix == ".duckdb":
            places |= {f"{path} {column}": secrets.found_in(text) for column, text in texts_of(path)}
    return {place: found for place, found in places.items() if found}


def leaks_of(refreshed: Refreshed, secrets: Secrets) -> dict[str, set[bytes]]:
    """Where any of the secrets is found in what a refresh left and said."""
    settings = refreshed.settings
    return leaks(secrets, refreshed.said, settings.work, settings.published, refreshed.dagster)


def test_nothing_of_a_person_is_left_by_a_refresh(whole):
    settings = whole.settings
    secrets = secrets_of(settings.work / "synthetic", settings.internal)
    left = {path.name for path in files_left(settings.work, settings.published)}
    assert {"ipp.duckdb", "edition.json", "verdicts.jsonl", "dbt.log"} <= left
    assert min(map(len, (secrets.written, secrets.hashed, secrets.births))) > 2_000
    assert leaks_of(whole, secrets) == {}
    assert_search_finds(secrets, settings)


def assert_search_finds(secrets: Secrets, settings: Settings) -> None:
    """The search is no comfort unless it finds what is there: the extracts and the internal file are full of it."""
    sentence = next((settings.work / "synthetic/ppud_sentence").glob("*"))
    rows = duckdb.sql(f"from read_parquet('{sentence}') limit 1").fetchall()[0]
    assert len(secrets.found_in(" ".join(map(str, rows)).encode())) == 2
    assert len(secrets.found_in(f"x{rows[0].lower()}/1".encode())) == 1
    landed = dict(texts_of(settings.internal, ("ppud_sentence", "nomis_custody_snapshot")))
    for column in ("ppud_sentence.person_key", "ppud_sentence.sentence_id", "nomis_custody_snapshot.date_of_birth"):
        assert len(secrets.found_in(landed[f"landing.{column}"])) > 1_000


def test_dirty_extracts_are_published_and_nothing_of_a_person_with_them(changed):
    """Rows that break a rule are rejected and counted, and what is missing from a figure because of it is reported."""
    assert re.search(r"ppud_termination_review 2025-03-31\.csv: \d+ of \d+ rows rejected", changed.said)
    assert [path for path in changed.dagster.rglob("*.db") if path.stat().st_size], "Dagster recorded it"
    settings = changed.settings
    secrets = secrets_before((settings.raw / "internal").glob("*/*.csv"), settings.internal)
    assert min(map(len, (secrets.written, secrets.hashed, secrets.births))) > SOME
    assert leaks_of(changed, secrets) == {}


def test_nothing_of_a_person_is_left_by_a_refresh_that_fails(tmp_path, monkeypatch, capfd):
    settings = settings_in(tmp_path, workbooks.copy_raw(tmp_path, *SMALL_RELEASES))
    files = write_small_cohort(settings.raw / "internal", NEXT_DAY, dirt=True)
    spoil(files["ppud_recall"], lambda number, row: [*row, "more"] if number == 30 else row)
    spoil(files["ppud_sentence"], lambda number, row: [*row[:5], "2911", *row[6:]] if number % 10 == 1 else row)
    spoil(files["nomis_custody_snapshot"], lambda number, row: row[1:])
    spoil(files["rotl"], lambda number, row: [value.replace("Z", "ZZ") for value in row])
    dagster = tmp_path / "dagster"
    dagster.mkdir()
    shutil.copy(ROOT / "dagster.yaml", dagster)
    monkeypatch.setenv("DAGSTER_HOME", str(dagster))
    outcome = ipp(settings, "refresh")
    said = outcome.output + "".join(capfd.readouterr())
    assert outcome.exit_code == 3, said
    for extract in ("ppud_recall", "ppud_sentence", "nomis_custody_snapshot", "rotl"):
        assert f"internal {extract}" in said
    assert "ppud_review 2025-03-31.csv" in said, "what was rejected of the others is reported"
    secrets = secrets_before(files.values(), settings.internal)
    assert min(map(len, (secrets.written, secrets.hashed, secrets.births))) > SOME
    assert leaks(secrets, said, settings.work, settings.published, dagster) == {}


def passed(specs: Iterable[dg.AssetCheckSpec], _results: object) -> Iterator[dg.AssetCheckResult]:
    """A pass for each check."""
    for spec in specs:
        yield dg.AssetCheckResult(passed=True, check_name=spec.name, asset_key=spec.asset_key)


@pytest.fixture
def failed_models(broken, tmp_path, monkeypatch):
    """What a refresh says whose models fail: tests on tables that most others need, and a model and a test that DuckDB
    stops with a message that names the value it could not convert. What was landed is not judged.
    """
    monkeypatch.setattr(build, "judge_landing", lambda *_: ())
    monkeypatch.setattr(judgement, "_shown", passed)
    project = tmp_path / "dbt_project"
    shutil.copytree(ROOT / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs", *WAITS))
    for test in (project / "tests").glob("*.sql"):
        test.unlink()
    (project / "tests/no_measure_at_all.sql").write_text("select key from {{ ref('measures') }}\n")
    (project / "tests/no_sentence_at_all.sql").write_text(
        "select sentence_id from {{ source('records', 'ppud_sentence') }}\n"
    )
    (project / "models/intermediate/internal/int_numbered_people.sql").write_text(
        "{{ config(materialized='table') }}\nselect cast(person_key as date) as day "
        "from {{ source('records', 'ppud_recall') }}\n"
    )
    (project / "tests/every_key_is_a_day.sql").write_text(
        "select 1 from {{ source('records', 'rotl') }} where cast(rotl_id as date) is null\n"
    )
    with pytest.raises(CheckFailed) as failure:
        run_refresh(broken.with_project_folders(dbt_project=project))
    return str(failure.value)


def test_models_that_fail_are_named_and_nothing_of_a_person_with_them(failed_models, broken):
    for name in ("no_measure_at_all", "no_sentence_at_all", "int_numbered_people", "every_key_is_a_day"):
        assert name in failed_models
    assert failed_models.count("Conversion Error; the rest is withheld") == 2
    secrets = secrets_before((broken.raw / "internal").glob("*/*.csv"), broken.internal)
    assert leaks(secrets, failed_models, broken.work, broken.published) == {}


def spoil(path: Path, change) -> None:
    """Write a CSV file anew, each row changed by its number; the heading is row 0."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(change(number, row) for number, row in enumerate(rows))


def secrets_before(files: Iterable[Path], internal: Path) -> Secrets:
    """All that was in soiled files, in any column: every word that looks like an identifier, or a birth."""
    content = b"\n".join(path.read_bytes() for path in files)
    written = {part for match in WRITTEN.finditer(content) for part in _endings(match[0])}
    births = {day for day in DAY.findall(content) if day < b"2000"}
    with duckdb.connect(str(internal), read_only=True) as connection:
        hashed = {key.encode() for contract in read_contracts().values() for key in keyed_hashes(connection, contract)}
    return Secrets(
        frozenset(part for part in written if len(part) > 6 and part[:1].isalpha()),
        frozenset(hashed),
        frozenset(births),
    )
