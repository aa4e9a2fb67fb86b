"""The pages that people read: plain words, short sentences, links that lead somewhere, and names that exist.

The expected rooms, commands and targets are those of pyproject.toml, the folders, `ipp --help` and the Makefile.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from orchestration.cli import cli
from orchestration.settings import ROOT
from tests.plain_words import Passage, retired_words

LONGEST = 35
"""Words in the longest sentence. Aim for 25."""

GLOSSARY = "the glossary names the words that we do not use"
ALLOWED: dict[tuple[str, str], str] = {
    ("docs/glossary.md", "quarantine"): GLOSSARY,
    ("docs/glossary.md", "printed"): GLOSSARY,
    ("docs/glossary.md", "mended"): GLOSSARY,
    ("docs/glossary.md", "internal figure"): GLOSSARY,
}
"""Uses of a retired word that stay, by page and word, each with its reason."""

WRITTEN_BY_CODE = {
    "docs/marts.md": ("Written by `python -m", "the rest is written from the YAML of the marts"),
    "docs/checks.md": ("Written by `python -m", "the rest is written from the declared checks"),
    "docs/internal-extracts.md": ("<!-- From here on written by", "the rest is written from the contracts"),
}
"""Pages of which a part is written by code: the line that begins it, and from what."""

PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "raw/README.md")),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
CONTEXT = click.Context(cli)
COMMANDS = {name: command for name in cli.list_commands(CONTEXT) if (command := cli.get_command(CONTEXT, name))}
PARSER = MarkdownIt("commonmark").enable("table")


def read_page(page: str) -> str:
    """The text of a page, without the part that code writes."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if page not in WRITTEN_BY_CODE:
        return text
    ours, line, _ = text.partition(WRITTEN_BY_CODE[page][0])
    assert line, f"{page} has no line {WRITTEN_BY_CODE[page][0]}"
    return ours


def passages(text: str) -> Iterator[Passage]:
    """Every passage of a page in Markdown. Code inside a passage counts as one word; blocks of code are left out."""
    line = 0
    for token in PARSER.parse(text):
        line = token.map[0] + 1 if token.map else line
        if token.type == "inline":
            yield Passage(line, "".join(map(_words, token.children or [])))


def _words(token: Token) -> str:
    """What a piece of a passage adds to its words."""
    if token.type == "code_inline":
        return "CODE"
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def long_sentences(text: str) -> list[str]:
    """Each sentence of more than `LONGEST` words: its line, its length and its beginning."""
    return [
        f"line {passage.line}: {len(sentence.split())} words: {sentence[:70]}"
        for passage in passages(text)
        for sentence in re.split(r"(?<=[.!?])[\"')*]* +(?=[\"'(*]*[A-Z0-9`])", passage.text)
        if len(sentence.split()) > LONGEST
    ]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    tokens = PARSER.parse(text)
    headings = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text: str) -> Iterator[str]:
    """Where the links and pictures of a page lead."""
    for token in PARSER.parse(text):
        for child in token.children or []:
            target = child.attrs.get("href") or child.attrs.get("src")
            if target:
                yield str(target)


def code_of(text: str) -> Iterator[str]:
    """Every piece of code in a page: inline pieces, and blocks line by line without prompts."""
    for token in PARSER.parse(text):
        if token.type in ("fence", "code_block"):
            yield from (line.removeprefix("$ ").strip() for line in token.content.splitlines())
        yield from (child.content for child in token.children or [] if child.type == "code_inline")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_uses_no_retired_word(page: str) -> None:
    found = retired_words(passages(read_page(page)))
    assert [line for line in found if not any(page == of and repr(word) in line for of, word in ALLOWED)] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_long_sentence(page: str) -> None:
    assert long_sentences(read_page(page)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# A\n\nAll good.\nThe newest word counts.\n", "line 3: 'newest word'"),
        ("| a | b |\n|---|---|\n| 1 | as printed |\n", "line 3: 'printed'"),
        ("* It is\n  a made-up one.\n", "line 1: 'made-up'"),
    ],
)
def test_a_retired_word_is_found(text: str, line: str) -> None:
    (found,) = retired_words(passages(text))
    assert found.startswith(line)


@pytest.mark.parametrize("text", ["```\nnobody\n```\n", "It is in `landing.quarantined` now.\n", "Outstanding."])
def test_code_and_longer_words_are_no_retired_words(text: str) -> None:
    assert retired_words(passages(text)) == []


def test_a_long_sentence_is_found_and_short_ones_are_not() -> None:
    assert len(long_sentences("One. " + "word " * 36 + "end.\n")) == 1
    assert long_sentences(("word " * 34 + "end. ").capitalize() * 3) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_somewhere(page: str) -> None:
    broken = []
    for target in links((ROOT / page).read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        path = ((ROOT / page).parent / place).resolve() if place else ROOT / page
        if not path.exists() or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_the_files_that_a_page_names_exist(page: str) -> None:
    folders = "orchestration|docs|tests|dbt_project|expectations|synthetic_cohort|benchmarks|engines"
    named = {
        code
        for code in code_of((ROOT / page).read_text(encoding="utf-8"))
        if re.fullmatch(rf"({folders})/[\w./-]+", code) and not code.startswith("dbt_project/target")
    }
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_that_a_page_names_exist(page: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    wrong = []
    for code in code_of((ROOT / page).read_text(encoding="utf-8")):
        words = code.partition(" #")[0].split()
        if words[:1] == ["ipp"] and words[1:]:
            wrong += [code] if _unknown(words[1:]) else []
        elif words[:1] == ["make"]:
            named = {word for word in words[1:] if "=" not in word and not word.startswith(("-", "/"))}
            wrong += [] if named <= set(targets) else [code]
        elif words[:2] == ["python", "-m"]:
            wrong += [] if importlib.util.find_spec(words[2]) else [code]
        elif words[:1] == ["pytest"]:
            wrong += [code] if [word for word in words if "/" in word and not (ROOT / word).exists()] else []
    assert wrong == []


def _unknown(words: list[str]) -> bool:
    """Whether `ipp` has no such command, or the command no such option."""
    names = [word for word in words if not word.startswith("-")]
    if not names or names[0] in ("COMMAND", "…"):
        return False
    command = COMMANDS.get(names[0])
    if command is None:
        return True
    known = {name for option in (*command.params, *cli.params) for name in (*option.opts, *option.secondary_opts)}
    used = {word.strip("[]").partition("=")[0] for word in words if word.strip("[]").startswith("--")}
    return bool(used - known - {"--help"})


def test_the_page_of_commands_has_every_command_and_option() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`ipp ([a-z-]+)", page))
    assert named == set(COMMANDS)
    options = {
        name
        for command in COMMANDS.values()
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
        if name.startswith("--")
    }
    assert [name for name in sorted(options) if name not in page] == []


def test_the_page_of_commands_has_every_setting() -> None:
    code = (path.read_text(encoding="utf-8") for path in (ROOT / "orchestration").rglob("*.py"))
    settings = set(re.findall(r"\"(IPP_[A-Z_]+)\"", "\n".join(code)))
    pages = (ROOT / "docs/commands.md").read_text(encoding="utf-8"), read_page("docs/operator.md")
    # dbt's profile reads these; a refresh sets them.
    settings -= {"IPP_CANDIDATE", "IPP_INTERNAL", "IPP_SPILL_FOLDER"}
    assert settings
    assert [name for name in sorted(settings) if name not in "".join(pages)] == []


def test_the_picture_of_the_rooms_is_that_of_the_code() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    (picture,) = re.findall(r"```mermaid\nflowchart TD\n(.*?)```", page, re.DOTALL)
    drawn = [set(re.findall(r"\b\w+", layer)) for layer in re.findall(r"\[\"(.*?)\"\]", picture)]
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in declared if contract["type"] == "layers")
    assert drawn == [set(re.findall(r"\b\w+", layer)) for layer in layers]
    arrows = re.findall(r"(\w+) --> (\w+)", picture)
    boxes = re.findall(r"(\w+)\[\"", picture)
    assert arrows == list(pairwise(boxes))


def test_the_table_of_rooms_has_every_room() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `orchestration/(\w+)/`", page, re.MULTILINE))
    assert described == {path.parent.name for path in (ROOT / "orchestration").glob("*/__init__.py")}


def test_every_decision_is_listed_and_has_its_three_parts() -> None:
    folder = ROOT / "docs/decisions"
    pages = {path.name for path in folder.glob("*.md")} - {"README.md"}
    assert set(links((folder / "README.md").read_text(encoding="utf-8"))) & pages == pages
    parts = {"what-we-do", "why", "what-else-we-considered"}
    assert [name for name in sorted(pages) if not parts <= anchors((folder / name).read_text(encoding="utf-8"))] == []


def test_the_front_page_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_the_exceptions_are_still_needed() -> None:
    for page, word in ALLOWED:
        assert any(repr(word) in line for line in retired_words(passages(read_page(page)))), f"{page}: {word}"


def test_a_page_exists() -> None:
    assert {Path(page).name for page in PAGES} >= {"README.md", "architecture.md", "glossary.md", "commands.md"}
