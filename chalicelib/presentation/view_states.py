"""The pages of a request that cannot be served. They belong to no reader and know nothing of one."""

from dataclasses import dataclass
from typing import ClassVar

from .frame import Frame, View


@dataclass(frozen=True)
class NotFound(View):
    template: ClassVar[str] = "states/not_found.html"
    status: ClassVar[int] = 404


def not_found(frame: Frame) -> NotFound:
    """Nothing is here: the same bytes for every address, so that guessing teaches nothing (P8).

    Give it a frame without creditor and token.
    """
    return NotFound(frame)


@dataclass(frozen=True)
class Trouble(View):
    template: ClassVar[str] = "states/trouble.html"
    status: ClassVar[int] = 503


def trouble(frame: Frame) -> Trouble:
    """Something broke on our side; nothing was lost and nothing was charged."""
    return Trouble(frame)


@dataclass(frozen=True)
class CrossSite(View):
    template: ClassVar[str] = "states/cross_site.html"
    status: ClassVar[int] = 403


def cross_site(frame: Frame) -> CrossSite:
    """A form came from elsewhere and was not obeyed (P12)."""
    return CrossSite(frame)


@dataclass(frozen=True)
class TooLarge(View):
    template: ClassVar[str] = "states/too_large.html"
    status: ClassVar[int] = 413


def too_large(frame: Frame) -> TooLarge:
    return TooLarge(frame)


@dataclass(frozen=True)
class Returning(View):
    template: ClassVar[str] = "states/returning.html"
    left: bool = False


def returning(frame: Frame, *, left: bool = False) -> Returning:
    """Back from the hosted payment page without a Visit: calm words and no personal datum.

    `left`: the reader turned back there, so nothing is said to be on its way.
    """
    return Returning(frame, left)


@dataclass(frozen=True)
class NotYours(View):
    template: ClassVar[str] = "states/not_yours.html"
    status: ClassVar[int] = 403


def not_yours(frame: Frame) -> NotYours:
    """A helper came to something that is the debtor's alone."""
    return NotYours(frame)


@dataclass(frozen=True)
class Accessibility(View):
    """How these pages meet the requirements, what they do not, and whom to tell (BFSG §14 and Annex 3)."""

    template: ClassVar[str] = "accessibility.html"
    points: ClassVar[tuple[str, ...]] = (
        "accessibility.keyboard",
        "accessibility.reader",
        "accessibility.sight",
        "accessibility.plain",
        "accessibility.papers",
    )


def accessibility(frame: Frame) -> Accessibility:
    """For anybody with a link, before the door and behind it."""
    return Accessibility(frame)
