"""The words that workbooks share: periods, breakdowns and symbols."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.external.workbook_words import breakdown_in_words, legend, number, period_in_words, sentence


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2025, 3, 31), date(2025, 3, 31), "31 March 2025"),
        (date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        (date(2024, 4, 1), date(2025, 3, 31), "April 2024 to March 2025"),
        (date(2024, 10, 1), date(2024, 12, 31), "October to December 2024"),
        (date(2024, 1, 1), date(2024, 12, 31), "January to December 2024"),
        (date(2024, 11, 1), date(2025, 3, 20), "1 November 2024 to 20 March 2025"),
        (date(2024, 11, 2), date(2024, 11, 30), "2 November 2024 to 30 November 2024"),
    ],
)
def test_a_period_is_said_in_words(start: date, end: date, words: str) -> None:
    assert period_in_words(start, end) == words


def test_a_breakdown_has_the_names_of_its_members() -> None:
    labels = {("custody_status", "recalled"): "On recall"}
    assert breakdown_in_words("", labels) == ("Total", "All")
    assert breakdown_in_words("rag=red", labels) == ("RAG", "Red")
    assert breakdown_in_words("custody_status=recalled;outcome=open_conditions", labels) == (
        "Custody status and outcome",
        "On recall, Open conditions",
    )


def test_only_symbols_in_use_are_explained() -> None:
    assert [line[:3] for line in legend([1, "[c]", "x [z]", 2.5])] == ["[c]"]
    assert legend([1, "All"]) == ()


def test_whole_numbers_are_whole() -> None:
    assert (type(number(3.0)), number(2.5)) == (int, 2.5)


def test_a_code_becomes_words() -> None:
    assert (sentence("probation_region"), sentence("rarr")) == ("Probation region", "RARR")
