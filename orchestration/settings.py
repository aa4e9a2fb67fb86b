"""Where things are: the folders and files of one checkout or one deployment.

Read from the environment (`IPP_RAW`, `IPP_WORK`, `IPP_PUBLISHED`), with flags of the command line over them. The key
of pseudonyms, which must not be written down, comes from the environment too (extracts/pseudonyms.py); what the
pipeline does is declared in files under version control.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """The folders of a run. `raw` is read only; `work` may be deleted at any time; `published` is what others read."""

    raw: Path
    work: Path
    published: Path
    expectations: Path = ROOT / "expectations"
    dbt_project: Path = ROOT / "dbt_project"
    keep_publications: int = 10

    @classmethod
    def from_environment(
        cls, raw: str | Path | None = None, work: str | Path | None = None, published: str | Path | None = None
    ) -> Settings:
        """Settings from flags (first), environment variables (second) and the checkout's own folders (last)."""
        return cls(
            raw=_folder(raw, "IPP_RAW", "raw"),
            work=_folder(work, "IPP_WORK", "work"),
            published=_folder(published, "IPP_PUBLISHED", "published"),
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
        """The values of the candidate in a file of their own: judged by its hash, it becomes the published file."""
        return self.work / "sealed.duckdb"

    @property
    def internal(self) -> Path:
        """Record-level extracts and what is computed from them record by record; never published."""
        return self.work / "internal.duckdb"

    @property
    def published_file(self) -> Path:
        """The warehouse analysts and the dashboard read."""
        return self.published / "ipp.duckdb"

    @property
    def publication_json(self) -> Path:
        """What the published file is: identifier, hash, releases, versions."""
        return self.published / "publication.json"

    @property
    def history(self) -> Path:
        """The last publications, one folder each, for rollback and comparison."""
        return self.published / "history"

    @property
    def ledger(self) -> Path:
        """Every verdict ever given, one JSON object a line, only ever appended to."""
        return self.published / "verdicts.jsonl"


def _folder(flag: str | Path | None, variable: str, default: str) -> Path:
    """The first of flag, environment variable and default folder, made absolute."""
    return Path(flag or os.environ.get(variable) or ROOT / default).expanduser().absolute()
