"""YAML that a person writes is read strictly: nothing lost in silence, and nothing that takes the machine down."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest

from orchestration.yaml_reader import LARGEST_FILE, UnreadableYaml, read_yaml

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "manifest.yml"


def refusal(file: Path) -> str:
    with pytest.raises(UnreadableYaml) as refused:
        read_yaml(file)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: one\nlicence: x\ntitle: two\n", "a key must not appear twice: 'title', in line 1 and again in line 3"),
        ("covers:\n  first: 1\n  'first': 2\n", "a key must not appear twice: 'first', in line 2 and again in line 3"),
        ("files:\n- {name: a, name: b}\n", "a key must not appear twice: 'name', in line 2 and again in line 2"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n  <<: *x\n", "a key must not appear twice: '<<'"),
        ("? [a]\n: b\n", "unhashable key"),
        (BOMB, "more than 100000 values once its aliases are filled in"),
        ("a: &a [1, *a]\n", "line 1: an alias that refers to itself"),
        ("a: *nothing\n", "undefined alias"),
        ("a: !!python/object:os.system {}\n", "line 1: the tag 'tag:yaml.org,2002:python/object:os.system'"),
        ("a: !!bool maybe\n", "line 1: the tag"),
        ("published_on: 2024-02-30\n", "line 1: '2024-02-30' is not a valid value"),
        ("published_on: 2024-13-01\n", "line 1: '2024-13-01' is not a valid value"),
        (f"bytes: {'9' * 5000}\n", "is not a valid value"),
        ("a: 1\n---\nb: 2\n", "expected a single document"),
        ("files: [unfinished", "line 1"),
    ],
)
def test_what_would_be_lost_or_guessed_is_refused_with_its_line(file: Path, text: str, said: str) -> None:
    file.write_text(text, encoding="utf-8")

    assert said in refusal(file)


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 20_000 + "]" * 20_000, "a: " + "[" * 200_000, "- " * 20_000, "{a: " * 9999]
)
def test_deep_nesting_ends_in_a_plain_error_at_once(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    start = time.monotonic()

    assert "more than 50 levels of nesting" in refusal(file)
    assert time.monotonic() - start < 5


def test_a_large_file_is_refused_before_it_is_read(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(100_000_000)

    assert refusal(file) == f"100000000 bytes; the largest file taken has {LARGEST_FILE}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title: caf\xe9\n", "not UTF-8 text: byte 11 is 0xe9"),
        ("title: x\n".encode("utf-16"), "not UTF-8 text: byte 1 is 0xff"),
        (b"a: \x00", "unacceptable character"),
    ],
)
def test_a_file_in_another_encoding_is_named_as_that(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)

    assert said in refusal(file)


def test_many_keys_are_read_in_linear_time(file: Path) -> None:
    file.write_text("".join(f"k{number}: 1\n" for number in range(40_000)), encoding="utf-8")
    start = time.monotonic()

    assert len(read_yaml(file)) == 40_000
    assert time.monotonic() - start < 10


def test_sound_yaml_is_read_as_before(file: Path) -> None:
    """A byte order mark (Windows) is no part of the first key; a date that is written once may be referred to."""
    file.write_bytes(b"\xef\xbb\xbffirst: &day 2025-01-01\nlast: *day\nfiles: [{name: a}, {name: b}]\n")

    assert read_yaml(file) == {
        "first": dt.date(2025, 1, 1),
        "last": dt.date(2025, 1, 1),
        "files": [{"name": "a"}, {"name": "b"}],
    }


def test_a_file_that_cannot_be_opened_is_the_callers_to_name(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_yaml(file)
    file.mkdir()
    assert refusal(file) == "not a file"
