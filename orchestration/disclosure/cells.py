"""The counts that figures give away, each once: a count itself, or the numerator, denominator and rest of a share.

A figure is a row of the ten columns of `int_figures`. Of a share or rate the rest (denominator less numerator) is not
printed, but whoever has the two has it too. Counts that are the same people under two names are one cell, so that
hiding one hides the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEY = ("measure", "statistic", "breakdown", "period_type", "period_start", "period_end")
"""The columns that name a figure."""
PRINTED = ("value", "numerator", "denominator")
"""The columns of a figure that can hold a count; a rest stands in none."""
REST = "rest"
PERIODS, NUMBERS = 12, 6
"""Two series that agree in at least so many periods, differ in none and hold at least so many different numbers are
taken for the same people; fewer, such as a one in every quarter, agree by chance.
"""


class FigureError(ValueError):
    """Figures that cannot be protected: names the measure, the statistic, what is wrong and how many rows have it."""


def counted_cells(figures: pd.DataFrame) -> pd.DataFrame:
    """Every count the figures give away: `row` (position of the figure), `kind` (a column of PRINTED, or `rest`),
    `number`.

    Raises FigureError for a figure without a numerator and denominator that is no whole number from zero up.
    """
    value, numerator, denominator = (pd.to_numeric(figures[name]).to_numpy(float, na_value=np.nan) for name in PRINTED)
    is_count = np.isnan(numerator) & np.isnan(denominator)
    _refuse(figures, is_count & ~_is_whole(value), "is no whole number, and has no denominator to protect it by")
    for name, numbers in (("numerator", numerator), ("denominator", denominator)):
        _refuse(figures, ~np.isnan(numbers) & ~_is_whole(numbers), f"has a {name} that is no whole number from zero up")
    rest = denominator - numerator
    parts = {
        "value": np.where(is_count, value, np.nan),
        "numerator": numerator,
        "denominator": denominator,
        REST: np.where(rest >= 0, rest, np.nan),
    }
    return pd.concat([_one_kind(kind, numbers) for kind, numbers in parts.items()], ignore_index=True)


def _one_kind(kind: str, numbers: NDArray[np.float64]) -> pd.DataFrame:
    """The cells of one kind, where there is a number."""
    rows = np.flatnonzero(~np.isnan(numbers))
    return pd.DataFrame({"row": rows, "kind": kind, "number": numbers[rows].astype(np.int64)})


def _is_whole(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers can be counts."""
    with np.errstate(invalid="ignore"):
        whole: NDArray[np.bool_] = (numbers >= 0) & (numbers == np.floor(numbers)) & np.isfinite(numbers)
    return whole


def _refuse(figures: pd.DataFrame, wrong: NDArray[np.bool_], what: str) -> None:
    """Raise FigureError when there are such figures."""
    if wrong.any():
        first = figures.loc[np.flatnonzero(wrong)[0]]
        raise FigureError(
            f"int_figures: {int(wrong.sum())} figures, the first of measure {first['measure']}, statistic "
            f"{first['statistic']}: the figure {what}; give the people or events behind it as its denominator"
        )


def placed(figures: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The cells with the codes of their `measure`, `series` (measure, statistic and kind), `breakdown` and `period`."""
    of = figures.iloc[cells["row"].to_numpy()].reset_index(drop=True)
    period = of["period_type"].astype(str) + of["period_start"].astype(str) + of["period_end"].astype(str)
    series = of["measure"] + "|" + of["statistic"] + "|" + cells["kind"].to_numpy()
    return cells.assign(
        measure=pd.factorize(of["measure"])[0],
        series=pd.factorize(series)[0],
        breakdown=of["breakdown"].astype("str").to_numpy(),
        period=pd.factorize(period)[0],
    )


def same_cells(cells: pd.DataFrame) -> NDArray[np.int64]:
    """The number of the distinct count each placed cell is, from 0: the same for counts of the same people.

    Within a measure two series are the same where they are equal at every place they share; between measures where they
    are equal in every period. Whoever reads both tables sees as much.
    """
    pairs = pd.concat([_same_within_measure(cells), _same_between_measures(cells)])
    size = len(cells)
    links = coo_array((np.ones(len(pairs)), (pairs["left"], pairs["right"])), shape=(size, size))
    labels: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return labels


def _same_within_measure(cells: pd.DataFrame) -> pd.DataFrame:
    """Pairs of cells (`left`, `right`) of two series of one measure that never differ where both have a number."""
    slim = cells[["measure", "series", "breakdown", "period", "number"]].assign(cell=np.arange(len(cells)))
    both = slim.merge(slim, on=["measure", "breakdown", "period"], suffixes=("_left", "_right"))
    both = both[both["series_left"] < both["series_right"]]
    equal = both["number_left"] == both["number_right"]
    by = [both["series_left"], both["series_right"]]
    is_same = equal.groupby(by).transform("all") & (both["number_left"].groupby(by).transform("sum") > 0)
    return both.loc[is_same, ["cell_left", "cell_right"]].set_axis(["left", "right"], axis="columns")


def _same_between_measures(cells: pd.DataFrame) -> pd.DataFrame:
    """Pairs of cells of two series, each whole or of one member of a dimension, whose totals agree in every period."""
    slices = _slices(cells[cells["number"] > 0])
    totals = slices[slices["remaining"] == ""]
    mark = pd.util.hash_array(totals["period"].to_numpy() * 2_000_003 + totals["number"].to_numpy())
    by_slice = pd.DataFrame({"mark": mark, "number": totals["number"].to_numpy()}).groupby(totals["slice"].to_numpy())
    signatures = pd.DataFrame({"mark": by_slice["mark"].sum(), "periods": by_slice.size()})
    is_enough = (signatures["periods"] >= PERIODS) & (by_slice["number"].nunique() >= NUMBERS)
    alike = signatures[is_enough].groupby(["mark", "periods"]).ngroup()
    grouped = slices.assign(group=slices["slice"].map(alike)).dropna(subset="group")
    first = grouped.groupby(["group", "remaining", "period", "number"])["cell"].transform("first")
    return pd.DataFrame({"left": first, "right": grouped["cell"]})


def _slices(cells: pd.DataFrame) -> pd.DataFrame:
    """Each cell as part of its series, and of its series for each pair of its breakdown: `slice`, `remaining`,
    `period`, `number`, `cell` (position).
    """
    steps = breakdown_steps(cells["breakdown"].unique())
    whole = cells.assign(cell=cells.index, pair="", remaining=cells["breakdown"])
    parts = whole.drop(columns=["pair", "remaining"]).merge(
        steps.rename(columns={"above": "remaining"}), on="breakdown"
    )
    columns = ["series", "pair", "remaining", "period", "number", "cell"]
    both = pd.concat([whole[columns], parts[columns]], ignore_index=True)
    return both.assign(slice=both.groupby(["series", "pair"]).ngroup())


def breakdown_steps(breakdowns: Sequence[str] | NDArray[np.object_]) -> pd.DataFrame:
    """One row for each pair of each breakdown: the breakdown `above`, without the pair, and the pair's `dimension`."""
    rows = [
        (breakdown, pair, pair.partition("=")[0], ";".join(one for one in pairs if one != pair))
        for breakdown in breakdowns
        if breakdown
        for pairs in [breakdown.split(";")]
        for pair in pairs
    ]
    return pd.DataFrame(rows, columns=["breakdown", "pair", "dimension", "above"], dtype="str")
