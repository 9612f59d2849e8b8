"""My choices: how we write, to which addresses, who may help, and what was allowed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ..domain.mandate import Mandate
from ..domain.parties import CODED, Barrier, ChannelKind, ContactPoint, Debtor, PointState
from ..domain.pay_link import Scope
from ..domain.reference import shown
from .day_parts import SLOTS
from .frame import Frame, Problems, Row, View
from .i18n import tongues
from .view_history import CONSENTS

CHANNELS = {
    ChannelKind.EMAIL: "choices.email",
    ChannelKind.SMS: "choices.sms",
    ChannelKind.VOICE: "choices.voice",
}
BARRIERS = {Barrier.JOB: "choices.job", Barrier.BILL: "choices.bill", Barrier.OTHER: "choices.other"}
SCOPES = {Scope.SEE: "helper.see", Scope.ARRANGE: "helper.arrange"}
STATES = {
    PointState.ACTIVE: "points.active",
    PointState.OPTED_OUT: "points.silent",
    PointState.UNCONFIRMED: "points.unconfirmed",
    PointState.DEAD: "points.dead",
}


@dataclass(frozen=True)
class MyChoices(View):
    """How shall we write to you? Each list holds (value, key of its words); `saved` says that it was kept.

    `mandates` are (id, last digits of the account) of those that money is drawn on.
    """

    template: ClassVar[str] = "choices.html"
    tongues: tuple[tuple[str, str], ...]
    tongue: str
    channels: tuple[tuple[str, str], ...]
    slots: tuple[tuple[str, str], ...]
    barriers: tuple[tuple[str, str], ...]
    picked: Mapping[str, str]
    code_only: bool
    code_possible: bool
    consents: tuple[Row, ...]
    saved: bool
    mandates: tuple[tuple[str, str], ...]
    ended: bool


def my_choices(
    frame: Frame,
    debtor: Debtor,
    *,
    saved: bool = False,
    mandates: Iterable[Mandate] = (),
    ended: bool = False,
    voice: bool = False,
) -> MyChoices:
    """The page; `saved` says that the choices were kept, `ended` that a mandate was ended just now. `voice`: a
    number of theirs can be called by an automatic voice."""
    held = debtor.choices
    ways = tuple((kind.value, key) for kind, key in CHANNELS.items() if _may_choose(kind, debtor, voice=voice))
    picked = {
        "channel": held.channel.value if held.channel else "",
        "best_time": held.best_time.value if held.best_time else "",
        "barrier": held.barrier.value if held.barrier else "",
    }
    return MyChoices(
        frame=frame,
        tongues=tuple((one.language, one.name) for one in tongues()),
        tongue=debtor.language or frame.locale.language,
        channels=ways if len(ways) > 1 else (),
        slots=tuple((slot.value, key) for slot, key in SLOTS.items()),
        barriers=tuple((one.value, key) for one, key in BARRIERS.items()),
        picked=picked,
        code_only=held.code_only,
        code_possible=any(debtor.point(kind, answering=True) for kind in CODED),
        consents=tuple(_consents(frame, debtor)),
        saved=saved,
        mandates=tuple((m.id, m.saved.last4) for m in mandates if m.is_active and m.saved),
        ended=ended,
    )


def _may_choose(kind: ChannelKind, debtor: Debtor, *, voice: bool) -> bool:
    """Whether there is an address for this way, and a voice where it needs one."""
    from ..domain.voices import has_voice

    if kind is ChannelKind.VOICE and voice:
        return True
    return debtor.point(kind) is not None and (kind is not ChannelKind.VOICE or has_voice(debtor.language))


def _consents(frame: Frame, debtor: Debtor) -> list[Row]:
    """Each step of what was allowed or withdrawn, the latest first."""
    return [
        Row(
            frame.locale.date(step.at.astimezone(frame.zone).date()),
            frame.locale.text(CONSENTS[step.purpose, step.given]),
        )
        for step in reversed(debtor.consents)
    ]


@dataclass(frozen=True)
class Point:
    """One address: its words, how it stands, and its keyed hash, by which the form names it."""

    value: str
    state: str
    name: str
    open: bool
    silent: bool


@dataclass(frozen=True)
class Points(View):
    """Where may we write to you? `waiting` is the address a code was sent to; `note` says what was just done."""

    template: ClassVar[str] = "points.html"
    points: tuple[Point, ...]
    waiting: str | None
    note: str | None
    typed: str
    problems: Problems


def points(
    frame: Frame,
    debtor: Debtor,
    hash_point: Callable[[str], str],
    *,
    note: str | None = None,
    typed: str = "",
    problems: Problems = (),
) -> Points:
    """`note` is the key of a sentence. A number that is written to by several channels is one address: it stands
    once, as it does by the most open of them, and is silenced by all of them."""

    def drawn(point: ContactPoint) -> Point:
        return Point(
            # The number that stands for somebody at Messenger says nothing to anybody.
            "Messenger" if point.channel is ChannelKind.MESSENGER else point.value,
            STATES[point.state],
            hash_point(point.value),
            point.state is PointState.ACTIVE,
            point.state is PointState.OPTED_OUT,
        )

    waiting = next((p.value for p in reversed(debtor.points) if p.state is PointState.UNCONFIRMED), None)
    known = {point.value: point for state in reversed(STATES) for point in debtor.points if point.state is state}
    told = tuple(
        drawn(known[value]) for value in dict.fromkeys(p.value for p in debtor.points if p.value in known)
    )
    return Points(frame=frame, points=told, waiting=waiting, note=note, typed=typed, problems=problems)


@dataclass(frozen=True)
class Invitation:
    """A helper who is in: how far, until when, and the name of their door."""

    scope: str
    until: str
    name: str


@dataclass(frozen=True)
class Helpers(View):
    """Who may help you? `code` is shown this once; `start` is where it is typed. `by_code`: the door there asks
    for a second code, which comes to the debtor, and for nothing a helper would know."""

    template: ClassVar[str] = "helpers.html"
    scopes: tuple[tuple[str, str], ...]
    invited: tuple[Invitation, ...]
    code: str | None
    until: str | None
    start: str
    enough: bool
    by_code: bool


def helpers(
    frame: Frame,
    debtor: Debtor,
    start: str,
    now: datetime,
    *,
    code: str | None = None,
    until: datetime | None = None,
    enough: bool = False,
    by_code: bool = False,
) -> Helpers:
    def day(at: datetime) -> str:
        return frame.locale.date(at.astimezone(frame.zone).date())

    return Helpers(
        frame=frame,
        scopes=tuple((scope.value, key) for scope, key in SCOPES.items()),
        invited=tuple(
            Invitation(SCOPES[Scope(one.scope)], day(one.until), one.link)
            for one in debtor.helpers
            if now < one.until
        ),
        code=shown(code) if code else None,
        until=day(until) if until else None,
        start=start,
        enough=enough,
        by_code=by_code,
    )


@dataclass(frozen=True)
class Start(View):
    """What does your letter say? For readers of letters, for the wary, and for helpers."""

    template: ClassVar[str] = "start.html"
    typed: str
    problems: Problems


def start(frame: Frame, *, typed: str = "", problems: Problems = ()) -> Start:
    return Start(frame, typed, problems)
