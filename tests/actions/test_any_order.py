"""Whatever happens in whatever order, with whatever trouble in between: nothing is sent twice or out of hours,
nobody who said no is written to, no cent is lost, and no claim is forgotten."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from chalicelib.actions.agree import NoticeMissing
from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.fall_silent import report_wrong_person, stop_contact
from chalicelib.actions.hold_sending import hold_sending, lift_hold, resume_sending
from chalicelib.actions.make_offer import OfferMade
from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.read_event import payment_told
from chalicelib.actions.renew_link import renew_link
from chalicelib.actions.start_payment import GoTo
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.contact import ContactState, Delivery, Purpose
from chalicelib.domain.errors import DeadAddress, Permanent, Retry, StaleVersion, Unknown
from chalicelib.domain.gate import Halt
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.paying import payable_together
from chalicelib.domain.payments import PaymentStatus
from chalicelib.domain.plan import Method
from chalicelib.domain.policies.de import POLICY
from chalicelib.domain.task import DaySlot, HelpRequest
from chalicelib.domain.terms import Change, ChangeKind, Wish
from chalicelib.ports import Commit
from tests.builders import NOW
from tests.fakes.world import POLICIES, STRATEGIES, hash_point

from .arranging import fetch, offer, press, print_agreements
from .drawing import give, notice
from .standing import BERLIN, DEBTORS, Standing

CLAIMS = ("R-1", "R-2", "R-3")
UNDER_WAY = PaymentStatus.PROCESSING
debtors = st.sampled_from(DEBTORS)
claims = st.sampled_from(CLAIMS)
methods = st.sampled_from((Method.LINK, Method.DEBIT))
wishes = st.builds(Wish, st.integers(900, 5000), st.just(NOW.date()), st.integers(1, 31), methods)
changes = st.builds(Change, st.sampled_from(ChangeKind), st.integers(0, 5), st.none(), st.integers(400, 1000))
terms = wishes | changes | st.none()


class AnyOrder(Standing):
    """Everything debtors, channels, providers and the table may do to it."""

    # What the outside does

    @initialize(shared=st.booleans())
    def a_batch_is_in(self, shared):
        """Two debtors have addresses of their own, or one family's."""
        self.shared = shared
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
        n = 0 if self.shared else DEBTORS.index(debtor)
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

    @rule()
    def the_documents_come_by(self):
        for debtor in DEBTORS:
            if self.world.store.matter("nordlicht", debtor):
                self.quietly(lambda debtor=debtor: print_agreements(self.world, debtor))

    # What operators do

    @rule(creditor=st.booleans(), batch=st.booleans(), channel=st.none() | st.sampled_from(ChannelKind))
    def an_operator_holds(self, creditor, batch, channel):
        whose = "nordlicht" if creditor or batch else None
        halt = Halt("anna", self.now, whose, "batch-1" if batch else None, channel)
        self.quietly(lambda: hold_sending(halt, store=self.world.store, gates=self.world.gates))

    @precondition(lambda self: self.world.gates.whole().halts)
    @rule(data=st.data(), told=st.booleans())
    def an_operator_lifts(self, data, told):
        halt, gates = data.draw(st.sampled_from(self.world.gates.whole().halts)), self.world.gates
        self.quietly(lambda: lift_hold(halt, store=self.world.store, gates=gates))
        if told:
            ports = {"watch": self.world.watch, "scheduler": self.world.scheduler}
            self.quietly(lambda: resume_sending(gates=gates, **ports, now=self.now))

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
            self.silent.add((value, None))

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
        if done and outcome in (Delivery.COMPLAINT, Delivery.WRONG_PERSON):
            self.silent.add((value, None))
        elif done and outcome is Delivery.DEAD:
            self.silent.add((value, held.debtor))

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


def test_a_plan_agreed_while_a_reminder_is_half_sent_ends_in_the_strategys_next_reminder():
    """The reminder is lost, the plan's own words go on alone, and once it ends unpaid the strategy does."""
    told = AnyOrder()
    told.a_batch_is_in(shared=False)
    told.the_table_is_in_trouble(skip=1, stale=False)
    told.days_pass(days=1)
    told.somebody_lets_the_parts_be_drawn(claim="R-2", days=2, amount=1000, told=0)
    for _ in range(60):
        told.days_pass(days=1)
        told.the_night()
    asked = [c for c in told.contacts("K-2") if c.purpose is Purpose.REMINDER]
    assert asked[0].state is ContactState.LOST
    assert told.claim("K-2", "R-2").plan is None
    assert [c.step for c in asked if c.state is not ContactState.LOST], "the strategy goes on"
    told.teardown()


def test_W15_a_part_whose_debit_settles_a_week_later_is_booked_by_night_where_nobody_tells():
    told = AnyOrder()
    told.a_batch_is_in(shared=False)
    told.somebody_lets_the_parts_be_drawn(claim="R-2", days=2, amount=1000, told=1)
    while not (drawn := told.world.mandates.drawings):
        told.days_pass(days=1)
        told.the_night()
    told.days_pass(days=8)
    (payment,) = drawn.values()
    told.world.gateway.settle(payment.object_id, PaymentStatus.SUCCEEDED, 1000, told.now)
    told.the_night()
    assert told.claim("K-2", "R-2").paid == 1000
    told.teardown()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
