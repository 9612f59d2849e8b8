"""The conversation on the page: the guided help answers at once, and a person is one step away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.pay_link import Scope
from ..presentation import views
from .browser import Browser
from .doors import route
from .places import behind, matter_of, place

if TYPE_CHECKING:
    from ..domain.claim import Claim
    from ..domain.matter import Matter

chatting = Blueprint(__name__)


@place("chat", Scope.ARRANGE)
def chat_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    return _page(browser, matter, claim)


def _page(
    browser: Browser, matter: Matter, claim: Claim, words: str = "", problems: views.Problems = ()
) -> views.View:
    """All that was said; somebody who helps the debtor is shown what was said on the page alone."""
    from ..actions.converse import waiting_for

    held, said = wiring.store().talk(claim.creditor, claim.debtor)
    if not browser.alone:
        said = tuple(one for one in said if one.channel is None)
    return views.chat(
        browser.frame("chat"),
        claim,
        held,
        said,
        browser.now,
        topics=wiring.guide().topics,
        waiting=waiting_for(matter, held, claim),
        words=words,
        problems=problems,
    )


@route(chatting, "/p/{token}/chat", "GET", "POST", get=Scope.ARRANGE)
def chat(browser: Browser) -> Response:
    """Something is said, or a person is asked for; without a Visit, the door."""
    from ..actions.converse import say
    from ..presentation.forms import chat as chat_form

    visit = browser.proven()
    if visit is None or browser.method == "GET" or not {"words", "step"} & browser.posted.keys():
        return behind(browser, "chat")
    remark = chat_form.read(browser.posted)
    if not isinstance(remark, chat_form.Remark):
        matter, claim = matter_of(visit, browser.now)
        return browser.show(_page(browser, matter, claim, chat_form.typed(browser.posted), remark))
    say(
        visit,
        remark.words,
        after=remark.after,
        to_person=remark.to_person,
        language=browser.locale().language,
        guide=wiring.guide(),
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        now=browser.now,
    )
    if browser.has_cookies:
        return browser.go(browser.frame("chat").href("chat"))
    browser.posted = {key: held for key, held in browser.posted.items() if key not in ("words", "step", "after")}
    return behind(browser, "chat")
