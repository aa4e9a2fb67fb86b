"""Try to work out from the candidate what was hidden in it, as somebody outside would.

The counts themselves and their equations are taken from the internal file; what is known, only from the figures that
are about to be published and those published before. Findings name figures, never a hidden number.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from orchestration.disclosure.cells import KEY, PRINTED
from orchestration.disclosure.declared import published_before, threshold_of, ties_of
from orchestration.disclosure.equations import System, system_of
from orchestration.disclosure.intruder import worked_out
from orchestration.disclosure.protection import dated, in_order
from orchestration.disclosure.suppression import is_small
from orchestration.quality.rules import Finding
from orchestration.quality.spreadsheet import Place, filled_in

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from numpy.typing import NDArray

FIGURES = "internal.intermediate.int_figures"
KEPT, WRONG = "small_counts_cannot_be_worked_out", "published_counts_are_those_counted"
NOT_FILLED_IN = "small_counts_cannot_be_filled_in"
KEEPS = Finding(KEPT, "holds", "")


def disclosure_findings(connection: duckdb.DuckDBPyConnection, dbt_project: Path) -> list[Finding]:
    """One finding for each small count of people, and one for each figure that is not what was counted.

    `connection` is the candidate with the internal file attached. Raises duckdb.Error when a table is not there.
    """
    figures = connection.sql(f"from {FIGURES} where unit not in (from meta.units_not_of_people select unit)").df()
    figures = in_order(figures)
    if figures.empty:
        return []
    seeds = [connection.sql(f"from meta.{name}").df() for name in ("nested_areas", "count_identities")]
    system = system_of(figures, ties_of(*seeds))
    published = connection.sql("from marts.internal_figures").df()
    earlier = published_before(connection)
    known, threshold = known_cells(figures, system, published), threshold_of(dbt_project)
    out = np.zeros(len(known), bool)
    if earlier is not None:
        known_before = known_cells(figures, system, earlier)
        out = worked_out(system, known_before, threshold)
        known |= known_before
    found = worked_out(system, known, threshold)
    small = is_small(system, threshold)
    return [
        *_of_small_counts(figures, system, small, found, out),
        *_of_a_spreadsheet(filled_in(connection, threshold), _places(figures, system, out)),
        *_of_wrong_figures(figures, published),
    ]


def known_cells(figures: pd.DataFrame, system: System, published: pd.DataFrame) -> NDArray[np.bool_]:
    """The cells whose number stands in published figures, or follows from a share and its other count.

    A number that is no longer true tells nothing of the present one.
    """
    shown = dated(published)
    share = shown["value"] / 100
    shown = shown.assign(
        numerator=shown["numerator"].fillna((share * shown["denominator"]).round()),
        denominator=shown["denominator"].fillna((shown["numerator"] / share.where(share > 0)).round()),
    )
    stands = system.stands.merge(dated(figures)[list(KEY)], left_on="row", right_index=True)
    both = stands.merge(shown.melt(list(KEY), list(PRINTED), "kind", "number"), on=[*KEY, "kind"])
    known = np.zeros(len(system.numbers), bool)
    known[both.loc[both["number"].to_numpy() == system.numbers[both["cell"]], "cell"]] = True
    return known


def _of_small_counts(
    figures: pd.DataFrame,
    system: System,
    small: NDArray[np.bool_],
    found: NDArray[np.bool_],
    out: NDArray[np.bool_],
) -> list[Finding]:
    """Whether each small count is kept; one that is printed nowhere is named by no figure.

    One that is `out`, given away by the publication before and nothing else, cannot be kept any more and is no reason
    to refuse this one.
    """
    first = system.stands.drop_duplicates("cell")
    first = first[found[first["cell"]]]
    names = {cell: _name(figures.iloc[row]) for cell, row in zip(first["cell"], first["row"], strict=True)}

    def finding(cell: int) -> Finding:
        name = names.get(cell, "a count that is not printed")
        if out[cell]:
            return Finding(
                KEPT, "not_evaluable", f"{name} follows from the publication before, whatever this one hides"
            )
        return Finding(KEPT, "fails", f"{name} is hidden and can be worked out") if found[cell] else KEEPS

    return [finding(int(cell)) for cell in np.flatnonzero(small)]


def _places(figures: pd.DataFrame, system: System, cells: NDArray[np.bool_]) -> set[Place]:
    """Where some cells are printed."""
    stands = system.stands[cells[system.stands["cell"]]]
    of = dated(figures).iloc[stands["row"]]
    series = of["measure"] + "|" + of["statistic"]
    days = (of["period_start"].dt.date, of["period_end"].dt.date)
    return {
        Place(*place) for place in zip(series, stands["kind"], of["breakdown"], of["period_type"], *days, strict=True)
    }


def _of_a_spreadsheet(filled: Sequence[Place], out: set[Place]) -> list[Finding]:
    """The small counts that a second reader finds, who shares nothing with the first, but for those that are `out`."""
    return [
        Finding(
            NOT_FILLED_IN, "fails", f"{' | '.join(map(str, place))} is hidden and a sum with all else known gives it"
        )
        for place in filled
        if place not in out
    ]


def _of_wrong_figures(figures: pd.DataFrame, published: pd.DataFrame) -> Sequence[Finding]:
    """The published figures that are not what was counted: hiding must change no number that is left."""
    both = dated(published).merge(dated(figures), on=list(KEY), suffixes=("", "_counted"))
    wrong = np.zeros(len(both), bool)
    for name in PRINTED:
        wrong |= (both[name].notna() & (both[name] != both[f"{name}_counted"])).to_numpy(bool, na_value=False)
    return [Finding(WRONG, "fails", f"{_name(row)} is not as counted") for _, row in both[wrong].iterrows()]


def _name(figure: pd.Series) -> str:
    """A figure in words: its key, never its number."""
    return " | ".join(str(figure[name]).removesuffix(" 00:00:00") for name in KEY)
