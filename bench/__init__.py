"""Every figure the README quotes, and the command that makes it: `python -m bench`."""
