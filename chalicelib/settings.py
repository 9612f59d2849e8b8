"""The only reader of the environment: each setting at first use, and missing ones by their name."""

import os


class MissingSetting(Exception):
    """A function was called without a setting it needs."""


def setting(name: str) -> str:
    """The value of a setting this function cannot work without. Raises MissingSetting naming it."""
    value = os.environ.get(name, "")
    if not value:
        raise MissingSetting(
            f"the setting {name} is missing; infra/template/functions.json names it for each function"
        )
    return value


def optional(name: str, default: str = "") -> str:
    return os.environ.get(name) or default
