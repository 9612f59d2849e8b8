"""What falls due at one moment leaves over a window, each contact at its own second, and nobody counts."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from chalicelib.domain.pace import ROOM, SURGE, Pace, pace_in, spread, window

DUE = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
DAY = DUE.date()
TEN = Pace(((date(2020, 1, 1), 10),), date(2027, 6, 30), "a test")
NAMES = ["c-" + sha256(str(n).encode()).hexdigest()[:40] for n in range(SURGE)]


def test_ten_thousand_due_at_one_second_keep_under_the_pace_but_for_a_handful():
    over = window([TEN], DAY)
    seconds = Counter(spread(name, DUE, over) for name in NAMES)
    assert sum(seconds.values()) == SURGE
    assert min(seconds) >= DUE and max(seconds) < DUE + over
    beyond = sum(many - 10 for many in seconds.values() if many > 10)
    assert beyond <= SURGE / 200, "what is asked for too soon is told so, and tried again"


def test_the_same_contact_always_has_the_same_moment():
    over = window([TEN], DAY)
    assert [spread(name, DUE, over) for name in NAMES[:50]] == [spread(name, DUE, over) for name in NAMES[:50]]
    assert len({spread(name, DUE, over) for name in NAMES[:50]}) > 40


def test_nothing_leaves_before_its_hour_and_without_a_pace_it_leaves_at_it():
    assert window([], DAY) == timedelta(0)
    assert {spread(name, DUE, timedelta(0)) for name in NAMES[:50]} == {DUE}
    assert all(spread(name, DUE, timedelta(seconds=1)) == DUE for name in NAMES[:50])


def test_the_slowest_says_how_long_it_takes():
    fast = Pace(((date(2020, 1, 1), 1000),), date(2027, 6, 30), "a test")
    assert window([fast, TEN], DAY) == window([TEN], DAY) == timedelta(seconds=ROOM * SURGE // 10)


def test_a_figure_holds_from_its_day_and_the_last_one_ever_after():
    pace = Pace(((date(2027, 1, 1), 80), (date(2026, 1, 1), 10)), date(2027, 6, 30), "a test")
    known = [pace.per_second(day) for day in (date(2025, 1, 1), date(2026, 12, 31), date(2027, 1, 1))]
    assert known == [10, 10, 80]
    assert pace.per_second(date(2031, 1, 1)) == 80, "waiting too long harms nobody"
    assert pace.last == date(2027, 6, 30)


def test_it_is_read_from_a_dated_file(tmp_path):
    row = {"valid_from": "2026-01-01", "per_second": 7}
    path = tmp_path / "pigeon.json"
    path.write_text(json.dumps({"source": "the loft", "reviewed_through": "2027-01-01", "rows": [row]}))
    pace = pace_in(path)
    assert (pace.name, pace.source, pace.per_second(DAY)) == ("pace_pigeon", "the loft", 7)


@pytest.mark.parametrize("name", ["", "c-1", NAMES[0]])
def test_any_name_has_a_place_in_the_window(name):
    assert DUE <= spread(name, DUE, timedelta(hours=1)) < DUE + timedelta(hours=1)
