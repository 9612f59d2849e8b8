"""Whatever colour a creditor has, its pages can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.presentation import colour, render

HEX = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@given(HEX)
def test_lines_and_buttons_of_any_colour_hold_their_contrast(given_colour):
    found = colour.accent(given_colour)
    for ground in (colour.PAPER, colour.SURFACE):
        assert colour.contrast(found.line, ground) >= 4.5
    for ground in (colour.NIGHT, colour.NIGHT_SURFACE):
        assert colour.contrast(found.night_line, ground) >= 4.5
    assert colour.contrast(found.button, "#ffffff") >= 7
    assert colour.contrast(found.night_button, colour.NIGHT) >= 7


def test_a_colour_that_can_be_read_is_kept():
    assert colour.accent("#0B3D91").line == "#0b3d91"
    assert colour.accent("#0B3D91").button == "#0b3d91"


@pytest.mark.parametrize("nothing", [None, "", "red", "#12", "url(x)", "#zzzzzz", "#1234567"])
def test_what_is_no_colour_becomes_the_calm_green(nothing):
    assert colour.accent(nothing) == colour.accent(colour.CALM)


def test_the_reading_colours_of_both_themes_reach_seven_to_one():
    day, night = re.split("prefers-color-scheme: ?dark", render.style(), maxsplit=1)
    for css, grounds, ink in (
        (day, (colour.PAPER, colour.SURFACE), colour.INK),
        (night, (colour.NIGHT, colour.NIGHT_SURFACE), colour.MOON),
    ):
        soft = re.search(r"--soft:\s*(#[0-9a-f]{6})", css)[1]
        mend = re.search(r"--mend: ?(#[0-9a-f]{6})", css)[1]
        for ground in grounds:
            for text in (ink, soft, mend):
                assert colour.contrast(text, ground) >= 7
