"""Every page of the desk, by importing its file: a new one is added to this list and is there."""

from . import audit, home, matters, papers, people, signing
from .door import NEEDED, desks

__all__ = ["NEEDED", "audit", "desks", "home", "matters", "papers", "people", "signing"]
