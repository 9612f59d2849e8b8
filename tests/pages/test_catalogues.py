"""Every language says everything, in the same places, in the voice of the house; one file is one language."""

import gettext
import io
import re
from functools import cache
from pathlib import Path

import pytest

from chalicelib.actions.converse import WELCOME
from chalicelib.domain.dialogue import ASKED_BACK
from chalicelib.presentation import i18n, tone_check
from chalicelib.presentation.dialogues import topics
from infra import catalogues, package

HOUSE = Path(i18n.__file__).parents[1]
LANGUAGES = i18n.languages()


def written(language):
    return (i18n.LOCALES / f"{language}.po").read_text("utf-8")


@cache
def catalogue(language):
    """key -> all its texts."""
    return catalogues.entries(written(language))


def head_text(language):
    return str(i18n.read_catalogue(written(language))[""])


def sources():
    return [
        *i18n.TEMPLATES.rglob("*.html"),
        *i18n.TEMPLATES.rglob("*.txt"),
        *HOUSE.joinpath("presentation").rglob("*.py"),
        *HOUSE.joinpath("entrypoints").rglob("*.py"),
    ]


@cache
def quoted():
    declared = (i18n.TEMPLATES / "dialogue").glob("*.yaml")
    files = [path.read_text("utf-8") for path in declared]
    named = {word for text in files for word in re.findall(r"(?:text|title): ([a-z_.]+)", text)}
    named |= {ASKED_BACK.text, *ASKED_BACK.choices, WELCOME}
    # What the guided help learnt is named at the desk by the key of its question, or of its note.
    learnt = {one.key for topic in topics().values() for one in topic.questions}
    learnt |= {key for topic in topics().values() for key, _ in topic.notes}
    named |= {f"desk.learnt.{key}" for key in learnt}
    return named | {
        word for path in sources() for word in re.findall(r"[\"']([a-z_0-9.]+)[\"']", path.read_text("utf-8"))
    }


@cache
def asked():
    return {
        key
        for path in sources()
        for key in re.findall(r"\b(?:t|plain|text|html)\(\s*[\"']([a-z_0-9.]+)[\"']", path.read_text("utf-8"))
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_asked_for_exists(language):
    assert asked()
    missing, head = asked() - set(catalogue(language)), i18n.head_of(head_text(language))
    assert {key for key in missing if catalogues.must_have(key, head)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_lies_unused(language):
    assert set(catalogue(language)) - quoted() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_values_in_all_its_plural_forms(language):
    assert catalogues.faults({catalogues.FIRST: written(catalogues.FIRST), language: written(language)}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_has_its_words(language):
    locale = i18n.locale(language)
    for key, texts in catalogue(language).items():
        if len(texts) > 1:
            for count in catalogues.COUNTED:
                assert locale.raw(key, count) in texts, (key, count)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_threatens_blames_or_raises_its_voice(language):
    locale = i18n.locale(language)
    faults = {
        key: tone_check.of_text(text, locale) for key, texts in catalogue(language).items() for text in texts
    }
    assert {key: found for key, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_compiled_catalogue_says_what_its_source_says(language):
    compiled = gettext.GNUTranslations(io.BytesIO(i18n.compile_catalogue(written(language))))
    for key, texts in catalogue(language).items():
        if len(texts) == 1:
            assert compiled.gettext(key) == texts[0]
        else:
            said = {compiled.ngettext(key, key + ".many", count) for count in catalogues.COUNTED}
            assert said == set(texts)
    assert compiled.info()["language"] == language


def test_no_country_is_home_to_two_languages_and_every_other_one_to_exactly_one():
    homes = [country for language in LANGUAGES for country in i18n.locale(language).countries]
    assert sorted(homes) == sorted(set(homes))
    assert "*" in homes


def test_a_text_nobody_wrote_is_an_error_and_never_a_key_on_a_page():
    with pytest.raises(i18n.MissingText):
        i18n.locale("en").text("door.nowhere")


def test_a_text_nobody_is_sure_of_is_refused():
    with pytest.raises(ValueError, match="fuzzy"):
        i18n.read_catalogue('#, fuzzy\nmsgid "a"\nmsgstr "b"\n')


def test_a_text_said_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        i18n.read_catalogue('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n')


HEAD = """
msgid ""
msgstr ""
"Language: {}\\n"
"Plural-Forms: {}\\n"
"""
TWO = "nplurals=2; plural=(n != 1);"
THREE = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
GERMAN = (
    HEAD.format("de", TWO)
    + 'msgid "a"\nmsgstr "Hallo {name}"\nmsgid "b"\nmsgid_plural "b.many"\nmsgstr[0] "eins"\nmsgstr[1] "{count}"\n'
)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('msgid "a"\nmsgstr "{name}"', "ru: lacks b"),
        ('msgid "c"\nmsgstr "x"', "ru: has c, which de has not"),
        ('msgid "a"\nmsgstr "{nome}"', "ru: a has the values ['nome'], not ['name']"),
        ('msgid "a"\nmsgstr ""', "ru: says nothing for a"),
        ('msgid "a"\nmsgstr "{name"', "ru: a has a brace too many or too few"),
        ('msgid "b"\nmsgid_plural "b.many"\nmsgstr[0] "{count}"\nmsgstr[1] "{count}"', "ru: b has 2 plural forms"),
        (
            'msgid "b"\nmsgid_plural "b.many"\nmsgstr[0] "x"\nmsgstr[1] "{count}"\nmsgstr[2] "{count}"',
            "ru: b[0] has the values [], not ['count']",
        ),
        ("", "ru: its header lacks x-months"),
        ('msgid "a"\nmsgstr "{name}, ЗАПЛАТИТЕ!"', "ru: a: exclamation mark"),
        ('msgid "a"\nmsgstr "{name}, ЗАПЛАТИТЕ"', "ru: a: capitals for force"),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"', "ru: cannot be read: line"),
    ],
)
def test_a_gap_is_told_by_language_and_key(text, fault):
    told = catalogues.faults({"de": GERMAN, "ru": HEAD.format("ru", THREE) + text})
    assert [said for said in told if said.startswith(fault)], told


DESK_KEYS = 'msgid "desk.x"\nmsgstr "Tisch {name}"\nmsgid "desk.suggest.x"\nmsgstr "Guten Tag"\n'


@pytest.mark.parametrize(
    ("desk", "lacked"), [("", ["desk.suggest.x"]), ('"X-Desk: yes\\n"\n', ["desk.suggest.x", "desk.x"])]
)
def test_what_only_the_staff_read_need_stand_in_the_catalogues_of_their_languages_alone(desk, lacked):
    russian = HEAD.format("ru", THREE) + desk + 'msgid "a"\nmsgstr "{name}"'
    told = catalogues.faults({"de": GERMAN + DESK_KEYS, "ru": russian})
    assert sorted(said.removeprefix("ru: lacks ") for said in told if "lacks desk." in said) == lacked


def test_the_desk_speaks_german_and_english_and_every_other_language_falls_back_to_english():
    assert i18n.desk_languages() == ("de", "en")
    assert i18n.negotiate_desk(None, "tr, de-AT;q=0.5").language == "de"
    assert i18n.negotiate_desk("tr", "pl").language == "en"
    assert i18n.locale("tr").text("desk.sign_in") == i18n.locale("en").text("desk.sign_in")
    assert i18n.locale("de").text("desk.sign_in") != i18n.locale("en").text("desk.sign_in")
    for language in ("tr", "en"):
        with pytest.raises(i18n.MissingText):
            i18n.locale(language).text("desk.nowhere")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_package_holds_the_desks_words_apart_so_that_no_debtors_page_pays_for_them(language):
    pages, desk = i18n.compiled_parts(written(language))
    said = gettext.GNUTranslations(io.BytesIO(pages))._catalog
    assert said and not [key for key in said if str(key).startswith("desk.")]
    if language in i18n.desk_languages():
        apart = gettext.GNUTranslations(io.BytesIO(desk))
        assert apart.gettext("desk.sign_in") == i18n.locale(language).text("desk.sign_in")


def test_a_gap_in_one_language_fails_the_build(tmp_path):
    (tmp_path / "de.po").write_text(written("de"), "utf-8")
    catalogues.check(tmp_path)
    (tmp_path / "en.po").write_text(written("en").replace('msgid "way.pay"', 'msgid "way.paid"'), "utf-8")
    with pytest.raises(catalogues.Gap, match=r"en: lacks way\.pay\nen: has way\.paid"):
        catalogues.check(tmp_path)
    assert package.catalogues is catalogues
