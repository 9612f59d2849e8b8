"""What one contact costs before it leaves: the law is asked and the message written, beside its bare templates.

The message is a reminder by mail, in all its shapes, checked as each is before it is sent. The floor renders the
same templates from the same words, values already looked up: nothing is asked, counted or checked.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from bench.ground import Ground
from bench.rows import Row, at_most, in_turns, median
from chalicelib import wiring
from chalicelib.actions.write_message import text_of
from chalicelib.domain.claim import Claim
from chalicelib.domain.contact import Contact
from chalicelib.domain.decision import Allowed
from chalicelib.domain.matter import Matter
from chalicelib.domain.notice import Particulars
from chalicelib.domain.parties import Creditor
from chalicelib.domain.policies._rules import Situation
from chalicelib.presentation import composer
from chalicelib.presentation.i18n import locale
from chalicelib.presentation.letter import Occasion, letter_about

# Measured 4.4 to 5.3.
AT_MOST = 6.0
ROUNDS, CALLS = 31, 20
QUICK_ROUNDS = 5
TOKEN = "q7Xc2LmVb9TzRk4WnYp3Hg"
SHAPES = ("short.txt", "long.txt", "long.html")


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    creditor = ground.triggers.creditor
    claim: Claim = ground.house.register(creditor)
    matter, contact = ground.house.matter(claim), ground.house.planned(claim)
    real = _decided_and_written(creditor, matter, contact)
    bare = _rendered(creditor, matter, contact)
    for call in (real, bare):
        _each(call)
    taken = in_turns(QUICK_ROUNDS if quick else ROUNDS, lambda: _each(real), lambda: _each(bare))
    ratio = median(one / other for one, other in taken)
    bound, holds = at_most(AT_MOST, ratio)
    value, floor = (median((figures[place] for figures in taken), 2) for place in (0, 1))
    what = "policy asked and a reminder written and checked, beside its bare templates, one core"
    yield Row("one_contact", what, value, "ms", floor, ratio, bound, holds)


def _decided_and_written(creditor: Creditor, matter: Matter, contact: Contact) -> Callable[[], None]:
    """What sending does between its reads and its write."""
    policy, pen = wiring.policies()[creditor.country], wiring.desk()
    at = contact.due_at
    sends: tuple[datetime, ...] = ()

    def contacted() -> None:
        situation = Situation(
            creditor,
            matter.debtor,
            matter.claims[contact.claim],
            contact.purpose,
            contact.kind,
            contact.channel,
            sends,
        )
        assert isinstance(policy.may_contact(situation, at), Allowed)
        assert text_of(TOKEN, creditor, matter, contact, pen=pen, now=at).html

    return contacted


def _rendered(creditor: Creditor, matter: Matter, contact: Contact) -> Callable[[], None]:
    """The same templates, from what the composer made ready once."""
    words, claim, url = locale("de"), matter.claims[contact.claim], f"{creditor.public_url}/p/{TOKEN}"
    known = Particulars.of(claim)
    said = Occasion(
        kind=contact.kind,
        tone=contact.tone,
        link=url,
        stop=f"{url}/stop",
        first=True,
        good_until=None,
        payment=None,
        answer_day=None,
        agreed=None,
        reply=None,
        code=None,
        particulars=known,
        matter=matter,
    )
    letter = letter_about(said, words, creditor, matter.debtor, claim)

    def rendered() -> None:
        for shape in SHAPES:
            assert composer._drawn(contact.kind, letter, words, shape)

    return rendered


def _each(call: Callable[[], None]) -> float:
    """Milliseconds of this process's own computing for one call: nothing in it waits."""
    began = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - began) / CALLS * 1000
