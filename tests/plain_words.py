"""The words that we do not use, and where people read our words: pages, code, YAML, SQL, descriptions and reasons."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

RETIRED = {
    r"whoever|whomever|whatever": "name who acts, or what",
    r"nobody('s)?": "no person, we do not",
    r"told": "is shown, is reported, distinguished",
    r"(of|by) (its|their) own": "separate, another",
    r"stands?(?!-in)|stood": "is",
    r"(speaks?|spoken|spoke) of": "is about, covers",
    r"all the same": "still",
    r"taken for": "mistaken for",
    r"(the )?ways? out": "how to",
    r"prints?(?!\()|printed|printing|in print": "publish, give, show",
    r"(newest|latest|older|newer|last) words?|(publisher|release)'s words?": "latest vintage",
    r"without a word": "silently",
    r"mend(s|ed)?": "clean, cleaned value",
    r"made[- ]up": "synthetic",
    r"quarantined?|quarantines?": "reject, rejected row",
    r"(give|gives|gave|given) away": "disclose",
    r"keep each other": "secondary suppression",
    r"comes? apart": "split",
    r"seldom": "infrequent",
    r"puts? right": "fix",
    r"in\s+(the\s+)?place\s+of": "instead of, replaces",
    r"rulings?": "check",
    r"made sure of": "checked",
    r"internal figures?": "counted figure",
}
"""Words that we do not use, as patterns, and what to say instead."""

ANY = re.compile(rf"\b(?:{'|'.join(RETIRED)})(?!\w)", re.IGNORECASE)
"""Any retired word: a quick look before a file is taken apart."""

COMMENT = {".sql": r"--[^\n]*|\{#.*?#\}", ".toml": r"#[^\n]*", "": r"#[^\n]*"}
"""What people read in a file of code, by the end of its name; a file of another kind is read whole."""


class Passage(NamedTuple):
    """A piece of text that people read, and its line."""

    line: int
    text: str


def retired_words(passages: Iterator[Passage]) -> list[str]:
    """Each retired word in some text: its line, the word and what to say."""
    return [
        f"line {passage.line + passage.text.count(chr(10), 0, found.start())}: {found.group()!r}: say {instead}"
        for passage in passages
        if ANY.search(passage.text)
        for pattern, instead in RETIRED.items()
        for found in re.finditer(rf"\b(?:{pattern})(?!\w)", passage.text, re.IGNORECASE)
    ]


def prose_of(path: Path) -> Iterator[Passage]:
    """What people read in a file with a retired word in it, if the file is no page. Code between backticks is one word.

    Of Python that is comments, docstrings and texts of more than one word. Of SQL, TOML and the Makefile it is the
    comments. Of YAML, JSON, CSV and HTML it is everything.
    """
    text = path.read_text(encoding="utf-8")
    if not ANY.search(text):
        return
    if path.suffix == ".py":
        found = _prose_of_python(text)
    elif path.suffix in COMMENT:
        found = (
            Passage(text.count("\n", 0, comment.start()) + 1, comment.group())
            for comment in re.finditer(COMMENT[path.suffix], text, re.DOTALL)
        )
    else:
        found = iter([Passage(1, text)])
    for passage in found:
        yield Passage(passage.line, re.sub(r"`[^`\n]*`", "CODE", passage.text))


def _prose_of_python(text: str) -> Iterator[Passage]:
    """The comments and texts of a module. A text of one word is a name or a code."""
    texts = (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (token.type in texts and re.search(r"\s", token.string)):
            yield Passage(token.start[0], token.string)
