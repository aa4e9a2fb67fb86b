"""Compare the extracts of a cohort with the published record, counting from the files alone.

The figures are in data/calibration.csv, each with its source; how each is counted in data/calibration.yml. `held` says
whether the cohort is held to the figure or only compared with it.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from orchestration.records.checks import TYPES
from orchestration.records.contract import LINKS, Contract
from synthetic_cohort.register import PRISONS_FILE
from synthetic_cohort.targets import Scale

DATA = Path(__file__).resolve().parent / "data"
SNAPSHOTS = ("category_a_prisoners", "prisoners_by_use_of_prison", "dpp_case_files_reviewed")
"""Measures of the custody snapshot: counted only from an extract of the same day."""
SHARE, LEAST = 0.03, 3.0
"""A figure agrees within 3 per cent or 3 people, whichever is more."""
ROUNDED = {"months": 0.5, "percent": 3.0, "days": 1.0, "years": 0.05}
"""For figures that are not counts: within 3 per cent or this, whichever is more (months are published rounded)."""
ABOUT = 0.10
"""For figures published as about so many: within 10 per cent."""


@dataclass(frozen=True)
class Comparison:
    """One published figure and what the cohort gives for it, at the scale of the cohort."""

    measure: str
    group: str
    start: dt.date
    end: dt.date
    unit: str
    about: bool
    published: float
    simulated: float
    held: bool
    source: str

    @property
    def difference(self) -> float:
        """Simulated less published."""
        return self.simulated - self.published

    def within(self, scale: Scale = 1) -> bool:
        """Whether the two agree within the tolerance."""
        least = ROUNDED.get(self.unit, LEAST * scale)
        share = ABOUT if self.about else SHARE
        return abs(self.difference) <= max(least, share * abs(self.published)) + 1e-9


def compare(files: Mapping[str, Path], contracts: Mapping[str, Contract], scale: Scale = 1) -> list[Comparison]:
    """Every figure that the extracts of one day can give, in the order of the file.

    `files` are those written by write_cohort. Raises KeyError where an extract or a query is missing.
    """
    as_at = dt.date.fromisoformat(files["ppud_sentence"].stem)
    queries = yaml.safe_load((DATA / "calibration.yml").read_text(encoding="utf-8"))
    figures = [row for row in _figures() if _can_speak(row, as_at)]
    asked = dict.fromkeys(map(_asked, figures))  # one query gives the figures of all groups
    with open_extracts(files, contracts) as connection:
        found = {(measure, *period): _counted(connection, queries[measure], *period) for measure, *period in asked}
    return [_compared(found[_asked(row)], row, scale) for row in figures]


def _figures() -> Iterator[dict[str, str]]:
    """The published figures."""
    with (DATA / "calibration.csv").open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _can_speak(row: Mapping[str, str], as_at: dt.date) -> bool:
    """Whether an extract of a day can tell of a figure: not of a later day, and of a snapshot only its own."""
    end = dt.date.fromisoformat(row["end"])
    if row["measure"] in SNAPSHOTS:
        return end == as_at
    if row["measure"] == "ten_years_after_first_release":
        return as_at >= dt.date(2021, 9, 30)
    return end <= as_at


def _asked(row: Mapping[str, str]) -> tuple[str, str, str]:
    """What a figure asks of the extracts: its measure, the first day and the last."""
    return row["measure"], row["start"], row["end"]


def _counted(connection: duckdb.DuckDBPyConnection, query: str, start: str, end: str) -> dict[str, float]:
    """What a query gives for each group."""
    parameters = {name: day for name, day in (("day", end), ("start", start)) if f"${name}" in query}
    typed = query.replace("$day", "$day::date").replace("$start", "$start::date")
    if "unreleased_tariffs" in query:
        connection.execute("set variable snapshot_day = ?::date", [end])
    return dict(connection.execute(typed, parameters).fetchall())


def _compared(found: Mapping[str, float], row: Mapping[str, str], scale: Scale) -> Comparison:
    """One figure beside what the extracts give for the groups of its measure."""
    people = row["unit"] not in ROUNDED
    return Comparison(
        row["measure"],
        row["group"],
        dt.date.fromisoformat(row["start"]),
        dt.date.fromisoformat(row["end"]),
        row["unit"],
        row["qualifier"] == "about",
        float(row["published"]) * (scale if people else 1),
        float(found.get(row["group"]) or 0),
        row["held"] == "yes",
        row["source"],
    )


def open_extracts(files: Mapping[str, Path], contracts: Mapping[str, Contract]) -> duckdb.DuckDBPyConnection:
    """The extracts as tables by name, with `spells` (spells.sql), `people` and `prisons` beside them. The caller closes
    the connection.
    """
    connection = duckdb.connect()
    for name in sorted(files, key=lambda name: name != LINKS):  # links lead to the people of all others
        reader = _reader(files[name], contracts[name])
        rows = PERSON.format(name, contracts[name].person, reader) if name != LINKS else f"select * from {reader}"
        connection.execute(f"create table {name} as {rows}")
    connection.execute(f"create table prisons as select * from read_csv('{PRISONS_FILE}')")
    connection.execute(f"create table spells as {(DATA / 'spells.sql').read_text(encoding='utf-8')}")
    connection.execute(PEOPLE)
    connection.execute(UNRELEASED_TARIFFS)
    return connection


def _reader(path: Path, contract: Contract) -> str:
    """SQL that reads a file with the types of its contract."""
    if path.suffix == ".parquet":
        return f"read_parquet('{path}')"
    columns = ", ".join(f"'{name}': '{TYPES[column.type]}'" for name, column in contract.columns.items())
    return f"read_csv('{path}', header = true, columns = {{{columns}}})"


PERSON = """
    select
        {0}.*,
        coalesce(merged.identifier_in_use, linked.identifier_in_use, {0}.{1}) as person_key
    from {2} as {0}
    left join identifier_links as linked on {0}.{1} = linked.superseded_identifier
    left join identifier_links as merged on linked.identifier_in_use = merged.superseded_identifier
"""
"""An extract with the identifier in use of each person instead of the one that the system gives."""
PEOPLE = """
    create table people as
    select
        person_key,
        any_value(sex) as sex,
        if(bool_and(custody_type = 'DPP' and convicted_under_18), 'DPP', 'IPP') as sentence_type,
        min(date_of_sentence) as sentenced_on,
        max(tariff_expiry_date) filter (is_governing_sentence) as tariff_expiry_date,
    from ppud_sentence
    group by person_key
"""
UNRELEASED_TARIFFS = """
    create view unreleased_tariffs as
    with tariffs as (
        select
            people.sentenced_on,
            people.tariff_expiry_date,
            datesub('month', people.sentenced_on, people.tariff_expiry_date) as months,
            people.sentenced_on + interval 4 year as four_years,
            people.sentenced_on + interval 6 year as six_years,
            people.sentenced_on + interval 10 year as ten_years,
        from people
        inner join spells on people.person_key = spells.person_key
        where spells.status = 'in_prison_unreleased'
            and spells.started_on <= getvariable('snapshot_day')
            and coalesce(spells.ended_on > getvariable('snapshot_day'), true)
    )

    select
        sentenced_on,
        tariff_expiry_date,
        case
            when tariff_expiry_date is null then 'not_available'
            when months < 24 then 'under_2_years'
            when tariff_expiry_date <= four_years then '2_to_4_years'
            when tariff_expiry_date <= six_years then 'over_4_to_6_years'
            when tariff_expiry_date <= ten_years then 'over_6_to_10_years'
            else 'over_10_years'
        end as tariff_band,
        case
            when tariff_expiry_date is null then 'not_available'
            when months < 6 then 'under_6_months'
            when months < 12 then '6_to_12_months'
            when months < 18 then '12_to_18_months'
            when months < 24 then '18_to_24_months'
            when months < 36 then '2_to_3_years'
            when months < 60 then '3_to_5_years'
            when months < 120 then '5_to_10_years'
            else 'over_10_years'
        end as original_tariff,
    from tariffs
"""


def as_markdown(comparisons: Sequence[Comparison], scale: Scale = 1) -> str:
    """The comparison as a table in Markdown."""
    lines = [
        "| figure | group | day or period | published | simulated | difference | within | held to it | source |",
        "|---|---|---|---:|---:|---:|---|---|---|",
    ]
    for row in comparisons:
        period = f"{row.end}" if row.start == row.end else f"{row.start} to {row.end}"
        cells = (
            row.measure,
            row.group,
            period,
            ("about " if row.about else "") + f"{row.published:,.10g}",
            f"{round(row.simulated, 1):,.10g}",
            f"{round(row.difference, 1):+,.10g}",
            "yes" if row.within(scale) else "**no**",
            "yes" if row.held else "no",
            row.source,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
