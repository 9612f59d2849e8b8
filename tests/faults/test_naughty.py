"""P16 over all rooms: what a file or a reader wrote, however naughty, is shown as it was meant."""

import re

import pytest

from chalicelib.presentation.frame import PLACES
from chalicelib.presentation.i18n import one_line
from tests.pages.lint import lint
from tests.reader import Reader

NAUGHTY = (
    "<script>alert(1)</script><b onclick=x>",
    "\u202egnitirw desrever\u202c \u2066alone",
    "\" onmouseover='x' style=\"",
    "{{ 7 * 7 }}{% raw %} {name} %(x)s ${y}",
    "مرحبا 123 &amp; <bdo dir=rtl>",
)
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def clean(answer, *shown):
    """Nothing of it is markup, nothing turns the line, and what is to be seen is there."""
    assert answer.status in (200, 409, 422), answer.words
    faults = [fault for fault in lint(answer.text, "de") if fault != "a hole in a sentence"]
    assert faults == [], answer.location
    assert not CONTROLS.search(answer.text)
    assert "<script>alert" not in answer.text and "onclick=x>" not in answer.text
    for text in shown:
        assert one_line(text) in answer.words.replace("\n", " ") or one_line(text) in values(answer), answer.words
    return answer


def digitless(text):
    """The same, in which nobody could find an amount or a day."""
    return re.sub(r"\d", "", text)


def values(answer):
    """What stands in the fields of its forms."""
    from html import unescape

    held = re.findall(r'value="([^"]*)"', answer.text) + re.findall(
        r"(?s)<textarea[^>]*>(.*?)</textarea>", answer.text
    )
    return [one_line(unescape(value)) for value in held]


@pytest.fixture(params=[*NAUGHTY[:2], *(pytest.param(words, marks=pytest.mark.long) for words in NAUGHTY[2:])])
def naughty(request):
    return request.param


@pytest.fixture
def reader(house, creditor, naughty):
    claim = house.register(creditor, name=naughty, what=naughty, street=naughty, city=naughty)
    reader = Reader(house.link_to(claim))
    clean(reader.through_the_door(), naughty)
    yield reader
    house.invariants(claim)


def test_P16_a_files_naughty_words_are_words_on_every_page(reader, naughty):
    shown = [reader.get(reader.at() + path) for path in sorted(set(PLACES.values())) if path != "/start"]
    there = [answer for answer in shown if answer.status == 200]
    assert len(there) > 20
    for answer in there:
        clean(answer)


def test_P16_what_somebody_says_is_wrong_is_shown_as_they_wrote_it(reader, naughty):
    page = reader.get("wrong?about=already_paid")
    mend = reader.press(
        page, "/wrong", words=naughty, paid_on=naughty, paid_by=naughty, admitted=digitless(naughty)
    )
    assert mend.status == 422
    clean(mend, naughty)
    done = reader.on(reader.press(page, "/wrong", words=naughty, paid_on=naughty, paid_by=naughty))
    clean(done, naughty)
    clean(reader.on(reader.press(done, "/wrong", words=f"Noch: {naughty}")), f"Noch: {one_line(naughty)}")
    for place in ("", "history", "evidence"):
        clean(reader.get(place))


def test_P16_a_representatives_name_a_complaint_and_a_wish_are_shown_as_written(reader, naughty):
    mend = reader.press(reader.get("represent"), "/represent", name=naughty, phone=naughty, email=naughty)
    assert mend.status == 422
    clean(mend, naughty)
    named = reader.on(reader.press(reader.get("represent"), "/represent", name=naughty, email="jana@example.com"))
    clean(named, naughty)
    heard = reader.press(reader.get("complain"), "/complain", words=naughty)
    clean(reader.on(heard) if heard.status == 303 else heard)
    asked = reader.press(reader.get("talk"), "/talk", words=naughty, slot=naughty, phone=naughty, language=naughty)
    assert asked.status == 422
    clean(asked, naughty)
    for place in ("history", "choices", "represent", "talk", "complain"):
        clean(reader.get(place))


def test_P16_amounts_days_addresses_and_codes_that_are_none_come_back_as_typed(reader, naughty):
    naughty = digitless(naughty)
    mended = (
        reader.press(reader.get("plan"), "/plan", amount=naughty),
        reader.press(reader.get("pay"), "/pay", much="other", other=naughty),
        reader.press(
            reader.get("later"), "/later", until="", until_day=naughty, until_month="1", until_year="2027"
        ),
        reader.post("budget", {"income": naughty, "dependants": naughty, "rent": naughty, "living": naughty}),
    )
    for answer in mended:
        assert answer.status == 422, answer.words
        clean(answer, naughty)
    for place, fields in (
        ("points", {"do": "add", "open": naughty}),
        ("choices", {"barrier": naughty, "best": naughty}),
    ):
        answer = reader.post(place, fields)
        clean(reader.on(answer) if answer.status == 303 else answer)
    clean(Reader().post("/start", {"reference": naughty}))
    door = Reader(reader.token)
    clean(door.press(door.get(), reader.token, factor="invoice_number", invoice_number=naughty))
    clean(door.press(door.get(), reader.token, factor=naughty, postcode=naughty))
    clean(reader.get(f"wrong?about={re.sub('[^a-z]', '', naughty)}"))
