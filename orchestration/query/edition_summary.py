"""What `ipp status` says of the figures of an edition, in the edition's file `summary.json`.

A refresh asks the warehouse once and writes the answers beside it, so that `ipp status` opens no database.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from orchestration.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

FILE = "summary.json"
LATEST_OMSQ = "select max(published_on) from meta.releases where publication = 'omsq' and status = 'published'"


@dataclass(frozen=True)
class EditionSummary:
    """How fresh an edition is, and what it says about its own figures.

    `latest_omsq` is the day of the latest quarterly statistics in it (None without any), `next_omsq` the day on which
    the next are due. `lines` are how counted figures agree with published ones, new disagreements, and what was unusual
    in its releases, as `ipp status` shows them.
    """

    latest_omsq: dt.date | None
    next_omsq: dt.date | None
    lines: tuple[str, ...]


def summarise(connection: duckdb.DuckDBPyConnection) -> EditionSummary:
    """The summary of an edition, asked of its warehouse. Raises CheckFailed when the file has not the tables."""
    from orchestration.archive.calendar import next_omsq_release_day
    from orchestration.query.coverage import disagreement_lines, reconciled_lines, remark_lines
    from orchestration.query.reading import ask

    latest: dt.date | None = ask(connection, LATEST_OMSQ).rows[0][0]
    parts = reconciled_lines, disagreement_lines, remark_lines
    return EditionSummary(
        latest_omsq=latest,
        next_omsq=next_omsq_release_day(latest) if latest else None,
        lines=tuple(line for part in parts for line in part(connection)),
    )


def read_summary(settings: Settings) -> EditionSummary:
    """The summary of the edition in place: its file, or its warehouse where an earlier version made the edition.

    Raises CheckFailed when the warehouse cannot be asked.
    """
    try:
        return from_json((settings.current / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError):
        from orchestration.query.reading import open_published

        with open_published(settings) as connection:
            return summarise(connection)


def write_summary(summary: EditionSummary, folder: Path) -> None:
    """Write a summary into the folder of an edition that is being made."""
    text = json.dumps(asdict(summary), default=str, indent=2, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def from_json(text: str) -> EditionSummary:
    """The summary that a `summary.json` holds. Raises ValueError, TypeError or KeyError when it holds none."""
    found = json.loads(text)
    days = {name: dt.date.fromisoformat(day) if (day := found[name]) else None for name in ("latest_omsq", "next_omsq")}
    return EditionSummary(**days, lines=tuple(found["lines"]))
