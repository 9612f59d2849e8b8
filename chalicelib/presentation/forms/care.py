"""Asking for particular care: a box that is ticked by hand, and nothing else."""

from ..frame import Problem, Problems
from ._fields import Posted, one


def read(posted: Posted) -> Problems:
    """What is missing: nothing once the box is ticked; never without (GDPR Art. 4(11))."""
    return () if one(posted, "consent") == "yes" else (Problem("consent", "problem.consent"),)
