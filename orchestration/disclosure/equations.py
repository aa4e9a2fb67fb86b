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

from orchestration.disclosure.cells import (
    COARSE,
    FINER,
    PRINTED,
    REST,
    breakdown_steps,
    counted_cells,
    placed,
    same_cells,
    with_sums,
    with_unfinished_periods,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

AS_AT = "as_at"
"""The type of a period that is a day."""
WHOLE = -1
"""What stands at the whole in an equation, which sums to zero; a part stands there once, or as often as it counts."""


@dataclass(frozen=True)
class Term:
    """A count in an identity: the measure, the statistic, the pairs of the breakdown held fast, the column of the
    figure it stands in, and how often it counts.
    """

    measure: str
    statistic: str
    breakdown: str = ""
    kind: str = "value"
    times: int = 1


@dataclass(frozen=True)
class Identity:
    """A count that others add up to, across measures. Something is `left` over where a part may count more often than
    its term says, as people with three deferrals or more do among deferrals.
    """

    whole: Term
    parts: tuple[Term, ...]
    left: bool = False


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
    when small. `matrix` has a row for each equation: -1 at the whole, and at each part how often it counts, so that
    `matrix @ numbers` is zero. `stands` says where each printed count is printed: `row`, `kind` and `cell`, one row a
    place.
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
    counted = with_sums(with_unfinished_periods(placed(figures, counted_cells(figures))))
    counted = counted.assign(cell=same_cells(counted))
    numbers = np.zeros(int(counted["cell"].max()) + 1 if len(counted) else 0, np.int64)
    numbers[counted["cell"]] = counted["number"]
    printed = counted[counted["kind"].isin(PRINTED)]
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
        _shares(figures, counted),
        _dimensions(counted),
        _nested(counted, ties.within),
        *(_periods(counted, fine, coarse) for fine, coarse in FINER),
        _so_far(counted),
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


def _shares(figures: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """The numerators of shares in the same denominator are the parts of it, over each dimension."""
    statistic = figures["statistic"].iloc[counted["row"].to_numpy()].to_numpy()
    of = counted.assign(statistic=pd.factorize(statistic)[0])
    at = ["measure", "statistic", "period", "breakdown"]
    both = of[of["kind"] == "numerator"].merge(of[of["kind"] == "denominator"], on=at, suffixes=("", "_whole"))
    both = both.merge(breakdown_steps(both["breakdown"].unique()), on="breakdown")
    by = both.groupby(["measure", "statistic", "period", "above", "dimension"], sort=False)
    alike = both[by["number_whole"].transform("nunique") == 1]
    alike = alike.assign(group=by.ngroup())
    wholes = alike[["group", "cell_whole"]].drop_duplicates()
    terms = wholes.merge(alike[["group", "cell"]], on="group")
    family = terms.groupby(["group", "cell_whole"], sort=False).ngroup()
    return pd.DataFrame({"family": family, "whole": terms["cell_whole"], "part": terms["cell"], "left": True})


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


def _periods(counted: pd.DataFrame, fine: str, coarse: str) -> pd.DataFrame:
    """A period is the sum of the finer periods in it. People present in several of them make it no sum."""
    at = ["series", "breakdown", "start", "end"]
    of = counted["start"].dt.to_period(COARSE[coarse])
    parts = counted.assign(start=of.dt.start_time, end=of.dt.end_time.dt.normalize())
    parts = parts.loc[counted["period_type"] == fine, [*at, "cell"]]
    wholes = counted.loc[counted["period_type"] == coarse, [*at, "cell"]].rename(columns={"cell": "whole"})
    both = parts.merge(wholes, on=at)
    # Two series of the same people have one cell for both wholes, and yet each has its own sum.
    family = both.groupby(at, sort=False).ngroup()
    return pd.DataFrame({"family": family, "whole": both["whole"], "part": both["cell"], "left": False})


def _so_far(counted: pd.DataFrame) -> pd.DataFrame:
    """What is counted so far, at the end of a period, is what it was on the day before the period and the period."""
    is_day = counted["period_type"] == AS_AT
    days = counted.loc[is_day, ["series", "breakdown", "end", "cell"]]
    periods = counted[~is_day].assign(day_before=counted["start"] - pd.Timedelta(days=1))
    periods = periods.merge(days.rename(columns={"cell": "whole"}), on=["series", "breakdown", "end"])
    before = periods.drop(columns="cell").merge(
        days.rename(columns={"end": "day_before"}), on=["series", "breakdown", "day_before"]
    )
    terms = pd.concat([periods, before])
    family = terms.groupby(["series", "breakdown", "period_type", "start", "end"], sort=False).ngroup()
    return pd.DataFrame({"family": family, "whole": terms["whole"], "part": terms["cell"], "left": False})


def _identity(figures: pd.DataFrame, counted: pd.DataFrame, identity: Identity) -> pd.DataFrame:
    """A declared sum of measures, wherever the whole has a count."""
    whole = _held(figures, counted, identity.whole).rename(columns={"cell": "whole"}).drop(columns="times")
    parts = pd.concat(_held(figures, counted, part) for part in identity.parts)
    both = whole.merge(parts, on=["remaining", "period"])
    family = both.groupby(["remaining", "period"], sort=False).ngroup()
    terms = {"family": family, "whole": both["whole"], "part": both["cell"], "times": both["times"]}
    return pd.DataFrame({**terms, "left": identity.left})


def _held(figures: pd.DataFrame, counted: pd.DataFrame, term: Term) -> pd.DataFrame:
    """The cells of a term, what `remaining` breakdown they have and how many `times` they count."""
    pairs = {one for one in term.breakdown.split(";") if one}
    of = (figures["measure"] == term.measure) & (figures["statistic"] == term.statistic)
    mine = counted[of.to_numpy()[counted["row"]] & (counted["kind"] == term.kind)]
    holds = [pairs <= set(breakdown.split(";")) for breakdown in mine["breakdown"]]
    mine = mine[np.array(holds, bool)]
    remaining = [";".join(one for one in breakdown.split(";") if one not in pairs) for breakdown in mine["breakdown"]]
    return mine[["period", "cell"]].assign(remaining=remaining, times=term.times)


def _numbered(families: list[pd.DataFrame], numbers: NDArray[np.int64]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The terms (`equation`, `cell`, `times`) of every family that adds up, and what is left over in those that may
    have something left; what is left is the last part of its equation. A part counts once where no `times` say
    otherwise.
    """
    every = pd.concat([pd.DataFrame({"times": 1, **family}).assign(kind=kind) for kind, family in enumerate(families)])
    every = every.assign(equation=every.groupby(["kind", "family"], sort=False).ngroup())
    part, times = every["part"].to_numpy(np.int64), every["times"].to_numpy(np.int64)
    below = pd.DataFrame({"below": numbers[part] * times, "equation": every["equation"].to_numpy()})
    sums = below.groupby("equation")["below"].sum()
    first = every.drop_duplicates("equation").set_index("equation")
    left = numbers[first["whole"].to_numpy(np.int64)] - sums.reindex(first.index).to_numpy()
    holds = first.index[(left == 0) | ((left > 0) & first["left"].to_numpy(bool))]
    spare = first.index[(left > 0) & first["left"].to_numpy(bool)]
    terms = [
        pd.DataFrame({"equation": every["equation"], "cell": part, "times": times}),
        pd.DataFrame({"equation": first.index, "cell": first["whole"].to_numpy(np.int64), "times": WHOLE}),
        pd.DataFrame({"equation": spare, "cell": len(numbers) + np.arange(len(spare)), "times": 1}),
    ]
    together = pd.concat(terms, ignore_index=True)
    kept = together[together["equation"].isin(holds)]
    return kept, left[np.isin(first.index, spare)].astype(np.int64)


def _matrix(terms: pd.DataFrame, numbers: NDArray[np.int64]) -> csr_array:
    """The terms as a matrix, without cells that are nil, which anybody knows, and without the same equation twice."""
    terms = terms[numbers[terms["cell"]] > 0]
    summed = terms.groupby(["equation", "cell"], sort=False)["times"].sum().reset_index()
    summed = summed[summed["times"] != 0]
    mark = pd.util.hash_array((summed["cell"] * 1_009 + summed["times"]).to_numpy())
    marks = pd.DataFrame({"equation": summed["equation"], "mark": mark}).groupby("equation")["mark"].sum()
    numbered = pd.Series(np.arange(marks.nunique()), index=marks.drop_duplicates().index)
    summed = summed.assign(row=summed["equation"].map(numbered)).dropna(subset="row")
    return csr_array(
        coo_array(
            (summed["times"].to_numpy(np.int64), (summed["row"].to_numpy(np.int64), summed["cell"].to_numpy())),
            shape=(len(numbered), len(numbers)),
        )
    )
