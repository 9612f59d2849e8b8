"""What a reader says is wrong: the reason they chose, and of it only what helps."""

from ...domain.dispute import MAY_ADMIT, DisputeReason, Objection
from ...domain.parties import ChannelKind
from ..frame import Problem, Problems
from ._fields import OFFERED, Posted, money, one, whole_text
from .talk import LONGEST

# How the answer may come; anything else means: on the page.
ON_PAGE = "page"
FIELDS = ("words", "admitted", "answer_by", "paid_on", "paid_how")


def reason(name: str) -> DisputeReason | None:
    """The reason of that name, or None."""
    return DisputeReason(name) if name in tuple(DisputeReason) else None


def read(posted: Posted, *, owed: int, currency: str, language: str) -> Objection | Problems:
    """The objection, or what to mend. Only the reason must be there.

    `owed` is what is open in minor units: the part somebody says they owe lies below it. When and how it was
    paid go before the words, each on a line of its own.
    """
    chosen = reason(one(posted, "about"))
    if chosen is None:
        return (Problem("", "problem.again"),)
    problems = []
    own = one(posted, "words", LONGEST + 1)
    if len(own) > LONGEST:
        problems.append(Problem("words", "problem.words.long"))
    typed = one(posted, "admitted", 40) if chosen in MAY_ADMIT else ""
    admitted = money(typed, currency) if typed else None
    if typed and not admitted:
        problems.append(Problem("admitted", "problem.admitted.form"))
    elif admitted and admitted >= owed:
        problems.append(Problem("admitted", "problem.admitted.much"))
    if problems:
        return tuple(problems)
    paid = (one(posted, "paid_on"), one(posted, "paid_how")) if chosen is DisputeReason.ALREADY_PAID else ()
    words = "\n".join(part for part in (*paid, own) if part)
    wished = one(posted, "answer_by")
    answer_by = ChannelKind(wished) if wished in OFFERED else None
    return Objection(chosen, words, admitted, answer_by, language)


def read_more(posted: Posted) -> str | Problems:
    """The words to add, or what to mend."""
    words = one(posted, "words", LONGEST + 1)
    if len(words) > LONGEST:
        return (Problem("words", "problem.words.long"),)
    return words or (Problem("words", "problem.words.empty"),)


def typed(posted: Posted) -> dict[str, str]:
    """What the reader had written, to show it again beside what needs mending."""
    return {**{name: one(posted, name, LONGEST) for name in FIELDS}, "words": whole_text(posted, "words")}
