"""The bank: transfers with good, mangled and wrong references, and the files that tell of them, more than once."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree import ElementTree as Tree

from chalicelib.adapters.bank.pain001 import written
from chalicelib.domain.bank_form import BankForm
from chalicelib.domain.profile import FileProfile
from chalicelib.domain.reference import ALPHABET, shown
from local.bank.account import CREDIT, Account, Movement
from local.bank.messages import notice, statement

from . import outgoing
from .chance import one_of
from .people import lately, owed
from .triggers import euro
from .world import PAYER, PEOPLE, Sim

COLUMNS = (
    ("booked_on", "Buchungstag"),
    ("value_date", "Valuta"),
    ("name", "Name"),
    ("iban", "IBAN"),
    ("text", "Verwendungszweck"),
    ("reference", "Referenz"),
    ("end_to_end", "Kundenreferenz"),
    ("amount", "Betrag"),
)
CSV_FORM = BankForm(
    FileProfile("bank", "utf-8", ";", decimal=",", thousands=".", date_format="dd.mm.yyyy", columns=COLUMNS)
)
BILLS = "Stadtwerke"
STRANGERS = ("DE89370400440532013000", "DE75512108001245126199", "DE12500105170648489890")


def account_of(debtor: str) -> str:
    """A German IBAN of this debtor's own, its check digits right."""
    digits = f"37040044{int(debtor[2:], 16) % 10**10:010d}"
    return f"DE{98 - int(digits + '131400') % 97:02d}{digits}"


def transfers(sim: Sim, draw: random.Random) -> str | None:
    """A debtor transfers: enough or not, too much, twice; naming the claim well, badly, or not at all."""
    found = owed(sim, draw) if draw.random() < 0.85 else lately(sim, draw)
    if found is None:
        return None
    creditor, debtor, matter, claim = found
    debt = claim.outstanding.total or draw.randint(100, 9_000)
    amount = draw.choice((debt, debt, debt, draw.randint(1, debt), debt + draw.randint(1, 5_000)))
    text, how = _text(draw, claim.reference, claim.id, claim.ground.invoice_number)
    day = sim.now.date()
    value = day - timedelta(days=draw.choice((0, 0, 0, 0, 1, 3, 40)))
    iban = account_of(debtor) if draw.random() < 0.8 else draw.choice(STRANGERS)
    name = matter.debtor.name if draw.random() < 0.7 else draw.choice(PEOPLE)
    times = 2 if draw.random() < 0.07 else 1
    account = sim.accounts[creditor]
    for _ in range(times):
        account.receives(amount, text, on=day, name=name, iban=iban, value_date=value)
    twice = " twice" if times > 1 else ""
    return f"{debtor} transfers {euro(amount)}{twice} for {claim.id} of {creditor}, naming {how}"


def _text(draw: random.Random, reference: str, claim: str, invoice: str) -> tuple[str, str]:
    at = draw.randrange(len(reference))
    slipped = reference[:at] + draw.choice(ALPHABET) + reference[at + 1 :]
    return draw.choice(
        (
            (shown(reference), "its reference"),
            (reference, "its reference"),
            (f"Zahlung {shown(reference).lower()} danke", "its reference among words"),
            (f"{reference[:5]} {reference[5:]}", "its reference torn in two"),
            (slipped, "its reference with a slip"),
            (f"Rechnung {invoice}", "its invoice"),
            (f"Kd. {claim}", "the claim's number"),
            ("Miete Mai", "nothing of it"),
            ("", "nothing"),
        )
    )


def collective(sim: Sim, draw: random.Random) -> str | None:
    """Several transfers booked as one sum."""
    found = [one for _ in range(2) if (one := owed(sim, draw))]
    if len({one[0] for one in found}) != 1 or sim.settings[found[0][0]].bank is not None:
        return None
    creditor, day = found[0][0], sim.now.date()
    account = sim.accounts[creditor]
    parts = [
        account.part(
            draw.randint(100, 5_000),
            shown(claim.reference),
            on=day,
            name=matter.debtor.name,
            iban=account_of(debtor),
            end_to_end=f"E{draw.getrandbits(40):x}",
        )
        for _, debtor, matter, claim in found
    ]
    booking = account.receives_together(parts, on=day)
    return f"{creditor}'s bank books {len(parts)} transfers as one sum of {euro(booking.signed)}"


def executes(sim: Sim, draw: random.Random) -> str | None:
    """The bank carries a file of ours out: every transfer in it, once."""
    waiting = [
        (creditor, name) for creditor, name in sim.payment_files.by_creditor() if name not in sim.carried_out
    ]
    found = one_of(draw, waiting, lambda pair: pair[1])
    if found is None:
        return None
    creditor, name = found
    sim.carried_out.add(name)
    order, day = sim.payment_files.written[name], sim.now.date()
    for end_to_end, amount, iban, payee in transfers_in(written(order)):
        outgoing.may_leave(sim, creditor, end_to_end.lower(), amount, iban, order.made_at)
        account = sim.accounts[creditor]
        paid = account.pays(amount, "", on=day, name=payee, iban=iban, end_to_end=end_to_end)
        sim.executed[end_to_end.lower()] = paid
    return (
        f"the bank carries out {creditor}'s file {name[:9]}: {len(order.transfers)} transfers, {euro(order.total)}"
    )


def transfers_in(pain: bytes) -> Iterator[tuple[str, int, str, str]]:
    """(end-to-end id, cents, IBAN, payee) of every transfer in a pain.001, as a bank reads it."""
    for one in Tree.fromstring(pain).iterfind(".//{*}CdtTrfTxInf"):  # noqa: S314 - our own file
        amount = one.findtext(".//{*}InstdAmt") or ""
        whole, _, part = amount.partition(".")
        yield (
            one.findtext(".//{*}EndToEndId") or "",
            int(whole) * 100 + int(part.ljust(2, "0") or 0),
            one.findtext(".//{*}CdtrAcct//{*}IBAN") or "",
            one.findtext(".//{*}Cdtr/{*}Nm") or "",
        )


def comes_back(sim: Sim, draw: random.Random) -> str | None:
    """A transfer goes back: a debtor's that was credited, or one of ours whose account was closed."""
    creditor = one_of(draw, [name for name, one in sim.settings.items() if one.bank is None])
    if creditor is None:
        return None
    account, day = sim.accounts[creditor], sim.now.date()
    gone = {movement.text + movement.iban + str(movement.amount) for movement in sim.gone_back}
    lately = [
        movement
        for booking in account.booked[-40:]
        for movement in booking.movements
        if movement.returned is None and movement.name not in (PAYER, BILLS) and not booking.batch
    ]
    found = one_of(
        draw,
        [one for one in lately if one.text + one.iban + str(one.amount) not in gone],
        lambda movement: movement.reference,
    )
    if found is None:
        return None
    sim.gone_back.append(found)
    fee = draw.choice((0, 300)) if found.side == CREDIT else 0
    account.returns(found, "AC04" if found.side != CREDIT else "MD06", on=day, fee=fee)
    return f"{euro(found.amount)} of {creditor}, {'in' if found.side == CREDIT else 'out'}, go back by the bank"


def own_business(sim: Sim, draw: random.Random) -> str | None:
    creditor = draw.choice(sorted(sim.accounts))
    amount = draw.randint(100, 90_000)
    sim.accounts[creditor].pays(amount, "Strom und Gas", on=sim.now.date(), name=BILLS, iban=STRANGERS[0])
    return f"{creditor} pays a bill of its own"


@dataclass
class Sent:
    """A file the bank wrote: it may be put into the bucket again."""

    creditor: str
    name: str
    body: bytes


def tells(sim: Sim, draw: random.Random) -> str | None:
    """The bank tells what moved: a notice, the day's statement, or an export, and some of it twice."""
    waiting = [name for name, account in sim.accounts.items() if account.unstated or account.untold]
    creditor = one_of(draw, waiting)
    if creditor is None:
        return None
    account, day = sim.accounts[creditor], sim.now.date()
    number = len(sim.files)
    if sim.settings[creditor].bank is not None:
        body, what, ending = export(account, draw), "an export", "csv"
    elif account.untold and draw.random() < 0.4:
        version = draw.choice((2, 8))
        body, what, ending = notice(account, on=day, version=version, number=number), "a notice", "xml"
    else:
        version, parts = draw.choice((2, 8)), draw.random() < 0.7
        body = statement(account, on=day, version=version, parts=parts)
        what, ending = "the statement", "xml"
    sent = Sent(creditor, f"bank/{creditor}/{number}.{ending}", body)
    sim.files.append(sent)
    _hand_in(sim, sent)
    return f"the bank sends {creditor} {what}"


def tells_again(sim: Sim, draw: random.Random) -> str | None:
    """The same file once more, under another name."""
    sent = one_of(draw, sim.files[-10:], lambda sent: sent.name)
    if sent is None:
        return None
    again = Sent(sent.creditor, sent.name.replace("bank/", f"bank/again-{draw.getrandbits(20)}-"), sent.body)
    _hand_in(sim, again)
    return f"the bank's file {sent.name} is handed in again"


def _hand_in(sim: Sim, sent: Sent) -> None:
    sim.later(sim.now, "bank_file", (sent.creditor, sent.name, sent.body))


def export(account: Account, draw: random.Random) -> bytes:
    """A span of the account as online banking exports it; spans overlap."""
    new = len(account.unstated)
    account.unstated.clear()
    account.untold.clear()
    rows = [one for booking in account.booked[-new - draw.randrange(4) :] for one in booking.movements]
    lines = [";".join(header for _, header in COLUMNS)]
    for one in rows:
        days = (_day(one.booked_on), _day(one.value_date))
        cells = (*days, one.name, one.iban, one.text, one.reference, one.end_to_end, _amount(one))
        lines.append(";".join(cells))
    return "\r\n".join(lines).encode() + b"\r\n"


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _amount(one: Movement) -> str:
    sign = "" if one.side == CREDIT else "-"
    whole, part = divmod(abs(one.signed), 100)
    return f"{sign}{whole:,}".replace(",", ".") + f",{part:02d}"


def flush(sim: Sim) -> None:
    """At the end everything that moved is told."""
    for creditor, account in sim.accounts.items():
        if not account.unstated:
            continue
        if sim.settings[creditor].bank is not None:
            body, ending = export(account, random.Random(0)), "csv"
        else:
            body, ending = statement(account, on=sim.now.date()), "xml"
        _hand_in(sim, Sent(creditor, f"bank/{creditor}/last.{ending}", body))


STEPS = (
    (10, transfers),
    (1, collective),
    (1, own_business),
    (4, executes),
    (2, comes_back),
    (7, tells),
    (2, tells_again),
)
