"""The units of columns and measures, read from units.yml: the one list for the dictionary and the screener.

Belongs here: which units there are. Does not belong here: which column has which (`orchestration.build.dictionary`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.yaml_reader import read_yaml

UNITS = Path(__file__).with_name("units.yml")


@dataclass(frozen=True)
class Units:
    """What a whole number can count; the decimals of measured units; and the units of columns without a measure."""

    counted: tuple[str, ...]
    measured: Mapping[str, int]
    others: tuple[str, ...]

    @property
    def of_measures(self) -> tuple[str, ...]:
        """The units that a measure can have."""
        return (*self.counted, *self.measured)

    @property
    def whole(self) -> tuple[str, ...]:
        """The units of measures that have no decimals."""
        return (*self.counted, *(unit for unit, decimals in self.measured.items() if decimals == 0))

    @property
    def every(self) -> tuple[str, ...]:
        """The units that a column can have."""
        return (*self.of_measures, *self.others)


@cache
def read_units(path: Path = UNITS) -> Units:
    """The units of a file. Raises UnreadableYaml or KeyError if it is not what it should be."""
    found = read_yaml(path)
    return Units(tuple(found["counted"]), dict(found["measured"]), tuple(found["others"]))
