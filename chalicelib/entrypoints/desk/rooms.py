"""Every page of the desk, by importing its file: a new one is added to this list and is there."""

from . import audit, calls, complaints, home, matters, papers, people, public, signing
from .door import NEEDED, desks

__all__ = [
    "NEEDED",
    "audit",
    "calls",
    "complaints",
    "desks",
    "home",
    "matters",
    "papers",
    "people",
    "public",
    "signing",
]
