"""What is known of one debtor at one creditor, as one read finds it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contact import ContactState
from chalicelib.domain.evidence import Evidence, EvidenceProblem, EvidenceState
from chalicelib.domain.matter import Matter
from chalicelib.domain.payments import Attempt, AttemptStatus
from chalicelib.domain.task import Task, TaskKind
from tests.builders import NOW, claim, debtor
from tests.domain.test_contact import contact

ATTEMPT = Attempt("a1", "nordlicht", "K-501", "R-1001", 4820, "EUR", NOW + timedelta(hours=1))


def matter(of=ATTEMPT, names="a1"):
    one = claim(attempt=names)
    return Matter(debtor(), {one.id: one}, {}, {of.id: of}), one


def test_only_what_is_still_to_go_out_about_a_claim_is_planned_for_it():
    waiting = contact(id="c-1")
    held = {
        "c-1": waiting,
        "c-2": contact(id="c-2", state=ContactState.SENT),
        "c-3": contact(id="c-3", claim="R-2"),
    }
    assert Matter(debtor(), {}, held).planned_for("R-1001") == (waiting,)


@pytest.mark.parametrize("status", AttemptStatus)
def test_an_attempt_can_be_gone_on_with_while_it_is_under_way(status):
    of, one = matter(replace(ATTEMPT, status=status))
    assert bool(of.open_attempt(one, NOW)) is (status in (AttemptStatus.STARTING, AttemptStatus.OPEN))


def test_an_attempt_ends_with_its_page():
    of, one = matter()
    assert of.open_attempt(one, NOW + timedelta(hours=1) - timedelta(microseconds=1))
    assert of.open_attempt(one, NOW + timedelta(hours=1)) is None


def test_only_the_claims_own_attempt_counts():
    assert matter(names=None)[0].open_attempt(matter(names=None)[1], NOW) is None
    of, one = matter(names="a2")
    assert of.open_attempt(one, NOW) is None


def test_what_was_asked_back_waits_until_their_words_or_a_photo_about_it_came():
    task = Task("t-1", "nordlicht", "K-501", "R-1001", TaskKind.DISPUTE, None, NOW, NOW, "anna", about="d-1")
    asks = replace(task, asks_since=NOW)
    photo = Evidence("e-1", "nordlicht", "K-501", "R-1001", "d-1", EvidenceState.TAKEN, NOW, NOW)
    early = replace(photo, sent_at=NOW - timedelta(minutes=1))
    refused = replace(photo, state=EvidenceState.REFUSED, problem=EvidenceProblem.LOCKED)

    def waits(held, *sent):
        evidence = {one.id: one for one in sent}
        return Matter(debtor(), tasks={held.id: held}, evidence=evidence).asked_back("R-1001")

    assert waits(asks) and waits(asks, early) and waits(asks, refused)
    assert not waits(task) and not waits(asks, photo) and not waits(replace(asks, done_at=NOW))
