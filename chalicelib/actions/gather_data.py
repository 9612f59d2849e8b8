"""Gather everything held of one debtor at one creditor, for themselves (GDPR Arts. 15, 20)."""

from dataclasses import asdict
from typing import Any

from ..domain.contact import MessageKind
from ..domain.errors import BrokenRule
from ..domain.pay_link import Scope
from ..domain.visit import Visit
from ..ports import Store

# How we keep a thing, not what we know: versions of writing, guards, addresses of hosted pages.
LEFT_OUT = frozenset({"version", "row_hash", "url", "link", "blocked", "to"})


def gather_data(visit: Visit, *, store: Store) -> dict[str, Any]:
    """Card, claims with their whole ledger, messages and answers word for word, agreements, requests, consents,
    and what two people decided about them.

    The debtor's alone: BrokenRule("not_yours") for a helper.
    """
    visit.require(Scope.ALL)
    matter = store.matter(visit.creditor, visit.debtor)
    if matter is None:
        raise BrokenRule("not_found")
    found: dict[str, Any] = _plain(asdict(matter))
    for name, claim in found["claims"].items():
        claim["ledger"] = [_plain(asdict(entry)) for entry in store.ledger(visit.creditor, name)]
        claim.pop("recent", None)
    for name, contact in found["contacts"].items():
        if message := store.message(visit.creditor, name):
            contact["message"] = _plain(asdict(message))
        if contact.get("reserved_at") or contact["kind"] == MessageKind.REPLY:
            contact["replies"] = [_plain(asdict(reply)) for reply in store.replies(visit.creditor, name)]
    talk, said = store.talk(visit.creditor, visit.debtor)
    found["conversation"] = _plain(asdict(talk)) if talk else None
    # Who of the staff said it is theirs; the name they said it under stands beside.
    found["said"] = [_unstaffed(asdict(one), "who") for one in said]
    found["motions"] = [
        _unstaffed(asdict(one), "by", "second") for one in store.motions(visit.creditor, visit.debtor)
    ]
    return found


def _unstaffed(held: dict[str, Any], *who: str) -> dict[str, Any]:
    return {name: value for name, value in _plain(held).items() if name not in who}


def _plain(value: Any) -> Any:
    """The same without what only serves to keep it."""
    if isinstance(value, dict):
        return {str(name): _plain(held) for name, held in value.items() if str(name) not in LEFT_OUT}
    if isinstance(value, (list, tuple)):
        return [_plain(held) for held in value]
    return value
