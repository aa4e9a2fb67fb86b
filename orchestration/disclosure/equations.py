"""The equations that hold between counts: whole and parts, for dimensions, nested areas, periods and measures.

Which of them hold is tried on the counts themselves. One that holds is one a reader may use, be it by chance; one that
does not, as for reasons that overlap, is of no use to anybody. Where the parts come to less than the whole there is
something left over, which a reader knows to be no less than zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

from orchestration.disclosure.cells import REST, breakdown_steps, counted_cells, placed, same_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

FINER = (
    ("month", "quarter"),
    ("month", "calendar_year"),
    ("month", "financial_year"),
    ("quarter", "calendar_year"),
    ("quarter", "financial_year"),
)
"""Periods that lie in other periods; what is counted in the one adds up in the other when it is events."""
BELOW, WHOLE = 1, -1
"""Signs of parts and whole in an equation, which sums to zero."""


@dataclass(frozen=True)
class Identity:
    """A count that others add up to, across measures: each is a measure, a statistic and the pairs held fast."""

    whole: tuple[str, str, str]
    parts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Ties:
    """What is declared about dimensions and measures: members that lie in members (`probation_region=N07` in
    `delivery_unit=LON`), and identities between measures.
    """

    within: tuple[tuple[str, str], ...] = ()
    identities: tuple[Identity, ...] = ()


NO_TIES = Ties()


@dataclass(frozen=True)
class System:
    """All distinct counts and the equations between them.

    `numbers` is what each count is, `floor` the least a reader must think it to be, `is_printed` whether it stands in a
    figure, `is_total` whether it does so without a breakdown, `is_of_people` whether it has to be kept from being known
    when small. `matrix` has a row for each equation:
    -1 at the whole and 1 at its parts, so that `matrix @ numbers` is zero. `stands` says where each printed count is
    printed: `row`, `kind` and `cell`, one row a place.
    """

    numbers: NDArray[np.int64]
    floor: NDArray[np.int64]
    is_printed: NDArray[np.bool_]
    is_total: NDArray[np.bool_]
    is_of_people: NDArray[np.bool_]
    matrix: csr_array
    stands: pd.DataFrame


def system_of(figures: pd.DataFrame, ties: Ties = NO_TIES) -> System:
    """The counts of figures and the equations between them. Raises FigureError when a figure cannot be protected."""
    counted = placed(figures, counted_cells(figures))
    counted = counted.assign(cell=same_cells(counted))
    numbers = np.zeros(int(counted["cell"].max()) + 1 if len(counted) else 0, np.int64)
    numbers[counted["cell"]] = counted["number"]
    printed = counted[counted["kind"] != REST]
    is_printed = np.zeros(len(numbers), bool)
    is_printed[printed["cell"]] = True
    is_total = np.zeros(len(numbers), bool)
    is_total[printed.loc[printed["breakdown"] == "", "cell"]] = True
    terms, left_over = _numbered([*_families(figures, counted, ties)], numbers)
    spare = (0, len(left_over))
    every = np.concatenate([numbers, left_over])
    return System(
        numbers=every,
        # A printed nil is never hidden, so what is hidden is no nil.
        floor=np.pad((is_printed & (numbers > 0)).astype(np.int64), spare),
        is_printed=np.pad(is_printed, spare),
        is_total=np.pad(is_total, spare),
        is_of_people=np.pad(np.ones(len(numbers), bool), spare),
        matrix=_matrix(terms, every),
        stands=printed[["row", "kind", "cell"]].reset_index(drop=True),
    )


def _families(figures: pd.DataFrame, counted: pd.DataFrame, ties: Ties) -> list[pd.DataFrame]:
    """Every whole with what might be its parts: `family`, `whole` and `part` (cells), and whether something may be
    `left` over.
    """
    return [
        _rests(counted),
        _dimensions(counted),
        _nested(counted, ties.within),
        *(_periods(figures, counted, fine, coarse) for fine, coarse in FINER),
        *(_identity(figures, counted, identity) for identity in ties.identities),
    ]


def _rests(counted: pd.DataFrame) -> pd.DataFrame:
    """A denominator is its numerator and the rest."""
    by_kind = counted.pivot_table(index="row", columns="kind", values="cell", aggfunc="first")
    shares = by_kind.reindex(columns=["numerator", "denominator", REST]).dropna()
    return pd.concat(
        pd.DataFrame({"family": shares.index, "whole": shares["denominator"], "part": shares[kind], "left": False})
        for kind in ("numerator", REST)
    )


def _dimensions(counted: pd.DataFrame) -> pd.DataFrame:
    """A breakdown is the sum over each dimension that a finer one has besides."""
    steps = breakdown_steps(counted["breakdown"].unique())
    parts = counted.merge(steps, on="breakdown")
    return _below(counted, parts, ["series", "period", "above", "dimension"], left=True)


def _nested(counted: pd.DataFrame, within: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """An area is the sum of the areas in it, whatever else both are broken down by."""
    steps = breakdown_steps(counted["breakdown"].unique())
    outer = pd.DataFrame(within, columns=["pair", "outer"], dtype="str")
    steps = steps.merge(outer, on="pair")
    above = [
        ";".join(sorted([*(one for one in left.split(";") if one), pair]))
        for left, pair in zip(steps["above"], steps["outer"], strict=True)
    ]
    steps = steps.assign(above=above)
    return _below(counted, counted.merge(steps, on="breakdown"), ["series", "period", "above", "dimension"], left=False)


def _below(counted: pd.DataFrame, parts: pd.DataFrame, by: list[str], left: bool) -> pd.DataFrame:
    """Parts with the whole that has their series and period and the breakdown above theirs."""
    wholes = counted[["series", "period", "breakdown", "cell"]]
    wholes = wholes.rename(columns={"breakdown": "above", "cell": "whole"})
    both = parts.merge(wholes, on=["series", "period", "above"])
    family = both.groupby(by, sort=False).ngroup()
    return pd.DataFrame({"family": family, "whole": both["whole"], "part": both["cell"], "left": left})


def _periods(figures: pd.DataFrame, counted: pd.DataFrame, fine: str, coarse: str) -> pd.DataFrame:
    """A period is the sum of the finer periods in it. People present in several of them make it no sum."""
    of = figures[["period_type", "period_start", "period_end"]].iloc[counted["row"].to_numpy()].reset_index(drop=True)
    days = {"start": pd.to_datetime(of["period_start"]), "end": pd.to_datetime(of["period_end"])}
    dated = counted[["series", "breakdown", "cell"]].assign(type=of["period_type"].astype(str), **days)
    periods = dated[["type", "start", "end"]].drop_duplicates()
    outer = periods[periods["type"] == coarse].drop(columns="type")
    lies = periods[periods["type"] == fine].merge(outer, how="cross", suffixes=("", "_whole"))
    lies = lies[(lies["start"] >= lies["start_whole"]) & (lies["end"] <= lies["end_whole"])]
    parts = dated.merge(lies, on=["type", "start", "end"])
    names = {"start": "start_whole", "end": "end_whole", "cell": "whole"}
    wholes = dated[dated["type"] == coarse].rename(columns=names)
    both = parts.merge(
        wholes[["series", "breakdown", "start_whole", "end_whole", "whole"]],
        on=["series", "breakdown", "start_whole", "end_whole"],
    )
    return pd.DataFrame({"family": both["whole"], "whole": both["whole"], "part": both["cell"], "left": False})


def _identity(figures: pd.DataFrame, counted: pd.DataFrame, identity: Identity) -> pd.DataFrame:
    """A declared sum of measures, wherever the whole has a count."""
    whole = _held(figures, counted, identity.whole).rename(columns={"cell": "whole"})
    parts = pd.concat(_held(figures, counted, part) for part in identity.parts)
    both = whole.merge(parts, on=["remaining", "period"])
    return pd.DataFrame({"family": both["whole"], "whole": both["whole"], "part": both["cell"], "left": False})


def _held(figures: pd.DataFrame, counted: pd.DataFrame, term: tuple[str, str, str]) -> pd.DataFrame:
    """The cells of a measure and statistic with some breakdown pairs, and what `remaining` breakdown they have."""
    measure, statistic, held = term
    pairs = {one for one in held.split(";") if one}
    of = (figures["measure"] == measure) & (figures["statistic"] == statistic)
    mine = counted[of.to_numpy()[counted["row"]] & (counted["kind"] == "value")]
    holds = [pairs <= set(breakdown.split(";")) for breakdown in mine["breakdown"]]
    mine = mine[np.array(holds, bool)]
    remaining = [";".join(one for one in breakdown.split(";") if one not in pairs) for breakdown in mine["breakdown"]]
    return mine[["period", "cell"]].assign(remaining=remaining)


def _numbered(families: list[pd.DataFrame], numbers: NDArray[np.int64]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The terms (`equation`, `cell`, `sign`) of every family that adds up, and what is left over in those that may have
    something left; what is left is the last part of its equation.
    """
    every = pd.concat([family.assign(kind=kind) for kind, family in enumerate(families)])
    every = every.assign(equation=every.groupby(["kind", "family"], sort=False).ngroup())
    part = every["part"].to_numpy(np.int64)
    sums = pd.DataFrame({"below": numbers[part], "equation": every["equation"]}).groupby("equation")["below"].sum()
    first = every.drop_duplicates("equation").set_index("equation")
    left = numbers[first["whole"].to_numpy(np.int64)] - sums.reindex(first.index).to_numpy()
    holds = first.index[(left == 0) | ((left > 0) & first["left"].to_numpy(bool))]
    spare = first.index[(left > 0) & first["left"].to_numpy(bool)]
    terms = [
        pd.DataFrame({"equation": every["equation"], "cell": part, "sign": BELOW}),
        pd.DataFrame({"equation": first.index, "cell": first["whole"].to_numpy(np.int64), "sign": WHOLE}),
        pd.DataFrame({"equation": spare, "cell": len(numbers) + np.arange(len(spare)), "sign": BELOW}),
    ]
    together = pd.concat(terms, ignore_index=True)
    kept = together[together["equation"].isin(holds)]
    return kept, left[np.isin(first.index, spare)].astype(np.int64)


def _matrix(terms: pd.DataFrame, numbers: NDArray[np.int64]) -> csr_array:
    """The terms as a matrix, without cells that are nil, which anybody knows, and without the same equation twice."""
    terms = terms[numbers[terms["cell"]] > 0]
    summed = terms.groupby(["equation", "cell"], sort=False)["sign"].sum().reset_index()
    summed = summed[summed["sign"] != 0]
    mark = pd.util.hash_array((summed["cell"] * 3 + summed["sign"]).to_numpy())
    marks = pd.DataFrame({"equation": summed["equation"], "mark": mark}).groupby("equation")["mark"].sum()
    numbered = pd.Series(np.arange(marks.nunique()), index=marks.drop_duplicates().index)
    summed = summed.assign(row=summed["equation"].map(numbered)).dropna(subset="row")
    return csr_array(
        coo_array(
            (summed["sign"].to_numpy(np.int64), (summed["row"].to_numpy(np.int64), summed["cell"].to_numpy())),
            shape=(len(numbered), len(numbers)),
        )
    )
