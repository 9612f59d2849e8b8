"""Who may take what waits, and who should: the rules by themselves."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.decision import Refused
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.domain.matter import Matter
from chalicelib.domain.presence import Given, Hand, Presence, works_now
from chalicelib.domain.routing import (
    Colleague,
    Crew,
    Fit,
    Reason,
    Tongue,
    Wanted,
    held_by,
    judged,
    ranked,
    rules_in,
    shipped_rules,
    unskilled,
    waited,
    wanted_of,
)
from chalicelib.domain.staff import Absence, Role, Shift
from chalicelib.domain.task import FRONT_OFFICE, Task, TaskKind
from chalicelib.domain.waiting import waiting
from tests.builders import NOW, agent, claim, debtor

BERLIN = ZoneInfo("Europe/Berlin")
RULES = shipped_rules()
DUE = NOW + timedelta(hours=30)


def wanted(**changes):
    plain = Wanted(
        "nordlicht", "K-501", "t-1", TaskKind.REPLY, None, "de", "de", BERLIN, NOW, DUE, frozenset(), frozenset()
    )
    return replace(plain, **changes)


def colleague(name="anna", *, here=True, holds=0, **changes):
    hand = Hand(name, tuple(Given("nordlicht", "K", f"t{n}", NOW) for n in range(holds)))
    return Colleague(agent(name, **changes), here, hand)


def crew_of(*people):
    return Crew(one.staff for one in people)


def best(asked, *people, at=NOW):
    return [fit.staff for fit in ranked(asked, people, crew_of(*people), at, RULES)]


def why_not(asked, one, *others, at=NOW):
    answer = judged(asked, one, crew_of(one, *others), at, RULES)
    return answer.because if isinstance(answer, Refused) else None


def task(**changes):
    plain = Task(
        "t-1", "nordlicht", "K-501", "R-1001", TaskKind.REPLY, None, NOW, DUE, FRONT_OFFICE, language="tr"
    )
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"creditors": ("fairkasso",)}, "not_their_creditor"),
        ({"roles": (Role.READER,)}, "may_not_answer"),
        ({"left_at": NOW}, "may_not_answer"),
        ({"here": False}, "not_here"),
        ({"absences": (Absence(date(2026, 11, 20), date(2026, 11, 23)),)}, "not_here"),
        ({"shifts": (Shift(0, time(12), time(18)),)}, "not_here"),
        ({"holds": 3}, "full"),
        ({"skills": (TaskKind.DISPUTE,)}, "other_skills"),
        ({"languages": ("tr", "en")}, "language"),
    ],
)
def test_nobody_is_given_what_they_may_not_take(changes, because):
    assert why_not(wanted(), colleague(**changes), colleague("bernd")) == because


def test_somebody_within_their_shift_is_there_in_the_zone_of_the_creditors_country():
    ten_to_twelve = (Shift(0, time(10), time(12)),)  # NOW is ten o'clock in Berlin
    assert why_not(wanted(), colleague(shifts=ten_to_twelve)) is None
    assert why_not(wanted(zone=ZoneInfo("Europe/London")), colleague(shifts=ten_to_twelve)) == "not_here"


def test_a_shift_over_midnight_belongs_to_the_day_it_began():
    night = agent(shifts=(Shift(6, time(22), time(6)),))
    assert works_now(night, datetime(2026, 11, 23, 5, tzinfo=BERLIN), BERLIN)
    assert not works_now(night, datetime(2026, 11, 23, 23, tzinfo=BERLIN), BERLIN)


def test_whoever_was_not_seen_for_some_minutes_or_said_so_is_away():
    assert Presence("anna", NOW).is_here(NOW + RULES.gone_after, RULES.gone_after)
    assert not Presence("anna", NOW).is_here(NOW + RULES.gone_after * 2, RULES.gone_after)
    assert not Presence("anna", NOW, away=True).is_here(NOW, RULES.gone_after)


def test_the_debtors_language_comes_first_and_nobody_is_favoured_by_a_name():
    speaks = [colleague(name, languages=("de", "tr")) for name in ("anna", "bernd", "cora", "dilek")]
    german = colleague("emil")
    assert best(wanted(language="tr"), german, *speaks)[-1] != "emil"
    firsts = {best(wanted(language="tr", task=f"t-{n}"), german, *speaks)[0] for n in range(60)}
    assert firsts == {"anna", "bernd", "cora", "dilek"}


def test_another_language_opens_as_the_time_told_comes_near():
    german, turkish = colleague("emil"), colleague("dilek", languages=("tr",), here=False)
    english = colleague("fay", languages=("en",))
    asked = wanted(language="tr")
    assert best(asked, german, turkish, english) == []
    assert best(asked, german, turkish, english, at=NOW + timedelta(minutes=10)) == ["emil"]
    assert best(asked, german, turkish, english, at=NOW + timedelta(minutes=45)) == ["emil", "fay"]
    urgent = replace(asked, due_at=NOW + timedelta(hours=5))
    assert best(urgent, german, turkish, english) == ["emil"]


def test_where_nobody_speaks_the_language_nobody_is_waited_for():
    german, english = colleague("emil"), colleague("fay", languages=("en",))
    assert best(wanted(language="uk"), german, english) == ["emil"]
    assert best(wanted(language="uk"), english) == ["fay"]
    assert best(wanted(language="uk"), colleague(languages=("pl",))) == []


def test_plain_german_is_german():
    asked = wanted_of(task(language="de-simple"), Matter(debtor()), "DE", BERLIN, RULES)
    assert asked.language == "de" and best(asked, colleague()) == ["anna"]


def test_whoever_answered_this_debtor_before_is_asked_first():
    before = task(id="t-0", owner="bernd", done_at=NOW)
    asked = wanted_of(task(language="de"), Matter(debtor(), tasks={"t-0": before}), "DE", BERLIN, RULES)
    assert asked.known_to == {"bernd"}
    assert best(asked, colleague("anna"), colleague("bernd", holds=1), colleague("cora"))[0] == "bernd"


def test_whoever_has_less_to_do_comes_first():
    assert best(wanted(), colleague("anna", holds=2), colleague("bernd")) == ["bernd", "anna"]


def test_those_with_rare_languages_are_kept_free_where_others_can():
    assert best(wanted(), colleague("anna", languages=("de", "tr", "ar")), colleague("bernd"))[0] == "bernd"


def test_a_named_skill_counts():
    asked = wanted(kind=TaskKind.DISPUTE)
    assert best(asked, colleague("anna"), colleague("bernd", skills=(TaskKind.DISPUTE,)))[0] == "bernd"


def test_particular_care_goes_to_those_who_named_it_also_where_they_are_not_here():
    able = colleague("cora", skills=(TaskKind.CARE,), here=False)
    asked = wanted_of(task(kind=TaskKind.CARE, language="de"), Matter(debtor()), "DE", BERLIN, RULES)
    assert best(asked, colleague("anna"), able) == []
    assert best(asked, colleague("anna"), replace(able, here=True)) == ["cora"]
    assert best(asked, colleague("anna"), able, at=DUE) == []
    assert best(asked, colleague("anna")) == ["anna"]


def test_a_minor_and_whoever_is_in_care_are_answered_by_those_who_named_care():
    minor = Dispute(
        "d-1", "nordlicht", "K-501", "R-1001", DisputeReason.MINOR, "", None, None, "de", "t-1", NOW, DUE
    )
    asked = wanted_of(
        task(kind=TaskKind.DISPUTE, about="d-1"), Matter(debtor(), disputes={"d-1": minor}), "DE", BERLIN, RULES
    )
    held = debtor().held(Hold(HoldKind.NEEDS_CARE, NOW, None, "t-9"))
    cared = wanted_of(task(), Matter(held), "DE", BERLIN, RULES)
    minded = claim().held(Hold(HoldKind.MINOR, NOW, None, "d-1"))
    about = wanted_of(task(), Matter(debtor(), {"R-1001": minded}), "DE", BERLIN, RULES)
    assert [one.skill for one in (asked, cared, about)] == [TaskKind.CARE] * 3


def test_what_somebody_handed_on_to_a_skill_waits_for_it():
    asked = wanted_of(task(skill=TaskKind.OFFER), Matter(debtor()), "DE", BERLIN, RULES)
    people = [agent(), agent("bernd", skills=(TaskKind.OFFER,))]
    assert unskilled(asked, people[0], Crew(people)) == Refused("skill_needed", "routing")
    assert unskilled(asked, people[1], Crew(people)) is None


def test_shortly_before_it_is_due_whoever_can_takes_it():
    other = colleague(skills=(TaskKind.DISPUTE,))
    assert best(wanted(), other, at=DUE - timedelta(hours=1)) == ["anna"]


def test_what_was_given_back_does_not_come_back():
    assert why_not(wanted(left_by=frozenset({"anna"})), colleague()) == "gave_it_back"


def test_an_answer_says_by_what_it_came_and_the_reasons_are_its_points():
    asked = wanted(language="tr", known_to=frozenset({"anna"}), kind=TaskKind.DISPUTE)
    answer = judged(
        asked, colleague(languages=("de", "tr"), skills=(TaskKind.DISPUTE,), holds=1), Crew(()), NOW, RULES
    )
    assert isinstance(answer, Fit) and answer.tongue is Tongue.OWN
    assert [reason for reason, _ in answer.reasons] == [
        *(Reason.LANGUAGE, Reason.RARE, Reason.SKILL, Reason.RELATIONSHIP, Reason.CREDITOR, Reason.LOAD)
    ]
    assert answer.points == sum(points for _, points in answer.reasons)


def test_what_waits_longer_is_worth_more_until_two_days():
    late = [waited(NOW, NOW + timedelta(minutes=minutes), RULES) for minutes in (-5, 0, 30, 2880, 9000)]
    assert late == [10 * minutes for minutes in (0, 0, 30, 2880, 2880)]


def test_only_who_holds_a_task_answers_it():
    mine = task(owner="anna", owned_at=NOW)
    assert held_by(mine, "anna") is None
    assert held_by(mine, "bernd") == Refused("held_by_another", "routing")
    assert held_by(task(), "anna") == Refused("nobody_holds_it", "routing")
    assert held_by(replace(mine, done_at=NOW), "anna") == Refused("done_already", "routing")


def test_a_hand_is_what_the_list_tells_and_what_is_too_new_for_it():
    old, new = Given("nordlicht", "K", "t-old", NOW), Given("nordlicht", "K", "t-new", NOW + timedelta(minutes=1))
    listed = waiting(task(id="t-2", owner="anna", owned_at=NOW))
    kept = Hand("anna", (old, new)).kept([listed], NOW + timedelta(minutes=1), RULES.lag)
    assert [one.task for one in kept] == ["t-2", "t-new"]


def test_the_first_step_of_widening_is_open_from_the_beginning(tmp_path):
    from chalicelib.domain.routing import FIGURES

    broken = tmp_path / "routing.json"
    broken.write_text(FIGURES.read_text("utf-8").replace('"after_minutes": 0', '"after_minutes": 1'))
    with pytest.raises(ValueError, match="first step"):
        rules_in(broken)
