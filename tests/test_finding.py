"""What looks for people in what is left of them finds them, and nobody in a hash."""

import pytest

from tests.finding import said


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("3920077", "{'point': '+491713920077'}"),
        ("10437", "Lindenweg 7, 10437 Berlin"),
        ("10437", {"postcode": "10437"}),
        ("1984", "datetime.date(1984, 3, 9)"),
        ("1984", "born 1984-03-09"),
        ("Lindqvist", "marta.LINDQVIST@example.com"),
    ],
)
def test_a_person_is_found_however_they_are_written(word, text):
    assert said([word], text) == [word]


@pytest.mark.parametrize(
    "text", ["9feaaac10437ba", "2026-11-22T05:06:21.104371+00:00", "2026-11-22T05:06:21.210437Z"]
)
def test_a_postcode_inside_a_hash_or_a_fraction_of_a_second_is_nobodys(text):
    assert said(["10437"], text) == []
