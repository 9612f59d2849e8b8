"""Send a link while somebody talks with the debtor: to an address we know already, and once a minute at most."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ..domain.calling import LinkSent
from ..domain.contact import Contact, ContactState, MessageKind
from ..domain.decision import Refused
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Creditor
from ..domain.person import Act, ActKind
from ..domain.policies._country import CountryPolicy
from ..ports import Commit, Scheduler, Store
from .close_task import contact_facts
from .plan_contact import ANSWERED_BY, plan_answer
from .write_change import write_change

BETWEEN = timedelta(minutes=1)
RULE = "link"


def send_link(
    creditor: str,
    debtor: str,
    claim: str,
    channel: ChannelKind,
    *,
    by: str,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    now: datetime,
) -> Contact | Refused:
    """The answer that carries a fresh link, on its way by this channel; it asks for no money and no cap counts it.

    Refused: "no_way" where there is no address for this channel that takes answers, "not_found" where there is no
    such claim. Within a minute of the last one that one counts, whoever asks.
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[Contact | Refused, Commit | None]:
        if claim not in matter.claims:
            return Refused("not_found", RULE), None
        if channel not in ANSWERED_BY or matter.debtor.point(channel, answering=True) is None:
            return Refused("no_way", RULE), None
        sent = [c for c in _links(matter, claim) if c.channel is channel]
        if sent and now - sent[-1].planned_at < BETWEEN and sent[-1].state is not ContactState.FAILED:
            return sent[-1], None
        what = f"desk/{channel}/{now.isoformat(timespec='seconds')}"
        link = plan_answer(
            matter.debtor, matter.claims[claim], MessageKind.NEW_LINK, what=what, now=now, by=channel
        )
        if link is None or link.channel is not channel:
            return Refused("no_way", RULE), None
        act = Act(settings.id, by, ActKind.LINK, link.id, now)
        return link, Commit(contact_facts((link,), now), contacts=(link,), acts=(act,))

    return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)


def links_sent(matter: Matter, claim: str, since: datetime) -> tuple[LinkSent, ...]:
    """The links that were asked for since then, the latest first, each with when it left."""
    found = (c for c in _links(matter, claim) if c.planned_at >= since)
    told = [LinkSent(c.channel, c.planned_at, c.sent_at, c.state is ContactState.FAILED) for c in found]
    return tuple(reversed(told))


def _links(matter: Matter, claim: str) -> list[Contact]:
    sent = (c for c in matter.contacts.values() if c.claim == claim and c.kind is MessageKind.NEW_LINK)
    return sorted(sent, key=lambda c: (c.planned_at, c.id))
