"""No test lies in a folder that pytest passes over."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

from orchestration.settings import ROOT


def test_no_folder_of_tests_is_passed_over(request: pytest.FixtureRequest) -> None:
    patterns = request.config.getini("norecursedirs")
    tests = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py") if "node_modules" not in path.parts]
    folders = {folder for path in tests for folder in path.parts[:-1]}
    assert {"tests", "unit", "build"} <= folders
    assert not [folder for folder in folders if any(fnmatch(folder, pattern) for pattern in patterns)]
