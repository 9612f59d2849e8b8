"""Whatever is told, lost, doubled or compared in between: in the end the books say the same, nothing is twice."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.actions.read_notice import read_notice
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import StaleVersion
from chalicelib.domain.reference import shown
from local.bank.messages import statement
from tests.builders import NOW
from tests.fakes.world import World

from .counting import OF, TODAY, Counting, counts

LATER = NOW + timedelta(hours=2)
PART = 40

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("pays"), st.sampled_from([700, 4820, 9000])),
        st.tuples(st.sampled_from(["gives back", "takes back", "wins"]), st.integers(0, 5)),
        st.tuples(st.sampled_from(["tells", "tells twice"]), st.integers(0, 5)),
        st.tuples(st.sampled_from(["bank", "bank loses", "bank twice"]), st.sampled_from([100, 250])),
        st.tuples(st.sampled_from(["compares", "stale", "compares between"]), st.just(0)),
    ),
    max_size=14,
)


class Story:
    """The provider, the bank and whoever compares; `payments` and `chargebacks` in the order they came."""

    def __init__(self):
        self.world = World()
        self.world.register(principal=20_000)
        self.counting = Counting(self.world)
        self.payments, self.chargebacks, self.files = [], [], 0
        self.given = {}

    def compare(self, now=LATER):
        return self.counting.reconcile(now=now)

    def happens(self, what, number):
        gateway, world = self.world.gateway, self.world
        if what == "pays":
            self.payments.append(gateway.money(number, NOW).object_id)
        elif what.startswith("bank"):
            self.bank(what, number)
        elif what == "compares":
            self.compare()
        elif what == "stale":
            world.store.trouble.append(StaleVersion("claim"))
        elif what == "compares between":
            world.store.meanwhile.append(self.compare)
        elif self.payments:
            payment = self.payments[number % len(self.payments)]
            self.moves(what, payment)

    def moves(self, what, payment):
        gateway = self.world.gateway
        left = gateway.payments[payment].received - self.given.get(payment, 0)
        if what.startswith("tells"):
            for time in range(1 + (what == "tells twice")):
                read_notice("payment", OF, payment, event=f"e{payment}{time}", till=self.world.till, now=NOW)
        elif what == "gives back" and left >= PART:
            gateway.gives_back(payment, PART, NOW)
            self.given[payment] = self.given.get(payment, 0) + PART
        elif what == "takes back" and left > 0:
            self.chargebacks.append(gateway.takes_back(payment, NOW, amount=left).object_id)
            self.given[payment] = self.given.get(payment, 0) + left
        elif what == "wins" and self.chargebacks:
            gateway.chargeback_ends(self.chargebacks.pop(), NOW, won=True)

    def bank(self, what, amount):
        account = self.counting.bank.account
        account.receives(amount, shown(self.world.claim().reference), on=TODAY)
        account.receives(amount, "wem auch immer", on=TODAY)
        body = statement(account, on=TODAY)
        self.files += 1
        for time in range(1 + (what == "bank twice")):
            self.counting.hand_in(body, f"{self.files}-{time}", work=what != "bank loses")


@settings(max_examples=80, deadline=None)
@given(happenings)
def test_after_any_story_one_comparison_mends_it_and_the_next_finds_nothing(story):
    told = Story()
    for what, number in story:
        told.happens(what, number)
    told.world.store.trouble.clear()
    told.world.store.meanwhile.clear()
    first = told.compare()
    assert first.repairs.failed == [] and first.compared.left == (), first.compared.left
    assert counts(told.compare()) == (0, 0, 0)
    assert told.counting.alarms == [] or all(told.counting.alarms)
    ledger = told.world.store.ledger(OF, "R-1001")
    paid = [entry.source for entry in ledger if entry.kind is EntryKind.PAYMENT]
    assert len(paid) == len(set(paid))
    assert set(told.payments) <= {key[2] for key in told.world.store.items.under("source", OF)}
    told.world.invariants()
