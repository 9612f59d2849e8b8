"""The `contact_centre` of a creditor's YAML: which tasks are answered in its own, and which that is."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from ...domain.batch import Problem
from ...domain.centre import CentreSettings
from ...domain.task import TaskKind
from .words import Line, Name, YesNo

Needs = Mapping[str, tuple[str, ...]]


class CentreModel(BaseModel):
    """`kinds` none: every task. `names`: the debtor's name is told there."""

    model_config = ConfigDict(strict=True, extra="forbid")
    name: Name
    kinds: list[Name] = []
    names: YesNo = False
    settings: dict[Name, Line] = {}

    @property
    def terms(self) -> CentreSettings:
        kinds = tuple(TaskKind(kind) for kind in self.kinds)
        return CentreSettings(self.name, kinds, dict(self.settings), self.names)


def centre_problems(given: CentreModel, known: Needs) -> list[Problem]:
    """A centre nobody knows, kinds of task there are not, and settings it needs or does not have."""
    needs = known.get(given.name)
    if needs is None:
        return [Problem("contact_centre.name", "not_known", f"{given.name} ({', '.join(sorted(known))})")]
    kinds = ", ".join(TaskKind)
    path = "contact_centre.settings"
    found = [
        Problem("contact_centre.kinds", "not_known", f"{kind} ({kinds})")
        for kind in given.kinds
        if kind not in tuple(TaskKind)
    ]
    found += [Problem(f"{path}.{name}", "unknown_setting") for name in given.settings if name not in needs]
    # What debtors write goes there: not in the clear.
    address = given.settings.get("address", "https://")
    found += [] if address.startswith("https://") else [Problem(f"{path}.address", "url_not_https", address)]
    found += [Problem(f"{path}.{name}", "missing") for name in needs if not given.settings.get(name)]
    return found
