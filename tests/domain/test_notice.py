"""What a collector's notice lacks is named, item by item."""

from datetime import date

import pytest

from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import Ground
from chalicelib.domain.interest import Interest
from chalicelib.domain.notice import Particulars, gaps
from tests.builders import claim, collector, creditor

GROUND = Ground("Strom, Abrechnung 2025", date(2024, 1, 5), "2026-4711", date(2026, 8, 1))
WHOLE = {
    "interest_rate": "6,27 % im Jahr",
    "costs_kind": "Mahnkosten",
    "costs_origin": "Mahnung vom 1.10.2026",
    "vat_reclaimable": "yes",
}


def whole(**changes):
    plain = {
        "ground": GROUND,
        "outstanding": Split(4820, 120, 250),
        "default_since": date(2026, 9, 15),
        "history": WHOLE,
    }
    return claim(**{**plain, **changes})


def test_a_whole_notice_lacks_nothing():
    assert gaps(collector(), whole()) == ()


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_each_particular_that_the_file_left_out_is_named(missing):
    said = {name: text for name, text in WHOLE.items() if name != missing}
    (gap,) = gaps(collector(), whole(history=said))
    assert gap in {"3_interest_rate", "5_costs_kind", "5_costs_origin", "6_vat"}


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"ground": Ground(" ", date(2024, 1, 5), "1", date(2026, 8, 1))}, "2_ground"),
        ({"ground": Ground("Strom", None, "1", date(2026, 8, 1))}, "2_contract_date"),
        ({"default_since": None}, "3_interest_period"),
    ],
)
def test_each_fact_of_the_claim_that_is_missing_is_named(change, gap):
    assert gaps(collector(), whole(**change)) == (gap,)


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"register_number": None}, "register"),
        ({"on_behalf_of": None}, "1_principal"),
        ({"authority": None}, "8_authority"),
    ],
)
def test_each_setting_of_the_collector_that_is_missing_is_named(change, gap):
    assert gaps(collector(**change), whole()) == (gap,)


def test_without_interest_and_costs_nothing_is_to_be_said_of_them():
    assert gaps(collector(), whole(outstanding=Split(4820), default_since=None, history={})) == ()


def test_a_creditor_in_its_own_name_needs_no_register():
    assert "register" not in gaps(creditor(), whole())


def test_the_particulars_are_read_from_the_files_history():
    assert Particulars.of(whole()) == Particulars(
        "6,27 % im Jahr", None, "Mahnkosten", WHOLE["costs_origin"], True
    )
    assert Particulars.of(whole(history={"vat_reclaimable": "no"})).vat_reclaimable is False
    assert Particulars.of(whole(history={})) == Particulars()


def test_interest_that_grew_here_needs_no_words_of_the_file_for_its_rate():
    said = {name: text for name, text in WHOLE.items() if name != "interest_rate"}
    grown = whole(history=said, interest=Interest(500, date(2026, 11, 21), date(2026, 11, 23)))
    assert gaps(collector(), grown) == ()
