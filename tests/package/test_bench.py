"""The bench runs and says what it should; times are not judged here, on a machine that others use as well."""

import json
import os
import subprocess
import sys
from datetime import datetime

import pytest

from bench import figures, lighthouse
from infra import package
from tests.package.build import package_zip  # noqa: F401

FIELDS = {"value", "unit", "floor", "ratio", "bound", "holds"}
FUNCTIONS = {
    *("Checkout", "Claims", "Contact", "Documents", "Intake", "Money", "Nightly", "Operator", "Outcomes", "Relay"),
    *("Webhooks", "Routing"),
}
PAGES = {f"page_weight.{name}" for name in ("door", "matter", "pay", "closed", "talk", "heaviest")}
JUDGED = {
    *("package.zipped", "package.unzipped", "first_response.page", "warm_page", "reads_per_page"),
    *("page_requests", "batch_rows", "bookings", "sendings", "long_claim", "score", "score_parity"),
    *("response", "model_session"),
    "one_contact",
    *("layer.zipped", "layer.unzipped"),
} | PAGES
# What no load of the machine can change.
STEADY = {
    *("package.zipped", "package.unzipped", "layer.zipped", "layer.unzipped"),
    *("reads_per_page", "page_requests", "score_parity"),
} | PAGES


@pytest.fixture(scope="module")
def measured(package_zip, tmp_path_factory):  # noqa: F811
    """What a quick run wrote: results.json and the table."""
    out = tmp_path_factory.mktemp("bench")
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--out", str(out)],
        cwd=package.ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    written = (out / "RESULTS.md").read_text("utf-8")
    assert done.stdout.strip() in written
    return json.loads((out / "results.json").read_text("utf-8")), written


@pytest.mark.long
def test_the_results_hold_every_row_with_its_floor_bound_and_verdict(measured):
    results, _ = measured
    assert set(results) == {"made_at", "machine", "rows"}
    assert datetime.fromisoformat(results["made_at"]).tzinfo is not None
    assert set(results["machine"]) == {"cores", "python"}
    rows = results["rows"]
    assert {f"first_response.{name}" for name in FUNCTIONS} <= set(rows) and set(rows) >= JUDGED
    for name, row in rows.items():
        assert set(row) == FIELDS, name
        assert row["value"] >= 0, name
        assert (row["floor"] is None) == (row["ratio"] is None), name
        assert isinstance(row["holds"], bool) == bool(row["bound"]) == (name in JUDGED), name


@pytest.mark.long
def test_what_does_not_depend_on_the_machine_is_within_its_bound(measured):
    rows = measured[0]["rows"]
    assert {name: rows[name]["value"] for name in STEADY if not rows[name]["holds"]} == {}
    assert rows["reads_per_page"]["value"] == 2
    assert rows["page_requests"]["value"] == 1


@pytest.mark.long
def test_the_table_says_of_each_row_what_it_is_and_names_no_machine(measured):
    results, written = measured
    lines = {line.split("|")[1].strip(): line for line in written.splitlines() if line.startswith("| ")}
    for name in results["rows"]:
        assert len(lines[name].split("|")[2].strip()) > 20, name
    assert os.uname().nodename not in written + json.dumps(results)
    assert str(package.ROOT) not in written + json.dumps(results)


def test_the_readmes_figures_are_those_that_were_measured():
    rows = json.loads(figures.RESULTS.read_text("utf-8"))["rows"]
    assert figures.in_readme() == figures.table(rows)
    assert all(row["holds"] is not False for row in rows.values())


def test_the_readmes_scores_are_those_that_lighthouse_gave():
    results = json.loads(lighthouse.RESULTS.read_text("utf-8"))
    assert lighthouse.in_readme() == lighthouse.table(results)
    assert lighthouse.short_places(results["scores"]) == []
