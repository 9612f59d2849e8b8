"""Who works here is kept by those who may, each change an act; nobody changes what they themselves may do."""

from dataclasses import replace

import pytest

from chalicelib.actions.keep_staff import add_staff, change_staff, let_go
from chalicelib.domain.decision import Refused
from chalicelib.domain.person import ActKind
from chalicelib.domain.staff import Role
from tests.builders import NOW, staff
from tests.fakes.store import FakeRoster, FakeStore

JANA = staff()


@pytest.fixture
def store():
    return FakeStore()


def ports(store, by="olga"):
    return {"by": by, "roster": FakeRoster(store), "store": store, "now": NOW}


def acts(store):
    return [(act.what, act.by, act.about) for commit in store.commits for act in commit.acts]


def test_somebody_new_works_here_and_it_is_told_who_said_so(store):
    assert add_staff(JANA, **ports(store)) == replace(JANA, version=1)
    assert FakeRoster(store).staff() == (replace(JANA, version=1),)
    assert acts(store) == [(ActKind.STAFF_ADD, "olga", JANA.id)]


def test_somebody_new_said_twice_is_there_once_also_at_the_same_moment(store):
    store.meanwhile.append(lambda: add_staff(JANA, **ports(store)))
    assert add_staff(JANA, **ports(store)) == add_staff(JANA, **ports(store)) == replace(JANA, version=1)
    assert len(FakeRoster(store).staff()) == len(acts(store)) == 1
    other = replace(JANA, email="other@x.example")
    assert add_staff(other, **ports(store)) == Refused("added_already", "staff")
    assert FakeRoster(store).staff() == (replace(JANA, version=1),)


def test_an_address_is_one_persons_as_long_as_they_work_here(store):
    add_staff(JANA, **ports(store))
    twin = staff(id="s-2", email=JANA.email.upper())
    assert add_staff(twin, **ports(store)) == Refused("address_taken", "staff")
    let_go(JANA.id, **ports(store))
    assert add_staff(twin, **ports(store)).id == "s-2"


def test_a_change_changes_what_is_named_and_the_same_again_is_no_act(store):
    add_staff(JANA, **ports(store))
    for _ in range(2):
        changed = change_staff(JANA.id, {"languages": ("tr",)}, **ports(store))
        assert (changed.languages, changed.name) == (("tr",), JANA.name)
    assert acts(store)[1:] == [(ActKind.STAFF_CHANGE, "olga", JANA.id)]


@pytest.mark.parametrize("change", [{"roles": (Role.LEAD,)}, {"creditors": ("other",)}, {"email": "x@y.example"}])
def test_nobody_changes_what_they_themselves_may_do_nor_goes_by_their_own_word(store, change):
    add_staff(JANA, **ports(store))
    assert change_staff(JANA.id, change, **ports(store, by=JANA.id)) == Refused("own_powers", "staff")
    assert let_go(JANA.id, **ports(store, by=JANA.id)) == Refused("own_powers", "staff")
    assert change_staff(JANA.id, {"most": 5}, **ports(store, by=JANA.id)).most == 5


def test_nobody_changes_what_they_may_do_by_another_sign_in_of_theirs(store):
    add_staff(JANA, **ports(store))
    twin = staff(id="s-2", email="jana@other.example", vouched=(JANA.email,))
    add_staff(twin, **ports(store))
    assert change_staff("s-2", {"roles": (Role.LEAD,)}, **ports(store, by=JANA.id)).because == "own_powers"
    assert let_go(JANA.id, **ports(store, by="s-2")).because == "own_powers"
    assert change_staff("s-2", {"most": 5}, **ports(store, by=JANA.id)).most == 5


OF_A, OF_BOTH = staff("operator", id="olga.a", email="a@x.example", creditors=("a",)), ("a", "b")


@pytest.mark.parametrize("change", [{"roles": (Role.LEAD,)}, {"email": "olga.second@x.example"}, {"subject": "s"}])
def test_who_keeps_one_creditors_staff_does_not_say_what_somebody_may_do_at_another(store, change):
    add_staff(OF_A, **ports(store))
    tom = add_staff(staff(id="tom", email="tom@x.example", creditors=OF_BOTH), **ports(store))
    assert change_staff("tom", change, **ports(store, by="olga.a")) == Refused("others_too", "staff")
    assert let_go("tom", **ports(store, by="olga.a")) == Refused("others_too", "staff")
    assert FakeRoster(store).staff_member("tom") == tom
    for creditors in (("a", "b", "c"), ("a",), ()):
        refused = change_staff("tom", {"creditors": creditors}, **ports(store, by="olga.a"))
        assert refused == Refused("others_too", "staff"), "neither given nor taken where they do not work"
    assert change_staff("tom", {"most": 5}, **ports(store, by="olga.a")).most == 5
    assert change_staff("tom", {"creditors": ("b",)}, **ports(store, by="olga.a")).creditors == ("b",)


def test_who_keeps_all_their_creditors_and_the_house_itself_say_all_of_it(store):
    add_staff(staff("operator", id="olga.ab", email="ab@x.example", creditors=OF_BOTH), **ports(store))
    add_staff(staff(id="tom", email="tom@x.example", creditors=OF_BOTH), **ports(store))
    assert change_staff("tom", {"roles": (Role.LEAD,)}, **ports(store, by="olga.ab")).roles == (Role.LEAD,)
    assert change_staff("tom", {"email": "t@x.example"}, **ports(store, by="the.house")).email == "t@x.example"
    assert let_go("tom", **ports(store, by="olga.ab")).left_at == NOW


def test_two_changes_by_one_person_at_the_same_instant_are_both_kept_and_told(store):
    add_staff(JANA, **ports(store))
    for change in ({"most": 5}, {"team": "north"}):
        change_staff(JANA.id, change, **ports(store))
    found = FakeRoster(store).staff_member(JANA.id)
    assert (found.team, found.most) == ("north", 5)
    assert acts(store)[1:] == [(ActKind.STAFF_CHANGE, "olga", JANA.id)] * 2


def test_who_has_gone_stays_known_by_their_id_and_is_changed_no_more(store):
    add_staff(JANA, **ports(store))
    assert let_go(JANA.id, **ports(store)).left_at == NOW
    assert let_go(JANA.id, **ports(store)).left_at == NOW
    assert change_staff(JANA.id, {"most": 5}, **ports(store)) == Refused("no_such_staff", "staff")
    assert [what for what, *_ in acts(store)] == [ActKind.STAFF_ADD, ActKind.STAFF_GO]


def test_two_changes_at_once_are_both_kept(store):
    add_staff(JANA, **ports(store))
    store.meanwhile.append(lambda: change_staff(JANA.id, {"team": "north"}, **ports(store, by="bernd")))
    change_staff(JANA.id, {"most": 5}, **ports(store))
    found = FakeRoster(store).staff_member(JANA.id)
    assert (found.team, found.most) == ("north", 5)
