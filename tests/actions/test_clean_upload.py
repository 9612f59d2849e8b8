"""A file sent about a dispute: taken once, cleaned, told of; what cannot be kept leaves only its reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.clean_upload import clean_upload
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.domain.errors import Retry
from chalicelib.domain.evidence import MOST_SENT, MOST_TAKEN, EvidenceProblem, EvidenceState, evidence_id
from chalicelib.domain.facts import FactName
from chalicelib.ports import About, Commit
from tests.builders import NOW
from tests.fakes.evidence import FakeEvidence, cleaned_or_not

ABOUT = About("nordlicht", "K-501", "R-1001", "d-1")
LATER = NOW + timedelta(seconds=5)


@pytest.fixture
def bucket(world):
    """A claim in dispute, and an empty bucket."""
    world.register()
    dispute = Dispute(
        id="d-1",
        creditor="nordlicht",
        debtor="K-501",
        claim="R-1001",
        reason=DisputeReason.WRONG_AMOUNT,
        words="",
        admitted=None,
        answer_by=None,
        language="de",
        task="t-1",
        opened_at=NOW,
        due_at=NOW + timedelta(days=7),
    )
    world.store.commit("nordlicht", Commit((), disputes=(dispute,)))
    return FakeEvidence()


def take(world, bucket, upload):
    return clean_upload(upload, sent_at=NOW, store=world.store, evidence=bucket, clean=cleaned_or_not, now=LATER)


def test_a_photo_is_kept_cleaned_and_told_of_and_what_came_is_gone(world, bucket):
    upload = bucket.send(ABOUT, b"photo")
    taken = take(world, bucket, upload)
    assert world.matter().evidence == {taken.id: replace(taken, version=1)}
    assert (taken.state, taken.media_type, taken.size, taken.pages) == (EvidenceState.TAKEN, "image/jpeg", 5, 0)
    assert (taken.dispute, taken.claim, taken.sent_at, taken.done_at) == ("d-1", "R-1001", NOW, LATER)
    assert bucket.kept["nordlicht", taken.id].content == b"clean"
    assert bucket.lying == {}
    (fact,) = world.store.named(FactName.EVIDENCE_TAKEN)
    assert dict(fact.about) == {"claim": "R-1001", "dispute": "d-1", "evidence": taken.id}


@pytest.mark.parametrize("problem", EvidenceProblem)
def test_what_cannot_be_kept_leaves_its_reason_and_no_byte(world, bucket, problem):
    taken = take(world, bucket, bucket.send(ABOUT, problem.value.encode()))
    assert (taken.state, taken.problem, taken.media_type, taken.size) == (EvidenceState.REFUSED, problem, "", 0)
    assert bucket.kept == bucket.lying == {}
    assert world.store.named(FactName.EVIDENCE_TAKEN) == []


def test_told_twice_of_the_same_file_it_is_taken_once(world, bucket):
    upload = bucket.send(ABOUT, b"photo")
    taken = take(world, bucket, upload)
    assert take(world, bucket, upload) is None
    # And again, when the first telling ended before it had tidied up.
    bucket.send(ABOUT, b"photo")
    assert take(world, bucket, upload) is None
    assert list(world.matter().evidence) == [taken.id]
    assert bucket.lying == {}


def test_told_twice_at_the_same_moment_it_is_taken_once(world, bucket):
    upload = bucket.send(ABOUT, b"photo")
    bucket.meanwhile.append(lambda: take(world, bucket, upload))
    assert take(world, bucket, upload) is None
    assert len(world.matter().evidence) == len(bucket.kept) == 1
    assert len(world.store.named(FactName.EVIDENCE_TAKEN)) == 1


def test_another_file_over_the_same_form_is_another_evidence(world, bucket):
    first = bucket.send(ABOUT, b"photo", version="v1")
    second = bucket.send(ABOUT, b"pdf", version="v2")
    assert {take(world, bucket, one).media_type for one in (second, first)} == {"image/jpeg", "application/pdf"}
    assert len(world.matter().evidence) == len(bucket.kept) == 2


def test_the_sixth_file_is_refused_and_a_refused_one_does_not_count(world, bucket):
    for number in range(MOST_TAKEN):
        take(world, bucket, bucket.send(ABOUT, b"locked", form=f"bad-{number}"))
        assert take(world, bucket, bucket.send(ABOUT, b"photo", form=f"good-{number}")).state == "taken"
    assert take(world, bucket, bucket.send(ABOUT, b"photo", form="one more")).problem is EvidenceProblem.TOO_MANY
    assert len(bucket.kept) == MOST_TAKEN


def test_whoever_sends_without_end_fills_neither_table_nor_bucket(world, bucket):
    for number in range(MOST_SENT + 5):
        take(world, bucket, bucket.send(ABOUT, b"unreadable", form=f"form-{number}"))
    assert len(world.matter().evidence) == MOST_SENT
    assert bucket.lying == {}


@pytest.mark.parametrize(
    "about",
    [
        None,
        replace(ABOUT, dispute="d-2"),
        replace(ABOUT, claim="R-1002"),
        replace(ABOUT, debtor="K-502"),
        replace(ABOUT, creditor="fairkasso"),
    ],
)
def test_O3_a_file_that_belongs_to_no_dispute_we_know_is_thrown_away_unopened(world, bucket, about):
    def never(raw):
        raise AssertionError("opened")

    upload = bucket.send(about, b"photo")
    said = clean_upload(upload, sent_at=NOW, store=world.store, evidence=bucket, clean=never, now=NOW)
    assert said is None and bucket.kept == bucket.lying == {}
    assert world.matter().evidence == {}


def test_G1_a_file_that_comes_after_its_sender_was_erased_is_thrown_away(world, bucket):
    debtor = world.matter().debtor
    world.store.commit("nordlicht", Commit((), debtor=replace(debtor, erased_at=NOW)))
    assert take(world, bucket, bucket.send(ABOUT, b"photo")) is None
    assert bucket.kept == bucket.lying == {}


def test_I3_while_the_bucket_is_out_of_reach_the_file_waits_for_another_try(world, bucket):
    upload = bucket.send(ABOUT, b"photo")
    bucket.trouble.append(Retry("bucket out of reach"))
    with pytest.raises(Retry):
        take(world, bucket, upload)
    assert world.matter().evidence == {} and upload in bucket.lying
    assert take(world, bucket, upload).state is EvidenceState.TAKEN


def test_I1_a_crash_after_keeping_and_before_telling_is_made_good_by_the_next_try(world, bucket):
    upload = bucket.send(ABOUT, b"photo")
    world.store.trouble.append(Retry("table out of reach"))
    with pytest.raises(Retry):
        take(world, bucket, upload)
    taken = take(world, bucket, upload)
    assert list(bucket.kept) == [("nordlicht", taken.id)]
    assert bucket.lying == {}


def test_a_file_has_the_same_name_however_the_bucket_quotes_its_bytes():
    assert evidence_id("uploads/a/b", '"abc"') == evidence_id("uploads/a/b", "abc")
    assert (
        evidence_id("uploads/a/b", "abc") != evidence_id("uploads/a/c", "abc") != evidence_id("uploads/a/b", "d")
    )
