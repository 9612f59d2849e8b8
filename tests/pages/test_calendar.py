"""The calendar file is what RFC 5545 asks for, and tells nothing to whoever else sees the calendar."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.deferral import Deferral
from chalicelib.domain.plan import Instalment, Method, Plan
from chalicelib.presentation import calendar

from . import samples

DAYS = (date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28))
PLAN = Plan(
    id="p-1",
    creditor="nordlicht",
    debtor="K-501",
    claim="R-1001",
    currency="EUR",
    instalments=tuple(Instalment(n, day, 1795) for n, day in enumerate(DAYS, 1)),
    method=Method.LINK,
    offer="o-1",
    agreed_at=samples.NOW,
    paid_before=0,
)
DEFERRAL = Deferral("f-1", "nordlicht", "K-501", "R-1001", DAYS[0], "o-2", samples.NOW)


def file(plan=PLAN, deferral=None, claim=samples.CLAIM, who="Nordlicht", edition=0):
    return calendar.ics(calendar.days_of(plan, deferral, claim), who=who, made_at=samples.NOW, edition=edition)


def lines(text):
    """The content lines, unfolded."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def of(text, name):
    return [line.partition(":")[2] for line in lines(text) if re.split("[;:]", line)[0] == name]


def test_each_instalment_is_one_whole_day_with_a_name_that_stays():
    text = file()
    assert lines(text)[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] and lines(text)[-1] == "END:VCALENDAR"
    assert of(text, "DTSTART") == ["20261231", "20270131", "20270228"]
    assert of(text, "UID") == ["p-1-1@kulanz", "p-1-2@kulanz", "p-1-3@kulanz"] == of(file(), "UID")
    assert of(text, "DTSTAMP") == ["20261123T090000Z"] * 3
    for part in ("VEVENT", "VALARM"):
        assert of(text, "BEGIN").count(part) == of(text, "END").count(part) == 3


def test_it_rings_in_the_morning_two_days_before():
    assert of(file(), "TRIGGER") == ["-P1DT15H"] * 3


def test_it_says_who_and_nothing_of_money():
    text = file()
    assert of(text, "SUMMARY") == ["Nordlicht"] * 3
    told = (samples.CLAIM.id, "17", "EUR", "€", samples.DEBTOR.name, samples.CLAIM.ground.what, "http", "Rate")
    shown = " ".join(of(text, "SUMMARY") + of(text, "DESCRIPTION"))
    assert [word for word in told if word in shown] == []
    assert samples.CLAIM.id not in text and "http" not in text


def test_what_is_paid_is_no_longer_in_it():
    assert of(file(claim=replace(samples.CLAIM, paid=1795)), "DTSTART") == ["20270131", "20270228"]
    assert of(file(claim=replace(samples.CLAIM, paid=2000)), "DTSTART") == ["20270131", "20270228"]


def test_a_deferral_is_one_day():
    assert of(file(plan=None, deferral=DEFERRAL), "DTSTART") == ["20261231"]


def test_a_later_edition_replaces_the_earlier_one():
    assert of(file(edition=2), "SEQUENCE") == ["2"] * 3


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("Müller; Sohn, Söhne\\Töchter", "Müller\\; Sohn\\, Söhne\\\\Töchter"),
        ("a\r\nDTSTART:20200101", "a DTSTART:20200101"),
        ("نور الشمال للطاقة والمياه والاتصالات والخدمات العامة في هامبورغ", None),
        ("👩‍👩‍👧" * 9, None),
    ],
)
def test_a_name_cannot_break_out_and_no_line_is_longer_than_75_octets(who, shown):
    text = file(who=who)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert of(text, "SUMMARY") == [shown or who] * 3
    assert of(text, "DTSTART") == ["20261231", "20270131", "20270228"]


def test_the_stamp_is_told_in_utc():
    when = datetime(2026, 11, 23, 10, 0, tzinfo=samples.ZONE)
    days = calendar.days_of(None, DEFERRAL, samples.CLAIM)
    assert of(calendar.ics(days, who="x", made_at=when), "DTSTAMP") == [f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"]
