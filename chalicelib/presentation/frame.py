"""What every page has around its one question: who writes, in which language, and how the reader moves on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import ClassVar
from urllib.parse import urlencode

from markupsafe import Markup, escape

from ..domain.claim import Claim
from ..domain.parties import ActingAs, Creditor
from ..domain.pay_link import Scope
from .colour import Accent, accent
from .i18n import NBSP, Locale, tongues
from .i18n import locale as locale_of

# Where each place lies below /p/{token}. The door and the matter share an address.
PLACES = {
    "": "",
    "matter": "",
    "pay": "/pay",
    "pay-all": "/pay-all",
    "transfer": "/transfer",
    "sent": "/sent",
    "later": "/later",
    "plan": "/plan",
    "offer": "/offer",
    "agreed": "/agreed",
    "talk": "/talk",
    "chat": "/chat",
    "wrong": "/wrong",
    "represent": "/represent",
    "complain": "/complain",
    "care": "/care",
    "not-me": "/not-me",
    "stop": "/stop",
    "new-link": "/new-link",
    "receipt": "/receipt",
    "thanks": "/thanks",
    "evidence": "/evidence",
    "history": "/history",
    "why": "/why",
    "papers": "/papers",
    "origin": "/origin",
    "data": "/data",
    "forget": "/forget",
    "choices": "/choices",
    "points": "/points",
    "helpers": "/helpers",
    "start": "/start",
    "accessibility": "/accessibility",
}

# Pages about one claim that do not name it by themselves.
OF_ONE = frozenset(
    {"transfer", "sent", "later", "plan", "offer", "agreed", "talk", "chat", "wrong", "complain", "evidence"}
)


@dataclass(frozen=True)
class Who:
    """The one who writes, as pages name it. `phone_link` is the number as a tel: address."""

    legal_name: str
    register_entry: str | None
    phone: str
    phone_link: str
    hours: str
    email: str
    imprint_url: str
    privacy_url: str
    collector: bool


@dataclass(frozen=True)
class Frame:
    """The surroundings of a page.

    `base` is /p/{token}, or empty on pages that belong to no link. `carried` is the sealed Visit of a reader
    without cookies: then every way on is a form that carries it. `chosen` says that the reader picked this
    language, which then travels along. `proof` shows that a form without a Visit was served by us. `claim` is the
    claim at hand where it is not the one the link was sent for: then it travels along, too. `about` is the one
    thing this page was opened for: in another language it is still about that. `scope` is how far the reader's
    Visit reaches. `addressed`: the link was sent to an address of ours, which its reader may silence. `one_of` is
    the claim at hand where its reader has several.
    """

    locale: Locale
    zone: tzinfo
    base: str
    place: str
    who: Who | None
    accent: Accent
    carried: str | None
    chosen: bool
    proof: str | None
    claim: str | None = None
    about: str = ""
    scope: Scope = Scope.ALL
    addressed: bool = True
    one_of: Claim | None = None

    @property
    def named(self) -> Mapping[str, str] | None:
        """What the invoice at hand is called, on a page that is about one of the reader's several."""
        if self.one_of is None or self.place not in OF_ONE:
            return None
        ground = self.one_of.ground
        return {
            "what": ground.what,
            "number": ground.invoice_number,
            "day": self.locale.date(ground.invoice_date),
        }

    def may(self, needed: str) -> bool:
        """Whether the reader may do as much as this: a helper is shown no way that is not theirs."""
        return self.scope.covers(Scope(needed))

    @property
    def other_words(self) -> list[Locale]:
        """One language for each way to say "language" but the reader's own: the door shows these words, so that
        whoever cannot read the page sees where theirs is. Empty where the reader has picked one already."""
        if self.chosen or self.place:
            return []
        words = {self.locale.word: self.locale}
        for tongue in tongues():
            words.setdefault(tongue.word, tongue)
        return list(words.values())[1:]

    def href(self, place: str, *, claim: str = "", **more: str) -> str:
        """The address of a place of this link, in the language the reader chose, about the claim at hand or
        another one of theirs."""
        return self._address(place, self.locale.language if self.chosen else None, claim, more)

    def language_href(self, language: str) -> str:
        """This very page in another language."""
        if not self.base and self.place != "new-link":
            return f"?lang={language}"
        return self._address(self.place, locale_of(language).language, "", {"about": self.about})

    def language_items(self) -> Markup:
        """This page in each language, as items of a list: links, or the buttons of the form that carries a Visit.

        The names never change, and around the tag at its end neither does the address: they are joined here, not
        drawn one by one.
        """
        own = self.locale.language
        link = escape(self.language_href(own).removesuffix(own))
        items = []
        for tag, name in _tongues_escaped():
            if tag == own:
                item = f'<b aria-current="true">{name}</b>'
            elif self.carried:
                item = f'<button class="link" name="lang" value="{tag}">{name}</button>'
            else:
                item = f'<a href="{link}{tag}" hreflang="{tag}">{name}</a>'
            items.append(f'<li lang="{tag}">{item}</li>')
        return Markup("\n".join(items))  # noqa: S704 - escaped above, but for our own tags

    def _address(self, place: str, language: str | None, claim: str, more: Mapping[str, str]) -> str:
        # A page that must be the same for every token asks on its own address.
        alike = not self.base and place == "new-link"
        asked = {"new-link": "1"} if alike else {}
        carried = {**asked, **more, "claim": claim or self.claim, "lang": language}
        said = {name: value for name, value in carried.items() if value}
        return ("" if alike else self.base + PLACES[place]) + (f"?{urlencode(said)}" if said else "")

    def hidden(self, claim: str = "") -> list[tuple[str, str]]:
        """What each form brings along unseen; `claim` where it is about another one than that at hand."""
        fields = [("visit", self.carried), ("proof", self.proof), ("claim", claim or self.claim)]
        if self.chosen:
            fields.append(("lang", self.locale.language))
        return [(name, value) for name, value in fields if value]


@cache
def _tongues_escaped() -> tuple[tuple[str, Markup], ...]:
    return tuple((tongue.language, escape(tongue.name)) for tongue in tongues())


def frame(
    locale: Locale,
    *,
    zone: tzinfo,
    creditor: Creditor | None = None,
    token: str | None = None,
    place: str = "",
    carried: str | None = None,
    chosen: bool = False,
    proof: str | None = None,
    claim: str | None = None,
    about: str = "",
    scope: Scope = Scope.ALL,
    addressed: bool = True,
    one_of: Claim | None = None,
) -> Frame:
    """The surroundings of one page; `place` is one of PLACES, `zone` the zone in which times are told."""
    if place not in PLACES:
        raise KeyError(place)
    who = None
    if creditor is not None:
        dialled = "".join(c for c in creditor.help_phone if c in "+0123456789")
        who = Who(
            legal_name=creditor.legal_name,
            register_entry=creditor.register_entry or creditor.register_number,
            phone=creditor.help_phone.replace(" ", NBSP),
            phone_link=f"tel:{dialled}",
            hours=locale.hours(creditor.help_hours),
            email=creditor.help_email,
            imprint_url=creditor.imprint_url,
            privacy_url=creditor.privacy_url,
            collector=creditor.acting_as is ActingAs.COLLECTOR,
        )
    return Frame(
        locale=locale,
        zone=zone,
        base=f"/p/{token}" if token else "",
        place=place,
        who=who,
        accent=accent(creditor.colour if creditor else None),
        carried=carried,
        chosen=chosen,
        proof=proof,
        claim=claim,
        about=about,
        scope=scope,
        addressed=addressed,
        one_of=one_of,
    )


@dataclass(frozen=True)
class View:
    """What one page shows. `template` lies under templates/pages, `status` is its HTTP status.

    `script` is a file under templates/layouts that saves its reader a page load; the page works without.
    """

    frame: Frame
    template: ClassVar[str]
    status: ClassVar[int] = 200
    script: ClassVar[str] = ""
    sheet: ClassVar[str] = "style.css"

    @property
    def http_status(self) -> int:
        """422 while something needs mending, else the page's own."""
        return 422 if getattr(self, "problems", ()) else self.status


@dataclass(frozen=True)
class Problem:
    """Something that needs mending: the field's name in the form (empty where the reader saw none), the key of
    the sentence that says how, and the values it names."""

    field: str
    key: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> dict[str, str]:
        return dict(self.values)


Problems = tuple[Problem, ...]


@dataclass(frozen=True)
class Row:
    """A label and its value, as one line of a list."""

    label: str
    value: str


def moment(frame: Frame, at: datetime, now: datetime) -> str:
    """A time as people say it: the hour alone today, with the day otherwise."""
    there, today = at.astimezone(frame.zone), now.astimezone(frame.zone).date()
    hour = frame.locale.time(at, frame.zone)
    if there.date() == today:
        return hour
    key = "time.tomorrow" if there.date() == today + timedelta(days=1) else "time.on_day"
    return frame.locale.text(key, day=frame.locale.weekday_date(there.date()), time=hour)


def of_fields(problems: Iterable[Problem]) -> dict[str, Problem]:
    """The first problem of each field that needs mending."""
    found: dict[str, Problem] = {}
    for problem in problems:
        found.setdefault(problem.field, problem)
    return found
