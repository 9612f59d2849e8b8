"""A claim's whole life over the local AWS, every call of AWS counted, and what that comes to in money."""
