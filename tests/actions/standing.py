"""One creditor's house among strangers: how its schedules and its nights go, and what must hold whatever else
happens to it. What happens is test_any_order's."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.actions.choose_arm import choose_again
from chalicelib.actions.draw_instalment import look_after
from chalicelib.actions.forget_person import Forgotten
from chalicelib.actions.hold_sending import lift_hold
from chalicelib.actions.lapse_attempt import GOING_ON
from chalicelib.actions.overrule_choice import overrule_choice
from chalicelib.actions.record_return import returns_since
from chalicelib.actions.watch_over import watch_over
from chalicelib.domain.chosen import How
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import BrokenRule, Permanent, Retry, StaleVersion
from chalicelib.domain.policies.de import POLICY
from tests.builders import NOW, creditor
from tests.fakes.world import POLICIES, STRATEGIES, World

BERLIN = ZoneInfo("Europe/Berlin")
DEBTORS = ("K-1", "K-2")
LAST = len(STRATEGIES["balanced"].steps) - 1


class Standing(RuleBasedStateMachine):
    """One creditor, two debtors with an address each, three claims; schedules fire as the real ones do."""

    settings, row = creditor(), {}

    def __init__(self):
        super().__init__()
        self.world, self.now = World(), NOW
        self.world.open(self.settings)
        self.world.scorer.arms = {"email_morning": 0.3, "email_evening": 0.31, "text_midday": 0.32}
        self.queue: set[str] = set()
        # Addresses where somebody said no, for whoever has them; or for one debtor, where they are dead.
        self.silent: set[tuple[str, str | None]] = set()
        self.left: list[tuple[datetime, str, str]] = []
        self.gone: set[str] = set()

    # What moves by itself

    @rule(twice=st.booleans())
    def schedules_fire(self, twice):
        """What is due comes out of the queue until it was taken without an error."""
        for name, contact in list(self.world.scheduler.planned.items()):
            if contact.due_at <= self.now:
                self.queue.add(name)
                del self.world.scheduler.planned[name]
        held = {c.id: c for debtor in DEBTORS for c in self.contacts(debtor)}
        for name in sorted(self.queue & set(held)):
            for _ in range(1 + twice):
                if self.quietly(lambda name=name: self.send(held[name])):
                    self.queue.discard(name)

    def send(self, contact):
        ways = (self.world.email, self.world.sms)
        before = [len(way.sent) for way in ways]
        try:
            self.world.send(contact, self.now)
        finally:
            # What was agreed may leave another way than the one it was planned for.
            for way in (way for way, sent in zip(ways, before, strict=True) if len(way.sent) > sent):
                point, _, sent = way.sent[-1]
                self.left.append((self.now, point.value, sent.id))
                claim = self.world.matter(debtor=sent.debtor).claims[sent.claim]
                assert not self.world.gates.whole().held("nordlicht", claim.batch, way.key), "held, and left (O1)"
                assert not claim.unreleased, "nobody had released it (O2)"
                if sent.purpose is Purpose.REMINDER:
                    quiet = {(point.value, None), (point.value, sent.debtor)} & self.silent
                    assert not quiet, "somebody who said no was reminded (P17, P18)"

    def chosen_by_the_workers(self, creditor, debtor, contact):
        chooser, before = self.world.chooser, self.overruled()
        self.quietly(lambda: choose_again(creditor, debtor, contact, **self.ports, chooser=chooser))
        assert self.overruled() == before, "a calculation turned what a person decided"

    @property
    def ports(self):
        held = {"store": self.world.store, "scheduler": self.world.scheduler, "policies": POLICIES}
        return {**held, "strategies": STRATEGIES, "now": self.now}

    def overruled(self):
        """What waits by somebody's decision."""
        waiting = [c for d in DEBTORS for c in self.contacts(d) if c.state is ContactState.PLANNED]
        return [c for c in waiting if c.choice and c.choice.how is How.OVERRULED]

    @rule(debtor=st.sampled_from(DEBTORS), arm=st.sampled_from(["email_evening", "text_evening", "strategy"]))
    def a_person_overrules(self, debtor, arm):
        matter = self.world.store.matter("nordlicht", debtor)
        for claim in matter.claims if matter else ():
            self.quietly(
                lambda claim=claim: overrule_choice("nordlicht", debtor, claim, arm, by="anna", **self.ports)
            )

    @rule()
    def the_night(self):
        found = watch_over(
            ("nordlicht",),
            watch=self.world.watch,
            store=self.world.store,
            gateway=self.world.gateway,
            scheduler=self.world.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
            publish=lambda facts: None,
            forget=lambda creditor, number: Forgotten.KEPT,
            look_after=lambda mandate: look_after(mandate, till=self.world.till, now=self.now),
            returns=lambda creditor, since: returns_since(creditor, since, till=self.world.till, now=self.now),
            choose=self.chosen_by_the_workers,
            now=self.now,
        )
        for _, error in found.failed:
            assert isinstance(error, Retry | StaleVersion), error

    def quietly(self, act):
        """True when it was done; passing trouble is what the queues and the reader's next press are for."""
        try:
            act()
        except (Retry, StaleVersion, Permanent, BrokenRule):
            return False
        return True

    # What must hold

    def contacts(self, debtor):
        matter = self.world.store.matter("nordlicht", debtor)
        return list(matter.contacts.values()) if matter else []

    def reminders(self):
        by_id = {c.id: c for d in DEBTORS for c in self.contacts(d)}
        return [(at, to) for at, to, name in self.left if by_id[name].purpose is Purpose.REMINDER]

    @invariant()
    def nothing_leaves_twice(self):
        assert all(number == 1 for number in Counter(name for _, _, name in self.left).values())

    @invariant()
    def nobody_is_reminded_out_of_hours_or_too_often(self):
        sent = self.reminders()
        days = Counter((to, at.astimezone(BERLIN).date()) for at, to in sent)
        assert all(number == 1 for number in days.values())
        for address in {to for _, to in sent}:
            times = sorted(at for at, to in sent if to == address)
            assert all(c - a >= timedelta(days=7) for a, c in zip(times, times[2:], strict=False))
        for at, _ in sent:
            local = at.astimezone(BERLIN)
            assert 8 <= local.hour < 20 and not POLICY.hours.quiet_day(local.date())

    @invariant()
    def a_claim_waits_only_for_a_payment_that_may_still_come(self):
        """Of two attempts at one claim only one goes on, and a hold is that one's."""
        for debtor in DEBTORS:
            matter = self.world.store.matter("nordlicht", debtor)
            going_on = [a for a in matter.attempts.values() if a.status in GOING_ON] if matter else []
            covered = Counter(name for attempt in going_on for name in attempt.covers)
            assert all(number == 1 for number in covered.values()), "two pages for one claim"
            for claim in matter.claims.values() if matter else ():
                for hold in claim.holds:
                    if hold.kind is HoldKind.PAYMENT_UNDER_WAY:
                        assert hold.source == claim.attempt
                        assert matter.attempts[hold.source].status in GOING_ON

    @invariant()
    def money_and_permission_hold(self):
        kept = {s.source for s in self.world.store.suspense("nordlicht")}
        booked = {key[2] for key in self.world.store.items if key[0] == "source"} | kept
        unseen = [p for p in self.world.gateway.payments.values() if p.object_id not in booked]
        known = {k: v for k, v in self.world.gateway.payments.items() if v not in unseen}
        everything, self.world.gateway.payments = self.world.gateway.payments, known
        try:
            self.world.invariants()
        finally:
            self.world.gateway.payments = everything

    def teardown(self):
        """All trouble over, two weeks of nights and schedules: no money is missing and no claim forgotten."""
        self.world.store.meanwhile.clear()
        self.world.store.trouble.clear()
        self.world.scheduler.trouble.clear()
        self.world.email.answers.clear()
        self.world.sms.answers.clear()
        for halt in self.world.gates.whole().halts:
            lift_hold(halt, store=self.world.store, gates=self.world.gates)
        for _ in range(4):
            self.now += timedelta(hours=11)
            self.the_night()
            self.schedules_fire(False)
        self.the_night()
        self.world.invariants()
        for debtor in DEBTORS:
            matter = self.world.store.matter("nordlicht", debtor)
            for one in matter.claims.values() if matter else ():
                self.not_forgotten(one, [c for c in matter.contacts.values() if c.claim == one.id])

    def not_forgotten(self, one, contacts):
        asked = [c for c in contacts if c.purpose is Purpose.REMINDER]
        assert not [c for c in contacts if c.state is ContactState.RESERVED], "half sent for ever"
        for waiting in (c for c in contacts if c.state is ContactState.PLANNED):
            near = waiting.due_at <= self.now + timedelta(days=2)
            assert waiting.id in self.world.scheduler.planned or waiting.id in self.queue or not near
        if one.state is ClaimState.CLOSED or any(c.state is ContactState.PLANNED for c in asked):
            return
        if one.state is ClaimState.ON_PLAN:
            words = [c for c in contacts if c.about == one.plan and c.state is ContactState.PLANNED]
            assert words, "a plan that nobody carries on"
            return
        # What was moved goes on under another name, at an earlier hour maybe.
        own = {c.id for c in contacts}
        standing = [c for c in asked if c.state is not ContactState.MOVED or c.moved_to not in own]
        last = max(standing, key=lambda c: (c.step, c.due_at), default=None)
        if last is None:
            # Agreed before it was ever written about, paid, and given back: a person lets it go on (let_go); or
            # somebody who asked for help is answered first, and the reminder is planned with that (close_task).
            waits = any(hold.kind is HoldKind.OPERATOR for hold in one.holds)
            waits = waits or bool(self.world.matter(debtor=one.debtor).open_tasks(one.id))
            assert waits or self.row_says_why(one), "never planned and nobody says why"
            return
        over = last.step == LAST or last.state is ContactState.CANCELLED or self.nobody_to_write_to(one)
        assert over, f"forgotten after step {last.step}: {last.state}"
        if last.state is ContactState.CANCELLED and isinstance(last.decisions[-1], Refused):
            assert last.decisions[-1].because != "dead_address" or self.nobody_to_write_to(one)

    def row_says_why(self, one):
        rows = self.world.batches.rows("nordlicht", "batch-1", 0)
        return any(r.claim == one.id and r.not_contacted for r in rows)

    def nobody_to_write_to(self, one):
        points = self.world.matter("nordlicht", one.debtor).debtor.points
        return not any(point.state == "active" for point in points)
