"""A complaint: the reader's own words."""

from ..frame import Problem, Problems
from ._fields import Posted, one
from .talk import LONGEST


def read(posted: Posted) -> str | Problems:
    words = one(posted, "words", LONGEST + 1)
    if len(words) > LONGEST:
        return (Problem("words", "problem.words.long"),)
    return words or (Problem("words", "problem.words.empty"),)
