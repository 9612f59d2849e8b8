"""What every page of the desk has around it: who sits there, where they may go, in which language.

How a page of the desk is drawn::

    clerk.show(SomeView(clerk.frame("list"), ...))

A view is a frozen dataclass that extends DeskView and names its `template` (below templates/pages, so
"desk/some.html", which extends "layouts/desk.html" and sets `h1`). Money, dates and states are words already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import ClassVar
from urllib.parse import quote, urlencode

from ...domain.staff import May, Role, Staff
from ..colour import Accent, accent
from ..i18n import Locale, desk_languages
from ..i18n import locale as locale_of

# The ways every page of the desk leads to: name, address, words, access key, and what one must be allowed.
WAYS = (
    ("list", "/desk", "desk.nav.list", "1", May.LIST),
    ("team", "/desk/team", "desk.nav.team", "2", May.LEAD),
    ("staff", "/desk/staff", "desk.nav.staff", "3", May.STAFF),
    ("audit", "/desk/audit", "desk.nav.audit", "4", May.AUDIT),
)

ROLES = {
    Role.AGENT: "desk.role.agent",
    Role.LEAD: "desk.role.lead",
    Role.READER: "desk.role.reader",
    Role.OPERATOR: "desk.role.operator",
    Role.AUDITOR: "desk.role.auditor",
}


@dataclass(frozen=True)
class Way:
    """One way of the desk's own line of ways."""

    name: str
    href: str
    key: str
    access: str


@dataclass(frozen=True)
class DeskFrame:
    """The surroundings of a page of the desk.

    `staff` is who sits there, None before anybody has signed in; `proof` goes with every form, `place` is the way
    this page belongs to, `asked` what stood in its address after the path.
    """

    locale: Locale
    zone: tzinfo
    accent: Accent
    now: datetime
    staff: Staff | None
    proof: str
    place: str
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def ways(self) -> tuple[Way, ...]:
        """Where this person may go; nobody is shown a way that is not theirs."""
        staff = self.staff
        return tuple(
            Way(name, href, key, access) for name, href, key, access, needs in WAYS if staff and staff.may(needs)
        )

    @property
    def languages(self) -> tuple[Locale, ...]:
        return tuple(locale_of(language) for language in desk_languages())

    def language_href(self, language: str) -> str:
        """This very page in another language. Its path stands in no page: of what is not there nothing is told."""
        return f"?{urlencode({**dict(self.asked), 'lang': language})}"

    def may(self, what: str) -> bool:
        """Whether who sits here may do this, by its name: `frame.may("answer")`."""
        return self.staff is not None and self.staff.may(May(what))

    def hidden(self) -> list[tuple[str, str]]:
        """What each form brings along unseen."""
        return [("proof", self.proof)] if self.proof else []

    def href(self, *parts: str, **query: str) -> str:
        """The address of a page of the desk: its parts, each as it is called, and what is asked of it."""
        path = "/".join(("/desk", *(quote(part, safe="") for part in parts)))
        asked = urlencode({name: value for name, value in query.items() if value})
        return f"{path}?{asked}" if asked else path

    def of(self, creditor: str, debtor: str, *parts: str, **query: str) -> str:
        """The address of a debtor's matter, or of a page below it."""
        return self.href("c", creditor, debtor, *parts, **query)

    def moment(self, at: datetime) -> str:
        """A time as people say it: the hour alone today, with the day otherwise."""
        there, today = at.astimezone(self.zone), self.now.astimezone(self.zone).date()
        hour = self.locale.time(at, self.zone)
        if there.date() == today:
            return self.locale.text("desk.time.today", time=hour)
        if there.date() == today + timedelta(days=1):
            return self.locale.text("desk.time.tomorrow", time=hour)
        return self.locale.text("desk.time.on_day", day=self.locale.weekday_date(there.date()), time=hour)


def desk_frame(
    locale: Locale,
    *,
    zone: tzinfo,
    now: datetime,
    staff: Staff | None = None,
    proof: str = "",
    place: str = "",
    asked: tuple[tuple[str, str], ...] = (),
) -> DeskFrame:
    """The surroundings of one page; `place` is the first word of one of WAYS, or empty."""
    return DeskFrame(locale, zone, accent(None), now, staff, proof, place, asked)


@dataclass(frozen=True)
class DeskView:
    """What one page of the desk shows. `template` lies under templates/pages, `status` is its HTTP status.

    `script` is a file under templates/layouts that saves a page load; the page works without.
    """

    frame: DeskFrame
    template: ClassVar[str]
    status: ClassVar[int] = 200
    script: ClassVar[str] = ""
    sheet: ClassVar[str] = "desk.css"

    @property
    def http_status(self) -> int:
        """422 while something needs mending, else the page's own."""
        return 422 if getattr(self, "problems", ()) else self.status
