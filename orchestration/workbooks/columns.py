"""Columns of a spreadsheet by their letters: A is 0, AB is 27."""

from __future__ import annotations

import functools


def letters(column: int) -> str:
    """The letters of a column counted from 0."""
    named, column = "", column + 1
    while column:
        column, remainder = divmod(column - 1, 26)
        named = chr(ord("A") + remainder) + named
    return named


@functools.lru_cache(maxsize=16_384)
def number(named: str) -> int:
    """The number, from 0, of the column with these letters (capitals A to Z)."""
    column = 0
    for letter in named:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
