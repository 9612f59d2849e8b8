"""Every dated table is known, and says in good time that it ends."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.domain import budget, rates
from chalicelib.domain.law_data import AHEAD, DATED, DatedTable, Ending, endings
from tools.base_rate import TABLE, main, with_next, written

DATA = Path(rates.DATA)
DAY = timedelta(days=1)
BY_NAME = {table.name: table for table in DATED}


def test_each_data_file_of_the_law_is_listed_once_and_none_is_forgotten():
    assert sorted(table.file for table in DATED) == sorted(path.name for path in DATA.glob("*.json"))


@pytest.mark.parametrize("table", DATED, ids=lambda table: table.name)
def test_a_table_names_its_source(table):
    said = json.loads((DATA / table.file).read_text())
    assert said.get("source") or all(row["source"] for row in said["rows"])


@pytest.mark.parametrize("table", DATED, ids=lambda table: table.name)
def test_M16_a_table_rings_from_sixty_days_before_its_end_and_ever_after(table):
    last = table.last
    assert endings(last - AHEAD - DAY, [table]) == ()
    assert endings(last - AHEAD, [table]) == (Ending(table.name, last, ended=False),)
    assert endings(last, [table]) == (Ending(table.name, last, ended=False),)
    assert endings(last + DAY, [table]) == (Ending(table.name, last, ended=True),)
    assert endings(last + 1000 * DAY, [table]) == (Ending(table.name, last, ended=True),)


def test_the_table_that_ends_first_is_told_first():
    far = max(table.last for table in DATED)
    told = endings(far)
    assert len(told) == len(DATED)
    assert [ending.last for ending in told] == sorted(table.last for table in DATED)


def test_a_table_reaches_as_far_as_its_reader_says():
    assert BY_NAME["base_rates"].last == rates.base_rates().confirmed_through
    last = BY_NAME["unseizable_income"].last
    assert budget.budget_known(last) and not budget.budget_known(last + DAY)


def test_of_dated_rows_the_latest_counts():
    assert DatedTable("any", "de_unseizable.json", "valid_from").last == date(2026, 7, 1)


def test_the_next_base_rate_is_written_down_for_half_a_year_even_where_it_stays():
    table = json.loads(TABLE.read_text())
    last = date.fromisoformat(table["confirmed_through"])
    after = with_next(table, "-0.88", last)
    assert after["rows"][:-1] == table["rows"]
    assert after["rows"][-1] == {"valid_from": (last + DAY).isoformat(), "rate": -88}
    half_years = {(1, 1): (6, 30), (7, 1): (12, 31)}
    through = date.fromisoformat(after["confirmed_through"])
    assert (through.month, through.day) == half_years[(last + DAY).month, (last + DAY).day]
    again = with_next(after, "-0.88", through)
    read = rates.BaseRates(
        tuple((date.fromisoformat(row["valid_from"]), row["rate"]) for row in again["rows"]),
        date.fromisoformat(again["confirmed_through"]),
    )
    assert read.on(read.confirmed_through) == -88


def test_the_file_of_base_rates_is_as_the_tool_writes_it():
    text = TABLE.read_text("utf-8")
    assert written(json.loads(text)) == text


@pytest.mark.parametrize("rate", ["1.5", "152", "1,52", "", "1.525", "100.00"])
def test_a_rate_that_is_none_is_not_written_down(rate):
    before = TABLE.read_bytes()
    with pytest.raises(SystemExit, match="two decimals"):
        main(rate)
    assert TABLE.read_bytes() == before


def test_a_rate_follows_a_whole_half_year():
    with pytest.raises(ValueError, match="1 January or 1 July"):
        with_next({"confirmed_through": "2026-09-30", "rows": []}, "1.52", date(2026, 9, 30))


@pytest.mark.parametrize(("today", "known"), [(date(2027, 5, 30), False), (date(2027, 5, 31), True)])
def test_M16_a_rate_nobody_can_have_announced_yet_is_not_written_down(today, known):
    held = {"confirmed_through": "2027-06-30", "rows": []}
    if known:
        assert with_next(held, "1.52", today)["confirmed_through"] == "2027-12-31"
    else:
        with pytest.raises(ValueError, match="half year from 2027-07-01 is announced at its turn"):
            with_next(held, "1.52", today)
