"""The pages of the desk on which there is nothing to do but to go on: signing in, refusals, trouble."""

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
