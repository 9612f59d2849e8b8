"""The operators' commands about what leaves: holding it back, letting it go on, releasing a batch."""

from typing import Any

from ... import wiring
from ...domain.contact import Contact, Purpose
from ...domain.decision import Refused
from ...domain.gate import HOUSE, Halt
from ...domain.parties import ChannelKind
from .answers import LONGEST, Said, Unfit, matter_of, plain, text_in, told, writing


def list_holds(creditor: str, query: dict[str, str]) -> Said:
    """What is held back of this creditor's messages; of everybody's, asked for all."""
    found = wiring.gates().whole().halts
    return {
        "said": "listed",
        "holds": [_shown(halt) for halt in found if creditor == HOUSE or halt.creditor in (None, creditor)],
    }


def list_batch(creditor: str, query: dict[str, str]) -> Said:
    """How far a batch has come, and whether somebody has released it."""
    name = query.get("batch", "")
    if not 0 < len(name) <= LONGEST:
        raise Unfit("batch")
    found = wiring.batches().batch(creditor, name)
    return {"said": "listed", "batch": plain(found)} if found else {"said": "not_found"}


def hold(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.hold_sending import hold_sending

    wanted = _halt(creditor, by, body)
    if wanted.batch and wiring.batches().batch(creditor, wanted.batch) is None:
        return {"said": "not_found"}
    held = hold_sending(wanted, store=wiring.store(), gates=wiring.gates())
    return {"said": "done", "hold": _shown(held)}


def lift(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.hold_sending import lift_hold

    answer = lift_hold(_halt(creditor, by, body), store=wiring.store(), gates=wiring.gates())
    if isinstance(answer, Refused):
        return told(answer, "lifted")
    return {"said": "done", "lifted": _shown(answer)}


def _halt(creditor: str, by: str, body: dict[str, Any]) -> Halt:
    """What a hold names; a batch is one creditor's."""
    batch = text_in(body, "batch") if "batch" in body else None
    channel = text_in(body, "channel") if "channel" in body else None
    if channel is not None and channel not in {each.terms.kind for each in wiring.channels().values()}:
        raise Unfit("channel")
    if batch and creditor == HOUSE:
        raise Unfit("creditor")
    whose = None if creditor == HOUSE else creditor
    return Halt(by, wiring.clock(), whose, batch, ChannelKind(channel) if channel else None)


def _shown(halt: Halt) -> Said:
    return {"name": halt.name, **plain(halt)}


def called(creditor: str, by: str, body: dict[str, Any]) -> Said:
    """What came of a call; its Task is done, and the next step is planned."""
    from ...actions.report_call import OUTCOMES, report_call

    debtor, outcome = wiring.store().debtor_of_claim(creditor, text_in(body, "claim")), text_in(body, "outcome")
    if outcome not in OUTCOMES:
        raise Unfit("outcome")
    if debtor is None:
        return {"said": "not_found"}
    answer = report_call(
        creditor,
        debtor,
        text_in(body, "task"),
        outcome,
        by=by,
        **writing(),
    )
    return _contact_told(answer)


def wrong_number(creditor: str, by: str, body: dict[str, Any]) -> Said:
    """Somebody else answers this number; the answer says how the contact ended, and nothing of the number."""
    from ...actions.report_wrong_number import report_wrong_number

    debtor = wiring.store().debtor_of_claim(creditor, text_in(body, "claim"))
    if debtor is None:
        return {"said": "not_found"}
    answer = report_wrong_number(
        creditor,
        debtor,
        text_in(body, "contact"),
        by=by,
        **writing(),
    )
    return _contact_told(answer)


def list_why(creditor: str, query: dict[str, str]) -> Said:
    """Every reminder about a claim, the first first: its Choice in full, the same in words of a language, and what
    its debtor reads when they ask (`told`)."""
    from ...presentation import i18n, why

    matter, language = matter_of(creditor, query.get("claim", "")), query.get("language")
    if language and language not in i18n.languages():
        raise Unfit("language")
    settings = wiring.store().creditor(creditor)
    if matter is None or settings is None:
        return {"said": "not_found"}
    words = i18n.negotiate(language, None, "", settings.country)
    claim, zone = matter.claims[query["claim"]], wiring.policies()[settings.country].zone_of(matter.debtor)
    asked = [c for c in matter.contacts.values() if c.claim == claim.id and c.purpose is Purpose.REMINDER]
    shown = []
    for contact in sorted(asked, key=lambda one: (one.planned_at, one.due_at, one.id)):
        at, choice = contact.sent_at or contact.due_at, contact.choice
        one = {"contact": contact.id, "state": contact.state, "channel": contact.channel, "at": at}
        if choice:
            one |= {"choice": {**plain(choice), "log_odds": why.log_odds(choice)}}
            one |= {"words": why.for_staff(choice, words, claim.currency, zone)}
            one |= {"told": [words.text(key) for key in (*why.ways(contact), *why.grounds(contact))]}
        shown.append(one)
    return {"said": "listed", "reminders": shown}


def overrule(creditor: str, by: str, body: dict[str, Any]) -> Said:
    """A reminder that waits goes the way that is named."""
    from ...actions.overrule_choice import overrule_choice
    from ...domain.arm import NUMBERS
    from ...domain.chosen import STRATEGYS

    claim, arm = text_in(body, "claim"), text_in(body, "arm")
    if arm not in (STRATEGYS, *NUMBERS):
        raise Unfit("arm")
    debtor = wiring.store().debtor_of_claim(creditor, claim)
    if debtor is None:
        return {"said": "not_found"}
    answer = overrule_choice(creditor, debtor, claim, arm, by=by, **writing())
    if isinstance(answer, Refused):
        return told(answer, "contact")
    how = answer.choice.how if answer.choice else None
    return {"said": "done", "contact": answer.id, "channel": answer.channel, "at": answer.due_at, "how": how}


def _contact_told(answer: Contact | Refused) -> Said:
    """How the contact ended, and nothing of whom it went to."""
    if isinstance(answer, Refused):
        return told(answer, "contact")
    return {"said": "done", "contact": answer.id, "outcome": answer.outcome}


def release_batch(creditor: str, by: str, body: dict[str, Any]) -> Said:
    from ...actions.release_batch import release_batch as releasing

    answer = releasing(
        creditor,
        text_in(body, "batch"),
        text_in(body, "sheet"),
        by=by,
        store=wiring.store(),
        batches=wiring.batches(),
        now=wiring.clock(),
    )
    return told(answer, "batch")
