"""A matter at the desk over the real protocol: everything on one page, and each thing that may be done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.change_call import move_call, take_back_call
from chalicelib.actions.converse import say
from chalicelib.actions.raise_dispute import raise_dispute
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.dispute import DisputeReason, DisputeState, Objection, Verdict
from chalicelib.domain.motion import MotionState
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.task import DaySlot, HelpRequest
from chalicelib.domain.visit import Visit
from chalicelib.ports import Commit
from tests.desk import at_the_desk

WORDS = "Mein Zähler stand auf 4711."
SAID = Objection(DisputeReason.WRONG_AMOUNT, WORDS, None, ChannelKind.EMAIL, "tr")


@pytest.fixture
def creditor(house):
    house.empty()
    return house.open_creditor()


@pytest.fixture
def claim(house, creditor):
    return house.register(creditor)


@pytest.fixture
def anna(house, creditor):
    return house.employ("agent", creditors=(creditor.id,), name="Anna Berg", languages=("de", "tr"), team="a")


@pytest.fixture
def ben(house, creditor):
    return house.employ("lead", creditors=(creditor.id,), name="Ben Yilmaz", team="a")


@pytest.fixture
def task(claim):
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    now = wiring.clock()
    ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies(), "now": now}
    return raise_dispute(visit, SAID, **ports).task


def at(claim, *parts):
    return "/".join(("/desk/c", claim.creditor, claim.debtor, *parts))


def held(house, claim, task, anna):
    """The browser of somebody who has taken it."""
    desk = at_the_desk(anna)
    page = desk.get(at(claim))
    done = desk.press(page, "take", task=task)
    assert done.status == 303
    return desk


def test_everything_about_a_matter_stands_on_one_page(house, claim, anna, task):
    page = at_the_desk(anna).get(at(claim))
    assert page.status == 200
    for words in ("Marta Lindqvist", WORDS, "The amount is wrong", "48.20", "Lindenweg 7", "marta.lindqvist"):
        assert words in page.text, words
    assert "with nobody yet" in page.words and "promised" in page.words


def test_who_looks_is_written_down(house, claim, anna):
    at_the_desk(anna).get(at(claim))
    (look,) = wiring.looks().of_day(claim.creditor, wiring.clock().date())
    assert (look.by, look.debtor, look.what) == (anna.id, claim.debtor, "matter")


def test_it_waits_in_the_list_until_somebody_takes_it_and_then_with_them(house, claim, anna, ben, task):
    desk = at_the_desk(anna)
    assert "something is wrong" in desk.get("/desk").text
    desk = held(house, claim, task, anna)
    (mine,) = wiring.task_lists().taken(anna.id)
    assert mine.task == task and wiring.task_lists().free(claim.creditor, 9) == ()
    assert "Anna Berg" in at_the_desk(ben).get("/desk").text


def test_what_the_contact_centre_answered_says_so_in_the_list_and_on_its_page(house, claim, anna, task):
    mark = "answered in the contact centre, the outcome is still to be said"
    desk = at_the_desk(anna)
    assert mark not in desk.get("/desk").words and mark not in desk.get(at(claim)).words
    (waits,) = house.matter(claim).tasks.values()
    there = replace(waits, answered_there=wiring.clock(), left_by=("centre:there",))
    wiring.store().commit(claim.creditor, Commit((), tasks=(there,)))
    assert mark in desk.get("/desk").words and mark in desk.get(at(claim)).words


def test_the_next_one_is_taken_by_one_press(house, claim, anna, task):
    desk = at_the_desk(anna)
    done = desk.press(desk.get("/desk"), "/desk/next")
    assert done.status == 303 and done.location.startswith(at(claim))
    assert house.matter(claim).tasks[task].owner == anna.id


def test_an_answer_is_kept_and_on_its_way_and_the_task_stays_open_where_it_asks_back(house, claim, anna, task):
    desk = held(house, claim, task, anna)
    done = desk.press(desk.get(at(claim)), "answer", words="Hangi gün?", step="ask")
    assert done.status == 303
    _, (said,) = wiring.store().talk(claim.creditor, claim.debtor)
    assert (said.words, said.signed, said.language) == ("Hangi gün?", "Anna", "tr")
    assert house.matter(claim).tasks[task].done_at is None
    assert "Hangi gün?" in desk.get(done.location).text


def test_a_dispute_is_rejected_by_one_with_the_reason(house, claim, anna, task):
    desk = held(house, claim, task, anna)
    desk.press(desk.get(at(claim)), "answer", words="Sayaç doğru.", step="reject")
    (dispute,) = house.matter(claim).disputes.values()
    assert (dispute.state, dispute.verdict) == (DisputeState.ANSWERED, Verdict.REJECTED)


def test_it_is_upheld_by_two_and_the_claim_closes(house, claim, anna, ben, task):
    desk = held(house, claim, task, anna)
    done = desk.press(desk.get(at(claim)), "answer", words="Haklısınız.", step="right")
    assert "second person" in desk.get(done.location).words
    assert house.again(claim).outstanding.total == 4820
    lead = at_the_desk(ben)
    assert "Uphold" in lead.get("/desk").words or "uphold" in lead.get("/desk").words
    page = lead.get(at(claim))
    lead.press(page, "decide", step="yes")
    closed = house.again(claim)
    assert (closed.state, closed.outstanding.total) == (ClaimState.CLOSED, 0)
    (motion,) = wiring.store().motions(claim.creditor, claim.debtor)
    assert (motion.state, motion.second) == (MotionState.CARRIED, ben.id)
    house.invariants(claim)


def test_what_was_typed_is_not_lost_where_something_needs_mending(house, claim, anna, task):
    desk = held(house, claim, task, anna)
    page = desk.press(desk.get(at(claim)), "answer", words="Kısmen haklısınız.", step="part", amount="viel")
    assert page.status == 422
    assert "Kısmen haklısınız." in page.text and "Please give an amount" in page.words
    assert wiring.store().motions(claim.creditor, claim.debtor) == ()


def test_what_was_typed_when_the_seat_ran_out_is_said_once_by_the_next_sign_in(house, claim, anna, task):
    desk = held(house, claim, task, anna)
    form, words = desk.get(at(claim)), "Hangi gün?"
    desk.cookies = dict(at_the_desk(anna, since=wiring.clock() - timedelta(hours=1)).cookies)
    lost = desk.press(form, "answer", words=words, step="ask")
    assert lost.status == 401 and words in lost.text
    desk.cookies = dict(at_the_desk(anna).cookies)
    again = desk.press(lost, "answer", words=words)
    assert again.status == 403 and words in again.text
    assert wiring.store().talk(claim.creditor, claim.debtor)[1] == ()
    for _ in range(2):
        assert desk.press(again, "answer", words=words).location.startswith(at(claim))
    assert [one.words for one in wiring.store().talk(claim.creditor, claim.debtor)[1]] == [words]


def test_two_sign_ins_of_one_human_do_not_carry_what_one_of_them_put_up(house, claim, creditor, anna, task):
    desk = held(house, claim, task, anna)
    desk.press(desk.get(at(claim)), "answer", words="Haklısınız.", step="right")
    known = {"creditors": (creditor.id,), "email": "lead@nordlicht.example", "vouched": (anna.email.lower(),)}
    twin = at_the_desk(house.employ("lead", **known))
    page = twin.press(twin.get(at(claim)), "decide", step="yes")
    assert page.status == 422 and house.again(claim).outstanding.total == 4820


def test_what_somebody_else_holds_is_not_answered_and_a_lead_may_take_it_over(house, claim, anna, ben, task):
    desk = held(house, claim, task, anna)
    form = desk.get(at(claim))
    lead = at_the_desk(ben)
    lead.press(lead.get(at(claim)), "take", task=task)
    assert house.matter(claim).tasks[task].owner == ben.id
    page = desk.press(form, "answer", words="Merhaba", step="ask")
    assert page.status == 422 and "Somebody else holds this" in page.words and "Merhaba" in page.text
    assert wiring.store().talk(claim.creditor, claim.debtor)[1] == ()


def test_a_claim_is_held_and_let_go(house, claim, anna):
    desk = at_the_desk(anna)
    desk.press(desk.get(at(claim)), "hold", step="hold", kind="operator")
    assert [hold.kind for hold in house.again(claim).holds] == [HoldKind.OPERATOR]
    assert "Held · by Anna Berg, " in desk.get(at(claim)).words
    desk.press(desk.get(at(claim)), "hold", step="lift", kind="operator")
    assert house.again(claim).holds == ()


def test_parts_within_the_strategy_are_offered_at_once_and_beyond_it_put_before_a_second_person(
    house, claim, anna, ben
):
    desk = at_the_desk(anna)
    day = (wiring.clock() + timedelta(days=10)).date().isoformat()
    form = desk.get(at(claim))
    done = desk.press(form, "offer", step="plan", amount="20", day=day)
    assert done.location.endswith("done=offered")
    (offer,) = house.matter(claim).offers.values()
    assert [part.amount for part in offer.instalments] == [2000, 2000, 820] and offer.motion is None
    done = desk.press(form, "offer", step="plan", amount="1", day=day)
    assert done.location.endswith("done=proposed")
    lead = at_the_desk(ben)
    lead.press(lead.get(at(claim)), "decide", step="yes")
    done = desk.press(form, "offer", step="plan", amount="1", day=day)
    assert done.location.endswith("done=offered")
    beyond = next(one for one in house.matter(claim).offers.values() if one.motion)
    assert len(beyond.instalments) == 49


@pytest.mark.parametrize("terms", [{"step": "plan", "amount": "1"}, {"step": "date"}])
def test_a_day_that_nobody_can_allow_is_refused_at_once_and_another_motion_is_not_kept_waiting(
    house, claim, anna, terms
):
    desk = at_the_desk(anna)
    form = desk.get(at(claim))
    told = desk.press(form, "offer", day="9999-12-31", **terms)
    assert told.status == 422 and "It cannot be agreed this way." in told.words
    assert wiring.store().motions(claim.creditor, claim.debtor) == ()
    correct = desk.press(form, "motion", kind="correct", amount="1", why="Falsch gelesen.")
    assert correct.location.endswith("done=proposed")


def test_a_reader_of_the_creditor_sees_the_claim_and_nothing_told_in_confidence(house, claim, creditor, task):
    reader = house.employ("reader", creditors=(creditor.id,), name="Rita Leser")
    desk = at_the_desk(reader)
    page = desk.get(at(claim))
    assert page.status == 200 and "48.20" in page.text
    for words in (WORDS, "Lindenweg", "marta.lindqvist", "promised"):
        assert words not in page.text, words
    assert desk.get(desk.press(desk.get("/desk"), "/desk/find", claim=claim.id).location).status == 200


def test_what_never_was_and_what_is_anothers_look_the_same(house, claim, anna):
    other = house.open_creditor()
    theirs = house.register(other)
    desk = at_the_desk(anna)
    never = desk.get(f"/desk/c/{claim.creditor}/K-none")
    hidden = desk.get(f"/desk/c/{other.id}/{theirs.debtor}")
    assert (never.status, hidden.status) == (404, 404)
    found = desk.press(desk.get("/desk"), "/desk/find", claim=theirs.id)
    assert "do not know this number" in found.words


def test_what_was_written_about_a_task_that_ended_meanwhile_is_shown_again(house, claim, anna, task):
    desk = held(house, claim, task, anna)
    form = desk.get(at(claim))
    desk.press(form, "answer", words="Sayaç doğru.", step="reject")
    page = desk.press(form, "answer", words="Bir şey daha.", step="ask")
    assert page.status == 422 and "Bir şey daha." in page.text


def test_a_call_that_was_moved_and_taken_back_is_told_so_where_everything_is_told(house, claim, anna):
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    now, desk = wiring.clock(), at_the_desk(anna)
    ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies(), "now": now}
    asked = HelpRequest("", DaySlot.MORNING, "de", "+491713920012")
    call = ask_for_help(visit, asked, **ports)
    move_call(visit, call.id, replace(asked, slot=DaySlot.EVENING), **ports)
    assert "Moved by the debtor" in desk.get(at(claim)).words
    take_back_call(visit, call.id, strategies=wiring.strategies(), **ports)
    page = desk.get(at(claim))
    assert "Taken back by the debtor" in page.words and call.id not in page.text


def test_what_was_asked_back_and_answered_by_no_is_told_to_whoever_takes_over(house, claim, anna):
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies()}
    for minutes, words in enumerate(("ich brauch ne Ratenzahlung", "Nein, etwas anderes")):
        now = wiring.clock() + timedelta(minutes=minutes)
        say(visit, words, language="de", guide=wiring.guide(), **ports, now=now)
    page = at_the_desk(anna).get(at(claim))
    for words in ("ich brauch ne Ratenzahlung", "Geht es um „In Raten bezahlen“?", "Nein, etwas anderes"):
        assert words in page.words, words


def said(claim, words, **more):
    visit = Visit("link", claim.creditor, claim.debtor, claim.id, wiring.clock())
    ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies()}
    say(visit, words, language="de", guide=wiring.guide(), now=wiring.clock(), **ports, **more)


def test_what_the_guided_help_answered_stands_above_what_it_answers(house, claim, anna):
    said(claim, "Kann ich in Raten zahlen?")
    story = at_the_desk(anna).get(at(claim)).words.rpartition("What happened")[2]
    assert -1 < story.find("was Sie im Monat schaffen") < story.find("Kann ich in Raten zahlen?")


def test_what_was_asked_once_is_counted_once(house, claim, anna):
    said(claim, "Wer hat das bestellt? Und wann kam der Techniker?", to_person=True)
    (waits,) = house.matter(claim).open_tasks(claim.id)
    assert "2 things were asked" in held(house, claim, waits.id, anna).get(at(claim)).words


def test_what_gives_money_up_says_why_and_a_form_without_it_comes_back_as_it_was_typed(house, claim, anna, ben):
    desk, lead = at_the_desk(anna), at_the_desk(ben)
    action, fields = desk.get(at(claim)).form("/motion")
    sends = {**fields, "claim": claim.id, "kind": "correct", "amount": "16,06"}
    again = desk.post(action, sends)
    assert again.status == 422 and "Please say why. The second person decides by it." in again.words
    assert 'name="amount" value="16,06"' in again.text and "<details open>" in again.text
    assert desk.post(action, {**sends, "why": "Meter read twice"}).status == 303
    assert "Meter read twice" in lead.get(at(claim)).words
    lead.press(lead.get(at(claim)), "decide", step="yes")
    assert "Meter read twice" in desk.get(at(claim)).words, "the story goes on telling it"


def test_two_corrections_pressed_at_once_in_two_tabs_are_one_and_the_other_is_told_that_it_waits(
    house, claim, anna, ben
):
    desk, lead = at_the_desk(anna), at_the_desk(ben)
    action, fields = desk.get(at(claim)).form("/motion")
    sends = {**fields, "claim": claim.id, "kind": "correct", "why": "Zählerstand"}
    tabs = [lambda amount=amount: desk.post(action, {**sends, "amount": amount}) for amount in ("16,06", "16,60")]
    answers = house.wire.race(*tabs)
    (told,) = [one for one in answers if one.status == 422]
    assert "is deciding about this claim already" in told.words
    assert lead.press(lead.get(at(claim)), "decide", step="yes").status == 303
    assert house.again(claim).outstanding.total in (4820 - 1606, 4820 - 1660)
