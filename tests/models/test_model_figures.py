"""What the last evaluation found, as it is written down and drawn: bench/model.json and docs/model."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
FIGURES = json.loads((ROOT / "bench/model.json").read_text(encoding="utf-8"))
DRAWN = ("worlds", "regret", "year")


def difference(world):
    return FIGURES["worlds"][world]["personalised_minus_cost_aware"]


@pytest.mark.parametrize("world", ["A", "B"])
def test_personalised_beats_cost_aware_where_debtors_differ(world):
    low, high = difference(world)["interval"]
    assert 0 < low < difference(world)["mean"] < high


def test_the_interval_of_the_null_world_contains_nought():
    low, high = difference("null")["interval"]
    assert low <= 0 <= high


@pytest.mark.parametrize("world", ["A", "B", "C", "null"])
def test_each_world_was_judged_by_at_least_ten_pairs_and_between_ladder_and_oracle(world):
    row = FIGURES["worlds"][world]
    assert row["pairs"] >= 10
    assert row["ladder"]["net"] < row["cost_aware"]["net"] < row["oracle"]["net"]
    assert row["ladder"]["net"] < row["personalised"]["net"] < row["oracle"]["net"]


@pytest.mark.parametrize("world", ["A", "B", "C"])
def test_a_choice_that_is_to_recover_more_than_the_ladder_still_annoys_and_costs_less(world):
    row = FIGURES["worlds"][world]
    assert row["recovering"]["recovered"] > row["ladder"]["recovered"]
    assert row["recovering"]["annoyance"] < 0.9 * row["ladder"]["annoyance"]
    assert row["recovering"]["cost"] < row["ladder"]["cost"]


def test_it_recovers_more_than_cost_aware_and_nearly_what_the_ladder_does_at_far_less_annoyance():
    row = FIGURES["worlds"]["A"]
    assert row["personalised"]["recovered"] > 1.015 * row["cost_aware"]["recovered"]
    assert row["personalised"]["recovered"] > 0.985 * row["ladder"]["recovered"]
    assert row["personalised"]["annoyance"] < 0.65 * row["ladder"]["annoyance"]


def test_the_files_are_exact_and_quick_as_measured_in_the_same_run():
    assert FIGURES["parity"] <= 1e-6
    assert FIGURES["score_over_identity"] <= 2


def test_regret_fell_and_in_the_year_one_thing_came_after_the_other():
    personalised = FIGURES["regret"]["personalised"]["mean"]
    assert personalised[-1] < personalised[0]
    assert list(FIGURES["year"]) == ["drift", "alarm", "fall_back", "retrained", "recovered"]
    assert sorted(FIGURES["year"].values()) == list(FIGURES["year"].values())


@pytest.mark.parametrize("name", DRAWN)
def test_each_picture_is_small_names_itself_and_is_readable_by_day_and_night(name):
    text = (ROOT / f"docs/model/{name}.svg").read_text(encoding="utf-8")
    assert len(text) < 60_000
    root = ElementTree.fromstring(text)  # noqa: S314 - our own file
    assert root.find("{http://www.w3.org/2000/svg}title").text
    assert "prefers-color-scheme:dark" in text
    assert "<script" not in text
    assert text.count("http") == 1, "the name of the format, and no address"


def test_the_readme_says_what_was_found():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("<!-- model, by make evaluate -->")[2].partition("<!-- end of model -->")[0]
    told = [line.split("|")[2:4] for line in table.strip().splitlines()[2:]]

    def signed(value):
        return f"{value:+.3f}".replace("-", "−")

    found = [difference(world) for world in ("A", "B", "C", "null")]
    assert [[cell.strip() for cell in row] for row in told] == [
        [signed(one["mean"]), f"{signed(one['interval'][0])} to {signed(one['interval'][1])}"] for one in found
    ]
    public = FIGURES["public"]
    for name in ("uci_default", "bank_by_time"):
        pair = (f"{public[name]['auc']:.3f}"[1:], f"{public[name]['auc_lightgbm']:.3f}"[1:])
        assert f"{pair[0]} and {pair[1]}" in readme
