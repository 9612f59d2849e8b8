"""How many text messages a phone company counts and charges for, at the very edges."""

import pytest

from chalicelib.domain.sms_parts import segments


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 158 + "€", 1),
        ("a" * 159 + "€", 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ş" * 70, 1),
        ("ş" * 71, 2),
        ("ş" * 134, 2),
        ("ش" * 135, 3),
    ],
)
def test_parts_are_counted_by_the_alphabet(text, parts):
    assert segments(text) == parts


@pytest.mark.parametrize("text", ["a" * 152 + "€" + "a" * 152, "ş" * 66 + "😀" + "ş" * 66])
def test_a_letter_of_two_signs_at_the_edge_goes_over_whole_and_costs_a_part_more(text):
    assert segments(text) == 3
    assert segments(text[1:]) == 2
