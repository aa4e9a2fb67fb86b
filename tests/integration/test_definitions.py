"""The code location as Dagster loads it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import dagster as dg
import pytest

from orchestration.definitions import defs
from orchestration.defs.refresh import daily_backstop
from orchestration.settings import ROOT, Settings

pytestmark = pytest.mark.slow


def graph() -> dg.AssetsDefinition:
    return defs.resolve_asset_graph()


def test_every_model_is_built_from_what_is_landed() -> None:
    keys = graph().get_all_asset_keys()
    strangers = [
        (node.key.to_user_string(), parent.to_user_string())
        for node in graph().asset_nodes
        for parent in node.parent_keys
        if parent not in keys or not graph().get(parent).is_materializable
    ]
    assert strangers == [], "an asset that is built from something that is not landed: a mistyped key fails open"


def test_publication_waits_for_every_mart_and_every_check() -> None:
    assets = graph()
    published = assets.get(dg.AssetKey(["published", "ipp"]))
    made = {key for key in assets.get_all_asset_keys() if key.path[0] in ("published", "marts")} - {published.key}
    assert made <= set(published.parent_keys)
    checked = {key.asset_key for key in assets.asset_check_keys}
    landed = {key for key in assets.get_all_asset_keys() if key.path[0] in ("landing", "records")}
    # The suite of each extract judges its part of `files_read`; the figures are views of tables that are judged.
    unjudged = {dg.AssetKey(key) for key in (["records", "files_read"], ["landing", "figures"], ["marts", "figures"])}
    assert (made | landed) - unjudged <= checked
    assert all(assets.get_check_spec(key).blocking for key in assets.asset_check_keys)


def test_the_job_runs_everything() -> None:
    job = defs.resolve_job_def("refresh")
    assert set(job.asset_layer.selected_asset_keys) == graph().get_all_asset_keys()


def test_importing_the_code_location_opens_nothing() -> None:
    heavy = "{'great_expectations', 'python_calamine'}"
    code = f"import orchestration.definitions, sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def tick(schedule: dg.ScheduleDefinition, moment: dt.datetime) -> str:
    context = dg.build_schedule_context(scheduled_execution_time=moment)
    outcome = schedule.evaluate_tick(context)
    return outcome.skip_message or ", ".join(str(request.run_key) for request in outcome.run_requests)


def test_the_backstop_rests_when_nothing_is_new(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("raw", "work", "published"):
        monkeypatch.setenv(f"IPP_{name.upper()}", str(getattr(published, name)))
    moment = dt.datetime(2026, 11, 22, 6, 0, tzinfo=dt.UTC)
    assert "nothing new" in tick(daily_backstop, moment)
    monkeypatch.setenv("IPP_PUBLISHED", str(published.work / "elsewhere"))
    assert tick(daily_backstop, moment) == "backstop 2026-11-22"
