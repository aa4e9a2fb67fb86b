"""The version of a contract follows from what changed: the table of the feed's documentation, row by row."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.feed.contract import Column, Contract, from_data, to_data
from orchestration.feed.versions import (
    Breaking,
    Values,
    check_entries,
    compare_contracts,
    next_version,
    require_declared,
)
from orchestration.problems import CheckFailed

DAY = dt.date(2025, 4, 24)
CODES = {"sex": frozenset({"female", "male", "not_recorded"})}


def column(name, unit="recalls", **other):
    kind = {"text": "VARCHAR", "code": "VARCHAR", "date": "DATE"}.get(unit, "BIGINT")
    return Column(**{"name": name, "type": kind, "unit": unit, "label": name, "description": name} | other)


CONTRACT = Contract(
    mart="recalls",
    table="marts.recalls",
    description="Recalls",
    key=("period_end", "category"),
    columns=(
        column("period_end", "date", is_nullable=False),
        column("category", "code", is_nullable=False),
        column("recalls", is_nullable=False),
        column("people", "people", is_nullable=True),
        column("source", "text", is_nullable=True),
    ),
    options={"total": {"category": ("all",)}, "sex": {"category": ("female", "male")}},
    measures=("ipp_recalls",),
    periods={"quarter": ("2015-01-01", "2024-12-31"), "month": ("2020-01-01", "2024-12-31")},
)


def with_column(place, **changes):
    columns = list(CONTRACT.columns)
    columns[place] = replace(columns[place], **changes)
    return replace(CONTRACT, columns=tuple(columns))


def with_options(**options):
    return replace(CONTRACT, options=CONTRACT.options | options)


MAJOR = {
    "column removed: people": replace(CONTRACT, columns=(*CONTRACT.columns[:3], CONTRACT.columns[4])),
    "column added before others: note": replace(
        CONTRACT, columns=(column("note", "text", is_nullable=True), *CONTRACT.columns)
    ),
    "columns in another order": replace(CONTRACT, columns=(*CONTRACT.columns[:3], *CONTRACT.columns[:2:-1])),
    "type of recalls: BIGINT is now DOUBLE": with_column(2, type="DOUBLE"),
    "unit of people: people is now recalls": with_column(3, unit="recalls"),
    "recalls can now be empty": with_column(2, is_nullable=True),
    "key: period_end, category is now category": replace(CONTRACT, key=("category",)),
    "measure removed: ipp_recalls": replace(CONTRACT, measures=()),
    "breakdown removed: sex": replace(CONTRACT, options={"total": {"category": ("all",)}}),
    "option of total removed: all": with_options(total={"category": ()}),
    "kind of period removed: month": replace(CONTRACT, periods={"quarter": CONTRACT.periods["quarter"]}),
    "quarter periods removed: they start on 2016-01-01, not 2015-01-01": replace(
        CONTRACT, periods=CONTRACT.periods | {"quarter": ("2016-01-01", "2024-12-31")}
    ),
    "month periods removed: they end on 2024-11-30, not 2024-12-31": replace(
        CONTRACT, periods=CONTRACT.periods | {"month": ("2020-01-01", "2024-11-30")}
    ),
}
MINOR = {
    "column added: note": replace(CONTRACT, columns=(*CONTRACT.columns, column("note", "text", is_nullable=True))),
    "column added: deaths": replace(
        CONTRACT, columns=(column("deaths", "deaths", is_nullable=True), *CONTRACT.columns)
    ),
    "people is now never empty": with_column(3, is_nullable=False),
    "label changed: people": with_column(3, label="People recalled"),
    "description changed: people": with_column(3, description="People recalled"),
    "description of the mart changed": replace(CONTRACT, description="Recalls to custody"),
    "caveats of the mart changed": replace(CONTRACT, caveats=("Events, not people",)),
    "measure added: ipp_people_recalled": replace(CONTRACT, measures=("ipp_people_recalled", "ipp_recalls")),
    "breakdown added: region": with_options(region={"category": ("wales",)}),
    "option of sex added: not_recorded": with_options(sex={"category": ("female", "male", "not_recorded")}),
    # The code list still has it: the edition has no such row now, and a reader gets none.
    "option of sex without rows now: female": with_options(sex={"category": ("male",)}),
    "quarter periods added: 2015-01-01 to 2025-03-31": replace(
        CONTRACT, periods=CONTRACT.periods | {"quarter": ("2015-01-01", "2025-03-31")}
    ),
    "kind of period added: as_at": replace(
        CONTRACT, periods=CONTRACT.periods | {"as_at": ("2024-12-31", "2024-12-31")}
    ),
}


@pytest.mark.parametrize("says", MAJOR)
def test_what_a_reader_may_break_on_is_major(says):
    changes = compare_contracts(CONTRACT, MAJOR[says], CODES)
    assert says in [change.says for change in changes if change.is_major]
    assert next_version("1.4.2", changes, Values()) == "2.0.0"


@pytest.mark.parametrize("says", MINOR)
def test_what_adds_is_minor(says):
    changes = compare_contracts(CONTRACT, MINOR[says], CODES)
    assert [(change.says, change.is_major) for change in changes] == [(says, False)]
    assert next_version("1.4.2", changes, Values()) == "1.5.0"


@pytest.mark.parametrize(
    ("values", "version"),
    [
        (Values(differ=False), "1.4.2"),
        (Values(differ=False, same_inputs=True), "1.4.2"),
        (Values(differ=True, same_inputs=False), "1.5.0"),
        (Values(differ=True, same_inputs=True), "1.4.3"),
    ],
)
def test_values_alone_are_minor_or_a_correction(values, version):
    assert compare_contracts(CONTRACT, CONTRACT, CODES) == []
    assert next_version("1.4.2", [], values) == version


def test_a_contract_is_read_back_as_it_was():
    assert from_data(to_data(CONTRACT)) == CONTRACT


NAMES = st.text("abcdefgh_", min_size=1, max_size=8)
COLUMNS = st.builds(
    Column,
    name=NAMES,
    type=st.sampled_from(["BIGINT", "DOUBLE", "VARCHAR", "DATE"]),
    unit=st.sampled_from(["recalls", "people", "percent", "code", "text"]),
    label=NAMES,
    description=NAMES,
    is_nullable=st.booleans(),
)
CONTRACTS = st.builds(
    Contract,
    mart=st.just("recalls"),
    table=st.just("marts.recalls"),
    description=NAMES,
    key=st.just(()),
    columns=st.lists(COLUMNS, min_size=1, max_size=6, unique_by=lambda one: one.name).map(tuple),
    measures=st.lists(NAMES, unique=True, max_size=4).map(tuple),
    options=st.dictionaries(NAMES, st.fixed_dictionaries({"category": st.lists(NAMES, unique=True).map(tuple)})),
    periods=st.dictionaries(NAMES, st.tuples(st.dates(), st.dates()).map(lambda two: tuple(map(str, sorted(two))))),
)


FEW = settings(max_examples=40)


@st.composite
def edited(draw, old):
    """A contract after some edits: columns changed, dropped and added, options dropped and added, periods moved."""
    edits = st.sampled_from([{}, {}, {"label": "other"}, {"is_nullable": True}, {"unit": "people"}, {"type": "DOUBLE"}])
    is_kept = st.integers(0, 9).map(bool)
    columns = [replace(one, **draw(edits)) for one in old.columns if draw(is_kept)]
    columns += [one for one in draw(st.lists(COLUMNS, max_size=1)) if not old.column(one.name)]
    options = {name: of for name, of in old.options.items() if draw(is_kept)}
    measures = tuple(name for name in old.measures if draw(is_kept))
    periods = {
        kind: (draw(st.sampled_from([first, "0001-01-01"])), last) for kind, (first, last) in old.periods.items()
    }
    return replace(old, columns=tuple(columns), options=options, measures=measures, periods=periods)


PAIRS = CONTRACTS.flatmap(lambda old: st.tuples(st.just(old), edited(old)))


@FEW
@given(CONTRACTS)
def test_nothing_changed_is_the_same_version(contract):
    assert compare_contracts(contract, contract, {}) == []


@FEW
@given(CONTRACTS, COLUMNS)
def test_a_column_at_the_end_is_minor_and_its_removal_is_major(contract, added):
    if contract.column(added.name):
        return
    longer = replace(contract, columns=(*contract.columns, added))
    assert [change.is_major for change in compare_contracts(contract, longer, {})] == [False]
    assert [change.is_major for change in compare_contracts(longer, contract, {})] == [True]


@settings(max_examples=100)
@given(PAIRS)
def test_what_an_old_reader_relies_on_is_there_unless_the_change_is_major(pair):
    old, new = pair
    if any(change.is_major for change in compare_contracts(old, new, {})):
        return
    for before in old.columns:
        now = new.column(before.name)
        assert now is not None
        assert (now.type, now.unit) == (before.type, before.unit)
        assert before.is_nullable or not now.is_nullable
    assert set(old.measures) <= set(new.measures)
    assert set(old.options) <= set(new.options)
    assert all(set(of["category"]) <= set(new.options[name]["category"]) for name, of in old.options.items())
    for kind, (first, last) in old.periods.items():
        assert new.periods[kind][0] <= first <= last <= new.periods[kind][1]


@FEW
@given(PAIRS)
def test_a_change_is_never_silent(pair):
    old, new = pair
    assert bool(compare_contracts(old, new, {})) == (old != new)


def entry(**changes):
    given_entry = {
        "mart": "recalls",
        "changes": ("column removed: people",),
        "what": "The column people is gone.",
        "why": "It counted events.",
        "informed": ("HMPPS analysts",),
        "starts": DAY,
        "until": dt.date(2025, 10, 31),
        "renamed": {},
    }
    return Breaking(**given_entry | changes)


REMOVED = compare_contracts(CONTRACT, MAJOR["column removed: people"], CODES)


def test_a_major_change_without_an_entry_is_refused_with_the_entry_to_write():
    with pytest.raises(CheckFailed) as failed:
        require_declared({"recalls": REMOVED, "other": []}, [], DAY)
    (reason,) = failed.value.reasons
    assert reason.startswith("feed: recalls changes in a way that breaks its readers (column removed: people)")
    assert '\n- mart: recalls\n  changes:\n    - "column removed: people"\n' in reason
    assert "from: 2025-04-24" in reason


@pytest.mark.parametrize(
    "other", [{"mart": "rereleases"}, {"changes": ("column removed: recalls",)}, {"until": dt.date(2025, 4, 24)}]
)
def test_an_entry_for_something_else_or_of_the_past_does_not_count(other):
    with pytest.raises(CheckFailed):
        require_declared({"recalls": REMOVED}, [entry(**other)], DAY)


def test_a_declared_major_change_is_accepted():
    assert require_declared({"recalls": REMOVED}, [entry()], DAY) == {"recalls": [entry()]}


def test_an_entry_says_what_why_and_whom_and_keeps_the_old_files_for_two_quarters():
    assert check_entries([entry()]) == []
    short = entry(why="", informed=(), until=dt.date(2025, 7, 31))
    assert [line.partition(";")[0] for line in check_entries([short])] == [
        "breaking.yml: the entry of recalls has an empty `why`",
        "breaking.yml: the entry of recalls has an empty `informed`",
        "breaking.yml: the entry of recalls keeps the old files from 2025-04-24 until 2025-07-31",
    ]
