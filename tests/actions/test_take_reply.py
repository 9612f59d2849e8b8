"""A reply is kept once and does what its word plainly asks; whatever else it says is put before a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.actions.answer_reply import MOST_WORDS, PAGES, Became
from chalicelib.actions.close_task import close_task
from chalicelib.actions.send_contact import Sent
from chalicelib.actions.take_reply import NOBODY, take_reply
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.consent import Consent, ConsentPurpose
from chalicelib.domain.contact import ContactState, MessageKind, Purpose, Reply
from chalicelib.domain.errors import OptedOut, Retry, StaleVersion
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from chalicelib.domain.pay_link import LinkState
from chalicelib.domain.reply_words import Said, plain
from chalicelib.domain.task import TaskKind
from chalicelib.ports import Commit
from chalicelib.presentation.i18n import languages, locale
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES, World, hash_point

PHONE, MAIL = "+491713920012", "marta.lindqvist@example.com"
LATER = NOW + timedelta(days=3)


def written(world=None, **row):
    """A world in which a reminder left by text message, and the contact it was."""
    world = world or World()
    world.register(**({"email": None} | row))
    planned = next(c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER)
    assert world.send(planned) is Sent.SENT
    world.now = planned.due_at + timedelta(hours=1)
    return world, world.again(planned)


def reply(world, sent, text, name="in-1", **changes):
    plain = Reply(name, sent.channel, PHONE, "", text, world.now, sent.receipt)
    return replace(plain, **changes)


def take(world, said, now=None):
    return take_reply(said, ear=world.ear, now=now or world.now)


def answers(world, kind=MessageKind.REPLY):
    return [contact for contact in world.contacts() if contact.kind is kind]


def tasks(world):
    return list(world.matter().tasks.values())


def states(world):
    return {point.state for point in world.matter().debtor.points}


@pytest.mark.parametrize("language", languages())
def test_a_stop_in_every_language_silences_the_address_at_once_and_is_confirmed_once(language):
    world, sent = written()
    word = locale(language).replies[Said.STOP][-1].removesuffix("*")
    assert take(world, reply(world, sent, word)) is Became.DONE
    assert states(world) == {PointState.OPTED_OUT}
    assert [c.purpose for c in world.contacts(ContactState.PLANNED)] == [Purpose.ANSWER]
    (answer,) = answers(world)
    assert (answer.channel, answer.about, answer.to) == (ChannelKind.SMS, "stop", hash_point(PHONE))
    assert world.send(answer, world.now) is Sent.SENT and tasks(world) == []
    # Said again it is the same word.
    assert take(world, reply(world, sent, word, "in-2")) is Became.DONE
    assert len(answers(world)) == 1 and len(world.matter().debtor.consents) == 1


def test_P17_a_stop_while_a_reminder_waits_in_the_queue_and_it_does_not_leave():
    world, sent = written()
    (waiting,) = world.contacts(ContactState.PLANNED)
    take(world, reply(world, sent, "STOP"))
    assert world.send(waiting) is Sent.DUPLICATE and len(world.sms.sent) == 1


def test_P17_a_stop_that_the_phone_company_knows_too_stays_a_stop_and_a_start_opens_the_number_again():
    world, sent = written()
    take(world, reply(world, sent, "STOP"))
    world.sms.answers.append(OptedOut("DESTINATION_PHONE_NUMBER_OPTED_OUT"))
    (answer,) = answers(world)
    assert world.send(answer, world.now) is Sent.FAILED
    assert states(world) == {PointState.OPTED_OUT}
    assert take(world, reply(world, sent, "START", "in-2", at=world.now + timedelta(minutes=1))) is Became.DONE
    assert states(world) == {PointState.ACTIVE}


def test_a_stop_with_more_words_is_obeyed_and_the_words_are_for_a_person():
    world, sent = written()
    assert take(world, reply(world, sent, "Stop! Ich habe doch bezahlt.")) is Became.DONE
    (task,) = tasks(world)
    assert states(world) == {PointState.OPTED_OUT}
    assert (task.kind, task.words, task.about) == (TaskKind.REPLY, "Stop! Ich habe doch bezahlt.", sent.id)
    assert [c.about for c in answers(world)] == ["stop"] and answers(world, MessageKind.NOTED) == []


def test_a_start_opens_the_address_again_and_only_for_whoever_has_it():
    world, sent = written()
    take(world, reply(world, sent, "STOP"))
    stranger = reply(world, sent, "START", "in-2", sender="+4915100000001", at=world.now + timedelta(minutes=1))
    assert take(world, stranger) is Became.ASKED and states(world) == {PointState.OPTED_OUT}
    again = reply(world, sent, "START", "in-3", at=world.now + timedelta(minutes=2))
    assert take(world, again) is Became.DONE and states(world) == {PointState.ACTIVE}
    assert [c.given for c in world.matter().debtor.consents] == [False, True]
    assert [c.about for c in answers(world)] == ["stop", "start"]


def test_of_a_number_that_several_channels_write_to_the_one_that_works_is_answered_and_the_dead_stays_dead():
    world, sent = written()
    whatsapp = ContactPoint(ChannelKind.WHATSAPP, PHONE)
    card = world.matter().debtor.with_point_state(PHONE, PointState.DEAD)
    world.store.commit("nordlicht", Commit((), debtor=replace(card, points=(*card.points, whatsapp))))
    said = reply(world, sent, "Raten", channel=ChannelKind.WHATSAPP)
    assert take(world, said) is Became.ANSWERED
    (answer,) = answers(world)
    world.send(answer)
    assert world.again(answer).link and answer.channel is ChannelKind.WHATSAPP
    for number, (word, state) in enumerate((("STOP", PointState.OPTED_OUT), ("START", PointState.ACTIVE))):
        at = world.now + timedelta(minutes=number)
        take(world, replace(said, id=f"in-{word}", text=word, at=at))
        states_now = {p.channel: p.state for p in world.matter().debtor.points}
        assert states_now == {ChannelKind.SMS: PointState.DEAD, ChannelKind.WHATSAPP: state}


def test_stop_and_start_in_the_wrong_order_end_as_they_were_written():
    for order in ((0, 1), (1, 0)):
        world, sent = written()
        first = reply(world, sent, "START", "in-1")
        then = reply(world, sent, "STOP", "in-2", at=world.now + timedelta(minutes=1))
        for turn in order:
            take(world, (first, then)[turn])
        assert states(world) == {PointState.OPTED_OUT}
    world, sent = written()
    take(world, reply(world, sent, "STOP", "in-0"))
    later = world.now + timedelta(minutes=2)
    take(world, reply(world, sent, "START", "in-2", at=later))
    # Written before the start, and come after it.
    assert take(world, reply(world, sent, "STOP", "in-1", at=later - timedelta(minutes=1))) is Became.DONE
    assert states(world) == {PointState.ACTIVE}


@pytest.mark.parametrize("said", PAGES)
@pytest.mark.parametrize("language", languages())
def test_each_word_is_answered_with_its_page_in_every_language_and_changes_nothing(language, said):
    world, sent = written()
    before = replace(world.claim(), version=0)
    assert take(world, reply(world, sent, locale(language).replies[said][0])) is Became.ANSWERED
    (answer,) = answers(world)
    assert (answer.about, answer.purpose, answer.channel) == (PAGES[said], Purpose.ANSWER, ChannelKind.SMS)
    assert replace(world.claim(), version=0) == before and tasks(world) == []
    assert world.again(sent).replied_at == world.now
    world.send(answer, world.now)
    link = world.sms.sent[-1][1].long.split()[1]
    path = {"talk": "call"}.get(PAGES[said], PAGES[said])
    assert link.endswith(f"/{path}") and link.startswith("https://zahlen.nordlicht.example/p/")


def test_the_same_page_is_answered_once_a_day():
    world, sent = written()
    for number in range(5):
        assert take(world, reply(world, sent, "Raten", f"in-{number}")) is Became.ANSWERED
    assert len(answers(world)) == 1
    take(world, reply(world, sent, "Raten", "in-9"), world.now + timedelta(days=1))
    assert len(answers(world)) == 2


def test_a_mail_is_answered_by_mail_and_its_last_words_count_for_nothing():
    world, sent = written(email=MAIL)
    assert sent.channel is ChannelKind.EMAIL
    text = "Später\n\nAm 23.11.2026 schrieb Nordlicht <service@nordlicht.example>:\n> STOP"
    assert take(world, reply(world, sent, text, sender=MAIL.upper())) is Became.ANSWERED
    (answer,) = answers(world)
    assert (answer.channel, answer.to, answer.about) == (ChannelKind.EMAIL, hash_point(MAIL), "later")


def test_P18_a_wrong_number_is_forgotten_never_taken_again_and_not_answered():
    world, sent = written()
    assert take(world, reply(world, sent, "Falsche Nummer")) is Became.DONE
    matter = world.matter()
    assert matter.debtor.points == () and matter.debtor.blocked == (hash_point(PHONE),)
    assert answers(world) == [] and world.contacts(ContactState.PLANNED) == []
    assert world.store.link(world.again(sent).link).state is LinkState.DISOWNED
    assert FactName.WRONG_PERSON_REPORTED in {fact.name for fact in world.store.facts}
    world.register(email=None)
    assert world.matter().debtor.points == ()


@pytest.mark.parametrize("changes", [{"sender": "+4915100000001"}, {"proven": False}])
def test_only_whoever_has_the_number_can_say_that_it_is_wrong(changes):
    world, sent = written()
    assert take(world, reply(world, sent, "wrong number", **changes)) is Became.ASKED
    assert states(world) == {PointState.ACTIVE}


@pytest.mark.parametrize(
    "text", ["Ich habe nicht bezahlt", "paid?", "1", "", "🙂", "x" * 10_000, "bitte nicht STOP"]
)
def test_what_is_not_plain_becomes_a_task_with_its_words_and_reminders_wait(text):
    world, sent = written()
    assert take(world, reply(world, sent, text)) is Became.ASKED
    (task,) = tasks(world)
    assert (task.kind, task.words, task.about) == (TaskKind.REPLY, text[:MOST_WORDS], sent.id)
    assert task.due_at > world.now and task.owner == "front_office"
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.TASK_OPEN]
    (kept,) = world.store.replies("nordlicht", sent.id)
    assert kept.text == text and states(world) == {PointState.ACTIVE}
    (noted,) = answers(world, MessageKind.NOTED)
    assert (noted.about, noted.channel) == (task.id, ChannelKind.SMS) and world.send(noted) is Sent.SENT


def test_what_comes_while_a_person_reads_is_added_and_one_task_stays_one():
    world, sent = written()
    for number, text in enumerate(("Guten Tag", "Ich war im Urlaub.")):
        take(world, reply(world, sent, text, f"in-{number}"))
    (task,) = tasks(world)
    assert task.words == "Guten Tag\n\nIch war im Urlaub." and len(answers(world, MessageKind.NOTED)) == 1
    close_task(
        "nordlicht", "K-501", task.id, store=world.store, scheduler=world.scheduler, policies=POLICIES,
        strategies=STRATEGIES, now=world.now,
    )  # fmt: skip
    take(world, reply(world, sent, "Guten Tag", "in-3"))
    assert len(tasks(world)) == 2


def test_what_comes_while_a_contact_centre_reads_is_another_task_and_is_not_promised_twice():
    world, sent = written()
    take(world, reply(world, sent, "Guten Tag", "in-0"))
    (task,) = tasks(world)
    world.store.commit("nordlicht", Commit((), tasks=(replace(task, owner="centre:there"),)))
    for number, text in enumerate(("Ich war im Urlaub.", "Bis gestern."), 1):
        take(world, reply(world, sent, text, f"in-{number}"))
    words = {one.id: one.words for one in tasks(world)}
    assert words.pop(task.id) == "Guten Tag" and list(words.values()) == ["Ich war im Urlaub.\n\nBis gestern."]
    assert len(answers(world, MessageKind.NOTED)) == 1


def test_W1_the_same_reply_five_times_is_taken_once():
    world, sent = written()
    first, *more = (take(world, reply(world, sent, "Raten")) for _ in range(5))
    assert (first, set(more)) == (Became.ANSWERED, {Became.KNOWN})
    assert len(answers(world)) == 1 and len(world.store.named(FactName.REPLY_RECEIVED)) == 1


def test_W1_a_crash_before_its_answers_schedule_is_mended_by_the_next_delivery():
    world, sent = written()
    take(world, reply(world, sent, "Raten"))
    (answer,) = answers(world)
    world.scheduler.planned.pop(answer.id)
    assert take(world, reply(world, sent, "Raten")) is Became.KNOWN
    assert answer.id in world.scheduler.planned


def test_W1_a_reply_told_again_after_another_message_left_is_still_the_same_one():
    world, sent = written()
    said = reply(world, sent, "Raten", answers=None)
    take(world, said)
    (waiting,) = (c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER)
    world.send(waiting)
    assert take(world, said, waiting.due_at) is Became.KNOWN and len(answers(world)) == 1


def test_a_change_in_between_is_looked_at_anew():
    world, sent = written()
    world.store.meanwhile.append(lambda: world.store.touch("debtor", "nordlicht", "K-501"))
    assert take(world, reply(world, sent, "STOP")) is Became.DONE and states(world) == {PointState.OPTED_OUT}
    world, sent = written()
    world.store.trouble += [StaleVersion("x")] * 9
    with pytest.raises(Retry):
        take(world, reply(world, sent, "STOP"))


def test_without_a_receipt_the_senders_number_leads_to_the_one_it_was_last_about():
    world, sent = written()
    assert take(world, reply(world, sent, "Später", answers=None)) is Became.ANSWERED
    assert world.store.replies("nordlicht", sent.id)[0].debtor == "K-501"
    unknown = reply(world, sent, "Später", "in-2", answers="nobody-knows", sender=" +491713920012".strip())
    assert take(world, unknown) is Became.ANSWERED


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "+4915100000001"},
        {"sender": ""},
        {"proven": False},
        {"creditor": "another"},
    ],
)
def test_what_leads_to_nobody_is_kept_and_nothing_is_done(changes):
    world, sent = written()
    said = reply(world, sent, "STOP", answers=None, **changes)
    assert take(world, said) is Became.UNPLACED
    whose = changes.get("creditor", NOBODY)
    assert world.store.reply(whose, "in-1").text == "STOP" and states(world) == {PointState.ACTIVE}
    assert take(world, said) is Became.KNOWN and tasks(world) == []


def test_a_number_of_two_people_says_nothing_of_either_but_a_stop_holds_for_both():
    world, sent = written()
    world.register(email=None, debtor="K-502", claim="R-2001", invoice_number="2")
    # The cap of their one number moves it to another day.
    while world.send(planned := world.planned(debtor="K-502")) is Sent.MOVED:
        world.now = planned.due_at
    said = reply(world, sent, "Später", answers=None)
    assert take(world, said) is Became.UNPLACED
    assert world.store.reply("nordlicht", "in-1").debtor is None
    assert take(world, replace(said, id="in-2", text="STOP")) is Became.DONE
    both = [p.state for number in ("K-501", "K-502") for p in world.matter(debtor=number).debtor.points]
    assert set(both) == {PointState.OPTED_OUT}
    assert take(world, replace(said, id="in-2", text="STOP")) is Became.KNOWN


def of_two_people():
    """A number to which two debtors were written, and the message to the second one."""
    world, _ = written()
    world.register(email=None, debtor="K-502", claim="R-2001", invoice_number="2")
    while world.send(planned := world.planned(debtor="K-502")) is Sent.MOVED:
        world.now = planned.due_at
    return world, world.again(planned)


def states_of_both(world):
    return {p.state for number in ("K-501", "K-502") for p in world.matter(debtor=number).debtor.points}


@pytest.mark.parametrize("to", ["", "a number of its pool"])
def test_P17_a_stop_that_answers_one_message_holds_for_everybody_at_the_number_and_is_confirmed_once(to):
    world, sent = of_two_people()
    said = reply(world, sent, "STOP", to="+4915700000000" if to else "")
    assert take(world, said) is Became.DONE
    assert states_of_both(world) == {PointState.OPTED_OUT}
    waiting = [c for number in ("K-501", "K-502") for c in world.contacts(ContactState.PLANNED, debtor=number)]
    assert [(c.debtor, c.about) for c in waiting] == [("K-502", "stop")]
    assert take(world, said) is Became.KNOWN
    assert len(world.contacts(ContactState.PLANNED, debtor="K-502")) == 1


def test_what_somebody_writes_with_their_stop_is_not_kept_with_the_other_at_their_number():
    world, sent = of_two_people()
    assert take(world, reply(world, sent, "Stop! Ich habe doch bezahlt.")) is Became.DONE
    assert states_of_both(world) == {PointState.OPTED_OUT}
    assert [t.words for t in world.matter(debtor="K-502").tasks.values()] == ["Stop! Ich habe doch bezahlt."]
    assert tasks(world) == []
    kept = {r.text for c in world.contacts() for r in world.store.replies("nordlicht", c.id)}
    assert kept == {"STOP"}


def test_a_stop_that_comes_late_holds_where_the_yes_since_then_was_for_another_number():
    world, sent = written()
    new = ContactPoint(ChannelKind.SMS, "+4915100000099", confirmed=True)
    yes = Consent(ConsentPurpose.SMS, True, world.now + timedelta(minutes=1), "w")
    card = world.matter().debtor
    card = replace(card, points=(new, *card.points), consents=(*card.consents, yes))
    world.store.commit("nordlicht", Commit((), debtor=card))
    said = reply(world, sent, "STOP")
    assert take(world, said, world.now + timedelta(minutes=2)) is Became.DONE
    found = {p.value: p.state for p in world.matter().debtor.points}
    assert found == {new.value: PointState.ACTIVE, PHONE: PointState.OPTED_OUT}


def test_a_reply_before_its_message_has_its_receipt_waits_a_moment_and_is_not_lost():
    world, sent = written()
    link = world.again(sent).link
    leaving = replace(
        world.again(sent), state=ContactState.RESERVED, receipt=None, reserved_at=world.now, link=link
    )
    key = ("contact", "nordlicht", "K-501", sent.id)
    world.store.items[key] = leaving
    said = reply(world, sent, "STOP", answers="not-known-yet")
    with pytest.raises(Retry):
        take(world, said)
    assert states(world) == {PointState.ACTIVE}
    # Whose answer was lost stays so: what somebody wrote does not wait for it.
    assert take(world, said, world.now + timedelta(minutes=3)) is Became.DONE
    assert world.store.items[key].version == leaving.version and states(world) == {PointState.OPTED_OUT}


def test_after_the_claim_is_closed_a_stop_still_counts_and_the_rest_is_for_a_person():
    world, sent = written()
    closed = replace(world.claim(), state=ClaimState.CLOSED, closed_at=world.now)
    world.store.commit("nordlicht", Commit((), claims=(closed,)))
    assert take(world, reply(world, sent, "Raten")) is Became.ASKED
    assert [c.about for c in answers(world)] == []
    assert take(world, reply(world, sent, "STOP", "in-2")) is Became.DONE
    assert states(world) == {PointState.OPTED_OUT}


def test_G1_after_they_were_forgotten_nothing_is_kept_with_them():
    world, sent = written()
    card = replace(world.matter().debtor, erased_at=world.now, points=(), name="")
    world.store.commit("nordlicht", Commit((), debtor=card))
    assert take(world, reply(world, sent, "Ich bin Marta")) is Became.UNPLACED
    assert world.store.replies("nordlicht", sent.id) == () and tasks(world) == []


def test_an_address_that_is_not_confirmed_is_told_nothing():
    world, sent = written()
    point = ContactPoint(ChannelKind.SMS, "+4915100000009", PointState.UNCONFIRMED)
    card = world.matter().debtor
    world.store.commit("nordlicht", Commit((), debtor=replace(card, points=(*card.points, point))))
    assert take(world, reply(world, sent, "Raten", sender=point.value)) is Became.ASKED
    assert answers(world) == [] == answers(world, MessageKind.NOTED)


WORDS = sorted({p.removesuffix("*") for name in languages() for s in Said for p in locale(name).replies[s]})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(" / ".join))
def test_texts_of_known_words_never_change_anything_unless_they_begin_with_a_stop(text):
    world, sent = written()
    before = world.claim().outstanding
    stops = any(f"{plain(text)} ".startswith(f"{stop} ") for stop in world.ear.known.openings)
    one = world.ear.known.phrases.get(plain(text))
    became = take(world, reply(world, sent, text))
    assert world.claim().outstanding == before and world.matter().debtor.blocked == ()
    if not stops and one is None:
        assert became is Became.ASKED and states(world) == {PointState.ACTIVE} and answers(world) == []
    if stops:
        assert became is Became.DONE and states(world) == {PointState.OPTED_OUT}
