"""What is said in a call, line by line in the debtor's language and beside it in that of whoever calls.

Nothing of the matter is said before one of the questions at the door was answered rightly (P6); so the lines stand
in two parts, and the second begins only then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from ..domain.claim import Claim
from ..domain.contact import ContactState
from ..domain.conversation import Speaker, Utterance
from ..domain.factors import asked
from ..domain.matter import Matter
from ..domain.money import Money
from ..domain.parties import Creditor, Factor
from ..domain.pay_link import LinkPurpose
from ..domain.task import Task, TaskKind
from .day_parts import SLOTS
from .i18n import Locale, negotiate
from .view_door import FACTORS
from .view_history import BY, OTHERWISE

MOST_BEFORE = 12
# The five ways, as somebody on the telephone names them.
WAYS = ("call.five.pay", "way.later", "way.plan", "way.wrong", "call.five.think")
SAID_BY = {
    Speaker.DEBTOR: "desk.call.by.debtor",
    Speaker.HELPER: "desk.call.by.helper",
    Speaker.BOT: "desk.call.by.bot",
    Speaker.PERSON: "desk.call.by.person",
}


@dataclass(frozen=True)
class Spoken:
    """One line: as it is said, and as whoever says it reads it; the second is empty where both are the same."""

    said: str
    meaning: str


@dataclass(frozen=True)
class Heard:
    """Something that was said or sent before."""

    day: str
    by: str
    words: str
    tongue: str = ""


@dataclass(frozen=True)
class CallScript:
    """A call before it is made. `answers` are what the questions must be answered with: (question, answer) for
    whoever listens, never read out. `told` is what the debtor said before, the latest first."""

    tongue: Locale
    number: str
    slot: str | None
    slowly: bool
    before_proof: tuple[Spoken, ...]
    questions: tuple[Spoken, ...]
    answers: tuple[tuple[str, str], ...]
    unproven: Spoken
    after_proof: tuple[Spoken, ...]
    ways: tuple[Spoken, ...]
    ending: tuple[Spoken, ...]
    sent: tuple[Heard, ...]
    told: tuple[Heard, ...]


def call_script(
    creditor: Creditor,
    matter: Matter,
    claim: Claim,
    task: Task,
    *,
    ours: Locale,
    zone: tzinfo,
    said: Iterable[Utterance] = (),
) -> CallScript:
    """The script for a call of ours and for one that was asked for. `ours` is the language of whoever calls; one
    that has no catalogue is spoken by them from their own."""
    request = task.request
    theirs = _tongue(task, matter, creditor, slowly=bool(request and request.plain))

    def line(key: str, **values: object) -> Spoken:
        same = theirs.language == ours.language
        spoken, meant = _text(theirs, key, values), "" if same else _text(ours, key, values)
        return Spoken(spoken, meant)

    factors = [factor for factor in asked(LinkPurpose.CONTACT, matter.debtor, claim) if factor in KNOWN]
    opening = [line("call.asked")] if task.kind is TaskKind.CALL_BACK else []
    return CallScript(
        tongue=theirs,
        number=request.phone or "" if request else "",
        slot=ours.text(SLOTS[request.slot]) if request and task.kind is TaskKind.CALL_BACK else None,
        slowly=bool(request and request.plain),
        before_proof=(
            line("call.name", name=matter.debtor.name, creditor=creditor.legal_name),
            *opening,
            line("call.prove"),
        ),
        questions=tuple(line(FACTORS[factor]) for factor in factors),
        answers=tuple((ours.text(FACTORS[factor]), KNOWN[factor](matter, claim, ours)) for factor in factors),
        unproven=line("call.unproven", phone=creditor.help_phone),
        after_proof=(line("call.owed", amount=Money(claim.outstanding.total, claim.currency)),),
        ways=tuple(line(key) for key in WAYS),
        ending=(line("call.link"), line("call.stop"), line("call.end")),
        sent=_sent(matter, claim, ours, zone),
        told=_told(matter, claim, task, ours, zone, said),
    )


def _text(words: Locale, key: str, values: dict[str, object]) -> str:
    shown = {name: words.money(v) if isinstance(v, Money) else v for name, v in values.items()}
    # A number or a Latin name must not turn around between Arabic words.
    return (words.html if words.direction == "rtl" else words.text)(key, None, **shown)


def _tongue(task: Task, matter: Matter, creditor: Creditor, *, slowly: bool) -> Locale:
    """The language they asked to be called in; in its simple words where they asked for those."""
    wish = task.request.language if task.request else task.language
    found = negotiate(wish, matter.debtor.language, None, creditor.country)
    if slowly and not found.language.endswith("-simple"):
        simple = negotiate(f"{found.language}-simple", None, None, creditor.country)
        return simple if simple.language.startswith(f"{found.language}-") else found
    return found


def _postcode(matter: Matter, claim: Claim, ours: Locale) -> str:
    return matter.debtor.address.postcode


def _born(matter: Matter, claim: Claim, ours: Locale) -> str:
    return ours.date(matter.debtor.birth_date) if matter.debtor.birth_date else ""


def _invoice(matter: Matter, claim: Claim, ours: Locale) -> str:
    return claim.ground.invoice_number


# What is compared with what is heard; a code can be asked for on no telephone.
KNOWN = {Factor.POSTCODE: _postcode, Factor.BIRTH_DATE: _born, Factor.INVOICE_NUMBER: _invoice}


def _sent(matter: Matter, claim: Claim, ours: Locale, zone: tzinfo) -> tuple[Heard, ...]:
    """What went to them about this claim, the latest first."""
    left = (ContactState.SENT, ContactState.DELIVERED, ContactState.FAILED)
    found = [
        (c.sent_at, c) for c in matter.contacts.values() if c.claim == claim.id and c.state in left and c.sent_at
    ]
    latest = sorted(found, key=lambda pair: (pair[0], pair[1].id), reverse=True)[:MOST_BEFORE]
    return tuple(
        Heard(
            ours.date(at.astimezone(zone).date()),
            "",
            ours.text(BY.get(contact.channel, OTHERWISE), time=ours.time(at, zone)),
        )
        for at, contact in latest
    )


def _told(
    matter: Matter, claim: Claim, task: Task, ours: Locale, zone: tzinfo, said: Iterable[Utterance]
) -> tuple[Heard, ...]:
    """What they told before, so that nothing is asked twice: with this call, with what they asked and objected,
    and in conversation."""
    found = [(u.at, ours.text(SAID_BY[u.by]), u.words, u.language) for u in said if u.claim == claim.id]
    debtor = ours.text(SAID_BY[Speaker.DEBTOR])
    for other in matter.tasks.values():
        words = other.request.words if other.request and other.kind is TaskKind.CALL_BACK else other.words
        if other.claim == claim.id and words:
            found.append((other.opened_at, debtor, words, other.language or ""))
    latest = sorted(found, key=lambda row: row[0], reverse=True)[:MOST_BEFORE]
    return tuple(
        Heard(ours.date(at.astimezone(zone).date()), by, words, _known_tag(tongue))
        for at, by, words, tongue in latest
    )


def _known_tag(tongue: str) -> str:
    return tongue.partition("-")[0]
