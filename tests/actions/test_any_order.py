"""Whatever happens in whatever order, with whatever trouble in between: nothing is sent twice or out of hours,
nobody who said no is written to, no cent is lost, and no claim is forgotten."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.actions.agree import NoticeMissing
from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.draw_instalment import look_after
from chalicelib.actions.fall_silent import report_wrong_person, stop_contact
from chalicelib.actions.forget_person import Forgotten
from chalicelib.actions.lapse_attempt import GOING_ON
from chalicelib.actions.make_offer import OfferMade
from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.read_event import payment_told
from chalicelib.actions.record_return import returns_since
from chalicelib.actions.renew_link import renew_link
from chalicelib.actions.start_payment import GoTo
from chalicelib.actions.watch_over import watch_over
from chalicelib.domain.accrual import owed_at
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.contact import ContactState, Delivery, Purpose
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import BrokenRule, DeadAddress, Permanent, Retry, StaleVersion, Unknown
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.paying import payable_together
from chalicelib.domain.payments import PaymentStatus
from chalicelib.domain.plan import Method
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.task import DaySlot, HelpRequest
from chalicelib.domain.terms import Change, ChangeKind, Wish
from chalicelib.ports import Commit
from tests.builders import NOW, collector, creditor
from tests.fakes.world import POLICIES, STRATEGIES, World, hash_point

from .arranging import fetch, offer, press, print_agreements
from .drawing import give, notice

BERLIN = ZoneInfo("Europe/Berlin")
DEBTORS = ("K-1", "K-2")
CLAIMS = ("R-1", "R-2", "R-3")
UNDER_WAY = PaymentStatus.PROCESSING
LAST = len(STRATEGIES["balanced"].steps) - 1
debtors = st.sampled_from(DEBTORS)
claims = st.sampled_from(CLAIMS)
methods = st.sampled_from((Method.LINK, Method.DEBIT))
wishes = st.builds(Wish, st.integers(900, 5000), st.just(NOW.date()), st.integers(1, 31), methods)
changes = st.builds(Change, st.sampled_from(ChangeKind), st.integers(0, 5), st.none(), st.integers(400, 1000))
terms = wishes | changes | st.none()


class AnyOrder(RuleBasedStateMachine):
    """One creditor, two debtors with an address each, three claims; schedules fire as the real ones do."""

    settings, row = creditor(), {}

    def __init__(self):
        super().__init__()
        self.world, self.now = World(), NOW
        self.world.open(self.settings)
        self.queue: set[str] = set()
        self.silent: set[str] = set()
        self.left: list[tuple[datetime, str, str]] = []
        self.gone: set[str] = set()

    # What the outside does

    @initialize()
    def a_batch_is_in(self):
        for number, claim in enumerate(CLAIMS):
            self.a_row_comes(DEBTORS[number % 2], claim, number + 2)
        self.the_night()

    @rule(days=st.integers(1, 12))
    def days_pass(self, days):
        """To some afternoon, when most of what was planned falls due."""
        self.now = (self.now + timedelta(days=days)).replace(hour=16)
        self.schedules_fire(False)

    @rule(hours=st.integers(1, 80))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule(debtor=debtors, claim=claims, line=st.integers(2, 9))
    def a_row_comes(self, debtor, claim, line):
        n = DEBTORS.index(debtor)
        with_debtor = {"debtor": debtor, "claim": claim, "email": f"{n}@example.com", "phone": f"+49171392001{n}"}
        row = {**self.row, **with_debtor, "due": date(2026, 10, 1)}
        self.quietly(lambda: self.world.register(line=line, now=self.now, **row))

    @rule(trouble=st.sampled_from([Retry("x"), Permanent("x"), Unknown("x"), DeadAddress("x")]), sms=st.booleans())
    def a_channel_is_in_trouble(self, trouble, sms):
        channel = self.world.sms if sms else self.world.email
        channel.answers.append(trouble)

    @rule(skip=st.integers(0, 2), stale=st.booleans())
    def the_table_is_in_trouble(self, skip, stale):
        trouble = StaleVersion("x") if stale else Retry("x")
        self.world.store.meanwhile += [lambda: None] * skip + [lambda: self.world.store.trouble.append(trouble)]

    @rule()
    def the_scheduler_is_in_trouble(self):
        self.world.scheduler.trouble.append(Retry("x"))

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
                if sent.purpose is Purpose.REMINDER:
                    assert point.value not in self.silent, "somebody who said no was reminded"

    @rule()
    def the_documents_come_by(self):
        for debtor in DEBTORS:
            if self.world.store.matter("nordlicht", debtor):
                self.quietly(lambda debtor=debtor: print_agreements(self.world, debtor))

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
            now=self.now,
        )
        for _, error in found.failed:
            assert isinstance(error, Retry | StaleVersion), error

    # What debtors do

    def claim(self, debtor, claim):
        matter = self.world.store.matter("nordlicht", debtor)
        return matter.claims.get(claim) if matter else None

    @rule(
        debtor=debtors,
        claim=claims,
        part=st.booleans(),
        amount=st.none() | st.integers(500, 4820),
        together=st.booleans(),
        told=st.integers(0, 2),
        status=st.sampled_from(PaymentStatus),
    )
    def somebody_pays(self, debtor, claim, part, amount, together, told, status):
        """In full or a chosen amount, one claim or all of them; the provider may take less than was asked for."""
        matter = self.world.store.matter("nordlicht", debtor)
        if matter is None or claim not in matter.claims:
            return
        one = matter.claims[claim]
        wanted = payable_together(matter, one.currency, self.now) if together else (one,)
        owed = sum(claim.outstanding.total for claim in wanted)
        visit, answer = self.world.visit(claim, debtor), []
        self.quietly(
            lambda: answer.append(self.world.start(owed, self.now, visit, amount=amount, together=together))
        )
        if not answer or not isinstance(answer[0], GoTo):
            return
        page = answer[0].url.rpartition("/")[2]
        attempt = self.world.gateway.opened[page]
        payment = self.world.gateway.pay(attempt, self.now, status)
        if part and status is PaymentStatus.SUCCEEDED and attempt.amount > 1:
            payment = self.world.gateway.settle(payment.object_id, status, attempt.amount // 2, self.now)
        for number in range(told):
            self.quietly(lambda number=number: self.told(payment, number))

    def told(self, payment, number):
        payment_told(
            "nordlicht",
            payment.object_id,
            event=f"evt_{payment.object_id}_{number}",
            store=self.world.store,
            gateway=self.world.gateway,
            scheduler=self.world.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
            now=self.now,
        )

    @rule(debtor=debtors, claim=claims)
    def somebody_says_the_money_is_on_its_way(self, debtor, claim):
        if self.claim(debtor, claim):
            self.quietly(lambda: self.world.announce(self.world.visit(claim, debtor), self.now))

    @precondition(lambda self: self.left)
    @rule(data=st.data(), wrong=st.booleans())
    def somebody_says_stop(self, data, wrong):
        _, value, contact_id = data.draw(st.sampled_from(self.left))
        (debtor,) = (d for d in DEBTORS for c in self.contacts(d) if c.id == contact_id)
        link = self.world.store.link(next(c.link for c in self.contacts(debtor) if c.id == contact_id) or "")
        if link is None:
            return
        action = report_wrong_person if wrong else partial(stop_contact, words="de:1")
        done = self.quietly(
            lambda: action(
                link, store=self.world.store, scheduler=self.world.scheduler, hash_point=hash_point, now=self.now
            )
        )
        if done:
            self.silent.add(value)

    @precondition(lambda self: self.left)
    @rule(data=st.data(), outcome=st.sampled_from(Delivery))
    def a_provider_reports(self, data, outcome):
        _, value, contact_id = data.draw(st.sampled_from(self.left))
        (held,) = (c for d in DEBTORS for c in self.contacts(d) if c.id == contact_id)
        if held.receipt is None:
            return
        done = self.quietly(
            lambda: note_outcome(held.receipt, outcome, "x", value, store=self.world.store, now=self.now)
        )
        if done and outcome in (Delivery.DEAD, Delivery.COMPLAINT):
            self.silent.add(value)

    @precondition(lambda self: self.left)
    @rule(data=st.data())
    def somebody_wants_a_new_link(self, data):
        _, _, contact_id = data.draw(st.sampled_from(self.left))
        (held,) = (c for d in DEBTORS for c in self.contacts(d) if c.id == contact_id)
        link = self.world.store.link(held.link or "")
        self.quietly(
            lambda: renew_link(
                link, store=self.world.store, scheduler=self.world.scheduler, zone=POLICY.zone, now=self.now
            )
        )

    @rule(debtor=debtors, claim=claims, days=st.integers(1, 9))
    def somebody_is_held(self, debtor, claim, days):
        one = self.claim(debtor, claim)
        if one:
            until = self.now + timedelta(days=days)
            self.quietly(lambda: self.hold(one.held(Hold(HoldKind.TRANSFERRED, self.now, until, "test"))))

    def hold(self, one):
        self.world.store.commit("nordlicht", Commit((), claims=(one,)))

    @rule(debtor=debtors, claim=claims)
    def somebody_asks_for_help(self, debtor, claim):
        if self.claim(debtor, claim) is None:
            return
        request = HelpRequest("Hilfe", DaySlot.MORNING, "de", None)
        visit = self.world.visit(claim, debtor)
        told = {"store": self.world.store, "scheduler": self.world.scheduler, "policies": POLICIES}
        self.quietly(lambda: ask_for_help(visit, request, **told, now=self.now))

    @rule(debtor=debtors, claim=claims, terms=terms, days=st.integers(0, 40), printed=st.booleans())
    def somebody_arranges(self, debtor, claim, terms, days, printed):
        """A plan, a deferral or a change: offered, taken in hand, agreed to; or left at the offer."""
        if self.claim(debtor, claim) is None:
            return
        day, of = self.now.astimezone(BERLIN).date() + timedelta(days=days), {"claim": claim, "debtor": debtor}
        wish = replace(terms, first=day) if isinstance(terms, Wish) else terms
        self.quietly(lambda: self.arrange(wish or day, of))
        if printed:
            self.quietly(lambda: print_agreements(self.world, debtor))

    def arrange(self, wish, of):
        made = offer(self.world, wish, self.now, **of)
        if isinstance(made, OfferMade):
            fetch(self.world, made.offer.id, self.now, **of)
            answer = press(self.world, made.offer.id, self.now, **of)
            assert not isinstance(answer, NoticeMissing)

    @rule(claim=claims, days=st.integers(2, 9), amount=st.integers(1000, 4000), told=st.integers(0, 2))
    def somebody_lets_the_parts_be_drawn(self, claim, days, amount, told):
        """A plan by direct debit, its mandate given; the provider tells of it, twice or not at all."""
        debtor, pages = DEBTORS[CLAIMS.index(claim) % 2], []
        one = self.claim(debtor, claim)
        if one is None:
            return
        day, of = self.now.astimezone(BERLIN).date() + timedelta(days=days), {"claim": claim, "debtor": debtor}
        if one.plan is None:
            self.quietly(lambda: self.arrange(Wish(amount, day, day.day, Method.DEBIT), of))
            self.quietly(lambda: print_agreements(self.world, debtor))
        one, matter = self.claim(debtor, claim), self.world.matter(debtor=debtor)
        if matter.mandate_for(one.plan) is None:
            self.quietly(lambda: pages.append(give(self.world, self.now, **of)))
        for page in pages:
            name = page.url.rpartition("/")[2]
            self.world.mandates.give(name)
            for number in range(told):
                told_of = partial(notice, self.world, "checkout", name, self.now, f"evt_{name}_{number}")
                self.quietly(told_of)

    @rule(data=st.data(), status=st.sampled_from((PaymentStatus.SUCCEEDED, PaymentStatus.FAILED)))
    def the_bank_is_done(self, data, status):
        """With a draw that is under way; whether anybody tells of it or not."""
        held = self.world.gateway.payments
        going = [d for d in self.world.mandates.drawings.values() if held[d.object_id].status is UNDER_WAY]
        if not going:
            return
        payment = data.draw(st.sampled_from(going))
        amount = self.world.mandates.amounts[payment.object_id]
        self.world.gateway.settle(payment.object_id, status, amount, self.now)
        if data.draw(st.booleans()):
            self.quietly(lambda: self.told(payment, 0))

    @rule(data=st.data(), whole=st.booleans(), debit=st.booleans(), won=st.booleans(), told=st.integers(0, 2))
    def something_goes_back(self, data, whole, debit, won, told):
        """A refund, a chargeback or a return of what once arrived."""
        came = [p for p in self.world.gateway.payments.values() if p.status is PaymentStatus.SUCCEEDED]
        free = [p for p in came if p.object_id not in self.gone and p.received > 1]
        if not free:
            return
        payment = data.draw(st.sampled_from(free))
        self.gone.add(payment.object_id)
        if whole:
            back = ("chargeback", self.world.gateway.takes_back(payment.object_id, self.now, debit=debit))
        else:
            back = ("refund", self.world.gateway.gives_back(payment.object_id, payment.received // 2, self.now))
        kind, thing = back
        for _ in range(told):
            self.quietly(lambda: notice(self.world, kind, thing.object_id, self.now, "evt"))
        if kind == "chargeback" and not debit:
            self.world.gateway.chargeback_ends(thing.object_id, self.now, won=won)

    @invariant()
    def no_part_is_drawn_twice_at_once_or_a_third_time(self):
        tries = Counter()
        for debtor in DEBTORS:
            matter = self.world.store.matter("nordlicht", debtor)
            for attempt in matter.attempts.values() if matter else ():
                if attempt.mandate and attempt.provider_id:
                    tries[attempt.plan, attempt.number] += 1
        assert all(number <= 2 for number in tries.values())

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
            assert 8 <= local.hour < 20 and not POLICY.quiet_day(local.date())

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
        last = max(asked, key=lambda c: (c.step, c.due_at), default=None)
        if last is None:
            assert self.row_says_why(one), "never planned and nobody says why"
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


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


class AnyOrderOfACollector(AnyOrder):
    """The same of a collector that bills its fee, on claims that are in default: interest and costs grow."""

    settings = collector(id="nordlicht", bills_collection_fee=True)
    row = {  # noqa: RUF012 - never changed
        "contract_date": date(2024, 1, 5),
        "default_since": date(2026, 10, 2),
        "default_basis": "Mahnung",
        "principal": 20_000,
    }

    @rule(days=st.integers(10, 30))
    def weeks_pass(self, days):
        self.now = (self.now + timedelta(days=days)).replace(hour=3)
        self.the_night()
        self.schedules_fire(False)

    @rule(claim=claims, early=st.integers(0, 3), part=st.integers(1, 2))
    def money_arrives_that_was_sent_in_time(self, claim, early, part):
        """Worth one of the last days on which half a fee is all there is; whatever rose since."""
        one = self.claim(DEBTORS[CLAIMS.index(claim) % 2], claim)
        if one is None or one.fee is None or not one.outstanding.total:
            return
        worth = one.fee.half_through - timedelta(days=early)
        sent = datetime.combine(worth, time(9), UTC)
        if worth < one.fee.since or sent > self.now:
            return
        meter = POLICY.meter_for(self.world.matter(debtor=one.debtor).debtor)
        closing = owed_at(one, worth, meter).total
        payment = self.world.gateway.money(max(1, closing // part), sent, claim=claim)
        if self.quietly(lambda: self.told(payment, 0)) and part == 1:
            assert self.claim(one.debtor, claim).state is ClaimState.CLOSED, "what is sent in time pays all"

    def nobody_to_write_to(self, one):
        """A notice wants a durable medium: whoever has only a telephone is not written to before it was given."""
        points = self.world.matter("nordlicht", one.debtor).debtor.points
        mail = any(point.channel is ChannelKind.EMAIL and point.state == "active" for point in points)
        return super().nobody_to_write_to(one) or not (mail or one.notice_sent_at)


TestAnyOrderOfACollector = AnyOrderOfACollector.TestCase
TestAnyOrderOfACollector.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
