"""A claim's states and holds."""

from datetime import timedelta
from itertools import product

import pytest

from chalicelib.domain.claim import NEXT, ClaimState, Hold, HoldKind
from chalicelib.domain.contact import CONTACT_NEXT, ContactState
from chalicelib.domain.errors import BrokenRule
from tests.builders import NOW, claim

HOUR = timedelta(hours=1)


def test_every_state_has_its_place_in_the_table():
    assert set(NEXT) == set(ClaimState)
    assert set(CONTACT_NEXT) == set(ContactState)


@pytest.mark.parametrize(("start", "wanted"), list(product(ClaimState, ClaimState)))
def test_a_claim_moves_only_along_the_table(start, wanted):
    one = claim(state=start)
    if wanted is start or wanted in NEXT[start]:
        assert one.moved_to(wanted).state is wanted
    else:
        with pytest.raises(BrokenRule, match="wrong_state"):
            one.moved_to(wanted)


def test_staying_is_no_move():
    one = claim()
    assert one.moved_to(ClaimState.OPEN) is one


def test_a_hold_binds_until_its_end_and_not_at_it():
    hold = Hold(HoldKind.DEFERRAL, NOW, NOW + HOUR, "desk")
    assert hold.binds(NOW)
    assert hold.binds(NOW + HOUR - timedelta(microseconds=1))
    assert not hold.binds(NOW + HOUR)


def test_a_hold_without_an_end_binds_until_it_is_lifted():
    hold = Hold(HoldKind.OPERATOR, NOW, None, "desk")
    one = claim().held(hold)
    assert one.binding_holds(NOW + 10_000 * HOUR) == (hold,)
    assert one.released(HoldKind.OPERATOR).binding_holds(NOW) == ()


def test_a_newer_hold_takes_the_place_of_one_of_its_kind_and_leaves_the_others():
    old = Hold(HoldKind.PAYMENT_UNDER_WAY, NOW, NOW + HOUR, "a1")
    other = Hold(HoldKind.TASK_OPEN, NOW, None, "t1")
    new = Hold(HoldKind.PAYMENT_UNDER_WAY, NOW, NOW + 2 * HOUR, "a2")
    assert claim().held(old).held(other).held(new).holds == (other, new)
    assert claim().held(other).released(HoldKind.PAYMENT_UNDER_WAY).holds == (other,)
