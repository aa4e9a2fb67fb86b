"""An outsider with the external pack, its documentation and a solver: how far can suppressed counts be narrowed?

Shares no code with `orchestration/external`, and knows no true count. It decides which sums hold by looking at the
places where everything is published, as a careful reader would. Then an integer program gives the smallest and largest
value of each suppressed count.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from itertools import combinations
from typing import NamedTuple

import duckdb
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

PLENTY = 100_000
NOT_COUNTS = {"days", "weeks", "months", "years"}
LIES_IN = {"month": ("quarter", "calendar_year", "financial_year"), "quarter": ("calendar_year", "financial_year")}
# What the documentation of the measures says: a count, and the counts it is the sum of, with their breakdown.
SAID = [
    (("ipp_prison_population", ""), [("ipp_unreleased_prisoners", ""), ("ipp_recalled_prisoners", "")]),
    (("ipp_prison_population", "custody_status=unreleased"), [("ipp_unreleased_prisoners", "")]),
    (("ipp_prison_population", "custody_status=recalled"), [("ipp_recalled_prisoners", "")]),
    (("ipp_prison_population", "sex=female"), [("ipp_women_in_prison", "")]),
    (("ipp_community_caseload", "sex=female"), [("ipp_women_in_community", "")]),
    (("ipp_caseload", "location=prison"), [("ipp_prison_population", "")]),
    (("ipp_caseload", "location=hospital"), [("ipp_restricted_patients", "")]),
    (("ipp_caseload", "location=unlawfully_at_large"), [("ipp_unlawfully_at_large", "")]),
    (
        ("ipp_caseload", "location=community"),
        [("ipp_community_caseload", ""), ("suspension_of_supervision/suspended", "")],
    ),
    (
        ("ipp_prison_population", "sentence_type=dpp"),
        [("dpp_people", "custody_status=unreleased"), ("dpp_people", "custody_status=recalled")],
    ),
]


class Cell(NamedTuple):
    measure: str
    statistic: str
    column: str
    breakdown: str
    period_type: str
    start: dt.date
    end: dt.date


def read(path):
    """The counted figures of a pack file as dictionaries."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("from counted.figures")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def read_nested(path):
    """Each area with the area it lies in."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select inner_dimension, inner_member, outer_dimension, outer_member from meta.nested_areas"
        )
        return {f"{a}={b}": f"{c}={d}" for a, b, c, d in rows.fetchall()}


class Outsider:
    """Everything read from the packs: the newest first, then older ones."""

    def __init__(self, *packs, nested=None):
        self.nested = nested or {}
        self.known: dict[Cell, int] = {}
        self.unknown: dict[Cell, list[int]] = {}
        self.equations: list[tuple[dict[Cell, int], int, int]] = []  # terms, least, most
        for rows in packs:
            for row in rows:
                self._read_row(row)
        for cell in self.known:
            self.unknown.pop(cell, None)
        self.cells = [*self.known, *self.unknown]
        self._read_shares(packs)
        for whole, parts in self._sums():
            self._equation(whole, parts, 0, 0)

    def _read_row(self, row):
        if row["unit"] in {"prisons", "services", "premises"}:
            return
        place = [row[name] for name in ("breakdown", "period_type", "period_start", "period_end")]
        is_share = row["unit"] == "percent" or " per 100 " in row["unit"]
        if is_share or row["numerator"] is not None:
            columns = ["numerator", "denominator"]
        elif row["denominator"] is not None or row["unit"] in NOT_COUNTS:
            columns = ["denominator"]
        else:
            columns = ["value"]
        for column in columns:
            cell = Cell(row["measure"], row["statistic"], column, *place)
            if row[column] is not None:
                self.known.setdefault(cell, int(row[column]))
            elif row["value_status"] in {"suppressed", "bounded"}:
                # The row is there and is no nil, so its count is at least 1.
                self.unknown.setdefault(cell, [1, PLENTY])

    def _read_shares(self, packs):
        """A numerator is at most its denominator, and a published bound says more."""
        for row in [row for rows in packs for row in rows if row["unit"] == "percent"]:
            place = [row[name] for name in ("breakdown", "period_type", "period_start", "period_end")]
            numerator, denominator = (
                Cell(row["measure"], row["statistic"], one, *place) for one in ("numerator", "denominator")
            )
            if numerator in self.unknown or denominator in self.unknown:
                self.equations.append(({denominator: 1, numerator: -1}, 0, PLENTY))
            if row["value_status"] == "bounded" and numerator in self.unknown:
                percent, whole = int(row["value_text"].split()[-1][:-1]) / 100, self.known[denominator]
                limits = self.unknown[numerator]
                if row["value_text"].startswith("more"):
                    # A full 100% is published as such.
                    limits[:] = [max(limits[0], math.floor(percent * whole + 1e-9) + 1), min(limits[1], whole - 1)]
                else:
                    limits[1] = min(limits[1], math.ceil(percent * whole - 1e-9) - 1)

    def _equation(self, whole, parts, least, most):
        terms = defaultdict(int)
        terms[whole] += 1
        for part in parts:
            terms[part] -= 1
        if any(cell in self.unknown for cell in terms):
            self.equations.append((dict(terms), least, most))

    def _sums(self):
        """The sums that hold: (whole, parts), or an inequality added on the way."""
        yield from self._judged(self._breakdowns())
        yield from self._judged(self._areas())
        yield from self._judged(self._periods())
        yield from self._judged(self._so_far())
        yield from self._judged(self._shares_of_one_denominator())
        yield from self._said()
        yield from self._twins()

    def _judged(self, families):
        """Keep what holds at every place where all is published; where the parts are always less, they are at most the
        whole; where they are more, nothing follows but that each part is at most the whole.
        """
        by_kind = defaultdict(list)
        for kind, whole, parts, complete in families:
            by_kind[kind].append((whole, parts, complete))
        for kind, family in by_kind.items():
            differences = [
                self.known[whole] - sum(self.known[part] for part in parts)
                for whole, parts, complete in family
                if complete and whole in self.known and all(part in self.known for part in parts)
            ]
            for whole, parts, complete in family:
                if all(difference == 0 for difference in differences) and complete:
                    yield whole, parts
                elif all(difference >= 0 for difference in differences):
                    self._equation(whole, parts, 0, PLENTY)
                elif kind[0] == "breakdown":
                    for part in parts:
                        self._equation(whole, [part], 0, PLENTY)

    def _breakdowns(self):
        parts = defaultdict(list)
        for cell in self.cells:
            pairs = cell.breakdown.split(";") if cell.breakdown else []
            for pair in pairs:
                above = cell._replace(breakdown=";".join(one for one in pairs if one != pair))
                parts[above, pair.split("=")[0]].append(cell)
        present = set(self.cells)
        for (above, dimension), members in parts.items():
            if above in present:
                yield ("breakdown", above[:3], dimension), above, members, True

    def _areas(self):
        parts = defaultdict(list)
        for cell in self.cells:
            pairs = cell.breakdown.split(";") if cell.breakdown else []
            for pair in pairs:
                if pair in self.nested:
                    others = [one for one in pairs if one != pair]
                    parts[cell._replace(breakdown=";".join(sorted([*others, self.nested[pair]])))].append(cell)
        present = set(self.cells)
        for whole, members in parts.items():
            if whole in present:
                yield ("areas", whole[:3]), whole, members, True

    def _periods(self):
        series = defaultdict(list)
        for cell in self.cells:
            series[cell[:4]].append(cell)
        covered = defaultdict(list)
        for cell in self.cells:
            covered[cell.period_type].append(cell)
        for cells in series.values():
            for whole in cells:
                for fine in [one for one, coarse in LIES_IN.items() if whole.period_type in coarse]:
                    of_measure = [c for c in self.cells if c[:2] == whole[:2] and c.period_type == fine]
                    parts = [
                        c for c in cells if c.period_type == fine and whole.start <= c.start and c.end <= whole.end
                    ]
                    if parts:
                        # Periods without a row are nil if the table covers them.
                        first, last = min(c.start for c in of_measure), max(c.end for c in covered[fine])
                        complete = first <= whole.start and whole.end <= last
                        yield ("periods", whole[:3], fine, whole.period_type), whole, parts, complete

    def _so_far(self):
        days = defaultdict(list)
        for cell in self.cells:
            if cell.period_type == "as_at":
                days[cell[:4]].append(cell)
        for cell in self.cells:
            if cell.period_type == "as_at":
                continue
            for day in days[cell[:4]]:
                for before in days[cell[:4]]:
                    if day.end == cell.end and before.end == cell.start - dt.timedelta(days=1):
                        yield ("so far", cell[:3]), day, [before, cell], True

    def _shares_of_one_denominator(self):
        parts = defaultdict(list)
        for cell in self.cells:
            if cell.column == "numerator" and cell.breakdown:
                pairs = cell.breakdown.split(";")
                for pair in pairs:
                    above = ";".join(one for one in pairs if one != pair)
                    parts[cell[:2], above, pair.split("=")[0], cell[4:]].append(cell)
        for (name, _, dimension, _), members in parts.items():
            wholes = [self.known.get(cell._replace(column="denominator")) for cell in members]
            if len(members) > 1 and None not in wholes and len(set(wholes)) == 1:
                yield ("shares", name, dimension), members[0]._replace(column="denominator"), members, True

    def _said(self):
        present = set(self.cells)

        def cell(name, at):
            measure, _, statistic = name[0].partition("/")
            return Cell(measure, statistic or "count", "value", name[1], *at)

        for at in sorted({one[4:] for one in self.cells}):
            for whole, parts in SAID:
                one, several = cell(whole, at), [cell(part, at) for part in parts]
                if one in present and all(part in present or part.statistic == "suspended" for part in several):
                    yield one, [part for part in several if part in present]

    def _twins(self):
        """Series, or slices of series, that agree at every place where both are published, and at six at least."""
        slices = defaultdict(dict)
        for cell in self.cells:
            pairs = cell.breakdown.split(";") if cell.breakdown else []
            for pair in ["", *pairs]:
                slices[cell[:3], pair][tuple(one for one in pairs if one != pair), cell[4:]] = cell
        for (one, other), places in self._agreements(slices).items():
            both = [(slices[one][at], slices[other][at]) for at in slices[one].keys() & slices[other].keys()]
            shown = [(self.known[a], self.known[b]) for a, b in both if a in self.known and b in self.known]
            needed = 2 if one[0][0] == other[0][0] else 6
            if places >= needed and all(a == b for a, b in shown) and len(set(shown)) >= min(3, needed):
                yield from ((a, [b]) for a, b in both if a != b)

    def _agreements(self, slices):
        """In how many places two slices have the same published number, where it is not small."""
        buckets = defaultdict(set)
        for name, cells in slices.items():
            for at, cell in cells.items():
                if self.known.get(cell, 0) > 4:
                    buckets[at, self.known[cell]].add(name)
        return Counter(pair for names in buckets.values() for pair in combinations(sorted(names), 2))

    def ranges(self):
        """The smallest and largest possible value of every suppressed count. Raises AssertionError when the sums cannot
        all hold: then the outsider took one for a sum that is none.
        """
        names = list(self.unknown)
        column = {cell: number for number, cell in enumerate(names)}
        rows, least, most = [], [], []
        for terms, low, high in self.equations:
            fixed = sum(times * self.known[cell] for cell, times in terms.items() if cell in self.known)
            row = {column[cell]: times for cell, times in terms.items() if cell in column}
            if row:
                rows.append(row), least.append(low - fixed), most.append(high - fixed)
        answer = {}
        for group in _components(len(names), rows):
            position = {one: number for number, one in enumerate(group)}
            mine = [number for number, row in enumerate(rows) if next(iter(row)) in position]
            matrix = np.zeros((len(mine), len(group)))
            for line, number in enumerate(mine):
                for one, times in rows[number].items():
                    matrix[line, position[one]] = times
            limits = np.array([self.unknown[names[one]] for one in group], float)
            constraints = [LinearConstraint(matrix, np.array(least)[mine], np.array(most)[mine])] if mine else []
            for one in group:
                ends = []
                for sign in (1, -1):
                    objective = np.zeros(len(group))
                    objective[position[one]] = sign
                    found = milp(
                        objective, integrality=np.ones(len(group)), bounds=Bounds(*limits.T), constraints=constraints
                    )
                    assert found.x is not None, f"no solution around {names[one]}"
                    ends.append(round(found.x[position[one]]))
                answer[names[one]] = tuple(ends)
        return answer


def _components(size, rows):
    """The unknowns in groups that share no equation."""
    leader = list(range(size))

    def find(one):
        while leader[one] != one:
            one = leader[one]
        return one

    for row in rows:
        first, *others = row
        for other in others:
            leader[find(other)] = find(first)
    groups = defaultdict(list)
    for one in range(size):
        groups[find(one)].append(one)
    return list(groups.values())


def narrowed(ranges, enough):
    """The suppressed counts that keep fewer possible values than they should."""
    return {cell: ends for cell, ends in ranges.items() if ends[1] - ends[0] + 1 < enough}
