"""The synthetic cohort: lives that hang together, extracts that keep their contracts, aggregates near those published.

The lives are judged from the extracts alone, as a reader of them would: nothing of the simulation is asked. One cohort
of the size of the real one (over seven thousand lives) serves all tests.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections import Counter
from fractions import Fraction
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from orchestration.records.contract import ENOUGH_VALUES, LINKS, Contract
from orchestration.records.loader import load
from synthetic_cohort.calibration import Comparison, compare, open_extracts
from synthetic_cohort.cohort import make_cohort
from synthetic_cohort.write import CannotWrite, contracts, write_cohort
from tests.unit.records.conftest import FIVE_YEARS_BEFORE as EARLIER
from tests.unit.records.conftest import HORIZON

pytestmark = pytest.mark.slow

PART = Fraction(1, 8)
"""Share of the cohort where its size decides nothing."""
ABSORBING = {"licence_terminated", "deceased", "deported", "sentence_quashed"}
MOVES = {
    ("in_prison_unreleased", "on_licence"),
    ("in_prison_unreleased", "in_hospital"),
    ("in_hospital", "in_prison_unreleased"),
    ("in_hospital", "in_prison_recalled"),
    ("in_prison_recalled", "in_hospital"),
    ("on_licence", "unlawfully_at_large"),
    ("unlawfully_at_large", "in_prison_recalled"),
    ("in_prison_recalled", "on_licence"),
    ("on_licence", "licence_terminated"),
    ("in_prison_unreleased", "sentence_quashed"),
    *((status, "deceased") for status in ("in_prison_unreleased", "in_prison_recalled", "in_hospital", "on_licence")),
    *((status, "deported") for status in ("in_prison_unreleased", "in_prison_recalled", "on_licence")),
}
"""Every change of status that a life may hold."""

CORE = {
    "unreleased_prisoners",
    "recalled_prisoners",
    "prison_population",
    "community_caseload",
    "hospital_patients",
    "hospital_transfers",
    "recalls",
    "re_releases",
    "first_releases",
    "automatic_terminations",
    "mean_months_recalled",
    "oral_hearings",
    "years_over_tariff",
}
"""Measures that hang on the targets more than on chance."""


@pytest.fixture(scope="module")
def earlier(full_cohort) -> dict[str, Path]:
    """The extracts of a day five years before, of the same lives."""
    return full_cohort[EARLIER]


@pytest.fixture(scope="module")
def lives(files):
    with open_extracts(files, contracts()) as connection:
        yield connection


@pytest.fixture(scope="module")
def comparisons(files) -> list[Comparison]:
    return compare(files, contracts())


@pytest.fixture
def count(lives):
    return lambda source: lives.execute(f"select count(*) from {source}").fetchall()[0][0]


def changes(connection: duckdb.DuckDBPyConnection) -> Counter[tuple[str, str]]:
    """How often each status follows each other."""
    query = "select status, lead(status) over (partition by person_key order by started_on) as following from spells"
    found = connection.execute(
        f"select status, following, count(*) from ({query}) where following is not null group by all"
    )
    return Counter({(status, following): number for status, following, number in found.fetchall()})


# Lives


def test_there_are_thousands_of_lives(count):
    assert count("people") > 7000
    assert count("(select distinct person_key from spells)") == count("people")


def test_spells_follow_one_another_without_gap_or_overlap(count):
    later = "select *, lead(started_on) over (partition by person_key order by started_on) as next_start from spells"
    assert count(f"({later}) where ended_on is distinct from next_start") == 0
    assert count("spells where ended_on <= started_on") == 0


def test_no_two_events_of_a_life_fall_on_one_day(lives, count):
    events = """
        select person_key, released_on as event_on from ppud_release
        union all select person_key, licence_revoked_on from ppud_recall where rescinded_on is null
        union all select person_key, returned_to_custody_on from ppud_recall where returned_to_custody_on is not null
        union all select person_key, moved_on from nomis_movements where movement_type like 'hospital%'
        union all select person_key, licence_ended_on from ppud_termination_review where licence_ended_on is not null
    """
    assert count(f"(select person_key, event_on from ({events}) group by all having count(*) > 1)") == 0


def test_every_change_of_status_is_one_a_life_may_hold(lives):
    assert set(changes(lives)) <= MOVES


def test_every_kind_of_life_is_there(lives):
    assert set(changes(lives)) == MOVES


def test_nothing_happens_after_the_end(lives):
    assert [change for change in changes(lives) if change[0] in ABSORBING] == []


def test_recall_and_supervision_end_on_licence_only(count):
    on_licence = """
        spells inner join ppud_recall as recall on spells.person_key = recall.person_key
            and spells.ended_on = recall.licence_revoked_on
        where recall.rescinded_on is null and spells.status = 'on_licence'
    """
    assert count(on_licence) == count("ppud_recall where rescinded_on is null")


def test_a_rescinded_recall_changes_nothing(count):
    before_and_after = """
        ppud_recall as recall inner join spells on spells.person_key = recall.person_key
            and spells.started_on < recall.licence_revoked_on
            and coalesce(spells.ended_on > recall.rescinded_on, true)
        where recall.rescinded_on is not null and spells.status = 'on_licence'
    """
    assert 0 < count("ppud_recall where rescinded_on is not null") == count(before_and_after)


def test_no_person_is_released_before_the_tariff_is_over(count):
    assert count("ppud_release inner join people using (person_key) where released_on <= tariff_expiry_date") == 0


def test_the_governing_tariff_is_the_last_to_expire(count):
    joined = "ppud_sentence inner join people using (person_key)"
    later = f"{joined} where ppud_sentence.tariff_expiry_date > people.tariff_expiry_date"
    assert count(later) == 0
    assert (
        count("(select person_key from ppud_sentence where is_governing_sentence group by all having count(*) > 1)")
        == 0
    )


def test_every_release_by_the_board_has_its_review(count):
    matched = """
        ppud_release as release inner join ppud_review as review on release.review_id = review.review_id
        where review.outcome = 'release' and review.person_key = release.person_key
            and review.concluded_on < release.released_on
    """
    assert (
        count(matched)
        == count("ppud_release where route = 'parole_board'")
        == count("ppud_review where outcome = 'release'")
    )


def test_reviews_of_a_person_do_not_overlap(count):
    last = "lag(concluded_on) over (partition by person_key order by referred_on, review_id)"
    assert (
        count(
            f"(select referred_on, {last} as last_concluded_on from ppud_review) where referred_on < last_concluded_on"
        )
        == 0
    )
    assert (
        count("(select person_key from ppud_review where concluded_on is null group by all having count(*) > 1)") == 0
    )


def test_reviews_end_while_people_are_in_prison(count):
    inside = """
        ppud_review as review inner join spells on spells.person_key = review.person_key
            and spells.started_on <= review.concluded_on and coalesce(spells.ended_on > review.concluded_on, true)
        where spells.status = case review.custody_status
            when 'recalled' then 'in_prison_recalled' else 'in_prison_unreleased' end
    """
    assert count(inside) == count("ppud_review where concluded_on is not null")


def test_movements_make_a_path(count):
    last = "lag(to_prison) over (partition by person_key order by moved_on, movement_id)"
    assert (
        count(f"(select from_prison, {last} as last from nomis_movements) where from_prison is distinct from last") == 0
    )


def test_the_snapshot_shows_those_in_prison_on_the_day(count):
    inside = "select person_key from spells where status like 'in_prison%' and ended_on is null"
    assert count("nomis_custody_snapshot") == count(f"({inside})")
    assert count(f"nomis_custody_snapshot where person_key not in ({inside})") == 0


@pytest.mark.parametrize(
    ("extract", "day", "statuses"),
    [
        ("acct", "opened_on", "'in_prison_unreleased', 'in_prison_recalled'"),
        ("rotl", "left_on", "'in_prison_unreleased', 'in_prison_recalled'"),
        ("psychology_reviews", "completed_on", "'in_prison_unreleased', 'in_prison_recalled'"),
        ("opd_activity", "started_on", "'in_prison_unreleased', 'in_prison_recalled', 'on_licence'"),
        ("progression_panels", "held_on", "'in_prison_unreleased', 'in_prison_recalled', 'on_licence'"),
        ("rag_exercise", "exercise_on", "'in_prison_unreleased', 'in_prison_recalled', 'on_licence'"),
        ("appropriate_prison_exercise", "exercise_on", "'in_prison_unreleased', 'in_prison_recalled'"),
        ("approved_premises_stays", "arrived_on", "'on_licence'"),
        ("community_psychology_cases", "opened_on", "'on_licence'"),
        ("s117_aftercare", "released_on", "'on_licence'"),
        ("progressive_transfers", "requested_on", "'in_prison_unreleased', 'in_prison_recalled'"),
        ("accredited_programmes", "referred_on", "'in_prison_unreleased', 'in_prison_recalled'"),
        ("progression_regime_recommendations", "recommended_on", "'in_prison_unreleased', 'in_prison_recalled'"),
        ("never_released_barriers", "reviewed_on", "'in_prison_unreleased'"),
    ],
)
def test_what_is_done_with_people_is_done_where_they_are(count, extract, day, statuses):
    there = f"""
        {extract} as done inner join spells on spells.person_key = done.person_key
            and spells.started_on <= done.{day} and coalesce(spells.ended_on > done.{day}, true)
        where spells.status in ({statuses})
    """
    assert count(extract) == count(there) > 0


# The end of the licence, computed anew from first releases and licences by the rules of the Act


AUTOMATIC_ENDS = """
    select
        supervision.person_key,
        supervision.supervision_ended_on,
        supervision.end_reason,
        person.serving_other_life_sentence,
        cast(greatest(
            greatest(
                first.released_on + to_years(if(people.sentence_type = 'DPP', 2, 3)),
                supervision.supervision_started_on
            ) + interval 2 year,
            timestamp '2024-11-01'
        ) as date) as automatic_end,
    from ndelius_caseload as supervision
    inner join people on supervision.person_key = people.person_key
    inner join ppud_sentence as person on supervision.person_key = person.person_key and person.is_governing_sentence
    inner join ppud_release as first
        on supervision.person_key = first.person_key and first.release_kind = 'first_release'
"""


def test_no_licence_outlives_its_automatic_end(count):
    past = f"({AUTOMATIC_ENDS}) where automatic_end <= date '2025-03-31'"
    # 29 February: the first day after the period is 1 March, where DuckDB's interval gives 28 February
    late = f"{past} and coalesce(supervision_ended_on > automatic_end + 1, true)"
    assert count(f"{late} and not serving_other_life_sentence") == 0
    assert count(late) > 0  # people serving another life sentence stay on licence


def test_automatic_ends_fall_on_their_day(count):
    ended = f"({AUTOMATIC_ENDS}) where end_reason = 'licence_terminated_automatically'"
    assert count(ended) > 1742
    assert count(f"{ended} and abs(date_diff('day', automatic_end, supervision_ended_on)) > 1") == 0
    assert count(f"{ended} and automatic_end <> supervision_ended_on") < 10  # those of 29 February


def test_the_board_ends_licences_by_the_regime_of_the_day(count):
    board = """
        ppud_termination_review as ended inner join people using (person_key)
        inner join ppud_release as first on ended.person_key = first.person_key and first.release_kind = 'first_release'
        where ended.termination_route = 'parole_board' and ended.licence_ended_on
    """
    assert count(f"{board} < date '2025-02-01' and ended.licence_ended_on < first.released_on + interval 10 year") == 0
    years = "to_years(if(people.sentence_type = 'DPP', 2, 3))"
    assert count(f"{board} >= date '2025-02-01' and ended.licence_ended_on < first.released_on + {years}") == 0


# Extracts


def test_every_row_says_that_it_is_made_up(lives):
    for name in contracts():
        kinds = lives.execute(f"select distinct source_kind from {name}").fetchall()
        assert kinds == [("synthetic",)], name


def test_real_prison_numbers_do_not_begin_as_these_do(count):
    assert count("ppud_sentence where not prison_number like 'Z%'") == 0


@pytest.mark.parametrize("as_at", [HORIZON, dt.date(2025, 1, 15), dt.date(2020, 2, 29), dt.date(2012, 12, 31)])
def test_the_loader_accepts_a_clean_cohort(tmp_path, as_at):
    write_cohort(tmp_path / "raw", as_at, PART)
    assert load(tmp_path / "internal.duckdb", tmp_path / "raw", contracts()) == []
    with duckdb.connect(str(tmp_path / "internal.duckdb"), read_only=True) as connection:
        assert connection.execute("select sum(rejected), sum(cleaned) from landing.files_read").fetchall() == [(0, 0)]


def test_columns_are_filled_far_more_often_than_contracts_ask(full_cohort):
    asked = {(name, column): least for name, of in contracts().items() for column, least in _filled_at_least(of)}
    for day, files in full_cohort.items():
        for (name, column), least in asked.items():
            if name in files:
                values = pyarrow.parquet.read_table(files[name], columns=[column])[column]
                if least * len(values) >= 100 * ENOUGH_VALUES:
                    assert 100 * (len(values) - values.null_count) >= 1.5 * least * len(values), (day, name, column)


def _filled_at_least(contract: Contract) -> list[tuple[str, int]]:
    """The columns that may be blank in a row and not throughout, each with how many of 100 rows hold a value."""
    return [(name, column.filled_at_least) for name, column in contract.columns.items() if column.filled_at_least]


def test_an_extract_whose_system_had_not_begun_is_not_written(tmp_path):
    written = write_cohort(tmp_path, dt.date(2020, 2, 29), PART, file_format="parquet")
    assert {path.parent for path in written.values()} == set(tmp_path.iterdir())
    assert "ppud_rarr" not in written, "it began in November 2024"
    assert all(pyarrow.parquet.read_metadata(path).num_rows for path in written.values())


def test_the_loader_cleans_and_rejects_just_what_was_soiled(tmp_path):
    """Counted by comparing the soiled files with the clean ones, row by row: nothing of the loader's is asked."""
    files = write_cohort(tmp_path / "clean", HORIZON, PART, file_format="parquet")
    soiled = write_cohort(tmp_path / "raw", HORIZON, PART, file_format="parquet", dirt=True)
    assert load(tmp_path / "internal.duckdb", tmp_path / "raw", contracts()) == []
    for name in (LINKS, "ppud_sentence"):
        shutil.copytree(files[name].parent, tmp_path / "sentenced" / name)
    assert load(tmp_path / "clean.duckdb", tmp_path / "sentenced", contracts()) == []
    with duckdb.connect(str(tmp_path / "internal.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{tmp_path / 'clean.duckdb'}' as clean (read_only)")
        accounts = "select extract, row_count, rejected, cleaned from landing.files_read"
        reported = {name: tuple(counts) for name, *counts in connection.execute(accounts).fetchall()}
        landed = {name: connection.execute(f"select count(*) from landing.{name}").fetchall()[0][0] for name in soiled}
        by_rule = Counter(dict(connection.execute(RULES_BROKEN).fetchall()))
        strangers = connection.execute(STRANGERS).fetchall()[0][0]
    counted = {name: compared(files[name], soiled[name]) for name in soiled}
    assert reported == {name: (rows, len(lost), len(cleaned - lost)) for name, (rows, lost, cleaned) in counted.items()}
    assert landed == {name: rows - len(lost) for name, (rows, lost, _) in counted.items()}
    assert by_rule["test_record"] == 3
    # Every rejected row is counted under a rule at least once; one with two bad cells is counted under two.
    assert sum(by_rule.values()) >= sum(len(lost) for _, lost, _ in counted.values()) > 50
    assert strangers == 0


RULES_BROKEN = "select rule, sum(row_count)::integer from landing.rejected_rows group by rule having sum(row_count) > 0"
STRANGERS = """
    select count(*)
    from (select person_key from landing.ppud_recall union select person_key from landing.ndelius_caseload) as people
    where person_key not in (select person_key from clean.landing.ppud_sentence)
"""


def compared(clean: Path, soiled: Path) -> tuple[int, set[int], set[int]]:
    """Of two files of one extract: rows of the soiled one, and the places of those that lost something and of those
    that say the same in other words.
    """
    before, after = (pyarrow.parquet.read_table(path).to_pydict() for path in (clean, soiled))
    rows = len(after["source_kind"])
    lost = set(range(len(before["source_kind"]), rows))  # test records come last
    cleaned = set()
    for name, values in after.items():
        for place, (old, new) in enumerate(zip(before[name], values, strict=False)):
            if old != new:
                says_the_same = name.endswith("_number") or (old is None and new == "Not Specified")
                (cleaned if says_the_same else lost).add(place)
    return rows, lost, cleaned


def test_an_earlier_extract_is_a_view_of_the_same_lives(files, earlier):
    connection = duckdb.connect()
    for name, day in (
        ("ppud_release", "released_on"),
        ("nomis_movements", "moved_on"),
        ("ppud_sentence", "date_of_sentence"),
    ):
        then, now = (f"select * exclude (source_kind) from read_parquet('{path[name]}')" for path in (earlier, files))
        known = f"({now}) where {day} <= date '{EARLIER}'"
        assert connection.execute(f"select * from ({then}) except select * from {known}").fetchall() == []
        assert connection.execute(f"select * from {known} except ({then})").fetchall() == []


def test_an_extract_knows_nothing_of_later_days(earlier):
    connection = duckdb.connect()
    for name, column in (
        ("ppud_recall", "returned_to_custody_on"),
        ("ppud_review", "concluded_on"),
        ("ppud_review", "secretary_of_state_decided_on"),
        ("ndelius_caseload", "supervision_ended_on"),
        ("ppud_milestone", "reached_on"),
        ("acct", "closed_on"),
    ):
        latest = connection.execute(f"select max({column}) from read_parquet('{earlier[name]}')").fetchall()[0][0]
        assert dt.date(2020, 3, 1) < latest <= EARLIER, (name, column)


def test_the_same_arguments_give_the_same_bytes(tmp_path):
    small = Fraction(1, 36)
    again = write_cohort(tmp_path / "again", HORIZON, small)
    other = write_cohort(tmp_path / "other", HORIZON, small, seed=2)
    make_cohort.cache_clear()
    once_more = write_cohort(tmp_path / "more", HORIZON, small)
    files = write_cohort(tmp_path / "parquet", HORIZON, small, file_format="parquet")
    digest = {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for found in (again, other, once_more)
        for path in found.values()
    }
    assert [digest[again[name]] for name in again] == [digest[once_more[name]] for name in again]
    assert all(digest[again[name]] != digest[other[name]] for name in again)
    as_csv, as_parquet = (
        f"read_csv('{again['ppud_recall']}', sample_size = -1)",
        f"read_parquet('{files['ppud_recall']}')",
    )
    assert duckdb.sql(f"select * from {as_csv} except select * from {as_parquet}").fetchall() == []


@pytest.mark.parametrize("kinds", [["internal"], ["synthetic", "internal"], [None], [], ["synthetic", None]])
@pytest.mark.parametrize("name", ["2025-03-31.csv", "2025-03-31.parquet", "2024-12-31.csv"])
def test_a_cohort_is_written_over_nothing_that_may_be_real(tmp_path, kinds, name):
    path = tmp_path / "ppud_recall" / name
    path.parent.mkdir()
    columns = {"prison_number": ["A4711BC"] * len(kinds), "source_kind": kinds}
    rows = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    (pyarrow.parquet.write_table if path.suffix == ".parquet" else pyarrow.csv.write_csv)(rows, path)
    before = path.read_bytes()
    with pytest.raises(CannotWrite, match=re.escape(str(path))) as refusal:
        write_cohort(tmp_path, HORIZON)
    assert "A4711BC" not in str(refusal.value)
    assert list(tmp_path.rglob("*.*")) == [path]
    assert path.read_bytes() == before


@pytest.mark.parametrize("as_at", [dt.date(2012, 12, 30), dt.date(2025, 4, 1)])
def test_a_day_outside_the_simulation_is_refused(tmp_path, as_at):
    with pytest.raises(ValueError, match="the cohort is known from"):
        write_cohort(tmp_path, as_at)


# The published record


def test_every_core_figure_is_within_tolerance(comparisons):
    core = [row for row in comparisons if row.held and row.measure in CORE and row.group == "all"]
    assert len(core) > 100
    assert [row for row in core if not row.within()] == []


def test_one_held_figure_in_a_hundred_may_be_outside(comparisons):
    held = [row for row in comparisons if row.held]
    outside = [(row.measure, row.group, row.end, row.published, row.simulated) for row in held if not row.within()]
    assert len(held) > 500
    assert len(outside) <= len(held) // 100, outside


@pytest.mark.parametrize(
    ("measure", "end", "published"),
    [
        ("automatic_terminations", "2024-11-01", 1742),
        ("recalls", "2024-12-31", 619),
        ("re_releases", "2024-12-31", 602),
        ("prison_population", "2025-03-31", 2544),
        ("termination_added_to_recall_referral", "2025-03-04", 717),
        ("rarr_releases", "2025-03-20", 21),
        ("termination_referrals", "2025-03-04", 527),
        ("termination_decisions", "2025-03-04", 439),
        ("sentences", "2016-12-31", 8711),
    ],
)
def test_figures_that_are_met_exactly(comparisons, measure, end, published):
    found = [row for row in comparisons if (row.measure, row.group, str(row.end)) == (measure, "all", end)]
    assert [row.simulated for row in found] == [published]


def test_a_comparison_can_fail():
    row = Comparison("recalls", "all", HORIZON, HORIZON, "recalls", False, 100.0, 104.0, True, "invented")
    assert not row.within()
    assert row.within(scale=2)
    about = Comparison("recalls", "all", HORIZON, HORIZON, "recalls", True, 100.0, 104.0, True, "invented")
    assert about.within()


def test_scale_multiplies_people_and_figures(tmp_path):
    written = write_cohort(tmp_path, HORIZON, scale=2, file_format="parquet")
    found = compare(written, contracts(), scale=2)
    exact = {row.measure: row.simulated for row in found if row.group == "all" and row.end >= dt.date(2024, 10, 1)}
    assert exact["automatic_terminations"] == 2 * 1742
    assert exact["prison_population"] == 2 * 2544
    assert [row for row in found if row.held and row.measure in CORE and row.group == "all" and not row.within(2)] == []
    shutil.rmtree(tmp_path)
