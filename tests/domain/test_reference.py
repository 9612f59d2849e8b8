"""References that people type: short, kind to slips, and nobody's guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.reference import ALPHABET, LENGTH, drawn, shown, typed


@given(st.binary(min_size=LENGTH, max_size=64))
def test_what_is_drawn_can_be_shown_and_typed_again(numbers):
    reference = drawn(numbers)
    assert len(reference) == LENGTH and set(reference) <= set(ALPHABET)
    assert typed(reference) == typed(shown(reference)) == typed(f" {shown(reference).lower()} ") == reference


def test_too_little_chance_is_refused():
    with pytest.raises(ValueError, match="twelve"):
        drawn(b"x" * (LENGTH - 1))


def test_it_is_shown_in_three_groups():
    assert shown("K7M4QX2D9TRP") == "K7M4-QX2D-9TRP"


@pytest.mark.parametrize("text", ["k7m4 qx2d 9trp", "K7M4–QX2D–9TRP", "k7m4.qx2d/9trp", "\u202eK7M4QX2D9TRP"])
def test_the_way_it_is_typed_does_not_matter(text):
    assert typed(text) == "K7M4QX2D9TRP"


@pytest.mark.parametrize("text", ["", "K7M4-QX2D-9TR", "K7M4-QX2D-9TRPA", "K7M4-QX2D-9TR1", "ẞ" * 12])
def test_what_is_no_reference_is_none(text):
    assert typed(text) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_reference_or_nothing(text):
    found = typed(text)
    assert found is None or typed(found) == found


def test_signs_that_look_alike_are_not_used():
    assert not set("01OIL") & set(ALPHABET)
