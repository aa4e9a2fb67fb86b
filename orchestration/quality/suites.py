"""Suites as an analyst writes them, and the strict way from the file to what Great Expectations will run.

Great Expectations drops an expectation it does not know while it loads a suite, and the suite then passes. So a suite
is read here first, and what was loaded is compared with the file, one by one; any difference is an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.problems import counted
from orchestration.quality.engine import dataframe_batch

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite

WORDS = {"==": "=", "IN": "in", "NOT_IN": "not in"}
POSITION = "position"
"""The key of an expectation's meta under which its place in the file travels with it."""


class SuiteError(Exception):
    """A suite file is not what it should be, or was not loaded exactly; names the file and every difference."""


@dataclass(frozen=True)
class DeclaredExpectation:
    """One expectation of a suite file: its type, its arguments, and why it is there."""

    type: str
    kwargs: Mapping[str, Any]
    reason: str

    @property
    def name(self) -> str:
        """How results call it: its type and columns, such as `expect_column_values_to_not_be_null(sex)`."""
        columns = [self.kwargs[key] for key in ("column", "column_A", "column_B", "column_list") if key in self.kwargs]
        flat = [str(name) for value in columns for name in (value if isinstance(value, list) else [value])]
        about = ", ".join(flat) if len(flat) < 4 else f"{len(flat)} columns"
        condition = self.kwargs.get("row_condition")
        return self.type + (f"({about})" if about else "") + (f" where {_in_words(condition)}" if condition else "")


@dataclass(frozen=True)
class DeclaredSuite:
    """A suite file: its name, which is its path under `expectations/` with dots, and its expectations in order."""

    name: str
    path: Path
    expectations: tuple[DeclaredExpectation, ...]


def suite_name(path: Path, folder: Path) -> str:
    """The name of the suite in a file under the folder of expectations: `landing.omsq.indeterminate_by_sex`."""
    return ".".join(path.relative_to(folder).with_suffix("").parts)


def read_suite(path: Path, folder: Path) -> DeclaredSuite:
    """The suite in a file, exactly as written there.

    Raises SuiteError when it is not JSON, has a key twice, an unknown key, no expectation, or one without a reason.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_without_repeats)
    except (OSError, ValueError) as error:
        raise SuiteError(f"{path}: {error}") from error
    mistakes = _mistakes(content, suite_name(path, folder))
    if mistakes:
        raise SuiteError(f"{path}: " + "; ".join(mistakes))
    found = (
        DeclaredExpectation(item["type"], item["kwargs"], item["meta"]["reason"]) for item in content["expectations"]
    )
    return DeclaredSuite(content["name"], path, tuple(found))


def load_suite(declared: DeclaredSuite) -> ExpectationSuite:
    """The suite as Great Expectations runs it. Raises SuiteError unless every expectation was loaded as declared."""
    dataframe_batch()
    from great_expectations import ExpectationSuite

    configurations = [
        {"type": item.type, "kwargs": dict(item.kwargs), "meta": {"reason": item.reason, POSITION: position}}
        for position, item in enumerate(declared.expectations)
    ]
    try:
        loaded = ExpectationSuite(name=declared.name, expectations=configurations)
    except Exception as error:  # pydantic's errors and its own share no ancestor
        raise SuiteError(f"{declared.path}: cannot be loaded: {error}") from error
    differences = _differences(configurations, [item.configuration.to_json_dict() for item in loaded.expectations])
    if differences:
        raise SuiteError(f"{declared.path}: " + "; ".join(differences))
    return loaded


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, refused when it has a key twice: the first would be lost silently."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a key appears twice in one object: {', '.join(key for key, _ in pairs)}")
    return found


def _mistakes(content: Any, name: str) -> list[str]:
    """What is wrong with a suite file's content; the name it should have comes from its place."""
    if not isinstance(content, dict) or set(content) != {"name", "expectations", "meta"}:
        return ["expected exactly the keys name, expectations, meta"]
    found = []
    if content["name"] != name:
        found.append(f"expected name {name!r}, found {content['name']!r}")
    if not isinstance(content["meta"], dict) or not content["meta"].get("great_expectations_version"):
        found.append("expected meta.great_expectations_version")
    if not isinstance(content["expectations"], list) or not content["expectations"]:
        return [*found, "expected a list of at least one expectation: an empty suite passes anything"]
    return found + [
        f"expectation {number}: {mistake}"
        for number, item in enumerate(content["expectations"], 1)
        if (mistake := _mistake_of(item))
    ]


def _mistake_of(item: Any) -> str:
    """What is wrong with one expectation of a file; '' when nothing is."""
    if not isinstance(item, dict) or set(item) != {"type", "kwargs", "meta"}:
        return "expected exactly the keys type, kwargs, meta"
    if not isinstance(item["type"], str) or not isinstance(item["kwargs"], dict):
        return "expected a name as type and an object as kwargs"
    reason = item["meta"].get("reason") if isinstance(item["meta"], dict) else None
    if not isinstance(reason, str) or not reason.strip() or set(item["meta"]) != {"reason"}:
        return "expected meta.reason, one sentence on what could go wrong and still finish, and nothing else in meta"
    return ""


def _differences(declared: list[dict[str, Any]], loaded: list[dict[str, Any]]) -> list[str]:
    """How what was loaded differs from what was declared, one line for each expectation."""
    by_position = {item.get("meta", {}).get(POSITION): item for item in loaded}
    found = (
        [f"{counted(len(declared), 'expectation')} declared, {len(loaded)} loaded"]
        if len(declared) != len(loaded)
        else []
    )
    for position, item in enumerate(declared):
        match = by_position.get(position)
        if match is None:
            found.append(f"expectation {position + 1}: {item['type']} is not known and was dropped")
        elif (match["type"], _comparable(match["kwargs"])) != (item["type"], _comparable(item["kwargs"])):
            found.append(f"expectation {position + 1}: declared {item}, loaded {match}")
    return found


def _comparable(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as they are written in a file: a row condition that is a text is loaded as an object around it."""
    condition = kwargs.get("row_condition")
    text = condition.get("pass_through_filter", condition) if isinstance(condition, dict) else condition
    return {**kwargs, **({"row_condition": text} if condition else {})}


def _in_words(condition: Any) -> str:
    """A row condition in words: `sex = all and unit in people, cases`. One of another shape as written."""
    match condition:
        case {"type": "and" | "or" as word, "conditions": list(parts)}:
            return f" {word} ".join(_in_words(part) for part in parts)
        case {"type": "comparison", "column": {"name": column}, "operator": operator, "parameter": value}:
            listed = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            return f"{column} {WORDS.get(operator, operator)} {listed or '(empty)'}"
        case {"type": "nullity", "column": {"name": column}, "is_null": is_null}:
            return f"{column} is {'' if is_null else 'not '}null"
    return str(condition)
