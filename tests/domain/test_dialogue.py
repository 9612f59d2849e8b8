"""The dialogue knows one matter or none, asks what is not known, and does nothing but ask, offer or hand over."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.conversation import Learnt
from chalicelib.domain.dialogue import (
    MOST_WORDS,
    AnswerKind,
    Question,
    Spelling,
    Topic,
    TopicWords,
    answered,
    begun,
    recognised,
)
from chalicelib.domain.task import TaskKind

NUMBER = Question("number", "dialogue.number", AnswerKind.NUMBER, said=(r"nr (\d+)",))
DAY = Question("day", "dialogue.day")
TOPICS = {
    "pay": Topic("pay", "dialogue.pay", "pay"),
    "plan": Topic("plan", "dialogue.plan", "plan", outweighs=frozenset({"pay"})),
    "paid": Topic("paid", "dialogue.paid", "transfer"),
    "wrong": Topic("wrong", "dialogue.wrong", "wrong", about="faulty", deniable=False),
    "meter": Topic("meter", "dialogue.meter", "wrong", hands_over=True, questions=(NUMBER, DAY)),
}
SPELLING = Spelling(same=(("ae", "a"), ("ue", "u")), negations=("nicht", "kein*"))
WORDS = TopicWords(
    SPELLING,
    {
        "pay": ("mochte zahlen|bezahlen",),
        "plan": ("raten",),
        "paid": ("schon bezahlt|uberwiesen=",),
        "wrong": ("geht nicht", "kaputt"),
        "meter": ("zahlerstand*",),
    },
    {"paid": ("wenn bezahlt",)},
)


def topic(words, known=WORDS):
    found = recognised(TOPICS, words, known)
    return found.topic if found else None


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Ich möchte das gern zahlen", "pay"),
        ("ICH MÖCHTE ZAHLEN!!", "pay"),
        ("habe ich schon längst überwiesen", "paid"),
        ("habe schon ueberwiesen", "paid"),
        ("schon überweisen", None),
        ("schon bezhalt", "paid"),
        ("noch nicht schon bezahlt", None),
        ("Nicht nur das. Schon bezahlt", "paid"),
        ("keine raten", None),
        ("möchte in Raten zahlen", "plan"),
        ("der Zählerstände wegen", "meter"),
        ("Gerät geht nicht", "wrong"),
        ("wenn schon bezahlt", None),
        ("schon bezahlt und kaputt", None),
        ("guten Tag", None),
        ("", None),
        ("raten " * (MOST_WORDS + 1), None),
    ],
)
def test_what_is_plainly_about_one_thing_is_known_and_anything_else_is_not(words, wanted):
    assert topic(words) == wanted


def test_a_language_without_words_is_for_a_person():
    assert topic("raten", None) is None
    assert begun(TOPICS, None).hands_over is TaskKind.REPLY


def test_what_has_a_page_is_offered_with_what_it_is_about():
    turn = begun(TOPICS, recognised(TOPICS, "kaputt", WORDS))
    assert (turn.offers, turn.asks, turn.hands_over) == (("wrong?about=faulty",), None, None)


def test_one_question_comes_after_the_other_and_then_a_person_with_all_of_it():
    first = begun(TOPICS, recognised(TOPICS, "zählerstand", WORDS))
    assert (first.asks, first.offers, first.hands_over) == (NUMBER, (), None)
    second = answered(TOPICS, "meter", "number", "4711", first.learnt)
    assert second.asks is DAY
    last = answered(TOPICS, "meter", "day", "gestern", second.learnt)
    assert (last.hands_over, last.offers) == (TaskKind.REPLY, ("wrong",))
    assert last.learnt == (Learnt("number", "4711"), Learnt("day", "gestern"))


def test_what_was_said_before_or_at_once_is_never_asked():
    told = begun(TOPICS, recognised(TOPICS, "zählerstand nr 4711", WORDS))
    assert told.asks is DAY and told.learnt == (Learnt("number", "4711"),)
    known = (Learnt("number", "1"), Learnt("day", "2"))
    assert begun(TOPICS, recognised(TOPICS, "zählerstand", WORDS, known), known).hands_over is TaskKind.REPLY


def test_an_answer_that_is_none_is_for_a_person_and_is_kept():
    turn = answered(TOPICS, "meter", "number", "weiß ich nicht", ())
    assert turn.hands_over is TaskKind.REPLY and turn.learnt == (Learnt("number", "weiß ich nicht"),)
    assert answered(TOPICS, "gone", "number", "1", ()).hands_over is TaskKind.REPLY
    assert answered(TOPICS, "meter", "gone", "1", ()).hands_over is TaskKind.REPLY
    assert answered(TOPICS, "meter", "number", "  ", ()).hands_over is TaskKind.REPLY


@given(st.text(max_size=300))
def test_whatever_is_written_it_asks_offers_or_hands_over(words):
    turn = begun(TOPICS, recognised(TOPICS, words, WORDS))
    assert bool(turn.asks) + bool(turn.offers and not turn.hands_over) + bool(turn.hands_over) == 1


def test_the_first_messages_of_the_workshop_are_known_or_given_to_a_person_and_none_is_taken_for_another():
    from tools.dialogue import counted

    path = Path(__file__).parents[1] / "dialogue/development.json"
    found = counted(json.loads(path.read_text("utf-8")))
    assert len(found["by_language"]) == 12
    assert found["wrong"] == 0 and found["right"] >= 0.85 * found["total"]
