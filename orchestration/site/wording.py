"""Numbers, days and changes in words. Pure functions of their arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

NOT_PUBLISHABLE = {
    "[c]": "confidential: withheld to protect people",
    "[x]": "not available",
    "[z]": "not applicable",
}
"""Shorthand that a cell holds instead of a number."""
NOT_COUNTS = ("months", "days", "years", "mixed")
"""Units of values that are higher or lower, as rates are; of all others there are more or fewer."""
MARKS = {"provisional": ("[p]", "provisional"), "revised": ("[r]", "revised since it was first published")}
"""Shorthand beside a number, by its status."""
KINDS = {
    "rebuilt": (
        "Rebuilt: not the publisher's own file",
        "copies of published figures, not read from the publisher's own file",
    ),
    "synthetic": (
        "Synthetic: not about real people",
        "counted from a synthetic cohort, not from records of real people",
    ),
}
"""Classes of figures that need a badge, with what the badge means."""


def number_text(value: float, unit: str = "") -> str:
    """A number as people read it: `1,012`, `0.5`, `83%` for the unit `percent`."""
    rounded = round(value, 1) or 0.0  # never minus nought
    text = f"{rounded:,.0f}" if rounded == round(rounded) else f"{rounded:,.1f}"
    return f"{text}%" if unit == "percent" else text


def day_text(day: date) -> str:
    """A day as `31 March 2025`."""
    return f"{day.day} {day:%B %Y}"


def at_period(period: str) -> str:
    """A period with its preposition: `on 31 March 2025`, `in Jan to Mar 2025`, `from 1 May 2024 to 31 May 2025`."""
    if re.match(r"\d{1,2} [A-Z].* to ", period):
        return f"from {period}"
    return f"on {period}" if re.match(r"\d{1,2} [A-Z]", period) else f"in {period}"


def change_text(now: float, before: float, unit: str = "") -> str:
    """The change between two values in words: `158 fewer`, `unchanged`, `0.2 percentage points higher`, `3.4 lower`."""
    change = round(now - before, 1)
    if not change:
        return "unchanged"
    size = number_text(abs(change))
    if unit == "percent":
        return f"{size} percentage point{'' if abs(change) == 1 else 's'} {'higher' if change > 0 else 'lower'}"
    if unit in NOT_COUNTS or " per " in unit:
        return f"{size} {'higher' if change > 0 else 'lower'}"
    return f"{size} {'more' if change > 0 else 'fewer'}"


def listed(parts: Sequence[str]) -> str:
    """Parts as a list in a sentence: `a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def as_sentence(text: str) -> str:
    """Text with a capital at the start and a full stop at the end."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def lower_first(text: str) -> str:
    """Text with a small first letter, unless it begins with an acronym."""
    return text if text[:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def year_before(day: date) -> date:
    """The same day of the year before, and the last day of a month for the last day of one."""
    following = day + timedelta(days=1)
    if following.day == 1:
        return following.replace(year=following.year - 1) - timedelta(days=1)
    return day.replace(year=day.year - 1)


def plural(number: int, noun: str) -> str:
    """A number and its noun: `1 row`, `2 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def slug(text: str) -> str:
    """Text as a part of an address: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def plural_unit(unit: str) -> str:
    """What a chart counts, for its title: `people`, `per cent`."""
    return "per cent" if unit == "percent" else unit.replace("_", " ")
