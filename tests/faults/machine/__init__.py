"""The machine for faults: every call of every action that writes is failed in turn, and the work retried.

A scenario (rooms/) says how the world stands, what wakes the house, and what must be true at the end. The machine
runs it once to learn its calls, then once for each call and each way a call can fail, retries it as its real
trigger would, and compares the end with that of the run without a fault. `make faults` runs them all.
"""
