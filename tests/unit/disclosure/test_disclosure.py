"""Disclosure control on small tables: what is hidden, what an intruder finds, and the check on each other.

The oracle of the property tests counts every table there could be: it shares no code with what it tests.
"""

from __future__ import annotations

import datetime as dt
import itertools

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestration.disclosure.cells import FigureError
from orchestration.disclosure.declared import PUBLISHED_BEFORE, SUITE, keep_published_before
from orchestration.disclosure.equations import Identity, Term, Ties, system_of
from orchestration.disclosure.intruder import worked_out
from orchestration.disclosure.protection import hidden_figures
from orchestration.disclosure.suppression import hidden_cells
from orchestration.quality.disclosure import KEPT, NOT_FILLED_IN, disclosure_findings
from orchestration.quality.spreadsheet import filled_in
from orchestration.settings import ROOT

DAY = dt.date(2025, 3, 31)
SEEDS = ROOT / "dbt_project/seeds"
REGIONS = Ties(
    within=tuple((f"probation_region={one}", f"delivery_unit={unit}") for one, unit in zip("NSEW", "AABB", strict=True))
)


def figure(breakdown="", value=None, numerator=None, denominator=None, **other):
    """A count of people on a day; other columns by name."""
    named = {"measure": "m", "statistic": "count", "period_type": "as_at", "period_start": DAY, "period_end": DAY}
    counts = {"value": value, "numerator": numerator, "denominator": denominator, "unit": "people"}
    return {**named, "breakdown": breakdown, **counts, **other}


def frame(*rows):
    return pd.DataFrame(rows).astype({"value": float, "numerator": float, "denominator": float})


def table(counts, ties=None, threshold=5, **before):
    """The breakdowns hidden among the counts of one day."""
    rows = [figure(breakdown, value) for breakdown, value in counts.items()]
    hidden = hidden_figures(frame(*rows), threshold, ties or Ties(), **before)
    return set(hidden.loc[hidden["is_value_hidden"], "breakdown"])


def test_a_small_count_is_hidden_with_the_smallest_other_and_nil_is_not():
    counts = {"": 70, "region=A": 3, "region=B": 40, "region=C": 7, "region=D": 20, "region=E": 0}

    assert table(counts) == {"region=A", "region=C"}


@pytest.mark.parametrize(("count", "is_hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_counts_from_one_to_below_the_threshold_are_small(count, is_hidden):
    assert table({"": count}) == ({""} if is_hidden else set())


def test_two_small_counts_that_could_not_reach_the_threshold_take_a_third_with_them():
    counts = {"": 42, "region=A": 1, "region=B": 1, "region=C": 10, "region=D": 30}

    assert table(counts) == {"region=A", "region=B", "region=C"}


def test_a_total_is_hidden_when_nothing_else_is_left():
    assert table({"": 3, "sex=male": 3}) == {"", "sex=male"}


def test_rows_and_columns_are_protected_together():
    cells = {("m", "A"): 2, ("m", "B"): 20, ("m", "C"): 30, ("f", "A"): 11, ("f", "B"): 12, ("f", "C"): 13}
    counts = {f"region={region};sex={sex}": value for (sex, region), value in cells.items()}
    counts |= {f"sex={sex}": sum(value for (one, _), value in cells.items() if one == sex) for sex in "mf"}
    counts |= {f"region={region}": sum(value for (_, one), value in cells.items() if one == region) for region in "ABC"}
    counts[""] = sum(cells.values())

    assert table(counts) == {"region=A;sex=m", "region=B;sex=m", "region=A;sex=f", "region=B;sex=f"}


def test_a_region_is_protected_within_its_delivery_unit():
    regions = {"probation_region=N": 3, "probation_region=S": 40, "probation_region=E": 9, "probation_region=W": 50}
    counts = {"": 102, "delivery_unit=A": 43, "delivery_unit=B": 59, **regions}

    assert table(counts, REGIONS) == {"probation_region=N", "probation_region=S"}
    assert table(counts) == {"probation_region=N", "probation_region=E"}  # which the delivery units would give away


def test_months_are_protected_within_quarters():
    def month(number, value):
        return figure(
            "",
            value,
            period_type="month",
            period_start=dt.date(2024, number, 1),
            period_end=dt.date(2024, number, 28),
        )

    quarter = figure("", 30, period_type="quarter", period_start=dt.date(2024, 1, 1), period_end=dt.date(2024, 3, 31))
    hidden = hidden_figures(frame(month(1, 2), month(2, 8), month(3, 20), quarter), 5)

    assert list(hidden["is_value_hidden"]) == [True, True, False, False]


QUARTERS = pd.period_range("2021Q1", "2024Q4", freq="Q")
GROWING = [20, 25, 30, 21, 26, 31, 22, 27, 32, 23, 28, 33, 24, 29, 34, 35]
"""As many numbers as quarters, none of them small."""


def of_quarter(quarter, value, breakdown="", **other):
    """A count of events in a quarter of QUARTERS."""
    days = {"period_start": quarter.start_time.date(), "period_end": quarter.end_time.date()}
    return figure(breakdown, value, period_type="quarter", **days, **other)


def shown_of(rows, ties=None, **before):
    """The figures with what is hidden taken out, in the order of the rows given."""
    figures = frame(*rows)
    hidden = hidden_figures(figures, 5, ties or Ties(), **before)
    keys = ["measure", "statistic", "breakdown", "period_type", "period_start", "period_end"]
    both = figures.merge(hidden, on=keys, how="left", validate="one_to_one")
    for name in ("value", "numerator", "denominator"):
        both[name] = both[name].mask(both[f"is_{name}_hidden"])
    return both


def test_a_quarter_is_no_difference_of_counts_so_far():
    day_before, day = dt.date(2023, 12, 31), dt.date(2024, 3, 31)
    rows = [figure("", 41, period_start=one, period_end=one) for one in [day_before]]
    rows += [figure("", 44, period_start=day, period_end=day), of_quarter(pd.Period("2024Q1"), 3)]

    before, after, quarter = shown_of(rows)["value"]

    assert np.isnan(quarter)
    assert np.isnan(before) or np.isnan(after)


def test_months_of_two_series_of_the_same_people_add_up_in_each():
    # What is equal wherever it is counted is one count with two names, and still the sum of its own months.
    months = pd.period_range("2023-01", "2024-03", freq="M")
    numbers = dict(zip(months, [*GROWING[:12], 2, 8, 20], strict=True))
    rows = []
    for breakdown in ("", "surge=no"):
        for month, value in numbers.items():
            days = {"period_start": month.start_time.date(), "period_end": month.end_time.date()}
            rows.append(figure(breakdown, value, period_type="month", **days))
        rows.append(of_quarter(pd.Period("2024Q1"), 30, breakdown))

    shown = shown_of(rows)

    of_2024 = shown[shown["period_start"] >= dt.date(2024, 1, 1)]
    assert (of_2024.groupby("breakdown")["value"].agg(lambda one: one.isna().sum()) >= 2).all()


def test_a_breakdown_whose_sum_stands_under_another_statistic_has_two_hidden_parts():
    rows = []
    for quarter, whole in zip(QUARTERS, GROWING, strict=True):
        by = {"kind=x;times=0": whole - 12, "kind=x;times=1": 9, "kind=x;times=2_or_more": 3}
        rows += [of_quarter(quarter, value, breakdown) for breakdown, value in by.items()]
        rows.append(of_quarter(quarter, 1.5, "kind=x", statistic="mean", unit="days", denominator=whole))

    shown = shown_of(rows)

    counts = shown[shown["statistic"] == "count"].groupby("period_start")["value"]
    denominators = shown[shown["statistic"] == "mean"].set_index("period_start")["denominator"]
    assert ((counts.apply(lambda one: one.isna().sum()) >= 2) | denominators.isna()).all()


def test_shares_of_one_denominator_have_two_hidden_numerators():
    parts = {"outcome=a": 40, "outcome=b": 3, "outcome=c": 9, "outcome=d": 20}
    rows = [figure(name, 1.0, part, 72, statistic="share", unit="percent") for name, part in parts.items()]

    shown = shown_of(rows).set_index("breakdown")

    assert np.isnan(shown.loc["outcome=b", "numerator"])
    assert shown["numerator"].isna().sum() >= 2


def test_a_mean_is_a_second_sum_of_the_people_it_is_of():
    # Of 24 people with seven or eight reviews, who have 171 in all, three have eight.
    identity = Identity(
        Term("m", "mean", kind="numerator"),
        (*(Term("m", "count", f"reviews={number}", times=number) for number in (5, 6, 7, 8)),),
    )
    people = {5: 40, 6: 30, 7: 21, 8: 3}
    rows = [figure("", 94), *(figure(f"reviews={number}", value) for number, value in people.items())]
    total = sum(number * value for number, value in people.items())
    rows.append(figure("", total / 94, total, 94, statistic="mean", unit="reviews"))

    shown = shown_of(rows, Ties(identities=(identity,)))

    hidden = shown.loc[shown["breakdown"] != "", "value"].isna().sum()
    assert hidden >= 3 or shown.loc[shown["statistic"] == "mean", "value"].isna().all()


def test_the_same_people_under_two_names_are_found_though_one_has_months_too():
    rows = []
    for quarter, number in zip(QUARTERS, GROWING, strict=True):
        by = {"": 3 + number + 60, "region=A": 3, "region=B": number, "region=C": 60}
        rows += [of_quarter(quarter, value, name, measure="recalls") for name, value in by.items()]
        rows.append(of_quarter(quarter, 1.5, "region=B", measure="time", statistic="mean", denominator=number))
    month = {"period_type": "month", "period_start": dt.date(2024, 1, 1), "period_end": dt.date(2024, 1, 31)}
    rows.append(figure("region=B", 11, measure="recalls", **month))

    shown = shown_of(rows)

    quarters = shown[shown["period_type"] == "quarter"].set_index("period_start")
    counts = quarters[quarters["measure"] == "recalls"].groupby(level=0)["value"].agg(lambda one: one.isna().sum())
    region_b = quarters.loc[(quarters["measure"] == "recalls") & (quarters["breakdown"] == "region=B"), "value"]
    elsewhere = quarters.loc[quarters["measure"] == "time", "denominator"]
    assert (counts >= 2).all()
    assert (region_b.notna() | elsewhere.isna()).all()


def test_what_a_year_comes_to_so_far_is_a_count_to_keep():
    # The publication after this one may print it, and what this one gave away of it is out by then.
    quarters = zip(pd.period_range("2023Q2", "2024Q3", freq="Q"), (6, 7, 9, 8, 11, 2), strict=True)
    rows = [of_quarter(quarter, value) for quarter, value in quarters]
    days = {"period_start": dt.date(2023, 4, 1), "period_end": dt.date(2024, 3, 31)}
    rows.append(figure("", 30, period_type="financial_year", **days))

    system = system_of(frame(*rows))

    (so_far,) = np.flatnonzero((system.numbers == 13) & system.is_of_people & ~system.is_printed)
    equations = system.matrix.toarray()
    (equation,) = equations[equations[:, so_far] == -1]
    assert sorted(system.numbers[equation == 1]) == [2, 11]


@pytest.mark.parametrize(("loaded", "kept"), [("synthetic", 1), ("internal", 0)])
def test_what_was_published_of_made_up_people_says_nothing_of_real_ones(tmp_path, loaded, kept):
    with duckdb.connect(str(tmp_path / "ipp.duckdb")) as published_file:
        published_file.execute("create schema marts; create schema meta")
        published_file.execute(
            "create table marts.internal_figures as select 'm' as measure, 'synthetic' as source_kind"
        )
        published_file.execute("create table meta.checks as select ? as suite", [SUITE])
    with duckdb.connect(str(tmp_path / "internal.duckdb")) as internal:
        internal.execute("create schema landing; create schema intermediate")
        internal.execute("create table landing.ppud_sentence as select ? as source_kind", [loaded])

    keep_published_before(tmp_path / "internal.duckdb", tmp_path / "ipp.duckdb")

    with duckdb.connect(str(tmp_path / "internal.duckdb")) as internal:
        assert internal.execute(f"select count(*) from {PUBLISHED_BEFORE}").fetchall() == [(kept,)]


def test_reasons_that_overlap_need_no_second_hidden_count():
    assert table({"": 10, "reason=a": 3, "reason=b": 9, "reason=c": 8}) == {"reason=a"}


def test_what_measures_share_is_protected_across_them():
    rows = [figure("", 30, measure="all"), figure("", 27, measure="unreleased"), figure("", 3, measure="recalled")]
    identity = Identity(Term("all", "count"), (Term("unreleased", "count"), Term("recalled", "count")))

    hidden = hidden_figures(frame(*rows), 5, Ties(identities=(identity,)))

    assert list(hidden["is_value_hidden"]) == [False, True, True]


@pytest.mark.parametrize(
    ("numerator", "denominator", "is_hidden"),
    [(3, 50, True), (48, 50, True), (0, 3, True), (0, 50, False), (50, 50, False), (20, 50, False), (0, 0, False)],
)
def test_a_share_is_hidden_with_its_small_numerator_denominator_or_rest(numerator, denominator, is_hidden):
    share = figure("", 1.0, numerator, denominator, statistic="share", unit="percent")

    assert list(hidden_figures(frame(share), 5)["is_value_hidden"]) == [is_hidden]


def test_a_numerator_that_is_counted_elsewhere_is_hidden_there_too():
    rows = [figure(f"sex={sex}", value) for sex, value in (("male", 40), ("female", 3))]
    rows += [
        figure(f"sex={sex}", 1.0, value, 100, statistic="share", unit="percent")
        for sex, value in (("male", 40), ("female", 3))
    ]

    hidden = hidden_figures(frame(*rows), 5)

    assert list(hidden["breakdown"]) == ["sex=female", "sex=male", "sex=female", "sex=male"]
    assert list(hidden["is_value_hidden"]) == [True, False, True, False]
    assert list(hidden["is_numerator_hidden"]) == [False, False, True, False]


@pytest.mark.parametrize(("people", "is_hidden"), [(4, True), (5, False), (0, False)])
def test_a_mean_is_hidden_when_few_people_are_behind_it(people, is_hidden):
    mean = figure("", 12.5, None, people, statistic="mean", unit="days")

    assert list(hidden_figures(frame(mean), 5)["is_value_hidden"]) == [is_hidden]


def test_units_that_are_no_people_and_a_threshold_of_one_hide_nothing():
    assert not hidden_figures(frame(figure("", 3, unit="prisons")), 5, Ties(), {"prisons"})["is_value_hidden"].any()
    assert table({"": 43, "sex=male": 40, "sex=female": 3}, threshold=1) == set()


def test_a_figure_without_people_behind_it_is_refused_without_its_number():
    with pytest.raises(FigureError, match="1 figures, the first of measure m, statistic count") as caught:
        hidden_figures(frame(figure("", 12.34)), 5)

    assert "12.34" not in str(caught.value)


def published(rows, hidden):
    """The rows as a mart would have them."""
    status = np.where(hidden["is_value_hidden"], "suppressed", "final")
    return rows.assign(value=rows["value"].mask(hidden["is_value_hidden"]), value_status=status)


def test_what_was_published_before_is_of_no_use_and_what_was_hidden_stays_so():
    first = frame(*[figure(f"region={name}", value) for name, value in zip("AB", (3, 7), strict=True)])
    before = published(first, hidden_figures(first, 5))
    assert list(before["value_status"]) == ["suppressed", "final"]
    rows = {"": 53, "region=A": 3, "region=B": 7, "region=C": 43}

    assert table(rows, published_before=before) == {"region=A", "region=C"}
    assert table({"region=A": 8}, published_before=before) == {"region=A"}


def test_an_intruder_finds_a_count_whose_companion_is_shown():
    rows = frame(
        *[figure(name, value) for name, value in {"": 50, "region=A": 3, "region=B": 7, "region=C": 40}.items()]
    )
    system = system_of(rows)
    hidden = hidden_cells(system, 5)
    assert not worked_out(system, ~hidden & system.is_printed, 5).any()

    for cell in np.flatnonzero(hidden & (system.numbers >= 5)):
        shown = hidden.copy()
        shown[cell] = False
        assert worked_out(system, ~shown & system.is_printed, 5).sum() == 1


def test_an_intruder_finds_what_only_bounds_give_away():
    rows = frame(
        *[figure(name, value) for name, value in {"": 44, "region=A": 2, "region=B": 2, "region=C": 40}.items()]
    )
    system = system_of(rows)

    found = worked_out(system, system.numbers >= 5, 5)

    assert list(system.numbers[found]) == [2, 2]


def candidate_of(rows, hidden):
    """A candidate with the rows as counted, and as published with these hidden."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as internal; create schema internal.intermediate; create schema meta")
    connection.execute("create schema marts; create table meta.units_not_of_people as select 'prisons' as unit")
    for seed in ("nested_areas", "count_identities"):
        connection.execute(f"create table meta.{seed} as from '{SEEDS / seed}.csv'")
    connection.execute("create table internal.intermediate.int_figures as from rows")
    connection.register("printed", published(rows, hidden))
    connection.execute("create table marts.internal_figures as from printed")
    return connection


def test_the_judge_finds_what_a_candidate_gives_away_and_names_no_number():
    rows = frame(
        *[figure(name, value) for name, value in {"": 50, "region=A": 3, "region=B": 7, "region=C": 40}.items()]
    )
    hidden = hidden_figures(rows, 5)
    assert {one.outcome for one in disclosure_findings(candidate_of(rows, hidden), ROOT / "dbt_project")} == {"holds"}

    shown = hidden.assign(is_value_hidden=hidden["is_value_hidden"] & (hidden["breakdown"] == "region=A"))
    failed = [
        one for one in disclosure_findings(candidate_of(rows, shown), ROOT / "dbt_project") if one.outcome != "holds"
    ]
    # Once by the equations, and once by the second reader, who shares none of them.
    assert [one.rule for one in failed] == [KEPT, NOT_FILLED_IN]
    for one in failed:
        assert "region=A" in one.says
        assert "3" not in one.says.replace("2025-03-31", "")


def days(first, last):
    return {"period_start": dt.date.fromisoformat(first), "period_end": dt.date.fromisoformat(last)}


def month(number, value, breakdown=""):
    last = pd.Period(f"2024-{number:02}").end_time.date().isoformat()
    return figure(breakdown, value, period_type="month", **days(f"2024-{number:02}-01", last))


SMALL = "what is small and hidden, with all else there"
SHEETS = {
    "a breakdown": [figure("", 50), figure("region=A", 47), figure("region=B", 3, unit=SMALL)],
    "months": [month(1, 3) | {"unit": SMALL}, month(2, 8), month(3, 20), of_quarter(pd.Period("2024Q1"), 31)],
    "counts so far": [
        figure("", 41, **days("2023-12-31", "2023-12-31")),
        figure("", 44, **days("2024-03-31", "2024-03-31")),
        of_quarter(pd.Period("2024Q1"), 3, unit=SMALL),
    ],
    "shares": [
        figure("outcome=a", 1.0, 40, 43, statistic="share"),
        figure("outcome=b", 1.0, 3, 43, statistic="share", unit=SMALL),
    ],
    "another name": [
        of_quarter(quarter, value, measure=measure, unit=SMALL if measure == "one" and value == 3 else "people")
        for measure in ("one", "other")
        for quarter, value in zip(QUARTERS, [*GROWING[:15], 3], strict=True)
    ],
}


@pytest.mark.parametrize("rows", SHEETS.values(), ids=SHEETS.keys())
def test_a_spreadsheet_fills_in_the_one_number_that_is_missing(rows):
    figures = frame(*rows)
    is_missing = figures["unit"] == SMALL
    connection = candidate_of(figures, hidden_figures(figures, 1).assign(is_value_hidden=False))
    connection.execute("update marts.internal_figures set value = null, numerator = null where unit = ?", [SMALL])

    found = {(place.series, place.kind, place.breakdown, place.first_day) for place in filled_in(connection, 5)}

    missing = figures[is_missing].iloc[0]
    kind = "numerator" if missing["statistic"] == "share" else "value"
    series = f"{missing['measure']}|{missing['statistic']}"
    assert (series, kind, missing["breakdown"], missing["period_start"]) in found


def test_what_the_publication_before_gives_away_by_itself_stays_hidden_and_stops_nothing():
    rows = frame(
        *[figure(name, value) for name, value in {"": 50, "region=A": 3, "region=B": 7, "region=C": 40}.items()]
    )
    before = published(rows, hidden_figures(rows, 5).assign(is_value_hidden=rows["breakdown"].eq("region=A")))
    hidden = hidden_figures(rows, 5, published_before=before)
    candidate = candidate_of(rows, hidden)
    candidate.register("before", before)
    candidate.execute("create table internal.intermediate.figures_published_before as from before")

    (finding,) = disclosure_findings(candidate, ROOT / "dbt_project")

    assert list(hidden.loc[hidden["is_value_hidden"], "breakdown"]) == ["region=A"]
    assert finding.outcome == "not_evaluable"
    assert "region=A" in finding.says


def every_table(total_rows, total_columns, known, floor):
    """Every table of whole numbers with these margins, these known cells, and no other below the floor."""
    places = list(itertools.product(range(len(total_rows)), range(len(total_columns))))

    def filled(index, left_rows, left_columns, cells):
        if index == len(places):
            if not any(left_rows) and not any(left_columns):
                yield dict(cells)
            return
        row, column = places[index]
        most = min(left_rows[row], left_columns[column])
        for number in [known[row, column]] if (row, column) in known else range(floor, most + 1):
            if number <= most:
                rows, columns = list(left_rows), list(left_columns)
                rows[row] -= number
                columns[column] -= number
                yield from filled(index + 1, rows, columns, [*cells, ((row, column), number)])

    yield from filled(0, list(total_rows), list(total_columns), [])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=2))
def test_whatever_the_table_another_one_is_possible_for_every_small_count(table_of):
    # No margin is small, so that all tables with the printed margins can be listed.
    numbers = np.array(table_of) + np.array([[6, 0, 3], [0, 6, 3]])
    rows, columns = numbers.sum(axis=1), numbers.sum(axis=0)
    counts = {f"a={i};b={j}": int(numbers[i, j]) for i, j in np.ndindex(*numbers.shape)}
    counts |= {f"a={i}": int(one) for i, one in enumerate(rows)} | {f"b={j}": int(one) for j, one in enumerate(columns)}
    counts[""] = int(numbers.sum())

    hidden = table(counts)

    assume(all(";" in name for name in hidden))
    known = {(i, j): int(numbers[i, j]) for i, j in np.ndindex(*numbers.shape) if f"a={i};b={j}" not in hidden}
    possible = list(every_table(rows, columns, known, 1))
    for i, j in np.ndindex(*numbers.shape):
        if 0 < numbers[i, j] < 5:
            assert len({one[i, j] for one in possible}) > 1


def nested(draw_counts):
    """The counts of regions by sex and age, with every margin and the delivery units above the regions."""
    people = pd.DataFrame(
        [
            {"probation_region": region, "delivery_unit": unit, "sex": sex, "age": age, "people": next(draw_counts)}
            for region, unit in zip("NSEW", "AABB", strict=True)
            for sex in "mf"
            for age in "yo"
        ]
    )
    areas = [[], ["probation_region"], ["delivery_unit"]]
    rows = {}
    for area, others in itertools.product(areas, [[], ["sex"], ["age"], ["sex", "age"]]):
        by = sorted([*area, *others])
        grouped = people.groupby(by)["people"].sum().items() if by else [((), people["people"].sum())]
        for key, number in grouped:
            values = key if isinstance(key, tuple) else (key,)
            rows[";".join(f"{name}={value}" for name, value in zip(by, values, strict=True))] = int(number)
    return rows


@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 6), st.integers(0, 60)), min_size=16, max_size=16))
def test_in_three_dimensions_with_nested_areas_no_small_count_follows_by_linear_algebra(numbers):
    counts = nested(iter(numbers))
    rows = frame(*[figure(name, value) for name, value in counts.items()])
    flags = hidden_figures(rows, 5, REGIONS).set_index("breakdown")["is_value_hidden"]
    hidden = flags.loc[rows["breakdown"]].to_numpy()
    small = {name for name, value in counts.items() if 0 < value < 5}

    assert small <= set(rows.loc[hidden, "breakdown"])
    assert not rows.loc[hidden, "value"].eq(0).any()
    if max(counts.values()) > 400:
        assert not hidden.all()
    assert not small & recovered(counts, set(rows.loc[hidden, "breakdown"]))


def parts_of(whole, pairs):
    """The breakdowns that add up to one, once for each way they do."""
    mine = pairs[whole]
    for dimension in ("sex", "age", "probation_region", "delivery_unit"):
        if dimension not in mine and not (dimension == "probation_region" and "delivery_unit" in mine):
            yield [name for name, of in pairs.items() if without(of, dimension) == mine and dimension in of]
    if unit := mine.get("delivery_unit"):
        regions = ["NS", "EW"]["AB".index(unit)]
        others = without(mine, "delivery_unit")
        yield [
            name
            for name, of in pairs.items()
            if others | {"probation_region": of.get("probation_region")} == of and of["probation_region"] in regions
        ]


def without(pairs, dimension):
    return {name: value for name, value in pairs.items() if name != dimension}


def recovered(counts, hidden):
    """The hidden counts that follow from the others by linear algebra, on equations written out one by one."""
    pairs = {name: dict(pair.split("=") for pair in name.split(";") if pair) for name in counts}
    terms = [
        [(whole, -1), *((part, 1) for part in parts)] for whole in counts for parts in parts_of(whole, pairs) if parts
    ]
    column = {name: place for place, name in enumerate(sorted(hidden))}
    matrix = np.zeros((len(terms), max(len(column), 1)))
    for row, of_row in enumerate(terms):
        assert sum(sign * counts[name] for name, sign in of_row) == 0
        for name, sign in of_row:
            if name in hidden:
                matrix[row, column[name]] += sign
    # A count follows when no direction in which the hidden ones can move together touches it.
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=True)
    free = directions[int((sizes > 1e-9).sum()) :]
    return {name for name, place in column.items() if np.abs(free[:, place]).max(initial=0) < 1e-9}


def test_the_oracle_sees_what_one_hidden_count_gives_away():
    counts = nested(iter(range(10, 26)))

    assert recovered(counts, {"sex=m", "sex=f"}) == {"sex=m", "sex=f"}  # from sex by age
    assert recovered(counts, {"probation_region=N;sex=m", "probation_region=S;sex=m"}) != set()
