"""What the channels have in common: who says nothing of its own says this."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from ...domain.channel import ChannelTerms, Prices, prices_in
from ...domain.contact import Introduced, Message, Reply, Report
from ...domain.errors import Permanent
from ...domain.pace import Pace, pace_in
from ...domain.parties import Creditor

PRICES = Path(__file__).parent / "prices"
PACES = Path(__file__).parent / "paces"


def secret_name(creditor: str, key: str) -> str:
    """Where a creditor's keys at this channel's provider lie in Secrets Manager."""
    return f"kulanz/channels/{creditor}/{key}"


class ChannelFile:
    """A channel by its terms; its prices, and how fast its provider takes messages, lie in data files of its name,
    where there are any."""

    terms: ChannelTerms

    @property
    def key(self) -> str:
        return self.terms.key

    @cached_property
    def prices(self) -> Prices | None:
        path = PRICES / f"{self.terms.key}.json"
        return prices_in(path) if path.exists() else None

    @cached_property
    def pace(self) -> Pace | None:
        """None: as fast as they come."""
        path = PACES / f"{self.terms.key}.json"
        return pace_in(path) if path.exists() else None

    def units(self, message: Message) -> int:
        return 1

    def handshake(self, creditor: str, query: Mapping[str, str]) -> str | None:
        """What to answer a provider that asks whether we are who we say; None: this channel has no webhook."""
        return None

    def notices(self, creditor: str, body: bytes, headers: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
        """What a webhook tells, part by part. Raises Permanent where it is not proven, as here: there is none."""
        raise Permanent("no webhook")

    def report_in(self, notice: dict[str, Any]) -> Report | None:
        return None

    def forget(self, notice: dict[str, Any]) -> None:
        """Take away what delivering left lying, now that this notice was written down."""

    def reply_in(self, notice: dict[str, Any], at: datetime) -> Reply | None:
        return None

    def introduced_in(self, notice: dict[str, Any]) -> Introduced | None:
        return None

    def hears(self, creditor: Creditor, to: str) -> bool:
        """Whether what comes to this address of ours is meant for this creditor; here its provider said so already
        (`reply_in`)."""
        return True
