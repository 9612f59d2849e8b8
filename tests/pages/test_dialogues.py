"""The declared dialogues: each says what it must in every language, and a fault is told with how to mend it."""

import json
from dataclasses import replace

import pytest

from chalicelib.actions.speak import spoken
from chalicelib.domain.contact import MessageKind, Tone
from chalicelib.domain.dialogue import ASKED_BACK, Topic, answered, begun, recognised
from chalicelib.domain.matter import Matter
from chalicelib.presentation import dialogues
from chalicelib.presentation.composer import compose
from chalicelib.presentation.dialogues import FOLDER, MOST_QUESTIONS, Unreadable, compiled, topics, words_of
from chalicelib.presentation.i18n import languages, locale
from chalicelib.presentation.tone_check import outside
from chalicelib.presentation.view_chat import TITLES
from tests.pages import samples

GOOD = """topic: one
text: dialogue.pay
title: way.plan
page: pay
asks:
  - {key: a, text: dialogue.a, kind: number, said: ['(1)']}
recognise:
  de: [zahlen]
"""


@pytest.mark.parametrize("language", languages())
def test_every_topic_is_known_in_every_language(language):
    known = words_of(language)
    assert known is not None and set(known.tells) == set(topics())


@pytest.mark.parametrize("name", sorted(topics()))
def test_every_topic_asks_little_and_leads_somewhere(name):
    topic = topics()[name]
    assert isinstance(topic, Topic) and len(topic.questions) <= MOST_QUESTIONS
    assert topic.page is None or topic.page in TITLES


@pytest.mark.parametrize("language", languages())
def test_what_the_dialogue_says_may_be_seen_on_a_lock_screen(language):
    words = locale(language)
    keys = {topic.text for topic in topics().values()} - {"dialogue.handed_over"}
    keys |= {question.text for topic in topics().values() for question in topic.questions}
    said = [words.text(key) for key in keys]
    said += [
        words.text(ASKED_BACK.text, title=words.text(topic.title)) for topic in topics().values() if topic.title
    ]
    assert {text: outside(text, words) for text in said if outside(text, words)} == {}


@pytest.mark.parametrize("language", languages())
def test_what_is_asked_back_is_answered_by_its_buttons_and_by_the_title_it_names(language):
    text, known = locale(language).text, words_of(language)
    yes, no = map(text, ASKED_BACK.choices)
    for title in (text(topic.title) for topic in topics().values() if topic.title):
        assert known.agreed(yes, title) is known.agreed(title, title) is True
        assert known.agreed(no, title) is False and known.agreed(f"{title}?", title) is None


COMPLAINTS = {
    "de": "Ich beschwere mich über Sie, eine Frechheit",
    "de-simple": "Ich beschwere mich. Das ist eine Frechheit.",
    "en": "I want to complain, this is harassment, a disgrace",
    "tr": "şikayetçiyim, bu tam bir rezalet, saygısızlık",
    "ru": "хочу пожаловаться на хамство, это безобразие",
}


@pytest.mark.parametrize("language", COMPLAINTS)
def test_a_complaint_is_asked_back_however_plainly_it_is_told_and_is_no_number(language):
    words, known = COMPLAINTS[language], words_of(language)
    found = recognised(topics(), words, known)
    assert found.topic == "complaint" and found.plainly
    turn = begun(topics(), found)
    assert (turn.topic, turn.asks, turn.offers) == ("complaint", ASKED_BACK, ())
    told = answered(topics(), "meter", "meter_number", words, (), known=known)
    assert (told.topic, told.asks, told.learnt) == ("complaint", ASKED_BACK, ())
    title = locale(language).text(topics()["complaint"].title)
    yes = answered(topics(), "complaint", ASKED_BACK.key, title, (), known=known, title=title)
    assert yes.offers == ("complain",)


def test_no_two_matters_are_asked_back_by_one_name():
    for language in languages():
        titles = [locale(language).text(topic.title) for topic in topics().values() if topic.title]
        assert len(titles) == len(set(titles)), language


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("de", "Ja, genau", "Nee"),
        ("de-simple", "ja bitte", "nein danke"),
        ("en", "Yes that's it", "no thanks"),
        ("tr", "Evet, aynen", "hayir"),
        ("ar", "ايوه صح", "لا شكرا"),
        ("ru", "Да, верно", "нет, спасибо"),
        ("uk", "Так, саме так", "ні"),
        ("pl", "Tak, zgadza się", "nie, dziękuję"),
        ("ro", "Da, exact", "nu, altceva"),
        ("fr", "Oui, c'est ça", "non merci"),
        ("es", "Sí, eso es", "no, gracias"),
        ("it", "Sì, esatto", "no grazie"),
    ],
)
def test_people_say_yes_and_no_in_their_own_words(language, yes, no):
    known = words_of(language)
    assert (known.agreed(yes, "-"), known.agreed(no, "-")) == (True, False)


def left(language, words):
    """The answer with these words, to somebody who wrote where it goes."""
    said = replace(samples.BY_THE_BOT, words=words, language=language)
    return compose(
        MessageKind.ANSWER,
        creditor=samples.CREDITOR,
        debtor=samples.DEBTOR,
        claim=samples.CLAIM,
        link_url=f"{samples.LINK_URL}/chat",
        stop_url=f"{samples.LINK_URL}/stop",
        tone=Tone.FRIENDLY,
        language=language,
        now=samples.NOW,
        zone=samples.ZONE,
        contact=spoken(Matter(samples.DEBTOR), samples.CLAIM, said, samples.NOW),
        most_parts=3,
        said=said,
        wrote_there=True,
    )


@pytest.mark.parametrize("language", languages())
def test_what_is_asked_back_leaves_by_mail_with_its_numbers_and_by_text_where_they_have_room(language):
    words = locale(language)
    for topic in (topic for topic in topics().values() if topic.title):
        asked = words.text(ASKED_BACK.text, title=words.text(topic.title))
        lines = [f"{number}: {words.text(key)}" for number, key in enumerate(ASKED_BACK.choices, 1)]
        message = left(language, "\n".join((asked, *lines)))
        told = " ".join(" ".join((asked, *lines)).split())
        assert told in " ".join(message.long.split())
        assert " ".join(message.words.split()) == (told if message.words else "")
        assert message.words or language not in ("de", "en", "tr")


def written(tmp_path, text, name="one"):
    (tmp_path / "_languages.yaml").write_text("de: {negations: [nicht]}\n")
    (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def test_a_file_as_it_should_be_is_taken(tmp_path):
    found = compiled(written(tmp_path, GOOD))
    assert found["languages"]["de"]["tells"] == {"one": ["zahlen"]}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("topic: one", "topic: other", "topic must be the file's own name, one"),
        ("title: way.plan\n", "", "must have a title"),
        ("key: a,", "key: asked_back,", "is what any topic may ask back"),
        ("page: pay", "page: nowhere", "nowhere is no page"),
        ("page: pay", "colour: red", "colour is no field of a topic"),
        ("text: dialogue.pay", "text: pay", "begins with dialogue."),
        ("kind: number", "kind: song", "wants song"),
        ("'(1)'", "'1'", "without a group"),
        ("'(1)'", "'('", "cannot be read"),
        ("page: pay", "notes: {sum: ['1']}", "notes sum has a pattern without a group"),
        ("page: pay", "notes: [sum]", "notes must have a list of patterns for each name"),
        ("de: [zahlen]", "de: [no]", "is no phrase; quote words"),
        ("de: [zahlen]", "xx: [zahlen]", "which _languages.yaml does not know"),
        ("page: pay", "outweighs: [two]", "no file is called so"),
        ("page: pay", "task: nothing", "no kind of task"),
        ("de: [zahlen]", "de: [zahlen", "line 9"),
    ],
)
def test_a_fault_is_told_with_how_to_mend_it(tmp_path, old, new, told):
    with pytest.raises(Unreadable, match=told.replace("(", r"\(")):
        compiled(written(tmp_path, GOOD.replace(old, new)))


def test_more_than_three_questions_are_a_persons(tmp_path):
    more = "".join(f"  - {{key: a{n}, text: dialogue.a}}\n" for n in range(4))
    with pytest.raises(Unreadable, match="a person takes over after 3"):
        compiled(written(tmp_path, GOOD.replace("recognise", f"{more}recognise")))


def test_in_the_package_each_language_lies_by_itself():
    files = dialogues.written_for_package(FOLDER)
    assert json.loads(files["topics.json"])["topics"].keys() == topics().keys()
    assert set(files) == {"topics.json", *(f"{tag}.json" for tag in compiled(FOLDER)["languages"])}


@pytest.mark.parametrize(
    ("language", "words"),
    [("tr", "fatura elime gelmedi"), ("de", "Die Rechnung ist nie angekommen"), ("en", "the bill never came")],
)
def test_an_invoice_that_never_came_is_no_faulty_thing(language, words):
    found = recognised(topics(), words, words_of(language))
    assert found is None or found.topic != "faulty"


def monthly(words, language):
    found = recognised({"plan": topics()["plan"]}, f"{words}", words_of(language))
    return [(one.key, one.words) for one in found.learnt] if found else None


@pytest.mark.parametrize(
    ("language", "words", "told"),
    [
        ("de", "Ich kann nur 50 Euro im Monat zahlen", "50"),
        ("de", "Raten bitte, könnte 25,50 € pro Monat", "25,50"),
        ("de", "Ratenzahlung: jeden Monat höchstens 30 Euro", "30"),
        ("de", "In Raten: 12 Monate lang 50 Euro im Monat", "50"),
        ("en", "could I do £20 a month please", "20"),
        ("tr", "ayda 50 euro taksitle ödeyebilirim", "50"),
        ("ar", "بقدر كل شهر ٣٠ يورو", "٣٠"),
        ("ru", "рассрочка, по 25 евро каждый месяц", "25"),
        ("uk", "частинами, 30 євро на місяць", "30"),
        ("pl", "na raty, po 100 zł miesięcznie", "100"),
        ("ro", "in rate, pot da 50 euro pe lună", "50"),
        ("fr", "je peux payer 50 euros par mois", "50"),
        ("es", "puedo pagar a plazos 40 al mes", "40"),
        ("it", "a rate, 35 euro al mese", "35"),
    ],
)
def test_the_sum_a_month_is_kept_from_the_words_that_ask_for_instalments(language, words, told):
    assert monthly(words, language) == [("monthly", told)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "monatlich in 3 Raten"),
        ("de", "Raten, aber erst am 15 jeden Monat kommt mein Geld"),
        ("de", "ich schulde 300 Euro, bitte Raten"),
        ("en", "in instalments over 12 months"),
        ("en", "instalments please, 20 pounds a week"),
        ("tr", "her ay 3 taksit"),
        ("ru", "в рассрочку на 3 месяца"),
    ],
)
def test_a_count_a_day_or_the_whole_sum_is_none(language, words):
    assert not monthly(words, language)


@pytest.mark.parametrize(
    "words", ["gelecek ay maaş gelince öderim", "gelecek hafta öderim", "maaş yatınca öderim"]
)
def test_who_will_pay_in_turkish_is_not_taken_for_who_has_paid(words):
    found = recognised(topics(), words, words_of("tr"))
    assert found is None or found.topic != "paid"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Die Nummer ist 12345"),
        ("en", "the number is 12345"),
        ("tr", "numarası 12345"),
        ("ar", "الرقم 12345"),
        ("ru", "номер 12345"),
        ("uk", "номер 12345"),
        ("pl", "numer 12345"),
        ("ro", "numărul este 12345"),
        ("fr", "le numéro est 12345"),
        ("es", "el número es 12345"),
        ("it", "il numero è 12345"),
    ],
)
def test_a_number_in_its_sentence_answers_who_asked_for_it(language, words):
    turn = answered(topics(), "meter", "meter_number", words, (), known=words_of(language))
    assert [one.words for one in turn.learnt] == [words] and turn.asks.key == "meter_reading"
