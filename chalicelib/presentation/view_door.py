"""The pages before the factor: they say who writes and never a word about whom or what (P6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ..domain.parties import Factor
from ..domain.pay_link import TRIES, LinkPurpose, PayLink
from .forms.door import FIELDS
from .frame import Frame, Problems, View, moment

FACTORS = {
    Factor.POSTCODE: "door.postcode",
    Factor.BIRTH_DATE: "door.birth_date",
    Factor.INVOICE_NUMBER: "door.invoice_number",
    Factor.CODE: "door.code",
}


@dataclass(frozen=True)
class Door(View):
    """Is it you? One factor of the reader's choice. `left` is set after a try that failed, `to` is the page behind
    the door that was asked for."""

    template: ClassVar[str] = "door.html"
    labels: ClassVar[Mapping[Factor, str]] = FACTORS
    factors: tuple[Factor, ...]
    preset: Factor
    left: int | None
    problems: Problems
    typed: Mapping[str, str]
    code_sent: bool
    note: str | None
    helping: bool
    to: str = ""

    @property
    def http_status(self) -> int:
        return 200 if self.left is None and not self.problems else 422


def door(
    frame: Frame,
    link: PayLink,
    *,
    preset: Factor | None = None,
    failed: bool = False,
    problems: Problems = (),
    typed: Mapping[str, str] | None = None,
    code_sent: bool = False,
    note: str | None = None,
    to: str = "",
) -> Door:
    """The door of a link. `failed`: an answer was compared and did not fit (the link's count includes it).

    `typed`: what the reader wrote, shown to them again, so that a slip is seen and nothing is typed twice.
    `code_sent`: a code is out and waits to be typed; `note`: the key of what became of the wish for one.
    """
    shown = preset if preset in link.factors else link.factors[0]
    return Door(
        frame=frame,
        factors=link.factors,
        preset=shown,
        left=TRIES - link.tries if failed else None,
        problems=problems,
        typed=dict.fromkeys(FIELDS, "") | dict(typed or {}),
        code_sent=code_sent,
        note=note,
        helping=link.purpose is LinkPurpose.HELPER,
        to=to,
    )


@dataclass(frozen=True)
class NotMe(View):
    template: ClassVar[str] = "not_me.html"
    problems: Problems


def not_me(frame: Frame, *, problems: Problems = ()) -> NotMe:
    """Are you someone else? Reveals nothing; its form only silences."""
    return NotMe(frame, problems)


@dataclass(frozen=True)
class NotMeDone(View):
    template: ClassVar[str] = "states/not_me_done.html"


def not_me_done(frame: Frame) -> NotMeDone:
    """Said after somebody else's address was let go, the same whether it was known or not (P18)."""
    return NotMeDone(frame)


@dataclass(frozen=True)
class Stop(View):
    template: ClassVar[str] = "stop.html"
    problems: Problems


def stop(frame: Frame, *, problems: Problems = ()) -> Stop:
    """Shall we stop writing to this address?"""
    return Stop(frame, problems)


@dataclass(frozen=True)
class StopDone(View):
    template: ClassVar[str] = "states/stop_done.html"


def stop_done(frame: Frame) -> StopDone:
    return StopDone(frame)


@dataclass(frozen=True)
class NewLink(View):
    template: ClassVar[str] = "new_link.html"


def new_link(frame: Frame) -> NewLink:
    """Shall we send a new link? It goes only to the contact point we know."""
    return NewLink(frame)


@dataclass(frozen=True)
class LinkSent(View):
    template: ClassVar[str] = "states/link_sent.html"


def link_sent(frame: Frame) -> LinkSent:
    """The same words whether or not a link went out: the page tells nobody what we know (P8)."""
    return LinkSent(frame)


@dataclass(frozen=True)
class Expired(View):
    template: ClassVar[str] = "states/expired.html"
    status: ClassVar[int] = 404


def expired(frame: Frame) -> Expired:
    """The link is too old: a way to help and to a new one (P9)."""
    return Expired(frame)


@dataclass(frozen=True)
class Locked(View):
    template: ClassVar[str] = "states/locked.html"
    status: ClassVar[int] = 429
    until: str


def locked(frame: Frame, link: PayLink, now: datetime) -> Locked:
    """The link rests after five answers that did not fit; it says until when (P7)."""
    return Locked(frame, until=moment(frame, link.rests_until or now, now))
