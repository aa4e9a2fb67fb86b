"""The control on small tables: what it suppresses, and that an enumeration of all tables agrees with it.

The oracle lists every table there could be. It shares no code with what it tests.
"""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.external.control import Rules, protect
from orchestration.external.equations import Identity, Sums, Term, build_system
from orchestration.external.figures import Figure
from orchestration.external.possible import Outsider
from orchestration.problems import CheckFailed
from tests.small_packs import DAY, figure, published

REGIONS, SEXES = "ABC", "fm"


def two_way(counts):
    """A table of regions by sex with its margins: breakdown and count, rows that are nil left out."""
    cells = {f"region={r};sex={s}": counts[i][j] for i, s in enumerate(SEXES) for j, r in enumerate(REGIONS)}
    cells |= {f"sex={s}": sum(counts[i]) for i, s in enumerate(SEXES)}
    cells |= {f"region={r}": sum(row[j] for row in counts) for j, r in enumerate(REGIONS)}
    return {"": sum(map(sum, counts)), **cells}


def every_table(counts, is_suppressed, most):
    """All tables that have the published counts, at least 1 where a count is suppressed, and 0 where it is nil. Each
    suppressed inner count is tried up to `most` of it.
    """
    inner = [f"region={r};sex={s}" for s in SEXES for r in REGIONS]
    choices = [range(1, most(counts[one]) + 1) if one in is_suppressed else (counts[one],) for one in inner]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*choices, indexing="ij")])
    tables = dict(zip(inner, grid, strict=True))
    tables |= {f"sex={s}": sum(tables[f"region={r};sex={s}"] for r in REGIONS) for s in SEXES}
    tables |= {f"region={r}": sum(tables[f"region={r};sex={s}"] for s in SEXES) for r in REGIONS}
    tables[""] = sum(tables[f"sex={s}"] for s in SEXES)
    fits = np.ones(grid.shape[1], bool)
    for one, number in counts.items():
        fits &= tables[one] >= 1 if one in is_suppressed else tables[one] == number
    return {one: np.unique(values[fits]) for one, values in tables.items()}


numbers = st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=2)


@settings(max_examples=60, deadline=None)
@given(numbers, st.sets(st.integers(0, 5), max_size=4), st.sets(st.integers(0, 4), max_size=2))
def test_solved_ranges_are_those_of_an_enumeration(counts, inner, margins):
    table = two_way(counts)
    names = list(table)
    chosen = [names[1 + one] for one in inner] + [names[7 + one] for one in margins]
    suppressed = {one for one in chosen if table[one]}
    figures = [figure(number, breakdown) for breakdown, number in table.items()]
    system = build_system(figures, [], Sums())
    known = {system.index[one.place("value")] for one in figures if one.breakdown not in suppressed}
    outsider = Outsider(system, known, 4)

    possible = every_table(table, suppressed, lambda _: table[""])

    for one in suppressed:
        count = system.index[figure(breakdown=one).place("value")]
        assert outsider.range_of(count) == (possible[one].min(), possible[one].max()), one
        if not outsider.is_known[count]:
            assert outsider.has_enough(count) == (len(possible[one]) >= 4), one


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=3, max_size=3), min_size=2, max_size=2))
def test_every_suppressed_count_keeps_four_values_and_no_other_is_changed(counts):
    table = two_way(counts)
    figures = [figure(number, breakdown) for breakdown, number in table.items()]

    rows = published(figures)

    suppressed = {row.figure.breakdown for row in rows if row.value_status == "suppressed"}
    possible = every_table(table, suppressed, lambda number: number + 4)
    assert {one for one, number in table.items() if 0 < number < 5} <= suppressed
    assert all(len(possible[one]) >= 4 for one in suppressed)
    for row in rows:
        if row.figure.breakdown not in suppressed:
            assert row.figure.value == table[row.figure.breakdown]
            assert row.value_status == ("final" if row.figure.value else "nil")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_quarters_are_protected_in_their_year_and_a_large_year_is_published(counts):
    figures = [figure(number, "", f"2024Q{n}") for n, number in enumerate(counts, 1) if number]
    figures.append(figure(sum(counts), "", "2024"))

    rows = {
        row.figure.period_start.month if row.figure.period_type == "quarter" else "year": row
        for row in published(figures)
    }

    if sum(counts) >= 5:
        assert rows["year"].value_status == "final"
        hidden = [row for name, row in rows.items() if row.value_status == "suppressed"]
        shown = sum(row.figure.value or 0 for name, row in rows.items() if name != "year")
        # The suppressed quarters share what is left: one of k can be 1 to the rest less k - 1.
        assert not hidden or sum(counts) - shown - (len(hidden) - 1) >= 4


def breakdowns(rows, status="suppressed"):
    return {row.figure.breakdown for row in rows if row.value_status == status}


def counts_of(table):
    return [figure(number, breakdown) for breakdown, number in table.items()]


def test_a_small_count_is_suppressed_with_the_smallest_other_and_nil_is_not():
    rows = published(counts_of({"": 70, "region=A": 3, "region=B": 40, "region=C": 7, "region=D": 20, "region=E": 0}))

    assert breakdowns(rows) == {"region=A", "region=C"}
    assert breakdowns(rows, "nil") == {"region=E"}


def test_two_small_counts_that_are_narrow_together_take_a_third_with_them():
    rows = published(counts_of({"": 42, "region=A": 1, "region=B": 1, "region=C": 10, "region=D": 30}))

    assert breakdowns(rows) == {"region=A", "region=B", "region=C"}


def test_quarters_are_suppressed_before_years_of_regions():
    figures = [figure(10 + n, "probation_region=N", f"2024Q{n}") for n in range(2, 5)]
    figures += [figure(20 + n, "probation_region=S", f"2024Q{n}") for n in range(1, 5)]
    figures += [figure(3, "probation_region=N", "2024Q1"), figure(42, "probation_region=N", "2024")]
    figures += [figure(90, "probation_region=S", "2024"), figure(132, "", "2024"), figure(24, "", "2024Q1")]
    figures += [figure(30 + 2 * n, "", f"2024Q{n}") for n in range(2, 5)]

    rows = published(figures)

    assert {row.figure.period_type for row in rows if row.value_status == "suppressed"} == {"quarter"}
    assert all(row.figure.breakdown for row in rows if row.value_status == "suppressed")


def test_what_was_not_needed_is_published_again():
    # S is suppressed for N, and later the unit is too: one of the two is enough.
    sums = Sums(nested={"probation_region=N": "delivery_unit=A", "probation_region=S": "delivery_unit=A"})
    table = {"": 102, "delivery_unit=A": 43, "delivery_unit=B": 59, "probation_region=N": 3, "probation_region=S": 40}

    assert breakdowns(published(counts_of(table), sums)) == {"probation_region=N", "probation_region=S"}


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (68, 70, "more than 90%"),
        (70, 70, "100.0%"),
        (40, 70, "57.1%"),
        (2, 70, "less than 10%"),
        (196, 200, "more than 95%"),
        (0, 70, "0.0%"),
        (3, 9, "[c]"),
        (3, 3, "[c]"),
    ],
)
def test_a_share_near_100_or_0_per_cent_gets_a_bound(numerator, denominator, text):
    (row,) = published([figure(numerator=numerator, denominator=denominator)])

    assert row.value_text == text
    assert row.figure.denominator == (None if denominator < 5 else denominator)
    assert (row.figure.value is None) == (text[0] in "ml[")


def test_a_mean_of_few_people_is_suppressed_with_their_number():
    means = [
        figure(31.5, f"region={n}", denominator=people, statistic="mean", unit="days")
        for n, people in enumerate((4, 5))
    ]

    few, enough = published(means)

    assert (few.value_status, few.figure.value, few.figure.denominator) == ("suppressed", None, None)
    assert (enough.value_status, enough.value_text, enough.figure.denominator) == ("final", "31.5", 5)


def test_the_same_people_under_two_names_are_suppressed_together():
    sums = Sums(identities=(Identity(Term("m", "count", "sex=female"), (Term("women", "count"),)),))
    rows = published([*counts_of({"": 50, "sex=female": 3, "sex=male": 47}), figure(3, measure="women")], sums)

    assert {(row.figure.measure, row.figure.breakdown) for row in rows if row.value_status == "suppressed"} == {
        ("m", "sex=female"),
        ("m", "sex=male"),
        ("women", ""),
    }


def test_overlapping_members_disclose_nothing_but_their_complement():
    rows = published(counts_of({"": 50, "reason=x": 40, "reason=y": 30, "reason=z": 3}))
    assert breakdowns(rows) == {"reason=z"}

    rows = published(counts_of({"": 50, "reason=x": 48, "reason=y": 30}))
    assert breakdowns(rows) == {"reason=x"}


def test_what_a_publication_gives_is_not_suppressed():
    values = {("m", "sex=female", "as_at", DAY, DAY): frozenset({3.0})}
    rows = published(counts_of({"": 50, "sex=female": 3, "sex=male": 47}), published_values=values)

    assert breakdowns(rows) == set()


def test_a_percentage_without_a_numerator_is_refused():
    share = Figure("m", "share", "", "as_at", DAY, DAY, 98.0, None, 50, "percent")

    with pytest.raises(CheckFailed, match="needs its numerator"):
        build_system([share], [], Sums())


def test_a_count_that_cannot_be_protected_is_named():
    # The year is never suppressed when it is 5 or more, and its only part is what is left of another one.
    figures = [figure(5, "", "2024"), figure(3, "", "2024Q1"), figure(2, "", "2024Q2")]
    system = build_system(figures, [], Sums())

    protection = protect(system, [], Rules(possible_values=5))

    assert [system.name(one) for one in protection.unprotected] == [
        "m / count / total / quarter 2024-01-01 to 2024-03-31 (value)",
        "m / count / total / quarter 2024-04-01 to 2024-06-30 (value)",
    ]


def test_order_of_rows_does_not_matter():
    table = two_way([[2, 9, 14], [11, 3, 20]])
    orders = itertools.islice(itertools.permutations(counts_of(table)), 0, 2000, 400)

    assert len({frozenset(breakdowns(published(order))) for order in orders}) == 1


def test_counts_so_far_protect_what_came_between_though_it_is_not_published():
    days = [dt.date(2024, 12, 31), DAY]
    figures = [figure(41, "", days[0]), figure(44, "", days[1])]

    assert published(figures)[0].value_status == "final"
    rows = published(figures, Sums(so_far=frozenset({"m/count"})))
    assert [row.value_status for row in rows].count("suppressed") == 1
