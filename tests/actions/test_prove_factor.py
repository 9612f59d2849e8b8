"""The door: five answers, then it rests; whoever proves a factor gets a Visit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.prove_factor import Door, prove_factor
from chalicelib.domain.contact import ContactState
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import Factor
from chalicelib.domain.pay_link import FIRST_REST, LATER_REST, TRIES, LinkState
from chalicelib.domain.visit import Visit
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import code_of


@pytest.fixture
def link(world):
    world.register()
    return world.link()


def prove(world, link, answer="10437", factor=Factor.POSTCODE, now=NOW):
    return prove_factor(link.id, factor, answer, store=world.store, code_of=code_of, now=now)


def sent(world):
    """A reminder that left, and its own link."""
    world.register()
    due = world.planned()
    world.send(due)
    return world.store.link(world.again(due).link), due


def test_the_message_whose_link_led_through_the_door_is_told_the_first_time(world):
    link, due = sent(world)
    later = due.due_at + timedelta(hours=3)
    assert world.again(due).passed_at is None
    assert prove(world, link, now=later).door is Door.PASSED
    assert world.again(due).passed_at == later
    prove(world, link, now=later + timedelta(days=1))
    assert world.again(due).passed_at == later
    assert len(world.store.named(FactName.DOOR_PASSED)) == 2


def test_whoever_guesses_wrong_passes_no_door(world):
    link, due = sent(world)
    prove(world, link, "10438", now=due.due_at + timedelta(hours=1))
    assert world.again(due).passed_at is None


def test_a_message_still_under_its_senders_hands_is_left_alone(world):
    link, due = sent(world)
    reserved = replace(world.again(due), state=ContactState.RESERVED)
    world.store.commit("nordlicht", Commit((), contacts=(reserved,)))
    assert prove(world, link, now=due.due_at).door is Door.PASSED
    assert world.again(due) == replace(reserved, version=reserved.version + 1)


def test_where_the_providers_word_comes_at_the_same_moment_both_are_kept(world):
    link, due = sent(world)

    def bounced():
        held = world.again(due)
        world.store.items["contact", "nordlicht", "K-501", due.id] = replace(
            held, outcome="delivered", version=held.version + 1
        )

    world.store.meanwhile = [lambda: None, bounced]
    assert prove(world, link, now=due.due_at).door is Door.PASSED
    held = world.again(due)
    assert (held.outcome, held.passed_at) == ("delivered", due.due_at)
    assert len(world.store.named(FactName.DOOR_PASSED)) == 1


def tries(world, link):
    found = world.store.link(link.id)
    return found.tries, found.rests


@pytest.mark.parametrize(
    ("factor", "answer"),
    [
        (Factor.POSTCODE, "10437"),
        (Factor.POSTCODE, " 10 437 "),
        (Factor.BIRTH_DATE, date(1984, 3, 9)),
        (Factor.INVOICE_NUMBER, "2026-4711"),
        (Factor.INVOICE_NUMBER, "2026 4711"),
        (Factor.INVOICE_NUMBER, "２０２６４７１１"),
    ],
)
def test_the_right_answer_opens_for_this_link_and_claim(world, link, factor, answer):
    proof = prove(world, link, answer, factor)
    assert proof.door is Door.PASSED
    assert proof.visit == Visit(link.id, "nordlicht", "K-501", "R-1001", NOW)
    assert proof.matter == world.matter()
    (fact,) = world.store.named(FactName.DOOR_PASSED)
    assert dict(fact.about) == {"claim": "R-1001", "contact": "c-test"}
    assert tries(world, link) == (0, 0)


@pytest.mark.parametrize(
    ("factor", "answer"),
    [
        (Factor.POSTCODE, "10438"),
        (Factor.POSTCODE, ""),
        (Factor.POSTCODE, date(1984, 3, 9)),
        (Factor.BIRTH_DATE, date(1984, 9, 3)),
        (Factor.BIRTH_DATE, "1984-03-09"),
        (Factor.INVOICE_NUMBER, "10437"),
    ],
)
def test_P6_a_wrong_answer_shows_nothing_and_is_counted(world, link, factor, answer):
    before = dict(world.store.items)
    proof = prove(world, link, answer, factor)
    assert (proof.door, proof.visit, proof.matter, proof.tries_left) == (Door.WRONG, None, None, TRIES - 1)
    changed = {key for key, value in world.store.items.items() if before.get(key) != value}
    assert changed == {("link", link.id)} and tries(world, link) == (1, 0)


def test_an_invoice_number_of_signs_only_is_no_proof(world):
    world.register(invoice_number="---")
    assert prove(world, world.link(), "-", Factor.INVOICE_NUMBER).door is Door.WRONG


def test_a_factor_the_link_does_not_ask_for_opens_nothing(world):
    world.register()
    link = world.link(factors=(Factor.BIRTH_DATE,))
    assert prove(world, link).door is Door.WRONG


def test_a_birth_date_nobody_knows_is_no_proof(world):
    world.register(birth_date=None)
    assert prove(world, world.link(), "", Factor.BIRTH_DATE).door is Door.WRONG


def test_P7_the_fifth_answer_is_still_compared_then_the_link_rests(world, link):
    answers = [prove(world, link, "00000").door for _ in range(TRIES)]
    assert answers == [Door.WRONG] * (TRIES - 1) + [Door.RESTING]
    assert prove(world, link).door is Door.RESTING
    assert tries(world, link) == (0, 1)
    assert prove(world, link, now=NOW + FIRST_REST).door is Door.PASSED


def test_P7_a_right_fifth_answer_opens(world, link):
    for _ in range(TRIES - 1):
        prove(world, link, "00000")
    assert prove(world, link).door is Door.PASSED
    assert tries(world, link) == (0, 0)


def test_P7_the_second_rest_is_a_day(world, link):
    now = NOW
    for rest in (FIRST_REST, LATER_REST, LATER_REST):
        for _ in range(TRIES):
            prove(world, link, "00000", now=now)
        assert prove(world, link, now=now + rest - timedelta(seconds=1)).door is Door.RESTING
        now += rest


def test_P7_guesses_at_the_same_moment_are_counted_one_by_one(world, link):
    world.store.meanwhile += [lambda: prove(world, link, "00000")] * 3
    assert prove(world, link, "00000").door is Door.WRONG
    assert tries(world, link) == (4, 0)


def test_too_many_guesses_at_once_are_told_to_come_back(world, link):
    world.store.meanwhile += [lambda: world.store.touch("link", link.id)] * 5
    with pytest.raises(Retry):
        prove(world, link)


def test_a_proof_stands_where_somebody_else_guessed_at_the_same_moment(world, link):
    def guess_later():
        world.store.meanwhile.append(lambda: prove(world, link, "00000"))

    world.store.meanwhile.append(guess_later)
    assert prove(world, link).door is Door.PASSED
    assert tries(world, link) == (2, 0), "their count stays"


def test_a_link_that_is_over_opens_nothing(world, link):
    assert prove(world, link, now=link.expires_at).door is Door.GONE
    world.store.commit("nordlicht", Commit((), links=(replace(link, state=LinkState.DISOWNED),)))
    assert prove(world, link).door is Door.GONE
    assert (
        prove_factor("unknown", Factor.POSTCODE, "10437", store=world.store, code_of=code_of, now=NOW).door
        is Door.GONE
    )


@pytest.mark.parametrize("strange", [{"debtor": "K-404"}, {"claim": "R-404"}])
def test_a_link_to_what_is_not_there_opens_nothing(world, strange):
    world.register()
    assert prove(world, world.link(**strange)).door is Door.GONE
