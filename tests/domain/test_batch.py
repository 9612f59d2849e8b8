"""A batch: its name, its counts and how it ends."""

from chalicelib.domain.batch import Batch, BatchStatus, Outcome, Refused, batch_id
from chalicelib.domain.iban import iban_of, with_check_digits
from tests.builders import NOW

KEY = "inbox/nordlicht/november.csv"


def batch(**changes):
    return Batch(**({"id": "b1", "creditor": "nordlicht", "key": KEY, "etag": "e1", "received_at": NOW} | changes))


def test_B1_the_same_upload_is_the_same_batch_however_often_it_is_announced():
    assert batch_id("nordlicht", KEY, '"e1"') == batch_id("nordlicht", KEY, "e1")


def test_B2_another_name_or_other_bytes_or_another_creditor_is_another_batch():
    ids = {
        batch_id("nordlicht", KEY, "e1"),
        batch_id("nordlicht", KEY, "e2"),
        batch_id("nordlicht", "inbox/nordlicht/again.csv", "e1"),
        batch_id("suedlicht", KEY, "e1"),
    }
    assert len(ids) == 4
    assert all(len(each) == 20 for each in ids)


def test_counts_add_up_over_portions():
    after = batch(rows=5).counting({Outcome.TAKEN: 2}).counting({Outcome.TAKEN: 1, Outcome.QUARANTINED: 2})
    assert after.counts == {Outcome.TAKEN: 3, Outcome.QUARANTINED: 2}
    assert after.settled == 5


def test_B5_a_file_that_ends_early_ends_partial():
    assert batch(cut=True).finished(NOW).status is BatchStatus.PARTIAL
    assert batch().finished(NOW).status is BatchStatus.DONE
    assert batch().refused_for(Refused("bomb"), NOW).status is BatchStatus.REFUSED


def test_an_iban_proves_itself():
    assert iban_of("DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert iban_of("GB29 NWBK 6016 1331 9268 19") == "GB29NWBK60161331926819"
    for wrong in ("DE89370400440532013001", "DE8937040044053201300", "XX89370400440532013000", "", "hello"):
        assert iban_of(wrong) is None
    assert iban_of(with_check_digits("DE", "990009090001234567"))
