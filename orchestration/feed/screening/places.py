"""Stage places: prisons agree with the dated register, and a place that is not available is said so both ways."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.feed.screening.feed import DataFile, Feed, quote_name
from orchestration.feed.screening.findings import Finding, find

PRISON_DIMENSIONS = ("prison_code", "from_prison", "to_prison")
NOT_AVAILABLE, CODE_NOT_AVAILABLE = "not available", "x"
# The register gives a day, a month or a year; a prison is open until the last day that this can mean.
CLOSED_ON = """
    case length(closed) when 4 then make_date(cast(closed as integer), 12, 31)
        when 7 then last_day(cast(closed || '-01' as date)) else cast(closed as date) end
"""
OPENED_ON = "cast(rpad(opened, 10, '-01-01') as date)"


def check_places(feed: Feed) -> Iterator[Finding]:
    """Prisons and other places of every file."""
    feed.connection.execute(
        f"""
        create or replace temp table register as
        select prison_code, prison_name, {OPENED_ON} as opened_on, {CLOSED_ON} as closed_on
        from (select * replace (cast(opened as varchar) as opened, cast(closed as varchar) as closed)
              from prisons) where prison_code is not null
        """
    )
    names_prison = f"regexp_matches(text, '(^|_by_)({'|'.join(PRISON_DIMENSIONS)})($|_by_)')"
    by_prison = {file.name for file, column, *_ in feed.find_texts(names_prison) if column == "breakdown"}
    for file in feed.files:
        if file.name in by_prison and feed.has_mart_rows(file):
            yield from _check_dates(feed, file)
        yield from _check_prison_names(feed, file)
        yield from _check_regions(feed, file)
        yield from _check_not_available(feed, file)


def _check_dates(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows of a prison on days when the register has it closed or not yet open."""
    found = feed.rows(
        f"""
        with dimensions as (
            select *, string_split(breakdown, '_by_')[1] as first, string_split(breakdown, '_by_')[2] as second
            from {file.table}
        ),
        prisons_of_rows as (
            select distinct case when first in {PRISON_DIMENSIONS} then category else category_2 end as code,
                period_start, period_end
            from dimensions where first in {PRISON_DIMENSIONS} or second in {PRISON_DIMENSIONS}
        )
        select code, min(period_start), max(period_end), prison_code is null as is_unknown
        from prisons_of_rows left join register on code = prison_code
        where code not in ('not_recorded', 'not_applicable')
            and (prison_code is null or period_start > closed_on or period_end < opened_on)
        group by all order by all
        """
    )
    for check, rows in (
        ("unknown_prison", [row[:-1] for row in found if row[-1]]),
        ("prison_closed", [row[:-1] for row in found if not row[-1]]),
    ):
        if rows:
            yield find(check, file.name, "category", keys=rows)


def _check_prison_names(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Codes and names of prisons that do not belong together in the register."""
    if not {"prison_code", "prison_name"} <= set(file.columns):
        return
    agrees = f"""exists (select 1 from register
        where register.prison_code = {file.table}.prison_code and register.prison_name = {file.table}.prison_name)"""
    is_place = f"not (prison_code = '{CODE_NOT_AVAILABLE}' or lower(prison_name) = '{NOT_AVAILABLE}')"
    for rows, keys in feed.bad_rows(file, {"prison_name": f"{is_place} and not {agrees}"}).values():
        yield find("code_and_name", file.name, "prison_name", rows, keys)


def _check_regions(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Prisons without a region."""
    regions = [name for name in file.columns if name == "region" or name.endswith("_region")]
    if "prison_code" not in file.columns:
        return
    conditions = {name: f"prison_code is not null and coalesce(trim({name}), '') = ''" for name in regions}
    for column, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield find("no_region", file.name, column, rows, keys)


def _check_not_available(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Places that are not available by code but not by name, or the other way round."""
    conditions = {
        name: f"(lower({quote_name(name)}) = '{NOT_AVAILABLE}') <> ({quote_name(code)} = '{CODE_NOT_AVAILABLE}')"
        for code in file.columns
        if code.endswith("_code") and (name := code.removesuffix("_code") + "_name") in file.columns
    }
    for column, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield find("not_available", file.name, column, rows, keys, code=CODE_NOT_AVAILABLE)
