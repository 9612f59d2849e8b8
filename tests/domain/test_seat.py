"""A seat at the desk is good for half an hour after the last page, for ten hours in all, and for nobody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.seat import (
    Seat,
    SigningIn,
    challenge_of,
    form_proof,
    seat_opened,
    seat_sealed,
    served_in,
    signing_in_opened,
    signing_in_sealed,
)
from tests.builders import NOW, staff

KEYS = {"k1": b"one", "k2": b"two"}
SEAT = Seat("seat-1", "s-1", NOW, NOW)
WAY = SigningIn("state", "nonce", "verifier", "/desk/team", NOW)
MINUTE = timedelta(minutes=1)


def test_a_seat_comes_back_as_it_was_sealed_with_either_of_the_two_keys():
    later = SEAT.renewed(NOW + timedelta(microseconds=7))
    for key_id, key in KEYS.items():
        assert seat_opened(seat_sealed(later, key_id, key), KEYS) == later


@pytest.mark.parametrize("forged", ["", "x", "x.y.z", "..", "é.k1.x", seat_sealed(SEAT, "k1", b"guessed")])
def test_a_forged_seat_is_none(forged):
    assert seat_opened(forged, KEYS) is None


def test_no_letter_of_a_sealed_seat_can_be_changed():
    text = seat_sealed(SEAT, "k1", KEYS["k1"])
    for place in range(len(text)):
        other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert seat_opened(other, KEYS) is None


def test_what_is_sealed_for_the_way_in_is_no_seat_and_a_seat_no_way_in():
    assert seat_opened(signing_in_sealed(WAY, "k1", KEYS["k1"]), KEYS) is None
    assert signing_in_opened(seat_sealed(SEAT, "k1", KEYS["k1"]), KEYS, NOW) is None


@pytest.mark.parametrize(
    ("since", "renewed", "holds"),
    [
        (0, 0, True),
        (30, 30, True),
        (30, 31, False),
        (10 * 60, 5, True),
        (10 * 60 + 1, 5, False),
        (-1, -1, True),
        (-3, -3, False),
    ],
)
def test_it_holds_half_an_hour_after_the_last_page_and_ten_hours_in_all(since, renewed, holds):
    seat = Seat("x", "s-1", NOW - since * MINUTE, NOW - renewed * MINUTE)
    assert seat.holds(staff(), NOW) is holds


def test_it_is_over_for_whoever_signed_out_left_or_is_somebody_else():
    assert not SEAT.holds(staff(signed_out_at=NOW), NOW)
    assert SEAT.holds(staff(signed_out_at=NOW - timedelta(microseconds=1)), NOW)
    assert not SEAT.holds(staff(left_at=NOW), NOW)
    assert not SEAT.holds(staff(id="s-2"), NOW)


@pytest.mark.parametrize(("minutes", "known"), [(0, True), (10, True), (10.1, False), (-3, False)])
def test_who_is_at_the_providers_page_has_ten_minutes(minutes, known):
    text = signing_in_sealed(WAY, "k1", KEYS["k1"])
    assert (signing_in_opened(text, KEYS, NOW + minutes * MINUTE) == WAY) is known


def test_the_challenge_is_that_of_the_standard():
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_forms_proof_is_of_one_seat_and_one_key():
    proofs = {
        form_proof(SEAT, b"one"),
        form_proof(SEAT, b"two"),
        form_proof(replace(SEAT, id="seat-2"), b"one"),
        form_proof(replace(SEAT, staff="s-2"), b"one"),
    }
    assert len(proofs) == 4
    assert form_proof(SEAT.renewed(datetime(2027, 1, 1, tzinfo=UTC)), b"one") in proofs


def test_a_form_of_an_earlier_sign_in_is_told_from_one_of_somebody_else_and_from_none():
    proof = form_proof(SEAT, KEYS["k1"])
    assert served_in(proof, SEAT.staff, KEYS) == SEAT.id
    assert served_in(proof, "s-2", KEYS) is None
    assert served_in(proof, SEAT.staff, {"k9": b"another"}) is None
    for forged in ("", ".", proof[:-1], f"seat-2.{proof.rpartition('.')[2]}", "é"):
        assert served_in(forged, SEAT.staff, KEYS) is None
