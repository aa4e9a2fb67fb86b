"""dbt's documentation of the models, with the graph of what is made from what, as one page that opens from a file.

Usage: python -m orchestration.build.model_docs PAGE
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from orchestration.build.transform import read_project, run_dbt
from orchestration.settings import Settings

COMMAND = ("docs", "generate", "--static", "--empty-catalog", "--no-compile")
"""No warehouse is read: the page describes the project and no edition of it."""


def write_model_docs(settings: Settings, page: Path) -> None:
    """Write the page. Raises CheckFailed when dbt cannot run."""
    manifest = read_project(settings)
    with tempfile.TemporaryDirectory(prefix="ipp-docs-") as folder:
        # Without compiling, dbt writes no manifest and takes the one that is there.
        shutil.copy(settings.dbt_project / "target" / "manifest.json", folder)
        run_dbt(settings, [*COMMAND, "--target-path", folder], manifest)
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(folder, "static_index.html"), page)


if __name__ == "__main__":
    write_model_docs(Settings.from_environment(), Path(sys.argv[1]))
