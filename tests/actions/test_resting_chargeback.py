"""Who pays for the waiting: interest under a chargeback, a hold of an operator, and while it is our turn."""

from datetime import date, timedelta

import pytest

from chalicelib.actions.read_notice import read_notice
from chalicelib.actions.reverse_payment import DECIDED_WITHIN
from chalicelib.domain.accrual import advanced, owed_on
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.interest import growth
from tests.builders import creditor as a_creditor

from .charging import METER, OF, at, office, pays

PRINCIPAL, PAID = 2_000_000, 800_000
PAID_ON, TAKEN, ENDED = date(2026, 11, 25), date(2026, 12, 1), date(2027, 1, 20)
DAY = timedelta(days=1)


@pytest.fixture
def world():
    """A claim of 20,000 euros in default, of which 8,000 came by card; nobody bills for asking."""
    world = office(a_creditor(id=OF), interest_rate="4,00 %", principal=PRINCIPAL)
    world.payment = pays(world, PAID, PAID_ON, PAID_ON)
    return world


def told(world, name, day):
    return read_notice("chargeback", OF, name, event=f"evt_{day}", till=world.till, now=at(day))


def taken_back(world, day=TAKEN):
    chargeback = world.gateway.takes_back(world.payment.object_id, at(day, 12))
    told(world, chargeback.object_id, day + DAY)
    return chargeback.object_id


def ends(world, name, day, *, won):
    world.gateway.chargeback_ends(name, at(day, 12), won=won)
    told(world, name, day)


def owed(world, day):
    """What is owed on that day, as if nothing had been told to anybody."""
    return owed_on(world.claim(), day, METER).outstanding.total


def grown(world, principal, after, day):
    """What so much principal earns after one day and to the other."""
    return growth(principal, world.claim().interest, after + DAY, day, rates=METER.rates)


def earned(world, day):
    """What has grown since it was last reckoned."""
    claim = world.claim()
    return advanced(claim, day, METER).interest.carry - claim.interest.carry


def test_M6_interest_rests_on_what_a_chargeback_contests_and_grows_on_the_rest(world):
    taken_back(world)
    claim = world.claim()
    assert 0 < claim.rests[0].contested <= PAID and claim.paid == 0
    bears = claim.outstanding.principal - claim.rests[0].contested
    through = claim.interest.through
    assert earned(world, ENDED) == grown(world, bears, through, ENDED)
    world.invariants()


def test_M6_once_a_chargeback_is_lost_interest_grows_on_all_again(world):
    name = taken_back(world)
    ends(world, name, ENDED, won=False)
    claim = world.claim()
    contested, through = claim.rests[0].contested, claim.interest.through
    later = ENDED + timedelta(days=30)
    all_of_it, rested = claim.outstanding.principal, grown(world, contested, max(through, TAKEN), ENDED)
    assert earned(world, later) == grown(world, all_of_it, through, later) - rested
    told(world, name, later)
    assert world.claim().rests == claim.rests, "told again, nothing more rests and nothing less"
    world.invariants()


def test_M7_a_chargeback_that_is_won_leaves_no_cent_behind(world):
    calm = office(a_creditor(id=OF), interest_rate="4,00 %", principal=PRINCIPAL)
    pays(calm, PAID, PAID_ON, PAID_ON)
    name = taken_back(world)
    ends(world, name, ENDED, won=True)
    for day in (ENDED, ENDED + timedelta(days=40)):
        assert owed(world, day) == owed(calm, day)
    assert not world.claim().rests
    world.invariants()


def test_the_debtor_who_pays_meanwhile_leaves_less_that_bears(world):
    taken_back(world)
    contested = world.claim().rests[0].contested
    more = pays(world, 1_150_000, date(2026, 12, 10), date(2026, 12, 10))
    claim = world.claim()
    bears = max(0, claim.outstanding.principal - contested)
    assert more and claim.outstanding.principal - contested == bears > 0
    assert earned(world, ENDED) == grown(world, bears, claim.interest.through, ENDED)
    pays(world, 100_000, date(2026, 12, 11), date(2026, 12, 11))
    assert earned(world, ENDED) == 0, "only what is contested is left"
    world.invariants()


def test_what_nobody_decides_rests_no_longer_than_the_hold_does(world):
    taken_back(world)
    last = METER.day(at(TAKEN + DAY) + DECIDED_WITHIN)
    assert earned(world, last + DAY) - earned(world, last) > earned(world, last) - earned(world, last - DAY)


def test_two_chargebacks_on_one_claim_each_rest_by_themselves(world):
    second = pays(world, 300_000, date(2026, 11, 26), date(2026, 11, 26))
    first_name = taken_back(world)
    other = world.gateway.takes_back(second.object_id, at(TAKEN + DAY, 12)).object_id
    told(world, other, TAKEN + 2 * DAY)
    claim = world.claim()
    both = sum(rest.contested for rest in claim.rests)
    through = claim.interest.through
    start = max(through, TAKEN + DAY)
    assert earned(world, ENDED) - earned(world, start) == grown(
        world, claim.outstanding.principal - both, start, ENDED
    )
    ends(world, first_name, ENDED, won=False)
    assert [hold.kind for hold in world.claim().binding_holds(at(ENDED))] == [HoldKind.CHARGEBACK]
    still = next(rest.contested for rest in world.claim().rests if rest.source == other)
    month = ENDED + timedelta(days=20)
    claim = world.claim()
    assert earned(world, month) - earned(world, ENDED) == grown(
        world, claim.outstanding.principal - still, ENDED, month
    )


def test_an_operators_hold_lets_interest_grow_and_an_open_question_does_not():
    def later(*holds):
        world = office(a_creditor(id=OF), interest_rate="4,00 %", principal=PRINCIPAL)
        for kind in holds:
            world.hold("R-1001", Hold(kind, at(TAKEN), None, "desk"))
        return owed(world, ENDED)

    calm = later()
    assert later(HoldKind.OPERATOR) == calm, "it keeps messages back: nobody waits for an answer of ours"
    assert later(HoldKind.TASK_OPEN) < calm
    assert later(HoldKind.OPERATOR, HoldKind.DISPUTE) == later(HoldKind.DISPUTE) < calm, (
        "our turn, whoever else holds"
    )
