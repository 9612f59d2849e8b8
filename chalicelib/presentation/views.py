"""Every page as a view: a frozen model in which money, dates and state are already words.

How a route draws a page::

    locale = i18n.negotiate(request_lang, link.language or debtor.language, accept_language, creditor.country)
    frame = views.frame(locale, zone=policy.zone, creditor=creditor, token=token, place="pay",
                        carried=sealed_visit_if_cookieless, chosen=bool(request_lang), proof=form_proof)
    page = render.page(views.pay(frame, creditor, claim, provider_name="..."))
    Response(page.body, page.headers(checkout_origin, bucket_origin), page.status)

`place` is where the reader is (a key of frame.PLACES: matter, pay, talk, not-me, stop, new-link, receipt; ""
for the door). `carried` turns every way on into a form to {base}/show with hidden `visit` and `page`, where
`page` is a key of PLACES; forms then carry `visit` too. `chosen` lets `lang` travel along, as a query or a
hidden field. `proof` is a hidden field for forms that need no Visit. Frames without creditor and token serve
not_found, cross_site, too_large, trouble and returning.

The views: door, not_me, not_me_done, stop, stop_done, new_link, link_sent, expired, locked; matter, pay,
on_its_way, thanks, closed, receipt, and of_claim, which picks among matter, on_its_way and closed; talk,
talk_by_phone, talk_done; evidence, evidence_sent; not_found, trouble, cross_site, too_large, returning. `now`
is always UTC.
The views: door, not_me, not_me_done, stop, stop_done, new_link, link_sent, expired, locked; matter, pay, pay_all,
transfer, transferred, on_its_way, thanks, closed, receipt, and of_claim, which picks among matter, on_its_way and
closed; talk, talk_by_phone, talk_done; not_found, trouble, cross_site, too_large, returning. `now` is always UTC.
Agreements: later, deferred, plan, offer, plan_agreed, running, offer_sent, nothing_left; standing says so on the
matter's page.
The forms they post are read by presentation/forms, one file each.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .frame import PLACES, Frame, Problem, Problems, View, frame

if TYPE_CHECKING:
    from .view_agreed import offer, plan_agreed, running, standing
    from .view_chat import chat
    from .view_choices import helpers, my_choices, points, start
    from .view_claim import others_of
    from .view_door import (
        door,
        expired,
        link_sent,
        locked,
        new_link,
        not_me,
        not_me_done,
        stop,
        stop_done,
    )
    from .view_evidence import evidence, evidence_sent
    from .view_history import history, why
    from .view_later import deferred, later
    from .view_matter import matter, of_claim
    from .view_own import forget, noted, origin, own_data, papers, visit_closed
    from .view_pay import (
        closed,
        on_its_way,
        out_of_bounds,
        pay,
        pay_all,
        receipt,
        thanks,
        transfer,
        transferred,
    )
    from .view_plan import nothing_left, offer_sent, plan
    from .view_states import accessibility, cross_site, not_found, not_yours, returning, too_large, trouble
    from .view_talk import (
        call_taken_back,
        care,
        care_ended,
        care_given,
        complain,
        complaint_heard,
        represent,
        represented,
        represented_no_more,
        talk,
        talk_by_phone,
        talk_done,
        withdrawn,
    )
    from .view_wrong import disputed, withdraw, wrong, wrong_details

# Which file draws what. Each is opened when its first page is: a cold start shows one page, not all of them.
HOMES = {
    "view_agreed": (
        "offer",
        "plan_agreed",
        "running",
        "standing",
    ),
    "view_chat": ("chat",),
    "view_choices": (
        "helpers",
        "my_choices",
        "points",
        "start",
    ),
    "view_claim": ("others_of",),
    "view_door": (
        "door",
        "expired",
        "link_sent",
        "locked",
        "new_link",
        "not_me",
        "not_me_done",
        "stop",
        "stop_done",
    ),
    "view_evidence": (
        "evidence",
        "evidence_sent",
    ),
    "view_history": (
        "history",
        "why",
    ),
    "view_later": (
        "deferred",
        "later",
    ),
    "view_matter": (
        "matter",
        "of_claim",
    ),
    "view_own": (
        "forget",
        "noted",
        "origin",
        "own_data",
        "papers",
        "visit_closed",
    ),
    "view_pay": (
        "closed",
        "on_its_way",
        "out_of_bounds",
        "pay",
        "pay_all",
        "receipt",
        "thanks",
        "transfer",
        "transferred",
    ),
    "view_plan": (
        "nothing_left",
        "offer_sent",
        "plan",
    ),
    "view_states": (
        "accessibility",
        "cross_site",
        "not_found",
        "not_yours",
        "returning",
        "too_large",
        "trouble",
    ),
    "view_talk": (
        "call_taken_back",
        "care",
        "care_ended",
        "care_given",
        "complain",
        "complaint_heard",
        "represent",
        "represented",
        "represented_no_more",
        "talk",
        "talk_by_phone",
        "talk_done",
        "withdrawn",
    ),
    "view_wrong": (
        "disputed",
        "withdraw",
        "wrong",
        "wrong_details",
    ),
}
_HOME = {name: home for home, names in HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """The function that draws the view of this name, its file opened now (PEP 562)."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(name)
    found = getattr(import_module(f".{home}", __package__), name)
    globals()[name] = found
    return found


__all__ = [
    "accessibility",
    "helpers",
    "my_choices",
    "points",
    "start",
    "Frame",
    "PLACES",
    "Problem",
    "Problems",
    "View",
    "call_taken_back",
    "care",
    "care_ended",
    "care_given",
    "chat",
    "closed",
    "complain",
    "complaint_heard",
    "cross_site",
    "disputed",
    "deferred",
    "door",
    "evidence",
    "evidence_sent",
    "expired",
    "forget",
    "frame",
    "history",
    "later",
    "link_sent",
    "locked",
    "matter",
    "new_link",
    "not_found",
    "not_me",
    "not_me_done",
    "not_yours",
    "noted",
    "nothing_left",
    "of_claim",
    "offer",
    "offer_sent",
    "on_its_way",
    "origin",
    "others_of",
    "out_of_bounds",
    "own_data",
    "papers",
    "pay",
    "pay_all",
    "plan",
    "plan_agreed",
    "receipt",
    "represent",
    "represented",
    "represented_no_more",
    "returning",
    "running",
    "standing",
    "stop",
    "stop_done",
    "talk",
    "talk_by_phone",
    "talk_done",
    "thanks",
    "too_large",
    "transfer",
    "transferred",
    "trouble",
    "visit_closed",
    "why",
    "withdraw",
    "withdrawn",
    "wrong",
    "wrong_details",
]
