"""After a restore: whoever was forgotten after the moment it goes back to is forgotten again (G2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ..ports import Erasures
from .forget_person import Forgotten


@dataclass(frozen=True)
class Repeated:
    """How many were noted since that day, how many of them were forgotten or restricted now, and what failed, by
    the number it concerns."""

    noted: int
    done: int
    failed: tuple[tuple[str, Exception], ...] = ()


def forget_again(
    creditor: str, since: date, *, erasures: Erasures, forget: Callable[[str, str], Forgotten]
) -> Repeated:
    """Do again, on the table as it is now, what was noted outside it since that day (UTC).

    Whom the table never knew, or knows as forgotten, is passed over; so is whoever owes something new. One
    trouble is not another's: it is named, and the rest is done. Safe at any time, and as often as one likes.
    """
    noted = done = 0
    failed: list[tuple[str, Exception]] = []
    for number in erasures.since(creditor, since):
        noted += 1
        try:
            done += forget(creditor, number) in (Forgotten.DONE, Forgotten.RESTRICTED)
        except Exception as error:  # noqa: BLE001 - named in the answer, and raised by the entrypoint
            failed.append((f"{creditor}/{number}", error))
    return Repeated(noted, done, tuple(failed))
