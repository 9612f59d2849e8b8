"""A double of the payment provider, for one machine: stateful, spoken to by the provider's own library.

It is a test double and says so on every page; no money moves. docs/decisions/0004 tells why it exists.
"""
