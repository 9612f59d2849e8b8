"""What the operators' commands are made of: what a request must say, and answers as a person reads them."""

from dataclasses import asdict
from datetime import date
from typing import Any

from ... import wiring
from ...domain.account_change import BankAccount
from ...domain.decision import Refused
from ...domain.matter import Matter

LONGEST = 200

Said = dict[str, Any]


class Unfit(Exception):
    """The request does not say what its command needs; `what` is the field."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def text_in(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise Unfit(name)
    return value


def day_in(body: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(text_in(body, name))
    except ValueError:
        raise Unfit(name) from None


def span_meant(said: dict[str, Any]) -> str:
    """The comparison that is meant: of the days that are named, else the night's."""
    from ...domain.reconciliation import NIGHT, span_id

    if "first" in said or "last" in said:
        return span_id(day_in(said, "first"), day_in(said, "last"))
    return NIGHT


def matter_of(creditor: str, claim: str) -> Matter | None:
    """The matter that this creditor's claim belongs to."""
    if not 0 < len(claim) <= LONGEST:
        raise Unfit("claim")
    debtor = wiring.store().debtor_of_claim(creditor, claim)
    matter = wiring.store().matter(creditor, debtor) if debtor else None
    return matter if matter and claim in matter.claims else None


def told(answer: Any, name: str) -> Said:
    """What became of a decision, in ids, states and amounts."""
    if isinstance(answer, Refused):
        if answer.because == "not_found":
            return {"said": "not_found"}
        return {"said": "refused", "because": answer.because}
    return {"said": "done", name: plain(answer)}


def plain(value: Any) -> Said:
    """A thing as a person reads it on a screen: its own fields, without the counters of the table."""
    found = {name: held for name, held in asdict(value).items() if held not in (None, (), "")}
    if isinstance(getattr(value, "to", None), BankAccount):
        found["to"] = f"{value.to.payee}, {value.to.iban}"  # it is to be looked at by whoever releases it
    return {name: held for name, held in found.items() if name != "version"}


def writing() -> dict[str, Any]:
    """The ports of an action that changes a matter and plans what follows."""
    return {
        "store": wiring.store(),
        "scheduler": wiring.scheduler(),
        "policies": wiring.policies(),
        "strategies": wiring.strategies(),
        "now": wiring.clock(),
    }
