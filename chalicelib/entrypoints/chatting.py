"""The conversation on the page: the guided help answers at once, and a person is one step away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from .. import wiring
from ..domain.parties import ChannelKind
from ..domain.pay_link import Scope
from ..presentation import views
from .browser import Browser
from .doors import route
from .places import behind, matter_of, place

if TYPE_CHECKING:
    from ..domain.claim import Claim
    from ..domain.matter import Matter
    from ..domain.visit import Visit

chatting = Blueprint(__name__)


@place("chat", Scope.ARRANGE)
def chat_page(browser: Browser, matter: Matter, claim: Claim) -> views.View:
    return _page(browser, matter, claim)


def _page(
    browser: Browser,
    matter: Matter,
    claim: Claim,
    words: str = "",
    problems: views.Problems = (),
    code: str = "",
) -> views.View:
    """All that was said; somebody who helps the debtor is shown what was said on the page alone."""
    from ..actions.converse import waiting_for
    from ..domain.conversation import Speaker, open_question

    held, said = wiring.store().talk(claim.creditor, claim.debtor)
    reader, seen = (Speaker.DEBTOR if browser.alone else Speaker.HELPER), said[-1].id if said else ""
    asks = open_question(held, said, claim.id, reader, browser.now, after=seen)
    if not browser.alone:
        said = tuple(one for one in said if one.channel is None)
    return views.chat(
        browser.frame("chat"),
        claim,
        held,
        said,
        browser.now,
        topics=wiring.guide().topics,
        asks=asks,
        waiting=waiting_for(matter, held, claim),
        words=words,
        problems=problems,
        page_id="" if matter.debtor.restricted_at else _page_id(browser),
        code=code,
    )


def _page_id(browser: Browser) -> str:
    """The creditor's page at Messenger; empty where it has none."""
    settings = browser.known_creditor().channel(ChannelKind.MESSENGER)
    return settings.given["page_id"] if settings else ""


def _go_on(browser: Browser, visit: Visit) -> Response:
    """The page with the link to go on in Messenger: it is shown this once. Without it where no address is kept."""
    from ..actions.link_sender import offer_channel

    matter, claim = matter_of(browser, visit)
    if matter.debtor.restricted_at:
        return behind(browser, "chat")
    code = offer_channel(
        visit,
        ChannelKind.MESSENGER,
        words=browser.words_of("chat.messenger.text"),
        new_token=wiring.new_token,
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        now=browser.now,
    )
    return browser.show(_page(browser, matter, claim, code=code))


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
        matter, claim = matter_of(browser, visit)
        return browser.show(_page(browser, matter, claim, chat_form.typed(browser.posted), remark))
    if remark.by:
        if not browser.alone or not _page_id(browser):
            return behind(browser, "chat")
        return _go_on(browser, visit)
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
