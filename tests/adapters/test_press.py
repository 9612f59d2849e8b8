"""The press: an accessible PDF whose words can be read out in their order, the same bytes for the same letter."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from chalicelib.adapters.documents.press import GAP, Press

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
LETTER = {
    "language": "de",
    "direction": "ltr",
    "accent": "#1d5c57",
    "title": "Kontoauszug",
    "about": "Kontoauszug, Nordlicht Energie GmbH",
    "sender": {"name": "Nordlicht Energie GmbH", "lines": ["Am Kai 4", "20457 Hamburg"]},
    "recipient": "Zofia Żółć-Ðorđević",
    "date": "23. November 2026",
    "page": "Seite {page} von {pages}",
    "footer": ["Nordlicht Energie GmbH, Am Kai 4, 20457 Hamburg."],
    "blocks": [
        {"kind": "words", "text": "Guten Tag Zofia Żółć-Ðorđević,"},
        {"kind": "calm", "text": "Es ist nichts mehr offen."},
        {"kind": "facts", "rows": [["Wofür", "Strom"], ["Unser Zeichen", "R-1001"]]},
        {"kind": "heading", "text": "Alle Buchungen"},
        {
            "kind": "money",
            "columns": [
                {"text": "Tag", "figures": False, "wide": True},
                {"text": "Betrag", "figures": True, "wide": False},
            ],
            "rows": [["20. November 2026", "53,83\u00a0€"], ["21. November 2026", "\u221220,00\u00a0€"]],
            "sums": [["Noch offen", "33,83\u00a0€"]],
        },
    ],
}
ARABIC = {
    **LETTER,
    "language": "ar",
    "direction": "rtl",
    "title": "كشف الحساب",
    "recipient": "\u2068محمد الأحمد\u2069",
    "blocks": [
        {
            "kind": "words",
            "text": "مرحبا \u2068Иван Петров\u2069، المبلغ \u206848,20\u00a0€\u2069 في \u20682026-4711\u2069.",
        },
        {
            "kind": "original",
            "language": "de",
            "direction": "ltr",
            "heading": "Deutscher Originaltext",
            "blocks": [{"kind": "words", "text": "Das kostet Sie nichts."}],
        },
    ],
}


@pytest.fixture(scope="module")
def press():
    return Press(ROOT / "infra/fonts")


def pdf_of(press, letter):
    return pypdf.PdfReader(BytesIO(press.printed(json.dumps(letter), AT)))


def words_of(pdf):
    return [" ".join(page.extract_text().replace("\xa0", " ").split()) for page in pdf.pages]


def test_the_pdf_is_tagged_and_says_its_title_language_and_author(press):
    pdf = pdf_of(press, LETTER)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "de"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert "pdfuaid:part>1<" in root["/Metadata"].get_data().decode()
    assert pdf.metadata["/Title"] == "Kontoauszug"
    assert pdf.metadata["/Author"] == "Nordlicht Energie GmbH"
    assert pdf.metadata.creation_date == AT


def kinds_of(pdf):
    """The kinds of all parts of the structure that screen readers walk through."""
    found, waiting = [], [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop(0).get_object()
        if not isinstance(node, dict):
            continue
        found.append(node.get("/S"))
        inner = node.get("/K", [])
        inner = inner.get_object() if hasattr(inner, "get_object") else inner
        waiting += [kid for kid in (inner if isinstance(inner, list) else [inner]) if hasattr(kid, "get_object")]
    return found


def test_its_headings_and_tables_are_told_apart_from_words(press):
    kinds = kinds_of(pdf_of(press, LETTER))
    assert kinds.count("/H1") == 1 and kinds.count("/H2") == 1
    assert kinds.count("/Table") == 1 and kinds.count("/TH") == 2 and kinds.count("/TD") == 6


def test_its_words_come_in_the_order_in_which_they_are_read(press):
    (page,) = words_of(pdf_of(press, LETTER))
    wanted = [
        "Nordlicht Energie GmbH",
        "Zofia Żółć-Ðorđević",
        "23. November 2026",
        "Kontoauszug",
        "Es ist nichts mehr offen.",
        "Wofür Strom",
        "Unser Zeichen R-1001",
        "Tag Betrag",
        "20. November 2026 53,83 €",
        "21. November 2026 −20,00 €",
        "Noch offen 33,83 €",
        "Seite 1 von 1",
    ]
    places = [page.find(words) for words in wanted]
    assert -1 not in places, page
    assert places == sorted(places)


def test_arabic_cyrillic_and_latin_stand_in_one_letter_with_their_figures_whole(press):
    first, second = words_of(pdf_of(press, ARABIC))
    assert "Иван Петров" in first and "48,20 €" in first and "2026-4711" in first
    for word in ("محمد", "الأحمد", "كشف", "مرحبا"):
        assert word in first, first
    assert "Deutscher Originaltext Das kostet Sie nichts." in second


def test_the_same_letter_of_the_same_moment_is_the_same_bytes_in_another_process_too(press):
    text = json.dumps(LETTER)
    assert press.printed(text, AT) == press.printed(text, AT) == Press(ROOT / "infra/fonts").printed(text, AT)
    assert press.printed(text, AT) != press.printed(text, AT.replace(hour=22))


def test_a_long_account_goes_on_over_pages_that_are_counted(press):
    money = {**LETTER["blocks"][4], "rows": [["20. November 2026", "1,00\u00a0€"]] * 80}
    pages = words_of(pdf_of(press, {**LETTER, "blocks": [money]}))
    assert len(pages) == 3
    assert [page[-len("Seite 1 von 3") :] for page in pages] == [f"Seite {n} von 3" for n in (1, 2, 3)]
    assert all("Tag Betrag" in page for page in pages), "the head of the table stands on each page"


@pytest.mark.parametrize("name", ["王伟", "Anna 😀", "\ue000", "\u0378"])
def test_a_character_that_no_typeface_has_leaves_a_gap_and_not_the_reader_without_a_letter(press, name):
    (page,) = words_of(pdf_of(press, {**LETTER, "recipient": name}))
    assert GAP in page


UNNAMED = {
    **LETTER,
    "unnamed": "Für Sie, unser Zeichen: QKTC-MC5G-5ZZW",
    "blocks": [{"kind": "words", "text": "Guten Tag 王小明,", "unnamed": "Guten Tag,"}, LETTER["blocks"][1]],
}


def test_a_name_whose_script_no_typeface_has_is_not_a_row_of_boxes_but_the_reference(press):
    (page,) = words_of(pdf_of(press, {**UNNAMED, "recipient": "王小明"}))
    assert "QKTC-MC5G-5ZZW" in page and "Guten Tag," in page and GAP not in page


@pytest.mark.parametrize("name", ["Zofia Żółć", "محمد الأحمد", "Anna 😀"])
def test_a_name_that_can_be_read_is_printed_whatever_sign_is_with_it(press, name):
    (page,) = words_of(pdf_of(press, {**UNNAMED, "recipient": name}))
    assert "QKTC" not in page


@pytest.mark.parametrize(
    "name",
    [
        "Γιώργος",
        "Ніна Ґалаґан",
        "რუსთაველი",
        "Հայկ",
        "יעל כהן",
        "สมชาย",
        "Nguyễn Ánh",
        "\u202eabc",
        "*_#$[a]<b>\\",
    ],
)
def test_names_of_many_scripts_and_signs_are_printed_as_they_are(press, name):
    (page,) = words_of(pdf_of(press, {**LETTER, "recipient": name}))
    assert GAP not in page or name == "\u202eabc"


def test_words_that_look_like_commands_of_the_typesetter_are_words(press):
    (page,) = words_of(pdf_of(press, {**LETTER, "recipient": '#panic("x") = *fett* $a$ @b'}))
    assert '#panic("x") = *fett* $a$ @b' in page
