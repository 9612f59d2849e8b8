"""Every page of the desk, by importing its file: a new one is added to this list and is there."""

from . import calls, complaints, home, public, signing
from .door import NEEDED, desks

__all__ = ["NEEDED", "calls", "complaints", "desks", "home", "public", "signing"]
