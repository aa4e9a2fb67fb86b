"""What is handed to another engine, and what must be equal there."""

from engines.__main__ import find_unrun
from engines.project import PROJECT, Exemptions, Table, read_exemptions, read_inputs, read_left_out, read_models


def node(kind, name, path, schema="marts"):
    return {"resource_type": kind, "name": name, "alias": name, "schema": schema, "original_file_path": path}


MANIFEST = {
    "nodes": {
        "a": node("model", "recalls", "models/marts/recalls.sql"),
        "b": node("model", "dashboard_rows", "models/feed/dashboard_rows.sql", "feed"),
        "c": node("seed", "measures", "seeds/measures.csv", "meta"),
        "d": node("test", "unique", "models/marts/recalls.yml"),
    },
    "sources": {"e": {"schema": "records", "identifier": "ppud_recall"}},
}


def test_seeds_and_sources_are_inputs():
    assert read_inputs(MANIFEST) == (Table("meta", "measures"), Table("records", "ppud_recall"))


def test_every_model_but_those_of_the_feed_is_compared():
    assert read_models(MANIFEST) == {"recalls": Table("marts", "recalls")}
    assert read_left_out(MANIFEST) == ("dashboard_rows",)


def test_every_exemption_is_of_a_model_and_has_a_reason():
    exemptions = read_exemptions()
    reasons = {**exemptions.not_compared, **exemptions.empty}
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    assert set(reasons) <= models
    assert all(len(reason.split()) > 4 for reason in reasons.values())


def test_a_model_that_did_not_run_and_an_exemption_of_no_model_are_problems():
    models = {name: Table("marts", name) for name in ("made", "failed", "skipped")}
    exemptions = Exemptions(not_compared={}, empty={"gone": "it was renamed"})
    found = list(find_unrun(models, exemptions, {"made": "", "failed": "error: no such column"}))
    assert found == [
        "gone: engines/exemptions.yml names it, and there is no such model. Take it out",
        "failed: error: no such column",
        "skipped: dbt did not run it",
    ]
