"""Which parts of which figures are hidden in a publication: the figures in, the suppression out.

A share, rate, mean or median is hidden with any of the counts behind it: with the rest it would give them away.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from orchestration.disclosure.cells import KEY, PRINTED
from orchestration.disclosure.equations import NO_TIES, System, Ties, system_of
from orchestration.disclosure.suppression import Before, hidden_cells

HIDDEN = {name: f"is_{name}_hidden" for name in PRINTED}
"""The column that says of a printed column whether it is hidden."""


def hidden_figures(
    figures: pd.DataFrame,
    threshold: int,
    ties: Ties = NO_TIES,
    not_of_people: Collection[str] = (),
    published_before: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The key of every figure, and whether its value, numerator and denominator are hidden.

    `figures` has the columns of `int_figures`. Figures in a unit that is `not_of_people` are never hidden.
    `published_before` has the columns of `marts.internal_figures`. Raises FigureError when one cannot be protected.
    """
    figures = in_order(figures)
    is_of_people = ~figures["unit"].isin(not_of_people).to_numpy()
    of_people = figures[is_of_people].reset_index(drop=True)
    if of_people.empty:
        return figures[list(KEY)].assign(**dict.fromkeys(HIDDEN.values(), False))
    system = system_of(of_people, ties)
    before = None if published_before is None else as_before(of_people, system, published_before)
    hidden = system.stands[hidden_cells(system, threshold, before)[system.stands["cell"]]]
    flags = {name: np.zeros(len(figures), bool) for name in PRINTED}
    for name, rows in hidden.groupby("kind")["row"]:
        flags[str(name)][np.flatnonzero(is_of_people)[rows]] = True
    flags["value"] |= flags["numerator"] | flags["denominator"]
    return figures[list(KEY)].assign(**{HIDDEN[name]: flag for name, flag in flags.items()})


def in_order(figures: pd.DataFrame) -> pd.DataFrame:
    """Figures in the order of their keys: the search for what gives a count away then goes the same way every time."""
    return figures.sort_values(list(KEY), ignore_index=True)


def as_before(figures: pd.DataFrame, system: System, published_before: pd.DataFrame) -> Before:
    """What an earlier publication makes of the cells of the figures, of which those of the same key are taken."""
    keys = [*KEY, "kind"]
    stands = system.stands.merge(dated(figures)[list(KEY)], left_on="row", right_index=True)
    earlier = dated(published_before).melt([*KEY, "value_status"], list(PRINTED), "kind", "number")
    both = stands.merge(earlier, on=keys)
    hidden, shown = np.zeros(len(system.numbers), bool), np.zeros(len(system.numbers), bool)
    hidden[both.loc[both["number"].isna() & (both["value_status"] == "suppressed"), "cell"]] = True
    shown[both.loc[both["number"].to_numpy() == system.numbers[both["cell"]], "cell"]] = True
    return Before(hidden, shown & ~hidden)


def dated(figures: pd.DataFrame) -> pd.DataFrame:
    """Figures with their days as one type, however a file gave them."""
    return figures.assign(**{name: pd.to_datetime(figures[name]) for name in ("period_start", "period_end")})
