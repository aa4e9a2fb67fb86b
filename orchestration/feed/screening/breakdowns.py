"""Stage breakdowns: options are in their code list, and a total is said one way and stays out of the parts."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.feed.screening.feed import DASHBOARD_ROWS, DataFile, Feed, quote_text
from orchestration.feed.screening.findings import Finding, find

TOTALS = ("all", "total", "totals", "overall", "grand total", "all people", "everyone")
"""Ways to say that an option is the total."""
TOTAL_LABEL = "Total"
"""How the dashboard says it."""


def check_breakdowns(feed: Feed) -> Iterator[Finding]:
    """Options of every file."""
    yield from _check_spaces(feed)
    for file in feed.files:
        if feed.has_mart_rows(file):
            yield from _check_codes(feed, file)
            yield from _check_mart_totals(feed, file)
    dashboard = feed.file(DASHBOARD_ROWS)
    if dashboard and {"block", "series", "category", "ts", "value"} <= set(dashboard.columns):
        yield from _check_block_totals(feed, dashboard)
        yield from _check_hidden_totals(feed, dashboard)


def _check_spaces(feed: Feed) -> Iterator[Finding]:
    """Texts of the key that are blank, and texts that begin or end with a space."""
    for file, column, rows, _ in feed.find_texts("trim(text) = ''"):
        # A long table says a total by an empty breakdown.
        if column in file.key and (feed.has_mart_rows(file) or file.name == DASHBOARD_ROWS):
            yield find("blank_option", file.name, column, rows)
    for file, column, rows, texts in feed.find_texts("text <> trim(text) and trim(text) <> ''"):
        yield find("outer_space", file.name, column, rows, [repr(text) for text in texts])


def _check_codes(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Options that the code list of their dimension does not have. A breakdown can have another name than its list."""
    unknown = feed.rows(
        f"""
        with used as (
            select distinct string_split(breakdown, '_by_')[1] as dimension, category as code
            from {file.table} where breakdown <> 'total'
            union
            select distinct string_split(breakdown, '_by_')[2], category_2
            from {file.table} where contains(breakdown, '_by_')
        ),
        called as (
            select string_split(other, ' = ')[1] as dimension, string_split(other, ' = ')[2] as list
            from (select unnest(also_called) as other from warehouse.meta.tables
                  where schema_name = 'marts' and table_name = {quote_text(file.name)})
        )
        select used.dimension, used.code from used left join called using (dimension)
        anti join categories on coalesce(list, used.dimension) = categories.dimension and used.code = categories.code
        order by all
        """
    )
    by_dimension: dict[str, list[str]] = {}
    for dimension, code in unknown:
        by_dimension.setdefault(dimension, []).append(str(code))
    for dimension, codes in by_dimension.items():
        yield find("not_in_code_list", file.name, dimension, keys=codes)


def _check_mart_totals(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Rows of a mart that say the total in another way than `total`, `all`, `all`, or as one of the parts."""
    words = ", ".join(f"'{word}'" for word in TOTALS)
    conditions = {
        "is_total": "is_total <> (breakdown = 'total') or (is_total and (category, category_2) <> ('all', 'all'))",
        "category": f"not is_total and lower(category) in ({words})",
        "category_2": f"lower(category_2) in ({words}) and (category_2 <> 'all' or contains(breakdown, '_by_'))",
    }
    for column, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield find("total_said_otherwise", file.name, column, rows, keys)


def _check_block_totals(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Totals of the dashboard that have another label than `Total`."""
    words = ", ".join(f"'{word}'" for word in TOTALS)
    conditions = {
        column: f"lower({column}) in ({words}) and {column} <> '{TOTAL_LABEL}'" for column in ("series", "category")
    }
    for column, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield find("total_label", file.name, column, rows, keys, label=TOTAL_LABEL)


def _check_hidden_totals(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Parts that are the sum of all other parts in every period: totals under another name."""
    for part, beside in (("series", "category"), ("category", "series")):
        found = feed.rows(
            f"""
            with parts as (
                select block, {part} as part, value, sum(value) over beside - value as others,
                    count(*) over beside as members
                from {file.table} where value is not null and {part} <> '{TOTAL_LABEL}'
                window beside as (partition by block, ts, {beside})
            )
            select block, part from parts group by block, part
            having bool_and(value = others) and max(value) > 0 and min(members) > 2 and count(*) > 1 order by all
            """
        )
        if found:
            yield find("hidden_total", file.name, part, keys=found, label=TOTAL_LABEL)
