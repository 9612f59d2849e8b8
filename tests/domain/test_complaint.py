"""Complaints are counted by month and cause; what is late is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.complaint import Cause, Complaint, counted, late

CAME = datetime(2026, 11, 10, 9, tzinfo=UTC)
DUE = CAME + timedelta(days=1)
ONE = Complaint("nordlicht", "K-501", "R-1001", "t-1", CAME, DUE)


def told(cause=Cause.TONE, after=timedelta(hours=2), justified=True, **changes):
    return replace(ONE, cause=cause, answered_at=CAME + after, justified=justified, **changes)


def test_the_latest_month_and_its_commonest_cause_come_first():
    october = told(Cause.DATA, at=CAME - timedelta(days=30))
    rows = counted([october, told(), told(justified=False), told(Cause.COSTS), ONE])
    assert [(row.month, row.cause, row.number) for row in rows] == [
        ("2026-11", Cause.TONE, 2),
        ("2026-11", None, 1),
        ("2026-11", Cause.COSTS, 1),
        ("2026-10", Cause.DATA, 1),
    ]
    tone = rows[0]
    assert (tone.justified, tone.in_time, tone.open) == (1, 2, 0)


def test_answered_after_its_day_is_not_in_time():
    assert told(after=timedelta(days=2)).in_time is False
    assert counted([told(after=timedelta(days=2))])[0].in_time == 0
    assert counted([ONE])[0].open == 1


def test_what_nobody_answered_by_its_day_is_late():
    later = replace(ONE, task="t-2", due_at=DUE + timedelta(days=1))
    assert late([later, ONE, told(task="t-3")], DUE + timedelta(hours=1)) == (ONE,)
    assert [one.task for one in late([later, ONE], DUE + timedelta(days=2))] == ["t-1", "t-2"]
