"""Machine translation over the service's real protocol to a double of ours: kept nowhere, and never in the way."""

import os
import threading

import pytest

from chalicelib import wiring
from chalicelib.adapters.translate import MOST_BYTES, MOST_PARTS, AwsTranslator, pieces
from chalicelib.presentation.desk.translated import translated
from chalicelib.presentation.i18n import locale
from local.messages.double import MessagesDouble

DE, EN = locale("de"), locale("en")


@pytest.fixture
def double(house):
    server = MessagesDouble(0, lambda event: None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["AWS_ENDPOINT_URL_TRANSLATE"] = server.url
    yield server
    del os.environ["AWS_ENDPOINT_URL_TRANSLATE"]
    server.shutdown()
    server.server_close()


def test_somebodys_words_stand_in_the_readers_language_line_by_line(double):
    assert AwsTranslator()("Sayaç yanlış.\nLütfen bakın.", "tr", "de") == "[tr > de] Sayaç yanlış.\nLütfen bakın."


def test_the_same_words_are_asked_for_once(double):
    translator = AwsTranslator()
    first = translator("Merhaba", "tr", "de")
    double.answers.append({"status": 500, "body": {}})
    assert translator("Merhaba", "tr", "de") == first and len(double.answers) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 400, "body": {"__type": "UnsupportedLanguagePairException", "message": "no"}},
        {"status": 400, "body": {"__type": "AccessDeniedException", "message": "no"}},
        {"hang_up": True},
    ],
)
def test_whatever_goes_wrong_costs_the_translation_and_nothing_else(double, answer):
    double.answers += [answer] * 3
    assert AwsTranslator()("Merhaba", "tr", "de") is None


def test_variants_of_one_language_are_not_translated(double):
    double.answers.append({"status": 500, "body": {}})
    assert AwsTranslator()("Hallo", "de-simple", "de") is None
    assert AwsTranslator()("  ", "tr", "de") is None and len(double.answers) == 1


def test_a_long_text_goes_in_parts_and_loses_no_letter():
    text = "Ein Satz mit Umlauten: äöü. " * 900 + "\n" + "ж" * 12_000
    parts = pieces(text)
    assert "".join(parts) == text and all(len(part.encode()) <= MOST_BYTES for part in parts)


def test_what_is_as_long_as_a_contract_is_left_to_a_person(double):
    double.answers.append({"status": 500, "body": {}})
    assert AwsTranslator()("x " * MOST_BYTES * MOST_PARTS, "tr", "de") is None and len(double.answers) == 1


def test_it_is_off_unless_the_house_switched_it_on(house, monkeypatch):
    wiring.translator.cache_clear()
    assert wiring.translator() is None
    monkeypatch.setenv("TRANSLATOR", "aws")
    wiring.translator.cache_clear()
    assert isinstance(wiring.translator(), AwsTranslator)
    wiring.translator.cache_clear()


def test_it_is_always_marked_and_the_original_stays():
    beside = translated("Merhaba", "tr", EN, lambda text, source, target: "Hello")
    assert (beside.words, beside.note) == ("Hello", EN.text("desk.translated"))
    nothing = translated("Merhaba", "tr", DE, lambda text, source, target: None)
    assert nothing.words is None and nothing.note == DE.text("desk.untranslated")


def test_nothing_stands_beside_what_its_reader_can_read():
    def never(text, source, target):
        raise AssertionError("nobody is asked")

    assert translated("Hallo", "de-simple", DE, never) is None
    assert translated(" ", "tr", DE, never) is None
    assert translated("Merhaba", "tr", DE, None) is None
