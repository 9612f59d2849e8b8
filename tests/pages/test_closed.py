"""A claim that was let go without anything paid: nobody is told that they paid, nor that it was little."""

from dataclasses import replace

import pytest

from chalicelib.presentation import i18n, render, views
from chalicelib.presentation.i18n import languages

from . import samples

SMALL = ("klein", "small", "küçük", "petit", "pequeñ", "piccol", " mic ", "ewielk", "ебольш", "евелик", "صغير")
ALL_LET_GO = replace(samples.LET_GO, paid=0, waived=14_973, recent=())


def drawn(language, place, draw):
    about = {"creditor": samples.CREDITOR, "token": samples.TOKEN, "zone": samples.ZONE}
    frame = views.frame(i18n.locale(language), place=place, **about)
    return render.page(draw(frame)).body


@pytest.mark.parametrize("language", languages())
def test_what_is_let_go_is_told_by_its_amount_and_not_called_small(language):
    html = drawn(language, "matter", lambda frame: views.closed(frame, samples.CREDITOR, ALL_LET_GO))
    assert "/receipt" not in html and "149" in html
    said = html.partition("<main")[2].partition("</main>")[0]
    assert not [word for word in SMALL if word in said]


def test_whoever_paid_nothing_reads_on_the_receipt_that_nothing_is_open_and_not_that_all_is_paid():
    def receipt(frame):
        return views.receipt(frame, samples.CREDITOR, samples.DEBTOR, ALL_LET_GO, (samples.OPENING,), samples.NOW)

    html = drawn("de", "receipt", receipt)
    assert "alles bezahlt" not in html and "nichts mehr offen" in html


def test_whoever_paid_reads_that_all_is_paid_and_finds_the_receipt():
    paid = drawn(
        "de", "matter", lambda frame: views.closed(frame, samples.CREDITOR, samples.DONE, samples.ENTRIES)
    )
    assert "receipt" in paid
