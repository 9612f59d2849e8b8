"""Letters: every word from the catalogues, every figure right, and no factor in what travels by mail."""

import json
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import Ground
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.document import MAILED, DocumentKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import BrokenRule
from chalicelib.domain.ledger import charged, costs_given_back
from chalicelib.presentation import i18n
from chalicelib.presentation.papers.account import ENTRIES as NAMED
from chalicelib.presentation.papers.build import OF_ACCOUNT, OF_ALL, OF_TERMS, TITLES, file_name
from chalicelib.presentation.papers.paper import isolated
from chalicelib.presentation.tone_check import of_text
from tests.pages.papers import a_paper, long_account, paper_samples
from tests.pages.samples import CHARGED, CLAIM, COLLECTOR, DEBTOR, DONE, ENTRIES, FREE, NOTICED, NOW, OPENING, PART

LANGUAGES = i18n.languages()
SAMPLES = sorted(paper_samples("de"))
KINDS = list(DocumentKind)
# What of a paper is not read: how it is set, and the drawing of a code.
NO_WORDS = ("kind", "accent", "direction", "language", "code")


def text_of(paper):
    """All its words, a line each, with plain spaces."""

    def words(value):
        if isinstance(value, dict):
            for name, part in value.items():
                yield from words(part) if name not in NO_WORDS else ()
        elif isinstance(value, list):
            for part in value:
                yield from words(part)
        elif isinstance(value, str):
            yield value

    return "\n".join(words(json.loads(paper.as_json()))).replace("\xa0", " ").replace("\u202f", " ")


def blocks(paper, kind):
    return [block for block in paper.blocks if block.kind == kind]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_written_in_every_language_in_the_voice_of_the_house(language):
    words = i18n.locale(language)
    for name, paper in paper_samples(language).items():
        assert (paper.language, paper.direction) == (language, words.direction)
        assert paper.title and paper.blocks and "{page}" in paper.page and "{pages}" in paper.page, name
        assert not [fault for text in text_of(paper).split("\n") for fault in of_text(text, words)], name
        assert "{" not in text_of(replace(paper, page="")), name


def test_each_kind_of_document_has_its_letter_its_title_and_its_file_name():
    assert {*OF_ACCOUNT, *OF_ALL, *OF_TERMS} == set(KINDS) == set(TITLES)
    for language in LANGUAGES:
        names = {file_name(kind, language) for kind in KINDS}
        assert len(names) == len(KINDS)
        assert not [
            name for name in names if i18n.locale(language).never_outside and _said_outside(name, language)
        ]


def _said_outside(name, language):
    from chalicelib.presentation.tone_check import outside

    return outside(name, i18n.locale(language))


def test_each_kind_of_entry_has_a_name_in_the_account():
    assert set(NAMED) == set(EntryKind)


FACTORS = ("10437", "Lindenweg", "2026-4711", "1984", "9. März", "09.03.")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith(("offer", "agreement"))])
def test_what_travels_by_mail_prints_no_factor_of_the_door(name, language):
    text = text_of(paper_samples(language)[name])
    assert not [factor for factor in FACTORS if factor in text]


@pytest.mark.parametrize(
    ("kind", "about"),
    [(DocumentKind.OFFER, "o-1"), (DocumentKind.AGREEMENT, "p-1"), (DocumentKind.AGREEMENT, "f-1")],
)
def test_not_even_where_the_creditors_own_words_hold_one(kind, about):
    assert kind in MAILED
    ground = Ground("Strom, Rechnung 2026 4711", date(2024, 2, 12), "2026-4711", date(2026, 8, 1))
    claim = replace(CLAIM, ground=ground, reference="RE-2026-4711")
    text = text_of(a_paper(kind, claim=claim, about=about))
    assert "4711" not in text


@pytest.mark.parametrize("name", ["offer_plan", "offer_later", "agreement_plan", "agreement_later"])
def test_terms_say_that_they_are_free_acknowledge_nothing_and_may_restart_limitation(name):
    text = text_of(paper_samples("de")[name])
    assert "Das kostet Sie nichts." in text
    assert "erkennen damit keine Schuld an" in text
    assert "§ 212 BGB" in text and "neu beginnen" in text


def test_an_offer_lists_every_instalment_with_its_day_and_their_sum():
    paper = paper_samples("de")["offer_plan"]
    (table,) = blocks(paper, "money")
    assert [row[1].replace("\xa0", " ") for row in table.rows] == [
        "Dienstag, 15. Dezember 2026",
        "Freitag, 15. Januar 2027",
        "Montag, 15. Februar 2027",
        "Montag, 15. März 2027",
    ]
    assert [row[2].replace("\xa0", " ") for row in (*table.rows, *table.sums)] == [
        *["15,00 €"] * 3,
        "8,83 €",
        "53,83 €",
    ]
    assert "7. Dezember 2026" in text_of(paper), "until when one can agree"


def test_an_offer_of_a_later_day_says_the_day_and_the_amount():
    text = text_of(paper_samples("de")["offer_later"])
    assert "31. Dezember 2026" in text and "53,83 €" in text


def test_whoever_transfers_reads_payee_and_iban_in_groups():
    text = text_of(paper_samples("de")["agreement_transfer"])
    assert "Nordlicht Energie GmbH" in text and "DE21 3012 0400 0000 0152 28" in text


def test_in_another_language_the_legal_words_stand_beside_in_german():
    english = paper_samples("en")
    for name in ("offer_plan", "agreement_later", "notice"):
        (original,) = blocks(english[name], "original")
        assert original.language == "de" and original.heading == "Deutscher Originaltext"
    assert "§ 212 BGB" in json.dumps(
        json.loads(english["offer_plan"].as_json())["blocks"][-1], ensure_ascii=False
    ).replace("\xa0", " ")
    assert not [paper for paper in paper_samples("de").values() if blocks(paper, "original")]


def test_a_statement_shows_every_entry_and_what_was_owed_after_it():
    paper = a_paper(DocumentKind.STATEMENT, claim=DONE, entries=ENTRIES)
    (table,) = blocks(paper, "money")
    assert [tuple(cell.replace("\xa0", " ") for cell in row[2:]) for row in table.rows] == [
        ("53,83 €", "53,83 €"),
        ("−20,00 €", "33,83 €"),
        ("−38,83 €", "0,00 €"),
    ]
    assert "zu viel: 5,00 €" in text_of(paper)
    claim, entries = long_account()
    (table,) = blocks(a_paper(DocumentKind.STATEMENT, claim=claim, entries=entries), "money")
    assert len(table.rows) == 41
    assert table.sums[0][-1].replace("\xa0", " ") == "13,83 €"


def test_M12_the_account_over_all_claims_shows_one_payment_over_two_of_them_once():
    paper = paper_samples("de")["account"]
    standing, movements = blocks(paper, "money")[:2]
    figures = [tuple(cell.replace("\xa0", " ") for cell in row[2:]) for row in movements.rows]
    assert figures == [
        ("53,83 €", "53,83 €"),
        ("40,00 €", "93,83 €"),
        ("−35,00 €", "58,83 €"),
        ("−38,83 €", "25,00 €"),
    ]
    paid = movements.rows[2][1].replace("\xa0", " ")
    assert "20,00 €" in paid and "15,00 €" in paid, "and what each claim got of it"
    assert [row[-1].replace("\xa0", " ") for row in (*standing.rows, *standing.sums)] == [
        "0,00 €",
        "25,00 €",
        "25,00 €",
    ]
    assert "2026-4712" in text_of(paper)


def test_a_receipt_tells_what_each_payment_settled_and_what_is_left():
    text = text_of(a_paper(DocumentKind.RECEIPT, claim=PART, entries=ENTRIES[:2], about="1"))
    for words in ("20,00 € erhalten", "Kosten: 5,00 €", "Zinsen: 0,63 €", "Rechnungsbetrag: 14,37 €", "33,83 €"):
        assert words in text
    whole = text_of(a_paper(DocumentKind.RECEIPT, claim=DONE, entries=ENTRIES))
    assert "58,83 € erhalten" in whole and "nichts mehr offen" in whole
    assert "5,00 € mehr gezahlt" in whole and "zwei Menschen" in whole, "when and how it comes back"
    assert "mehr gezahlt" not in text


@pytest.mark.parametrize("about", ["0", "7"])
def test_there_is_no_receipt_for_what_is_no_payment(about):
    with pytest.raises(LookupError):
        a_paper(DocumentKind.RECEIPT, claim=DONE, entries=ENTRIES, about=about)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_named_by_its_title_without_a_stop_before_the_ending(language):
    assert not [kind for kind in DocumentKind if file_name(kind, language).endswith(".")]


def test_the_clear_slate_says_that_nothing_more_is_owed():
    text = text_of(a_paper(DocumentKind.CLEAR_SLATE, claim=DONE, entries=ENTRIES))
    assert "Es ist nichts mehr offen." in text and "23. November 2026" in text


def test_the_notice_holds_the_whole_list_or_is_not_written():
    text = text_of(a_paper(DocumentKind.NOTICE, creditor=COLLECTOR, claim=NOTICED))
    for words in ("Morgenrot Möbel AG, Werkstraße 12", "12. Februar 2024", "6,27 % im Jahr", "Geschäftsgebühr 0,5",
                  "Umsatzsteuer", "Ihre Anschrift", "Bundesamt für Justiz", "poststelle@bfj.bund.de",
                  "Dafür berechnen wir nichts."):  # fmt: skip
        assert words in text
    rise = ((CostKind.COLLECTION, 1260), (CostKind.EXPENSES, 252), (CostKind.VAT, 287))
    risen = CHARGED.outstanding + Split(costs=1799, kinds=rise)
    later = replace(CHARGED, outstanding=risen, fee=replace(CHARGED.fee, rise=rise))
    for one, words in ((CHARGED, "Inkassokosten 15,75 €"), (later, "Inkassokosten 28,35 €")):
        text = text_of(a_paper(DocumentKind.NOTICE, creditor=COLLECTOR, claim=one)).replace("\u00a0", " ")
        assert words in text and ("das 0,9-Fache der Gebühr" in text) == (one is later)
    with pytest.raises(BrokenRule, match="notice_incomplete"):
        a_paper(DocumentKind.NOTICE, creditor=COLLECTOR, claim=replace(NOTICED, history={}))
    with pytest.raises(LookupError):
        a_paper(DocumentKind.NOTICE)


def test_costs_that_are_given_back_are_told_as_costs_and_by_kind():
    half = dict(CHARGED.fee.half)
    owing, costs = charged(replace(FREE, entries=1), half, "costs:c-1:1", NOW.date(), NOW)
    free, back = costs_given_back(owing, 2249, "costs:back:c-1", NOW.date(), NOW, half)
    text = text_of(a_paper(DocumentKind.STATEMENT, creditor=COLLECTOR, claim=free, entries=(OPENING, costs, back)))
    assert "Kosten gutgeschrieben" in text and "Zinsen gutgeschrieben" not in text
    assert text.replace("\u00a0", " ").count("15,75 €") == 2


def test_foreign_names_cannot_turn_the_words_around_them():
    assert isolated("Anna\u202e\u2066", always=False) == "Anna"
    assert isolated("محمد", always=False) == "\u2068محمد\u2069"
    assert isolated("48,20 €", always=True) == "\u206848,20 €\u2069"
    paper = a_paper(DocumentKind.STATEMENT, entries=(OPENING,), debtor=replace(DEBTOR, name="محمد\nالأحمد\u202e"))
    assert paper.recipient == "\u2068محمد الأحمد\u2069"
