"""A contact is sent once or not at all, and the strategy goes on whatever became of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.permit_contact import leaves
from chalicelib.actions.renew_link import renew_link
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState, Delivery, MessageKind, Purpose, Tone
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.errors import DeadAddress, OptedOut, Permanent, Retry, StaleVersion, Unknown
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import ChannelKind, ContactPoint, Factor, PointState
from chalicelib.domain.pay_link import LIFETIME, link_id
from chalicelib.ports import Attachment, Commit, Sends
from tests.builders import NOW, collector
from tests.fakes.world import POLICIES, World, hash_point

BERLIN = ZoneInfo("Europe/Berlin")
MAIL, PHONE = "marta.lindqvist@example.com", "+491713920012"
POINT = hash_point(MAIL)


@pytest.fixture
def due(world):
    """The first reminder, planned for Tuesday at nine in Berlin."""
    world.register()
    return world.planned()


def set_point(world, value, state):
    card = world.matter().debtor.with_point_state(value, state)
    world.store.commit("nordlicht", Commit((), debtor=card))


def test_a_due_contact_is_reserved_delivered_and_settled(world, due):
    assert world.send(due) is Sent.SENT
    sent = world.again(due)
    assert (sent.state, sent.sent_at, sent.reserved_at) == (ContactState.SENT, due.due_at, due.due_at)
    assert isinstance(sent.decisions[-1], Allowed)
    ((point, message, _),) = world.email.sent
    assert point.value == MAIL
    assert world.store.contact_of_receipt(sent.receipt) == ("nordlicht", "K-501", due.id)
    assert world.store.sends(POINT).at == (due.due_at,)
    assert len(world.store.named(FactName.CONTACT_SENT)) == 1
    assert len(world.store.named(FactName.PAY_LINK_ISSUED)) == 1
    assert "zahlen.nordlicht.example/p/token" in message.short
    world.invariants()


def test_its_link_is_kept_hashed_and_the_kept_text_has_no_token(world, due):
    world.send(due)
    ((_, message, _),) = world.email.sent
    token = message.short.rpartition("/")[2]
    link = world.store.link(link_id(token))
    assert world.again(due).link == link.id
    assert (link.claim, link.contact, link.point) == ("R-1001", due.id, POINT)
    assert link.expires_at == due.due_at + LIFETIME
    assert link.factors == (Factor.POSTCODE, Factor.BIRTH_DATE, Factor.INVOICE_NUMBER)
    kept = world.store.message("nordlicht", due.id)
    assert token not in repr(kept) and "…" in kept.html
    assert token in message.long and token in message.html


def test_the_next_step_is_planned_when_this_one_is_sent(world, due):
    world.send(due)
    follow = world.planned()
    assert (follow.step, follow.tone, follow.kind) == (1, Tone.MATTER_OF_FACT, MessageKind.REMINDER)
    assert follow.due_at == due.due_at + timedelta(days=10)
    assert follow.id in world.scheduler.planned
    assert dict(world.store.facts[-1].about)["contact"] == follow.id


def test_the_strategy_ends_after_its_last_step(world, due):
    steps = []
    while waiting := world.contacts(ContactState.PLANNED):
        steps.append(waiting[0].step)
        world.send(waiting[0])
    assert steps == [0, 1, 2]
    assert len(world.email.sent) == 3
    world.invariants()


def test_what_it_is_written_with(world, due):
    world.send(due)
    (asked,) = world.compose.asked
    assert asked == {
        "kind": MessageKind.REMINDER,
        "tone": Tone.FRIENDLY,
        "first": True,
        "good": date(2026, 12, 8),
        "payment": None,
        "contact": due,
    }
    world.send(world.planned())
    assert world.compose.asked[1]["first"] is False


# Once


def test_I7_a_contact_that_comes_twice_is_sent_once(world, due):
    assert [world.send(due), world.send(due)] == [Sent.SENT, Sent.DUPLICATE]
    assert len(world.email.sent) == 1


def test_I7_two_at_the_same_moment_send_once(world, due):
    world.store.meanwhile.append(lambda: world.send(due))
    assert world.send(due) is Sent.DUPLICATE
    assert len(world.email.sent) == 1


def test_I7_one_that_comes_while_the_other_delivers_sends_nothing(world, due):
    second = []
    world.email.answers.append(lambda: second.append(world.send(due)))
    assert world.send(due) is Sent.SENT
    assert second == [Sent.DUPLICATE]
    assert len(world.email.sent) == 1


def test_what_is_not_there_is_not_sent(world, due):
    assert world.send(replace(due, id="c-404")) is Sent.DUPLICATE
    assert world.send(replace(due, debtor="K-404")) is Sent.DUPLICATE


def test_a_contact_that_comes_early_waits_for_its_hour(world, due):
    world.scheduler.asked.clear()
    assert world.send(due, due.due_at - timedelta(microseconds=1)) is Sent.EARLY
    assert world.again(due).state is ContactState.PLANNED
    assert world.scheduler.asked == [due.id]
    assert world.send(due) is Sent.SENT


def test_I9_a_clock_behind_at_the_first_permitted_moment_makes_no_twin(world):
    world.register()
    eight = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    contact = replace(world.planned(), due_at=eight, version=1)
    world.store.commit("nordlicht", Commit((), contacts=(contact,)))
    for _ in range(3):
        assert world.send(contact, eight - timedelta(seconds=1)) is Sent.EARLY
    assert len(world.contacts()) == 1
    assert world.send(contact, eight) is Sent.SENT


@pytest.mark.parametrize(
    ("evening", "turn"),
    [
        (datetime(2027, 10, 30, 20, 30, tzinfo=BERLIN), "the hour from two to three comes twice"),
        (datetime(2027, 3, 27, 20, 30, tzinfo=BERLIN), "the hour from two to three is not there"),
    ],
)
def test_I10_over_a_night_in_which_the_clocks_turn_one_contact_is_sent_once(world, evening, turn):
    """It is too late for the evening; asked again every quarter of an hour, twice each time, over all of the night
    and the quiet days behind it."""
    world.register()
    contact = replace(world.planned(), due_at=evening.astimezone(UTC))
    world.store.commit("nordlicht", Commit((), contacts=(contact,)))
    for quarter in range(4 * 24 * 5):
        now = evening.astimezone(UTC) + timedelta(minutes=15 * quarter)
        for planned in world.contacts(ContactState.PLANNED):
            if planned.step == 0 and planned.due_at <= now:
                for _ in range(2):
                    world.send(planned, now)
    assert len(world.email.sent) == 1, turn
    (sent,) = world.contacts(ContactState.SENT)
    at = sent.sent_at.astimezone(BERLIN)
    assert (at.hour, at.minute) == (8, 0) and at.date() > evening.date()


# Not now


def test_I8_a_scheduler_hours_late_is_asked_again_and_the_contact_moves(world, due):
    night = due.due_at + timedelta(hours=12)
    assert world.send(due, night) is Sent.MOVED
    later = world.planned()
    assert world.again(due).moved_to == later.id
    assert later.due_at == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    assert isinstance(later.decisions[-1], Wait) and later.decisions[-1].because == "quiet_hours"
    assert later.id in world.scheduler.planned and world.email.sent == []
    assert world.send(later) is Sent.SENT


def test_a_crash_between_the_move_and_its_schedule_is_mended_by_the_next_delivery(world, due):
    world.scheduler.trouble.append(Retry("throttled"))
    with pytest.raises(Retry):
        world.send(due, due.due_at + timedelta(hours=12))
    later = world.planned()
    assert later.id not in world.scheduler.planned
    assert world.send(due, due.due_at + timedelta(hours=12)) is Sent.DUPLICATE
    assert later.id in world.scheduler.planned


def test_the_caps_of_an_address_count_over_all_creditors(world, due):
    world.open(id="suedlicht")
    world.register(of="suedlicht")
    other = world.planned(of="suedlicht")
    assert world.send(due) is Sent.SENT
    assert world.send(other) is Sent.MOVED
    assert world.planned(of="suedlicht").decisions[-1].because == "daily_cap"
    assert len(world.email.sent) == 1


def test_two_creditors_at_the_same_moment_write_once(world, due):
    world.open(id="suedlicht")
    world.register(of="suedlicht")
    other = world.planned(of="suedlicht")
    world.store.meanwhile.append(lambda: world.send(other))
    assert world.send(due) is Sent.MOVED
    assert len(world.email.sent) == 1
    assert len(world.store.sends(POINT).at) == 1


@pytest.fixture
def both(world, due):
    """A reminder by mail, and at the same moment one about another claim that stays by itself, by text message."""
    world.register(claim="R-1002", invoice_number="2")
    (other,) = (c for c in world.contacts(ContactState.PLANNED) if c.claim == "R-1002")
    apart = replace(other, channel=ChannelKind.SMS, kind=MessageKind.NOTICE, due_at=due.due_at)
    world.store.commit("nordlicht", Commit((), contacts=(apart,)))
    return due, world.again(other)


def test_while_one_message_is_leaving_no_other_goes_to_another_address_of_the_same_person(world, both):
    mail, text = both
    world.email.answers.append(lambda: world.send(text))
    assert world.send(mail) is Sent.SENT
    assert (len(world.email.sent), world.sms.sent) == (1, [])
    (later,) = (c for c in world.contacts(ContactState.PLANNED) if c.claim == "R-1002")
    assert later.decisions[-1].because == "daily_cap" and later.due_at > mail.due_at + timedelta(hours=12)


def test_I13_a_message_that_may_have_left_counts_for_another_address_of_the_same_person(world, both):
    mail, text = both
    world.email.answers.append(Unknown("timeout"))
    assert world.send(mail) is Sent.UNKNOWN
    assert world.send(text) is Sent.MOVED
    assert world.sms.sent == []


def test_sends_older_than_two_weeks_are_forgotten(world, due):
    old, recent = due.due_at - timedelta(days=14), due.due_at - timedelta(days=13)
    world.store.commit("nordlicht", Commit((), sends=Sends(POINT, (old, recent))))
    world.send(due)
    assert world.store.sends(POINT).at == (recent, due.due_at)


def test_a_hold_put_on_meanwhile_moves_the_contact(world, due):
    world.hold("R-1001", Hold(HoldKind.PAYMENT_UNDER_WAY, NOW, due.due_at + timedelta(hours=1), "a1"))
    assert world.send(due) is Sent.MOVED
    assert world.planned().due_at == due.due_at + timedelta(hours=1)


def test_O1_a_hold_put_on_in_the_very_moment_of_sending_wins(world, due):
    hold = Hold(HoldKind.OPERATOR, NOW, None, "desk")
    world.store.meanwhile.append(lambda: world.hold("R-1001", hold))
    assert world.send(due) is Sent.MOVED
    assert world.email.sent == []


# Not at all


def test_what_is_paid_meanwhile_is_cancelled_with_the_reason(world, due):
    world.hold("R-1001", Hold(HoldKind.INSOLVENCY, NOW, None, "desk"))
    assert world.send(due) is Sent.CANCELLED
    assert world.again(due).decisions[-1] == Refused("insolvency", POLICIES["DE"].rule)
    assert len(world.store.named(FactName.CONTACT_CANCELLED)) == 1
    assert world.contacts(ContactState.PLANNED) == []


def test_a_payment_in_the_very_moment_of_sending_wins(world, due):
    payment = world.gateway.money(4820, due.due_at)
    world.store.meanwhile.append(lambda: world.book(payment, now=due.due_at))
    assert world.send(due) is Sent.DUPLICATE
    assert world.email.sent == []
    world.invariants()


def test_P17_an_opt_out_of_this_way_is_not_got_round_by_another(world, due):
    set_point(world, MAIL, PointState.OPTED_OUT)
    assert world.send(due) is Sent.CANCELLED
    assert world.contacts(ContactState.PLANNED) == [] and world.sms.sent == []


def test_an_address_that_died_meanwhile_is_got_round_by_another(world, due):
    set_point(world, MAIL, PointState.DEAD)
    assert world.send(due) is Sent.MOVED
    other = world.planned()
    assert (other.channel, other.step, other.due_at) == (ChannelKind.SMS, 0, due.due_at + timedelta(hours=8))
    assert [type(decision) for decision in other.decisions] == [Allowed, Refused, Allowed]
    assert world.send(other) is Sent.SENT
    assert len(world.sms.sent) == 1


def test_with_no_way_left_the_contact_is_cancelled(world, due):
    set_point(world, MAIL, PointState.DEAD)
    set_point(world, PHONE, PointState.DEAD)
    assert world.send(due) is Sent.CANCELLED
    assert world.again(due).decisions[-1].because == "dead_address"


# The sandbox


@pytest.mark.parametrize("settings", [{"sandbox": True}, {"reviewed_by": None}, {"reviewed_on": None}])
def test_O2_nothing_leaves_the_sandbox_nor_before_a_review(world, due, settings):
    assert not leaves(world.open(**settings))
    assert world.send(due) is Sent.SANDBOXED
    assert world.email.sent == []
    held = world.again(due)
    assert (held.state, held.sent_at, held.outcome) == (ContactState.SANDBOXED, None, "sandbox")
    assert world.store.named(FactName.CONTACT_SENT) == []
    assert world.planned().step == 1


def test_what_never_left_takes_no_place_of_what_does(world, due):
    world.open(id="probe", sandbox=True)
    world.register(of="probe")
    assert world.send(world.planned(of="probe")) is Sent.SANDBOXED
    assert world.send(due) is Sent.SENT


def test_the_sandbox_keeps_caps_of_its_own(world, due):
    world.open(sandbox=True)
    world.register(claim="R-2", debtor="K-502")
    assert world.send(due) is Sent.SANDBOXED
    assert world.send(world.planned(debtor="K-502")) is Sent.MOVED


# What a channel answers


def test_a_passing_trouble_gives_contact_and_cap_back(world, due):
    world.email.answers.append(Retry("throttled"))
    with pytest.raises(Retry):
        world.send(due)
    held = world.again(due)
    assert (held.state, held.reserved_at, held.link) == (ContactState.PLANNED, None, None)
    assert world.store.sends(POINT).at == ()
    assert world.send(due) is Sent.SENT
    assert len(world.email.sent) == 1
    world.invariants()


def test_the_cap_of_somebody_who_sent_meanwhile_is_not_given_back(world, due):
    world.open(id="suedlicht")
    theirs = due.due_at + timedelta(seconds=1)

    def count_theirs():
        known = world.store.sends(POINT)
        world.store.commit("suedlicht", Commit((), sends=replace(known, at=(*known.at, theirs))))
        raise Retry("throttled")

    world.email.answers.append(count_theirs)
    with pytest.raises(Retry):
        world.send(due)
    assert world.store.sends(POINT).at == (theirs,)
    assert world.again(due).state is ContactState.PLANNED


def test_a_cap_that_changes_while_it_is_given_back_is_read_again(world, due):
    def race():
        world.store.meanwhile.append(lambda: world.store.touch("sends", POINT))
        raise Retry("throttled")

    world.email.answers.append(race)
    with pytest.raises(Retry):
        world.send(due)
    assert (world.again(due).state, world.store.sends(POINT).at) == (ContactState.PLANNED, ())


def test_a_no_for_good_fails_this_contact_and_the_next_step_follows(world, due):
    world.email.answers.append(Permanent("MessageRejected"))
    assert world.send(due) is Sent.FAILED
    held = world.again(due)
    assert (held.state, held.outcome, held.sent_at) == (ContactState.FAILED, "MessageRejected", None)
    assert len(world.store.named(FactName.CONTACT_FAILED)) == 1
    assert (world.planned().step, world.planned().channel) == (1, ChannelKind.EMAIL)
    assert {p.state for p in world.matter().debtor.points} == {PointState.ACTIVE}


def test_a_dead_address_is_not_written_to_again_and_the_next_step_takes_another_way(world, due):
    world.email.answers.append(DeadAddress("address"))
    assert world.send(due) is Sent.FAILED
    states = {p.value: p.state for p in world.matter().debtor.points}
    assert states == {MAIL: PointState.DEAD, PHONE: PointState.ACTIVE}
    assert world.planned().channel is ChannelKind.SMS


def test_P17_a_number_whose_owner_told_the_phone_company_to_stop_is_silent_by_every_way_and_not_dead(world):
    world.register(email=None)
    card = world.matter().debtor
    both = (*card.points, ContactPoint(ChannelKind.PHONE, PHONE))
    world.store.commit("nordlicht", Commit((), debtor=replace(card, points=both)))
    world.sms.answers.append(OptedOut("OptedOut"))
    assert world.send(world.planned()) is Sent.FAILED
    assert [p.state for p in world.matter().debtor.points] == [PointState.OPTED_OUT] * 2
    assert len(world.store.named(FactName.CONTACT_STOPPED)) == 1


def test_I13_an_answer_that_got_lost_is_never_sent_again_and_the_strategy_goes_on(world, due):
    world.email.answers.append(Unknown("ReadTimeoutError"))
    assert world.send(due) is Sent.UNKNOWN
    held = world.again(due)
    assert (held.state, held.outcome) == (ContactState.LOST, "ReadTimeoutError")
    assert world.store.sends(POINT).at == (due.due_at,), "it may have left, so it counts"
    assert world.send(due) is Sent.DUPLICATE
    assert world.planned().step == 1
    assert len(world.store.named(FactName.CONTACT_LOST)) == 1
    world.invariants()


def test_a_success_that_cannot_be_written_is_told_and_not_sent_again(world, due):
    def trouble():
        world.store.trouble += [StaleVersion("DEBTOR")] * 5

    world.email.answers.append(trouble)
    assert world.send(due) is Sent.UNKNOWN
    assert world.again(due).state is ContactState.RESERVED
    assert world.send(due) is Sent.DUPLICATE
    assert len(world.email.sent) == 1


def test_a_reservation_that_fails_sends_nothing(world, due):
    world.store.trouble.append(Retry("table out of reach"))
    with pytest.raises(Retry):
        world.send(due)
    assert world.email.sent == [] and world.again(due).state is ContactState.PLANNED


def test_a_matter_that_keeps_changing_comes_back(world, due):
    world.store.meanwhile += [lambda: world.store.touch("debtor", "nordlicht", "K-501")] * 5
    with pytest.raises(Retry):
        world.send(due)
    assert world.email.sent == []


def test_without_the_creditors_settings_it_waits(world, due):
    world.store.items.pop(("creditor", "nordlicht"))
    with pytest.raises(Retry):
        world.send(due)


# Answers


def test_a_receipt_names_the_very_payment_it_answers_for(world, due):
    for amount in (1000, 500):
        world.book(world.gateway.money(amount, NOW))
    one, two = (c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.ANSWER)
    world.send(two)
    world.send(one)
    told = {asked["payment"].number: asked["payment"].amount for asked in world.compose.asked}
    assert told == {1: 1000, 2: 500}
    assert all(asked["good"] is None for asked in world.compose.asked)


def test_a_receipt_for_a_payment_long_ago_finds_it_in_the_ledger(world, due):
    for amount in range(1, 16):
        world.book(world.gateway.money(amount, NOW))
    oldest = min((c for c in world.contacts() if c.entry), key=lambda c: c.entry)
    world.send(oldest)
    assert world.compose.asked[0]["payment"].amount == 1


def test_an_answer_takes_no_place_under_the_caps(world, due):
    world.book(world.gateway.money(1000, NOW))
    (receipt,) = (c for c in world.contacts() if c.purpose is Purpose.ANSWER)
    assert world.send(receipt) is Sent.SENT
    assert world.store.sends(POINT).at == ()
    assert world.send(due) is Sent.SENT
    assert world.planned().step == 1


def test_an_answer_that_waits_does_not_end_the_strategy(world, due):
    renew_link(world.link(), store=world.store, scheduler=world.scheduler, zone=POLICIES["DE"].zone, now=NOW)
    assert world.send(due) is Sent.SENT
    steps = sorted(c.step for c in world.contacts(ContactState.PLANNED))
    assert steps == [-1, 1]


# A collector


@pytest.fixture
def notice():
    world = World()
    world.open(collector())
    world.register(of="fairkasso", contract_date=date(2024, 1, 5))
    return world, world.planned(of="fairkasso")


def test_a_notice_that_was_sent_is_remembered_by_its_claim(notice):
    world, contact = notice
    assert contact.kind is MessageKind.NOTICE
    assert world.send(contact) is Sent.SENT
    assert world.claim(of="fairkasso").notice_sent_at == contact.due_at
    assert world.planned(of="fairkasso").kind is MessageKind.REMINDER
    world.invariants("fairkasso")


def test_the_notice_about_one_claim_is_not_that_about_another(notice):
    world, contact = notice
    world.register(of="fairkasso", contract_date=date(2024, 1, 5), claim="R-2")
    world.send(contact)
    (second,) = (c for c in world.contacts(ContactState.PLANNED, of="fairkasso") if c.claim == "R-2")
    assert second.kind is MessageKind.NOTICE
    assert world.claim("R-2", of="fairkasso").notice_sent_at is None


@pytest.mark.parametrize("answer", [Permanent("no"), Unknown("?")])
def test_a_notice_that_may_not_have_arrived_is_given_again(notice, answer):
    world, contact = notice
    world.email.answers.append(answer)
    world.send(contact)
    assert world.claim(of="fairkasso").notice_sent_at is None
    assert world.planned(of="fairkasso").kind is MessageKind.NOTICE


def test_a_notice_that_came_back_after_the_next_reminder_was_planned_is_given_again_in_its_place(notice):
    world, contact = notice
    assert world.send(contact) is Sent.SENT
    told = (world.again(contact).receipt, Delivery.FAILED, "refused", "")
    note_outcome(*told, store=world.store, now=contact.due_at)
    reminder = world.planned(of="fairkasso")
    assert reminder.kind is MessageKind.REMINDER
    assert world.send(reminder) is Sent.MOVED and len(world.email.sent) == 1
    again = world.planned(of="fairkasso")
    assert (again.kind, again.step) == (MessageKind.NOTICE, reminder.step)
    assert world.send(again) is Sent.SENT
    assert world.claim(of="fairkasso").notice_sent_at == again.due_at
    world.invariants("fairkasso")


def test_a_second_address_of_the_same_kind_is_used_when_the_first_is_dead(world, due):
    points = (
        ContactPoint(ChannelKind.EMAIL, MAIL, PointState.DEAD),
        ContactPoint(ChannelKind.EMAIL, "new@example.com"),
    )
    card = replace(world.matter().debtor, points=points)
    world.store.commit("nordlicht", Commit((), debtor=card))
    assert world.send(due) is Sent.SENT
    assert world.email.sent[0][0].value == "new@example.com"


# What goes along


def with_document(world, due, *, made=True):
    """The planned contact promises a document; `made`, it lies in the archive already."""
    made_of = Document(
        "d-1", "nordlicht", "K-501", "R-1001", DocumentKind.AGREEMENT, "p-1", "de", "0" * 64, 4, NOW
    )
    promised = replace(due, document="d-1")
    world.store.commit("nordlicht", Commit((), contacts=(promised,), documents=(made_of,) if made else ()))
    if made:
        world.archive.keep("nordlicht", "d-1", b"%PDF")
    return world.again(due)


def test_a_contact_takes_its_document_along_under_its_name(world, due):
    assert world.send(with_document(world, due)) is Sent.SENT
    assert world.email.attached == [(Attachment("agreement", b"%PDF"),)]


def test_a_contact_waits_a_minute_for_a_document_in_the_making_and_then_takes_it_along(world, due):
    promised = with_document(world, due, made=False)
    assert world.send(promised) is Sent.MOVED
    later = world.planned()
    assert later.due_at == due.due_at + timedelta(minutes=1)
    assert later.decisions[-1].because == "document_in_the_making"
    with_document(world, later)
    assert world.send(world.again(later)) is Sent.SENT
    assert world.email.attached == [(Attachment("agreement", b"%PDF"),)]


def test_a_contact_whose_document_never_comes_rests_with_the_dead_letters(world, due):
    waiting = with_document(world, due, made=False)
    for _ in range(5):
        assert world.send(waiting) is Sent.MOVED
        waiting = world.planned()
    with pytest.raises(Retry):
        world.send(waiting)
    assert world.again(waiting).state is ContactState.PLANNED and world.email.sent == []


def test_a_contact_whose_document_cannot_be_read_comes_back_and_nothing_is_reserved(world, due):
    promised = with_document(world, due)
    world.archive.down = Retry("archive out of reach")
    with pytest.raises(Retry):
        world.send(promised)
    assert world.again(due).state is ContactState.PLANNED
    assert world.email.sent == [] and world.store.sends(POINT).at == ()


def test_a_reminder_that_is_moved_to_an_hour_whose_name_was_cancelled_gets_a_name_of_its_own(world):
    world.register()
    contact = world.planned()
    until = contact.due_at + timedelta(days=2)
    world.hold("R-1001", Hold(HoldKind.TRANSFERRED, NOW, until, "test"))
    assert world.send(contact) is Sent.MOVED
    later = world.planned()
    gone, back = later.moved(ContactState.CANCELLED), replace(contact, version=world.again(contact).version)
    world.store.commit("nordlicht", Commit((), contacts=(gone, back)))
    assert world.send(contact) is Sent.MOVED
    (again,) = world.contacts(ContactState.PLANNED)
    assert again.id not in (contact.id, later.id) and again.due_at == later.due_at
