"""The same of a collector whose fee grows: costs that were told, never early, back where money came in time."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from chalicelib.domain.accrual import owed_at
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.policies.de import POLICY
from tests.builders import collector

from .test_any_order import CLAIMS, DEBTORS, AnyOrder, claims


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
