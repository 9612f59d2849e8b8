"""What adapters raise beside the domain's own Retry, Permanent and Unknown."""


class MissingSecret(Exception):
    """A secret is not there: whoever needs it must refuse to work, never go on without (I14)."""
