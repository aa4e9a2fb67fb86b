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
SUM = "sum"
"""The kind of a count that is the sum of a breakdown and is printed nowhere in its series."""
FINER = (
    ("quarter", "calendar_year"),
    ("quarter", "financial_year"),
    ("month", "quarter"),
    ("month", "calendar_year"),
    ("month", "financial_year"),
)
"""Periods that lie in other periods; what is counted in the one adds up in the other when it is events."""
COARSE = {"quarter": "Q-DEC", "calendar_year": "Y-DEC", "financial_year": "Y-MAR"}
"""The periods of pandas that they are."""
PLACES, NUMBERS = 12, 6
"""Two series that agree in at least so many places, differ in none and hold at least so many different numbers are
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
    """The cells with the codes of their `measure` and `series` (measure, statistic and kind), their `breakdown`, and
    the `period_type`, `start` and `end` of their period.
    """
    of = figures.iloc[cells["row"].to_numpy()].reset_index(drop=True)
    series = of["measure"] + "|" + of["statistic"] + "|" + cells["kind"].to_numpy()
    return cells.assign(
        measure=pd.factorize(of["measure"])[0],
        series=pd.factorize(series)[0],
        breakdown=of["breakdown"].astype("str").to_numpy(),
        period_type=of["period_type"].astype("str").to_numpy(),
        start=pd.to_datetime(of["period_start"]),
        end=pd.to_datetime(of["period_end"]),
    )


def with_unfinished_periods(cells: pd.DataFrame) -> pd.DataFrame:
    """The placed cells, and one of kind SUM for what each year or quarter that is not over comes to so far: the next
    publication may print it.
    """
    rows = [cells]
    for fine, coarse in FINER:
        parts = cells[cells["period_type"] == fine]
        of = parts["start"].dt.to_period(COARSE[coarse])
        parts = parts.assign(period_type=coarse, start=of.dt.start_time, end=of.dt.end_time.dt.normalize())
        finished = cells.loc[cells["period_type"] == coarse, "end"].max()
        parts = parts[(parts["end"] > finished) & (coarse in set(cells["period_type"]))]
        at = ["series", "breakdown", "period_type", "start", "end"]
        sums = parts.groupby(at, sort=False).agg({"row": "first", "measure": "first", "number": "sum"})
        rows.append(sums.reset_index().assign(kind=SUM))
    every = pd.concat(rows, ignore_index=True)
    return every[~((every["kind"] == SUM) & every.duplicated(["series", "breakdown", "period_type", "start"]))]


def with_sums(cells: pd.DataFrame) -> pd.DataFrame:
    """The placed cells, and one of kind SUM for each breakdown that has parts but is not printed: events by kind and
    region where none are printed by kind. The same count may be printed elsewhere under another name.

    Where the parts of two dimensions come to different sums, some are missing from the smaller.
    """
    period = ["period_type", "start", "end"]
    at = ["series", "breakdown", *period]
    first = {"row": "first", "measure": "first"}
    depths = {name.count(";") + 1 for name in cells["breakdown"].unique() if name}
    for depth in range(max(depths, default=0), 0, -1):
        steps = breakdown_steps([name for name in cells["breakdown"].unique() if name and name.count(";") + 1 == depth])
        parts = cells.merge(steps, on="breakdown").drop(columns="breakdown").rename(columns={"above": "breakdown"})
        sums = parts.groupby([*at, "dimension"], sort=False).agg({**first, "number": "sum"})
        wholes = sums.groupby(at, sort=False).agg({**first, "number": "max"}).reset_index()
        printed = wholes.merge(cells[at].drop_duplicates(), on=at, how="left", indicator=True)["_merge"] == "both"
        cells = pd.concat([cells, wholes[~printed.to_numpy()].assign(kind=SUM)], ignore_index=True)
    return cells.assign(period=cells.groupby(period, sort=False).ngroup())


def same_cells(cells: pd.DataFrame) -> NDArray[np.int64]:
    """The number of the distinct count each placed cell is, from 0: the same for counts of the same people.

    Within a measure two series are the same where they are equal at every place they share; between measures, and
    between slices of them, where they are equal at enough places. Whoever reads both tables sees as much.
    """
    pairs = pd.concat([_same_within_measure(cells), _same_between_slices(cells)])
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


def _same_between_slices(cells: pd.DataFrame) -> pd.DataFrame:
    """Pairs of cells of two series, each whole or of one member of a dimension, that agree at every place both have."""
    place = ["remaining", "period"]
    slices = _slices(cells[cells["number"] > 0])
    slices = slices.assign(remaining=pd.factorize(slices["remaining"])[0])
    numbers = slices[["slice", *place, "number"]]
    equal = numbers.merge(numbers, on=[*place, "number"])
    equal = equal[equal["slice_x"] < equal["slice_y"]]
    pairs = equal.groupby(["slice_x", "slice_y"])["number"].agg(["size", "nunique"]).reset_index()
    pairs = pairs[(pairs["size"] >= PLACES) & (pairs["nunique"] >= NUMBERS)]
    left = numbers.rename(columns={"slice": "slice_x"})
    right = numbers.rename(columns={"slice": "slice_y"})
    shared = pairs.merge(left, on="slice_x").merge(right, on=["slice_y", *place])
    is_equal = (shared["number_x"] == shared["number_y"]).groupby([shared["slice_x"], shared["slice_y"]]).all()
    alike = is_equal.index[is_equal.to_numpy(bool)].to_frame(index=False)
    count = int(slices["slice"].max()) + 1 if len(slices) else 0
    links = coo_array((np.ones(len(alike)), (alike["slice_x"], alike["slice_y"])), shape=(count, count))
    group = connected_components(links, directed=False)[1]
    grouped = slices.assign(group=group[slices["slice"]])
    first = grouped.groupby(["group", *place, "number"])["cell"].transform("first")
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
