"""Till: what every action that books the provider's word needs, bound once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from ..domain.policies._rules import CountryPolicy
from ..domain.strategies._base import Strategy
from ..ports import MandateGateway, PaymentGateway, Scheduler, Store


class Booking(TypedDict):
    """What the actions that book take by keyword, as one parcel."""

    store: Store
    gateway: PaymentGateway
    scheduler: Scheduler
    policies: Mapping[str, CountryPolicy]
    strategies: Mapping[str, Strategy]
    now: datetime


@dataclass(frozen=True)
class Till:
    """Where money is written down, and whom to ask about it."""

    store: Store
    gateway: PaymentGateway
    mandates: MandateGateway
    scheduler: Scheduler
    policies: Mapping[str, CountryPolicy]
    strategies: Mapping[str, Strategy]

    def booking(self, now: datetime) -> Booking:
        return Booking(
            store=self.store,
            gateway=self.gateway,
            scheduler=self.scheduler,
            policies=self.policies,
            strategies=self.strategies,
            now=now,
        )
