"""The words that every workbook shares: periods, symbols, kinds of source, licence and contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from orchestration.external.accessible_workbook import Cell, Line, Link
from orchestration.query.text import SOURCE_KINDS

SYMBOLS = {
    "suppressed": ("[c]", "confidential: suppressed to protect people"),
    "unavailable": ("[x]", "not available: we hold no figure, or the publisher gives none"),
    "not_applicable": ("[z]", "not applicable"),
}
"""The symbol in a cell that has no value, and its meaning, by the status of the figure."""
ACRONYMS = frozenset({"rag", "ipp", "dpp", "rarr", "rotl"})
"""Codes that are written in capitals."""
STATUSES = {"nil": "final", "bounded": "suppressed; a bound is given instead"}
"""Statuses that a reader gets in other words."""
SYNTHETIC = "Figures marked synthetic were counted from synthetic records. They say nothing about real people."
LICENCE: tuple[Line, ...] = (
    "Contains public sector information licensed under the Open Government Licence v3.0.",
    Link(
        "Read the Open Government Licence version 3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
    "Contains Parliamentary information licensed under the Open Parliament Licence v3.0.",
    Link(
        "Read the Open Parliament Licence version 3.0",
        "https://www.parliament.uk/site-information/copyright-parliament/open-parliament-licence/",
    ),
)
TEAM = "IPP figures team, HMPPS IPP Progression"
"""Whom readers ask."""
CONTACT: tuple[Line, ...] = (
    TEAM,
    Link(
        "Contact details of HM Prison and Probation Service on GOV.UK",
        "https://www.gov.uk/government/organisations/hm-prison-and-probation-service",
    ),
)


def day_in_words(day: date) -> str:
    """`31 March 2025`."""
    return f"{day.day} {day:%B %Y}"


def period_in_words(start: date, end: date) -> str:
    """`31 March 2025` for a day, `March 2025` or `April 2024 to March 2025` for whole months, else the two days."""
    if start == end:
        return day_in_words(end)
    if start.day > 1 or (end + timedelta(days=1)).day > 1:
        return f"{day_in_words(start)} to {day_in_words(end)}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{end:%B %Y}"
    first = f"{start:%B}" if start.year == end.year else f"{start:%B %Y}"
    return f"{first} to {end:%B %Y}"


def number(value: float) -> Cell:
    """A value as a cell holds it: a whole number as such."""
    return int(value) if float(value).is_integer() else value


def status_in_words(status: str) -> str:
    """A status as a reader sees it."""
    return STATUSES.get(status, status.replace("_", " "))


def legend(cells: Iterable[Cell | Link]) -> tuple[str, ...]:
    """A line for each symbol that is in one of some cells."""
    used = set(cells)
    return tuple(f"{symbol} {words}" for symbol, words in SYMBOLS.values() if symbol in used)


def all_symbols() -> str:
    """Every symbol with its meaning, as one line of a cover."""
    return "Symbols: " + "; ".join(f"{symbol} {words}" for symbol, words in SYMBOLS.values()) + "."


def kinds_in_words(kinds: Iterable[str]) -> tuple[str, ...]:
    """A line for each kind of source that occurs, with its meaning."""
    used = set(kinds)
    return tuple(f"{kind}: {words}" for kind, words in SOURCE_KINDS.items() if kind in used)


def breakdown_in_words(breakdown: str, labels: Mapping[tuple[str, str], str]) -> tuple[str, str]:
    """The dimensions of a breakdown and its members: `Custody status and outcome`, `Recalled, Release`.

    `labels` gives the name of a member by dimension and code. A total is `Total` of `All`.
    """
    if not breakdown:
        return "Total", "All"
    pairs = [pair.partition("=")[::2] for pair in breakdown.split(";")]
    members = [labels.get((dimension, code)) or sentence(code) for dimension, code in pairs]
    return sentence(" and ".join(dimension for dimension, _ in pairs)), ", ".join(members)


def sentence(code: str) -> str:
    """A code as words: `probation_region` as `Probation region`."""
    if code in ACRONYMS:
        return code.upper()
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]
