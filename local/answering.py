"""Invented debtors for `python -m local.relearn`: their claims as rows of a file, and who of them pays.

The claims are drawn as the simulator draws those the model learnt from. Whether somebody pays is a truth of this
file's own, which no model was told: it hangs on the amount, on how long it is overdue, on whether earlier invoices
were paid, and a little on the way and the hour of the message. All of it follows from the seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log

from chalicelib.domain.channel import ChannelKind
from chalicelib.domain.choice import lot
from chalicelib.domain.features import ClaimFacts
from chalicelib.domain.task import DaySlot
from models.train.simulate import AS_OF, draw
from models.train.worlds.a import WORLD

# Log-odds of paying within four weeks: somebody who owes 90 euro for 60 days and is written to by mail by day.
LEVEL, MIDDLE_AMOUNT, MIDDLE_DAYS = -0.5, 9_000, 60
# A claim e times as large, or as old.
AMOUNT, AGE = -0.9, -0.3
PAID_EARLIER = 0.4
# What ways and hours do is little, as it is in trials.
TEXT, EVENING = 0.3, 0.2
MOST_DAYS_OVERDUE = 900


@dataclass(frozen=True)
class Invented:
    """One invented debtor with one claim. facts: what is true of it, as of the simulator's own day."""

    seed: int
    number: int
    facts: ClaimFacts

    @property
    def claim(self) -> str:
        return f"L-{self.number:06}"

    @property
    def debtor(self) -> str:
        return f"k-{self.number:06}"

    def row(self, today: date) -> dict[str, str]:
        """The claim as a line of a file for `profile: plain`, as old today as the simulator made it."""
        history, passed = self.facts.history, today - AS_OF
        due = max(self.facts.due_date + passed, today - timedelta(days=MOST_DAYS_OVERDUE))
        by_mail = self.facts.has_email or not self.facts.has_phone
        told = {
            "sector": self.facts.sector,
            "payments_made": history.payments_made,
            "plan_before": None if history.plan_before is None else ("no", "yes")[history.plan_before],
            "customer_since": history.customer_since and min(history.customer_since + passed, due),
            "past_orders": history.past_orders,
            "past_payments": history.past_payments,
        }
        return {
            "claim": self.claim,
            "debtor": self.debtor,
            "party": "person",
            "name": f"Person {self.number:06}",
            "street": "Lindenweg 7",
            "postcode": "10437",
            "city": "Berlin",
            "email": f"k{self.number:06}@example.com" if by_mail else "",
            "phone": f"+4915556{self.number:06}" if self.facts.has_phone else "",
            "what": "Bestellung im Sommer",
            "invoice_number": f"R-{self.number:06}",
            "invoice_date": str(due - timedelta(days=14)),
            "due": str(due),
            "principal": f"{self.facts.amount // 100}.{self.facts.amount % 100:02}",
            "interest": "0.00",
            "costs": "0.00",
            "as_of": str(today - timedelta(days=1)),
            "currency": "EUR",
            "claim_type": "goods_or_service",
            **{name: "" if value is None else str(value) for name, value in told.items()},
        }

    def log_odds(self, channel: ChannelKind, slot: DaySlot) -> float:
        """Of paying after one message that went this way in this part of the day."""
        days = max((AS_OF - self.facts.due_date).days, 1)
        earlier = self.facts.history.past_payments
        return (
            LEVEL
            + AMOUNT * log(self.facts.amount / MIDDLE_AMOUNT)
            + AGE * log(days / MIDDLE_DAYS)
            + PAID_EARLIER * bool(earlier)
            + TEXT * (channel is ChannelKind.SMS)
            + EVENING * (slot is DaySlot.EVENING)
        )

    def pays(self, channel: ChannelKind, slot: DaySlot) -> bool:
        """Whether they do: by a lot that is theirs, whatever way they are written to."""
        return lot(f"{self.seed}/{self.number}/pays") < 1 / (1 + exp(-self.log_odds(channel, slot)))

    def after_days(self, most: int) -> int:
        """How many days later they do, from 1 to `most`."""
        return 1 + int(lot(f"{self.seed}/{self.number}/when") * most)


def invented(size: int, seed: int) -> Iterator[Invented]:
    """So many debtors; the same seed gives the same."""
    for number, facts in enumerate(draw(WORLD, size, seed).facts):
        yield Invented(seed, number, facts)
