"""A seeded simulation of everything money can go through: debtors, provider, bank, operators, clock and faults.

`python -m tests.simulation --seed 1 --steps 100000` runs it and ends with the line `ledger <hash>`. The actions,
the domain, the payment double, the provider's library and the bank's files are the real ones; the store is the
in-memory one that passes the contract of the real one. Each step draws from a substream of its own, so that
leaving steps out changes nothing about the others: that is how a failing run is cut down to a story.
"""
