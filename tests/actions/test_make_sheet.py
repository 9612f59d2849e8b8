"""The release sheet says what a release would do, writes nothing, and shows five messages as they would leave."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.actions.make_sheet import DRAFTS, NO_TOKEN, make_sheet
from chalicelib.actions.release_batch import let_go
from chalicelib.actions.write_message import Pen
from chalicelib.domain.batch import Batch, BatchStatus, Outcome
from chalicelib.domain.contact import ContactState
from chalicelib.domain.parties import ChannelKind, ReleaseWay
from chalicelib.domain.person import Release
from chalicelib.presentation.composer import compose
from tests.builders import NOW, collector
from tests.fakes.world import POLICIES, STRATEGIES, code_of

TAKEN = 8
LATER = NOW + timedelta(days=1)


@pytest.fixture
def batch(world):
    """Eight claims: one nobody can be written to about, one somebody disputes; two by SMS only."""
    world.open(release=ReleaseWay.BY_HAND)
    begun = Batch("batch-1", "nordlicht", "inbox/nordlicht/a.csv", "e", NOW, BatchStatus.LOADING, TAKEN + 1, 1)
    world.batches.begin(begun)
    for n in range(TAKEN):
        row = {"line": n + 2, "claim": f"R-{n}", "debtor": f"K-{n}", "email": f"{n}@example.com", "phone": None}
        if n == 0:
            row |= {"email": None}
        if n in (1, 2):
            row |= {"email": None, "phone": f"+4917139200{n}1"}
        world.register(**row)
    held = world.batches.batch("nordlicht", "batch-1")
    return world.batches.save(replace(held, status=BatchStatus.DONE, counts={Outcome.TAKEN: TAKEN}))


def sheet_of(world, batch, seed="", now=LATER):
    pen = Pen(world.store, compose, POLICIES, STRATEGIES, code_of)
    settings = world.store.creditor("nordlicht")
    ports = {"batches": world.batches, "pen": pen, "chooser": world.chooser}
    return make_sheet(settings, batch, seed=seed, **ports, now=now)


def test_it_counts_what_is_owed_who_is_not_written_to_and_what_leaves_when(world, batch):
    sheet, _ = sheet_of(world, batch)
    assert [(one.currency, one.claims, one.owed) for one in sheet.sums] == [("EUR", TAKEN, TAKEN * 4820)]
    assert sheet.refusals == (("no_contact_point", 1),)
    by_channel = {channel: sum(w.messages for w in sheet.waves if w.channel is channel) for channel in ChannelKind}
    assert by_channel[ChannelKind.EMAIL] == 5 and by_channel[ChannelKind.SMS] == 2
    assert (sheet.claims, sheet.messages) == (TAKEN, TAKEN - 1)


def test_a_collectors_first_notices_are_counted_as_such_and_not_by_the_strategys_tone(world):
    world.open(collector(id="nordlicht", release=ReleaseWay.BY_HAND))
    begun = Batch("batch-1", "nordlicht", "inbox/nordlicht/a.csv", "e", NOW, BatchStatus.LOADING, 2, 1)
    world.batches.begin(begun)
    for n, told in ((1, None), (2, date(2026, 10, 1))):
        row = {"line": n + 1, "claim": f"R-{n}", "debtor": f"K-{n}", "email": f"{n}@example.com"}
        world.register(**row, contract_date=date(2024, 1, 5), first_notice_sent=told)
    held = world.batches.batch("nordlicht", "batch-1")
    batch = world.batches.save(replace(held, status=BatchStatus.DONE, counts={Outcome.TAKEN: 2}))
    sheet, _ = sheet_of(world, batch)
    assert {wave.notice: wave.messages for wave in sheet.waves} == {True: 1, False: 1}


def test_what_it_says_is_what_the_release_then_does(world, batch):
    sheet, drafts = sheet_of(world, batch)
    world.batches.save(replace(batch, release=Release("anna", LATER)))
    ports = {"store": world.store, "batches": world.batches, "scheduler": world.scheduler}
    rules = {"policies": POLICIES, "strategies": STRATEGIES, "chooser": world.chooser}
    let_go("nordlicht", "batch-1", 0, **ports, **rules, now=LATER)
    planned = [c for n in range(TAKEN) for c in world.contacts(ContactState.PLANNED, debtor=f"K-{n}")]
    assert len(planned) == sheet.messages
    as_planned = {(c.claim, c.due_at, c.channel, c.tone) for c in planned}
    assert {(d.claim.id, d.contact.due_at, d.contact.channel, d.contact.tone) for d in drafts} <= as_planned


def test_it_writes_nothing(world, batch):
    before, facts = dict(world.store.items), len(world.store.facts)
    sheet_of(world, batch)
    assert dict(world.store.items) == before and len(world.store.facts) == facts
    assert not world.scheduler.planned and not world.email.sent


def test_the_same_seed_chooses_the_same_five_and_another_one_others(world, batch):
    chosen = [d.claim.id for d in sheet_of(world, batch)[1]]
    assert len(chosen) == DRAFTS
    assert [d.claim.id for d in sheet_of(world, batch)[1]] == chosen
    assert any([d.claim.id for d in sheet_of(world, batch, seed=s)[1]] != chosen for s in ("a", "b", "c"))


def test_a_message_is_drawn_as_it_would_leave_and_opens_nothing(world, batch):
    for draft in sheet_of(world, batch)[1]:
        assert NO_TOKEN in draft.message.short and len(NO_TOKEN) == 22
        assert not draft.claim.unreleased, "its page is drawn as its reader would find it"
        assert draft.message.subject and draft.message.html


def test_a_claim_another_file_brought_before_is_not_this_ones(world, batch):
    world.register(line=40, claim="R-3", debtor="K-3", email="3@example.com", phone=None)
    sheet, _ = sheet_of(world, batch)
    assert sheet.claims == TAKEN


def test_its_id_changes_once_more_rows_are_in(world, batch):
    sheet, _ = sheet_of(world, batch)
    more = replace(batch, counts={Outcome.TAKEN: TAKEN + 1})
    assert sheet.id == batch.sheet != more.sheet
