"""The first letter of a collector with the whole list of RDG §13a(1)."""

from ...domain.errors import BrokenRule
from ...domain.notice import Particulars, gaps
from ..notice_list import notice_list
from .paper import Case, Facts, Heading, Paper, Words, Written, farewell, hello, original, paper


def notice(case: Case) -> Paper:
    """The list, line by line, even where one says that nothing is. Raises BrokenRule rather than lack one."""
    if not case.collected:
        raise LookupError("only a collector gives this notice")
    known = Particulars.of(case.claim)
    if missing := gaps(case.creditor, case.claim, known):
        raise BrokenRule("notice_incomplete", missing=missing)
    words = case.words
    return paper(
        case,
        "paper.notice",
        hello(case),
        Words(words.text("mail.notice.opening", owed_to=case.owed_to)),
        Heading(words.text("notice.h2")),
        _list(case, known, words),
        farewell(case, words.text("paper.notice.wrong")),
        original(case, _list(case, known, case.home)),
    )


def _list(case: Case, known: Particulars, words: Written) -> Facts:
    rows = notice_list(case.creditor, case.debtor, case.claim, known, words)
    return Facts(tuple((row.label, row.value) for row in rows))
