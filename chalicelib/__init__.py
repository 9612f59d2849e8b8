"""Kulanz: a front office for overdue claims."""

import gc

# A process of ours loads thousands of things that stay, answers briefly, and is gone: looking for garbage after
# every two thousand of them costs a fresh one a twentieth of its first answer and finds nothing.
gc.set_threshold(50_000, 10, 10)
