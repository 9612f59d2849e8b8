"""The same of a creditor whose batches rest: until somebody releases it, nothing of the file is written about."""

from datetime import timedelta
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from chalicelib.actions.register_claim import first_contact
from chalicelib.actions.release_batch import MOST_REST, let_go, release_batch
from chalicelib.domain.batch import Batch, BatchStatus
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.parties import ReleaseWay
from tests.builders import NOW, creditor
from tests.fakes.world import POLICIES, STRATEGIES

from .test_any_order import DEBTORS, AnyOrder


class AnyOrderOfReleases(AnyOrder):
    """The same with a person who releases at some moment, and a queue that hands the release over at any time."""

    settings = creditor(release=ReleaseWay.BY_HAND)

    def __init__(self):
        super().__init__()
        self.world.batches.begin(Batch("batch-1", "nordlicht", "a.csv", "e", NOW, BatchStatus.LOADING, 3, 1))

    @property
    def batch(self):
        return self.world.batches.batch("nordlicht", "batch-1")

    @property
    def rested_too_long(self):
        """Nobody released it in time: there is nothing left to release, and nothing is ever planned."""
        return self.batch.release is None and self.batch.received_at + MOST_REST < self.now

    @rule(seen=st.booleans())
    def a_person_releases(self, seen):
        sheet = self.batch.sheet if seen else "0" * 12
        told = {"store": self.world.store, "batches": self.world.batches, "now": self.now}
        self.quietly(lambda: release_batch("nordlicht", "batch-1", sheet, by="anna", **told))

    @rule()
    def the_queue_speaks_of_a_release(self):
        """As often as it likes, and before anybody has said so."""
        where = {"store": self.world.store, "batches": self.world.batches, "scheduler": self.world.scheduler}
        rules = {"policies": POLICIES, "strategies": STRATEGIES, "chooser": self.world.chooser}
        plan = partial(let_go, "nordlicht", "batch-1", 0, **where, **rules)
        self.quietly(lambda: plan(now=self.now))

    @invariant()
    def what_rests_has_no_reminder(self):
        for debtor in DEBTORS:
            matter = self.world.store.matter("nordlicht", debtor)
            for claim in matter.claims.values() if matter else ():
                if claim.unreleased:
                    planned = matter.planned_for(claim.id)
                    assert not [c for c in planned if c.purpose is Purpose.REMINDER], "planned while it rests (O2)"

    def teardown(self):
        self.world.store.meanwhile.clear()
        self.world.store.trouble.clear()
        self.world.scheduler.trouble.clear()
        self.a_person_releases(seen=True)
        assert bool(self.batch.release) is not self.rested_too_long
        self.the_queue_speaks_of_a_release()
        self.now += timedelta(minutes=1)
        for debtor in DEBTORS:
            matter = self.world.store.matter("nordlicht", debtor)
            for claim in matter.claims.values() if matter else ():
                assert claim.unreleased is self.rested_too_long
                waiting = [c for c in matter.planned_for(claim.id) if c.state is ContactState.PLANNED]
                assert all(c.id in self.world.scheduler.planned or c.id in self.queue for c in waiting)
        super().teardown()

    def row_says_why(self, one):
        """Something was agreed before it was released, and goes on by itself; or nobody may be written to."""
        if one.deferral or one.unreleased:
            return True
        rules = {"policy": POLICIES["DE"], "strategy": STRATEGIES["balanced"], "chooser": self.world.chooser}
        planned = first_contact(self.settings, self.world.matter(debtor=one.debtor), one, **rules, now=self.now)
        return super().row_says_why(one) or planned.contact is None


TestAnyOrderOfReleases = AnyOrderOfReleases.TestCase
TestAnyOrderOfReleases.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
