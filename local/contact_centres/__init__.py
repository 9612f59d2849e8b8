"""Doubles of contact centres, on loopback: what a creditor's people would answer, in the providers' shapes."""
