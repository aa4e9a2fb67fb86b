"""Read YAML that a person writes: strictly, and within limits.

The YAML library takes a key that is given twice (the first value is lost), ends the process on deep nesting, and fills
in aliases without end. This reader refuses all three.

Belongs here: the text of a YAML file. Does not belong here: what the content must be (the models of each file).
"""

from __future__ import annotations

import stat
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import yaml

LARGEST_FILE = 1_000_000
"""Bytes. The largest file of the project has 30,000."""
DEEPEST = 50
"""Levels of nesting. The deepest file of the project has 10; the library crashes at some 50,000."""
MOST_VALUES = 100_000
"""Values with every alias filled in. The largest file of the project has 3,000."""

SAFE_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader in C where it was built: a command that only asks what is published reads every spec."""


class UnreadableYaml(ValueError):
    """A file that cannot be read as YAML, or that says one thing twice. The text says why, on one line."""


class _Loader(SAFE_LOADER):  # type: ignore[misc]
    """Refuses a key that is given twice, and a value that no calendar or computer has."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping whose keys differ. Raises ConstructorError for one that is given twice."""
        lines: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            # The key of a merge is not a value that can be constructed.
            key: Any = self.construct_object(key_node, deep=True) if key_node.tag != "tag:yaml.org,2002:merge" else "<<"
            line = key_node.start_mark.line + 1
            if isinstance(key, Hashable) and key in lines:
                where = f"in line {lines[key]} and again in line {line}"
                raise yaml.constructor.ConstructorError(None, None, f"a key must not appear twice: {key!r}, {where}")
            if isinstance(key, Hashable):
                lines[key] = line
        content: dict[Any, Any] = super().construct_mapping(node, deep)
        return content

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """A value. Raises ConstructorError for a date or number that cannot be, such as 30 February."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:
            place = f"line {node.start_mark.line + 1}: {str(node.value)[:40]!r}"
            raise yaml.constructor.ConstructorError(None, None, f"{place} is not a valid value ({error})") from error


def read_yaml(path: Path) -> Any:
    """The content of a YAML file. Raises UnreadableYaml, or OSError when the file cannot be opened."""
    text = _text(path)
    try:
        _check_size(yaml.parse(text, Loader=SAFE_LOADER))
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe loader
    except yaml.YAMLError as error:
        raise UnreadableYaml(" ".join(str(error).replace("<unicode string>", "the file").split())) from error


def _text(path: Path) -> str:
    """The text of a file. Raises UnreadableYaml for what is no file, too large or not UTF-8."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableYaml("not a file")
    if found.st_size > LARGEST_FILE:
        raise UnreadableYaml(f"{found.st_size} bytes; the largest file taken has {LARGEST_FILE}")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise UnreadableYaml(f"not UTF-8 text: byte {error.start + 1} is {byte:#x}; save the file as UTF-8") from error


def _check_size(events: Iterable[yaml.Event]) -> None:
    """Raise UnreadableYaml as soon as the file nests too deeply, names a type, or holds too many values.

    Events come one by one, so that nothing is built of a file that is refused.
    """
    anchored: dict[str, int] = {}
    open_values = [_Open("")]
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            anchor = event.anchor or ""
            if anchor not in anchored and anchor in {one.anchor for one in open_values}:
                raise UnreadableYaml(f"line {line}: an alias that refers to itself")
            open_values[-1].size += anchored.get(anchor, 0)
        elif isinstance(event, yaml.NodeEvent):
            _refuse_tag(event, line)
            open_values.append(_Open(event.anchor or ""))
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionEndEvent):
            closed = open_values.pop()
            anchored[closed.anchor] = closed.size
            open_values[-1].size += closed.size
        _refuse_excess(open_values, line)


class _Open:
    """A value whose end is not reached: its anchor, and how many values it holds so far, itself among them."""

    def __init__(self, anchor: str) -> None:
        self.anchor, self.size = anchor, 1


def _refuse_tag(event: Any, line: int) -> None:
    """Raise UnreadableYaml for a value that names its type."""
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag not in (None, "!"):
        raise UnreadableYaml(f"line {line}: the tag {event.tag!r}; write the value without a tag")


def _refuse_excess(open_values: list[_Open], line: int) -> None:
    """Raise UnreadableYaml when values nest too deeply or are too many."""
    if len(open_values) > DEEPEST:
        raise UnreadableYaml(f"line {line}: more than {DEEPEST} levels of nesting")
    if open_values[-1].size > MOST_VALUES:
        raise UnreadableYaml(f"line {line}: more than {MOST_VALUES} values once its aliases are filled in")
