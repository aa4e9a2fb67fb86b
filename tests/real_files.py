"""Where workbooks exactly as published are to be had: they are read in place and are no part of this repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.settings import ROOT

REAL_FILES = Path(os.environ.get("IPP_REAL_FILES") or ROOT.parent / "shared" / "real_files")
"""A folder laid out as raw/ is; `IPP_REAL_FILES` names another."""

OFFICIAL_2022 = REAL_FILES / "omsq" / "2022-q1" / "Population_30June2022_Annual.xlsx"

BULLETINS = sorted(path.name for path in REAL_FILES.glob("prison_population_monthly/*"))
"""The months of which the monthly bulletin is to be had, as the folders are named."""

WHY_NOT = f"no published workbooks in {REAL_FILES}; IPP_REAL_FILES can name their folder"
needs_real_files = pytest.mark.skipif(not REAL_FILES.is_dir(), reason=WHY_NOT)


def real_file(path: Path) -> object:
    """A published workbook as a parameter of a test, which is skipped where the workbook is not to be had."""
    return pytest.param(
        path, marks=[pytest.mark.real_files, pytest.mark.slow, needs_real_files], id=f"official {path.name}"
    )
