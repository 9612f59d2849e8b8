"""A public reply: written with a text to begin with, looked at before anybody copies it; nothing is kept."""

from chalice.app import Response

from ... import wiring
from ...domain.errors import BrokenRule
from ...domain.staff import May
from ...presentation import i18n
from ...presentation.desk.public import public as page_of
from .door import Clerk, desk_route

LONGEST = 4_000


@desk_route("/desk/c/{creditor}/{debtor}/public", "GET", "POST", needs=May.SEE, posts=May.ANSWER)
def public(clerk: Clerk, creditor: str, debtor: str) -> Response:
    """The page with its suggestion; its form says what the text would tell of this matter."""
    from ...presentation.public_reply import tells

    settings = clerk.creditor_of(creditor)
    clerk.see(creditor, debtor, None, "public")
    matter = wiring.store().matter(creditor, debtor)
    if matter is None:
        raise BrokenRule("not_found")
    picked = i18n.known(clerk.typed("tongue") or clerk.query.get("tongue"))
    tongue = i18n.locale(picked) if picked else clerk.locale
    if clerk.browser.method == "GET":
        return clerk.show(page_of(clerk.frame(), settings, debtor, tongue))
    text = clerk.typed("text")[:LONGEST]
    told = tells(text, settings, matter)
    return clerk.show(page_of(clerk.frame(), settings, debtor, tongue, text=text, told=told))
