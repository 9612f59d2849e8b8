"""How somebody writes is read by listed words alone, and by how long their sentences are."""

import pytest

from chalicelib.domain.style import Feeling
from chalicelib.presentation.style import register_in


def of(text, language="de"):
    return register_in([text], language)


def test_short_and_plain_is_seen():
    found = of("Das stimmt nicht. Ich habe schon bezahlt.")
    assert found.brief and found.short and not found.long


def test_a_single_word_tells_nothing():
    found = of("Stop")
    assert not found.brief and not found.short and found.informal is None and found.feelings == ()


def test_a_long_winded_letter_is_seen():
    sentence = " ".join(["wort"] * 30) + "."
    found = of(sentence * 3)
    assert found.long and not found.brief


def test_questions_are_counted_in_any_script():
    assert of("Wer sind Sie? Und was kostet das?").asked == 2
    assert of("من أنتم؟ ولماذا؟", "ar").asked == 2


@pytest.mark.parametrize(
    ("text", "language", "feeling"),
    [
        ("Ich bin seit Wochen im Krankenhaus.", "de", Feeling.ILLNESS),
        ("Mir ist das sehr peinlich.", "de-simple", Feeling.SHAME),
        ("I am so fed up with this.", "en", Feeling.ANGER),
        ("Mi-e frică de ce urmează.", "ro", Feeling.WORRY),
        ("Çok endişeliyim.", "tr", Feeling.WORRY),
        ("Мне очень стыдно.", "ru", Feeling.SHAME),
    ],
)
def test_what_somebody_says_of_themselves_is_named(text, language, feeling):
    assert of(text, language).feelings == (feeling,)


def test_a_word_inside_another_is_not_that_word():
    assert of("Die Krankenkasse hat den Betrag überwiesen.").feelings == ()


def test_how_they_address_us_is_told_only_where_a_word_tells():
    assert of("Hi, hast du die Zahlung bekommen").informal is True
    assert of("Sehr geehrte Damen und Herren, ich bitte um Auskunft").informal is False
    assert of("Die Zahlung ging am Montag hinaus").informal is None


def test_of_a_language_without_a_list_only_length_and_questions_are_told():
    assert of("Dobrý den, co to je? Proč?", "cs").asked == 2
