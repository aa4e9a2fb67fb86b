"""Write the extracts of a cohort as files, each by its contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from orchestration.records.contract import LINKS, MADE_UP, Contract, read_contracts
from orchestration.records.files import every_file
from synthetic_cohort import (
    extract_custody,
    extract_licence,
    extract_parole,
    extract_progress,
    extract_support,
    extract_termination,
)
from synthetic_cohort.arrays import Day, Integers
from synthetic_cohort.cohort import Cohort, make_cohort
from synthetic_cohort.dirt import soil
from synthetic_cohort.identifiers import make_identifiers
from synthetic_cohort.register import stream
from synthetic_cohort.simulation import RECORD_END
from synthetic_cohort.tables import Coded, Column, Known, Numbered, Table, take
from synthetic_cohort.targets import Scale

EXTRACTS: dict[str, Callable[[Cohort, Day], Table]] = {
    "nomis_custody_snapshot": extract_custody.custody_snapshot,
    "nomis_movements": extract_custody.movements,
    "ndelius_caseload": extract_licence.caseload,
    "ppud_sentence": extract_licence.sentences,
    "ppud_recall": extract_licence.recalls,
    "ppud_release": extract_licence.releases,
    "ppud_rarr": extract_licence.rarr_considerations,
    "ppud_review": extract_parole.reviews,
    "ppud_milestone": extract_parole.milestones,
    "ppud_termination_review": extract_termination.termination_reviews,
    "hearing_events": extract_parole.hearing_events,
    "parom1_reports": extract_parole.parom1_reports,
    "termination_reports": extract_termination.termination_reports,
    "psychology_reviews": extract_progress.psychology_reviews,
    "rag_exercise": extract_progress.rag_exercise,
    "appropriate_prison_exercise": extract_progress.appropriate_prison_exercise,
    "progression_panels": extract_progress.progression_panels,
    "rotl": extract_progress.rotl,
    "acct": extract_progress.acct,
    "opd_activity": extract_progress.opd_activity,
    "approved_premises_stays": extract_support.approved_premises_stays,
    "progressive_transfers": extract_support.progressive_transfers,
    "accredited_programmes": extract_support.accredited_programmes,
    "offender_manager_contacts": extract_support.offender_manager_contacts,
    "s117_aftercare": extract_support.s117_aftercare,
    "never_released_barriers": extract_support.never_released_barriers,
    "community_psychology_cases": extract_support.community_psychology_cases,
    "progression_regime_recommendations": extract_support.progression_regime_recommendations,
}
ROWS_AT_ONCE = 500_000
SMALLEST = Fraction(1, 100)
"""About seventy people. With fewer, some kinds of life and most extracts are empty."""
FIRST_DAY = dt.date(2012, 12, 31)
"""No sentence was imposed for a conviction after 2 December 2012: earlier days would show a cohort still coming in."""
LAST_DAY: dt.date = RECORD_END.astype(dt.date)
TYPES = {"text": pa.string(), "date": pa.date32(), "integer": pa.int64(), "boolean": pa.bool_()}

FileFormat = Literal["csv", "parquet"]


class CannotWrite(ValueError):
    """What was asked of a cohort cannot be, with every reason."""


def contracts() -> dict[str, Contract]:
    """The contracts of the cohort's extracts, by extract. Raises KeyError where one is missing."""
    found = read_contracts()
    return {name: found[name] for name in (LINKS, *EXTRACTS)}


def write_cohort(
    folder: Path,
    as_at: dt.date,
    scale: Scale = 1,
    seed: int = 1,
    *,
    file_format: FileFormat = "csv",
    dirt: bool = False,
) -> dict[str, Path]:
    """Write every extract as it was on a day to `<folder>/<extract>/<as_at>.<format>`; returns the files by extract.

    An extract that had no row by that day is not written: its system had not begun, and one without rows is refused.
    `scale` multiplies people: 10, or Fraction(1, 36) for about two hundred. Every row says `synthetic`, and
    `synthetic_scaled` at any scale but 1, as such figures cannot be compared with published ones. The files are the
    same for the same arguments, and those of two days show the same lives. With `dirt` they are as soiled as real
    extracts are (see dirt.py). Raises CannotWrite for a day outside the simulation, for a scale that is too small, and
    for a folder with a file that is not synthetic: no record is ever written over.
    """
    if refusals := list(_refusals(folder, as_at, scale)):
        raise CannotWrite("\n".join(refusals))
    cohort, source_kind = make_cohort(scale, seed), MADE_UP[0] if scale == 1 else MADE_UP[1]
    identifiers = make_identifiers(len(cohort.lives.people), seed)
    written = {}
    for name, contract in contracts().items():
        if name == LINKS:
            chunks = iter([identifiers.links(source_kind)])
        else:
            table = EXTRACTS[name](cohort, np.datetime64(as_at, "D"))
            if not len(table.person):
                continue
            chunks = _chunks(table, contract, identifiers.in_use, source_kind)
        if dirt:
            generator = stream(seed, f"dirt {name}")
            chunks = (soil(name, chunk, identifiers, generator) for chunk in chunks)
        path = folder / name / f"{as_at}.{file_format}"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, chunks, contract, file_format)
        written[name] = path
    return written


def _refusals(folder: Path, as_at: dt.date, scale: Scale) -> Iterator[str]:
    """Why no cohort of a day is written into a folder; none when it may be."""
    if not FIRST_DAY <= as_at <= LAST_DAY:
        yield f"as_at is {as_at}: the cohort is known from {FIRST_DAY} to {LAST_DAY}; ask for a day between them"
    if scale < SMALLEST:
        yield f"scale is {scale}: a cohort needs some people of every kind; ask for {SMALLEST} or more"
    if others := [path for path in every_file(folder) if not _is_made_up(path)]:
        yield (
            f"expected only synthetic extracts in {folder}, as nothing else is written over or mixed with them; "
            f"found {', '.join(map(str, others))}; take them out, or choose another folder"
        )


def _is_made_up(path: Path) -> bool:
    """Whether a file says of every row that it is synthetic. One that cannot be read, or has no row, says nothing."""
    column = "source_kind"
    try:
        if path.suffix == ".parquet":
            rows = pyarrow.parquet.read_table(path, columns=[column])
        else:
            options = pyarrow.csv.ConvertOptions(include_columns=[column], column_types={column: pa.string()})
            rows = pyarrow.csv.read_csv(path, convert_options=options)
        return rows[column].unique().to_pylist() in [[kind] for kind in MADE_UP]
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return False


def schema(contract: Contract) -> pa.Schema:
    """The columns of an extract as Arrow types."""
    return pa.schema([(name, TYPES[column.type]) for name, column in contract.columns.items()])


def _chunks(
    table: Table, contract: Contract, identifiers: Mapping[str, pa.Array], source_kind: str
) -> Iterator[pa.Table]:
    """The rows of a table as Arrow tables of bounded size."""
    for start in range(0, len(table.person), ROWS_AT_ONCE):
        rows = np.arange(start, min(start + ROWS_AT_ONCE, len(table.person)))
        columns = [
            _arrow(name, table, rows, identifiers, source_kind).cast(TYPES[column.type])
            for name, column in contract.columns.items()
        ]
        yield pa.Table.from_arrays(columns, schema=schema(contract))


def _arrow(name: str, table: Table, rows: Integers, identifiers: Mapping[str, pa.Array], source_kind: str) -> Any:
    """One column of some rows as an Arrow array. Raises KeyError for a column that the table does not have."""
    if name == "source_kind":
        return pa.array([source_kind]).take(pa.array(np.zeros(len(rows), np.int64)))
    if name in identifiers:
        return identifiers[name].take(pa.array(table.person[rows]))
    column: Column = take(table.columns[name], rows)
    if isinstance(column, Coded):
        codes = column.codes.astype(np.int64)
        return pa.array(column.values, pa.string()).take(pa.array(codes, mask=codes < 0))
    if isinstance(column, Numbered):
        digits = pc.utf8_lpad(pc.cast(pa.array(np.maximum(column.numbers, 0)), pa.string()), 8, "0")
        named = pc.binary_join_element_wise(pa.scalar(column.prefix), digits, "")
        return pc.if_else(pa.array(column.numbers >= 0), named, pa.scalar(None, pa.string()))
    if isinstance(column, Known):
        return pa.array(column.values, mask=~column.known)
    return pa.array(column)


def _write(path: Path, chunks: Iterator[pa.Table], contract: Contract, file_format: FileFormat) -> None:
    """Write the chunks to one file."""
    columns = schema(contract)
    if file_format == "parquet":
        writer = pyarrow.parquet.ParquetWriter(path, columns, compression="zstd")
    else:
        options = pyarrow.csv.WriteOptions(quoting_style="needed")
        writer = pyarrow.csv.CSVWriter(path, columns, write_options=options)
    with closing(writer):
        for chunk in chunks:
            writer.write_table(chunk)
