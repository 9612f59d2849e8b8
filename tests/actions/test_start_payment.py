"""One open attempt per claim, whatever is pressed how often, and never a way to pay that leads nowhere."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.lapse_attempt import lapse_attempt
from chalicelib.actions.start_payment import LASTS, AskAgain, GoTo, NotThatMuch, OnlyByTransfer, UnderWay
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.errors import BrokenRule, Permanent, Retry
from chalicelib.domain.facts import FactName
from chalicelib.domain.payments import AttemptStatus, CheckoutStatus, PaymentStatus
from tests.builders import NOW

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def registered(world):
    world.register()


def attempts(world):
    return sorted(a.status for a in world.matter().attempts.values())


def test_an_attempt_is_kept_before_the_provider_hears_of_it(world):
    kept = []

    class Listens(type(world.gateway)):
        def begin_checkout(self, attempt, **words):
            kept.append(world.matter().attempts.get(attempt.id))
            return super().begin_checkout(attempt, **words)

    world.gateway.__class__ = Listens
    world.start()
    assert [(a.status, a.amount) for a in kept] == [(AttemptStatus.STARTING, 4820)]


def test_the_reader_is_sent_to_the_page_of_the_one_attempt(world):
    answer = world.start()
    attempt = world.attempt()
    assert answer == GoTo(f"https://pay.example/cs_{attempt.id}") == GoTo(attempt.url)
    assert (attempt.status, attempt.amount, attempt.currency) == (AttemptStatus.OPEN, 4820, "EUR")
    assert attempt.expires_at == NOW + LASTS
    (hold,) = world.claim().holds
    assert (hold.kind, hold.until, hold.source) == (HoldKind.PAYMENT_UNDER_WAY, attempt.expires_at, attempt.id)
    (fact,) = world.store.named(FactName.PAYMENT_STARTED)
    assert dict(fact.about) == {"claim": "R-1001", "attempt": attempt.id}
    assert world.store.attempt_owner(attempt.id).claim == "R-1001"


def test_P2_pressed_again_it_is_the_same_page(world):
    assert world.start() == world.start(now=NOW + timedelta(minutes=30))
    assert world.gateway.beginnings == 1 and len(world.matter().attempts) == 1


def test_P1_two_tabs_at_the_same_moment_get_one_page(world):
    first = []
    world.store.meanwhile.append(lambda: first.append(world.start()))
    assert [world.start()] == first
    assert len(world.gateway.opened) == 1 and len(world.matter().attempts) == 1


def test_P1_a_second_tab_while_the_page_is_being_opened_gets_the_same(world):
    """The first tab has reserved and asks the provider; the second goes on with the same attempt."""
    second = []
    world.store.meanwhile += [lambda: None, lambda: second.append(world.start())]
    assert [world.start()] == second
    assert len(world.gateway.opened) == 1


def test_a_tab_that_fails_does_not_close_what_another_opened(world):
    second = []

    class OneFails(type(world.gateway)):
        def begin_checkout(self, attempt, **words):
            if not second:
                second.append(None)
                second[0] = world.start()
                raise Retry("timed out")
            return super().begin_checkout(attempt, **words)

    world.gateway.__class__ = OneFails
    assert world.start() == second[0]
    assert attempts(world) == [AttemptStatus.OPEN]


def test_P11_what_the_page_said_is_owed_is_only_compared(world):
    answer = world.start(shown=1)
    assert isinstance(answer, AskAgain) and answer.matter == world.matter()
    assert world.gateway.beginnings == 0 and world.matter().attempts == {}


def test_P10_an_old_tab_after_the_balance_changed_is_asked_again(world):
    world.book(world.gateway.money(1000, NOW))
    assert isinstance(world.start(shown=4820), AskAgain)
    world.start(shown=3820)
    assert world.attempt().amount == 3820


def test_when_the_balance_changed_the_old_page_is_closed_and_a_new_one_opened(world):
    world.start()
    old = world.attempt()
    world.book(world.gateway.money(1000, NOW))
    answer = world.start(shown=3820)
    assert world.gateway.pages[old.provider_id].status is CheckoutStatus.EXPIRED
    assert attempts(world) == [AttemptStatus.OPEN, AttemptStatus.REPLACED]
    assert answer == GoTo(world.attempt().url) and world.attempt().id != old.id
    world.invariants()


def test_P1_who_paid_on_the_old_page_meanwhile_gets_no_second_one(world):
    world.start()
    world.gateway.pay(world.attempt(), NOW)
    answer = world.start()
    assert answer == UnderWay(world.attempt())
    assert len(world.gateway.opened) == 1


def test_a_page_about_to_close_is_not_handed_out_again(world):
    first = world.start()
    assert world.start(now=NOW + LASTS - timedelta(minutes=3)) == first
    second = world.start(now=NOW + LASTS - timedelta(minutes=2))
    assert second != first and attempts(world) == [AttemptStatus.OPEN, AttemptStatus.REPLACED]


def test_a_page_the_provider_closed_gives_way_to_a_new_one(world):
    first = world.start()
    page = world.attempt().provider_id
    world.gateway.pages[page] = replace(world.gateway.pages[page], status=CheckoutStatus.EXPIRED)
    assert world.start() != first


@pytest.mark.parametrize("error", [Retry("down"), Permanent("refused")])
def test_with_the_provider_down_the_attempt_is_abandoned_and_the_claim_free(world, error):
    world.gateway.down = error
    with pytest.raises(type(error)):
        world.start()
    assert attempts(world) == [AttemptStatus.EXPIRED]
    assert world.claim().holds == (), "nobody is told that a payment is on its way"
    assert len(world.store.named(FactName.PAYMENT_LAPSED)) == 1
    world.gateway.down = None
    assert isinstance(world.start(), GoTo)


def test_a_crash_before_the_page_was_kept_goes_on_with_the_same_attempt(world):
    world.store.meanwhile += [lambda: None, lambda: world.store.trouble.append(Retry("table out of reach"))]
    with pytest.raises(Retry):
        world.start()
    assert attempts(world) == [AttemptStatus.STARTING]
    world.start(now=NOW + timedelta(minutes=20))
    assert attempts(world) == [AttemptStatus.OPEN] and len(world.gateway.opened) == 1


def test_an_attempt_that_never_got_a_page_is_not_begun_too_late_for_the_provider(world):
    world.store.meanwhile += [lambda: None, lambda: world.store.trouble.append(Retry("table out of reach"))]
    with pytest.raises(Retry):
        world.start()
    world.start(now=NOW + timedelta(minutes=35))
    assert attempts(world) == [AttemptStatus.OPEN, AttemptStatus.REPLACED]
    assert world.attempt().expires_at == NOW + timedelta(minutes=95)


def test_P1_a_debit_on_its_way_is_not_charged_twice(world):
    world.start()
    world.gateway.pay(world.attempt(), NOW, PaymentStatus.PROCESSING)
    assert isinstance(world.start(now=NOW + timedelta(days=2)), UnderWay)


@pytest.mark.parametrize("status", [PaymentStatus.FAILED, PaymentStatus.CANCELLED])
def test_a_debit_the_bank_refused_leaves_the_claim_payable(world, status):
    world.start()
    payment = world.gateway.pay(world.attempt(), NOW, PaymentStatus.PROCESSING)
    world.gateway.settle(payment.object_id, status, 4820, NOW)
    assert isinstance(world.start(now=NOW + timedelta(days=5)), GoTo)


def test_an_old_page_the_provider_does_not_know_any_more_does_not_bar_the_claim_for_ever(world):
    world.start()
    world.gateway.pages.clear()
    with pytest.raises(Permanent):
        world.start(now=NOW + timedelta(minutes=10))
    assert isinstance(world.start(now=NOW + LASTS), GoTo)


def test_P3_what_is_paid_cannot_be_paid_again(world):
    world.book(world.gateway.money(4820, NOW))
    with pytest.raises(BrokenRule, match="closed"):
        world.start()


def test_a_claim_that_keeps_changing_is_told_so(world):
    world.store.meanwhile += [lambda: world.store.touch("claim", "nordlicht", "K-501", "R-1001")] * 5
    with pytest.raises(Retry):
        world.start()
    assert world.gateway.beginnings == 0


@pytest.mark.parametrize("wrong", [{"of": "unknown"}, {"debtor": "K-404"}, {"claim": "R-404"}])
def test_a_visit_to_what_is_not_there_pays_nothing(world, wrong):
    with pytest.raises(BrokenRule, match="not_found"):
        world.start(visit=world.visit(**wrong))


# ---- In part


@pytest.mark.parametrize("amount", [500, 2000, 4819, 4820, None])
def test_P11_any_amount_between_the_floor_and_what_is_owed_may_be_paid(world, amount):
    assert isinstance(world.start(amount=amount), GoTo)
    assert world.attempt().amount == (amount or 4820)


@pytest.mark.parametrize("amount", [499, 1, 0, -4820, 4821, 10**12])
def test_P11_an_amount_out_of_bounds_starts_nothing_and_says_the_bounds(world, amount):
    assert world.start(amount=amount) == NotThatMuch(world.matter(), 500, 4820)
    assert world.gateway.beginnings == 0 and world.matter().attempts == {}


def test_P11_where_less_than_the_floor_is_owed_all_of_it_may_be_paid_and_nothing_less(world):
    world.register(claim="R-2", principal=300)
    visit = world.visit("R-2")
    assert world.start(300, visit=visit, amount=299) == NotThatMuch(world.matter(), 300, 300)
    assert isinstance(world.start(300, visit=visit, amount=300), GoTo)


def test_what_is_less_than_the_provider_takes_starts_nothing_and_can_be_transferred(world):
    world.register(claim="R-2", principal=49)
    visit, before = world.visit("R-2"), dict(world.store.items)
    assert world.start(49, visit=visit) == OnlyByTransfer(world.matter(), 49)
    assert world.gateway.beginnings == 0 and world.store.items == before
    world.register(claim="R-3", principal=50)
    assert isinstance(world.start(50, visit=world.visit("R-3")), GoTo)


def test_a_provider_that_takes_even_less_than_was_known_leaves_the_claim_free(world):
    world.gateway.least = 5000
    answer = world.start()
    assert isinstance(answer, OnlyByTransfer) and answer.amount == 4820
    assert world.claim().holds == () and attempts(world) == [AttemptStatus.EXPIRED]
    assert world.gateway.pages == {}
    world.gateway.least = 50
    assert isinstance(world.start(), GoTo)


def test_P10_an_old_tab_with_a_part_is_asked_again_after_the_balance_changed(world):
    world.book(world.gateway.money(1000, NOW))
    assert isinstance(world.start(shown=4820, amount=2000), AskAgain)


def test_P1_two_tabs_with_the_same_part_get_one_page(world):
    first = []
    world.store.meanwhile.append(lambda: first.append(world.start(amount=2000)))
    assert [world.start(amount=2000)] == first
    assert len(world.gateway.opened) == 1


def test_P2_another_amount_closes_the_page_before_it_and_opens_its_own(world):
    first = world.start(amount=2000)
    old = world.attempt()
    second = world.start(amount=3000)
    assert second != first
    assert world.gateway.pages[old.provider_id].status is CheckoutStatus.EXPIRED
    assert attempts(world) == [AttemptStatus.OPEN, AttemptStatus.REPLACED]
    (hold,) = world.claim().holds
    assert hold.source == world.attempt().id


def test_P1_two_tabs_with_two_amounts_at_the_same_moment_leave_one_page_open(world):
    world.store.meanwhile.append(lambda: world.start(amount=2000))
    world.start(amount=3000)
    stand = {page.status for name, page in world.gateway.pages.items() if name != world.attempt().provider_id}
    assert stand <= {CheckoutStatus.EXPIRED} and world.attempt().amount == 3000


def test_P1_who_paid_a_part_on_the_old_page_meanwhile_gets_no_second_one(world):
    world.start(amount=2000)
    world.gateway.pay(world.attempt(), NOW)
    assert world.start(amount=3000) == UnderWay(world.attempt())


# ---- Several claims at once


@pytest.fixture
def three(world):
    """Three claims of one debtor: what is owed of each, the oldest first."""
    world.register(claim="R-2", principal=1000, due=date(2026, 9, 15))
    world.register(claim="R-3", principal=300, due=date(2026, 10, 15))
    return {"R-1001": 4820, "R-2": 1000, "R-3": 300}


def under_way(world):
    """Which attempt each claim is held for."""
    holds = {c.id: [h.source for h in c.holds if h.kind is HoldKind.PAYMENT_UNDER_WAY] for c in claims_of(world)}
    return {name: sources for name, sources in holds.items() if sources}


def claims_of(world):
    return world.matter().claims.values()


def test_M12_one_attempt_covers_all_of_them_and_holds_each(world, three):
    answer = world.start(6120, together=True)
    attempt = world.attempt()
    assert answer == GoTo(attempt.url)
    assert (attempt.amount, attempt.claim, attempt.covers) == (6120, "R-1001", tuple(three))
    assert under_way(world) == {name: [attempt.id] for name in three}
    assert {claim.attempt for claim in claims_of(world)} == {attempt.id}
    assert len(world.store.named(FactName.PAYMENT_STARTED)) == 3


def test_M12_two_tabs_get_one_page_for_all_of_them(world, three):
    first = []
    world.store.meanwhile.append(lambda: first.append(world.start(6120, together=True)))
    assert [world.start(6120, together=True)] == first
    assert len(world.gateway.opened) == 1


def test_P10_when_one_of_them_changed_the_reader_is_asked_again(world, three):
    world.book(world.gateway.money(300, NOW, claim="R-3"))
    assert isinstance(world.start(6120, together=True), AskAgain)
    assert isinstance(world.start(5820, together=True), GoTo)
    assert world.attempt().covers == ("R-1001", "R-2")


def test_M12_one_page_for_all_replaces_those_of_single_claims(world, three):
    world.start(1000, visit=world.visit("R-2"))
    single = world.matter().attempts[world.claim("R-2").attempt]
    world.start(6120, together=True)
    assert world.gateway.pages[single.provider_id].status is CheckoutStatus.EXPIRED
    assert under_way(world) == {name: [world.attempt().id] for name in three}


def test_M12_who_goes_back_to_one_claim_frees_the_others(world, three):
    world.start(6120, together=True)
    together = world.attempt()
    world.start(1000, visit=world.visit("R-2"))
    assert world.gateway.pages[together.provider_id].status is CheckoutStatus.EXPIRED
    assert under_way(world) == {"R-2": [world.claim("R-2").attempt]}
    assert attempts(world) == [AttemptStatus.OPEN, AttemptStatus.REPLACED]


def test_M12_who_has_paid_one_of_them_already_gets_no_page_for_all(world, three):
    world.start(1000, visit=world.visit("R-2"))
    paid = world.matter().attempts[world.claim("R-2").attempt]
    world.gateway.pay(paid, NOW)
    assert world.start(6120, together=True) == UnderWay(paid)


def test_M12_what_is_disputed_or_with_the_bank_is_not_paid_by_the_way(world, three):
    world.hold("R-2", Hold(HoldKind.DISPUTE, NOW, None, "d-1"))
    world.hold("R-3", Hold(HoldKind.PAYMENT_UNDER_WAY, NOW, NOW + timedelta(days=21), "elsewhere"))
    world.start(4820, together=True)
    assert world.attempt().covers == ("R-1001",)


def test_M12_at_most_fifteen_the_oldest(world):
    for number in range(2, 20):
        world.register(claim=f"R-{number}", principal=100, due=date(2026, 9, number))
    owed = 4820 + 14 * 100
    world.start(owed, together=True)
    assert world.attempt().covers == ("R-1001", *(f"R-{number}" for number in range(2, 16)))


def test_M12_a_page_left_unused_frees_all_of_them(world, three):
    world.start(6120, together=True)
    assert lapse_attempt("nordlicht", world.attempt().id, store=world.store, now=NOW)
    assert under_way(world) == {}
