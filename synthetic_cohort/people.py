"""Who was sentenced, when, and to what tariff.

Sentences by quarter are what the published stock and the known exits leave; tariff expiry by quarter and band
follows the published table of people whose tariff had not passed. The two meet in a table of sentence quarter by expiry
quarter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_cohort.arrays import Codes, Day, Days, Flags, Floats, Integers
from synthetic_cohort.dates import BEGINNING, whole_months
from synthetic_cohort.sampling import Margin, allocate, draw, fit_to_total
from synthetic_cohort.targets import Targets

OTHER, FEMALE, DPP = 0, 1, 2
GROUPS = ("other", "female", "dpp")
"""Groups with separate figures. DPP are male here: the record has no figure for women serving DPP."""

BANDS = ("under_2_years", "2_to_4_years", "over_4_to_6_years", "over_6_to_10_years", "over_10_years")
ORIGINAL_TARIFFS = (
    "under_6_months",
    "6_to_12_months",
    "12_to_18_months",
    "18_to_24_months",
    "2_to_3_years",
    "3_to_5_years",
    "5_to_10_years",
    "over_10_years",
)
ORIGINAL_TARIFF_MONTHS = (6, 12, 18, 24, 36, 60, 120)

FIRST_QUARTER = np.datetime64("2005-04", "M")
SENTENCE_QUARTERS = 47  # to the end of 2016
EXPIRY_QUARTERS = 120  # to the first quarter of 2035
KNOWN_FROM = 27  # first quarter of 2012: the table of tariffs not passed begins the day before
KNOWN_TO = 69  # third quarter of 2022: the table ends the day before
SINCE_2008 = 13  # third quarter of 2008: a tariff of at least two years was asked for from July 2008
MONTHLY_DENSITY = ((18, 8.2), (36, 18.0), (48, 9.0), (60, 3.8), (120, 0.9), (400, 0.03))
"""People for each month of tariff length, up to so many months (March 2006, Hansard 17 July 2007)."""
LATE_MIX = (0.08, 0.38, 0.25, 0.25, 0.04)
"""Bands of those sentenced from 2012 on, beyond the growth of each band that is published: an assumption."""
LEFT_BEFORE_2012 = (330.0, 230.0, 30.0, 0.0, 0.0)
"""Bands of those who had left before 2012: an assumption; releases came after short tariffs first."""


@dataclass(frozen=True)
class People:
    """One place in each array for each person, in the order of sentence."""

    group: Codes
    sentenced_on: Days
    tariff_expires_on: Days
    band: Integers
    original_tariff: Integers
    other_life: Flags

    def __len__(self) -> int:
        """Number of people."""
        return len(self.group)


def quarter_end(quarter: int) -> Day:
    """Last day of a quarter, counted from April to June 2005."""
    first_of_next: Day = quarter_start(np.array([quarter + 1]))[0]
    return first_of_next - np.timedelta64(1, "D")


def quarter_start(quarter: Integers) -> Days:
    """First day of each quarter, counted from April to June 2005."""
    return (FIRST_QUARTER + 3 * quarter).astype("datetime64[D]")


def make_people(targets: Targets, generator: np.random.Generator) -> People:
    """Everyone ever sentenced, with day of sentence and of tariff expiry."""
    sentenced = sentences_by_quarter(targets, "all")
    start, end, size = tariff_table(targets, sentenced)
    number = allocate(size, np.full(len(size), 10**9), round(float(sentenced.sum())))
    start, end, number = _even_out(start, end, number, sentenced)
    sentence_quarter, expiry_quarter = np.repeat(start, number), np.repeat(end, number)
    sentenced_on, expires_on = _days_within(generator, sentence_quarter, expiry_quarter)
    order = np.lexsort((generator.random(len(sentenced_on)), sentenced_on))
    months = whole_months(sentenced_on, expires_on)[order]
    return People(
        group=_groups(targets, generator, sentence_quarter[order]),
        sentenced_on=sentenced_on[order],
        tariff_expires_on=expires_on[order],
        band=_band_of(expiry_quarter - sentence_quarter)[order],
        original_tariff=np.searchsorted(np.array(ORIGINAL_TARIFF_MONTHS), months, side="right"),
        other_life=generator.random(len(order)) < 0.003,
    )


def sentences_by_quarter(targets: Targets, group: str) -> Floats:
    """People first sentenced in each quarter: what the stock of unreleased and the exits from it leave."""
    return np.array([_sentenced(targets, group, quarter) for quarter in range(SENTENCE_QUARTERS)], np.float64)


def _sentenced(targets: Targets, group: str, quarter: int) -> float:
    """People first sentenced in one quarter."""
    start, end = quarter_end(quarter - 1) + np.timedelta64(1, "D"), quarter_end(quarter)
    if targets.closing("unreleased_prisoners", end) != "sentences":
        everyone = targets.flow("sentences", "all", start, end)
        return everyone if group == "all" else 0.0
    before, after = (targets.stock("unreleased_prisoners", group, day) or 0 for day in (start, end))
    if quarter:
        before = targets.stock("unreleased_prisoners", group, quarter_end(quarter - 1)) or 0
    everyone = max(targets.stock("unreleased_prisoners", "all", end) or 1, 1)
    share = after / everyone
    left = share * _left_otherwise(targets, start, end) + targets.flow("first_releases", group, start, end)
    return max(after - before + left, 0.0)


def _left_otherwise(targets: Targets, start: Day, end: Day) -> int:
    """Unreleased people who left prison in a period other than by release, less those who came back from hospital."""
    to_hospital = (targets.stock("hospital_patients", "all", end) or 0) - (
        targets.stock("hospital_patients", "all", start - np.timedelta64(1, "D")) or 0
    )
    ways = (
        ("deaths", "unreleased"),
        ("deaths", "hospital"),
        ("removals", "unreleased"),
        ("sentences_quashed", "unreleased"),
    )
    return to_hospital + sum(targets.flow(measure, group, start, end) for measure, group in ways)


def _band_of(quarters: Integers) -> Integers:
    """Tariff band of a tariff of so many quarters."""
    return np.searchsorted(np.array([7, 16, 24, 40]), quarters, side="left")


def _even_out(
    start: Integers, end: Integers, number: Integers, sentenced: Floats
) -> tuple[Integers, Integers, Integers]:
    """The cells with a few people moved to the next or the last quarter of sentence, so that the running number
    sentenced is right at the end of each quarter.
    """
    table = np.zeros((SENTENCE_QUARTERS, EXPIRY_QUARTERS), np.int64)
    table[start, end] = number
    expiries = np.arange(EXPIRY_QUARTERS)
    goals = np.floor(np.cumsum(sentenced) + 0.5).astype(np.int64)
    for quarter in range(SENTENCE_QUARTERS - 1):
        missing = int(goals[quarter] - table[: quarter + 1].sum())
        giver, taker = (quarter + 1, quarter) if missing > 0 else (quarter, quarter + 1)
        same_band = _band_of(expiries - giver) == _band_of(expiries - taker)
        possible = np.where(same_band & (expiries > quarter + 1), table[giver], 0)
        moved = allocate(possible.astype(np.float64), possible, abs(missing))
        table[giver] -= moved
        table[taker] += moved
    filled = np.nonzero(table)
    return filled[0], filled[1], table[filled]


def tariff_table(targets: Targets, sentenced: Floats) -> tuple[Integers, Integers, Floats]:
    """People by sentence quarter and expiry quarter: the two quarters and the number of each cell."""
    start, end = (
        grid.ravel() for grid in np.meshgrid(np.arange(SENTENCE_QUARTERS), np.arange(EXPIRY_QUARTERS), indexing="ij")
    )
    lasting = (end > start) & (end - start <= 84)
    start, end = start[lasting], end[lasting]
    band = _band_of(end - start)
    expiring = _expiring(targets, sentenced)
    known = np.clip(end - KNOWN_FROM + 1, 0, None)
    column = band * expiring.shape[1] + known
    late = _late_sentences(targets, sentenced).sum(axis=1)
    by_period = Margin(band + len(BANDS) * (start >= KNOWN_FROM), np.append(expiring.sum(axis=1) - late, late))
    size = _density(start, end - start)
    free = np.full(len(size), 10**9)
    for _ in range(200):
        for margin in (by_period, Margin(column, expiring.ravel()), Margin(start, sentenced)):
            now = np.bincount(margin.label, size, len(margin.wanted))
            size = size * np.divide(margin.wanted, now, out=np.zeros(len(now)), where=now > 0)[margin.label]
    now = np.bincount(column, size, expiring.size)
    size = size * np.divide(expiring.ravel(), now, out=np.zeros(len(now)), where=now > 0)[column]
    order = np.lexsort((start, end, band))
    return start[order], end[order], fit_to_total(size, free, float(sentenced.sum()))[order]


def _density(start: Integers, quarters: Integers) -> Floats:
    """Prior number of a tariff of so many quarters, by the quarter of sentence."""
    months = 3 * quarters
    ends, heights = np.array([row[0] for row in MONTHLY_DENSITY]), np.array([row[1] for row in MONTHLY_DENSITY])
    height = heights[np.searchsorted(ends, months, side="left")]
    return np.where((start >= SINCE_2008) & (quarters < 8), 0.12 * height, height)


def _expiring(targets: Targets, sentenced: Floats) -> Floats:
    """People by tariff band whose tariff expires: first all before 2012 together, then each quarter from 2012."""
    expiring = np.zeros((len(BANDS), EXPIRY_QUARTERS - KNOWN_FROM + 1))
    growth = np.diff(_tariffs_not_passed(targets), axis=1)
    new = _late_sentences(targets, sentenced)[:, : growth.shape[1]]
    expired = np.maximum(np.cumsum(new - growth, axis=1), 0.0)
    expiring[:, 1 : growth.shape[1] + 1] = np.diff(np.maximum.accumulate(expired, axis=1), axis=1, prepend=0.0)
    later, soon = _later_expiries(targets), _not_passed(targets, BANDS[3], KNOWN_TO - 1) / 4
    expiring[3, KNOWN_TO - KNOWN_FROM + 1 :][:4] = soon
    expiring[4, KNOWN_TO - KNOWN_FROM + 1 :] = later - np.where(np.arange(len(later)) < 4, soon, 0.0)
    passed = [targets.snapshot("tariff_passed", quarter_end(KNOWN_FROM - 1))[band] for band in BANDS]
    early = np.array(passed) + float(targets.scale) * np.array(LEFT_BEFORE_2012)
    expiring[:, 0] = early * max(float(sentenced.sum() - expiring.sum()), 0.0) / early.sum()
    return expiring


def _late_sentences(targets: Targets, sentenced: Floats) -> Floats:
    """People sentenced from 2012 on by band and quarter: first the growth of each band that is published, then
    a mix.
    """
    new = np.zeros((len(BANDS), EXPIRY_QUARTERS - KNOWN_FROM))
    growth = np.maximum(np.diff(_tariffs_not_passed(targets), axis=1), 0.0)
    for place, number in enumerate(sentenced[KNOWN_FROM:]):
        grown = growth[:, place] * min(1.0, float(number) / max(float(growth[:, place].sum()), 1e-9))
        new[:, place] = grown + (float(number) - float(grown.sum())) * np.array(LATE_MIX)
    return new


def _tariffs_not_passed(targets: Targets) -> Floats:
    """Unreleased people whose tariff has not passed, by band and quarter end: from the end of 2011 to mid-2022."""
    quarters = range(KNOWN_FROM - 1, KNOWN_TO)
    return np.array([[_not_passed(targets, band, quarter) for quarter in quarters] for band in BANDS], np.float64)


def _not_passed(targets: Targets, band: str, quarter: int) -> float:
    """Unreleased people of a band whose tariff has not passed at the end of a quarter."""
    return targets.snapshot("tariff_not_passed", quarter_end(quarter))[band]


def _later_expiries(targets: Targets) -> Floats:
    """Tariffs that expire after the table ends: on the line of the later days, then evenly."""
    quarters = range(KNOWN_TO - 1, EXPIRY_QUARTERS)
    last = sum(targets.snapshot("tariff_not_passed", quarter_end(KNOWN_TO - 1)).values())
    line = [targets.stock("tariff_not_passed", BANDS[-1], quarter_end(quarter)) or 0 for quarter in quarters]
    line[0] = last
    falls = -np.diff(np.array(line, np.float64))
    empty = falls == 0
    falls[empty] = line[-1] / max(int(empty.sum()), 1)
    return np.maximum(falls, 0.0)


def _days_within(generator: np.random.Generator, start: Integers, end: Integers) -> tuple[Days, Days]:
    """A day in the quarter of sentence and one in the quarter of expiry, the length staying within its band."""
    first, last = generator.integers(3, 90, len(start)), generator.integers(3, 90, len(start))
    length = end - start
    at_least, at_most = length == 8, np.isin(length, (16, 24, 40))
    swap = (at_least & (last < first)) | (at_most & (last > first))
    first, last = np.where(swap, last, first), np.where(swap, first, last)
    to_days = "timedelta64[D]"
    sentenced_on = np.maximum(quarter_start(start) + first.astype(to_days), BEGINNING)
    return sentenced_on, quarter_start(end) + last.astype(to_days)


def _groups(targets: Targets, generator: np.random.Generator, quarter: Integers) -> Codes:
    """The group of each person, so many from each quarter of sentence."""
    group = np.zeros(len(quarter), np.int8)
    for code in (FEMALE, DPP):
        wanted = np.floor(np.cumsum(sentences_by_quarter(targets, GROUPS[code])) + 0.5)
        quotas = np.diff(wanted, prepend=0).astype(np.int64)
        free = np.flatnonzero(group == OTHER)
        group[free[draw(generator, quarter[free], quotas)]] = code
    return group
