"""Which parts of a day may be promised for a call: only what somebody who speaks the language can keep."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.calling import CallSlot, Promised, has_room, next_part, offered, part_of, slot_at, who_calls
from chalicelib.domain.staff import Absence, Role, Shift, Staff
from chalicelib.domain.task import DaySlot, TaskKind

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)
DAWN = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def agent(name="anna", languages=("de",), since=8, until=12, **changes):
    shift = Shift(1, time(since), time(until))
    given = {"roles": (Role.AGENT,), "creditors": ("nordlicht",), "shifts": (shift,), **changes}
    return Staff(name, name.title(), f"{name}@desk.example", languages=languages, **given)


def free(staff, language="de", now=DAWN, promised=()):
    return [slot.part for slot in offered(staff, promised, language, now, BERLIN, (TUESDAY,))]


def held(*calls, part=DaySlot.MORNING):
    return Promised("nordlicht", TUESDAY, part, tuple((f"t-{n}", spoken) for n, spoken in enumerate(calls)))


def test_only_the_parts_in_which_somebody_who_speaks_the_language_works_are_offered():
    assert free([agent()]) == [DaySlot.MORNING]
    assert free([agent(), agent("tarik", ("tr",), 14, 20)]) == [DaySlot.MORNING]
    assert free([agent(), agent("tarik", ("tr",), 14, 20)], "tr") == [DaySlot.AFTERNOON, DaySlot.EVENING]
    assert free([agent()], "ar") == []


def test_who_is_away_or_works_on_another_day_is_counted_on_by_nobody():
    assert free([agent(absences=(Absence(TUESDAY, TUESDAY),))]) == []
    assert free([agent(shifts=(Shift(2, time(8), time(20)),))]) == []


def test_not_twenty_are_promised_at_nine():
    """Four hours of one person, half of them for promised calls of twenty minutes: six."""
    assert free([agent()], promised=[held(*["de"] * 5)]) == [DaySlot.MORNING]
    assert free([agent()], promised=[held(*["de"] * 6)]) == []
    assert free([agent(), agent("bernd")], promised=[held(*["de"] * 6)]) == [DaySlot.MORNING]


def test_one_person_is_not_promised_twice_in_two_languages():
    both, german = agent(languages=("de", "tr")), agent("bernd")
    # Six Turkish calls are all that Anna has; German ones are Bernd's then, and no more than he has.
    turkish = held(*["tr"] * 6)
    assert free([both, german], "tr", promised=[turkish]) == []
    assert free([both, german], "de", promised=[turkish]) == [DaySlot.MORNING]
    assert free([both, german], "de", promised=[held(*["tr"] * 6, *["de"] * 6)]) == []
    assert free([both], "de", promised=[turkish]) == []


def test_what_is_left_of_today_is_what_is_promised_of_it():
    late = datetime(2026, 11, 24, 10, 10, tzinfo=UTC)  # 11:10 in Berlin: twenty minutes of the morning are left
    assert free([agent(until=14)], now=late) == [DaySlot.MIDDAY]
    assert slot_at(TUESDAY, DaySlot.MORNING, datetime(2026, 11, 24, 10, 30, tzinfo=UTC), BERLIN) is None


def test_only_those_who_answer_for_the_creditor_and_take_calls_are_asked():
    reader = agent("rita", roles=(Role.READER,))
    elsewhere = agent("ella", creditors=("other",))
    writes = agent("willi", skills=(TaskKind.DISPUTE,))
    calls = agent("carla", skills=(TaskKind.CALL_BACK,))
    gone = agent("gero", left_at=DAWN)
    assert who_calls([reader, elsewhere, writes, calls, gone, agent()], "nordlicht") == (calls, agent())


def test_the_same_task_is_promised_once_and_can_be_taken_out_again():
    one = held("de")
    assert one.with_call("t-0", "de") == one
    assert one.with_call("t-9", "tr").without("t-9") == one


@pytest.mark.parametrize("part", list(DaySlot))
def test_another_attempt_is_in_another_part_of_the_day(part):
    tried = [next_part(part, tries) for tries in (1, 2)]
    assert part not in tried and len(set(tried)) == 2


def test_a_moment_lies_in_a_part_of_the_day():
    assert part_of(datetime(2026, 11, 24, 8, 0)) is DaySlot.MORNING
    assert part_of(datetime(2026, 11, 24, 12, 0)) is DaySlot.MIDDAY
    assert part_of(datetime(2026, 11, 24, 21, 0)) is DaySlot.EVENING


def test_a_slot_without_anybody_has_no_room():
    slot = CallSlot(TUESDAY, DaySlot.MORNING, DAWN, DAWN)
    assert not has_room([], None, slot, "de", BERLIN)
