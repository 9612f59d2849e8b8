"""Who answers: what routing works with, and the creditors' own contact centres."""

from functools import cache
from typing import TYPE_CHECKING

from .. import registry
from .house import policies, presences, roster, store, task_lists

if TYPE_CHECKING:
    from ..actions.switchboard import Switchboard
    from ..ports import ContactCentre

__all__ = ["contact_centres", "switchboard"]


@cache
def contact_centres() -> "dict[str, ContactCentre]":
    from ..adapters import contact_centres as package

    return registry.collect(package, "CENTRE")


@cache
def switchboard() -> "Switchboard":
    from ..actions.switchboard import Switchboard

    return Switchboard(store(), task_lists(), roster(), presences(), policies())
