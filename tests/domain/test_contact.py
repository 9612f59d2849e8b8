"""A contact goes its way once."""

from itertools import product

import pytest

from chalicelib.domain.contact import CONTACT_NEXT, Contact, ContactState, MessageKind, Purpose, Tone
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.parties import ChannelKind
from tests.builders import NOW


def contact(**changes):
    plain = {
        "id": "c-1",
        "creditor": "nordlicht",
        "debtor": "K-501",
        "claim": "R-1001",
        "purpose": Purpose.REMINDER,
        "kind": MessageKind.REMINDER,
        "channel": ChannelKind.EMAIL,
        "tone": Tone.FRIENDLY,
        "due_at": NOW,
        "planned_at": NOW,
    }
    return Contact(**{**plain, **changes})


@pytest.mark.parametrize(("start", "wanted"), list(product(ContactState, ContactState)))
def test_a_contact_moves_only_along_the_table(start, wanted):
    one = contact(state=start)
    if wanted in CONTACT_NEXT[start]:
        assert one.moved(wanted).state is wanted
    else:
        with pytest.raises(BrokenRule, match="wrong_state"):
            one.moved(wanted)


def test_nothing_that_may_have_left_is_ever_planned_again():
    left = {ContactState.SENT, ContactState.DELIVERED, ContactState.LOST, ContactState.FAILED}
    seen, todo = set(), set(left)
    while todo:
        state = todo.pop()
        seen.add(state)
        todo |= CONTACT_NEXT[state] - seen
    assert not seen & {ContactState.PLANNED, ContactState.RESERVED}
