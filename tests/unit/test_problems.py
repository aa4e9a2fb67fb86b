"""Problems are shown by kind: the first few in full, the others counted."""

from __future__ import annotations

import pickle

from orchestration.problems import InputRejected, Problem, shown


def _repeated(number: int, sheet: str = "T") -> list[Problem]:
    return [
        Problem(
            "omsq 2024-q4",
            "a.ods",
            sheet,
            f"A{row}",
            f"one row for 'Male {row}'",
            "a second one; the first is in row 5",
            "ask",
        )
        for row in range(10, 10 + number)
    ]


def test_a_few_problems_are_shown_each_on_a_line():
    assert shown(_repeated(5)) == [str(problem) for problem in sorted(_repeated(5))]


def test_many_problems_of_one_kind_are_counted():
    lines = shown(_repeated(20_000))

    assert len(lines) == 6
    assert lines[-1] == "omsq 2024-q4 / a.ods / T: 19,995 more problems of this kind (20,000 in all)"


def test_a_problem_of_another_kind_is_not_lost_among_many():
    other = Problem("omsq 2024-q4", "a.ods", "T", "B7", "a figure in people", "'#REF!'", "ask the publisher")

    assert str(other) in shown([*_repeated(20_000), other])
    assert len(shown([*_repeated(100), *_repeated(100, "U")])) == 12


def test_a_rejection_holds_every_problem_also_from_another_process():
    rejected = pickle.loads(pickle.dumps(InputRejected(_repeated(20))))

    assert rejected.problems == tuple(sorted(_repeated(20)))
    assert str(rejected).count("\n") == 5
