"""What adapters raise beside the domain's own Retry, Permanent and Unknown."""

from ..domain.errors import Permanent


class UploadGone(Permanent):
    """The upload was deleted again before it was read: there is nothing to take."""


class MissingSecret(Permanent):
    """A secret is not there: whoever needs it must refuse to work, never go on without (I14)."""
