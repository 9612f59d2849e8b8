"""Where the bench stands: the local AWS and the payment double on loopback, invented claims, the package."""

import tempfile
from functools import cached_property
from pathlib import Path
from types import TracebackType

from bench.tasks import Tasks
from bench.triggers import Triggers
from tests.local.payment_office import Office
from tests.real import House, LocalAws


class Ground:
    """All of it for one run, in a folder that goes away with it; the package is unpacked only if asked for.

    A process has one house, since the house's clients are the process's own: whoever has one hands it in.
    """

    def __init__(self, house: House | None = None) -> None:
        self._given = house

    def __enter__(self) -> "Ground":
        self._folder = tempfile.TemporaryDirectory(prefix="kulanz-bench-")
        self.folder = Path(self._folder.name)
        self.house = self._given or self._new_house()
        self.aws = self.house.aws
        self.aws.client("ses").verify_email_identity(EmailAddress="service@nordlicht.example")
        self.triggers = Triggers(self.house)
        return self

    def _new_house(self) -> House:
        for name in ("aws", "payments"):
            (self.folder / name).mkdir()
        return House(LocalAws(self.folder / "aws"), Office(self.folder / "payments"))

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self.folder / "tasks")

    def __exit__(self, kind: type | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._given is None:
            self.house.payments.close()
            self.house.aws.stop()
        self._folder.cleanup()
