"""The page lint sees what it is there to see."""

from random import Random

import pytest

from chalicelib.presentation import render

from .lint import lint
from .samples import page_samples

GOOD = render.page(page_samples("en")["talk"]).body


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("</main>", "</div></main>", "not valid HTML"),
        ('lang="en" dir="ltr"', 'lang="xx" dir="ltr"', "language"),
        ('dir="ltr"', 'dir="rtl"', "direction"),
        ("<h1>", "<h1>Two</h1><h1>", "2 h1"),
        ("<title>", "<title>Other ", "does not begin"),
        ('id="words"', 'id="phone"', "twice"),
        ('<label for="phone">', "<label>", "no label"),
        ("</main>", '<img src="https://x.example/a.png" alt=""></main>', "fetches"),
        ("</main>", f"<script>{'1' * 2049}</script></main>", "a script of more"),
        ("</main>", '<p style="color:red">x</p></main>', "inline style"),
        ("</main>", '<a href="#gone">x</a></main>', "not there"),
        ("</main>", '<a href="/p/x?visit=abc">x</a></main>', "secret"),
        ("</main>", "<p>door.h1</p></main>", "untranslated key"),
        ("</main>", "<p>{amount}</p></main>", "hole"),
        ("</main>", "<p>Pay now!</p></main>", "exclamation"),
        ("</main>", "<button></button></main>", "says nothing"),
        ("initial-scale=1", "initial-scale=1, user-scalable=no", "zooming"),
        ("noindex", "index", "indexed"),
        ("Ask for a call", "None", "hole"),
    ],
)
def test_a_fault_is_found(before, after, fault):
    assert lint(GOOD, "en") == []
    assert before in GOOD
    assert any(fault in found for found in lint(GOOD.replace(before, after, 1), "en"))


def test_a_heavy_page_is_found():
    noise = "".join(Random(7).choices("abcdefghijklmnopqrstuvwxyz", k=40_000))
    assert any("compressed" in found for found in lint(GOOD.replace("</main>", f"<p>{noise}</p></main>"), "en"))
