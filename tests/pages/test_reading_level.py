"""Reading levels: published formulas, worked by hand, and silent where a text is too short to tell."""

import pytest

from chalicelib.presentation.i18n import READING
from chalicelib.presentation.reading_level import LEAST_WORDS, ReadingLevel, formulas


def syllables(formula, word):
    return formulas()[formula]._syllables([word])[0]


@pytest.mark.parametrize(
    ("formula", "word", "count"),
    [
        *(
            ("amstad", w, n)
            for w, n in (("haus", 1), ("rechnung", 2), ("erinnerung", 4), ("zeit", 1), ("über", 2))
        ),
        *(("flesch", w, n) for w, n in (("the", 1), ("table", 2), ("reminder", 3), ("please", 1), ("invoice", 2))),
        *(("kandel_moles", w, n) for w, n in (("facture", 2), ("le", 1), ("message", 2), ("montant", 2))),
        *(
            ("szigriszt", w, n)
            for w, n in (("factura", 3), ("tiempo", 2), ("día", 2), ("queda", 2), ("cuenta", 2))
        ),
        *(("atesman", w, n) for w, n in (("fatura", 3), ("ödemek", 3), ("teşekkür", 3))),
        *(("oborneva", w, n) for w, n in (("счёт", 1), ("сообщение", 5), ("день", 1))),
        *(("pisarek", w, n) for w, n in (("wiadomość", 3), ("dzień", 1), ("zapłacić", 3))),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(formula, word, count):
    assert syllables(formula, word) == count


TEN = "eins zwei drei vier fünf sechs sieben acht neun zehn. "


def test_the_german_formula_is_amstads():
    """Ten words a sentence; eleven syllables in ten words."""
    assert formulas()["amstad"].score(TEN * 10) == pytest.approx(180 - 10 - 58.5 * 1.1)


def test_the_english_formula_is_fleschs():
    text = "one cat sat by the door and saw ten reminders. "
    assert formulas()["flesch"].score(text * 8) == pytest.approx(206.835 - 1.015 * 10 - 84.6 * 1.2)


def test_lix_is_the_length_of_sentences_and_the_share_of_long_words():
    text = "wort wort wort wort langeswort. "
    assert formulas()["lix"].score(text * 20) == pytest.approx(5 + 20)


def test_gulpease_counts_letters():
    """Five words of four letters a sentence."""
    assert formulas()["gulpease"].score("casa casa casa casa casa. " * 20) == pytest.approx(89 + 300 / 5 - 40)


def test_a_text_too_short_to_tell_is_neither_easy_nor_hard():
    words = "Inanspruchnahme " * (LEAST_WORDS - 1)
    assert formulas()["amstad"].score(words) is None
    assert ReadingLevel("amstad", 60).too_hard(words) is None
    assert ReadingLevel("amstad", 60).too_hard(words + "Inanspruchnahme") is not None


def test_links_and_marks_are_no_words():
    level, link = formulas()["lix"], "https://zahlen.nordlicht.example/p/q7Xc2LmVb9TzRk4WnYp3Hg "
    assert level.score("wort. " * 80) == level.score((link + "wort. ") * 80)
    assert level.score("شكرا لكم. " * 40) == level.score("شكرًا لكم. " * 40)


def test_every_formula_names_its_source_and_a_language_without_one_has_lix():
    assert all(formula.source and formula.terms for formula in formulas().values())
    assert ReadingLevel.of(READING) == ReadingLevel("lix", 50)


@pytest.mark.parametrize("name", formulas())
def test_longer_words_in_longer_sentences_are_never_easier(name):
    formula = formulas()[name]
    easy, hard = formula.score("ab cde. " * 60), formula.score("abababababa cdecedecedede " * 60 + ".")
    assert (easy > hard) is formula.higher
