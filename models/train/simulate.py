"""Claims and their outcomes drawn from a world: what a creditor wrote down, noise and gaps included.

The rows go through the shipped features_of, so training and service cannot read a claim differently.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from chalicelib.domain.features import CLAIM_TYPES, CURRENCY, ClaimFacts, History, features_of

AS_OF = date(2026, 1, 15)
HORIZON_DAYS = 28
# Weight in the population, log of the typical amount in minor units; crafts stands for any other line.
_SECTORS = {
    "energy": (0.14, 9.6),
    "fitness": (0.08, 8.7),
    "housing": (0.05, 10.9),
    "insurance": (0.09, 9.2),
    "media": (0.08, 8.1),
    "retail": (0.28, 8.9),
    "telecom": (0.14, 8.9),
    "transport": (0.06, 8.6),
    "travel": (0.04, 10.1),
    "crafts": (0.04, 9.9),
}


@dataclass(frozen=True)
class Sample:
    """A seeded draw: rows (claims x features, NaN unknown), paid (0 or 1) if nobody writes, and what nobody sees.

    truth: the probability behind `paid`. temper: the number of each debtor's temper in their world. sector,
    amount: what is true of each claim, told or not.
    """

    world: str
    seed: int
    rows: np.ndarray
    paid: np.ndarray
    truth: np.ndarray
    facts: tuple[ClaimFacts, ...]
    temper: np.ndarray
    sector: np.ndarray
    amount: np.ndarray

    def __len__(self):
        return len(self.paid)


def draw(world, size, seed):
    """`size` claims of `world`; the same seed gives the same claims and outcomes."""
    rng = np.random.default_rng(seed)
    names = list(world.tempers)
    shares = np.array([world.tempers[name].share for name in names])
    temper = rng.choice(len(names), size=size, p=shares / shares.sum())

    def of(trait):
        return np.array([getattr(world.tempers[name], trait) for name in names])[temper]

    ability = rng.normal(of("ability"), of("spread"))
    columns = {**_claim_columns(rng, size, of, world.amounts), **_history_columns(rng, size, of)}
    logit = world.untouched(ability, columns["amount"], columns["true_reminders"])
    truth = 1 / (1 + np.exp(-logit))
    paid = (rng.random(size) < truth).astype(np.int64)
    gaps = {
        part: rng.random(size) >= world.known_history
        for part in ("history", "relation", "default", "business", "traced", "sector", "type", "titled")
    }
    facts = tuple(_facts(columns, gaps, i) for i in range(size))
    rows = np.array([features_of(claim, as_of=AS_OF) for claim in facts], dtype=np.float64)
    return Sample(world.key, seed, rows, paid, truth, facts, temper, columns["sector"], columns["amount"])


def _claim_columns(rng, size, of, times):
    lines = list(_SECTORS)
    line = rng.choice(len(lines), size=size, p=[weight for weight, _ in _SECTORS.values()])
    typical = np.array([log for _, log in _SECTORS.values()])[line]
    return {
        "sector": np.array(lines)[line],
        "amount": np.clip(times * np.exp(rng.normal(typical, 0.7)), 500, 2_000_000).astype(np.int64),
        "overdue": np.clip(rng.gamma(1.6, of("overdue_days") / 1.6), 1, 1200).astype(np.int64),
        "type": np.array(CLAIM_TYPES)[rng.choice(3, size=size, p=[0.88, 0.05, 0.07])],
        "titled": rng.random(size) < 0.03,
        "business": rng.random(size) < 0.14,
        "email": rng.random(size) < of("gave_email"),
        "phone": rng.random(size) < of("gave_phone"),
        "traced": rng.random(size) < of("moved_away"),
    }


def _history_columns(rng, size, of):
    reminders = rng.poisson(1.4, size)
    orders = rng.poisson(np.exp(rng.normal(0.8, 0.7, size)))
    return {
        "true_reminders": reminders,
        # Clerks miscount: one in five is off by one.
        "reminders": np.maximum(reminders + rng.choice([-1, 0, 1], size=size, p=[0.1, 0.8, 0.1]), 0),
        "notice_after": rng.integers(5, 30, size),
        "payments": rng.poisson(of("part_payments")),
        "plan": rng.random(size) < of("plan_before"),
        "customer": np.clip(rng.exponential(900, size), 0, 8000).astype(np.int64),
        "orders": orders,
        "invoices_paid": rng.binomial(orders, of("pays_invoices")),
    }


def _facts(columns, gaps, i):
    """Row i as a creditor would hand it over: each part of it may be unknown."""
    due = AS_OF - timedelta(days=int(columns["overdue"][i]))
    notice = due + timedelta(days=int(columns["notice_after"][i]))

    def told(part, value):
        return None if gaps[part][i] else value

    history = History(
        reminders_sent=told("history", int(columns["reminders"][i])),
        first_notice_sent=told("history", notice if columns["reminders"][i] else None),
        payments_made=told("history", int(columns["payments"][i])),
        plan_before=told("history", bool(columns["plan"][i])),
        customer_since=told("relation", AS_OF - timedelta(days=int(columns["customer"][i]))),
        past_orders=told("relation", int(columns["orders"][i])),
        past_payments=told("relation", int(columns["invoices_paid"][i])),
    )
    return ClaimFacts(
        amount=int(columns["amount"][i]),
        currency=CURRENCY,
        due_date=due,
        default_since=told("default", due + timedelta(days=30)),
        claim_type=told("type", str(columns["type"][i])),
        titled=told("titled", bool(columns["titled"][i])),
        business=told("business", bool(columns["business"][i])),
        sector=told("sector", str(columns["sector"][i])),
        has_email=bool(columns["email"][i]),
        has_phone=bool(columns["phone"][i]),
        address_traced=told("traced", bool(columns["traced"][i])),
        history=history,
    )
