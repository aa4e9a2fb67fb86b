"""After any arrivals in any order, and any kill of a refresh, building what changed gives what building
everything gives.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.build.need import why_refresh_not_needed
from orchestration.settings import ROOT, Settings
from orchestration.sources.spec import read_sources
from tests.command_line import ipp
from tests.editions import Refreshed, copy_of, write_small_cohort
from tests.exports import different
from tests.workbooks import RAW, edit_manifest

pytestmark = [pytest.mark.slow, pytest.mark.torture, pytest.mark.timeout(3000)]

SEED, STEPS = 6, 3
"""Each step takes two refreshes: more would not fit into the time of all long attacks."""
DAYS = [dt.date(2025, 1, 31), dt.date(2025, 2, 28), dt.date(2025, 3, 31)]
"""Days of later extracts than those of the small raw/."""
IPP = [sys.executable, "-c", "from orchestration.cli import main; main()"]


def releases_in(raw: Path) -> list[str]:
    return sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in raw.glob("*/*/manifest.yml"))


def extract_days(raw: Path) -> list[dt.date]:
    return sorted({dt.date.fromisoformat(path.stem) for path in (raw / "internal").glob("*/*.csv")})


def receive_release(raw: Path, chance: random.Random) -> None:
    if new := sorted({*releases_in(RAW)} - {*releases_in(raw)}):
        release = chance.choice(new)
        shutil.copytree(RAW / release, raw / release)


def correct_manifest(raw: Path, chance: random.Random) -> None:
    release = raw / chance.choice(releases_in(raw))
    edit_manifest(release, lambda manifest: manifest.update(title=f"{manifest['title']} (corrected)"))


def receive_reissue(raw: Path, chance: random.Random) -> None:
    first = raw / chance.choice([name for name in releases_in(raw) if "reissue" not in name])
    again = first.with_name(f"{first.name}-reissue-2")
    if not again.exists():
        shutil.copytree(first, again)
        edit_manifest(again, lambda manifest: manifest.update(release_id=again.name))


def receive_extracts(raw: Path, chance: random.Random) -> None:
    if later := [day for day in DAYS if day > extract_days(raw)[-1]]:
        write_small_cohort(raw / "internal", later[0], dirt=chance.random() < 0.5)


def correct_extracts(raw: Path, chance: random.Random) -> None:
    day = extract_days(raw)[-1]
    for path in (raw / "internal").glob(f"*/{day}.csv"):
        path.unlink()
    write_small_cohort(raw / "internal", day, dirt=chance.random() < 0.5)


def lose_extracts(raw: Path, chance: random.Random) -> None:
    *_, last = days = extract_days(raw)
    if len(days) > 1:
        for path in (raw / "internal").glob(f"*/{last}.csv"):
            path.unlink()


EVENTS: list[Callable[[Path, random.Random], None]] = [
    receive_release,
    correct_manifest,
    receive_reissue,
    receive_extracts,
    correct_extracts,
    lose_extracts,
]


def kill_a_refresh(settings: Settings, chance: random.Random) -> None:
    """Start a refresh and kill it somewhere on its way."""
    folders = ["--raw", settings.raw, "--work", settings.work, "--published", settings.published]
    process = subprocess.Popen(
        [*IPP, *folders, "refresh"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(chance.uniform(5, 90))
    process.kill()
    process.wait()


def test_building_what_changed_gives_what_building_everything_gives(small: Refreshed, tmp_path: Path) -> None:
    chance, happened = random.Random(SEED), []
    one, other = copy_of(small.settings, tmp_path / "one"), copy_of(small.settings, tmp_path / "other")
    for step, event in enumerate(chance.sample(EVENTS, STEPS)):
        happened.append(event.__name__)
        event(one.raw, chance)
        shutil.rmtree(other.raw)
        shutil.copytree(one.raw, other.raw)
        if step % 2:
            happened.append("kill")
            kill_a_refresh(one, chance)

        if why_refresh_not_needed(other, read_sources(), dt.datetime.now(dt.UTC)):
            continue  # nothing happened, and another full refresh would take its own external pack for the last one
        part, whole = ipp(one, "refresh"), ipp(other, "refresh", "--full")
        assert part.exit_code == whole.exit_code, (happened, part.output, whole.output)
        assert different(one, other) == [], happened
