"""Write the external pack: a DuckDB file, CSV files by topic, and a report of what is suppressed.

The same inputs give the same bytes: rows are sorted, and nothing of the day or the machine goes into a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.build.clean_copy import write_clean_copy
from orchestration.build.database import insert_rows, quoted
from orchestration.editions.files import write_durably
from orchestration.external.control import Protection, protect
from orchestration.external.declared import Declaration, LeftOut, read_declaration, select_figures
from orchestration.external.equations import System, build_system
from orchestration.external.figures import DENOMINATOR, NUMERATOR, PERCENT, VALUE, Figure, in_order, key_of
from orchestration.external.report import Report, make_report
from orchestration.external.warehouse import COUNTED, Inputs, Row, known_before, read_inputs, read_pack
from orchestration.problems import CheckFailed, counted
from orchestration.query.table import Table
from orchestration.query.text import csv_text
from orchestration.settings import ROOT

FILE = "ipp-external.duckdb"
HEADINGS = {
    "measure": ("varchar not null", "Key of the measure, as in meta.measures"),
    "statistic": ("varchar not null", "What is counted or computed: count, share, median and so on"),
    "breakdown": ("varchar not null", "Empty for a total, else dimension=member, two joined with a semicolon"),
    "period_type": ("varchar not null", "as_at (a day), month, quarter, calendar_year or financial_year"),
    "period_start": ("date not null", "First day of the period"),
    "period_end": ("date not null", "Last day of the period"),
    "value": ("double", "The figure; null when value_status says why it is not published"),
    "numerator": ("bigint", "The part a share counts; null when there is none or it is suppressed"),
    "denominator": ("bigint", "The people or events behind a share, mean or median; null when suppressed"),
    "unit": ("varchar not null", "Unit of the value"),
    "value_status": (
        "varchar not null",
        "final; nil (a true zero); suppressed; bounded (value_text gives a bound); not_applicable; unavailable",
    ),
    "value_text": ("varchar not null", "What a reader sees: the figure, a bound, [c] suppressed, [z] or [x]"),
    "source_kind": ("varchar not null", "What kind of records the figure is counted from, as in meta.source_kinds"),
    "extract_as_at": ("date not null", "Day of the extract"),
    "reader": ("varchar not null", "Who the figure is published for"),
    "topic": ("varchar not null", "Topic, and name of the CSV file"),
}
"""The columns of `counted.figures` in the pack: type and description."""
PUBLIC_TABLES = {
    "published.figures": "select * from published.figures order by all",
    "meta.measures": "select * exclude (mart) from meta.measures order by all",
    # The reason why a release is set aside is for HMPPS only.
    "meta.releases": "select * exclude (reason) from meta.releases where status = 'published' order by all",
    "meta.source_kinds": "select * from meta.source_kinds order by all",
    "meta.annual_report_sections": "select * from meta.annual_report_sections order by all",
    "meta.targets_of_the_action_plan": "select * from meta.targets_of_the_action_plan order by all",
    "meta.actions_of_the_minutes": "select * from meta.actions_of_the_minutes order by all",
    "meta.licence_termination_regimes": "select * from meta.licence_termination_regimes order by all",
    "meta.annual_report_series": "select * from meta.annual_report_series order by all",
    "meta.annual_report_points": "select * from meta.annual_report_points order by all",
    "meta.annual_report_coverage": "select * from meta.annual_report_coverage order by all",
    "marts.annual_report_figures": "select * from marts.annual_report_figures order by all",
    "meta.citations": "select * from meta.citations order by all",
    "meta.categories": "select dimension, code, label, sort_order from meta.categories order by all",
    "meta.nested_areas": "select * from meta.nested_areas order by all",
    "meta.prisons": "select prison_code, prison_name, prison, sex from meta.prisons order by all",
}
"""What is public already or describes it; tables that a warehouse does not have are left out."""
SYMBOLS = {"suppressed": "[c]", "not_applicable": "[z]", "unavailable": "[x]"}


def write_pack(
    warehouse_file: Path,
    folder: Path,
    previous: Path | None = None,
    *,
    expectations: Path = ROOT / "expectations",
    counted: str = COUNTED,
    keeps_last: bool = True,
) -> Report:
    """Write the pack into a folder and return the report of what is suppressed. With `keeps_last`, a pack of the same
    figures suppresses what the last one did: suppressing others would tell more.

    Raises CheckFailed when a suppressed count cannot be protected, or more is suppressed than the declaration allows.
    """
    declaration = read_declaration(expectations)
    measures = {table.measure for tables in declaration.tables.values() for table in tables}
    inputs = read_inputs(warehouse_file, counted, measures, declaration.counts_so_far)
    declaration = declaration.without_limits() if inputs.is_scaled else declaration
    selection = select_figures(inputs.counted, declaration, inputs.last_day)
    last = read_pack(previous) if previous else ()
    rows = unchanged_rows(last, selection.figures) if keeps_last else []
    disclosed_before: Sequence[str] = ()
    if not rows:
        protection = protect_figures(inputs, selection.figures, last, declaration)
        rows, disclosed_before = (
            [published_row(figure, protection) for figure in in_order(selection.figures)],
            protection.disclosed_before,
        )
    report = make_report(rows, selection.empty, disclosed_before)
    if report.share_suppressed > declaration.control.largest_share_suppressed:
        most = f"{declaration.control.largest_share_suppressed:.0%}"
        reason = f"external pack: {report.share_suppressed:.1%} of the rows are suppressed; at most {most} may be"
        raise CheckFailed([reason, f"to do: publish less of {', '.join(report.worst_tables)}"])
    folder.mkdir(parents=True, exist_ok=True)
    _write_database(warehouse_file, folder / FILE, rows)
    for topic in sorted({row.figure.topic for row in rows}):
        lines = [_values(row) for row in rows if row.figure.topic == topic]
        write_durably(folder / f"{topic}.csv", csv_text(Table(tuple(HEADINGS), lines)).encode())
    return report


def unchanged_rows(last: Sequence[Row], figures: Sequence[Figure]) -> list[Row]:
    """The rows of the last pack, if it is of the same figures of the same extracts; else none."""
    rows = {key_of(row.figure): row for row in last}
    if len(rows) != len(figures) or any(key_of(figure) not in rows for figure in figures):
        return []
    kept = [rows[key_of(figure)] for figure in in_order(figures)]
    pairs = zip(kept, in_order(figures), strict=True)
    return kept if all(_says_the_same(row, figure) for row, figure in pairs) else []


def _says_the_same(row: Row, figure: Figure) -> bool:
    """Whether a row shows nothing but what the figure is now."""
    named = ("unit", "source_kind", "extract_as_at", "reader", "topic")
    shown = [(getattr(row.figure, kind), getattr(figure, kind)) for kind in (VALUE, NUMERATOR, DENOMINATOR)]
    return all(getattr(row.figure, name) == getattr(figure, name) for name in named) and all(
        one is None or one == other for one, other in shown
    )


def protect_figures(
    inputs: Inputs, pack: Sequence[Figure], previous: Sequence[Row], declaration: Declaration
) -> Protection:
    """What to suppress in the figures of a pack. Raises CheckFailed when it cannot be protected, with the cheapest
    table to leave out.
    """
    system, protection = _protection(inputs, pack, previous, declaration)
    if not protection.unprotected:
        return protection
    reasons = [f"external pack: {system.name(count)} cannot be protected" for count in protection.unprotected]
    measures = {place.measure for count in protection.unprotected if (place := system.place[system.shared_with[count]])}
    raise CheckFailed([*reasons, _advice(inputs, pack, previous, declaration, measures)])


def _protection(
    inputs: Inputs, pack: Sequence[Figure], previous: Sequence[Row], declaration: Declaration
) -> tuple[System, Protection]:
    """The system of a pack, and what to suppress in it."""
    of_people = [figure for figure in pack if figure.unit not in inputs.not_of_people]
    known, before = known_before(inputs, pack, previous)
    system = build_system(of_people, known, inputs.sums)
    return system, protect(system, [figure for figure in of_people if figure.is_share], declaration.rules, before)


def _advice(
    inputs: Inputs, pack: Sequence[Figure], previous: Sequence[Row], declaration: Declaration, measures: Collection[str]
) -> str:
    """The cheapest way to publish less: the fewest figures of one period without which the rest can be protected."""
    sizes = Counter(LeftOut.of(figure) for figure in pack if figure.measure in measures)
    left, out = list(pack), list[str]()
    still_open = len(_protection(inputs, pack, previous, declaration)[1].unprotected)
    for period in sorted(sizes, key=lambda one: (sizes[one], str(one))):
        fewer = [figure for figure in left if LeftOut.of(figure) != period]
        unprotected = len(_protection(inputs, fewer, previous, declaration)[1].unprotected)
        if unprotected < still_open:
            left, still_open, out = fewer, unprotected, [*out, f"{period} ({counted(sizes[period], 'row')})"]
        if not still_open:
            return f"to do: add to `left_out` of external_pack.yml: {', '.join(out)}"
    return f"to do: publish fewer periods or breakdowns of {', '.join(sorted(measures))} in external_pack.yml"


def published_row(figure: Figure, protection: Protection) -> Row:
    """The row of the pack: the figure without what is suppressed, its status and what a reader sees."""
    hidden = {kind for kind in (VALUE, NUMERATOR, DENOMINATOR) if figure.place(kind) in protection.suppressed}
    shown = replace(
        figure,
        value=None if hidden else figure.value,
        numerator=None if NUMERATOR in hidden else figure.numerator,
        denominator=None if DENOMINATOR in hidden else figure.denominator,
    )
    bound = protection.bounds.get(figure.place(NUMERATOR)) if hidden else None
    status = _status(figure, bool(hidden), bound)
    if bound:
        return Row(shown, status, f"{'more' if bound > 50 else 'less'} than {bound}%")
    return Row(shown, status, SYMBOLS.get(status) or _text(figure))


def _status(figure: Figure, is_hidden: bool, bound: int | None) -> str:
    """Why the value of a figure is or is not there."""
    if is_hidden:
        return "bounded" if bound else "suppressed"
    if figure.value is None:
        return "not_applicable" if figure.denominator == 0 else "unavailable"
    return "final" if figure.value else "nil"


def _text(figure: Figure) -> str:
    """A published value as a reader sees it: counts whole, everything else with one decimal."""
    if figure.denominator is None:
        return f"{figure.value or 0:,.0f}"
    return f"{figure.value or 0:,.1f}{'%' if figure.unit == PERCENT else ''}"


def _values(row: Row) -> tuple[object, ...]:
    """The values of a row of the pack, in the order of the headings."""
    own = {"value_status": row.value_status, "value_text": row.value_text}
    return tuple(own[name] if name in own else getattr(row.figure, name) for name in HEADINGS)


def _write_database(warehouse_file: Path, target: Path, rows: Sequence[Row]) -> None:
    """Write the DuckDB file by way of a process that never held an unsuppressed count."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(str(warehouse_file))} as warehouse (read_only)")
        connection.execute("use warehouse")
        held = _relations(connection)
        public = {name: connection.sql(query).to_arrow_table() for name, query in PUBLIC_TABLES.items() if name in held}
        connection.execute("use memory")
        connection.execute("detach warehouse")
        for schema in ("counted", *sorted({name.partition(".")[0] for name in public})):
            connection.execute(f"create schema {schema}")
        for name, table in public.items():
            connection.register("public_table", table)
            connection.execute(f"create table {name} as from public_table")
            connection.unregister("public_table")
        columns = ", ".join(f"{name} {kind}" for name, (kind, _) in HEADINGS.items())
        connection.execute(f"create table counted.figures ({columns})")
        insert_rows(connection, "counted.figures", [_values(row) for row in rows])
        for name, (_, description) in HEADINGS.items():
            connection.execute(f"comment on column counted.figures.{name} is {quoted(description)}")
        write_clean_copy(connection, target)


def _relations(connection: duckdb.DuckDBPyConnection) -> Collection[str]:
    """The tables and views of the database in use, as `schema.name`."""
    query = "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
    return {f"{schema}.{name}" for schema, name in connection.execute(query).fetchall()}
