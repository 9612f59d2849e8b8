"""A rehearsal says what the house then does: the same hours, ways and tones, and the same people left in peace."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.choose_arm import choose_again
from chalicelib.actions.rehearse import NOT_BEGUN, Trial, did, would, would_have
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState, Tone
from chalicelib.domain.parties import ChannelKind, PointState, ReleaseWay
from chalicelib.domain.rehearsal import as_it_was
from chalicelib.domain.strategies._base import Kinder, Step
from chalicelib.ports import Commit
from tests.builders import NOW, collector
from tests.fakes.world import POLICIES, STRATEGIES

DAYS = 75
STRATEGY = STRATEGIES["balanced"]


def trial(world, strategy=STRATEGY):
    return Trial(world.store.creditor("nordlicht"), POLICIES["DE"], strategy, world.chooser)


def live(world, until, of=("K-501",)):
    """Everything that is planned goes out at its hour, until then; arms are chosen as soon as it is planned."""
    while True:
        for contact in [c for debtor in of for c in world.contacts(ContactState.PLANNED, debtor=debtor)]:
            again(world, contact)
        waiting = [c for debtor in of for c in world.contacts(ContactState.PLANNED, debtor=debtor)]
        due = min(waiting, key=lambda c: (c.due_at, c.id), default=None)
        if due is None or due.due_at > until:
            return
        world.now = due.due_at
        world.send(due)


def again(world, contact):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    choose_again("nordlicht", contact.debtor, contact.id, **ports, chooser=world.chooser, now=world.now)


def as_said(rehearsal):
    return [(one.at, set(one.claims), one.channel, one.tone, one.kind, one.why) for one in rehearsal.messages]


def begins(world, debtor="K-501"):
    return {name: claim.registered_at for name, claim in world.matter(debtor=debtor).claims.items()}


def ledgers(world, debtor="K-501"):
    return {name: world.store.ledger("nordlicht", name) for name in world.matter(debtor=debtor).claims}


def rehearsed(world, strategy=STRATEGY, now=None, debtor="K-501"):
    matter = world.matter(debtor=debtor)
    return would_have(
        trial(world, strategy), matter, ledgers(world, debtor), begins(world, debtor), now or world.now
    )


@pytest.mark.parametrize("key", sorted(STRATEGIES))
def test_what_the_strategy_in_force_would_have_sent_is_what_it_sent(world, key):
    world.open(strategy=key)
    world.register(due=date(2026, 12, 20))
    world.register(claim="R-2", due=date(2026, 12, 1), email="marta.lindqvist@example.com")
    end = NOW + timedelta(days=DAYS)
    live(world, end)
    real = did(world.matter(), end)
    assert len(real.messages) > 3
    assert as_said(rehearsed(world, STRATEGIES[key], end)) == as_said(real)


@pytest.mark.parametrize("debtor", ["K-1", "K-2", "K-3", "K-4"])
def test_where_a_model_chooses_a_rehearsal_draws_the_same_lots(world, debtor):
    world.scorer.arms = {"text_evening": 0.4, "email_morning": 0.1}
    world.register(debtor=debtor)
    end = NOW + timedelta(days=DAYS)
    live(world, end, of=(debtor,))
    real = did(world.matter(debtor=debtor), end)
    assert as_said(rehearsed(world, now=end, debtor=debtor)) == as_said(real) and len(real.messages) == 3


def test_what_it_would_send_ahead_is_what_it_then_sends(world):
    world.register(due=date(2026, 12, 1))
    world.register(claim="R-2")
    now = NOW + timedelta(days=20)
    live(world, now)
    until = now + timedelta(days=28)
    ahead = would(trial(world), world.matter(), now, until)
    live(world, until)
    later = [said for said in as_said(did(world.matter(), until)) if said[0] > now]
    assert as_said(ahead) == later and len(later) > 1


def test_what_is_planned_already_stays_and_what_follows_is_the_new_ones(world):
    world.register()
    planned = world.planned()
    swift = STRATEGIES["swift"]
    said = would(trial(world, swift), world.matter(), NOW, NOW + timedelta(days=28)).messages
    assert (said[0].at, said[0].channel, said[0].tone) == (planned.due_at, planned.channel, planned.tone)
    gaps = [(b.at - a.at).days for a, b in zip(said, said[1:], strict=False)]
    assert len(said) == len(swift.steps) and max(gaps) <= 12


def test_after_a_payment_nothing_more_would_have_been_sent_and_before_it_all_the_same(world):
    world.register()
    first = world.planned()
    world.send(first)
    paid = first.due_at + timedelta(days=2)
    world.start(now=paid)
    world.book(world.gateway.pay(world.attempt(), paid), now=paid)
    end = NOW + timedelta(days=DAYS)
    said = rehearsed(world, STRATEGIES["swift"], end)
    assert [one.at for one in said.messages if one.at > paid] == [] and len(said.messages) == 1
    assert dict(did(world.matter(), end).silent) == {}


def test_whoever_said_stop_is_left_in_peace_from_then_on(world):
    world.register(phone=None)
    first = world.planned()
    world.send(first)
    stop = first.due_at + timedelta(days=1)
    card = world.matter().debtor.stopped("marta.lindqvist@example.com", stop, "stop")
    world.store.commit("nordlicht", Commit((), debtor=card))
    said = rehearsed(world, now=NOW + timedelta(days=DAYS))
    assert [one.at for one in said.messages] == [first.due_at]
    assert world.matter().debtor.points[0].state is PointState.OPTED_OUT


def test_somebody_who_was_never_reachable_is_counted_with_the_reason(world):
    world.register(email=None, phone=None)
    assert dict(rehearsed(world, now=NOW + timedelta(days=40)).silent) == {"R-1001": "no_contact_point"}


def test_a_claim_that_is_bound_today_is_silent_for_the_same_reason_beside_what_was_sent(world):
    world.register(email=None, phone=None)
    world.hold("R-1001", Hold(HoldKind.INSOLVENCY, NOW, None, "file"))
    end = NOW + timedelta(days=40)
    assert rehearsed(world, now=end).silent == did(world.matter(), end).silent == (("R-1001", "insolvency"),)


def test_a_hold_that_came_later_keeps_nothing_back_before_it(world):
    world.register()
    first = world.planned()
    world.send(first)
    since = first.due_at + timedelta(days=3)
    world.hold("R-1001", Hold(HoldKind.DISPUTE, since, None, "d-1"))
    end = NOW + timedelta(days=DAYS)
    assert [one.at for one in rehearsed(world, now=end).messages] == [first.due_at]
    ahead = would(trial(world), world.matter(), end, end + timedelta(days=28))
    assert ahead.messages == () and dict(ahead.silent)["R-1001"] == "dispute"


def test_no_more_than_the_law_lets_through_however_many_claims_there_are(world):
    for number in range(6):
        world.register(claim=f"R-{number}", email="marta.lindqvist@example.com", phone=None)
    apart = replace(STRATEGIES["swift"], gathers_days=None)
    days = [one.at.date() for one in rehearsed(world, apart, NOW + timedelta(days=DAYS)).messages]
    assert len(days) == len(set(days)) > 15
    for day in days:
        assert sum(day <= other < day + timedelta(days=7) for other in days) <= 2


def test_several_claims_of_a_day_are_one_message_that_speaks_for_them(world):
    for number in range(3):
        world.register(claim=f"R-{number}")
    first = rehearsed(world, now=NOW + timedelta(days=5)).messages[0]
    assert set(first.claims) == {"R-0", "R-1", "R-2"}


def test_a_batch_that_rests_sent_nothing_and_is_reckoned_ahead_as_if_it_were_released(world):
    world.open(release=ReleaseWay.BY_HAND)
    world.register()
    end = NOW + timedelta(days=10)
    past = would_have(trial(world), world.matter(), {}, {"R-1001": None}, end)
    assert past.messages == () and past.silent == (("R-1001", NOT_BEGUN),)
    assert len(would(trial(world), world.matter(), end, end + timedelta(days=28)).messages) == 3


def test_a_collectors_first_word_is_the_notice_also_in_a_rehearsal(world):
    world.open(collector(id="nordlicht"))
    world.register(contract_date=date(2024, 1, 5))
    end = NOW + timedelta(days=DAYS)
    live(world, end)
    said = rehearsed(world, now=end)
    assert said.messages[0].kind == "notice" and as_said(said) == as_said(did(world.matter(), end))


def test_a_class_of_value_hears_later_and_softer(world):
    steps = (Step(timedelta(0), Tone.FRIENDLY), Step(timedelta(days=20), Tone.FRIENDLY))
    kinder = replace(STRATEGY, kinder=(Kinder("A", steps),))
    world.register(value_class="A")
    world.register(claim="R-2", debtor="K-2", email="zwei@example.com", value_class="B")
    end = NOW + timedelta(days=DAYS)
    of_a, of_b = (rehearsed(world, kinder, end, debtor).messages for debtor in ("K-501", "K-2"))
    assert [one.tone for one in of_a] == [Tone.FRIENDLY] * 2
    assert [one.tone for one in of_b] == [step.tone for step in STRATEGY.steps]
    assert of_a[1].at - of_a[0].at >= timedelta(days=20) > of_b[1].at - of_b[0].at


def test_an_address_that_died_was_alive_before_its_message_came_back(world):
    world.register(phone=None)
    first = world.planned()
    world.send(first)
    back = first.due_at + timedelta(hours=1)
    card = world.matter().debtor.with_point_state("marta.lindqvist@example.com", PointState.DEAD)
    failed = replace(world.again(first), state=ContactState.FAILED, noted_at=back)
    world.store.commit("nordlicht", Commit((), debtor=card, contacts=(failed,)))
    before, after = (as_it_was(world.matter(), {}, back + timedelta(hours=h)).debtor for h in (-2, 2))
    assert before.point(ChannelKind.EMAIL) and after.point(ChannelKind.EMAIL) is None
    assert len(rehearsed(world, now=NOW + timedelta(days=DAYS)).messages) == 1


def test_it_writes_nothing(world):
    world.register()
    before = dict(world.store.items)
    rehearsed(world, now=NOW + timedelta(days=DAYS))
    would(trial(world), world.matter(), NOW, NOW + timedelta(days=28))
    assert dict(world.store.items) == before and not world.email.sent
