"""Debtors: they owe, pay in full, in part, several claims at once, leave, come back, agree, dispute, transfer."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from chalicelib.actions.agree import Agreed, agree
from chalicelib.actions.announce_transfer import announce_transfer
from chalicelib.actions.give_mandate import GiveOn, give_mandate
from chalicelib.actions.make_document import Wanted, fetch_document
from chalicelib.actions.make_offer import OfferMade, Terms, make_offer
from chalicelib.actions.note_outcome import note_outcome
from chalicelib.actions.raise_dispute import raise_dispute, withdraw_dispute
from chalicelib.actions.start_payment import GoTo, start_payment
from chalicelib.domain.accrual import owed_on
from chalicelib.domain.allocation import ClaimType
from chalicelib.domain.claim import Claim
from chalicelib.domain.contact import Delivery
from chalicelib.domain.dispute import DisputeReason, Objection
from chalicelib.domain.document import DocumentKind
from chalicelib.domain.errors import Permanent, Retry, Unknown
from chalicelib.domain.matter import Matter
from chalicelib.domain.offer import OfferState
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.paying import is_open, payable_together
from chalicelib.domain.plan import Method
from chalicelib.domain.terms import Change, ChangeKind, Wish
from local.payments import checkout, money
from tests.fakes.world import POLICIES, STRATEGIES

from .chance import one_of
from .triggers import euro, ports
from .world import PEOPLE, Page, Sim

LATELY = 50
"""Steps choose among so many of the newest: an old matter is left in peace, as in life."""


def lately(sim: Sim, draw: random.Random) -> tuple[str, str, Matter, Claim] | None:
    """One of the newest claims: its creditor, debtor, matter and itself."""
    found = one_of(draw, list(sim.claims)[-LATELY:])
    if found is None:
        return None
    debtor = sim.claims[found]
    sim.subject = f"{debtor} {found[1]}"
    matter = sim.store.seen(found[0], debtor)
    assert matter
    return found[0], debtor, matter, matter.claims[found[1]]


def owed(sim: Sim, draw: random.Random) -> tuple[str, str, Matter, Claim] | None:
    """One of the newest claims that something is owed of."""
    found = [key for key in list(sim.claims)[-LATELY:] if _open(sim, key)]
    one = one_of(draw, found)
    if one is None:
        return None
    sim.subject = f"{sim.claims[one]} {one[1]}"
    matter = sim.store.seen(one[0], sim.claims[one])
    assert matter
    return one[0], sim.claims[one], matter, matter.claims[one[1]]


def _open(sim: Sim, key: tuple[str, str]) -> bool:
    return is_open(sim.store.items["claim", key[0], sim.claims[key], key[1]])


def is_owed(sim: Sim, draw: random.Random) -> str | None:
    """A creditor hands claims of a debtor in, new or known."""
    creditor = draw.choice(sorted(sim.settings))
    debtor, size = f"K-{draw.getrandbits(36):x}", draw.choice((1, 1, 1, 2, 3, 5))
    known = one_of(draw, [d for (c, _), d in list(sim.claims.items())[-12:] if c == creditor])
    if draw.random() < 0.25 and known:
        debtor, size = known, 1
    told = []
    for _ in range(size):
        row = _row(sim, draw, debtor)
        claim = f"R-{draw.getrandbits(40):x}"
        became = sim.press(lambda claim=claim, row=row: _registered(sim, creditor, claim, row))
        if ("owner", creditor, claim) in sim.store.items:
            sim.claims[creditor, claim] = debtor
            told.append(f"{claim} {euro(row['principal'] + row['interest'] + row['costs'])}")
        else:
            told.append(f"one that is not taken: {became}")
    return f"{debtor} owes {creditor} {', '.join(told)}"


def _row(sim: Sim, draw: random.Random, debtor: str) -> dict[str, Any]:
    today = sim.now.date()
    due = today - timedelta(days=draw.randint(20, 400))
    loan = draw.random() < 0.2
    in_default = draw.random() < 0.7
    person = int(debtor[2:], 16)
    return {
        "debtor": debtor,
        "name": PEOPLE[person % len(PEOPLE)],
        "email": f"{debtor.lower()}@example.com",
        "phone": f"+4917{person % 10**8:08d}",
        "invoice_number": f"2025-{draw.randrange(10**6):06d}",
        "invoice_date": due - timedelta(days=14),
        "due": due,
        "principal": draw.choice((draw.randint(100, 5_000), draw.randint(1_000, 80_000))),
        "interest": draw.choice((0, 0, draw.randint(1, 900))),
        "costs": draw.choice((0, 0, draw.randint(100, 2_500))),
        "as_of": today - timedelta(days=draw.randint(0, 20)),
        "claim_type": ClaimType.CONSUMER_LOAN if loan else ClaimType.GOODS_OR_SERVICE,
        "default_since": due + timedelta(days=1) if in_default else None,
        "default_basis": "reminder" if in_default else None,
        "contract_date": due - timedelta(days=60),
        "costs_kind": "Mahnkosten",
        "costs_origin": "zwei Mahnungen",
        "vat_reclaimable": draw.random() < 0.5,
    }


def _registered(sim: Sim, creditor: str, claim: str, row: dict[str, Any]) -> Any:
    line = int(claim[2:], 16)
    return sim.house.register(of=creditor, claim=claim, line=line, now=sim.now, **row)


def starts(sim: Sim, draw: random.Random) -> str | None:
    """Somebody presses pay: all of it, a part, or all their claims; once or in two tabs."""
    found = owed(sim, draw)
    if found is None:
        return None
    creditor, debtor, matter, claim = found
    together = draw.random() < 0.2
    wanted = payable_together(matter, claim.currency, sim.now) if together else (claim,)
    meter = POLICIES[sim.settings[creditor].country].meter
    shown = sum(owed_on(one, meter.day(sim.now), meter).outstanding.total for one in wanted)
    amount = None if draw.random() < 0.6 else draw.randint(1, claim.outstanding.total)
    tabs = [amount, None if draw.random() < 0.5 else amount] if draw.random() < 0.2 else [amount]
    answers = [_begins(sim, draw, creditor, debtor, claim.id, shown, one, together) for one in tabs]
    what = "everything" if together else euro(amount) if amount else f"all {euro(shown)}"
    where = " in two tabs" if len(tabs) > 1 else ""
    story = f"{debtor} goes to pay {what} of {claim.id}{where}: {'; '.join(answers)}"
    return story if draw.random() < 0.35 else f"{story}; {pays(sim, draw, debtor) or 'there is no page'}"


def _begins(
    sim: Sim,
    draw: random.Random,
    creditor: str,
    debtor: str,
    claim: str,
    shown: int,
    amount: int | None,
    together: bool,
) -> str:
    answer = sim.press(
        lambda: start_payment(
            sim.visit(creditor, debtor, claim),
            shown,
            amount=amount,
            together=together,
            store=sim.store,
            gateway=sim.house.gateway,
            policies=POLICIES,
            strategies=STRATEGIES,
            new_id=lambda: f"a{next(sim.numbers):x}",
            locale="de",
            now=sim.now,
        )
    )
    if isinstance(answer, GoTo):
        session = answer.url.rpartition("/")[2]
        sim.pages[session] = Page(session, creditor, debtor, claim)
        sim.later(sim.now + timedelta(minutes=61), "provider", ())
        return "a page opens"
    return answer if isinstance(answer, str) else type(answer).__name__


def pays(sim: Sim, draw: random.Random, debtor: str = "") -> str | None:
    """Somebody pays on a page that may have closed, by card or direct debit, and presses once or twice."""
    lately_opened = [sim.pages[name] for name in list(sim.pages)[-4 if debtor else -10 :]]
    mine = [page for page in lately_opened if debtor in ("", page.debtor)]
    page = one_of(draw, mine, lambda page: page.session)
    if page is None:
        return None
    method = draw.choice(("card", "card", "card", "sepa", "sepa", "card_declined", "sepa_fails"))
    times = 2 if draw.random() < 0.15 else 1
    for _ in range(times):
        session = checkout.submit(sim.double, page.session, money.METHODS[method])
    twice = " twice" if times > 1 else ""
    if session["status"] != "open" and draw.random() < 0.8:
        sim.pages.pop(page.session)
    return f"{page.debtor} presses pay{twice} for {page.claim} by {method}: the page is {session['status']}"


def announces(sim: Sim, draw: random.Random) -> str | None:
    """I have transferred it."""
    found = owed(sim, draw)
    if found is None:
        return None
    creditor, debtor, _, claim = found
    visit = sim.visit(creditor, debtor, claim.id)
    answer = sim.press(
        lambda: announce_transfer(visit, store=sim.store, policies=POLICIES, strategies=STRATEGIES, now=sim.now)
    )
    said = answer if isinstance(answer, str) else f"nobody writes until {answer:%d %b}"
    return f"{debtor} says {claim.id} is transferred: {said}"


def offered(sim: Sim, draw: random.Random) -> str | None:
    """Somebody asks for instalments, for later, or for a change of what runs; takes the notice; agrees, or not."""
    found = owed(sim, draw)
    if found is None:
        return None
    creditor, debtor, matter, claim = found
    visit = sim.visit(creditor, debtor, claim.id)
    terms = _terms(sim, draw, matter, claim)
    made = sim.press(
        lambda: make_offer(
            visit,
            terms,
            printer=sim.house.printer,
            archive=sim.house.archive,
            language="de",
            **ports(sim),
        )
    )
    kind = {"Wish": "instalments", "Change": "a change of the plan"}.get(type(terms).__name__, "a later day")
    story = f"{debtor} asks for {kind} for {claim.id}"
    if not isinstance(made, OfferMade):
        return f"{story}: {made if isinstance(made, str) else 'not by itself'}"
    if draw.random() < 0.7:
        wanted = Wanted(DocumentKind.OFFER, made.offer.id)
        sim.press(lambda: fetch_document(visit, wanted, language="de", room=sim.house.print_room, now=sim.now))
    if draw.random() < 0.75:
        return f"{story} and {_agreed(sim, creditor, debtor, claim.id, made.offer.id)}"
    return f"{story} and thinks about it"


def _terms(sim: Sim, draw: random.Random, matter: Matter, claim: Claim) -> Terms:
    today = sim.now.date()
    if claim.plan and draw.random() < 0.7:
        kind = draw.choice(list(ChangeKind))
        day = today + timedelta(days=draw.randint(1, 40)) if kind is ChangeKind.MOVE else None
        return Change(kind, due=day, amount=draw.randint(100, 3_000))
    if draw.random() < 0.3:
        return today + timedelta(days=draw.randint(4, 70))
    first = today + timedelta(days=draw.randint(1, 40))
    amount = max(1000, claim.outstanding.total // draw.randint(2, 12))
    return Wish(amount, first, draw.randint(1, 31), draw.choice(list(Method)))


def _agreed(sim: Sim, creditor: str, debtor: str, claim: str, offer: str) -> str:
    answer = sim.press(lambda: agree(sim.visit(creditor, debtor, claim), offer, **ports(sim)))
    if isinstance(answer, Agreed):
        return "agrees"
    return answer if isinstance(answer, str) else f"is asked again ({type(answer).__name__})"


def agrees(sim: Sim, draw: random.Random) -> str | None:
    """Somebody agrees to an offer that lay there for a while."""
    found = owed(sim, draw)
    if found is None:
        return None
    creditor, debtor, matter, claim = found
    lying = [o for o in matter.offers.values() if o.claim == claim.id and o.state is not OfferState.REPLACED]
    offer = one_of(draw, lying, lambda offer: offer.id)
    if offer is None:
        return None
    return f"{debtor} presses agree for {claim.id}: {_agreed(sim, creditor, debtor, claim.id, offer.id)}"


def gives_mandate(sim: Sim, draw: random.Random) -> str | None:
    """Somebody whose plan is to be drawn gives the mandate on the provider's page, or turns back there."""
    drawn = [key for key in list(sim.claims)[-LATELY:] if _by_debit(sim, key)]
    found = one_of(draw, drawn)
    if found is None:
        return None
    (creditor, claim), debtor = found, sim.claims[found]
    sim.subject = f"{debtor} {claim}"
    answer = sim.press(
        lambda: give_mandate(
            sim.visit(creditor, debtor, claim),
            store=sim.store,
            gateway=sim.till.mandates,
            new_id=lambda: f"m{next(sim.numbers):x}",
            locale="de",
            now=sim.now,
        )
    )
    if not isinstance(answer, GiveOn):
        return f"{debtor} gives a mandate for {claim}: {answer if isinstance(answer, str) else 'there is one'}"
    how = draw.choice(("sepa", "sepa", "sepa", "sepa_fails", ""))
    if how:
        checkout.submit(sim.double, answer.url.rpartition("/")[2], money.METHODS[how])
    return f"{debtor} gives a mandate for {claim} ({how or 'turns back'})"


def _by_debit(sim: Sim, key: tuple[str, str]) -> bool:
    creditor, claim = key
    plan = sim.store.items["claim", creditor, sim.claims[key], claim].plan
    held = sim.store.items.get(("plans", creditor, sim.claims[key], plan))
    return held is not None and held.method is Method.DEBIT


def disputes(sim: Sim, draw: random.Random) -> str | None:
    found = owed(sim, draw)
    if found is None:
        return None
    creditor, debtor, _, claim = found
    reason = draw.choice([one for one in DisputeReason if one is not DisputeReason.MINOR])
    objection = Objection(reason, "Das stimmt so nicht.", None, ChannelKind.EMAIL, "de")
    visit = sim.visit(creditor, debtor, claim.id)
    known = {name: value for name, value in ports(sim).items() if name != "strategies"}
    answer = sim.press(lambda: raise_dispute(visit, objection, **known))
    return f"{debtor} disputes {claim.id} ({reason.value}){': ' + answer if isinstance(answer, str) else ''}"


def withdraws(sim: Sim, draw: random.Random) -> str | None:
    for creditor, debtor, claim in _disputed(sim, draw):
        visit = sim.visit(creditor, debtor, claim)
        answer = sim.press(lambda visit=visit: withdraw_dispute(visit, **ports(sim)))
        return f"{debtor} takes the dispute of {claim} back: {answer}"
    return None


def _disputed(sim: Sim, draw: random.Random) -> Iterator[tuple[str, str, str]]:
    running = [
        (creditor, debtor, name)
        for (creditor, name), debtor in list(sim.claims.items())[-LATELY:]
        if sim.store.items["claim", creditor, debtor, name].dispute
    ]
    found = one_of(draw, running)
    if found:
        yield found


def mail_comes_back(sim: Sim, draw: random.Random) -> str | None:
    """What was sent lately turns out not to have arrived."""
    found = lately(sim, draw)
    if found is None:
        return None
    _, debtor, matter, claim = found
    sent = [c for c in matter.contacts.values() if c.claim == claim.id and c.receipt]
    contact = one_of(draw, sent, lambda contact: contact.id)
    if contact is None:
        return None
    address = f"{debtor.lower()}@example.com"
    told = (contact.receipt, Delivery.DEAD, "5.1.1", address)
    sim.press(lambda: note_outcome(*told, store=sim.store, now=sim.now))
    return f"what was written to {debtor} about {claim.id} comes back"


def mail_is_in_trouble(sim: Sim, draw: random.Random) -> str:
    """The next mail does not leave, or nobody knows whether it did."""
    trouble = draw.choice((Retry, Permanent, Unknown))
    sim.house.email.answers.append(trouble("as asked"))
    return f"the next mail: {trouble.__name__}"


STEPS = (
    (10, is_owed),
    (22, starts),
    (8, pays),
    (3, announces),
    (7, offered),
    (3, agrees),
    (4, gives_mandate),
    (4, disputes),
    (3, withdraws),
    (1, mail_comes_back),
    (1, mail_is_in_trouble),
)
