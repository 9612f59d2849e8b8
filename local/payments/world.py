"""The double itself: what it knows, its clock, and the thread that carries news to the webhooks."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

from local.payments.store import Store


class Double:
    """One running double over one folder; started again over the same folder it goes on where it stood.

    `clock` gives epoch seconds. The carrying thread looks at it about five times a second, so that a clock
    moved from outside is noticed.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time):
        self.store = Store(folder)
        self.clock = clock
        self.public_url = ""
        self.news = Event()
        self._stopping = Event()
        self._carrier = Thread(target=self._carry, name="payment-double-carrier", daemon=True)

    def start(self, public_url: str) -> None:
        """Begin to carry; hosted pages live under `public_url`."""
        self.public_url = public_url
        self._carrier.start()

    def stop(self) -> None:
        """Finish the delivery in hand and close the file."""
        self._stopping.set()
        self.news.set()
        self._carrier.join(timeout=15)
        self.store.close()

    def now(self) -> float:
        """The double's time in epoch seconds."""
        return self.clock()

    def _carry(self) -> None:
        from local.payments import deliveries, timers

        while not self._stopping.is_set():
            timers.run_due(self)
            if not deliveries.send_next(self):
                self.news.wait(0.2)
                self.news.clear()


Account = dict[str, Any]
"""{"id", "api_key", "webhook_url", "webhook_secrets", "live", "enabled_events", "sepa_seconds",
"available_seconds"}"""
