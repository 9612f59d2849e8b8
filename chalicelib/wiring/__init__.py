"""Binds ports to adapters, once per execution environment and only when first asked.

`house` binds what every room works with, `carriers` what messages leave by, `hearing` what hears of them, `money`
what money comes in and goes out by, `routing` who answers; each lists what it binds, and all of it is asked for by
name here. Nothing is opened by importing any.
"""

import gc

from .carriers import *  # noqa: F403 - the names are those of its list
from .hearing import *  # noqa: F403
from .house import *  # noqa: F403
from .money import *  # noqa: F403
from .routing import *  # noqa: F403

# A process of ours loads thousands of things that stay, answers briefly, and is gone: looking for garbage after
# every two thousand of them costs a fresh one a twentieth of its first answer and finds nothing.
gc.set_threshold(50_000, 10, 10)
