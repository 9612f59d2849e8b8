"""A call at the desk: its script, a link that is sent meanwhile, and what came of it."""

from datetime import timedelta

from chalice.app import Response

from ... import wiring
from ...domain.calling import CallOutcome
from ...domain.decision import Refused
from ...domain.errors import BrokenRule
from ...domain.matter import Matter
from ...domain.parties import ChannelKind, Creditor
from ...domain.staff import May
from ...domain.task import Task
from ...presentation.desk.calls import LINKS, CallPage, call_page
from .door import Clerk, desk_route

# Links that were sent in this time belong to this call.
RECENT = timedelta(hours=2)


@desk_route("/desk/c/{creditor}/{debtor}/call/{task}", "GET", "POST", needs=May.SEE, posts=May.ANSWER)
def call(clerk: Clerk, creditor: str, debtor: str, task: str) -> Response:
    """The call's page; its forms send a link, or say what came of it."""
    from ...actions.end_call import CALLS

    settings = clerk.creditor_of(creditor)
    clerk.see(creditor, debtor, None, "call")
    matter = wiring.store().matter(creditor, debtor)
    held = matter.tasks.get(task) if matter else None
    if matter is None or held is None or held.kind not in CALLS or held.request is None:
        raise BrokenRule("not_found")
    if clerk.browser.method == "POST":
        return _link(clerk, settings, held) if clerk.typed("step") == "link" else _end(clerk, settings, held)
    return clerk.show(_page(clerk, settings, matter, held))


def _page(clerk: Clerk, creditor: Creditor, matter: Matter, task: Task, **more: object) -> CallPage:
    from ...actions.send_link import links_sent
    from ...presentation.call_script import call_script

    claim = matter.claims[task.claim]
    zone = wiring.policies()[creditor.country].zone
    _, said = wiring.store().talk(creditor.id, task.debtor)
    script = call_script(creditor, matter, claim, task, ours=clerk.locale, zone=zone, said=said)
    links = links_sent(matter, claim.id, clerk.now - RECENT)
    return call_page(clerk.frame(), matter.debtor, task, script, links, **more)  # type: ignore[arg-type]


def _link(clerk: Clerk, creditor: Creditor, task: Task) -> Response:
    from ...actions.send_link import send_link

    way = clerk.typed("by")
    channel = ChannelKind(way) if way in tuple(LINKS) else None
    sent = (
        send_link(
            creditor.id,
            task.debtor,
            task.claim,
            channel,
            by=clerk.staff.id,
            store=wiring.store(),
            scheduler=wiring.scheduler(),
            policies=wiring.policies(),
            now=clerk.now,
        )
        if channel
        else Refused("no_way", "link")
    )
    if isinstance(sent, Refused):
        return _again(clerk, creditor, task, refused="desk.call.link.no_way")
    return clerk.go(clerk.frame().of(creditor.id, task.debtor, "call", task.id))


def _end(clerk: Clerk, creditor: Creditor, task: Task) -> Response:
    from ...actions.end_call import end_call

    typed, tries = clerk.typed("outcome"), clerk.typed("tries")
    if typed not in tuple(CallOutcome) or not tries.isascii() or not tries.isdigit():
        return _again(clerk, creditor, task, refused="desk.call.which")
    ended = end_call(
        creditor.id,
        task.debtor,
        task.id,
        CallOutcome(typed),
        by=clerk.staff.id,
        tries=int(tries[:4]),
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        hash_point=wiring.hash_point,
        now=clerk.now,
    )
    if isinstance(ended, Refused):
        raise BrokenRule(ended.because)
    return _again(clerk, creditor, task, done=ended)


def _again(clerk: Clerk, creditor: Creditor, task: Task, **more: object) -> Response:
    matter = wiring.store().matter(creditor.id, task.debtor)
    if matter is None or task.id not in matter.tasks:
        raise BrokenRule("not_found")
    status = 422 if "refused" in more else None
    return clerk.show(_page(clerk, creditor, matter, matter.tasks[task.id], **more), status=status)
