"""Comments, docstrings, messages, YAML, descriptions and reasons use no retired word."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.settings import ROOT
from tests.plain_words import prose_of, retired_words

FOLDERS = (
    "orchestration",
    "synthetic_cohort",
    "benchmarks",
    "dbt_project",
    "expectations",
    "tests",
    "docs",
    "deploy",
    "raw",
    ".ci",
    ".github",
)
KINDS = {".py", ".sql", ".yml", ".yaml", ".json", ".csv", ".html", ".toml", ".service", ".timer", ""}
NOT_OURS = {"node_modules", "target", "dbt_packages", "logs", "internal", "fixtures", "__pycache__"}
"""Folders with files of others, or with what tools make."""

LIST = "the list of words itself, or a test of it"
ALLOWED: dict[tuple[str, str], str] = {
    ("dbt_project/seeds/figures_not_held.csv", "printed"): "an order of the House to print a report is called that",
    ("tests/plain_words.py", ""): LIST,
    ("tests/unit/test_docs_words.py", ""): LIST,
    ("tests/unit/test_plain_words.py", ""): LIST,
}
"""Uses of a retired word that stay, by file and word (no word: every one), each with its reason."""


def files() -> list[str]:
    """Every file of code and data that people read, by its path from the root."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found += [ROOT / name for name in ("Makefile", "pyproject.toml", "dagster.yaml")]
    return sorted(
        str(path.relative_to(ROOT))
        for path in found
        if path.suffix in KINDS and path.is_file() and not NOT_OURS & set(path.relative_to(ROOT).parts)
    )


def unexplained(file: str) -> list[str]:
    """The retired words of a file that no exception allows."""
    words = [word for allowed, word in ALLOWED if allowed == file]
    return [line for line in retired_words(prose_of(ROOT / file)) if not any(word in line for word in words)]


def test_no_file_uses_a_retired_word() -> None:
    found = {file: lines for file in files() if (lines := unexplained(file))}
    assert found == {}


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.py", '"""It is\n\nas printed."""\n', ["line 3: 'printed'"]),
        ("a.py", "x = 1  # nobody knows\n", ["line 1: 'nobody'"]),
        ("a.py", 'raise ValueError(f"names {x} stand twice")\n', ["line 1: 'stand'"]),
        ("a.py", "printed = 'printed'\nprint('a ' + `stands`)\n".replace("`", ""), []),
        ("a.yml", "a: {reason: whoever adds up}  # made up\n", ["line 1: 'whoever'", "line 1: 'made up'"]),
        ("a.json", '{"reason": "taken for IPP"}', ["line 1: 'taken for'"]),
        ("a.sql", "select printed -- seldom\n{#- as\nit stands -#}", ["line 1: 'seldom'", "line 3: 'stands'"]),
        ("a.csv", "a,The report prints it\n", ["line 1: 'prints'"]),
        ("a.md", "The column `printed` stays\n", []),
    ],
)
def test_a_retired_word_is_found_where_people_read(tmp_path: Path, name: str, text: str, lines: list[str]) -> None:
    (tmp_path / name).write_text(text)
    found = retired_words(prose_of(tmp_path / name))
    assert [line.partition(": say")[0] for line in found] == lines


def test_every_room_is_read() -> None:
    rooms = {file.split("/")[0] for file in files()}
    assert rooms >= set(FOLDERS)


def test_the_exceptions_are_still_needed() -> None:
    for file, word in ALLOWED:
        assert any(word in line for line in retired_words(prose_of(ROOT / file))), f"{file}: {word}"
