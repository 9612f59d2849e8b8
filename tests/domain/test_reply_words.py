"""A reply is read by listed words, alone, in every language offered; anything else is not read."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.reply_numbers import chosen
from chalicelib.domain.reply_words import CARRIERS, Heard, Said, fresh, heard, plain, vocabulary
from chalicelib.presentation.i18n import languages, locale, tongues

KNOWN = vocabulary({said: tongue.replies[said] for said in Said} for tongue in tongues())
LISTED = [
    (language, said, phrase.removesuffix("*"))
    for language in languages()
    for said in Said
    for phrase in locale(language).replies[said]
]
NOTHING = Heard(None, alone=False)


@pytest.mark.parametrize(("language", "said"), list(product(languages(), Said)))
def test_every_language_has_words_for_everything_that_is_understood(language, said):
    assert locale(language).replies[said]


@pytest.mark.parametrize("language", languages())
def test_each_listed_phrase_is_heard_as_what_it_is_however_it_is_written(language):
    for _, said, phrase in (one for one in LISTED if one[0] == language):
        ways = (
            phrase,
            phrase.upper(),
            phrase.lower(),
            f"  {phrase}!! 🙂\n",
            f"»{phrase}«",
            f"{phrase}.\n\n> STOP 1",
        )
        assert {heard(way, KNOWN) for way in ways} == {Heard(said, alone=True)}, phrase


@pytest.mark.parametrize("said", CARRIERS)
def test_what_carriers_know_is_heard_in_every_country(said):
    for word in CARRIERS[said]:
        assert heard(word.removesuffix("*").lower(), KNOWN) == Heard(said, alone=True)


@pytest.mark.parametrize("language", languages())
def test_a_word_is_none_as_soon_as_more_is_written_but_a_stop(language):
    for _, _, phrase in (one for one in LISTED if one[0] == language and one[1] is not Said.STOP):
        for text in (f"xyz {phrase}", f"{phrase} 50", f"{phrase}?", f"{phrase}؟", f"❌ {phrase}"):
            assert heard(text, KNOWN) == NOTHING, text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("İPTAL", Said.STOP),
        ("iptal", Said.STOP),
        ("IPTAL", Said.STOP),
        ("ıptal", Said.STOP),
        ("إيقَاف", Said.STOP),
        ("إيـــقاف", Said.STOP),
        ("СТОП", Said.STOP),
        ("стоп.", Said.STOP),
        ("don't text me", Said.STOP),
        ("don’t text me", Said.STOP),
        ("зв'яжіться телефоном", Said.CALL),
        ("звʼяжіться телефоном", Said.CALL),
        ("не моё", Said.NOT_MINE),
        ("Ｓｔｏｐ", Said.STOP),
        ("UNSTOP", Said.START),
        ("End", Said.STOP),
        ("\u200fدفعت", Said.PAID),
        ("bezahlt 👍", Said.PAID),
        (
            "Später\r\n\r\nAm Mo., 23. Nov. 2026 um 10:00 Uhr schrieb Nordlicht <a@b.example>:\r\n> bezahlt",
            Said.LATER,
        ),
        ("Später\n\nAm Montag schrieb Nordlicht Energie GmbH\n<a@b.example>:\n> x", Said.LATER),
        ("Later\n-- \nMarta", Said.LATER),
        ("Later\n-----Original Message-----\nFrom: x", Said.LATER),
        ("bezahlt\n\nVon: Nordlicht <a@b.example>\nBetreff: x", Said.PAID),
    ],
)
def test_case_accents_marks_pictures_and_quotations_do_not_matter(text, said):
    assert heard(text, KNOWN) == Heard(said, alone=True)


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        (
            Said.STOP,
            "istemiyorum|RET|lütfen mesaj atmayın|beni rahat birakin|Lassen Sie mich in Ruhe|leave me alone",
        ),
        (Said.STOP, "وقف|ستوب|ما بدي رسائل|dajcie mi spokoj|lasati-ma in pace|дайте мені спокій|отстаньте"),
        (Said.PAID, "ödedim bile|ödeme yaptım|parayi yatirdim|EFT yaptım|hab schon bezahlt|ich hab bezahlt"),
        (Said.PAID, "سددت المبلغ|دفعت الفلوس|opłaciłam|już przelałem|am achitat|вже заплатила|перевела деньги"),
        (Said.WRONG_NUMBER, "الرقم غلط|نمرة غلط|böyle birini tanımıyorum|to nie ten numer|вы не туда попали"),
        (Said.CALL, "اتصلوا فيني|كلموني|beni arar mısınız|zadzwoń do mnie|sună-mă|ring me|rappelez-moi svp"),
        (
            Said.LATER,
            "بعدين|gelecek ay öderim|şu an ödeyemem|ich kann jetzt nicht zahlen|потом|potem|luna viitoare",
        ),
        (
            Said.INSTALMENTS,
            "بدي تقسيط|taksit istiyorum|kleine Raten|proszę o raty|vreau în rate|en plusieurs versements",
        ),
        (Said.NOT_MINE, "ما طلبت شي|borcum yok|nic nie zamawiałam|я нічого не замовляла|je ne dois rien"),
        (Said.HELP, "anlamadım|ich verstehe nicht|nie rozumiem|не розумію|مش فاهمة"),
    ],
)
def test_what_people_write_on_a_telephone_is_heard_in_their_own_words_forms_and_dialects(said, texts):
    for text in texts.split("|"):
        assert heard(text, KNOWN) == Heard(said, alone=True), text


@pytest.mark.parametrize(
    ("text", "said"), [("مساعده", Said.HELP), ("بعدین", Said.LATER), ("نمره غلط", Said.WRONG_NUMBER)]
)
def test_arabic_letters_that_are_written_for_one_another_are_the_same(text, said):
    assert heard(text, KNOWN) == Heard(said, alone=True)


@pytest.mark.parametrize(
    "text",
    [
        "falsche Adresse",
        "wrong address",
        "yanlış adres",
        "عنوان خطأ",
        "I am not this person",
        "bu kişi ben değilim",
    ],
)
def test_what_may_speak_of_the_house_or_of_the_order_makes_nobody_forget_an_address(text):
    """The address may be the one on the invoice; whoever is not that person may never have ordered."""
    assert heard(text, KNOWN) == NOTHING


def test_no_phrase_that_means_something_else_begins_with_a_stop():
    """Else the longer text that somebody writes after it would be one."""
    openings = tuple(f"{phrase} " for phrase in KNOWN.openings)
    others = {phrase for phrase, said in KNOWN.phrases.items() if said is not Said.STOP}
    assert not [phrase for phrase in others if phrase.startswith(openings) or phrase in KNOWN.openings]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🙂",
        "🛑🛑",
        "1",
        "2",
        "3",
        "bitte nicht STOP",
        "I did not pay",
        "not paid",
        "nicht bezahlt",
        "не оплачено",
        "ödemedim",
        "لم أدفع",
        "ما دفعت",
        "beni aramayın",
        "borcumu ödemedim",
        "rufen Sie mich nicht an",
        "No messages reached me",
        "¡rata!",
        "paid?",
        "paid 👎",
        "paid later",
        "bezahlt, später",
        "End of the month I will pay",
        "Cancel my contract",
        "Arrêt maladie depuis mars",
        "Baja médica",
        "nonstop",
        "Stopka",
        "> STOP",
        "x" * 10_000,
        "bezahlt " * 1_250,
        "@" * 10_000,
        ("a@b:" * 2_500),
        "\n" * 10_000,
    ],
)
def test_what_is_not_plainly_a_word_is_never_taken_for_one(text):
    assert heard(text, KNOWN) == NOTHING


@pytest.mark.parametrize(
    "text", ["STOP, ich habe bezahlt", "Stop it is not my debt", "stop?", "STOP " * 2_000, "Bitte stop! Danke"]
)
def test_a_stop_at_the_beginning_is_a_stop_and_what_follows_is_for_a_person(text):
    assert heard(text, KNOWN) == Heard(Said.STOP, alone=False)


@pytest.mark.parametrize("text", ["STOP STOP", "stop stop stop!", "STOP\n\nSTOP"])
def test_a_stop_said_over_and_over_is_one(text):
    assert heard(text, KNOWN) == Heard(Said.STOP, alone=True)


WORDS = sorted(
    {word for _, _, phrase in LISTED for word in phrase.split()} | {"nicht", "not", "не", "1", "?", "🙂"}
)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=9).map(" ".join)


@given(TEXTS)
def test_no_text_of_any_words_means_anything_unless_it_is_one_listed_phrase_or_begins_with_a_stop(text):
    found = heard(text, KNOWN)
    whole = plain(fresh(text))
    if found.said is None:
        assert whole not in KNOWN.phrases or re.search("[?؟？‽❓❔≠¬❌❎✕-✘👎🚫⛔]", text)
    elif found.alone and found.said is not Said.STOP:
        assert KNOWN.phrases[whole] is found.said
    else:
        assert found.said is Said.STOP
        assert whole in KNOWN.phrases or any(f"{whole} ".startswith(f"{stop} ") for stop in KNOWN.openings)


def test_a_phrase_that_would_mean_two_things_is_refused_by_name():
    with pytest.raises(ValueError, match="means both"):
        vocabulary([{Said.LATER: ("später",)}, {Said.PAID: ("SPÄTER!",)}])
    with pytest.raises(ValueError, match="only a stop"):
        vocabulary([{Said.PAID: ("bezahlt*",)}])
    with pytest.raises(ValueError, match="not a phrase"):
        vocabulary([{Said.PAID: ("🙂",)}])


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        (Said.PAID, "1|1.|1)|(1)| 1\n|1:|١|۱|‏١|１|१|1\ufe0f\u20e3|①|1\n-- \nMarta|1\n> 2"),
        (Said.LATER, "2|2.|2)|٢|۲|２|2\ufe0f\u20e3"),
        (Said.INSTALMENTS, "3|3.|3)|٣|۳|３|3\ufe0f\u20e3"),
    ],
)
def test_a_number_is_chosen_in_any_script_and_as_a_list_writes_it(said, texts):
    for text in texts.split("|"):
        assert chosen(text) is said, text


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "4", "9", "11", "12", "1 2", "1, 2", "1 oder 2", "eins", "1?", "1؟", "-1", "+1", "1 €", "1€"),
        *("1%", "½", "1.5", "1/2", "#1", "Nr. 1", "1 bezahlt", "nicht 1", "👎1", "Ⅲ", "٩", "> 1"),
        *("1" * 10_000, "1" + " " * 10_000 + "nicht", "1" + "‍" * 30),
    ],
)
def test_whatever_is_not_one_number_alone_is_none(text):
    assert chosen(text) is None


@pytest.mark.parametrize("text", ["1", "2", "3", "١", "1."])
def test_a_number_is_no_word_by_itself(text):
    assert heard(text, KNOWN) == NOTHING
