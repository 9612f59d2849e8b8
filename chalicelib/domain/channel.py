"""What a message costs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one message cost, in millionths of `currency`: a mail costs less than any minor unit."""

    micros: int
    currency: str = "EUR"
