"""A creditor's settings: taken whole or refused by name."""

from datetime import date

import pytest
import yaml

from chalicelib.adapters.batches.creditor_file import read_creditor
from chalicelib.domain.batch import Problem
from chalicelib.domain.centre import CentreSettings
from chalicelib.domain.parties import ActingAs, Authority, Creditor
from chalicelib.domain.task import TaskKind

GOOD = {
    "id": "nordlicht",
    "legal_name": "Nordlicht Energie GmbH",
    "address": {"street": "Am Kai 4", "postcode": "01067", "city": "Dresden"},
    "acting_as": "own_name",
    "country": "de",
    "strategy": "gentle",
    "sender_email": "service@nordlicht.example",
    "sender_sms": "Nordlicht",
    "payee": "Nordlicht Energie GmbH",
    "iban": "DE47990009090001234567",
    "help_phone": "+49 30 23125 010",
    "help_hours": "Mo-Fr 8-18",
    "help_email": "hilfe@nordlicht.example",
    "imprint_url": "https://nordlicht.example/impressum",
    "privacy_url": "https://nordlicht.example/datenschutz",
    "public_url": "https://zahlen.nordlicht.example/",
    "profile": "plain-de",
}
COLLECTOR = {
    "acting_as": "collector",
    "register_number": "3712/E1-2214/26",
    "authority": {"name": "Bundesamt für Justiz", "address": "53113 Bonn", "contact": "post@bfj.example"},
}


def text(**changes):
    settings = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False).encode()


def read(body, id="nordlicht"):
    return read_creditor(body, id, countries={"de", "uk"}, strategies={"gentle"})


def problems(**changes):
    found = read(text(**changes))
    assert not isinstance(found, Creditor), found
    return found


def test_good_settings_become_a_creditor_in_the_sandbox():
    found = read(text())
    assert isinstance(found, Creditor), found
    assert found.sandbox
    assert found.acting_as is ActingAs.OWN_NAME
    assert found.address.postcode == "01067"
    assert found.public_url == "https://zahlen.nordlicht.example"
    assert found.provider_secret == "kulanz/creditors/nordlicht/stripe"
    assert (found.profile.name, found.profile.delimiter) == ("plain-de", ";")
    assert found.help_phone == "+49 30 23125 010"


def test_values_mean_what_stands_there_without_quotes():
    body = text().replace(b"'01067'", b"01067") + b"sandbox: no\nreviewed_by: yes\nreviewed_on: 2026-11-01\n"
    found = read(body)
    assert isinstance(found, Creditor), found
    assert (found.address.postcode, found.sandbox, found.reviewed_by) == ("01067", False, "yes")
    assert found.reviewed_on == date(2026, 11, 1)


def test_a_collector_names_its_register_number_and_its_authority():
    found = read(text(**COLLECTOR))
    assert isinstance(found, Creditor), found
    assert found.authority == Authority("Bundesamt für Justiz", "53113 Bonn", "post@bfj.example")
    assert problems(acting_as="collector") == (
        Problem("register_number", "collector_register"),
        Problem("authority", "collector_authority"),
    )


def test_a_collector_says_whether_it_bills_its_client_and_is_not_taken_to_do_so():
    silent, billing = read(text(**COLLECTOR)), read(text(**COLLECTOR, bills_collection_fee=True))
    assert isinstance(silent, Creditor) and isinstance(billing, Creditor), billing
    assert (silent.bills_collection_fee, billing.bills_collection_fee) == (False, True)


PAYOUT = {"payee": "Nordlicht Energie GmbH", "iban": "DE02120300000000202051"}


@pytest.mark.parametrize("currency", ["CHF", "PLN"])
def test_where_money_is_paid_out_a_file_in_another_currency_is_refused_by_name(currency):
    other = form(constants={"currency": currency, "claim_type": "other"})
    assert problems(profile=other, payout=PAYOUT) == (
        Problem("profile.constants.currency", "payout_euro", currency),
    )
    assert isinstance(read(text(profile=other)), Creditor), "without payouts it is the creditor's own affair"
    assert isinstance(read(text(profile=form(), payout=PAYOUT)), Creditor)
    assert isinstance(read(text(payout=PAYOUT)), Creditor)


def test_nobody_who_writes_in_their_own_name_bills_a_collection_fee():
    fee = Problem("bills_collection_fee", "own_name_fee", "yes")
    assert problems(bills_collection_fee=True) == (fee,)
    assert isinstance(read(text(bills_collection_fee=False)), Creditor)


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"legal_name": None}, "legal_name", "missing"),
        ({"legal_name": " "}, "legal_name", "missing"),
        ({"legal_name": "x" * 71}, "legal_name", "too_long"),
        ({"legal_name": ["a"]}, "legal_name", "not_text"),
        ({"iban": "DE47990009090001234568"}, "iban", "iban"),
        ({"payee": "Somebody Else"}, "payee", "payee_differs"),
        ({"public_url": "http://zahlen.nordlicht.example"}, "public_url", "url_not_https"),
        ({"public_url": "https://zahlen.nordlicht.example/pay"}, "public_url", "url_not_origin"),
        ({"public_url": "https://user@nordlicht.example"}, "public_url", "url"),
        ({"public_url": "nordlicht.example"}, "public_url", "url"),
        ({"public_url": "https://inkasso.nordlicht.example"}, "public_url", "telling"),
        ({"imprint_url": "javascript:alert(1)"}, "imprint_url", "url"),
        ({"sender_email": "Mahnung@nordlicht.example"}, "sender_email", "telling"),
        ({"sender_email": "nordlicht"}, "sender_email", "email_form"),
        ({"sender_sms": "Nordlicht Energie"}, "sender_sms", "sms_sender"),
        ({"sender_sms": "12345"}, "sender_sms", "sms_sender"),
        ({"help_phone": "030 23125 010"}, "help_phone", "phone_form"),
        ({"colour": "green"}, "colour", "colour"),
        ({"country": "fr"}, "country", "not_known"),
        ({"strategy": "harsh"}, "strategy", "not_known"),
        ({"profile": "excel"}, "profile", "not_known"),
        ({"provider": "cash"}, "provider", "not_known"),
        ({"language": "tlh"}, "language", "not_known"),
        ({"acting_as": "friend"}, "acting_as", "not_known"),
        ({"id": "other"}, "id", "id_of_file"),
        ({"provider_secret": "kulanz/creditors/other/stripe"}, "provider_secret", "foreign_secret"),
        ({"reviewed_by": "Ada"}, "reviewed_on", "review_half"),
        ({"sandbox": "no"}, "sandbox", "review_missing"),
        ({"sandbox": "perhaps"}, "sandbox", "yes_no"),
        ({"reviewed_by": "Ada", "reviewed_on": "01.11.2026"}, "reviewed_on", "date_iso"),
        ({"authority": "BfJ"}, "authority", "not_a_group"),
        ({"address": {"street": "a", "city": "b"}}, "address.postcode", "missing"),
        ({"address": GOOD["address"] | {"country": "Germany"}}, "address.country", "country_form"),
        ({"helpline": "x"}, "helpline", "unknown_setting"),
    ],
)
def test_each_wrong_setting_is_refused_by_its_path(changes, column, reason):
    (problem,) = problems(**changes)
    assert (problem.column, problem.reason) == (column, reason)


def test_plain_http_is_taken_on_the_loopback_only():
    for host in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000"):
        assert isinstance(read(text(public_url=f"http://{host}")), Creditor)
    assert problems(public_url="http://127.0.0.1.example")[0].reason == "url_not_https"


def form(**changes):
    columns = {
        "claim": "Nr",
        "debtor": "Kunde",
        "party": "Art",
        "name": "Name",
        "street": "Str",
        "city": "Ort",
        "what": "Was",
        "invoice_number": "RNr",
        "invoice_date": "RDat",
        "due": "Fällig",
        "as_of": "Stand",
        "principal": "HF",
        "interest": "Zins",
        "costs": "Kosten",
    }
    constants = {"currency": "EUR", "claim_type": "other"}
    return {"columns": columns, "constants": constants} | changes


def test_a_profile_of_ones_own_is_read_with_all_its_parts():
    own = form(encoding="cp1252", delimiter=";", decimal=",", thousands=".", date_format="dd.mm.yyyy")
    found = read(text(profile=own | {"values": {"party": {"P": "person"}}}))
    assert isinstance(found, Creditor), found
    profile = found.profile
    assert (profile.encoding, profile.thousands, profile.fixed) == ("cp1252", ".", True)
    assert profile.header_of("due") == "Fällig"
    assert profile.own_word("party", "P") == "person"


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"encoding": "latin-9"}, "profile.encoding", "not_a_choice"),
        ({"decimal": ",", "thousands": ","}, "profile.thousands", "same_separator"),
        ({"date_format": "yy"}, "profile.date_format", "not_a_choice"),
        ({"delimiter": ";;"}, "profile.delimiter", "not_a_choice"),
        ({"quote": "`"}, "profile.quote", "not_a_choice"),
        (
            {"constants": {"currency": "DEM", "claim_type": "other"}},
            "profile.constants.currency",
            "not_a_choice",
        ),
        ({"constants": {"currency": "EUR"}}, "profile.columns.claim_type", "field_not_mapped"),
        ({"values": {"party": {"P": "human"}}}, "profile.values.party.P", "not_a_choice"),
        ({"values": {"species": {"P": "person"}}}, "profile.values.species", "no_such_field"),
        ({"columns": form()["columns"] | {"debtor": "Nr"}}, "profile.columns.claim", "header_for_two"),
        ({"columns": "all"}, "profile.columns", "not_a_group"),
        ({"guess": "yes"}, "profile.guess", "unknown_setting"),
    ],
)
def test_each_wrong_part_of_a_profile_is_refused_by_its_path(changes, column, reason):
    first = problems(profile=form(**changes))[0]
    assert (first.column, first.reason) == (column, reason)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"a: &x [1]\nb: *x\n", "yaml_alias"),
        (b"a: 1\na: 2\n", "yaml_key_twice"),
        (b"a: {b: 1, b: 2}\n", "yaml_key_twice"),
        (b"x: " + b"[" * 5000, "yaml"),
        (b"x" * 70_000, "yaml_too_large"),
        (b"just words", "yaml_not_a_mapping"),
        (b"", "yaml_not_a_mapping"),
        (b"a: [1\n", "yaml"),
        (b"? {a: 1}\n: 2\n", "yaml"),
        (b"a: \xff\n", "encoding"),
        (b"--- {a: 1}\n--- {b: 2}\n", "yaml"),
        (b"a: \x00\n", "yaml"),
    ],
)
def test_a_document_that_is_no_settings_is_refused_as_a_whole(body, reason):
    (problem,) = read(body)
    assert (problem.column, problem.reason) == ("", reason)


def test_a_document_cannot_call_anything():
    found = read(text() + b"colour: !!python/object/apply:os.system ['true']\n")
    assert not isinstance(found, Creditor)


def test_no_more_problems_are_listed_than_somebody_reads():
    assert len(read(b"".join(b"k%d: v\n" % n for n in range(5000)))) == 100


def test_all_problems_are_named_at_once():
    assert len(problems(iban="x", colour="y", helpline="z")) == 3


def test_what_is_wrong_between_settings_is_named_beside_what_is_wrong_with_each():
    found = problems(
        iban="x",
        helpline="z",
        country="fr",
        payee="Somebody Else",
        sandbox="no",
        address=GOOD["address"] | {"country": "Germany", "postcode": ""},
        profile=form(encoding="latin-9", constants={"currency": "DEM"}),
    )
    assert {(problem.column, problem.reason) for problem in found} == {
        ("iban", "iban"),
        ("helpline", "unknown_setting"),
        ("address.country", "country_form"),
        ("address.postcode", "missing"),
        ("country", "not_known"),
        ("payee", "payee_differs"),
        ("sandbox", "review_missing"),
        ("profile.encoding", "not_a_choice"),
        ("profile.constants.currency", "not_a_choice"),
        ("profile.columns.claim_type", "field_not_mapped"),
    }


def test_nothing_is_said_of_settings_that_could_not_be_read():
    assert [p.column for p in problems(sandbox="perhaps", reviewed_by="Ada")] == ["sandbox"]
    assert [p.column for p in problems(legal_name="x" * 71)] == ["legal_name"]
    assert [p.column for p in problems(profile=form(decimal="x", thousands="."))] == ["profile.decimal"]
    assert [p.column for p in problems(profile=form(columns={"claim": ""}))] == ["profile.columns.claim"]
    assert [p.column for p in problems(profile={"constants": {"currency": "EUR"}})] == ["profile.columns"]
    assert [p.column for p in problems(profile=["plain"])] == ["profile"]


def test_the_same_settings_read_twice_are_equal():
    assert read(text()) == read(text())


CENTRES = {"chatwoot": ("address", "account", "inbox")}
CHATWOOT = {"address": "https://chat.example.org", "account": "1", "inbox": "abc"}


def centred(**changes):
    given = {"name": "chatwoot", "kinds": ["reply"], "names": "yes", "settings": CHATWOOT} | changes
    body = text(contact_centre={name: value for name, value in given.items() if value is not None})
    return read_creditor(body, "nordlicht", countries={"de"}, strategies={"gentle"}, centres=CENTRES)


def test_a_contact_centre_is_taken_with_its_kinds_and_settings():
    found = centred()
    assert isinstance(found, Creditor), found
    assert found.centre == CentreSettings("chatwoot", (TaskKind.REPLY,), CHATWOOT, names=True)
    assert centred(kinds=None, names=None).centre == CentreSettings("chatwoot", (), CHATWOOT)
    assert read(text()).centre is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "nobody"}, ("contact_centre.name", "not_known")),
        ({"kinds": ["ticket"]}, ("contact_centre.kinds", "not_known")),
        ({"settings": {"address": CHATWOOT["address"]}}, ("contact_centre.settings.inbox", "missing")),
        ({"settings": {**CHATWOOT, "colour": "red"}}, ("contact_centre.settings.colour", "unknown_setting")),
        ({"settings": {**CHATWOOT, "address": "http://x"}}, ("contact_centre.settings.address", "url_not_https")),
        ({"token": "x"}, ("contact_centre.token", "unknown_setting")),
    ],
)
def test_what_is_wrong_with_a_contact_centre_is_said_by_name(changes, problem):
    found = centred(**changes)
    assert not isinstance(found, Creditor)
    assert problem in [(one.column, one.reason) for one in found]
