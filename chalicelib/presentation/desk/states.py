"""The pages of the desk on which there is nothing to do but to go on: signing in, refusals, trouble."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from .frame import DeskFrame, DeskView


@dataclass(frozen=True)
class SignIn(DeskView):
    """Who are you? `to` is the page that was asked for, `why` a sentence on why one stands here again."""

    template: ClassVar[str] = "desk/sign_in.html"
    status: ClassVar[int] = 401
    to: str = ""
    why: str = ""

    @property
    def start(self) -> str:
        """Where signing in begins."""
        return self.frame.href("sign-in", to=self.to)


# What somebody may have typed into a form of the desk, as its own label calls it, in the order it is shown.
WRITTEN = {
    "words": "desk.answer.words",
    "text": "desk.public.text",
    "changed": "desk.answer.changed",
    "why": "desk.do.why",
    "amount": "desk.kept.amount",
    "day": "desk.do.day",
    "until": "desk.do.hold.until",
    "name": "desk.member.name",
    "email": "desk.member.email",
    "team": "desk.member.team",
    "languages": "desk.member.languages",
    "shifts": "desk.people.shifts",
    "absences": "desk.people.absences",
    "most": "desk.member.most",
}
LONG = frozenset({"words", "text"})


@dataclass(frozen=True)
class Kept(DeskView):
    """What was typed into a form that nothing was done with, so that it is not lost: it lies in this page alone.

    `action` is where it goes on, empty where it can only be copied. `start` is where signing in begins; empty for
    somebody who sits here. `typed` are the fields as (name, label's key, text), `unseen` what else the form held.
    """

    template: ClassVar[str] = "desk/kept.html"
    text: str = ""
    action: str = ""
    start: str = ""
    page: str = ""
    typed: tuple[tuple[str, str, str], ...] = ()
    unseen: tuple[tuple[str, str], ...] = ()
    long: ClassVar[frozenset[str]] = LONG

    @property
    def http_status(self) -> int:
        return 401 if self.start else 403


def kept(
    frame: DeskFrame, posted: Mapping[str, Sequence[str]], *, action: str, page: str, known: bool = True
) -> Kept | None:
    """The page that holds what was typed; None where nothing was. `action` is where the form went, `page` the page
    it stood on. `known`: it was served by us to whoever sits here; from anybody else it is not taken on."""
    typed = tuple((n, key, posted[n][0]) for n, key in WRITTEN.items() if "".join(posted.get(n, ())).strip())
    if not typed:
        return None
    seen = {name for name, *_ in typed} | {"lang"} | ({"proof"} if frame.staff else set())
    unseen = tuple((name, value) for name, values in posted.items() if name not in seen for value in values)
    if frame.staff is None:
        start = frame.href("sign-in", to=page)
        return Kept(frame, text="desk.kept.over", action=action, start=start, typed=typed, unseen=unseen)
    text = "desk.kept.again" if known and action else "desk.kept.copy"
    return Kept(frame, text=text, action=action if known else "", page=page, typed=typed, unseen=unseen)


@dataclass(frozen=True)
class SignedOut(DeskView):
    """`away` is where one signs out of the identity provider too, empty where that cannot be asked for."""

    template: ClassVar[str] = "desk/signed_out.html"
    away: str = ""


@dataclass(frozen=True)
class Closed(DeskView):
    """No identity provider is named: nobody can sign in."""

    template: ClassVar[str] = "desk/closed.html"
    status: ClassVar[int] = 404


@dataclass(frozen=True)
class Unknown(DeskView):
    """The identity provider knows them and the staff list does not. `unproven`: it does not vouch for the
    address, so nobody can tell whether it is theirs."""

    template: ClassVar[str] = "desk/unknown.html"
    status: ClassVar[int] = 403
    subject: str = ""
    unproven: bool = False


@dataclass(frozen=True)
class State(DeskView):
    """A heading, a sentence and where to go: `h1` and `text` are keys."""

    template: ClassVar[str] = "desk/state.html"
    h1: str = ""
    text: str = ""
    code: int = 200

    @property
    def http_status(self) -> int:
        return self.code


STATES = {
    "not_found": ("desk.not_found.h1", "desk.not_found.text", 404),
    "not_yours": ("desk.not_yours.h1", "desk.not_yours.text", 403),
    "foreign": ("desk.foreign.h1", "desk.foreign.text", 403),
    "old_form": ("desk.old_form.h1", "desk.old_form.text", 403),
    "too_large": ("desk.too_large.h1", "desk.too_large.text", 413),
    "changed": ("desk.changed.h1", "desk.changed.text", 409),
    "cannot": ("desk.cannot.h1", "desk.cannot.text", 409),
    "nothing": ("desk.nothing.h1", "desk.nothing.text", 200),
    "trouble": ("desk.trouble.h1", "desk.trouble.text", 503),
    "unwritten": ("desk.unwritten.h1", "desk.unwritten.text", 503),
}


def state(frame: DeskFrame, name: str) -> State:
    """The page of one of STATES."""
    h1, text, code = STATES[name]
    return State(frame, h1=h1, text=text, code=code)
