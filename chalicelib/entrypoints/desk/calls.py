"""A call at the desk: its script, a link that is sent meanwhile, and what came of it."""

from datetime import datetime, timedelta

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
# Why what came of a call is not noted, in words.
REFUSED = {"moved": "desk.call.moved", "held_by_another": "desk.call.held_by_another"}


@desk_route("/desk/c/{creditor}/{debtor}/call/{call}", "GET", "POST", needs=May.SEE, posts=May.ANSWER)
def call_page_of(clerk: Clerk, creditor: str, debtor: str, call: str) -> Response:
    """The call's page; its forms send a link, or say what came of it, and lead back to it."""
    settings = clerk.creditor_of(creditor)
    if clerk.browser.method == "POST":
        act = _link if clerk.typed("step") == "link" else _end
        refused = act(clerk, settings, debtor, call)
        if isinstance(refused, Response):
            return refused
        return clerk.show(_page(clerk, settings, debtor, call, refused=refused), status=422)
    return clerk.show(_page(clerk, settings, debtor, call))


def _page(clerk: Clerk, creditor: Creditor, debtor: str, task: str, *, refused: str = "") -> CallPage:
    from ...actions.end_call import told
    from ...actions.send_link import links_sent
    from ...presentation.call_script import call_script

    clerk.see(creditor.id, debtor, None, "call")
    matter, held = _held(creditor, debtor, task)
    claim = matter.claims[held.claim]
    zone = wiring.policies()[creditor.country].zone
    _, said = wiring.store().talk(creditor.id, debtor)
    script = call_script(creditor, matter, claim, held, ours=clerk.locale, zone=zone, said=said)
    links = links_sent(matter, claim.id, clerk.now - RECENT)
    typed = clerk.query.get("done", "")
    done = told(matter, held, CallOutcome(typed)) if typed in tuple(CallOutcome) else None
    return call_page(clerk.frame(), matter.debtor, held, script, links, done=done, refused=refused)


def _moved_at(typed: str) -> datetime | None:
    """When the call had been moved by the time its form was drawn. What is no moment fits no call that was."""
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return None


def _held(creditor: Creditor, debtor: str, task: str) -> tuple[Matter, Task]:
    from ...actions.end_call import CALLS

    matter = wiring.store().matter(creditor.id, debtor)
    held = matter.tasks.get(task) if matter else None
    if matter is None or held is None or held.kind not in CALLS or held.request is None:
        raise BrokenRule("not_found")
    return matter, held


def _link(clerk: Clerk, creditor: Creditor, debtor: str, task: str) -> Response | str:
    """Back to the call; or the key of the sentence that says why no link can be sent."""
    from ...actions.send_link import send_link

    _, held = _held(creditor, debtor, task)
    way = clerk.typed("by")
    if way not in tuple(LINKS):
        return "desk.call.link.no_way"
    sent = send_link(
        creditor.id,
        debtor,
        held.claim,
        ChannelKind(way),
        by=clerk.staff.id,
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        now=clerk.now,
    )
    if isinstance(sent, Refused):
        return "desk.call.link.no_way"
    return clerk.go(clerk.frame().of(creditor.id, debtor, "call", task))


def _end(clerk: Clerk, creditor: Creditor, debtor: str, task: str) -> Response | str:
    """Back to the call, which says what happens next; or the key of the sentence that asks for the outcome, or
    says why it cannot be noted."""
    from ...actions.end_call import end_call

    typed, tries = clerk.typed("outcome"), clerk.typed("tries")
    if typed not in tuple(CallOutcome) or not tries.isascii() or not tries.isdigit():
        return "desk.call.which"
    ended = end_call(
        creditor.id,
        debtor,
        task,
        CallOutcome(typed),
        by=clerk.staff.id,
        tries=int(tries[:4]),
        moved_at=_moved_at(clerk.typed("moved_at")),
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        hash_point=wiring.hash_point,
        now=clerk.now,
    )
    if isinstance(ended, Refused) and ended.because in REFUSED:
        return REFUSED[ended.because]
    if isinstance(ended, Refused):
        raise BrokenRule("not_found")
    return clerk.go(clerk.frame().of(creditor.id, debtor, "call", task, done=typed))
