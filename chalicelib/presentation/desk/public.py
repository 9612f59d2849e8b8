"""The page on which a public reply is written: nothing leaves from here, it is looked at and copied."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from ...domain.parties import Creditor
from ..i18n import Locale, tongues
from ..public_reply import Told, suggested
from .frame import DeskFrame, DeskView


@dataclass(frozen=True)
class Public(DeskView):
    """`tells` says what the text would tell of the matter, for its writer alone; `fits`: it may be public."""

    template: ClassVar[str] = "desk/public.html"
    text: str
    tongue: Locale
    tongues: tuple[Locale, ...]
    tells: tuple[str, ...]
    fits: bool
    here: str
    matter: str

    @property
    def http_status(self) -> int:
        return 422 if self.tells else self.status


def public(
    frame: DeskFrame,
    creditor: Creditor,
    debtor: str,
    tongue: Locale,
    *,
    text: str | None = None,
    told: Iterable[Told] = (),
) -> Public:
    """With a neutral text to begin with, in the language the public wrote in; what was typed stays."""
    words = dict.fromkeys(frame.locale.text("desk.public.tells", word=one.word) for one in told)
    return Public(
        frame=frame,
        text=suggested(creditor, tongue) if text is None else text,
        tongue=tongue,
        tongues=tongues(),
        tells=tuple(words),
        fits=text is not None and not words,
        here=frame.of(creditor.id, debtor, "public"),
        matter=frame.of(creditor.id, debtor),
    )
