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
    """All of it for one run, in a folder that goes away with it; the package is unpacked only if asked for."""

    def __enter__(self) -> "Ground":
        self._folder = tempfile.TemporaryDirectory(prefix="kulanz-bench-")
        self.folder = Path(self._folder.name)
        for name in ("aws", "payments", "tasks"):
            (self.folder / name).mkdir()
        self.aws = LocalAws(self.folder / "aws")
        self.payments = Office(self.folder / "payments")
        self.house = House(self.aws, self.payments)
        sender = "service@nordlicht.example"
        self.aws.client("ses").verify_email_identity(EmailAddress=sender)
        self.triggers = Triggers(self.house)
        return self

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self.folder / "tasks")

    def __exit__(self, kind: type | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if "tasks" in self.__dict__:
            self.tasks.close()
        self.payments.close()
        self.aws.stop()
        self._folder.cleanup()
