"""What tests of direct debits do again and again: a plan with a mandate, its words sent, nights that go by."""

from datetime import UTC, date, datetime
from typing import Any

from chalicelib.actions.draw_instalment import Looked, look_after
from chalicelib.actions.give_mandate import GiveOn, give_mandate
from chalicelib.actions.read_notice import read_notice
from chalicelib.domain.contact import ContactState, MessageKind
from chalicelib.domain.mandate import Mandate
from chalicelib.domain.payments import Attempt, PaymentStatus, ProviderPayment
from chalicelib.domain.plan import Method
from chalicelib.domain.terms import Wish
from tests.fakes.world import World

from .arranging import agreed, carrier, print_agreements

# €48.20 in five parts, the first on Tuesday, 1 December 2026, drawn from an account.
DEBITS = Wish(1000, date(2026, 12, 1), 1, Method.DEBIT)


def at(day: date, hour: int = 2) -> datetime:
    """A night's hour, in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def give(world: World, now: datetime | None = None, **visit: Any) -> GiveOn:
    answer = give_mandate(
        world.visit(**visit),
        store=world.store,
        gateway=world.mandates,
        new_id=lambda: f"m{next(world.numbers)}",
        locale="de",
        now=now or world.now,
    )
    assert isinstance(answer, GiveOn)
    return answer


def notice(world: World, kind: str, name: str, now: datetime | None = None, event: str = "evt_1") -> Any:
    return read_notice(kind, "nordlicht", name, event=event, till=world.till, now=now or world.now)


def with_mandate(world: World, wish: Wish = DEBITS) -> Mandate:
    """A plan of five parts, agreed to and confirmed by mail, and its mandate given."""
    agreed(world, wish)
    print_agreements(world)
    for contact in world.contacts(ContactState.PLANNED):
        if contact.kind is MessageKind.AGREEMENT:
            world.send(contact)
    page = give(world).url.rpartition("/")[2]
    world.mandates.give(page)
    notice(world, "checkout", page)
    (mandate,) = world.matter().mandates.values()
    return mandate


def announce(world: World) -> None:
    """The word before the next part goes out at its hour; a question that paid itself gives way to it."""
    while (word := carrier(world)).kind is not MessageKind.INSTALMENT:
        world.send(word)
    world.send(word)


def night(world: World, day: date, hour: int = 2) -> list[Looked]:
    """The nightly run comes to the mandates."""
    now = at(day, hour)
    return [look_after(m, till=world.till, now=now) for m in world.watch.mandates_due(now)]


def draws(world: World) -> list[Attempt]:
    return [a for a in world.matter().attempts.values() if a.mandate]


def bank_says(
    world: World, status: PaymentStatus, now: datetime, attempt: Attempt | None = None, event: str = "evt_b"
) -> ProviderPayment:
    """The bank ends the latest draw, and the provider tells of it."""
    drawn = attempt or draws(world)[-1]
    payment = world.mandates.drawings[drawn.id]
    ended = world.gateway.settle(payment.object_id, status, drawn.amount, now)
    notice(world, "payment", payment.object_id, now, event)
    return ended
