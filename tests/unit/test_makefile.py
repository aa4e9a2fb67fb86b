"""What `make` gives the programs that it runs."""

from __future__ import annotations

import os
import subprocess

from orchestration.settings import ROOT


def test_python_keeps_what_it_compiles_where_the_environment_forbids_it() -> None:
    """Container images often forbid it. Then every process of a test run compiles all libraries again."""
    probe = 'probe:\n\t@echo "forbidden: $${PYTHONDONTWRITEBYTECODE-no}"'
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run(
        ["make", "-s", f"--eval={probe}", "probe"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "forbidden: no\n"
