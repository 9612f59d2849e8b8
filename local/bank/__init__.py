"""A bank of our own for the local stack and the tests: it keeps one account and writes what a bank would send.

Never packaged. It speaks no protocol: as with a real bank, its files are put into the bucket.
"""
