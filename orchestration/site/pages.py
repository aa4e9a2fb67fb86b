"""What all pages share: their place in the navigation, and parts made of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.site import wording
from orchestration.site.figures import Figure, Table
from orchestration.site.warehouse import Row

NUMBERS = (int, float)


@dataclass(frozen=True)
class Page:
    """A page: its file, names, navigation group, template, and what the template shows.

    `figures` are written as charts and CSV files, `data` are further CSV files by name.
    """

    file: str
    title: str
    short: str
    group: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of figures on the page that need a badge."""
        return tuple(sorted({kind for figure in self.figures for kind in figure.kinds}))


@dataclass(frozen=True)
class Link:
    """A link of a part: where to, what it says, and whether it is a file to keep."""

    href: str
    text: str
    is_download: bool = False


@dataclass(frozen=True)
class Part:
    """A part of a page: lines of text, a table, and links."""

    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None
    links: tuple[Link, ...] = ()
    is_hidden: bool = False

    @property
    def id(self) -> str:
        """The part's place in the page's address."""
        return wording.slug(self.title)


def table_of(caption: str, rows: Sequence[Row], columns: Mapping[str, str]) -> Table:
    """Rows as a table with these columns, each with its name for people."""
    numeric = tuple(_is_numeric(rows, name) for name in columns)
    return Table(
        caption, tuple(columns.values()), tuple(tuple(_text(row[name]) for name in columns) for row in rows), numeric
    )


def _is_numeric(rows: Sequence[Row], name: str) -> bool:
    """Whether a column holds numbers, and at least one."""
    values = [row[name] for row in rows if row[name] is not None]
    return bool(values) and all(isinstance(value, NUMBERS) and not isinstance(value, bool) for value in values)


def _text(value: Any) -> str:
    """A cell for people; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, NUMBERS):
        return wording.number_text(value)
    if hasattr(value, "year"):
        return wording.day_text(value)
    return str(value)
