"""The few ways an unexpected thing ends; expected answers are return values."""


class BrokenRule(Exception):
    """A rule of the house was broken; the reader is shown the page of that state.

    `rule` is the state's name, one of the pages under templates/pages/states.
    """

    def __init__(self, rule: str, **context: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.context = context


class Retry(Exception):
    """Nothing was done, or nothing that may not be done again: try the same thing later."""


class Permanent(Exception):
    """The other side said no for good; trying again would get the same answer."""


class AmountTooSmall(Permanent):
    """The payment provider does not take so little: it can only be transferred."""


class DeadAddress(Permanent):
    """The address itself is no good: it is not written to again."""


class OptedOut(Permanent):
    """Its owner told the provider that nothing is to come: a stop, not a fault of the address."""


class UploadGone(Permanent):
    """The upload was deleted again before it was read: there is nothing to take."""


class Unknown(Exception):
    """The other side may or may not have acted: never repeat, ask instead."""


class TextRefused(Exception):
    """A message does not say what it must, or says what it must not: it is not sent, and a person is told.

    `faults` are the check's own words (presentation/tone_check.py), `rule` is the first of them by its name.
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
        self.rule = faults[0].partition(":")[0].replace(" ", "_")


class StaleVersion(Exception):
    """Somebody else wrote the aggregate first: read again and decide again."""


class AlreadyDone(Exception):
    """This very thing was written before: nothing was written now. `what` names the guard that spoke."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
