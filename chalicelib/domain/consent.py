"""A Consent: what a debtor allowed or withdrew, when, each step kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConsentPurpose(StrEnum):
    CARE = "care"
    """To be treated with particular care; no reason is asked or kept (GDPR Art. 9(2)(a))."""
    EMAIL = "email"
    SMS = "sms"
    CHANNEL = "channel"
    """To be written to by another way than these two."""
    HELPER = "helper"
    """Somebody else may see the matter, with a code of their own."""


@dataclass(frozen=True)
class Consent:
    """One step: given or withdrawn. `words` is the version of the sentence that was agreed to."""

    purpose: ConsentPurpose
    given: bool
    at: datetime
    words: str
