"""Invented overdue claims, as values by our own field names; how they are written is the profile's matter."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .people import Person

Values = dict[str, object]
# German default interest for consumers while the base rate is 1.52 %: five points above it (BGB §288(1)).
RATE = 0.0652


@dataclass(frozen=True)
class Trade:
    """What one creditor sells and how its claims look. Amounts in cents."""

    claim: str
    invoice: str
    things: tuple[str, ...]
    least: int
    middle: int
    most: int
    reminder_costs: int


ENERGY = Trade(
    claim="VK-{:06d}",
    invoice="{year}-S-{:05d}",
    things=(
        "Strom, Jahresabrechnung {last}",
        "Strom, Abschlag {month}",
        "Gas, Jahresabrechnung {last}",
        "Gas, Abschlag {month}",
        "Fernwärme, Abschlag {month}",
        "Wallbox-Tarif, Abschlag {month}",
    ),
    least=2900,
    middle=14800,
    most=94000,
    reminder_costs=250,
)
SHOES = Trade(
    claim="FL{:07d}",
    invoice="INV-{:06d}",
    things=(
        "Wanderstiefel „Grat“, Größe 41",
        "Laufschuhe »Fersenflug« 2 Paar",
        "Kindersandalen, 3 Paar",
        "Ledersneaker, blau",
        "Hausschuhe aus Filz",
        "Regenstiefel & Einlegesohlen",
        "Arbeitsschuhe S3, 5 Paar",
    ),
    least=1999,
    middle=8900,
    most=42000,
    reminder_costs=150,
)
GARDEN = Trade(
    claim="BG-{:06d}",
    invoice="{year}-G-{:05d}",
    things=(
        "Obstbäume, wurzelnackt, 6 Stück",
        "Hochbeet, Lärche, 2 m",
        "Rasenmäher „Halm 40“",
        "Blumenzwiebeln, Sortiment Frühling",
        "Gewächshaus, Stegplatten, 3 x 2 m",
    ),
    least=2400,
    middle=7900,
    most=68000,
    reminder_costs=250,
)
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


def claims(rng: random.Random, trade: Trade, debtors: list[Person], count: int, today: date) -> Iterator[Values]:
    """`count` claims: each debtor has one, the first of them a second, the very first a third."""
    owing = [*debtors, *debtors[: count - len(debtors) - 1], debtors[0]][:count]
    for place, person in enumerate(owing):
        yield _claim(rng, trade, person, place, today)


def _claim(rng: random.Random, trade: Trade, person: Person, place: int, today: date) -> Values:
    due = today - timedelta(days=int(rng.triangular(12, 220, 40)))
    invoiced = due - timedelta(days=14)
    overdue = (today - due).days
    principal = int(min(trade.most, max(trade.least, rng.lognormvariate(0, 0.7) * trade.middle)))
    reminders = min(3, overdue // 25)
    in_default = reminders > 0
    since = due + timedelta(days=1) if in_default else None
    interest = round(principal * RATE * (today - since).days / 365) if since else 0
    thing = rng.choice(trade.things).format(month=MONTHS[invoiced.month - 1], last=invoiced.year - 1)
    return {
        **_person(person),
        "claim": trade.claim.format(310000 + 37 * place),
        "what": thing,
        "contract_date": invoiced - timedelta(days=rng.randint(2, 900)),
        "invoice_number": trade.invoice.format(4400 + 17 * place, year=invoiced.year),
        "invoice_date": invoiced,
        "due": due,
        "default_since": since,
        "default_basis": "Zahlungstag im Vertrag vereinbart" if since else "",
        "principal": principal,
        "interest": interest,
        "costs": max(0, reminders - 1) * trade.reminder_costs,
        "as_of": today,
        "reminders_sent": reminders,
        "payments_made": rng.choice((0, 0, 0, 1)),
        "customer_since": invoiced - timedelta(days=rng.randint(60, 4000)),
        "past_orders": (orders := rng.randint(1, 40)),
        "past_payments": rng.randint(orders // 2, orders),
        "value_class": rng.choice(("", "A", "B", "C")),
    }


def _person(person: Person) -> Values:
    return {
        "debtor": person.number,
        "party": "business" if person.business else "person",
        "name": person.name,
        "street": person.street,
        "postcode": person.postcode,
        "city": person.city,
        "country": "DE",
        "birth_date": person.birth_date,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
    }


def with_histories(rows: list[Values], today: date) -> list[Values]:
    """Some of the claims carry what happened before they came here: each of these holds back a message."""
    histories: dict[int, Values] = {
        21: {"disputed": True},
        23: {"representative": True},
        29: {"insolvency": True},
        31: {"birth_date": today - timedelta(days=16 * 365), "party": "person"},
        37: {"plan_until": today + timedelta(days=75), "plan_before": True},
        41: {"opt_out_sms": True},
        43: {"opt_out_email": True, "opt_out_sms": True},
        47: {"due": today + timedelta(days=12), "invoice_date": today - timedelta(days=2), "interest": 0}
        | {"costs": 0, "default_since": None, "default_basis": "", "reminders_sent": 0},
        53: {"email": "", "phone": ""},
    }
    return [row | histories.get(place, {}) for place, row in enumerate(rows)]
