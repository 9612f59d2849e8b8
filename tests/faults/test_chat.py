"""The conversation on the page, over the real protocol: said once, answered at once, a person one step away."""

import re
from dataclasses import replace

import pytest

from chalicelib import wiring
from chalicelib.actions.answer_task import answer_task
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.conversation import Speaker
from chalicelib.domain.task import TaskKind
from chalicelib.ports import Commit
from tests.reader import Reader

from .test_doors import helper_of
from .test_replies import NUMBERS, Side

METER = "Der Zählerstand ist falsch abgelesen"


@pytest.fixture
def reader(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def said(claim):
    return wiring.store().talk(claim.creditor, claim.debtor)[1]


def says(reader, words, page=None, **more):
    return reader.on(reader.press(page or reader.get("chat"), "/chat", words=words, **more))


def test_looking_at_it_changes_nothing(house, claim, reader):
    before = house.everything()
    page = reader.get("chat")
    assert "kein Mensch" in page.words and "Zu einem Menschen" in page.words
    assert reader.get("chat").status == 200 and house.everything() == before


def test_what_has_a_page_is_answered_with_it_and_nothing_else_happens(house, claim, reader):
    page = says(reader, "Kann ich das in Raten zahlen?")
    assert "Wie viel" not in page.words and "/plan" in page.text
    assert [one.by for one in said(claim)] == [Speaker.DEBTOR, Speaker.BOT]
    assert not house.matter(claim).tasks and house.again(claim).holds == claim.holds
    assert "Zu einem Menschen" in page.words


def sum_asked(page):
    return re.search(r'name="amount"[^>]*value="([^"]*)"', page.text)[1]


def test_a_sum_somebody_wrote_stands_on_the_page_of_instalments_until_they_say_another(house, claim, reader):
    usual = sum_asked(reader.get("plan"))
    assert "/plan" in says(reader, "Kann ich in Raten zahlen, 20 Euro im Monat?").text
    shown = reader.get("plan")
    assert sum_asked(shown) == "20" != usual and "20,00" in shown.words
    assert sum_asked(reader.get("plan?amount=30")) == "30"


def test_more_than_is_owed_is_no_sum_for_instalments(house, claim, reader):
    usual = sum_asked(reader.get("plan"))
    says(reader, "Kann ich in Raten zahlen, 60000 Euro im Monat?")
    assert sum_asked(reader.get("plan")) == usual


def test_one_question_at_a_time_and_then_a_person_with_all_that_was_learnt(house, claim, reader):
    assert "Welche Nummer" in says(reader, METER).words
    assert "Welchen Stand" in says(reader, "1ESY1160123456").words
    assert "welchem Tag" in says(reader, "4711 kWh").words
    page = says(reader, "am 1.11.")
    assert "Ein Mensch antwortet bis" in page.words and "Zu einem Menschen" not in page.words
    head, talk = wiring.store().talk(claim.creditor, claim.debtor)
    assert [(one.key, one.words) for one in head.learnt] == [
        ("meter_number", "1ESY1160123456"),
        ("meter_reading", "4711 kWh"),
        ("meter_day", "am 1.11."),
    ]
    (task,) = house.matter(claim).tasks.values()
    assert task.kind is TaskKind.REPLY and head.task == task.id and METER in task.words and "4711" in task.words
    assert HoldKind.TASK_OPEN in {hold.kind for hold in house.again(claim).holds}
    # While somebody is at it the help keeps still, and what is said is added.
    says(reader, "Soll ich ein Foto schicken?")
    assert [one.by for one in said(claim)][-1] is Speaker.DEBTOR and len(said(claim)) == len(talk) + 1
    (task,) = house.matter(claim).tasks.values()
    assert "Foto" in task.words


def test_what_a_person_asks_back_is_said_on_the_first_page_and_their_answer_ends_that(house, claim, reader):
    reader.press(reader.get("chat"), "/chat", words="", step="person")
    assert "Wir sind am Zug" in reader.get().words
    (task,) = house.matter(claim).tasks.values()
    mine = replace(task, owner="anna", owned_at=wiring.clock())
    wiring.store().commit(claim.creditor, Commit((), tasks=(mine,)))
    ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies()}
    more = {"strategies": wiring.strategies(), "now": wiring.clock(), "by": "anna", "signed": "Anna"}
    answer_task(claim.creditor, task.debtor, task.id, "Welcher Zähler ist es?", closes=False, **more, **ports)
    page = reader.get()
    assert "Ein Mensch hat Sie etwas gefragt" in page.words and "Wir sind am Zug" not in page.words
    assert "Auf die Frage antworten" in page.words
    says(reader, "Der im Keller")
    assert "Wir sind am Zug" in reader.get().words and len(house.matter(claim).tasks) == 1


def test_too_much_for_one_message_stays_in_the_box_to_the_last_letter(house, claim, reader):
    pasted = "Der Zähler im Keller zeigt seit Jahren dasselbe. " * 120 + "Ende"
    page = reader.press(reader.get("chat"), "/chat", words=pasted)
    assert page.status == 422 and "länger als 4.000 Zeichen" in page.words and pasted in page.text
    assert not said(claim)


def test_to_a_person_is_one_press_without_a_word(house, claim, reader):
    page = reader.on(reader.press(reader.get("chat"), "/chat", words="", step="person"))
    assert "Ein Mensch antwortet bis" in page.words
    assert [task.kind for task in house.matter(claim).tasks.values()] == [TaskKind.REPLY]


HURRIED = "ich brauch ne Ratenzahlung"


def test_what_is_not_plain_is_asked_back_with_two_buttons_and_a_yes_leads_there(house, claim, reader):
    asked = says(reader, HURRIED)
    assert "Geht es um „In Raten bezahlen“?" in asked.words and "Zu einem Menschen" in asked.words
    assert asked.text.count('name="words" value=') == 2 and not house.matter(claim).tasks
    led = says(reader, "Ja", asked)
    assert "was Sie im Monat schaffen" in led.words and 'name="words" value=' not in led.text
    assert not house.matter(claim).tasks and not house.matter(claim).plans


def test_without_cookies_a_yes_is_a_form_too(house, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    chat = reader.press(reader.through_the_door(), "/show", page="chat")
    asked = reader.press(chat, "/chat", words=HURRIED)
    led = reader.press(asked, "/chat", words="Ja")
    assert asked.text.count('name="words" value=') == 2 and said(claim)[-1].offers == ("plan",)
    assert reader.press(led, "/show", page="plan").status == 200


def test_a_no_is_one_press_and_a_person_reads_all_of_it(house, claim, reader):
    asked = says(reader, HURRIED)
    page = says(reader, "Nein, etwas anderes", asked)
    assert "Ein Mensch antwortet bis" in page.words
    (task,) = house.matter(claim).tasks.values()
    assert task.words == f"{HURRIED}\n\nNein, etwas anderes"


def test_asked_back_in_one_language_it_is_answered_in_another(house, claim, reader):
    says(reader, HURRIED)
    reader.sends["Accept-Language"] = "tr"
    page = reader.get("chat")
    assert 'value="Evet"' in page.text
    says(reader, "Evet", page)
    assert said(claim)[-1].offers == ("plan",)


def test_a_yes_pressed_twice_is_said_once(house, claim, reader):
    action, fields = says(reader, HURRIED).form("/chat")
    answers = house.wire.race(*[lambda: reader.post(action, {**fields, "words": "Ja"})] * 2)
    assert {answer.status for answer in answers} == {303}
    assert [one.words for one in said(claim)].count("Ja") == 1 and said(claim)[-1].offers == ("plan",)


def test_a_question_is_asked_and_answered_at_its_own_claim(house, creditor):
    one = house.register(creditor, claim="R-own", debtor="K-own")
    two = house.register(creditor, claim="R-other", debtor="K-own")
    here, there = Reader(house.link_to(one)), Reader(house.link_to(two))
    here.through_the_door(), there.through_the_door()
    asked, other = says(here, HURRIED), there.get("chat")
    assert 'name="words" value=' in asked.text and 'name="words" value=' not in other.text
    says(there, "Ja", other)
    assert not any(line.offers for line in said(one)) and len(house.matter(one).tasks) == 1


def test_a_yes_on_a_page_of_before_is_no_yes_to_what_is_asked_by_then(house, claim, reader):
    old = says(reader, HURRIED)
    says(reader, "hab schon bezahlt")
    says(reader, "bin krank")
    assert wiring.store().talk(claim.creditor, claim.debtor)[0].step == "asked_back"
    says(reader, "Ja", old)
    assert said(claim)[-1].offers != ("care",) and len(house.matter(claim).tasks) == 1


def test_what_nobody_declared_is_for_a_person(house, claim, reader):
    says(reader, "Ist Ihr Büro am Samstag offen?")
    assert len(house.matter(claim).tasks) == 1


def test_pressed_twice_it_is_said_once(house, claim, reader):
    action, fields = reader.get("chat").form("/chat")
    answers = house.wire.race(*[lambda: reader.post(action, {**fields, "words": METER})] * 2)
    assert {answer.status for answer in answers} == {303}
    assert [one.by for one in said(claim)] == [Speaker.DEBTOR, Speaker.BOT]
    # The same words later are words of their own.
    says(reader, METER)
    assert [one.words for one in said(claim)].count(METER) == 2


def test_without_cookies_it_goes_by_forms_alone(house, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    chat = reader.press(reader.through_the_door(), "/show", page="chat")
    page = reader.press(chat, "/chat", words="Kann ich in Raten zahlen?")
    assert page.status == 200 and [one.by for one in said(claim)] == [Speaker.DEBTOR, Speaker.BOT]
    assert reader.press(page, "/show", page="plan").status == 200


def test_nothing_and_too_much_are_answered_where_they_were_written(house, claim, reader):
    empty = reader.press(reader.get("chat"), "/chat", words="")
    long = reader.press(reader.get("chat"), "/chat", words="a" * 4001)
    assert (empty.status, long.status) == (422, 422) and said(claim) == ()


def test_who_sent_something_reads_on_there_and_while_a_person_is_awaited_no_guided_help_is_promised(reader):
    for words in ("Ist Ihr Büro am Samstag offen?", "Und am Sonntag?"):
        page = says(reader, words)
        assert page.form("/chat")[0].endswith("/chat#last")
        assert page.text.count('id="last"') == 1 and words in page.text.split('id="last"')[1]
    assert "kein Mensch" not in page.words.split("Samstag")[0]
    assert 'id="last"' not in reader.press(page, "/chat", words="").text, "what needs mending comes first"


def test_markup_and_commands_stay_words(house, claim, reader):
    words = "<script>alert(1)</script> {{ 7*7 }} \u202eSTOP"
    page = says(reader, words)
    assert "alert(1)</script>" not in page.text and "{{ 7*7 }}" in page.words


def test_what_a_helper_says_is_theirs_and_they_see_no_letters_of_the_debtor(house, claim):
    helper, _ = helper_of(house, claim, "arrange")
    page = says(helper, "Meine Mutter möchte in Raten zahlen")
    assert "Wer Ihnen hilft" in page.words
    assert [one.by for one in said(claim)] == [Speaker.HELPER, Speaker.BOT]


def test_who_may_only_look_says_nothing(house, claim):
    helper, _ = helper_of(house, claim, "see")
    assert "Das kann nur die Person selbst" in helper.get("chat").words
    helper.post("chat", {"words": "Hallo", "after": ""})
    assert said(claim) == ()


def test_a_helper_is_shown_no_question_of_the_debtors_and_their_yes_is_no_answer_to_it(house, claim, reader):
    """Whoever was asked about an illness answers that themselves."""
    helper, _ = helper_of(house, claim, "arrange")
    asked = says(reader, "bin krank")
    page = helper.get("chat")
    assert 'name="words" value=' in asked.text and 'name="words" value=' not in page.text
    says(helper, "Ja", page)
    assert not any(one.offers for one in said(claim)) and len(house.matter(claim).tasks) == 1


def test_what_was_asked_by_text_stands_on_the_debtors_page_and_on_no_helpers(house):
    house.queued("outcomes")
    side = Side(house, "sms", next(NUMBERS))
    helper, _ = helper_of(house, side.claim, "arrange")
    reader = Reader(house.link_to(side.claim))
    reader.through_the_door()
    side.says("bin krank")
    own, page = reader.get("chat"), helper.get("chat")
    assert 'name="words" value=' in own.text and 'name="words" value=' not in page.text
    answer = says(helper, "Ja", page)
    assert "Rücksicht" not in answer.words and not any(one.offers for one in said(side.claim))


def test_what_a_helper_was_asked_they_answer_and_the_debtor_does_not(house, claim, reader):
    helper, _ = helper_of(house, claim, "arrange")
    asked = says(helper, HURRIED)
    assert 'name="words" value=' in asked.text and 'name="words" value=' not in reader.get("chat").text
    says(helper, "Ja", asked)
    assert said(claim)[-1].offers == ("plan",)
