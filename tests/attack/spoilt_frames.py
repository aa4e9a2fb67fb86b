"""For any expectation of a suite, rows that it holds for and the same rows with one more that breaks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from orchestration.quality.suites import DeclaredExpectation

ROWS = 5
"""How many good rows are beside the bad one."""


def good_and_spoilt(item: DeclaredExpectation, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Some rows of a table, and these with one more row that must fail the expectation.

    Raises NotImplementedError for a type of expectation that nothing here breaks.
    """
    rows = frame.astype(object)
    good = _some_rows(item, rows)
    if item.type == "expect_table_columns_to_match_ordered_list":
        return good, good[list(good.columns)[::-1]]
    start: dict[str, Any] = rows.iloc[0].to_dict() if len(rows) else dict.fromkeys(frame.columns)
    held = [row for row in good.to_dict("records") if holds(item.kwargs.get("row_condition"), row)]
    bad = _broken(item, dict(held[0]) if held else make_hold(item.kwargs.get("row_condition"), start))
    added = [bad, bad] if item.type == "expect_compound_columns_to_be_unique" else [bad]
    spoilt = pd.DataFrame([*good.to_dict("records"), *added], columns=frame.columns, dtype=object)
    return _with_days(good, frame), _with_days(spoilt, frame)


def _with_days(rows: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The rows, the days of a table stored as days again: a condition compares them with a text."""
    days = [
        column
        for column in like.columns
        if pd.api.types.is_datetime64_any_dtype(like[column])
        and all(isinstance(value, pd.Timestamp) for value in rows[column] if not pd.isna(value))
    ]
    return rows.assign(**{column: pd.to_datetime(rows[column]) for column in days})


def _some_rows(item: DeclaredExpectation, rows: pd.DataFrame) -> pd.DataFrame:
    """A few rows of the table; all where the expectation is about all of them together."""
    if item.type == "expect_column_distinct_values_to_equal_set":
        return rows
    condition = item.kwargs.get("row_condition")
    chosen = [number for number, row in enumerate(rows.to_dict("records")) if holds(condition, row)][:ROWS]
    return rows.iloc[chosen] if chosen else rows.head(ROWS)


def holds(condition: Any, row: dict[str, Any]) -> bool:
    """Whether a row condition holds for a row."""
    match condition:
        case None:
            return True
        case {"type": "and", "conditions": list(parts)}:
            return all(holds(part, row) for part in parts)
        case {"type": "or", "conditions": list(parts)}:
            return any(holds(part, row) for part in parts)
        case {"type": "nullity", "column": {"name": column}, "is_null": is_null}:
            return bool(pd.isna(row[column])) == is_null
        case {"type": "comparison", "column": {"name": column}, "operator": operator, "parameter": value}:
            return _compares(row[column], operator, value)
    raise NotImplementedError(str(condition))


def _compares(found: Any, operator: str, value: Any) -> bool:
    """Whether a value compares so with another; nothing does that is missing."""
    if operator in ("IN", "NOT_IN"):
        return (found in value) == (operator == "IN")
    if pd.isna(found):
        return operator == "!="
    if isinstance(found, pd.Timestamp):
        value = pd.Timestamp(value)
    compared = {
        "==": lambda: found == value,
        "!=": lambda: found != value,
        ">": lambda: found > value,
        ">=": lambda: found >= value,
        "<": lambda: found < value,
        "<=": lambda: found <= value,
    }
    return bool(compared[operator]())


def make_hold(condition: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The row with other values, so that a row condition holds for it."""
    match condition:
        case {"type": "and", "conditions": list(parts)}:
            for part in parts:
                row = make_hold(part, row)
        case {"type": "or", "conditions": [first, *_]}:
            row = make_hold(first, row)
        case {"type": "nullity", "column": {"name": column}, "is_null": is_null}:
            row = row | {column: None if is_null else "something"}
        case {"type": "comparison", "column": {"name": column}, "operator": operator, "parameter": value}:
            other = "something else" if isinstance(value, str | list) else value
            by = {"==": value, "IN": value[0] if isinstance(value, list) else value, ">=": value, "<=": value}
            if operator in (">", "<"):
                return row | {column: _moved(value, 1 if operator == ">" else -1)}
            row = row | {column: by.get(operator, other)}
    return row


def _broken(item: DeclaredExpectation, row: dict[str, Any]) -> dict[str, Any]:
    """The row with a value that the expectation must not let pass."""
    if item.type == "expect_compound_columns_to_be_unique":
        return {name: "twice" if value is None else value for name, value in row.items()}
    if item.type in ("expect_column_pair_values_a_to_be_greater_than_b", "expect_column_pair_values_to_be_equal"):
        first = pd.Timestamp("2020-01-01")
        return row | {item.kwargs["column_A"]: first, item.kwargs["column_B"]: first + pd.Timedelta(days=1)}
    if item.type not in BAD_VALUES:
        raise NotImplementedError(item.type)
    column, bad = item.kwargs["column"], BAD_VALUES[item.type](item.kwargs)
    is_number = isinstance(row[column], float) and isinstance(bad, str)
    return row | {column: 0.5 if is_number else bad}


def _of_no_set(says: Mapping[str, Any]) -> object:
    """A value that is in no set."""
    known = list(says["value_set"])
    return max(known) + 1 if isinstance(known[0], int | float) else "no such member"


def _beyond(says: Mapping[str, Any]) -> Any:
    """A number or day outside a range."""
    most = says.get("max_value")
    return _moved(says["min_value"], -1) if most is None else _moved(most, 1)


def _moved(value: Any, by: int) -> Any:
    """A number, or a day that is written as text, moved by so much."""
    return pd.Timestamp(value) + pd.Timedelta(days=by) if isinstance(value, str) else value + by


BAD_VALUES: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "expect_column_values_to_not_be_null": lambda says: None,
    "expect_column_values_to_be_null": lambda says: 1.0,
    "expect_column_values_to_be_in_set": _of_no_set,
    "expect_column_distinct_values_to_be_in_set": _of_no_set,
    "expect_column_distinct_values_to_equal_set": _of_no_set,
    "expect_column_values_to_not_be_in_set": lambda says: says["value_set"][0],
    "expect_column_values_to_be_between": _beyond,
    "expect_column_value_lengths_to_be_between": lambda says: "x" * int(_beyond(says)),
    "expect_column_values_to_match_regex": lambda says: "= not so !",
}
"""A value of its column that an expectation of a type must not let pass, by what it declares."""
