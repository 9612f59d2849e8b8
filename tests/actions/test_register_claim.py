"""A row is taken once, whatever comes twice, and plans its first contact."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.actions.plan_contact import contact_id
from chalicelib.adapters.channels.whatsapp import CHANNEL
from chalicelib.domain.batch import Outcome, RowOutcome
from chalicelib.domain.channel import ChannelSettings
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.consent import Consent, ConsentPurpose
from chalicelib.domain.contact import ContactState, MessageKind, Purpose, Tone
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.parties import Address, ChannelKind, PointState
from chalicelib.ports import Commit, RowPlace
from tests.builders import NOW, collector
from tests.fakes.world import hash_point

MAIL, PHONE = "marta.lindqvist@example.com", "+491713920012"


def outcome(world, line):
    (found,) = [r for r in world.batches.rows("nordlicht", "batch-1", 0) if r.line == line]
    return found


def points(world):
    return {point.value: point.state for point in world.matter().debtor.points}


def test_a_row_becomes_card_claim_entry_contact_outcome_and_facts_at_once(world):
    assert world.register(line=7) is Outcome.TAKEN
    claim, contact = world.claim(), world.planned()
    assert (claim.entries, claim.registered_at, claim.score.model) == (1, NOW, "fake-2026")
    assert claim.chain == world.store.ledger("nordlicht", "R-1001")[0].hash
    assert (contact.purpose, contact.kind, contact.step) == (Purpose.REMINDER, MessageKind.REMINDER, 0)
    assert outcome(world, 7) == RowOutcome(7, "R-1001", Outcome.TAKEN)
    names = [FactName.CLAIM_REGISTERED, FactName.CLAIM_SCORED, FactName.CONTACT_PLANNED]
    assert [fact.name for fact in world.store.facts] == names
    assert list(world.scheduler.planned) == [contact.id]
    assert world.store.debtor_of_claim("nordlicht", "R-1001") == "K-501"
    world.invariants()


def test_the_first_contact_goes_at_the_strategys_hour_by_the_way_that_suits_the_score(world):
    world.scorer.probability = 0.1
    world.register()
    contact = world.planned()
    assert (contact.channel, contact.why, contact.tone) == (ChannelKind.SMS, "reach_soon", Tone.FRIENDLY)
    assert contact.due_at == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_I15_without_a_model_the_default_order_applies_and_the_row_says_so(world):
    world.scorer.probability = None
    world.register(line=7)
    assert world.planned().why == "strategy_default"
    assert outcome(world, 7).flags == ("model_missing",)


def test_B1_the_same_row_again_changes_nothing_and_gives_the_contact_its_schedule(world):
    world.register(line=7)
    before, facts = dict(world.store.items), list(world.store.facts)
    world.scheduler.planned.clear()
    assert world.register(line=7) is Outcome.UNCHANGED
    assert (world.store.items, world.store.facts) == (before, facts)
    assert list(world.scheduler.planned) == [world.planned().id]
    assert outcome(world, 7).outcome is Outcome.TAKEN


def test_B2_the_same_row_on_another_line_is_unchanged(world):
    world.register(line=7)
    assert world.register(line=8) is Outcome.UNCHANGED
    assert outcome(world, 8).outcome is Outcome.UNCHANGED
    assert world.claim().version == 1


def test_a_row_that_reads_otherwise_is_differing_and_changes_nothing(world):
    world.register(line=7)
    before = world.matter()
    assert world.register(line=8, principal=9999) is Outcome.DIFFERING
    assert outcome(world, 8).outcome is Outcome.DIFFERING
    assert [one.reason for one in outcome(world, 8).problems] == ["differs"]
    assert world.matter() == before


def test_the_claim_id_of_another_debtor_is_differing_and_opens_no_card(world):
    world.register(line=7)
    assert world.register(line=8, debtor="K-999") is Outcome.DIFFERING
    assert outcome(world, 8).flags == ("other_debtor",)
    assert world.store.matter("nordlicht", "K-999") is None
    assert world.register(line=8, debtor="K-999") is Outcome.DIFFERING
    world.invariants()


def test_two_deliveries_of_a_row_at_once_take_it_once(world):
    world.store.meanwhile.append(lambda: world.register(line=7))
    assert world.register(line=7) is Outcome.UNCHANGED
    assert outcome(world, 7).outcome is Outcome.TAKEN
    assert len(world.store.named(FactName.CLAIM_REGISTERED)) == 1
    world.invariants()


def test_two_claims_of_one_debtor_at_once_are_both_taken(world):
    world.store.meanwhile.append(lambda: world.register(claim="R-2", line=8))
    assert world.register(line=7) is Outcome.TAKEN
    assert set(world.matter().claims) == {"R-1001", "R-2"}
    assert world.matter().debtor.version == 2


def test_a_debtor_that_keeps_changing_is_tried_again_later(world):
    world.register(claim="R-2")
    world.store.meanwhile += [lambda: world.store.touch("debtor", "nordlicht", "K-501")] * 5
    with pytest.raises(Retry):
        world.register(line=7)


def test_a_schedule_that_fails_leaves_the_claim_and_the_row_comes_back_for_it(world):
    world.scheduler.trouble.append(Retry("throttled"))
    with pytest.raises(Retry):
        world.register(line=7)
    assert world.claim().version == 1
    world.register(line=7)
    assert list(world.scheduler.planned) == [world.planned().id]


def test_without_the_creditors_settings_the_row_waits(world):
    world.store.items.pop(("creditor", "nordlicht"))
    from chalicelib.actions.read_row import registration_of
    from chalicelib.actions.register_claim import register_claim
    from tests.builders import creditor, row

    read = registration_of(row(), creditor(), RowPlace("batch-1", 0, 2), NOW)
    with pytest.raises(Retry):
        register_claim(
            read,
            store=world.store,
            batches=world.batches,
            chooser=world.chooser,
            scheduler=world.scheduler,
            policies={},
            strategies={},
            hash_point=hash_point,
            new_reference=world.new_reference,
            now=NOW,
        )


# What is not contacted, and why


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"email": None, "phone": None}, "no_contact_point"),
        ({"opt_out_email": True, "opt_out_sms": True}, "opted_out"),
        ({"representative": True}, "representative"),
        ({"insolvency": True}, "insolvency"),
        ({"minor": True}, "minor"),
        ({"due": date(2020, 5, 1), "invoice_date": date(2020, 4, 1)}, "time_barred"),
        ({"country": "FR"}, "unknown_zone"),
        ({"postcode": "", "birth_date": None, "invoice_number": "-"}, "no_factor"),
    ],
)
def test_a_claim_that_may_not_be_contacted_is_taken_and_says_why(world, said, because):
    assert world.register(line=7, **said) is Outcome.TAKEN
    assert outcome(world, 7).not_contacted == because
    assert world.scheduler.planned == {} and world.store.named(FactName.CONTACT_PLANNED) == []
    assert [(c.state, c.decisions[-1].because) for c in world.contacts()] == [(ContactState.CANCELLED, because)]
    world.invariants()


@pytest.mark.parametrize(
    ("said", "because", "first"),
    [
        ({"due": date(2027, 1, 30)}, "quiet_hours", datetime(2027, 2, 1, 7, 0, tzinfo=UTC)),
        (
            {"breathing_space_until": date(2027, 1, 13)},
            "breathing_space",
            datetime(2027, 1, 14, 12, 0, tzinfo=UTC),
        ),
        ({"plan_until": date(2027, 1, 13)}, "plan", datetime(2027, 1, 14, 12, 0, tzinfo=UTC)),
        ({"disputed": True}, "dispute", datetime(2026, 12, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_B11_what_must_wait_is_planned_for_later(world, said, because, first):
    world.register(**said)
    *_, contact = world.contacts(ContactState.PLANNED)
    assert contact.due_at == first
    assert getattr(contact.decisions[0], "because", "") == because


@pytest.mark.parametrize("said", [{"due": date(2031, 5, 1)}, {"plan_until": date(2034, 1, 1)}])
def test_a_day_beyond_the_holiday_file_is_planned_for_the_last_day_known(world, said):
    assert world.register(**said) is Outcome.TAKEN
    assert world.planned().due_at.year == 2029


def test_reminders_sent_before_count_and_one_is_always_left(world):
    world.register(reminders_sent=1)
    assert world.planned().step == 1
    world.register(claim="R-2", debtor="K-2", reminders_sent=9)
    assert world.planned(debtor="K-2").step == 2


# A known debtor's card


def test_P18_an_address_that_was_a_wrong_persons_is_not_taken_again(world):
    world.register()
    card = world.matter().debtor.with_point_state(MAIL, PointState.WRONG_PERSON)
    card = replace(card, blocked=(hash_point(MAIL.upper()),))
    world.store.commit("nordlicht", Commit((), debtor=card))
    world.register(claim="R-2")
    assert points(world) == {PHONE: PointState.ACTIVE}
    world.register(claim="R-3", email="new@example.com")
    assert set(points(world)) == {PHONE, "new@example.com"}


def test_an_opt_out_in_the_file_binds_the_addresses_we_know(world):
    world.register()
    world.register(claim="R-2", opt_out_email=True)
    assert points(world) == {MAIL: PointState.OPTED_OUT, PHONE: PointState.ACTIVE}


def test_an_opt_out_binds_even_where_the_row_does_not_repeat_the_address(world):
    world.register()
    world.register(claim="R-2", email=None, opt_out_email=True)
    assert points(world)[MAIL] is PointState.OPTED_OUT


def test_an_opt_out_here_is_not_undone_by_a_file_that_does_not_know_it(world):
    world.register(opt_out_email=True)
    world.register(claim="R-2")
    assert points(world)[MAIL] is PointState.OPTED_OUT


def test_P17_a_number_that_was_stopped_and_then_died_is_silent_for_a_new_channel_too(world):
    world.register()
    card = world.matter().debtor.with_point_state(PHONE, PointState.DEAD)
    card = replace(card, consents=(Consent(ConsentPurpose.SMS, False, world.now, "in-1"),))
    world.store.commit("nordlicht", Commit((), debtor=card))
    given = {"phone_number_id": "1", "permission_reference": "Meta, 2026-10-01"}
    world.open(channels=(ChannelSettings(CHANNEL.terms, given),))
    world.register(claim="R-2")
    now = {p.channel: p.state for p in world.matter().debtor.points if p.value == PHONE}
    assert now == {ChannelKind.SMS: PointState.DEAD, ChannelKind.WHATSAPP: PointState.OPTED_OUT}


def test_of_two_breathing_spaces_the_longer_one_binds(world):
    for name, until in (("R-1", date(2026, 10, 1)), ("R-2", date(2027, 3, 1)), ("R-3", date(2026, 12, 1))):
        world.register(claim=name, breathing_space_until=until)
    (hold,) = world.matter().debtor.holds
    assert hold.until == datetime(2027, 3, 2, 12, 0, tzinfo=UTC)


def test_a_minor_by_the_creditors_word_stays_one_until_somebody_says_otherwise(world):
    world.register(claim="R-1", birth_date=date(2010, 1, 1))
    world.register(claim="R-2", birth_date=None, minor=True)
    world.register(claim="R-3", birth_date=date(2010, 1, 1))
    (hold,) = world.matter().debtor.holds
    assert (hold.kind, hold.until) == (HoldKind.MINOR, None)


def test_what_is_known_of_a_debtor_stays_and_gaps_are_filled(world):
    world.register(birth_date=None, language=None)
    world.register(claim="R-2", name="Somebody Else", birth_date=date(1984, 3, 9), language="en", iban="DE1")
    card = world.matter().debtor
    assert (card.name, card.birth_date, card.language, card.iban) == (
        "Marta Lindqvist",
        date(1984, 3, 9),
        "en",
        "DE1",
    )
    assert card.address == Address("Lindenweg 7", "10437", "Berlin", "DE")


# A collector


def test_a_collectors_first_contact_about_each_claim_is_its_notice_by_email(world):
    world.open(collector())
    world.scorer.probability = 0.0
    world.register(
        of="fairkasso", contract_date=date(2024, 1, 5), first_notice_sent=date(2026, 10, 1), claim="R-1"
    )
    world.register(of="fairkasso", contract_date=date(2024, 1, 5), claim="R-2")
    kinds = {c.claim: (c.kind, c.channel) for c in world.contacts(ContactState.PLANNED, of="fairkasso")}
    assert kinds == {
        "R-1": (MessageKind.REMINDER, ChannelKind.SMS),
        "R-2": (MessageKind.NOTICE, ChannelKind.EMAIL),
    }


@pytest.mark.parametrize(
    ("said", "because"),
    [({"email": None}, "notice_needs_durable_medium"), ({"contract_date": None}, "notice_incomplete")],
)
def test_a_collector_that_cannot_give_the_notice_contacts_nobody(world, said, because):
    world.open(collector())
    world.register(of="fairkasso", line=7, **{"contract_date": date(2024, 1, 5), **said})
    (row,) = world.batches.rows("fairkasso", "batch-1", 0)
    assert row.not_contacted == because
    (unmade,) = world.contacts(of="fairkasso")
    assert (unmade.state, unmade.decisions[-1].because) == (ContactState.CANCELLED, because)


def test_the_name_of_a_contact_is_the_name_of_its_schedule(world):
    name = contact_id("nordlicht", "R-1001", "reminder/0", NOW)
    assert len(name) <= 64 and name == contact_id("nordlicht", "R-1001", "reminder/0", NOW)
    assert name != contact_id("nordlicht", "R-1001", "reminder/0", NOW + timedelta(seconds=1))
    assert name != contact_id("nordlicht", "R-1002", "reminder/0", NOW)
