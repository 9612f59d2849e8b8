"""A checked row as the domain sees it; nothing of the person goes to the model."""

from datetime import date

from chalicelib.actions.read_row import registration_of
from chalicelib.domain.allocation import Split
from chalicelib.ports import RowPlace
from tests.builders import NOW, creditor, row

PLACE = RowPlace("b1", 0, 7)


def test_card_claim_and_flags_are_the_rows_own():
    read = registration_of(row(flags=("bad_phone",), interest=120, costs=250), creditor(), PLACE, NOW)
    assert (read.place, read.flags) == (PLACE, ("bad_phone",))
    assert (read.debtor.number, read.claim.debtor, read.claim.batch) == ("K-501", "K-501", "b1")
    assert read.claim.outstanding == Split(4820, 120, 250)


def test_the_model_gets_figures_and_history_and_no_person():
    said = row(interest=120, costs=250, reminders_sent=2, customer_since=date(2019, 1, 1), phone=None)
    facts = registration_of(said, creditor(), PLACE, NOW).facts
    assert (facts.amount, facts.has_email, facts.has_phone) == (5190, True, False)
    assert (facts.history.reminders_sent, facts.history.customer_since) == (2, date(2019, 1, 1))
    told = repr(facts)
    for secret in ("Marta", "Lindenweg", "10437", "Berlin", "1984", "example.com", "R-1001", "K-501"):
        assert secret not in told
