"""The check every message passes before it leaves: each fault planted in a good one is found by its name."""

from dataclasses import replace
from functools import cache
from html import unescape

import pytest

from chalicelib import registry
from chalicelib.domain import strategies
from chalicelib.domain.contact import MessageKind, Tone
from chalicelib.domain.errors import TextRefused
from chalicelib.presentation import sms, tone_check
from chalicelib.presentation.composer import compose
from chalicelib.presentation.i18n import languages, locale
from chalicelib.presentation.reading_level import ReadingLevel, formulas
from chalicelib.presentation.tone_check import Must

from . import samples

STOP = f"{samples.LINK_URL}/stop"
EACH = pytest.mark.parametrize("language", languages())


def reminder(language, tone=Tone.FRIENDLY, kind=MessageKind.REMINDER, creditor=samples.CREDITOR, **more):
    return compose(
        kind,
        creditor=creditor,
        debtor=more.pop("debtor", samples.DEBTOR),
        claim=more.pop("claim", samples.AHEAD if kind is MessageKind.COURTESY else samples.CLAIM),
        **({"link_url": samples.LINK_URL, "stop_url": STOP} | more),
        tone=tone,
        language=language,
        now=samples.NOW,
        zone=samples.ZONE,
    )


@cache
def good(language):
    return reminder(language, Tone.LAST_NOTICE)


def must(language, **more):
    creditor = samples.CREDITOR
    facts = {"who writes": creditor.legal_name, "imprint": creditor.imprint_url, "privacy": creditor.privacy_url}
    given = (*facts.values(), samples.DEBTOR.name, samples.CLAIM.ground.what, creditor.sender_sms)
    stop = (locale(language).text("sms.stop_there"),)
    return Must(samples.LINK_URL, STOP, stop, tuple(facts.items()), given, **more)


def found(language, wanted=None, **changes):
    """What is wrong with a good message once these parts of it are changed; by the names of the rules."""
    message = replace(good(language), **changes)
    faults = tone_check.of_message(message, locale(language), wanted or must(language))
    return {fault.partition(":")[0] for fault in faults}


@EACH
@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("kind", [MessageKind.REMINDER, MessageKind.COURTESY])
@pytest.mark.parametrize("first", [True, False])
def test_each_tone_of_each_language_may_be_sent_first_and_later(language, tone, kind, first):
    assert reminder(language, tone, kind, first=first, good_until=samples.GOOD_UNTIL).language == language


@EACH
@pytest.mark.parametrize("strategy", registry.collect(strategies, "STRATEGY").values(), ids=lambda one: one.key)
def test_each_word_of_each_strategy_has_room_in_every_language(language, strategy):
    """The longest of them names the languages, for a first message."""
    tones = {(step.tone, MessageKind.REMINDER) for step in strategy.steps}
    tones |= {(Tone.FRIENDLY, MessageKind.COURTESY)} if strategy.courtesy_days else set()
    for tone, kind in tones:
        assert reminder(language, tone, kind, first=True, most_parts=strategy.text_parts)


@EACH
@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("many", [2, 21])
def test_one_message_about_several_invoices_says_how_many_they_are_and_names_none_as_the_only_one(
    language, tone, many
):
    """Whatever the tone of the first of them: it must be true of all."""
    strategy = registry.collect(strategies, "STRATEGY")["balanced"]
    message = reminder(language, tone, matters=many, first=True, most_parts=strategy.text_parts)
    words, claim = locale(language), samples.CLAIM
    assert f"({many})" in message.short and str(many) in message.long and str(many) in message.html
    assert words.short_date(claim.ground.invoice_date) not in message.short
    assert words.date(claim.ground.invoice_date) not in message.subject
    assert words.text("mail.reminder.last_notice.open") not in message.long
    assert message.long == reminder(language, Tone.FRIENDLY, matters=many, first=True).long
    assert reminder(language, tone, matters=1).long == reminder(language, tone).long


@EACH
def test_no_two_tones_say_the_same_in_any_shape(language):
    said = [reminder(language, tone) for tone in Tone]
    for shape in ("subject", "short", "long", "html"):
        assert len({getattr(message, shape) for message in said}) == len(Tone)


@EACH
def test_the_last_of_them_says_that_no_other_is_planned_and_that_everything_stays_open(language):
    words, message = locale(language), good(language)
    for key in ("mail.reminder.last_notice", "mail.reminder.last_notice.open"):
        said = words.text(key)
        assert said.replace("\u00a0", " ") in message.long and said in unescape(message.html)


@EACH
def test_a_note_before_the_day_names_the_day_thanks_and_promises_not_one_cent_more(language):
    words, note = locale(language), reminder(language, kind=MessageKind.COURTESY)
    day = words.date(samples.AHEAD.due)
    assert day in note.subject
    for said in (words.text("mail.courtesy.cent"), words.text("mail.courtesy.paid"), day.replace("\u00a0", " ")):
        assert said in tone_check._bare(note.long.replace("\n", " ")), said
    assert words.short_date(samples.AHEAD.due) in note.short
    assert "€" not in note.subject + note.short + note.long


# What is planted


@EACH
def test_a_good_message_has_no_fault(language):
    assert found(language) == set()


@EACH
def test_a_threat_is_found_in_every_shape(language):
    threat = locale(language).never_said[0]
    for part in ("subject", "short", "long"):
        assert "never said" in found(language, **{part: f"{getattr(good(language), part)} {threat} "}), part


@EACH
def test_advertising_is_found(language):
    selling = locale(language).never_sold[0]
    assert "never sold" in found(language, long=f"{good(language).long}\n{selling}")


@EACH
def test_a_word_that_tells_is_found_where_others_read_it(language):
    telling = locale(language).never_outside[-2]
    for part in ("subject", "short", "sender"):
        assert "never outside" in found(language, **{part: f"{getattr(good(language), part)} {telling}"}), part


@EACH
@pytest.mark.parametrize("amount", ["48,20 €", "€48.20", "48.20", "1.234,00", "48 EUR", "20 zł", "5 $", "99 руб"])
def test_an_amount_is_found_where_others_read_it(language, amount):
    for part in ("subject", "short", "sender"):
        faults = found(language, **{part: f"{getattr(good(language), part)} {amount}"})
        assert faults & {"an amount", "never outside"}, (part, amount)


@EACH
def test_a_message_without_its_way_to_stop_is_found_shape_by_shape(language):
    message, words = good(language), locale(language).text("sms.stop_there")
    short = message.short.replace(STOP, "").replace(sms.gsm(words), "").replace(words, "")
    assert "no way to stop" in found(language, short=short)
    for part in ("long", "html"):
        assert "no way to stop" in found(language, **{part: getattr(message, part).replace(STOP, "")})


@EACH
def test_a_message_without_its_link_is_found(language):
    assert "no way in" in found(
        language, short=good(language).short.replace(samples.LINK_URL, "https://x.example")
    )


@EACH
@pytest.mark.parametrize("fact", ["legal_name", "imprint_url", "privacy_url"])
def test_a_fact_the_law_wants_is_missed_in_the_mail_and_in_the_drawn_mail(language, fact):
    held = getattr(samples.CREDITOR, fact)
    for part in ("long", "html"):
        assert "lacks" in found(language, **{part: getattr(good(language), part).replace(held, "")})


@EACH
def test_what_is_too_long_is_found(language):
    message = good(language)
    assert "too long" in found(language, short=message.short + " " + "a" * 300)
    assert "too long" in found(language, subject=message.subject + " und so weiter" * 6)
    assert "too long" in found(language, subject=message.subject + "\nX")
    assert "too long" in found(language, long=message.long + "a b c. " * 2000)


def test_a_strategy_may_bound_the_text_messages_more_tightly():
    assert sms.segments(reminder("ar", first=True).short) > 1
    with pytest.raises(TextRefused) as refused:
        reminder("ar", first=True, most_parts=1)
    assert refused.value.rule == "too_long"
    assert reminder("de", most_parts=1)


# A sentence such as offices write them, over and over.
HARD = {
    "de": "Die Geltendmachung der vertraglich vereinbarten Zahlungsverpflichtungen unter Berücksichtigung "
    "zwischenzeitlich eingetretener Veränderungen erfolgt vorbehaltlich anderweitiger Vereinbarungen.",
    "de-simple": "Die Geltendmachung der vertraglich vereinbarten Zahlungsverpflichtungen erfolgt vorbehaltlich "
    "anderweitiger Vereinbarungen der beteiligten Vertragsparteien.",
    "en": "Notwithstanding the aforementioned considerations, the beneficiary's contractual obligations remain "
    "unequivocally enforceable pursuant to the applicable provisions.",
    "fr": "Nonobstant les considérations susmentionnées, les obligations contractuelles demeurent intégralement "
    "exigibles conformément aux dispositions réglementaires applicables.",
    "es": "No obstante las consideraciones anteriormente mencionadas, las obligaciones contractuales permanecen "
    "íntegramente exigibles conforme a las disposiciones reglamentarias aplicables.",
    "it": "Nonostante le considerazioni precedentemente menzionate, le obbligazioni contrattuali permangono "
    "integralmente esigibili conformemente alle disposizioni regolamentari applicabili.",
    "tr": "Yukarıda belirtilen değerlendirmelere bakılmaksızın sözleşmeden kaynaklanan yükümlülüklerin "
    "yürürlükteki düzenlemeler çerçevesinde gerçekleştirilmesi gerekliliği sürdürülmektedir.",
    "ru": "Невзирая на вышеизложенные обстоятельства, предусмотренные договором обязательства подлежат "
    "безоговорочному исполнению соответствующей стороной в установленном законодательством порядке.",
    "uk": "Незважаючи на вищевикладені обставини, передбачені договором зобов'язання підлягають "
    "беззастережному виконанню відповідною стороною в установленому законодавством порядку.",
    "pl": "Niezależnie od powyższych okoliczności przewidziane postanowieniami umownymi zobowiązania podlegają "
    "bezwarunkowemu wykonaniu przez odpowiedzialnego kontrahenta zgodnie z obowiązującymi przepisami.",
    "ro": "Independent de considerațiile susmenționate, obligațiile contractuale prevăzute rămân integral "
    "exigibile conform dispozițiilor reglementare aplicabile corespunzătoare.",
    "ar": "بالاستناد إلى الاعتبارات المذكورة أعلاه فإن الالتزامات التعاقدية المنصوص عليها تستوجب التنفيذ "
    "الكامل وفقا للمقتضيات التنظيمية والتشريعية المعمول بها واستكمالا للإجراءات.",
}


@EACH
def test_a_text_that_is_too_hard_is_found(language):
    assert "too hard" in found(language, long=good(language).long + f"\n\n{HARD[language]}" * 12)


def test_every_language_names_a_formula_that_is_known():
    assert {ReadingLevel.of(locale(language).reading).formula for language in languages()} <= set(formulas())
    assert set(HARD) == set(languages())


@EACH
def test_raised_voices_and_breathless_sentences_are_found(language):
    long = good(language).long
    assert "exclamation mark" in found(language, long=long + "!")
    assert "capitals for force" in found(language, long=long + "\nWORTWORT")
    assert "long sentence" in found(language, long=long + "\n" + "la " * 40)


# Whose words they are


def test_whoever_is_called_like_a_word_we_never_say_is_written_to():
    debtor = replace(samples.DEBTOR, name="Zwang, Sofortina")
    creditor = replace(samples.CREDITOR, legal_name="YELLOW ENERGIE! GmbH")
    claim = replace(samples.CLAIM, ground=replace(samples.CLAIM.ground, what="Gutschein, 20 % Rabatt"))
    message = reminder("de", debtor=debtor, creditor=creditor, claim=claim)
    assert "Zwang, Sofortina" in message.long and "YELLOW ENERGIE!" in message.long


def test_a_token_and_a_mandates_reference_may_be_of_any_letters():
    link = "https://zahlen.nordlicht.example/p/SOFORTZWANGABCDEFGHIJK"
    assert link in reminder("de", link_url=link, stop_url=f"{link}/stop").long
    assert "MANDATSREFERENZ" in samples.message_samples("de", reference="MANDATSREFERENZ")["instalment_debit"].long


@pytest.mark.parametrize("sender", ["Inkasso24", "Mahnung", "Schuld KG", "48,20 EUR"])
def test_a_sender_of_text_messages_that_tells_is_refused(sender):
    with pytest.raises(TextRefused) as refused:
        reminder("de", creditor=replace(samples.CREDITOR, sender_sms=sender))
    assert refused.value.rule in ("never_outside", "an_amount")


def test_a_mail_by_a_house_whose_name_tells_shows_its_short_name_outside_and_the_whole_one_inside():
    creditor = replace(samples.CREDITOR, legal_name="Nord Inkasso GmbH", sender_sms="Nordhilfe")
    for language in ("de", "en", "ar"):
        message = reminder(language, creditor=creditor)
        assert message.sender == "Nordhilfe" and "Nord Inkasso GmbH" in message.long
    assert reminder("en").sender == samples.CREDITOR.legal_name


def test_a_refusal_names_no_person_and_no_amount():
    creditor = replace(samples.CREDITOR, sender_sms="Inkasso24")
    with pytest.raises(TextRefused) as refused:
        reminder("de", creditor=creditor)
    assert samples.DEBTOR.name not in str(refused.value) and "48,20" not in str(refused.value)
