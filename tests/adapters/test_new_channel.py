"""A channel is added by one new file and nothing else: dropped in, set up, sent by, heard from."""

import sys
from dataclasses import replace

import pytest

from chalicelib import wiring
from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.send_contact import Sent
from chalicelib.adapters import channels
from chalicelib.adapters.batches.channels_file import terms_of
from chalicelib.adapters.batches.creditor_file import read_creditor
from chalicelib.domain.contact import ContactState, Delivery
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.ports import Commit
from tests.adapters.test_batches_manual import HOUSE, blocks
from tests.operators import Person
from tests.reader import Reader

FILE = '''
"""Messages by pigeon, for a test: a file as anybody would write it."""

from datetime import date

from chalicelib.adapters.channels._channel import ChannelFile
from chalicelib.domain.channel import ChannelTerms, Price, Prices, Reach, Shape
from chalicelib.domain.contact import Delivery, Report
from chalicelib.domain.errors import DeadAddress
from chalicelib.domain.parties import ChannelKind


class Pigeon(ChannelFile):
    terms = ChannelTerms("pigeon", ChannelKind("pigeon"), Reach.PHONE, Shape.SHORT, durable=True, needs=("loft",))
    prices = Prices((Price(date(2026, 1, 1), 2_500_000),), date(2027, 12, 31), "the loft")

    def __init__(self):
        self.flown = []

    def deliver(self, creditor, point, message, contact, attachments=()):
        if point.value.endswith("0"):
            raise DeadAddress("no roof")
        self.flown.append((creditor.channel(self.terms.kind).given["loft"], point.value, message.short))
        return f"ring-{contact.id}"

    def report_in(self, notice):
        ring = notice.get("ring")
        return Report(ring, Delivery.DELIVERED, "landed", "") if ring else None


CHANNEL = Pigeon()
'''
KIND = ChannelKind("pigeon")


@pytest.fixture
def pigeon(tmp_path):
    """The file in the room of the channels, and gone again afterwards."""
    (tmp_path / "pigeon.py").write_text(FILE)
    channels.__path__.append(str(tmp_path))
    wiring.channels.cache_clear()
    wiring.desk.cache_clear()
    yield wiring.channels()["pigeon"]
    channels.__path__.remove(str(tmp_path))
    sys.modules.pop("chalicelib.adapters.channels.pigeon", None)
    wiring.channels.cache_clear()
    wiring.desk.cache_clear()


def settings(loft="Erfurt"):
    given = f"{{loft: {loft}}}" if loft else "{}"
    body = blocks("yaml")[0] + f"channels:\n  pigeon: {given}\n"
    return read_creditor(body.encode(), "musterladen", **HOUSE, channels=terms_of(wiring.channels()))


def test_a_creditors_file_sets_the_new_channel_up_or_hears_what_it_lacks(pigeon):
    creditor = settings()
    assert creditor.channel(KIND).given == {"loft": "Erfurt"} and creditor.terms_of(KIND) == pigeon.terms
    (problem,) = settings(loft="")
    assert (problem.column, problem.reason) == ("channels.pigeon.loft", "missing")


def test_without_the_file_nobody_can_set_it_up():
    (problem,) = settings()
    assert (problem.column, problem.reason) == ("channels.pigeon", "not_known")


def test_a_debtor_is_written_to_by_it_reported_on_and_shown_it(house, pigeon):
    creditor = house.open_creditor(channels=settings().channels)
    claim = house.register(creditor, email=None, phone="+491713920012")
    debtor = house.matter(claim).debtor
    assert {p.channel for p in debtor.points} == {ChannelKind.SMS, KIND}
    # Texts do not arrive: what is left is the pigeon.
    points = tuple(replace(p, state=PointState.DEAD) if p.channel is not KIND else p for p in debtor.points)
    wiring.store().commit(creditor.id, Commit((), debtor=replace(debtor, points=points)))
    first = house.planned(claim)
    house.send(first)
    moved = house.planned(claim)
    assert moved.channel is KIND
    assert house.send(moved) is Sent.SENT
    ((loft, number, text),) = pigeon.flown
    assert (loft, number) == ("Erfurt", "+491713920012") and "/p/" in text
    sent = house.matter(claim).contacts[moved.id]
    assert sent.state is ContactState.SENT and sent.cost.micros == 2_500_000
    _, said = wiring.reported({"ring": sent.receipt})
    assert said.outcome is Delivery.DELIVERED
    note_outcome(*said[:4], store=wiring.store(), now=wiring.clock())
    assert house.matter(claim).contacts[moved.id].state is ContactState.DELIVERED
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    assert "Nachricht an Sie" in reader.get("history").words
    house.invariants(claim)


def test_what_can_be_kept_is_its_own_to_say(house, pigeon):
    creditor = house.open_creditor(channels=settings().channels)
    assert wiring.policies()["DE"].lasting(creditor) == {ChannelKind.EMAIL, KIND}


def test_operators_hold_the_new_channel_by_its_name_and_nobody_holds_one_that_is_not_there(house, pigeon):
    creditor = house.open_creditor(channels=settings().channels)
    anna = Person("anna", creditor.id)
    assert anna.acts("hold", channel="pigeon")["hold"]["name"] == f"{creditor.id}/*/pigeon"
    assert anna.acts("hold", channel="pidgin")["status"] == 422
    assert anna.acts("lift", channel="pigeon")["said"] == "done"
