"""The pages of paying: how much and how, by transfer, all at once, and back from the provider's page.

The button to the provider's page is answered by a function of its own (checkout.py).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.accrual import good_to
from ..domain.claim import Claim, ClaimState, HoldKind
from ..domain.entry import EntryKind
from ..domain.errors import BrokenRule
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.pay_link import Scope
from ..domain.paying import (
    MOST_TOGETHER,
    begun,
    due_parts,
    is_open,
    least_payment,
    open_claims,
    payable_together,
    spent,
)
from ..presentation import views
from .browser import Browser
from .doors import route
from .places import BEHIND, behind, matter_of, place

if TYPE_CHECKING:  # what a page needs is opened when it is asked for: a cold start shows one page
    from ..presentation.forms import pay as pay_form

paying = Blueprint(__name__)


def creditor_of(browser: Browser) -> Creditor:
    if browser.creditor is None:
        raise BrokenRule("not_found")
    return browser.creditor


def good_until(browser: Browser, claim: Claim) -> date | None:
    """The day to which the amount shown stays as it is: as it was told, or by the creditor's strategy."""
    if browser.creditor is None:
        return None
    from ..domain.strategies._base import strategy_of

    days = strategy_of(browser.creditor, wiring.strategies()).open_days
    return good_to(claim, browser.today, days)


def least_of(browser: Browser, matter: Matter, claim: Claim) -> int:
    """The smallest amount this reader may pay now."""
    from ..domain.strategies._base import strategy_of

    floor = strategy_of(creditor_of(browser), wiring.strategies()).least_payment
    return least_payment(matter, claim, floor)


def pay_view(
    browser: Browser, matter: Matter, claim: Claim, *, asked_again: bool = False, problems: views.Problems = ()
) -> views.View:
    """How much, and how? With what the reader chose and typed before, where they did."""
    from ..domain.pay_habit import PayWay, preferred_way
    from ..presentation.forms import pay as pay_form

    parts, part = due_now(browser, matter, claim) or (1, None)
    return views.pay(
        browser.frame("pay"),
        creditor_of(browser),
        claim,
        provider_name=wiring.provider_name(),
        least=least_of(browser, matter, claim),
        part=part,
        parts=parts,
        transfer_first=preferred_way(matter.claims.values()) is PayWay.TRANSFER,
        good_until=None if asked_again else good_until(browser, claim),
        asked_again=asked_again,
        was=pay_form.seen(browser.posted),
        chosen=(browser.posted.get("much") or [""])[0],
        typed=pay_form.typed(browser.posted),
        problems=problems,
    )


def too_small(claim: Claim, amount: int) -> bool:
    """The provider takes no payment of so little."""
    return amount < wiring.smallest_payment(claim.currency)


def small_view(browser: Browser, matter: Matter, claim: Claim, amount: int | None = None) -> views.View:
    """So little can only be transferred: the lines for it; in a currency no transfer of ours knows, the way to a
    person."""
    from ..domain.transfer import CURRENCY

    if claim.currency != CURRENCY:
        return views.pay(browser.frame("pay"), creditor_of(browser), claim)
    return _transfer_view(browser, matter, claim, amount, small=True)


def pay_all_view(browser: Browser, matter: Matter, claim: Claim, *, asked_again: bool = False) -> views.View:
    """All that can be paid at once; where that is not several claims any more, the page of the one at hand."""
    claims = payable_together(matter, claim.currency, browser.now)
    held = [one for one in open_claims(matter) if one.currency == claim.currency]
    if len(claims) < 2:
        again = pay_view if is_open(claim) else over_view
        return again(browser, matter, claim, asked_again=asked_again)
    return views.pay_all(
        browser.frame("pay-all"),
        creditor_of(browser),
        claims,
        over=len(claims) == MOST_TOGETHER < len(held),
        left_out=len(claims) < min(len(held), MOST_TOGETHER),
        provider_name=wiring.provider_name(),
        asked_again=asked_again,
    )


def over_view(browser: Browser, matter: Matter, claim: Claim, *, asked_again: bool = False) -> views.View:
    """Nothing is owed of this claim any more: the page that says so, with the way to the receipt (P3)."""
    frame = browser.frame("receipt")
    others = views.others_of(frame, matter, claim, browser.now)
    return views.closed(frame, creditor_of(browser), claim, claim.recent, others=others)


def due_now(browser: Browser, matter: Matter, claim: Claim) -> tuple[int, int] | None:
    """How many parts of a running plan are asked for now, and how much they are."""
    return due_parts(matter, claim, wiring.policies()[creditor_of(browser).country].meter.day(browser.now))


def amount_of(browser: Browser, matter: Matter, claim: Claim, asked: pay_form.Asked) -> int | None:
    """What the reader chose, in minor units; None for all of it. A plan's parts are the server's own figure."""
    from ..presentation.forms import pay as pay_form

    if asked.choice != pay_form.PART:
        return asked.amount
    due = due_now(browser, matter, claim)
    return due[1] if due else None


@place("pay", Scope.ARRANGE)
def _pay_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """The last page before the money moves; with nothing owed or a payment on its way, the page that says so."""
    waiting = matter.open_attempt(claim, browser.now) and not begun(matter, claim, browser.now)
    if claim.state is ClaimState.CLOSED or waiting:
        return BEHIND["matter"](browser, matter, claim)
    if is_open(claim) and too_small(claim, claim.outstanding.total):
        return small_view(browser, matter, claim)
    return pay_view(browser, matter, claim)


@place("pay-all", Scope.ARRANGE)
def _pay_all_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    if len(payable_together(matter, claim.currency, browser.now)) < 2:
        return _pay_page(browser, matter, claim)
    return pay_all_view(browser, matter, claim)


@place("transfer", Scope.ARRANGE)
def _transfer_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """What to type at the bank; the amount in the address is only shown, and only within the bounds."""
    wanted = browser.query.get("amount", "")
    named = wanted.isascii() and wanted.isdigit() and len(wanted) < 16
    return _transfer_view(browser, matter, claim, int(wanted) if named else None)


@place("sent", Scope.ARRANGE)
def _sent_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """For whoever says that they have paid: the word for it first, and the lines put away below."""
    return _transfer_view(browser, matter, claim, None, name="sent")


def _transfer_view(
    browser: Browser,
    matter: Matter,
    claim: Claim,
    amount: int | None,
    *,
    small: bool = False,
    name: str = "transfer",
) -> views.View:
    """The lines for this amount; for one out of bounds they are about all that is owed."""
    from ..domain.transfer import transfer_of

    owed = claim.outstanding.total
    if not is_open(claim):
        return BEHIND["matter"](browser, matter, claim)
    fits = amount is not None and least_of(browser, matter, claim) <= amount <= owed
    asked = transfer_of(creditor_of(browser), claim, amount if amount and fits else owed)
    if not asked.possible:
        return BEHIND["matter"](browser, matter, claim)
    told = any(hold.kind is HoldKind.TRANSFERRED for hold in claim.binding_holds(browser.now))
    small = small or too_small(claim, asked.amount)
    until = good_until(browser, claim)
    # A transfer takes days: a figure that is good for today only is no date to be told.
    if until and until <= browser.today:
        until = None
    frame = browser.frame(name)
    return views.transfer(frame, claim, asked, announced=told, small=small, good_until=until)


@place("thanks")
def _thanks_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    """Back from the hosted page: thanks once the provider's word is booked, else that it is on its way."""
    attempt = matter.attempts.get(claim.attempt or "")
    gone = {entry.reverses for entry in claim.recent}
    payments = [e for e in claim.recent if e.kind is EntryKind.PAYMENT and e.number not in gone]
    if attempt and attempt.is_paid and payments:
        over = spent(matter, payments[-1].source)
        rest = {one.id for one in open_claims(matter)} - {one.id for one, _ in over}
        return views.thanks(browser.frame("thanks"), claim, payments[-1], over=over, more_open=bool(rest))
    if matter.open_attempt(claim, browser.now):
        return views.on_its_way(browser.frame("thanks"), resume=begun(matter, claim, browser.now))
    return BEHIND["matter"](browser, matter, claim)


@route(paying, "/p/{token}/pay", "GET")
def pay(browser: Browser) -> Response:
    return behind(browser, "pay")


@route(paying, "/p/{token}/pay-all", "GET")
def pay_all(browser: Browser) -> Response:
    return behind(browser, "pay-all")


@route(paying, "/p/{token}/thanks", "GET")
def thanks(browser: Browser) -> Response:
    return behind(browser, "thanks")


@route(paying, "/p/{token}/transfer", "GET", "POST")
def transfer(browser: Browser) -> Response:
    """The lines to copy; by POST the way there with a chosen amount, or the word that it was done."""
    from ..actions.announce_transfer import announce_transfer

    visit = browser.proven()
    if browser.method == "GET" or visit is None:
        return behind(browser, "transfer") if browser.method == "GET" else browser.go(f"/p/{browser.token}")
    if (browser.posted.get("do") or [""])[0] == "show":
        return _show_transfer(browser, *matter_of(browser, visit))
    try:
        until = announce_transfer(
            visit,
            store=wiring.store(),
            policies=wiring.policies(),
            strategies=wiring.strategies(),
            now=browser.now,
        )
    except BrokenRule as broken:
        if broken.rule != "closed":
            raise
        return behind(browser, "matter")
    return browser.show(views.transferred(browser.frame("transfer"), until))


@route(paying, "/p/{token}/sent", "GET")
def sent(browser: Browser) -> Response:
    """The word that it was transferred, one press away."""
    return behind(browser, "sent")


def _show_transfer(browser: Browser, matter: Matter, claim: Claim) -> Response:
    """On to the lines to copy, with the amount the reader chose; nothing is changed by it."""
    from ..presentation.forms import pay as pay_form

    asked = pay_form.read(browser.posted, claim.currency)
    if not isinstance(asked, pay_form.Asked):
        return browser.show(pay_view(browser, matter, claim, problems=asked))
    if not is_open(claim):
        return browser.show(BEHIND["matter"](browser, matter, claim))
    owed, amount = claim.outstanding.total, amount_of(browser, matter, claim, asked)
    if asked.owed != owed:
        return browser.show(pay_view(browser, matter, claim, asked_again=True), status=409)
    if amount is not None and not (least := least_of(browser, matter, claim)) <= amount <= owed:
        problems = views.out_of_bounds(browser.locale(), claim, least)
        return browser.show(pay_view(browser, matter, claim, problems=problems))
    if browser.has_cookies:
        frame = browser.frame("transfer")
        return browser.go(frame.href("transfer", **({"amount": str(amount)} if amount else {})))
    return browser.show(_transfer_view(browser, matter, claim, amount))
