"""Take what somebody wrote back, word for word, with the contact it answers; nothing is read into it here."""

from dataclasses import replace
from datetime import datetime

from ..domain.contact import Reply
from ..ports import Store


def take_reply(reply: Reply, *, store: Store, now: datetime) -> Reply | None:
    """The reply as it is kept, with whose it is where the provider knows which message it answers; None: it was
    kept before.

    A reply to a message of another creditor than the one whose number it came to stays with that number's. One
    that nobody can be found for is kept without a creditor: a person has to look.
    """
    owner = store.contact_of_receipt(reply.answers) if reply.answers else None
    if owner and reply.creditor in ("", owner[0]):
        creditor, debtor, contact = owner
        reply = replace(reply, creditor=creditor, debtor=debtor, contact=contact)
    if not reply.creditor:
        reply = replace(reply, creditor=NOBODY)
    return reply if store.keep_reply(reply, now) else None


# No creditor's file may have this id.
NOBODY = "-"
