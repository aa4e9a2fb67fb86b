"""What is true of a person all along, and the prisons: drawn by plain shares, except sex and sentence."""

from __future__ import annotations

import csv
import functools
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestration.sources import prisons
from synthetic_cohort.arrays import Codes, Days, Floats, Integers, Spans
from synthetic_cohort.dates import as_days, day, days
from synthetic_cohort.people import DPP, FEMALE, People

PRISONS_FILE = Path(__file__).resolve().parent / "data" / "prisons.csv"
SEXES, SENTENCES = ("male", "female"), ("IPP", "DPP")
REGIONS = (
    "East Midlands",
    "East of England",
    "Greater Manchester",
    "Kent, Surrey and Sussex",
    "London",
    "North East",
    "North West",
    "South Central",
    "South West",
    "Wales",
    "West Midlands",
    "Yorkshire and The Humber",
)
REGION_SHARES = (0.08, 0.08, 0.08, 0.06, 0.16, 0.06, 0.10, 0.05, 0.07, 0.06, 0.10, 0.10)
UNITS = ("LON", "NE", "NW", "MIDS", "SEE", "SWSC", "WALES", "LTHSE", "WOMEN", "CONTRACTED")
UNIT_OF_REGION = ("MIDS", "SEE", "NW", "SEE", "LON", "NE", "NW", "SWSC", "SWSC", "WALES", "MIDS", "NE")
ETHNICITIES = ("white", "asian", "black", "mixed", "other", "not_stated", "unrecorded")
ETHNICITY_SHARES = (0.773, 0.050, 0.130, 0.043, 0.002, 0.001, 0.001)
RELIGIONS = ("christian", "muslim", "other", "none", "unrecorded")
NATIONALITIES = ("british", "foreign", "unrecorded")
OFFENCES = ("violence", "sexual", "robbery", "arson", "other")
ROSH_LEVELS = ("RVHR", "RHRH", "RMRH", "RLRH")
MAPPA_LEVELS = ("0", "1", "2", "3")
AGE_DAY = day("2022-06-30")
AGE_BANDS = ((27, 30), (30, 40), (40, 50), (50, 60), (60, 70), (70, 85))
AGE_SHARES = (0.015, 0.350, 0.279, 0.240, 0.088, 0.028)
"""Ages on 30 June 2022 and ethnic groups: shares of the unreleased in the annual population tables of 2022."""


@dataclass(frozen=True)
class Register:
    """One place in each array for each person."""

    sex: Codes
    sentence: Codes
    born_on: Days
    region: Codes
    ethnicity: Codes
    religion: Codes
    nationality: Codes
    disability: Codes
    offence: Codes
    rosh_level: Codes
    mappa_level: Codes
    struggles: Floats


@dataclass(frozen=True)
class Prisons:
    """The prisons in use: code, unit and use of each, and the places of each use."""

    codes: tuple[str, ...]
    unit: Codes
    use: tuple[str, ...]
    progression_regime: tuple[bool, ...]
    rotl_pilot: tuple[bool, ...]

    def of_use(self, use: str) -> Integers:
        """Places of the prisons of one use."""
        return np.array([place for place, found in enumerate(self.use) if found == use], np.int64)


def stream(seed: int, name: str) -> np.random.Generator:
    """The chance of one part of the cohort: the same for any draws of other parts."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def choose(generator: np.random.Generator, number: int, shares: tuple[float, ...]) -> Codes:
    """A code for each, with these shares."""
    bounds = np.cumsum(shares)[:-1] / sum(shares)
    return np.searchsorted(bounds, generator.random(number)).astype(np.int8)


def make_register(people: People, seed: int) -> Register:
    """Attributes of everyone."""
    generator, number = stream(seed, "register"), len(people)
    return Register(
        sex=(people.group == FEMALE).astype(np.int8),
        sentence=(people.group == DPP).astype(np.int8),
        born_on=_born_on(generator, people),
        region=choose(generator, number, REGION_SHARES),
        ethnicity=choose(generator, number, ETHNICITY_SHARES),
        religion=choose(generator, number, (0.45, 0.15, 0.06, 0.32, 0.02)),
        nationality=choose(generator, number, (0.94, 0.05, 0.01)),
        disability=choose(generator, number, (0.55, 0.40, 0.05)),
        offence=choose(generator, number, (0.42, 0.27, 0.21, 0.05, 0.05)),
        rosh_level=choose(generator, number, (0.06, 0.66, 0.25, 0.03)),
        mappa_level=choose(generator, number, (0.02, 0.83, 0.14, 0.01)),
        struggles=generator.normal(size=number),
    )


def _born_on(generator: np.random.Generator, people: People) -> Days:
    """Birth: under 18 at the sentence for DPP; for others by age on the day of the published table, and adult."""
    bounds = np.array(AGE_BANDS, np.float64)[choose(generator, len(people), AGE_SHARES)]
    age = bounds[:, 0] + generator.random(len(people)) * (bounds[:, 1] - bounds[:, 0])
    born_on = AGE_DAY - _years(age)
    adult_on = people.sentenced_on - _years(18.1 + 7 * generator.random(len(people)))
    young_on = people.sentenced_on - _years(15 + 2.8 * generator.random(len(people)))
    too_young = people.sentenced_on - born_on < days(6600)
    return np.where(people.group == DPP, young_on, np.where(too_young, adult_on, born_on))


def _years(number: Floats) -> Spans:
    """Years as days."""
    return as_days(number * 365.25)


@functools.cache
def read_prisons() -> Prisons:
    """The prisons of the register to which data/prisons.csv gives a use and a unit, which are invented."""
    with PRISONS_FILE.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    known = {prison.prison_code: prison for prison in prisons.read_prisons()}
    return Prisons(
        codes=tuple(row["prison_code"] for row in rows),
        unit=np.array([UNITS.index(row["delivery_unit"]) for row in rows], np.int8),
        use=tuple(row["function"] for row in rows),
        progression_regime=tuple(known[row["prison_code"]].has_progression_regime for row in rows),
        rotl_pilot=tuple(known[row["prison_code"]].has_rotl_pilot for row in rows),
    )


def unit_of_region() -> Codes:
    """Code of the delivery unit of each region."""
    return np.array([UNITS.index(unit) for unit in UNIT_OF_REGION], np.int8)


def prison_numbers(first: int, end: int) -> list[str]:
    """A prison number for each of the people from one place to another. Real ones do not begin with Z."""
    return [
        f"Z{person % 10000:04d}{_letter(person // 260000)}{_letter(person // 10000)}" for person in range(first, end)
    ]


def _letter(number: int) -> str:
    """A capital letter for a number."""
    return chr(ord("A") + number % 26)


def case_reference_numbers(number: int) -> list[str]:
    """A case reference number for each person. Real ones do not begin with Z."""
    return [f"Z{person:06d}" for person in range(number)]
