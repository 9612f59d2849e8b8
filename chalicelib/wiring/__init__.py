"""Binds ports to adapters, once per execution environment and only when first asked.

`house` binds what every room works with, `money` what money comes in and goes out by; each lists what it binds,
and all of it is asked for by name here. Nothing is opened by importing either.
"""

from .house import *  # noqa: F403 - the names are those of its list
from .money import *  # noqa: F403
