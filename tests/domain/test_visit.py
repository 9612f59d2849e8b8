"""A Visit proves a factor for half an hour, for one link, and cannot be made by anybody else."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.visit import LASTS, SKEW, Visit, _mac, form_proof, opened, sealed
from tests.builders import NOW

KEY, OTHER = b"a key of Visits", b"another key"
VISIT = Visit("link", "nordlicht", "K-501", "R-1001", NOW)
TEXT = sealed(VISIT, "k1", KEY)


def test_what_was_sealed_opens_as_it_was():
    assert opened(TEXT, {"k1": KEY}, NOW) == VISIT


def test_it_is_over_after_half_an_hour():
    assert opened(TEXT, {"k1": KEY}, NOW + LASTS) == VISIT
    assert opened(TEXT, {"k1": KEY}, NOW + LASTS + timedelta(microseconds=1)) is None


def test_a_visit_from_the_future_is_not_believed_beyond_the_clocks_difference():
    assert opened(TEXT, {"k1": KEY}, NOW - SKEW) == VISIT
    assert opened(TEXT, {"k1": KEY}, NOW - SKEW - timedelta(microseconds=1)) is None


def test_a_key_that_turned_still_opens_while_it_is_known_and_no_longer_after():
    assert opened(TEXT, {"k2": OTHER, "k1": KEY}, NOW) == VISIT
    assert opened(TEXT, {"k2": OTHER}, NOW) is None
    assert opened(TEXT, {"k1": OTHER}, NOW) is None
    assert opened(TEXT, {}, NOW) is None


def test_no_other_link_can_be_written_into_it():
    other = base64.urlsafe_b64encode(json.dumps(["other", "nordlicht", "K-501", "R-1001", 1]).encode()).decode()
    _, key_id, mac = TEXT.split(".")
    assert opened(f"{other.rstrip('=')}.{key_id}.{mac}", {"k1": KEY}, NOW) is None


@given(st.integers(0, len(TEXT) - 1), st.characters(codec="utf-8"))
def test_no_changed_sign_opens(place, sign):
    forged = TEXT[:place] + sign + TEXT[place + 1 :]
    if forged != TEXT:
        assert opened(forged, {"k1": KEY}, NOW) is None


@given(st.text(max_size=200))
def test_no_text_that_we_did_not_seal_opens(text):
    assert opened(text, {"k1": KEY, "": OTHER}, NOW) is None


@pytest.mark.parametrize("body", ["", "!", "bm90anNvbg", "W10", "WzFd"])
def test_a_sealed_text_that_is_no_visit_is_none(body):
    signed = f"{body}.k1"
    assert opened(f"{signed}.{_mac(KEY, signed)}", {"k1": KEY}, NOW) is None


def test_it_can_stand_in_a_cookie_and_in_a_form_as_it_is():
    assert TEXT.isascii()
    assert not set(TEXT) & set(" ;,\"'<>&=\\")


def test_a_forms_proof_is_for_one_purpose_one_link_and_one_key():
    proof = form_proof("silence", "link", KEY)
    others = {
        form_proof("pay", "link", KEY),
        form_proof("silence", "other", KEY),
        form_proof("silence", "link", OTHER),
    }
    assert proof not in others and len(others) == 3
    assert opened(proof, {"k1": KEY}, NOW) is None


def test_a_scope_covers_itself_and_less():
    assert [[one.covers(other) for other in Scope] for one in Scope] == [
        [True, True, True],
        [False, True, True],
        [False, False, True],
    ]


@pytest.mark.parametrize(("scope", "needed"), [(Scope.SEE, Scope.ARRANGE), (Scope.ARRANGE, Scope.ALL)])
def test_whoever_may_not_do_as_much_is_told_that_it_is_not_theirs(scope, needed):
    visit = replace(VISIT, scope=scope)
    visit.require(scope)
    with pytest.raises(BrokenRule, match="not_yours"):
        visit.require(needed)


@pytest.mark.parametrize("scope", Scope)
def test_the_seal_holds_the_scope(scope):
    text = sealed(replace(VISIT, scope=scope), "k1", b"key")
    assert opened(text, {"k1": b"key"}, VISIT.issued_at).scope is scope
