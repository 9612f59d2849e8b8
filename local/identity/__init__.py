"""A double of the house's identity provider: OpenID Connect on loopback, one click signs somebody in."""
