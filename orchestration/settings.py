"""Where things are, and what reading may take: the folders, files and limits of one checkout or one deployment.

Folders come from the environment (`IPP_RAW`, `IPP_WORK`, `IPP_PUBLISHED`); flags of the command line override them.
The limits of reading one file (`IPP_READ_…`), what DuckDB may take (`IPP_DATABASE_MEMORY_MB`, `IPP_SPILL`) and the key
of pseudonyms, which must not be written down (records/pseudonyms.py), come from the environment too. So do the
addresses of alerts (`IPP_ALERTS`, which may hold passwords) and how long a release day lasts (`IPP_RELEASE_…`). What
the pipeline does is declared in files under version control.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestration.problems import SpecError

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class ReadingLimits:
    """What reading one published file may take. The largest official workbook known has 0.7 MB and unpacks to 4.4 MB.

    A megabyte is 1,048,576 bytes.
    """

    file_megabytes: int = 50
    inflated_megabytes: int = 300
    memory_megabytes: int = 1500
    seconds: int = 60

    @classmethod
    def from_environment(cls) -> ReadingLimits:
        """The limits that `IPP_READ_FILE_MB`, `IPP_READ_INFLATED_MB`, `IPP_READ_MEMORY_MB` and `IPP_READ_SECONDS` set,
        the defaults for the others. Raises SpecError when one is no whole number above 0.
        """
        return cls(
            file_megabytes=_above_zero("IPP_READ_FILE_MB", cls.file_megabytes),
            inflated_megabytes=_above_zero("IPP_READ_INFLATED_MB", cls.inflated_megabytes),
            memory_megabytes=_above_zero("IPP_READ_MEMORY_MB", cls.memory_megabytes),
            seconds=_above_zero("IPP_READ_SECONDS", cls.seconds),
        )


@dataclass(frozen=True)
class DatabaseLimits:
    """How much memory DuckDB may take to load extracts and build models, and where what does not fit goes.

    A megabyte is 1,048,576 bytes. DuckDB gets a folder inside `spill`; None is the work folder.
    """

    # DuckDB takes some more than it may: so 44 million rows of records stay below 4 GiB (docs/scale.md).
    memory_megabytes: int = 2500
    spill: Path | None = None

    @classmethod
    def from_environment(cls) -> DatabaseLimits:
        """What `IPP_DATABASE_MEMORY_MB` and `IPP_SPILL` set, the defaults for the other. Raises SpecError when the
        memory is no whole number above 0.
        """
        spill = os.environ.get("IPP_SPILL", "").strip()
        return cls(
            memory_megabytes=_above_zero("IPP_DATABASE_MEMORY_MB", cls.memory_megabytes),
            spill=Path(spill).absolute() if spill else None,
        )

    def config(self, work: Path) -> dict[str, str | bool | int | float | list[str]]:
        """The settings of a connection of DuckDB that builds in a work folder."""
        return {"memory_limit": f"{self.memory_megabytes}MiB", "temp_directory": str(self.spill_folder(work))}

    def spill_folder(self, work: Path) -> Path:
        """Where DuckDB puts what does not fit into memory. It can hold records: each refresh begins by emptying it."""
        return (self.spill or work) / "ipp-spill"


@dataclass(frozen=True)
class ReleaseDay:
    """How a release that is due is waited for: tried again after so many minutes, until a time of day in London."""

    retry_minutes: int = 5
    until: dt.time = dt.time(12)

    @classmethod
    def from_environment(cls) -> ReleaseDay:
        """What `IPP_RELEASE_RETRY_MINUTES` and `IPP_RELEASE_UNTIL` (HH:MM) set, the defaults for the other. Raises
        SpecError when one cannot be read.
        """
        return cls(_above_zero("IPP_RELEASE_RETRY_MINUTES", cls.retry_minutes), _time("IPP_RELEASE_UNTIL", cls.until))


@dataclass(frozen=True)
class Settings:
    """The folders of a run. `raw` is read only; `work` may be deleted at any time; `published` is what others read."""

    raw: Path
    work: Path
    published: Path
    expectations: Path = ROOT / "expectations"
    dbt_project: Path = ROOT / "dbt_project"
    keep_editions: int = 10
    limits: ReadingLimits = ReadingLimits()
    database: DatabaseLimits = DatabaseLimits()
    release_day: ReleaseDay = ReleaseDay()
    # Addresses in the form of apprise. They may hold passwords: they are not shown with the other settings.
    alerts: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def from_environment(
        cls, raw: str | Path | None = None, work: str | Path | None = None, published: str | Path | None = None
    ) -> Settings:
        """Settings from flags (first), environment variables (second) and the checkout's own folders (last)."""
        return cls(
            raw=_folder(raw, "IPP_RAW", "raw"),
            work=_folder(work, "IPP_WORK", "work"),
            published=_folder(published, "IPP_PUBLISHED", "published"),
            limits=ReadingLimits.from_environment(),
            database=DatabaseLimits.from_environment(),
            release_day=ReleaseDay.from_environment(),
            alerts=tuple(os.environ.get("IPP_ALERTS", "").split()),
        )

    def with_project_folders(self, expectations: str | Path = "", dbt_project: str | Path = "") -> Settings:
        """The same settings with other suites or another dbt project; empty keeps the checkout's own."""
        return replace(
            self,
            expectations=Path(expectations or self.expectations).absolute(),
            dbt_project=Path(dbt_project or self.dbt_project).absolute(),
        )

    @property
    def candidate(self) -> Path:
        """The warehouse being built. No table of it holds a record about a person, but the process that writes it reads
        records, and DuckDB leaves what was in memory in the unused parts of a file: it is never published itself.
        """
        return self.work / "candidate.duckdb"

    @property
    def sealed(self) -> Path:
        """The edition a run builds: a folder of all its files, judged by their hashes."""
        return self.work / "edition"

    @property
    def sealed_warehouse(self) -> Path:
        """The values of the candidate in a separate file, in the sealed edition."""
        return self.sealed / "ipp.duckdb"

    @property
    def internal(self) -> Path:
        """Record-level extracts and what is computed from them record by record; never published."""
        return self.work / "internal.duckdb"

    @property
    def published_file(self) -> Path:
        """The warehouse analysts and the dashboard read: a link to that of the edition in place."""
        return self.published / "ipp.duckdb"

    @property
    def external_file(self) -> Path:
        """The external pack of the edition in place: what may leave HMPPS."""
        return self.current / "external" / "ipp-external.duckdb"

    @property
    def current(self) -> Path:
        """The edition in place: a symbolic link to its folder, replaced in one step."""
        return self.published / "current"

    @property
    def editions(self) -> Path:
        """The last editions, one folder each, written once."""
        return self.published / "editions"

    @property
    def decisions(self) -> Path:
        """What people decided: rollbacks with the inputs they hold back, and releases that are set aside."""
        return self.published / "decisions.json"

    @property
    def last_run(self) -> Path:
        """How the last refresh ended."""
        return self.published / "last_run.json"

    @property
    def ledger(self) -> Path:
        """The verdicts, one JSON object a line. Old ones that failed move to an archive beside it."""
        return self.published / "verdicts.jsonl"


def _folder(flag: str | Path | None, variable: str, default: str) -> Path:
    """The first of flag, environment variable and default folder, made absolute."""
    return Path(flag or os.environ.get(variable) or ROOT / default).expanduser().absolute()


def _above_zero(variable: str, default: int) -> int:
    """The whole number above 0 that an environment variable holds, or the default. Raises SpecError for another."""
    text = os.environ.get(variable, "").strip()
    if text and not (text.isascii() and text.isdigit() and int(text)):
        raise SpecError(f"{variable}: expected a whole number above 0; found {text!r}; change or unset it")
    return int(text) if text else default


def _time(variable: str, default: dt.time) -> dt.time:
    """The time of day that an environment variable holds, or the default. Raises SpecError for another."""
    text = os.environ.get(variable, "").strip()
    try:
        return dt.datetime.strptime(text, "%H:%M").time() if text else default  # noqa: DTZ007 - a time of every day
    except ValueError as error:
        raise SpecError(f"{variable}: expected a time such as 12:00; found {text!r}; change or unset it") from error
