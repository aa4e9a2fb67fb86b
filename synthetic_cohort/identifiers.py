"""The identifiers of the people of a cohort, as the systems hold them, and the links between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synthetic_cohort.arrays import Integers
from synthetic_cohort.register import case_reference_numbers, prison_numbers, stream

MERGED, MERGED_TWICE, LINKED_BEFORE = 0.01, 0.1, 0.5
"""Share of people with a prison number no longer in use; of these, with a second one; and whose case reference number
was linked before the merger, to the number no longer in use: assumptions.
"""


@dataclass(frozen=True)
class Identifiers:
    """The identifiers in use, by column and then by person; and those no longer in use, from the newest.

    Each of `superseded` is (old number, the number it was merged into); `linked_to` is the prison number that each case
    reference number is linked to, which may be one no longer in use.
    """

    in_use: Mapping[str, pa.Array]
    superseded: pa.Array
    merged_into: pa.Array
    linked_to: pa.Array

    def links(self, source_kind: str) -> pa.Table:
        """The rows of identifier_links."""
        merges, cases = len(self.superseded), len(self.linked_to)
        kinds = pa.array(["merge", "case_reference"]).take(pa.array(np.repeat([0, 1], [merges, cases])))
        return pa.table(
            {
                "superseded_identifier": pa.concat_arrays([self.superseded, self.in_use["case_reference_number"]]),
                "identifier_in_use": pa.concat_arrays([self.merged_into, self.linked_to]),
                "link_kind": kinds,
                "source_kind": pa.array([source_kind]).take(pa.array(np.zeros(merges + cases, np.int64))),
            }
        )


def make_identifiers(number: int, seed: int) -> Identifiers:
    """The identifiers of so many people; the same for the same arguments."""
    generator = stream(seed, "identifiers")
    once = _some(generator, np.arange(number), MERGED)
    twice = _some(generator, np.arange(len(once)), MERGED_TWICE)
    older = pa.array(prison_numbers(number, number + len(once) + len(twice)))
    in_use = pa.array(prison_numbers(0, number))
    into = pa.concat_arrays([in_use.take(pa.array(once)), older.take(pa.array(twice))])
    linked_to = np.arange(number)
    before = _some(generator, np.arange(len(once)), LINKED_BEFORE)
    linked_to[once[before]] = number + before
    return Identifiers(
        {"prison_number": in_use, "case_reference_number": pa.array(case_reference_numbers(number))},
        older,
        into,
        pa.concat_arrays([in_use, older]).take(pa.array(linked_to)),
    )


def _some(generator: np.random.Generator, places: Integers, share: float) -> Integers:
    """A share of some places, at least one, in order."""
    return np.sort(generator.choice(places, max(1, round(share * len(places))), replace=False))
