"""What a country's law wants said stands in every message, in every language; what is missing is never sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import registry
from chalicelib.domain import policies
from chalicelib.domain.contact import MessageKind, Tone
from chalicelib.domain.errors import BrokenRule, TextRefused
from chalicelib.domain.parties import Address
from chalicelib.domain.policies._figures import EVERY, RequiredText
from chalicelib.presentation import tone_check
from chalicelib.presentation.composer import compose
from chalicelib.presentation.i18n import languages, locale
from chalicelib.presentation.required import KNOWN, Saying, missing

from . import samples

POLICIES = registry.collect(policies, "POLICY")
CURRENCIES = {"DE": "EUR", "GB": "GBP", "US": "USD"}
HOMES = {
    "DE": Address("Pappelallee 12", "10437", "Berlin"),
    "GB": Address("12 Poplar Row", "M1 1AA", "Manchester", "GB"),
    "US": Address("12 Poplar Ave Apt 3", "60601", "Chicago, IL", "US"),
}
each = pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.key)
in_every_language = pytest.mark.parametrize("language", languages())


def told(policy, language, kind=MessageKind.REMINDER, creditor=samples.CREDITOR, **changes):
    home = HOMES.get(policy.key, HOMES["DE"])
    claim = samples.NOTICED if kind is MessageKind.NOTICE else samples.CLAIM
    who = replace(creditor, country=policy.key, address=home)
    plain = {
        "creditor": who,
        "debtor": replace(samples.DEBTOR, address=home, language=language),
        "claim": replace(claim, currency=CURRENCIES.get(policy.key, "EUR")),
        "link_url": samples.LINK_URL,
        "stop_url": samples.LINK_URL + "/stop",
        "tone": Tone.FRIENDLY,
        "language": language,
        "now": samples.NOW,
        "zone": policy.zone,
        "first": True,
        "rules": policy.figures(samples.NOW.date()),
    }
    return compose(kind, **{**plain, **changes})


@each
def test_what_a_country_wants_said_is_known_by_name(policy):
    assert {text.name for row in policy.rows for text in row.texts} <= KNOWN


@each
@in_every_language
def test_a_reminder_says_what_the_law_wants_and_keeps_the_voice(policy, language):
    """compose refuses a message that lacks one of them."""
    for creditor in (samples.CREDITOR, samples.COLLECTOR):
        message = told(policy, language, creditor=creditor)
        assert tone_check.outside(f"{message.subject} {message.short}", locale(language)) == ()


@each
@in_every_language
def test_a_collectors_notice_says_what_the_law_wants(policy, language):
    message = told(policy, language, MessageKind.NOTICE, samples.COLLECTOR)
    assert tone_check.outside(f"{message.subject} {message.short}", locale(language)) == ()


@in_every_language
def test_a_validation_notice_names_who_writes_and_the_35th_day(language):
    policy, words = POLICIES["US"], locale(language)
    message = told(policy, language, MessageKind.NOTICE, samples.COLLECTOR)
    day = words.date((samples.NOW + timedelta(days=35)).date())
    plain = message.long.translate({0x2066: None, 0x2069: None})
    assert words.text("law.validation", day=day).replace("\u00a0", " ") in plain
    assert words.text("law.collector", creditor=samples.COLLECTOR.legal_name) in plain
    own = told(policy, language)
    assert words.text("law.collector", creditor=samples.CREDITOR.legal_name) not in own.long


@in_every_language
def test_an_amount_in_pounds_and_dollars_stands_in_the_notice_as_it_is_written_there(language):
    for key, sign in (("GB", "£"), ("US", "$")):
        message = told(POLICIES[key], language, MessageKind.NOTICE, samples.COLLECTOR)
        assert sign in message.long and "€" not in message.long
        assert HOMES[key].city in message.long.replace("\u00a0", " ")


def test_a_notice_in_the_united_states_needs_no_authority_of_ours():
    creditor = replace(samples.COLLECTOR, authority=None, register_number=None)
    told(POLICIES["US"], "en", MessageKind.NOTICE, creditor)
    with pytest.raises(BrokenRule, match="notice_incomplete"):
        told(POLICIES["DE"], "de", MessageKind.NOTICE, creditor)
    with pytest.raises(BrokenRule, match="notice_incomplete"):
        told(POLICIES["US"], "en", MessageKind.NOTICE, replace(creditor, on_behalf_of=None))


@each
@pytest.mark.parametrize(
    ("part", "name"),
    [("short", "stop"), ("long", "stop"), ("html", "stop"), ("short", "writer"), ("long", "privacy")],
)
def test_a_message_without_it_is_found_out(policy, part, name):
    message = told(policy, "en")
    bare = replace(message, **{part: "A page for you: https://example.com"})
    creditor = replace(samples.CREDITOR, country=policy.key)
    saying = Saying(creditor, locale("en"), samples.LINK_URL + "/stop", "")
    required = policy.figures(samples.NOW.date()).required(MessageKind.REMINDER, creditor.acting_as)
    assert name in missing(required, bare, saying)
    assert missing(required, message, saying) == ()


def test_a_message_that_does_not_say_what_the_law_wants_is_never_composed():
    policy = POLICIES["DE"]
    rules = policy.figures(samples.NOW.date())
    everywhere = frozenset({EVERY})
    wanted = RequiredText(
        "validation", frozenset(MessageKind), everywhere, frozenset(type(samples.CREDITOR.acting_as))
    )
    with pytest.raises(TextRefused, match="lacks: validation"):
        told(policy, "de", rules=replace(rules, texts=(wanted,)))
