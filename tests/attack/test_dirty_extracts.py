"""An extract with an error is refused, or what is wrong in it is counted: as rejected, cleaned or against a rule."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.problems import InputRejected
from orchestration.records.contract import read_contracts
from orchestration.records.loader import load
from tests import small_records
from tests.small_records import AS_AT, Extracts, small_extracts, write

CONTRACTS = {name: read_contracts()[name] for name in small_extracts(1)}
PEOPLE = 3
"""How many rows have the error: few, so that a tolerance does not refuse what no rule counts."""
REFUSED, REJECTED, CLEANED, RULED, SILENT = "refused", "rejected rows", "cleaned values", "counted by a rule", "SILENT"
Spoil = Callable[[Extracts], object]
SpoilFile = Callable[[bytes], bytes]


def each(extract: str, column: str, change: Callable[[str], str]) -> Spoil:
    """Change a value in the first rows that have one."""

    def spoil(extracts: Extracts) -> None:
        rows = [row for row in extracts[extract] if row.get(column)][:PEOPLE]
        assert rows
        for row in rows:
            row[column] = change(row[column])

    return spoil


def swap(extract: str, one: str, other: str, rows: int = 0) -> Spoil:
    """Let the values of two columns change places, in all rows or the first that have both."""

    def spoil(extracts: Extracts) -> None:
        chosen = [row for row in extracts[extract] if not rows or (row[one] and row[other])]
        for row in chosen[:rows] if rows else chosen:
            row[one], row[other] = row[other], row[one]

    return spoil


def more(extract: str, **values: str) -> Spoil:
    """Put the first rows in once more, with other values."""
    return lambda extracts: extracts[extract].extend([row | values for row in extracts[extract][:PEOPLE]])


def of_someone_else(extract: str, key: str) -> Spoil:
    """Put in a record of a person whom no other extract knows."""
    return lambda extracts: extracts[extract].append(extracts[extract][0] | {"prison_number": "A9999ZZ", key: "Z1"})


def moves(extracts: Extracts, kind: str, reason: str, on: str, number: int = 0) -> None:
    """Put in a movement of a person."""
    row = small_records.movement(number, 9, kind, reason, on)
    extracts["nomis_movements"].append({"source_kind": "synthetic", **row})


def without(extract: str, number: int) -> Spoil:
    """Take the records of a person out of an extract."""
    return lambda extracts: extracts.update(
        {extract: [row for row in extracts[extract] if row["prison_number"] != small_records.prison_number(number)]}
    )


def other_order(text: str) -> str:
    """A day as month, day, year."""
    year, month, day = text.split("-")
    return f"{month}/{day}/{year}"


SENTENCES, MOVEMENTS, CASELOAD = "ppud_sentence", "nomis_movements", "ndelius_caseload"
ROWS: dict[str, Spoil] = {
    "day written 31/12/2010": each(SENTENCES, "date_of_sentence", lambda day: "/".join(day.split("-")[::-1])),
    "day written 12/31/2010": each(SENTENCES, "date_of_sentence", other_order),
    "day with a time": each(SENTENCES, "date_of_sentence", lambda day: f"{day}T09:30:00"),
    "day with another time zone": each(SENTENCES, "date_of_sentence", lambda day: f"{day}T23:30:00-05:00"),
    "day that does not exist": each(SENTENCES, "date_of_sentence", lambda day: "2010-02-30"),
    "day of 1900": each(SENTENCES, "date_of_sentence", lambda day: "1900-01-01"),
    "day of 9999": each(SENTENCES, "tariff_expiry_date", lambda day: "9999-12-31"),
    "day to come": each(MOVEMENTS, "moved_on", lambda day: "2031-01-01"),
    "year of two digits": each(SENTENCES, "date_of_sentence", lambda day: day[2:]),
    "number of a day": each(SENTENCES, "date_of_sentence", lambda day: "38504"),
    "text for a day": each(SENTENCES, "date_of_sentence", lambda day: "unknown"),
    "no day": each(MOVEMENTS, "moved_on", lambda day: ""),
    "no identifier": each(SENTENCES, "prison_number", lambda text: ""),
    "identifier cut off": each(SENTENCES, "prison_number", lambda text: text[:-1]),
    "identifier of another system": each(SENTENCES, "prison_number", lambda text: "X000001"),
    "identifier in small letters": each(SENTENCES, "prison_number", str.lower),
    "identifier with spaces": each(SENTENCES, "prison_number", lambda text: f" {text} "),
    "no key": each(SENTENCES, "sentence_id", lambda text: ""),
    "unknown code": each(SENTENCES, "sex", lambda text: "elephant"),
    "code in capitals": each(SENTENCES, "sex", str.upper),
    "code with a space": each(SENTENCES, "sex", lambda text: f"{text} "),
    "word for missing: NULL": each(SENTENCES, "sex", lambda text: "NULL"),
    "word for missing: N/A": each(SENTENCES, "offence_group", lambda text: "N/A"),
    "boolean as Y": each(SENTENCES, "is_governing_sentence", lambda text: "Y"),
    "boolean as maybe": each(SENTENCES, "is_governing_sentence", lambda text: "maybe"),
    "integer as 1.0": each(MOVEMENTS, "movement_sequence", lambda text: f"{text}.0"),
    "integer as text": each(MOVEMENTS, "movement_sequence", lambda text: "first"),
    "integer with a fraction": each(MOVEMENTS, "movement_sequence", lambda text: f"{text}.5"),
    "row twice": more(SENTENCES),
    "key twice, other values": more(SENTENCES, sex="female"),
    "two days swapped": swap(CASELOAD, "supervision_started_on", "supervision_ended_on", PEOPLE),
    "two columns of codes swapped": swap(SENTENCES, "sex", "custody_type"),
    "columns of a day and a code swapped": swap(SENTENCES, "date_of_sentence", "offence_group"),
    "person unknown elsewhere": of_someone_else("ppud_recall", "recall_id"),
    "event after a death": lambda extracts: moves(extracts, "death", "death", "2014-03-01"),
    "release before the sentence": each("ppud_release", "released_on", lambda day: "2004-01-01"),
    "recall before any release": each("ppud_recall", "licence_revoked_on", lambda day: "2010-02-01"),
    "return before the recall": each("ppud_recall", "returned_to_custody_on", lambda day: "2012-01-01"),
    "prisoner without a sentence": without(SENTENCES, 0),
    "recalled without a release": without("ppud_release", 1),
    "links in a circle": lambda extracts: extracts["identifier_links"].append(
        extracts["identifier_links"][0]
        | {"superseded_identifier": small_records.prison_number(0), "identifier_in_use": "X000000"}
    ),
    "no source kind": each(SENTENCES, "source_kind", lambda text: ""),
    "not synthetic, and no key": each(SENTENCES, "source_kind", lambda text: "official"),
    "line break in a value": each(SENTENCES, "offence_group", lambda text: f"{text}\nA0001BC"),
    "formula in a value": each(SENTENCES, "offence_group", lambda text: "=1+1"),
    "very long value": each(SENTENCES, "offence_group", lambda text: text * 10_000),
}
"""Errors in the rows of an extract."""
FILES: dict[str, SpoilFile] = {
    "column missing": lambda content: b"\n".join(line.partition(b",")[2] for line in content.split(b"\n")),
    "column that no contract has": lambda content: b"\n".join(
        line + (b",more" if line else b"") for line in content.split(b"\n")
    ),
    "column renamed": lambda content: content.replace(b"date_of_sentence", b"sentence_date", 1),
    "column twice": lambda content: content.replace(b"date_of_sentence", b"sex", 1),
    "other separator": lambda content: content.replace(b",", b";"),
    "last line cut off": lambda content: content.rstrip()[:-30],
    "empty file": lambda content: b"",
    "heading alone": lambda content: content.split(b"\n")[0] + b"\n",
    "no heading": lambda content: content.partition(b"\n")[2],
    "heading twice": lambda content: content.split(b"\n")[0] + b"\n" + content,
    "Windows letters": lambda content: content.replace(b"violence", b"viol\xe9nce", 3),
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "byte order mark": lambda content: b"\xef\xbb\xbf" + content,
    "byte of nil": lambda content: content.replace(b"violence", b"viol\x00ence", 3),
    "open quotation mark": lambda content: content.replace(b"violence", b'"violence', 1),
    "a field too many": lambda content: content.replace(b"violence", b"violence,more", 1),
    "a web page": lambda content: b"<!DOCTYPE html><html><body>Sign in</body></html>",
}
"""Errors of a file as a whole."""


@dataclass(frozen=True)
class Loaded:
    """What a load left: how many rows were counted in each way, and the landed rows by extract."""

    counts: Counter[str]
    rows: Mapping[str, Counter[tuple[object, ...]]]


def loaded(folder: Path) -> Loaded:
    """What the internal file of a folder holds."""
    queries = {
        REJECTED: "select sum(rejected) + sum(copies) from landing.files_read",
        CLEANED: "select sum(row_count) from landing.cleaned_values",
        RULED: "select sum(row_count) from landing.across where reaction = 'keep'",
    }
    with duckdb.connect(str(folder / "internal.duckdb"), read_only=True) as connection:
        counts = {name: int(connection.execute(query).fetchall()[0][0] or 0) for name, query in queries.items()}
        every = "select * exclude (source_row) from landing."
        rows = {name: Counter(connection.execute(f"{every}{name}").fetchall()) for name in CONTRACTS}
    return Loaded(Counter(counts), rows)


def load_spoilt(folder: Path, kind: str = "") -> Loaded | None:
    """What a load of extracts with an error of a kind leaves; None where it is refused."""
    extracts = small_extracts(20)
    if kind in ROWS:
        ROWS[kind](extracts)
    write(folder / "raw", extracts)
    if kind in FILES:
        path = folder / "raw" / SENTENCES / f"{AS_AT}.csv"
        path.write_bytes(FILES[kind](path.read_bytes()))
    try:
        return None if load(folder / "internal.duckdb", folder / "raw", CONTRACTS) else loaded(folder)
    except InputRejected:
        return None


def ending(spoilt: Loaded | None, good: Loaded) -> str:
    """How an error ends. It is silent where nothing more is counted than without it, and where more landed rows differ
    from the good ones, or more of these are missing, than were rejected or counted by a rule.
    """
    if spoilt is None:
        return REFUSED
    more = spoilt.counts - good.counts
    other = sum((spoilt.rows[name] - good.rows[name]).total() for name in CONTRACTS)
    missing = sum((good.rows[name] - spoilt.rows[name]).total() for name in CONTRACTS)
    if max(other, missing) > more[REJECTED] + more[RULED]:
        return SILENT
    return next((how for how in (REJECTED, RULED, CLEANED) if more[how]), SILENT)


def require_nothing_silent(folder: Path, kinds: list[str], record_property) -> None:
    good = load_spoilt(folder / "good")
    assert good is not None
    endings = {kind: ending(load_spoilt(folder / str(number), kind), good) for number, kind in enumerate(kinds)}
    record_property("Errors in extracts", [[kind, how, 1] for kind, how in endings.items()])
    assert [kind for kind, how in endings.items() if how == SILENT] == []


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration.records.pseudonyms import VARIABLE

    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.mark.slow
def test_extracts_without_an_error_are_taken_whole(tmp_path: Path) -> None:
    good = load_spoilt(tmp_path)
    assert good is not None
    assert not good.counts[REJECTED] + good.counts[RULED]
    assert {name: rows.total() for name, rows in good.rows.items()} == {
        name: len(rows) for name, rows in small_extracts(20).items()
    }


@pytest.mark.slow
def test_some_errors_in_extracts_are_refused_or_counted(tmp_path: Path, record_property) -> None:
    require_nothing_silent(tmp_path, random.Random(1).sample([*ROWS, *FILES], 3), record_property)


@pytest.mark.slow
@pytest.mark.torture
def test_every_error_in_extracts_is_refused_or_counted(tmp_path: Path, record_property) -> None:
    require_nothing_silent(tmp_path, [*ROWS, *FILES], record_property)
