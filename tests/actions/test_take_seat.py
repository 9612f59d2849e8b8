"""Who signs in meets who works here: bound once, known for good, and twice at the same moment is once."""

import pytest

from chalicelib.actions.keep_staff import add_staff
from chalicelib.actions.take_seat import Stranger, take_seat
from chalicelib.domain.person import ActKind
from chalicelib.ports import Identity
from tests.builders import NOW, staff
from tests.fakes.store import FakeRoster, FakeStore

JANA = staff()
HERSELF = Identity("sub-1", JANA.email, "Jana Brandt")


@pytest.fixture
def store():
    held = FakeStore()
    add_staff(JANA, by="olga", roster=FakeRoster(held), store=held, now=NOW)
    return held


def sit(store, who=HERSELF, now=NOW):
    return take_seat(who, roster=FakeRoster(store), store=store, now=now)


def signed_in(store):
    return [act.about for commit in store.commits for act in commit.acts if act.what is ActKind.SIGN_IN]


@pytest.mark.parametrize("bound", [False, True])
def test_taken_twice_at_the_same_instant_the_second_is_the_first(store, bound):
    if bound:
        sit(store, now=NOW.replace(hour=1))
    before = len(signed_in(store))
    store.meanwhile.append(lambda: sit(store))
    assert sit(store).id == JANA.id
    assert sit(store).id == JANA.id
    assert len(signed_in(store)) == before + 1


def test_another_account_of_the_same_address_at_the_same_instant_is_not_let_in(store):
    store.meanwhile.append(lambda: sit(store))
    assert sit(store, Identity("sub-2", JANA.email, "Jana Brandt")) is Stranger.UNKNOWN
    assert FakeRoster(store).staff_member(JANA.id).subject == "sub-1"


def test_what_the_provider_vouched_for_is_remembered_in_small_letters(store):
    sit(store)
    sit(store, Identity("sub-1", "Jana.Neu@nordlicht.example", ""), NOW.replace(hour=12))
    sit(store, Identity("sub-1", None, ""), NOW.replace(hour=13))
    kept = ("sub-1", "jana.brandt@nordlicht.example", "jana.neu@nordlicht.example")
    assert FakeRoster(store).staff_member(JANA.id).vouched == kept
