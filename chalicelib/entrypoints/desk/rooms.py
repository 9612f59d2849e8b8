"""Every page of the desk, by importing its file: a new one is added to this list and is there."""

from . import home, matters, papers, signing
from .door import NEEDED, desks

__all__ = ["NEEDED", "desks", "home", "matters", "papers", "signing"]
