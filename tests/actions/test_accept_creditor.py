"""A creditor's settings count from the version under which they were accepted."""

from dataclasses import replace

import pytest

from chalicelib.actions.accept_creditor import accept_creditor
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import FactName
from tests.builders import NOW, creditor


def accept(world, **changes):
    return accept_creditor(creditor(id="neu", **changes), store=world.store, now=NOW).version


def test_new_settings_begin_with_one_and_changed_ones_count_up(world):
    assert accept(world) == 1
    assert accept(world, help_phone="+493000000") == 2
    assert world.store.creditor("neu") == replace(creditor(id="neu", help_phone="+493000000"), version=2)
    versions = [dict(fact.about)["version"] for fact in world.store.named(FactName.CREDITOR_ACCEPTED)]
    assert versions == ["1", "2"]


def test_the_same_settings_again_change_nothing(world):
    accept(world)
    before = dict(world.store.items)
    assert accept(world) == 1
    assert world.store.items == before
    assert len(world.store.named(FactName.CREDITOR_ACCEPTED)) == 1


def test_two_uploads_at_once_are_two_versions(world):
    accept(world)
    world.store.meanwhile.append(lambda: accept(world, help_phone="+491"))
    assert accept(world, help_phone="+492") == 3
    assert world.store.creditor("neu").help_phone == "+492"


def test_settings_that_keep_changing_come_back(world):
    accept(world)
    world.store.meanwhile += [lambda: world.store.touch("creditor", "neu")] * 5
    with pytest.raises(Retry):
        accept(world, help_phone="+491")
