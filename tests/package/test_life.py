"""What a claim's life asks of AWS is counted anew, and the README's money follows from counts and prices."""

import json
import os
import subprocess
import sys
from datetime import date

import pytest

from bench.life import cost
from infra import package


@pytest.mark.long
def test_the_stored_counts_are_those_of_a_life_lived_now():
    """The short life goes through the same functions: where they ask for more or less, `make cost` is due."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.life", "--short"],
        cwd=package.ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == cost.counts()["short"], "run make cost"


def test_the_readmes_money_is_the_counts_times_the_prices():
    assert cost.in_readme() == cost.table(cost.counts()["whole"]), "run make cost"


def test_everything_that_was_counted_has_one_price_or_says_why_it_has_none():
    for life in cost.counts().values():
        assert cost.unpriced(life) == []


def test_a_whole_life_is_what_the_readme_says_it_is():
    whole, short = cost.counts()["whole"], cost.counts()["short"]
    known = set(cost.memory())
    called = {name.removeprefix("function ") for name in whole if name.startswith("function ")}
    people = {"Operator", "Desk", "Routing"}
    assert called == known - people, "every function that a claim meets is met; in this life nobody asks a person"
    assert whole["request ses.SendRawEmail"] >= 10 > short["request ses.SendRawEmail"]


def test_the_price_list_is_dated_and_names_its_sources():
    table = cost.prices()
    assert date.fromisoformat(table["valid_from"]) <= date.today() and table["region"] == "eu-central-1"
    assert all(row["source"].startswith("https://aws.amazon.com/") for row in table["rows"])
    assert "assumed" in table["looked_at"] and "assumed" in table["euro_source"]
    assert set(table["milliseconds"]) == set(cost.memory()) - {"Operator"}
