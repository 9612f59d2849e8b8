"""Something that is said on the page: the reader's own words, and whether a person is to answer."""

import re
from dataclasses import dataclass

from ...domain.conversation import LONGEST
from ..frame import Problem, Problems
from ._fields import Posted, one, whole_text

# The id of something that was said.
SAID = re.compile(r"[0-9A-Za-z.:+#-]{1,64}")


@dataclass(frozen=True)
class Remark:
    """`after` is the last thing the reader had seen; `by` the name of a channel they want to go on by."""

    words: str
    after: str
    to_person: bool
    by: str = ""


def read(posted: Posted) -> Remark | Problems:
    words, after = one(posted, "words", LONGEST + 1), one(posted, "after", 65)
    if one(posted, "step") == "messenger":
        return Remark("", "", to_person=False, by="messenger")
    to_person = one(posted, "step") == "person"
    if len(words) > LONGEST:
        return (Problem("words", "problem.words.long.chat"),)
    if not words and not to_person:
        return (Problem("words", "problem.words.empty"),)
    return Remark(words, after if SAID.fullmatch(after) else "", to_person)


def typed(posted: Posted) -> str:
    """What was written, all of it, to show it again beside what needs mending."""
    return whole_text(posted, "words")
