"""What many tests share: the declared sources, and the refreshes of `tests/editions.py`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from orchestration.settings import Settings
from orchestration.sources.spec import Source, read_sources
from tests import editions
from tests.editions import Refreshed

# The same examples on every run: a test that fails for one person fails for all.
hypothesis_settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis_settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def sources() -> Mapping[str, Source]:
    """Every publication as orchestration/sources declares it."""
    return read_sources()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def whole(shared_folder: Path) -> Refreshed:
    """The refresh of the repository's own raw/."""
    return editions.whole(shared_folder)


@pytest.fixture(scope="session")
def published(whole: Refreshed) -> Settings:
    """The folders of that refresh."""
    return whole.settings


@pytest.fixture(scope="session")
def small(shared_folder: Path) -> Refreshed:
    """The refresh of a raw/ of three releases and a small cohort."""
    return editions.small(shared_folder)


@pytest.fixture(scope="session")
def arrived(shared_folder: Path) -> Refreshed:
    """The refresh after releases arrived, over what `small` published."""
    return editions.arrived(shared_folder)


@pytest.fixture(scope="session")
def changed(shared_folder: Path) -> Refreshed:
    """The refresh after newer extracts arrived, over what `arrived` published."""
    return editions.changed(shared_folder)


FIRST = ("tests/integration/test_reuse.py", "tests/integration/dbt/test_build.py", "tests/attack/test_privacy.py")
"""Tests that make what takes longest: three refreshes, one on the other; all models without a row; models that fail."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Some tests first: late in a run the other workers would wait for what they make."""
    items.sort(key=lambda item: next((at for at, file in enumerate(FIRST) if item.path.match(file)), len(FIRST)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write what long attacks counted, as tables: what was done, by how it ended. Tests give it by `record_property`
    as rows of these and a number; what several tests count under one title is added up.
    """
    tables: dict[str, Counter[tuple[str, str]]] = {}
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for title, rows in report.user_properties if report.when == "call" else ():
            tables.setdefault(title, Counter()).update({(kind, ending): number for kind, ending, number in rows})
    for title, counts in tables.items():
        terminalreporter.section(title)
        endings = list(dict.fromkeys(ending for _, ending in counts))
        kinds = list(dict.fromkeys(kind for kind, _ in counts))
        lines = [[kind, *(str(counts[kind, ending]) for ending in endings)] for kind in kinds]
        sums = [str(sum(counts[kind, ending] for kind in kinds)) for ending in endings]
        for line in [["", *endings], *lines, ["all", *sums]]:
            widths = [max(map(len, kinds)), *map(len, endings)]
            terminalreporter.line("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))
