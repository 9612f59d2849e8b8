"""The letter that is posted stands in the window of its envelope and leads to the page by its reference."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.adapters.documents.press import Press
from chalicelib.domain.allocation import Split
from chalicelib.domain.channel import Shape
from chalicelib.domain.contact import MessageKind, Tone
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.row import claim_of, debtor_of
from chalicelib.presentation.composer import compose
from chalicelib.presentation.i18n import languages
from tests.builders import NOW, creditor, row
from tests.pages import samples_channels

TOKEN = "abcdefghijklmnopqrstuv"
FONTS = Path(__file__).parents[2] / "infra/fonts"
MM = 72 / 25.4


def written(language="de", **claim):
    who, one = creditor(), row()
    debtor = replace(debtor_of(one, who, NOW), language=language)
    held = replace(claim_of(one, who, "b", NOW), reference="6W2AX33HZYDM", **claim)
    link = f"{who.public_url}/p/{TOKEN}"
    return compose(
        MessageKind.REMINDER,
        creditor=who,
        debtor=debtor,
        claim=held,
        link_url=link,
        stop_url=f"{link}/stop",
        tone=Tone.FRIENDLY,
        language=language,
        now=NOW,
        zone=ZoneInfo("Europe/Berlin"),
        good_until=NOW.date(),
        matter=Matter(debtor, {held.id: held}),
        shape=Shape.LETTER,
    )


@pytest.mark.parametrize("language", languages())
def test_a_posted_letter_holds_no_link_and_leads_by_its_reference(language):
    letter = json.loads(written(language).letter)
    text = json.dumps(letter, ensure_ascii=False)
    assert TOKEN not in text and "/p/" not in text
    assert "zahlen.nordlicht.example/start" in text
    assert letter["window"] == ["Marta Lindqvist", "Lindenweg 7", "10437 Berlin"]
    assert letter["back"] == "Nordlicht Energie GmbH · Am Kai 4 · 20457 Hamburg"
    kinds = [block["kind"] for block in letter["blocks"]]
    assert kinds.count("giro") == kinds.count("door") == kinds.count("farewell") == kinds.count("small") == 1


def test_what_is_owed_stands_by_its_parts_where_it_has_parts():
    letter = json.loads(written(outstanding=Split(4000, 500, 320)).letter)
    (table,) = [block for block in letter["blocks"] if block["kind"] == "money"]
    assert [re.sub(r"\s", "", line[1]) for line in table["rows"]] == ["3,20€", "5,00€", "40,00€"]
    assert re.sub(r"\s", "", table["sums"][0][1]) == "48,20€"


def test_without_an_amount_that_fits_a_code_there_is_none():
    letter = json.loads(written(currency="CHF").letter)
    assert not [block for block in letter["blocks"] if block["kind"] == "giro"]


def test_the_same_words_are_kept_as_a_text_and_no_other_shape_writes_a_letter():
    message = written()
    assert message.shape is Shape.LETTER and "Guten Tag Marta" in message.long


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_address_stands_in_the_window_of_form_b_and_nothing_else_does(language):
    from pypdf import PdfReader

    pdf = Press(FONTS).printed(written(language).letter, NOW)
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    height, seen = float(page.mediabox.height), []

    def note(text, matrix, place, font, size):
        x, y = (matrix[4] * place[0] + place[4], matrix[5])
        if text.strip():
            seen.append((text.strip(), x / MM, (height - y) / MM))

    page.extract_text(visitor_text=note)
    inside = " ".join(text for text, x, y in seen if 20 <= x <= 105 and 45 <= y <= 90)
    assert "Marta Lindqvist" in inside and "10437 Berlin" in inside
    assert "48" not in re.sub(r"10437|20457", "", inside)
    # A window shows what lies behind it: neither the subject nor the amount may (LOOK: nothing tells).
    assert pdf.startswith(b"%PDF") and b"pdfuaid" in pdf


@pytest.mark.matrix(1)
@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("language", languages())
def test_a_reminder_is_one_sheet_in_every_tone_and_language(language, tone):
    letter = samples_channels.channel_samples(language)[ChannelKind.LETTER, tone].letter
    assert len(Press(FONTS).drawn(letter, 10)) == 1


def test_the_last_notice_says_that_every_way_stays_open_and_nothing_is_said_twice():
    letter = json.loads(samples_channels.channel_samples("de")[ChannelKind.LETTER, Tone.LAST_NOTICE].letter)
    said = [block["text"] for block in letter["blocks"] if block["kind"] == "words"]
    assert any(text.startswith("Alles bleibt möglich") for text in said)
    rows = [
        value
        for block in letter["blocks"]
        if "rows" in block and block["kind"] != "money"
        for _, value in block["rows"]
    ]
    assert len(rows) == len(set(rows)) and "K7M4-QX2D-9TRP" in rows


def test_the_same_letter_gives_the_same_bytes():
    letter = written().letter
    assert Press(FONTS).printed(letter, NOW) == Press(FONTS).printed(letter, NOW)
