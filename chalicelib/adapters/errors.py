"""What adapters raise beside the domain's own Retry, Permanent and Unknown."""

from ..domain.errors import Permanent


class MissingSecret(Permanent):
    """A secret is not there: whoever needs it must refuse to work, never go on without (I14)."""
