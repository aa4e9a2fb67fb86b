"""What an outsider gets out of an external pack: nothing. And what the same outsider gets out of packs that were made
with sums tried one at a time, as the first version did.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.external.control import Rules
from orchestration.external.equations import Sums
from tests.attack.outsider import Outsider, narrowed
from tests.small_packs import DAY, dictionaries, figure, published, suppress

ENOUGH = 4
NESTED = {"probation_region=N": "delivery_unit=A", "probation_region=S": "delivery_unit=A"}


def found(*packs, nested=None):
    """The counts that the outsider narrows to fewer values than the setting: breakdown, period, values."""
    ranges = Outsider(*packs, nested=nested).ranges()
    return {(cell.breakdown, cell.end): ends for cell, ends in narrowed(ranges, ENOUGH).items()}


def rows_that_exist():
    """Seven people in four regions, with three, one, two and one kinds of them: each is one person."""
    kinds = {"A": "xyz", "B": "x", "C": "xy", "D": "z"}
    parts = [figure(1, f"kind={kind};region={region}") for region, all_of in kinds.items() for kind in all_of]
    return [figure(7), *(figure(len(all_of), f"region={region}") for region, all_of in kinds.items()), *parts]


def test_a_suppressed_row_is_at_least_one_so_a_small_total_gives_all():
    figures = rows_that_exist()
    first_version = suppress(figures, *(one.breakdown for one in figures if one.breakdown))

    answer = found(first_version)

    assert len(answer) == 11
    assert {ends for (breakdown, _), ends in answer.items() if ";" in breakdown} == {(1, 1)}
    assert answer["region=A", DAY] == (3, 3)
    assert found(dictionaries(published(figures))) == {}


def secondary_that_follows():
    """Region S is suppressed to protect N in the first quarter, but the other quarters and the year give S."""
    quarters = {"2024Q1": (3, 7), "2024Q2": (8, 9), "2024Q3": (10, 11), "2024Q4": (12, 13)}
    counts = [
        one
        for name, (north, south) in quarters.items()
        for one in (figure(north, "region=N", name), figure(south, "region=S", name), figure(north + south, "", name))
    ]
    return [*counts, figure(33, "region=N", "2024"), figure(40, "region=S", "2024"), figure(73, "", "2024")]


def test_a_secondary_cell_that_follows_gives_the_small_count_behind_it():
    figures = secondary_that_follows()
    quarter, year = dt.date(2024, 3, 31), dt.date(2024, 12, 31)
    # The year of N is suppressed too, so that no sum by itself gives the small count.
    rows = suppress(figures, ("region=N", quarter), ("region=S", quarter))
    for row in rows:
        if (row["breakdown"], row["period_end"], row["period_type"]) == ("region=N", year, "calendar_year"):
            row.update(value=None, value_status="suppressed")

    answer = found(rows)

    assert answer["region=S", quarter] == (7, 7)
    assert answer["region=N", quarter] == (3, 3)
    assert found(dictionaries(published(figures))) == {}


def neighbouring_days():
    """Counts up to a day in two packs, and the month between, in which three people were referred."""
    old = [figure(41, "", dt.date(2025, 1, 31)), figure(20, "", "January")]
    new = [figure(44, "", dt.date(2025, 2, 28)), figure(20, "", "January"), figure(3, "", "February")]
    return old, new


def test_two_packs_of_neighbouring_days_give_what_came_between():
    old, new = neighbouring_days()
    february = dt.date(2025, 2, 28)
    # The newer pack suppresses the month alone, not the count up to its last day.
    newer = [*suppress(new[:2]), *suppress(new[2:], "")]

    assert found(newer) == {}
    assert found(newer, suppress(old)) == {("", february): (3, 3)}

    sums = Sums(so_far=frozenset({"m/count"}))
    before = published(old, sums)
    after = published(new, sums, before, all_counted=[*old, *new])
    assert found(dictionaries(after), dictionaries(before)) == {}


def test_what_one_pack_suppresses_another_must_not_show():
    counts = {"": 70, "region=A": 3, "region=B": 40, "region=C": 7, "region=D": 20}
    old = published([figure(number, breakdown) for breakdown, number in counts.items()])
    # Somebody moved from D to B since, and now B would be the cheapest to suppress.
    new = published(
        [figure(number, breakdown) for breakdown, number in (counts | {"region=B": 6, "region=C": 41}).items()],
        previous=old,
    )

    assert {row.figure.breakdown for row in old if row.value_status == "suppressed"} == {"region=A", "region=C"}
    assert {"region=A", "region=C"} <= {row.figure.breakdown for row in new if row.value_status == "suppressed"}
    assert found(dictionaries(new)) == {}


def test_the_outsider_finds_a_region_within_its_delivery_unit():
    counts = {"": 102, "delivery_unit=A": 43, "delivery_unit=B": 59}
    counts |= {"probation_region=N": 3, "probation_region=S": 40, "probation_region=E": 9, "probation_region=W": 50}
    figures = [figure(number, breakdown) for breakdown, number in counts.items()]

    assert found(suppress(figures, "probation_region=N", "probation_region=E"), nested=NESTED)[
        "probation_region=N", DAY
    ] == (3, 3)
    assert found(dictionaries(published(figures, Sums(nested=NESTED))), nested=NESTED) == {}


@pytest.mark.parametrize("numerator", [66, 67, 68, 69])
def test_a_bound_leaves_enough_numerators(numerator):
    rows = dictionaries(published([figure(numerator=numerator, denominator=70)]))

    assert [row["value_text"] for row in rows] == ["more than 90%"]
    assert found(rows) == {}


REGIONS = [f"probation_region={one}" for one in "NSEW"]
QUARTERS = [f"2024Q{n}" for n in (1, 2, 3, 4)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=4, max_size=4), st.integers(0, 9))
def test_nothing_is_narrowed_in_regions_by_quarter_in_two_packs(counts, late):
    by_quarter = {quarter: dict(zip(REGIONS, row, strict=True)) for quarter, row in zip(QUARTERS, counts, strict=True)}

    def pack(quarters, with_year):
        rows = [figure(n, region, one) for one in quarters for region, n in by_quarter[one].items() if n]
        rows += [figure(sum(by_quarter[one].values()), "", one) for one in quarters if any(by_quarter[one].values())]
        years = {region: sum(by_quarter[one][region] for one in quarters) for region in REGIONS}
        if with_year:
            rows += [figure(n, region, "2024") for region, n in years.items() if n]
            rows.append(figure(sum(years.values()), "", "2024"))
        return [*rows, figure(numerator=90 + late, denominator=99, measure="reviewed")]

    sums, rules = Sums(nested=NESTED), Rules(keep_national_years=False)
    old = published(pack(QUARTERS[:3], with_year=False), sums, rules=rules)
    new = published(pack(QUARTERS, with_year=True), sums, old, rules)

    assert found(dictionaries(new), nested=NESTED) == {}
    assert found(dictionaries(new), dictionaries(old), nested=NESTED) == {}
