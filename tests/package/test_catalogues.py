"""A language's catalogue, compiled by the standard library alone, read back by gettext."""

import gettext
import io

import pytest

from infra.catalogues import BadCatalogue, compile_catalogue

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=n != 1;\\n"\n\n'


def read(text):
    return gettext.GNUTranslations(io.BytesIO(compile_catalogue(HEAD + text)))


def test_a_text_over_several_lines_is_one_text():
    german = read('# a note\nmsgid ""\n"Pay "\n"now"\nmsgstr "Jetzt "\n"zahlen\\n"\n')
    assert german.gettext("Pay now") == "Jetzt zahlen\n"


def test_plural_forms_and_contexts_are_kept():
    german = read(
        'msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] "%d Tag"\nmsgstr[1] "%d Tage"\n\n'
        'msgctxt "verb"\nmsgid "Open"\nmsgstr "Öffnen"\nmsgctxt "state"\nmsgid "Open"\nmsgstr "Offen"\n'
    )
    assert german.ngettext("%d day", "%d days", 2) == "%d Tage"
    assert german.pgettext("verb", "Open") == "Öffnen"
    assert german.pgettext("state", "Open") == "Offen"


def test_fuzzy_obsolete_and_untranslated_texts_stay_in_the_original():
    german = read(
        '#, fuzzy\nmsgid "A"\nmsgstr "B"\n\nmsgid "C"\nmsgstr ""\n\n#, fuzzy\n#~ msgid "D"\n#~ msgstr "E"\n\nmsgid "F"\nmsgstr "G"\n'
    )
    assert [german.gettext(text) for text in "ACDF"] == ["A", "C", "D", "G"]


def test_the_order_of_the_file_does_not_change_what_comes_out():
    one, two = 'msgid "a"\nmsgstr "1"\n', 'msgid "b"\nmsgstr "2"\n'
    assert compile_catalogue(HEAD + one + "\n" + two) == compile_catalogue(HEAD + two + "\n" + one)


@pytest.mark.parametrize("text", ["msgidd 'x'\n", 'msgid "open\nmsgstr ""\n', '"lost"\n'])
def test_what_is_no_catalogue_is_refused_with_its_line(text):
    with pytest.raises(BadCatalogue, match=r"line \d+"):
        compile_catalogue(HEAD + text)


def test_a_text_given_twice_is_refused():
    with pytest.raises(BadCatalogue, match="twice"):
        compile_catalogue(HEAD + 'msgid "a"\nmsgstr "1"\n\nmsgid "a"\nmsgstr "2"\n')
