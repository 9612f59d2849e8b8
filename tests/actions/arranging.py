"""What tests of agreements do again and again: offer, hand the notice over, agree, let days go by."""

from datetime import date, datetime
from typing import Any

from chalicelib.actions.agree import Agreed, AskAgain, NoticeMissing, agree
from chalicelib.actions.make_document import Wanted, fetch_document, make_agreement
from chalicelib.actions.make_offer import OfferMade, Terms, make_offer
from chalicelib.domain.contact import Contact, ContactState, MessageKind, Purpose
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.terms import NotPossible, Wish
from tests.fakes.world import POLICIES, STRATEGIES, World

ZONE = POLICIES["DE"].zone
# €48.20 in five parts, the first on Tuesday, 1 December 2026.
WISH = Wish(1000, date(2026, 12, 1), 1)


def offer(world: World, terms: Terms = WISH, now: datetime | None = None, **visit: Any) -> OfferMade | NotPossible:
    return make_offer(
        world.visit(**visit),
        terms,
        store=world.store,
        printer=world.printer,
        archive=world.archive,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        language="de",
        now=now or world.now,
    )


def offered(world: World, terms: Terms = WISH, now: datetime | None = None) -> str:
    """The id of an offer whose notice has left by mail."""
    made = offer(world, terms, now)
    assert isinstance(made, OfferMade), made
    letter = world.matter().contacts[made.offer.contact or ""]
    if letter.state is ContactState.PLANNED:
        world.send(letter)
    return made.offer.id


def press(
    world: World, offer_id: str, now: datetime | None = None, **visit: Any
) -> Agreed | NoticeMissing | AskAgain:
    return agree(
        world.visit(**visit),
        offer_id,
        store=world.store,
        scheduler=world.scheduler,
        policies=POLICIES,
        strategies=STRATEGIES,
        now=now or world.now,
    )


def agreed(world: World, terms: Terms = WISH, now: datetime | None = None) -> Any:
    """What runs after offer, notice and agreement."""
    answer = press(world, offered(world, terms, now), now)
    assert isinstance(answer, Agreed), answer
    return answer.agreement


def carrier(world: World) -> Contact:
    """The one planned contact that carries the agreement on."""
    (contact,) = (c for c in world.contacts(ContactState.PLANNED) if c.purpose is Purpose.AGREED)
    return contact


def pay(world: World, amount: int, now: datetime) -> None:
    world.book(world.gateway.money(amount, now), now=now)


def said(world: World) -> list[tuple[MessageKind, int | None]]:
    """The agreement's own words that left, in their order."""
    left = (ContactState.SENT, ContactState.DELIVERED)
    return [(c.kind, c.number) for c in world.contacts(*left) if c.purpose is Purpose.AGREED]


def print_agreements(world: World, debtor: str = "K-501") -> None:
    """The documents function comes by: every agreement gets its document."""
    matter = world.matter(debtor=debtor)
    for one in (*matter.plans.values(), *matter.deferrals.values()):
        make_agreement(one.creditor, one.claim, one.id, room=world.print_room, now=world.now)


def let_pass(world: World, until: datetime) -> None:
    """Everything that is due by then goes out at its hour, in order."""
    print_agreements(world)
    for _ in range(200):
        due = [c for c in world.contacts(ContactState.PLANNED) if c.due_at <= until]
        if not due:
            return
        world.send(due[0])
    raise AssertionError("it never comes to rest")


def day(world: World, of: Contact) -> date:
    return of.due_at.astimezone(ZONE).date()


def fetch(world: World, offer_id: str, now: datetime | None = None, **visit: Any) -> None:
    """The reader takes the offer's document."""
    wanted = Wanted(DocumentKind.OFFER, offer_id)
    held = fetch_document(world.visit(**visit), wanted, language="de", room=world.print_room, now=now or world.now)
    assert held.fetched_at
