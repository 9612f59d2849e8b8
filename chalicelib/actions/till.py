"""Till: what every action that books the provider's word needs, bound once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from ..domain.policies._country import CountryPolicy
from ..domain.strategies._base import Strategy
from ..ports import MandateGateway, PaymentGateway, Scheduler, Store


class Writing(TypedDict):
    """What the actions that book a word we have take by keyword, as one parcel."""

    store: Store
    scheduler: Scheduler
    policies: Mapping[str, CountryPolicy]
    strategies: Mapping[str, Strategy]
    now: datetime


class Asking(Writing):
    """The same for those that ask the provider first."""

    gateway: PaymentGateway


@dataclass(frozen=True)
class Till:
    """Where money is written down, and whom to ask about it."""

    store: Store
    gateway: PaymentGateway
    mandates: MandateGateway
    scheduler: Scheduler
    policies: Mapping[str, CountryPolicy]
    strategies: Mapping[str, Strategy]

    def writing(self, now: datetime) -> Writing:
        return Writing(
            store=self.store,
            scheduler=self.scheduler,
            policies=self.policies,
            strategies=self.strategies,
            now=now,
        )

    def asking(self, now: datetime) -> Asking:
        return Asking(**self.writing(now), gateway=self.gateway)
