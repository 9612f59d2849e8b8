"""Every language says everything, in the same places, in the voice of the house; one file is one language."""

import gettext
import io
import re
from pathlib import Path
from string import Formatter

import pytest

from chalicelib.presentation import i18n, tone_check

HOUSE = Path(i18n.__file__).parents[1]
LANGUAGES = i18n.languages()


def catalogue(language):
    """key -> all its texts."""
    found = {}
    for key, text in i18n.read_catalogue((i18n.LOCALES / f"{language}.po").read_text("utf-8")).items():
        name = key[0] if isinstance(key, tuple) else key
        if name:
            found[name] = text if isinstance(text, tuple) else (text,)
    return found


def sources():
    return [
        *i18n.TEMPLATES.rglob("*.html"),
        *i18n.TEMPLATES.rglob("*.txt"),
        *HOUSE.joinpath("presentation").rglob("*.py"),
    ]


def quoted():
    return {word for path in sources() for word in re.findall(r"[\"']([a-z_0-9.]+)[\"']", path.read_text("utf-8"))}


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_asked_for_exists(language):
    asked = {
        key
        for path in sources()
        for key in re.findall(r"\b(?:t|plain|text|html)\(\s*[\"']([a-z_0-9.]+)[\"']", path.read_text("utf-8"))
    }
    assert asked
    assert asked - set(catalogue(language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_lies_unused(language):
    assert set(catalogue(language)) - quoted() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_say_the_same_things_with_the_same_values(language):
    one, other = catalogue(LANGUAGES[0]), catalogue(language)
    assert set(one) == set(other)
    for key, texts in other.items():
        wanted = set().union(*map(placeholders, one[key]))
        assert set().union(*map(placeholders, texts)) == wanted, key
        assert all(texts), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_threatens_blames_or_raises_its_voice(language):
    locale = i18n.locale(language)
    faults = {
        key: tone_check.of_text(text, locale) for key, texts in catalogue(language).items() for text in texts
    }
    assert {key: found for key, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_compiled_catalogue_says_what_its_source_says(language):
    source = (i18n.LOCALES / f"{language}.po").read_text("utf-8")
    compiled = gettext.GNUTranslations(io.BytesIO(i18n.compile_catalogue(source)))
    for key, texts in catalogue(language).items():
        said = compiled.gettext(key) if len(texts) == 1 else compiled.ngettext(key, key + ".many", 1)
        assert said == texts[0]
    assert compiled.info()["language"] == language


def test_a_text_nobody_wrote_is_an_error_and_never_a_key_on_a_page():
    with pytest.raises(i18n.MissingText):
        i18n.locale("en").text("door.nowhere")


def test_a_text_nobody_is_sure_of_is_refused():
    with pytest.raises(ValueError, match="fuzzy"):
        i18n.read_catalogue('#, fuzzy\nmsgid "a"\nmsgstr "b"\n')


def test_a_text_said_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        i18n.read_catalogue('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n')
