"""Check a finished pack: what is in the file is solved again, with nothing taken from the run that made it.

Belongs here: findings about a pack file. Does not belong here: what to suppress (`control`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from orchestration.external.control import Before, counts_to_protect, limits_of_bound, unprotected_counts
from orchestration.external.declared import Declaration, read_declaration, select_figures
from orchestration.external.equations import System, build_system
from orchestration.external.figures import NUMERATOR, VALUE, Figure, key_of
from orchestration.external.possible import Outsider
from orchestration.external.report import make_report
from orchestration.external.warehouse import COUNTED, WITHHELD, Inputs, Row, known_before, read_inputs, read_pack
from orchestration.settings import ROOT

CAN_BE_PROTECTED = "can_be_protected"
CHECKS = (
    CAN_BE_PROTECTED,
    "only_declared_figures",
    "all_declared_figures",
    "one_row_for_each_figure",
    "published_counts_are_those_counted",
    "value_goes_with_its_status",
    "small_counts_are_suppressed",
    "suppressed_counts_stay_unknown",
    "little_is_suppressed",
)
"""Every check of a pack: that one can be made, and what is asked of the finished file."""


class Finding(NamedTuple):
    """Something wrong with a pack: the check, and what is wrong in words. A suppressed number is never named."""

    check: str
    words: str


def pack_findings(
    warehouse_file: Path,
    pack_file: Path,
    previous: Path | None = None,
    *,
    expectations: Path = ROOT / "expectations",
    counted: str = COUNTED,
) -> list[Finding]:
    """Everything wrong with a pack file; empty when it may be published."""
    declaration = read_declaration(expectations)
    measures = {table.measure for tables in declaration.tables.values() for table in tables}
    inputs = read_inputs(warehouse_file, counted, measures, declaration.counts_so_far)
    declaration = declaration.without_limits() if inputs.is_scaled else declaration
    rows = read_pack(pack_file)
    declared = {
        key_of(figure): figure for figure in select_figures(inputs.counted, declaration, inputs.last_day).figures
    }
    held = {key_of(row.figure) for row in rows}
    findings = [
        *(
            Finding("only_declared_figures", f"{_name(row)} is not declared")
            for row in rows
            if key_of(row.figure) not in declared
        ),
        *(
            Finding("all_declared_figures", f"{one.place(VALUE)} is missing")
            for key, one in declared.items()
            if key not in held
        ),
    ]
    if findings or len(held) < len(rows):
        return findings or [Finding("one_row_for_each_figure", "a figure has two rows")]
    pairs = [(row, declared[key_of(row.figure)]) for row in rows]
    return [
        *_of_values(pairs),
        *_of_counts(inputs, pairs, read_pack(previous) if previous else (), declaration),
        *_of_limits(rows, declaration),
    ]


def _name(row: Row) -> str:
    return str(row.figure.place(VALUE))


def _of_values(pairs: Sequence[tuple[Row, Figure]]) -> Iterator[Finding]:
    """Published numbers that are not as counted, and values that go against their status."""
    for row, figure in pairs:
        shown = row.figure
        for kind in ("value", "numerator", "denominator"):
            if getattr(shown, kind) not in (None, getattr(figure, kind)):
                yield Finding("published_counts_are_those_counted", f"{_name(row)}: the {kind} is not as counted")
        is_withheld = row.value_status in WITHHELD
        if is_withheld != (shown.value is None and figure.value is not None) and not (
            is_withheld and figure.value is None
        ):
            yield Finding(
                "value_goes_with_its_status", f"{_name(row)} is {row.value_status}, but its value says otherwise"
            )


def _of_counts(
    inputs: Inputs, pairs: Sequence[tuple[Row, Figure]], previous: Sequence[Row], declaration: Declaration
) -> Iterator[Finding]:
    """Small counts that are published, and suppressed counts that keep too few possible values."""
    of_people = [(row, figure) for row, figure in pairs if figure.unit not in inputs.not_of_people]
    known, before = known_before(inputs, [figure for _, figure in pairs], previous)
    system = build_system([figure for _, figure in of_people], known, inputs.sums)
    public = {system.index[place] for place in before.public if place in system.index}
    shown, hidden = set(public), set[int]()
    for row, figure in of_people:
        for place, _ in figure.counts():
            (hidden if getattr(row.figure, place.kind) is None else shown).add(system.index[place])
    hidden |= {system.index[place] for place in before.suppressed if place in system.index}
    for count in sorted(shown - public):
        if 0 < system.number[count] < declaration.control.threshold:
            yield Finding("small_counts_are_suppressed", f"{system.name(count)} is small and published")
    earlier = _outsider(system, public, before, (), declaration)
    now = _outsider(system, shown, before, of_people, declaration)
    targets = counts_to_protect(system, hidden - public, declaration.control.threshold)
    for count in unprotected_counts(now, targets):
        # What earlier publications disclose by themselves cannot be taken back by this one.
        if not unprotected_counts(earlier, [count]):
            yield Finding("suppressed_counts_stay_unknown", f"{system.name(count)} can be narrowed to too few values")


def _outsider(
    system: System, known: set[int], before: Before, pairs: Sequence[tuple[Row, Figure]], declaration: Declaration
) -> Outsider:
    """An outsider who knows some counts, and the bounds of the last pack and of this one."""
    outsider = Outsider(system, known, declaration.control.possible_values)
    limits = [*before.limits]
    for row, figure in pairs:
        if row.bound and figure.denominator:
            limits.append((figure.place(NUMERATOR), *limits_of_bound(row.bound, figure.denominator)))
    for place, low, high in limits:
        count = system.index.get(place)
        if count is not None and low <= system.number[count] <= high:
            outsider.limit(count, max(low, outsider.low[count]), min(high, outsider.high[count]))
    return outsider


def _of_limits(rows: Sequence[Row], declaration: Declaration) -> Iterator[Finding]:
    """More suppressed than the declaration allows."""
    report, most = make_report(rows), declaration.control.largest_share_suppressed
    if report.share_suppressed > most:
        yield Finding(
            "little_is_suppressed", f"{report.share_suppressed:.1%} of the rows are suppressed; at most {most:.0%}"
        )
