"""A public reply tells nothing of the matter, in whatever spelling."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.matter import Matter
from chalicelib.presentation.i18n import languages, locale
from chalicelib.presentation.public_reply import suggested, tells
from tests.builders import claim, creditor, debtor


def matter(**changes):
    card = debtor(**changes)
    one = replace(claim(), reference="KX7P2M4QTR9W")
    return Matter(card, {one.id: one})


def told(text, **changes):
    return {found.what for found in tells(text, creditor(), matter(**changes))}


@pytest.mark.parametrize(
    "text",
    [
        "Liebe Frau Lindqvist, danke.",
        "LINDQVIST",
        "lindqvists Anliegen",
        "Danke, Marta.",
        "Dear MARTA",
        "Frau L i n d q v i s t",
        "Frau Lind-qvist",
        "L.i.n.d.q.v.i.s.t",
        "FrauLindqvist",
        "Lindqv\u00edst",
        "Lind\u200bqvist",
        "\u041carta",  # a Cyrillic letter that looks the same
        "\uff2c\uff49\uff4e\uff44\uff51\uff56\uff49\uff53\uff54",
    ],
)
def test_a_name_is_found_in_every_spelling(text):
    assert "name" in told(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jörg Müller", "Herr Mueller"),
        ("Jörg Müller", "Herr Muller"),
        ("Joerg Mueller", "Herr Müller"),
        ("Łukasz Wójcik", "pan Wojcik"),
        ("Ayşe Yıldız", "YILDIZ"),
        ("Søren Weiß", "WEISS"),
        ("Наталія Шевченко", "пані ШЕВЧЕНКО"),
        ("أحمد الحسن", "السيد الحسن"),
        ("Li Wei", "Mr Li"),
    ],
)
def test_names_of_every_script_are_found_without_their_accents(name, text):
    assert "name" in told(text, name=name)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("street", "im Lindenweg"),
        ("postcode", "in 10437"),
        ("postcode", "in 1 0 4 3 7"),
        ("city", "dort in berlin"),
        ("number", "Kundennummer K-501"),
        ("number", "Kundennummer k 501"),
        ("claim", "Vorgang R-1001"),
        ("claim", "Vorgang R 1001"),
        ("claim", "Rechnung 2026/4711"),
        ("claim", "KX7P 2M4Q TR9W"),
        ("phone", "unter 0171 3920012"),
        ("phone", "unter +49 171 392 00 12"),
        ("phone", "unter ٠١٧١٣٩٢٠٠١٢"),
        ("address", "marta.lindqvist"),
        ("amount", "Es sind 48,20"),
        ("amount", "Es sind 4820 Cent"),
        ("amount", "Es geht um 10 €"),
        ("birth_date", "geboren am 09.03.1984"),
        ("birth_date", "geboren am 9. 3. 84"),
        ("birth_date", "geboren am 9. März 1984"),
        ("birth_date", "born on March 9, 1984"),
        ("birth_date", "1984-03-09"),
    ],
)
def test_everything_else_of_the_matter_is_found(what, text):
    assert what in told(text, birth_date=date(1984, 3, 9))


@pytest.mark.parametrize(
    "text",
    [
        "Danke für Ihre Worte. Wir nehmen sie ernst.",
        "Wir sind von 8 bis 18 Uhr da.",
        "Wir haben 2026 vieles verbessert.",
        "Nordlicht Energie GmbH antwortet gern.",
        "Am Markt gibt es viele Linden, und Martha ist ein anderer Name.",
    ],
)
def test_what_tells_nothing_may_be_public(text):
    assert told(text) == set()


def test_the_writer_is_told_the_word():
    (found,) = tells("Liebe Frau Lindqvist", creditor(), matter())
    assert found.word == "Marta Lindqvist"


@pytest.mark.parametrize("language", languages())
def test_the_text_to_begin_with_tells_nothing(language):
    text = suggested(creditor(), locale(language))
    assert tells(text, creditor(), matter()) == () and creditor().help_email in text
