"""Stage disclosure: no row is about a person.

What a suppressed count of the external pack can be worked out to is proved where the pack is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.feed.screening.feed import DataFile, Feed, quote_name
from orchestration.feed.screening.findings import Finding, find

PERSONAL = re.compile(
    r"(^|_)(person|people|prisoner|offender|patient|case)_(key|id|number|name|reference)$"
    r"|(^|_)(pseudonym|forename|surname|first_name|last_name|full_name|date_of_birth|dob|birth_date|noms|noms_id|noms_number"
    r"|nomis_id|crn|pnc|pnc_id|cro|nhs_number|postcode|address|email)$"
)
"""Columns that name a person or tell one apart."""
IDENTIFIER = (
    "^([A-Z][0-9]{4}[A-Z]{2}"  # NOMS number
    "|[A-Z][0-9]{6}"  # CRN, of the probation system
    "|[0-9]{2}([0-9]{2})?/[0-9]{1,7}[A-Z]"  # PNC number, of the police
    "|[^@ ]+@[^@ ]+[.][^@ ]+)$"  # e-mail address
)
"""Texts that tell a person apart."""
MOST_ROWS_OF_ONES = 20
"""A file with more rows, all of whose counts are 0 or 1, is a list of people and not of aggregates."""


def check_disclosure(feed: Feed) -> Iterator[Finding]:
    """Columns and rows of every file that are about a person."""
    yield from _check_identifiers(feed)
    for file in feed.files:
        for column in file.columns:
            if PERSONAL.search(column):
                yield find("personal_column", file.name, column)
        yield from _check_grain(feed, file)


def _check_identifiers(feed: Feed) -> Iterator[Finding]:
    """Texts in the form of a person's number. The finding does not repeat them."""
    for file, column, rows, _ in feed.find_texts(f"regexp_matches(text, '{IDENTIFIER}')"):
        yield find("identifier", file.name, column, rows)


OF_AGGREGATES = {"breakdown", "measure"}
"""Columns that only a table of aggregates has. Its counts can all be small: deaths by cause, for example."""


def _check_grain(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Files without a figure, and files that count one at a time."""
    if not file.measures:
        yield find("no_figure", file.name)
        return
    if OF_AGGREGATES & set(file.columns):
        return
    counts = [name for name in file.measures if file.columns[name] in ("BIGINT", "INTEGER", "HUGEINT")]
    if not counts:
        return
    largest = f"greatest({', '.join(f'coalesce({quote_name(name)}, 0)' for name in counts)})"
    rows, maximum = feed.rows(f"select count(*), max({largest}) from {file.table}")[0]
    if rows > MOST_ROWS_OF_ONES and maximum == 1:
        yield find("grain", file.name, ", ".join(counts), rows)
