"""Who may what, and when somebody works, as people write it down."""

from datetime import date, time

import pytest

from chalicelib.domain.staff import (
    MAY,
    Absence,
    May,
    Role,
    Shift,
    absences_in,
    absences_text,
    one_human,
    shifts_in,
    shifts_text,
)
from tests.builders import NOW, staff


def test_every_role_may_something_and_everything_may_be_done_by_somebody():
    assert set(MAY) == set(Role)
    assert frozenset().union(*MAY.values()) == set(May)


def test_an_operator_sees_no_debtor_and_an_auditor_and_a_reader_change_nothing():
    assert not MAY[Role.OPERATOR] & {May.SEE, May.SEE_CLAIM, May.LIST, May.ANSWER}
    for role in (Role.AUDITOR, Role.READER):
        assert not MAY[role] & {May.ANSWER, May.SECOND, May.LEAD, May.STAFF}


def test_who_has_left_may_nothing_and_works_for_nobody():
    gone = staff(*Role, left_at=NOW)
    assert not any(gone.may(what) for what in May) and not gone.works_for("nordlicht")


@pytest.mark.parametrize(
    ("text", "shifts"),
    [
        ("", ()),
        ("Mon 8-12", (Shift(0, time(8), time(12)),)),
        ("Mo 8:00–12:00, 13:30–17:00", (Shift(0, time(8), time(12)), Shift(0, time(13, 30), time(17)))),
        ("Sa 9-12; Fr 8-12", (Shift(4, time(8), time(12)), Shift(5, time(9), time(12)))),
        ("Sat-Sun: 10:00 - 24:00", (Shift(5, time(10), time(23, 59)), Shift(6, time(10), time(23, 59)))),
    ],
)
def test_shifts_are_read_as_people_write_them_and_written_as_they_are_read(text, shifts):
    assert shifts_in(text) == shifts
    for german in (False, True):
        assert shifts_in(shifts_text(shifts, german)) == shifts


@pytest.mark.parametrize(
    "text",
    ["Xyz 8-12", "Mon", "Mon 12-8", "Mon 8-8", "Mon 8-12 11-13", "Fri-Mon 8-12", "8-12", "Mon 8-12 and so on",
     "Mon 8-25", "Mon 8:75-12", "Mon-Fri 1-2 3-4 5-6 7-8 9-10 11-12"],
)  # fmt: skip
def test_shifts_that_cannot_be_or_cannot_be_read_are_refused(text):
    with pytest.raises(ValueError):
        shifts_in(text)


def test_one_human_is_told_by_every_id_and_address_the_provider_ever_vouched_for():
    anna = staff(id="a", email="anna@desk.example").named("s-1", "Anna@Desk.example ")
    anew = staff(id="b", email="a.berg@desk.example").named("s-2", "ANNA@desk.example")
    moved = staff(id="c", email="anna.berg@desk.example", left_at=NOW).named("s-1", None)
    ben = staff(id="d", email="ben@desk.example").named("s-4", "ben@desk.example")
    everybody = (anna, anew, moved, ben)
    assert one_human(anna, everybody) == {"b", "c"}
    assert one_human(ben, everybody) == frozenset()
    assert anna.named("s-1", "anna@desk.example") == anna, "what is known is kept once"


def test_one_human_is_told_over_several_sign_ins_that_share_nothing_but_each_with_the_next():
    first = staff(id="a", email="anna@desk.example").named("s-1", "anna@desk.example")
    between = staff(id="b", email="a.berg@desk.example").named("s-2", "anna@desk.example")
    last = staff(id="c", email="anna.berg@desk.example").named("s-3", "a.berg@desk.example")
    ben = staff(id="d", email="ben@desk.example").named("s-4", "ben@desk.example")
    everybody = (first, between, last, ben)
    assert one_human(last, everybody) == {"a", "b"} and one_human(first, everybody) == {"b", "c"}
    assert one_human(ben, everybody) == frozenset()


def test_absences_are_read_and_written_the_same():
    text = "2026-12-24..2026-12-31; 2027-01-02"
    found = (Absence(date(2026, 12, 24), date(2026, 12, 31)), Absence(date(2027, 1, 2), date(2027, 1, 2)))
    assert absences_in(text) == found and absences_text(found) == text


@pytest.mark.parametrize("text", ["tomorrow", "2026-12-31..2026-12-24", "2026-02-30"])
def test_absences_that_cannot_be_are_refused(text):
    with pytest.raises(ValueError):
        absences_in(text)
