"""Messages: calm, complete, short where they must be, and mute about the matter where others may look."""

import re
from dataclasses import replace
from datetime import date
from functools import cache

import html5lib
import pytest

from chalicelib.domain.allocation import Split
from chalicelib.domain.contact import MessageKind, Tone
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.interest import Interest
from chalicelib.domain.money import Money
from chalicelib.domain.notice import gaps
from chalicelib.domain.parties import ChannelKind
from chalicelib.domain.reply_numbers import CHOICES, MARK
from chalicelib.domain.reply_words import Said, heard, vocabulary
from chalicelib.presentation import sms, tone_check
from chalicelib.presentation.composer import compose
from chalicelib.presentation.i18n import languages, locale, tongues
from chalicelib.presentation.split_lines import KINDS

from . import samples

NAMES = sorted(samples.message_samples("en"))
ALL = [(language, name) for language in languages() for name in NAMES]


@cache
def messages_of(language):
    """All messages of one language; they are frozen, so that many tests may read the same ones."""
    return samples.message_samples(language)


def said(language, name):
    return messages_of(language)[name]


def noticed(claim=samples.NOTICED, creditor=samples.COLLECTOR, language="de", debtor=samples.DEBTOR):
    return compose(
        MessageKind.NOTICE,
        creditor=creditor,
        debtor=debtor,
        claim=claim,
        link_url=samples.LINK_URL,
        stop_url=samples.LINK_URL + "/stop",
        tone=Tone.MATTER_OF_FACT,
        language=language,
        now=samples.NOW,
        zone=samples.ZONE,
    )


@pytest.mark.parametrize(("language", "name"), ALL)
def test_a_text_message_fits_with_its_name_its_link_and_its_way_to_stop(language, name):
    """Into one segment; another for an alphabet of which one holds half, another for the language names. A code
    stands where others have their link, so its way to stop is a whole address."""
    message = said(language, name)
    more = message.short.count("\n") == 2 or sms.length(message.short) == 0 or name == "code"
    both = message.short.count("\n") == 2 and sms.length(message.short) == 0
    assert sms.segments(message.short) <= 1 + more + both
    assert bare(message.short).startswith(samples.CREDITOR.sender_sms)
    assert samples.LINK_URL in message.short
    assert name != "code" or f"{samples.LINK_URL}/stop" in message.short
    stop = locale(language).text("sms.stop_there")
    assert stop in message.short or sms.gsm(stop) in message.short or "/stop" in message.short


@pytest.mark.parametrize(("language", "name"), ALL)
def test_no_message_prints_what_the_door_asks_for(language, name):
    message = said(language, name)
    for text in (message.subject, message.short, message.long, message.html):
        for factor in ("10437", "2026-4711", "1984"):
            assert factor not in text


@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_mail_says_who_writes_why_and_how_to_end_it(language, name):
    message = said(language, name)
    creditor = samples.COLLECTOR if name.startswith(("notice", "origin")) else samples.CREDITOR
    for text in (message.long, message.html):
        for needed in (
            creditor.legal_name,
            samples.LINK_URL,
            samples.LINK_URL + "/stop",
            creditor.imprint_url,
            creditor.privacy_url,
            creditor.help_phone,
        ):
            assert needed in text.replace("\u00a0", " ")
        # A code goes to an address that may still be a stranger's.
        assert (samples.DEBTOR.name in text) is (name != "code")
    why = locale(language).text("mail.code.why" if name == "code" else "mail.why.own_name", creditor="")
    assert re.split("[?؟]", why)[0] in message.long


@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_drawn_mail_is_valid_and_fetches_nothing(language, name):
    html = said(language, name).html
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert root.get("lang") == language
    assert root.get("dir") == locale(language).direction
    assert len(list(root.iter("h1"))) == 1
    assert not list(root.iter("img")) and not list(root.iter("script")) and not list(root.iter("link"))
    assert "url(" not in html
    assert not re.search(r"\{\w*\}|\bNone\b(?!\.)", "".join(root.itertext()))


NAMED = ", ".join(one.name for one in tongues())
SPELT = ", ".join(one.sms_name for one in tongues())
CODED = " ".join(code.upper() for code in languages() if "-" not in code)


@pytest.mark.parametrize("language", languages())
def test_a_first_message_ends_with_the_names_of_the_languages(language):
    message = said(language, "reminder_friendly")
    assert message.long.rstrip().endswith(NAMED)
    assert message.short.endswith((SPELT, sms.gsm(SPELT), CODED))
    assert NAMED not in said(language, "reminder_matter_of_fact").long


def test_the_names_of_the_languages_are_spelt_in_the_letters_of_text_messages():
    assert sms.length(sms.gsm(SPELT)) > 0


def test_whoever_we_have_no_catalogue_for_is_told_each_time_which_languages_there_are():
    message = compose(
        MessageKind.REMINDER,
        creditor=samples.CREDITOR,
        debtor=replace(samples.DEBTOR, language="sw"),
        claim=samples.CLAIM,
        link_url=samples.LINK_URL,
        stop_url=f"{samples.LINK_URL}/stop",
        tone=Tone.FRIENDLY,
        language="sw",
        now=samples.NOW,
        zone=samples.ZONE,
    )
    assert message.language == "de"
    assert message.short.endswith((sms.gsm(SPELT), CODED)) and message.long.rstrip().endswith(NAMED)


@pytest.mark.parametrize("language", languages())
def test_a_reminder_names_no_amount_anywhere(language):
    for name in ("reminder_friendly", "reminder_matter_of_fact"):
        message = said(language, name)
        assert "€" not in message.long + message.html + message.short + message.subject


@pytest.mark.parametrize("language", languages())
def test_an_answer_never_asks_for_money(language):
    for name in ("receipt_part", "new_link"):
        assert samples.DEBTOR.name in said(language, name).long
        for asking in ("turn", "crossed"):
            assert locale(language).text(f"mail.{asking}").split(".")[0] not in said(language, name).long


@pytest.mark.parametrize("language", languages())
def test_a_collectors_notice_says_the_whole_list(language):
    """RDG §13a(1) nos. 1 to 8."""
    words, message = locale(language), said(language, "notice")
    for text in (message.long, message.html):
        for needed in (
            "Morgenrot Möbel AG, Werkstraße 12, 70469 Stuttgart",
            samples.CLAIM.ground.what,
            words.text("notice.rate.statutory"),
            "6,27 % im Jahr",
            "Geschäftsgebühr 0,5 nach RVG VV 2300",
            words.text("notice.vat.without"),
            "Bundesamt für Justiz, Adenauerallee 99–103, 53113 Bonn, poststelle@bfj.bund.de",
            samples.COLLECTOR.register_number,
            words.text("notice.plans.text"),
        ):
            assert needed in text.replace("\u00a0", " ")
    agreed = words.date(samples.CLAIM.ground.contract_date).replace("\u00a0", " ")
    assert agreed in message.long
    assert words.text("notice.costs.none") in said(language, "notice_free").long
    assert words.text("notice.interest.none") in said(language, "notice_free").long
    assert words.text("notice.vat.with") in said(language, "notice_traced").long
    assert words.text("notice.address.traced", email="", phone="")[:60] in said(language, "notice_traced").long


def bare(text):
    """Without what only directs the eye."""
    return re.sub("[\u2066-\u2069\u200e\u200f\u061c]", "", text.replace("\u00a0", " "))


@pytest.mark.parametrize("language", languages())
def test_a_notice_tells_its_own_costs_by_kind_amount_and_origin(language):
    """RDG §13a(1) nos. 5 and 6; of what may come after two weeks it says nothing."""
    words, message = locale(language), said(language, "notice_charged")
    text = bare(message.long)
    for kind, amount in samples.HALF:
        assert bare(f"{words.text(KINDS[kind])} {words.money(Money(amount, 'EUR'))}") in text
    assert "§ 13e RDG" in text and bare(words.money(Money(4820, "EUR"))) in text
    assert words.text("notice.vat.with") in message.long
    assert words.text("notice.costs.none") not in message.long
    assert words.text("notice.rate.none") in message.long
    assert words.money(Money(2835, "EUR")) not in message.long, "nine tenths are never shown before"
    assert not re.search("0[.,]9", text) and re.search("0[.,]5", text)
    assert gaps(samples.COLLECTOR, samples.CHARGED) == ()


def test_a_notice_tells_the_costs_of_its_file_apart_from_its_own():
    owed = Split(principal=4820, costs=2499, kinds=samples.HALF)
    message = noticed(replace(samples.CHARGED, outstanding=owed, history=samples.NOTICED.history))
    text = message.long.replace("\u00a0", " ")
    assert "2,50 €: Geschäftsgebühr 0,5 nach RVG VV 2300" in text and "Inkassokosten 15,75 €" in text


def test_a_notice_in_another_language_carries_the_german_original_beside_it():
    message = said("en", "notice")
    assert "Deutscher Originaltext" in message.long
    assert locale("de").text("notice.rate.statutory") in message.long
    assert '<div lang="de" dir="ltr">' in message.html
    assert "Deutscher Originaltext" not in said("de", "notice").long


@pytest.mark.parametrize(
    ("missing", "creditor", "claim"),
    [
        ("1_principal", replace(samples.COLLECTOR, on_behalf_of=None), samples.NOTICED),
        ("8_authority", replace(samples.COLLECTOR, authority=None), samples.NOTICED),
        ("register", replace(samples.COLLECTOR, register_number=None), samples.NOTICED),
        (
            "2_contract_date",
            samples.COLLECTOR,
            replace(samples.NOTICED, ground=replace(samples.CLAIM.ground, contract_date=None)),
        ),
        ("3_interest_period", samples.COLLECTOR, replace(samples.NOTICED, default_since=None)),
        ("3_interest_rate", samples.COLLECTOR, replace(samples.NOTICED, history={})),
        ("5_costs_kind", samples.COLLECTOR, replace(samples.NOTICED, history={})),
        ("6_vat", samples.COLLECTOR, replace(samples.NOTICED, history={})),
    ],
)
def test_a_notice_that_lacks_a_part_of_the_list_is_not_composed(missing, creditor, claim):
    assert missing in gaps(creditor, claim)
    with pytest.raises(BrokenRule) as refused:
        noticed(claim, creditor)
    assert missing in refused.value.context["missing"]


def test_a_notice_without_interest_and_costs_needs_no_rate_and_no_origin():
    free = replace(samples.NOTICED, outstanding=Split(principal=4820), history={}, default_since=None)
    assert gaps(samples.COLLECTOR, free) == ()


def test_M15_interest_that_grew_here_is_told_with_every_rate_it_grew_at():
    """Default since 16 August 2026: one rate; since June: the one before 1 July too (RDG §13a(1) no. 3)."""
    terms = Interest(500, date(2026, 11, 21), date(2026, 11, 23))
    history = {name: text for name, text in samples.NOTICED.history.items() if name != "interest_rate"}
    grown = replace(samples.NOTICED, history=history, interest=terms)
    assert "6,52 %" in noticed(grown).long and "6,27" not in noticed(grown).long
    longer = noticed(replace(grown, default_since=date(2026, 6, 1))).long
    assert "6,27 % / 6,52 %" in longer
    assert "23. November 2026" in longer, "to the day it was reckoned to"


def test_P16_a_name_cannot_write_lines_of_its_own_into_a_mail():
    debtor = replace(samples.DEBTOR, name="Eva\nIBAN: DE00 \u202e<b>")
    message = noticed(debtor=debtor)
    assert "Eva IBAN: DE00 <b>" in message.long
    assert "&lt;b&gt;" in message.html
    assert "\u202e" not in message.long + message.html


def test_a_day_that_has_passed_is_promised_to_nobody():
    words = {"first": False, "good_until": samples.NOW.date().replace(day=1)}
    message = compose(
        MessageKind.REMINDER,
        creditor=samples.CREDITOR,
        debtor=samples.DEBTOR,
        claim=samples.CLAIM,
        link_url=samples.LINK_URL,
        stop_url=samples.LINK_URL,
        tone=Tone.FRIENDLY,
        language="en",
        now=samples.NOW,
        zone=samples.ZONE,
        **words,
    )
    assert "1 November" not in message.long


def test_the_version_tells_kind_and_language_apart():
    versions = {said(language, name).version for language, name in ALL}
    assert len(versions) == len(MessageKind) * len(languages())


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ł" * 70, 1), ("ł" * 71, 2)],
)
def test_a_text_message_is_counted_as_the_phone_company_counts(text, count):
    assert sms.segments(text) == count


def test_marks_and_accents_do_not_cost_a_second_message():
    assert sms.gsm("„Grün“ – Zoë’s č\u00a0…") == '"Grün" - Zoe\'s c ...'
    assert sms.gsm("Złoty ğ ı İ ș") == "Zloty g i I s"


def test_a_text_in_another_alphabet_keeps_its_accents():
    assert sms.gsm("Київ: ręka „й“") == "Київ: ręka „й“"


@pytest.mark.parametrize("letters", ["a" * 307, "я" * 202, "😀" * 101])
def test_a_text_message_without_room_is_refused_by_name(letters):
    with pytest.raises(sms.TooLong):
        sms.fitted(lambda: letters)


def test_the_richest_text_message_of_the_fewest_segments_is_sent():
    assert sms.fitted(lambda: "я" * 300, lambda: "я" * 200, lambda: "я" * 150) == "я" * 200
    assert sms.fitted(lambda: "a" * 161, lambda: "a" * 160) == "a" * 160


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Letzte Mahnung!", "de"),
        ("Zahlen Sie sofort", "de"),
        ("This is your final notice", "en"),
        ("ACHTUNG wichtig", "de"),
        (" ".join(["wort"] * 40), "de"),
    ],
)
def test_the_voice_check_hears_what_it_must_not(text, language):
    assert tone_check.of_text(text, locale(language))


@pytest.mark.parametrize(
    "text", ["48,20 offen", "Forderung 12", "Nord Inkasso", "1.234,00", "€5", "https://inkasso.example/p/x"]
)
def test_the_lock_screen_check_sees_what_must_not_stand_there(text):
    assert tone_check.outside(text, locale("de"))


def test_the_lock_screen_check_is_not_alarmed_by_a_token_or_a_day():
    assert tone_check.outside("Rechnung vom 01.08.2026: https://zahlen.example/p/schuldEUR48", locale("de")) == ()


@pytest.mark.parametrize("language", languages())
def test_the_way_to_stop_follows_the_sender_a_number_is_answered_and_a_name_is_not(language):
    from zoneinfo import ZoneInfo

    from chalicelib.domain.row import claim_of, debtor_of
    from tests.builders import NOW, creditor, row

    def text(sender):
        who, one = creditor(sender_sms=sender), row()
        about = {"link_url": samples.LINK_URL, "stop_url": f"{samples.LINK_URL}/stop", "tone": Tone.FRIENDLY}
        return compose(
            MessageKind.REMINDER,
            creditor=who,
            debtor=debtor_of(one, who, NOW),
            claim=claim_of(one, who, "b", NOW),
            language=language,
            now=NOW,
            zone=ZoneInfo("Europe/Berlin"),
            **about,
        ).short

    # What is read from the right begins with the mark that says so.
    numbered, named = (text(sender).lstrip("\N{RIGHT-TO-LEFT MARK}") for sender in ("+4915799900001", "Nordlicht"))
    assert numbered.rstrip().endswith("STOP") or "STOP" in numbered.splitlines()[-1]
    # A right-to-left text begins with the invisible sign that says so.
    assert f"{samples.LINK_URL}/stop" not in numbered
    assert numbered.removeprefix("\u200f").startswith("Nordlicht Energie GmbH")
    there = locale(language).text("sms.stop_there")
    assert named.removeprefix("\u200f").startswith("Nordlicht") and (
        "/stop" in named or there in named or sms.gsm(there) in named
    )
    assert sms.fits(numbered) and sms.fits(named)


def noted_by(by, language, **changes):
    """The answer to somebody whose words no rule knows, by this channel."""
    from zoneinfo import ZoneInfo

    from chalicelib.actions.open_task import noted
    from chalicelib.domain.channel import Shape
    from chalicelib.domain.matter import Matter
    from chalicelib.domain.task import TaskKind

    debtor = replace(samples.DEBTOR, language=language)
    task = replace(samples.TASK, kind=TaskKind.REPLY, request=None)
    contact = replace(noted(debtor, task, samples.CLAIM, samples.NOW), channel=by, to="hash of it")
    return compose(
        MessageKind.NOTED,
        creditor=replace(samples.CREDITOR, **{"sender_sms": "+4915799900001"} | changes),
        debtor=debtor,
        claim=samples.CLAIM,
        link_url=samples.LINK_URL,
        stop_url=f"{samples.LINK_URL}/stop",
        tone=Tone.FRIENDLY,
        language=language,
        now=samples.NOW,
        zone=ZoneInfo("Europe/Berlin"),
        contact=contact,
        matter=Matter(debtor, tasks={task.id: task}),
        shape=Shape.LONG if by is ChannelKind.EMAIL else Shape.SHORT,
        most_parts=3,
    )


@pytest.mark.parametrize("language", languages())
def test_whoever_wrote_what_no_rule_knows_is_offered_three_numbers_in_every_language_in_so_many_texts(language):
    for by in (ChannelKind.SMS, ChannelKind.WHATSAPP):
        message = noted_by(by, language)
        line = locale(language).text("sms.numbers")
        assert re.findall(r"\d", line) == ["1", "2", "3"] and message.numbers == line
        assert line in message.short or sms.gsm(line) in message.short
        assert sms.segments(message.short) <= (2 if sms.length(message.short) else 3)
        assert message.version.endswith(MARK)
        assert line not in message.long and line not in message.html
    stop = locale(language).text("sms.stop_word")
    assert stop in message.short or sms.gsm(stop) in message.short


@pytest.mark.parametrize("language", languages())
def test_what_is_offered_is_a_word_that_is_heard(language):
    """Whoever writes the word beside the number instead of the number gets the same page."""
    words = re.findall(r"\d ([^,،]+)", locale(language).text("sms.numbers"))
    known = vocabulary({said: tongue.replies[said] for said in Said} for tongue in tongues())
    assert [heard(word, known).said for word in words] == list(CHOICES)


@pytest.mark.parametrize("language", ["de", "ar", "uk"])
def test_numbers_are_offered_only_where_they_can_be_answered_and_have_room(language):
    named = noted_by(ChannelKind.SMS, language, sender_sms="Nordlicht")
    mailed = noted_by(ChannelKind.EMAIL, language)
    long = (
        noted_by(ChannelKind.SMS, language, legal_name="Stadtwerke " + "am " * 45 + "See GmbH")
        if language == "de"
        else None
    )
    for message in filter(None, (named, mailed, long)):
        assert not message.numbers and not message.version.endswith(MARK)
        assert locale(language).text("sms.numbers") not in message.short
