"""Whom a bank credit is meant for: our reference, however mangled, else rules that add up, else a proposal."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.allocation import Split
from chalicelib.domain.bank import BankEntry, Side
from chalicelib.domain.claim import ClaimState, Ground
from chalicelib.domain.matching import AHEAD, ENOUGH, MOST_PROPOSED, RULES, Clue, match, traces, word_of
from chalicelib.domain.matter import Matter
from chalicelib.domain.reference import ALPHABET, LENGTH, shown
from tests.builders import claim, debtor

REFERENCES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
IBAN = "DE89370400440532013000"
REFERENCE = "K7M4QX2D9TRP"


def credit(text="", amount=1000, **changes):
    return replace(BankEntry("1", amount, "EUR", Side.CREDIT, date(2026, 11, 20), text=text), **changes)


def matter(number="K-501", name="Marta Lindqvist", claims=None, **changes):
    held = claims or (owing(4820),)
    return Matter(debtor(number=number, name=name, **changes), {one.id: one for one in held})


def owing(amount, name="R-1001", invoice="2026-4711", **changes):
    ground = Ground("Strom", None, invoice, date(2026, 8, 1))
    return claim(id=name, ground=ground, outstanding=Split(amount), **{"reference": REFERENCE, **changes})


def other(name="R-2002", amount=7700):
    return owing(amount, name, f"77{name}", reference="")


def mangled(reference, chance):
    """The reference as banks and people hand it on: other dashes, lost dashes, any capitals, wrapped anywhere."""
    text = shown(reference)
    dash = chance.choice(["-", "", " ", "–", "/", "."])
    text = text.replace("-", dash)
    text = chance.choice([text, text.lower(), text.title()])
    if chance.random() < 0.5:
        at = chance.randrange(1, len(text))
        text = text[:at] + chance.choice([" ", "\n", "  "]) + text[at:]
    before, after = (
        chance.choice(["", "Ref ", "Kundennr. ", "SVWZ+", "EREF: "]),
        chance.choice(["", " Danke", ", Miete"]),
    )
    return before + text + after


@settings(deadline=None)
@given(REFERENCES, st.integers())
def test_our_reference_is_found_whatever_the_bank_made_of_it(reference, seed):
    assert reference in traces(credit(mangled(reference, random.Random(seed)))).references


@settings(deadline=None)
@given(REFERENCES.filter(lambda text: any(sign.isdigit() for sign in text)), st.sampled_from(["REF", "RE", "NR"]))
def test_it_is_found_glued_to_a_word_before_or_after(reference, word):
    assert reference in traces(credit(f"{word}{reference}")).references
    assert reference in traces(credit(f"{reference}{word}")).references


@settings(deadline=None)
@given(REFERENCES, REFERENCES)
def test_several_references_in_one_text_are_all_found(one, another):
    found = traces(credit(f"{shown(one)}, {shown(another)} danke")).references
    assert {one, another} <= set(found)


@settings(deadline=None)
@given(st.text(max_size=1000))
def test_no_text_leads_to_more_questions_than_a_few(text):
    found = traces(credit(text, end_to_end=text[:35]))
    assert len(found.references) <= 24 and len(found.words) <= 30
    assert all(len(reference) == LENGTH and set(reference) <= set(ALPHABET) for reference in found.references)


def test_a_reference_alone_books_by_rule_whatever_the_amount():
    found = match(credit(f"{shown(REFERENCE)}", 17), [matter(), matter("K-9", "Ann", [other()])])
    assert (found.debtor, found.named, found.score, found.clues) == ("K-501", ("R-1001",), 100, (Clue.REFERENCE,))


def test_two_references_of_one_debtor_name_both_claims():
    second = owing(900, "R-1002", reference="22223333AAAA")
    found = match(credit(f"{REFERENCE} 2222-3333-AAAA", 5720), [matter(claims=[owing(4820), second])])
    assert (found.debtor, set(found.named)) == ("K-501", {"R-1001", "R-1002"})


def test_references_of_two_debtors_are_for_a_person_to_part():
    second = matter("K-9", "Ann", [owing(900, "R-9", "9x", reference="22223333AAAA")])
    found = match(credit(f"{REFERENCE} 2222-3333-AAAA", 5720), [matter(), second])
    assert found.debtor is None and {one.claim for one in found.candidates} == {"R-1001", "R-9"}


def test_a_reference_finds_a_closed_claim_too_and_nothing_else_does():
    closed = owing(0, state=ClaimState.CLOSED)
    assert match(credit(REFERENCE), [matter(claims=[closed])]).named == ("R-1001",)
    assert match(credit("", 4820, name="Marta Lindqvist"), [matter(claims=[closed])]).candidates == ()


@pytest.mark.parametrize(
    ("entry", "clues"),
    [
        (credit("Rechnung 2026 4711", 4820), (Clue.INVOICE, Clue.AMOUNT_OWED)),
        (credit("RG2026-4711 R-1001", 17), (Clue.CLAIM_ID, )),
        (credit("2026-4711", 17, name="LINDQVIST, MARTA"), (Clue.INVOICE, Clue.NAME)),
        (credit("danke", 4820, iban=IBAN), (Clue.IBAN, Clue.AMOUNT_OWED)),
        (credit("Kd. K-501", 17, iban=IBAN), (Clue.IBAN,)),
    ],
)  # fmt: skip
def test_each_clue_counts_and_only_enough_of_them_book(entry, clues):
    found = match(entry, [matter(iban=IBAN)])
    expected = sum(RULES[clue].points for clue in found.clues or found.candidates[0].clues)
    assert (found.score, found.debtor == "K-501") == (expected, expected >= ENOUGH)
    assert set(clues) <= set(found.clues or found.candidates[0].clues)


def test_an_exact_amount_from_a_known_account_books_on_that_claim():
    claims = [owing(4820), owing(990, "R-1002", reference="")]
    found = match(credit("", 990, iban=IBAN), [matter(claims=claims, iban=IBAN)])
    assert (found.debtor, found.named) == ("K-501", ("R-1002",))


def test_an_account_that_paid_before_in_the_debtor_s_name_is_theirs():
    theirs = matter(accounts=("h1",))
    assert match(credit("", 4820, name="Marta Lindqvist"), [theirs], account="h1").debtor == "K-501"


def test_somebody_who_paid_for_them_before_may_pay_for_others():
    found = match(credit("", 4820, name="Sozialamt Mitte"), [matter(accounts=("h1",))], account="h1")
    assert found.debtor is None and found.candidates[0].clues == (Clue.PAYER, Clue.AMOUNT_OWED)


def test_what_pays_all_claims_of_a_debtor_to_the_cent_names_none_and_is_spent_by_law():
    claims = [owing(4820), owing(990, "R-1002", reference="")]
    found = match(credit("", 5810, iban=IBAN), [matter(claims=claims, iban=IBAN)])
    assert (found.debtor, found.named) == ("K-501", ())


def test_a_name_and_an_amount_are_proposed_and_never_booked():
    found = match(credit("", 4820, name="Marta Lindqvist"), [matter()])
    assert found.debtor is None
    (one,) = found.candidates
    assert (one.claim, one.score, one.clues) == ("R-1001", 70, (Clue.AMOUNT_OWED, Clue.NAME))


def test_two_of_one_name_and_one_invoice_number_are_not_told_apart():
    twins = [matter(), matter("K-502", "Marta Lindqvist", [owing(4820, "R-7", reference="")])]
    found = match(credit("2026-4711", 4820, name="Marta Lindqvist"), twins)
    assert found.debtor is None and {one.debtor for one in found.candidates} == {"K-501", "K-502"}


def test_a_short_number_may_be_a_year():
    found = match(credit("Miete 2026", 4820), [matter(claims=[owing(4820, "R-1", "2026", reference="")])])
    assert found.debtor is None and Clue.SHORT_WORD in found.candidates[0].clues


def test_money_in_another_currency_pays_no_amount_here():
    found = match(credit("", 4820, iban=IBAN, currency="CHF"), [matter(iban=IBAN)])
    assert found.debtor is None and Clue.AMOUNT_OWED not in found.candidates[0].clues


def test_an_erased_person_is_found_by_nothing_that_was_theirs():
    bare = matter(name="", claims=[claim(ground=Ground("", None, "", date(2026, 8, 1)), reference="")])
    assert match(credit("", 4820, name=""), [bare]).debtor is None


matters = st.lists(
    st.tuples(
        st.sampled_from(["Ann Lee", "Bo Ek", "Marta Lindqvist"]),
        st.lists(
            st.tuples(st.sampled_from(["2026-4711", "RE-88990", "12"]), st.integers(1, 3)), min_size=1, max_size=3
        ),
        st.sampled_from([None, IBAN]),
        st.sampled_from([(), ("h1",)]),
    ),
    max_size=4,
)
entries = st.builds(
    credit,
    st.lists(st.sampled_from(["2026-4711", "RE-88990", "12", "R-1-0", "K-1", REFERENCE, "danke"]), max_size=4).map(
        " ".join
    ),
    st.integers(1, 6),
    name=st.sampled_from(["", "Ann Lee", "Marta Lindqvist"]),
    iban=st.sampled_from(["", IBAN]),
)


def built(drawn):
    found = []
    for at, (name, held, iban, accounts) in enumerate(drawn):
        reference = REFERENCE if at == 0 else ""
        claims = [
            owing(owed, f"R-{at}-{n}", invoice, reference=reference) for n, (invoice, owed) in enumerate(held)
        ]
        found.append(matter(f"K-{at}", name, claims, iban=iban, accounts=accounts))
    return found


@settings(deadline=None)
@given(entries, matters, st.sampled_from(["", "h1"]))
def test_nothing_is_booked_below_enough_or_beside_a_rival(entry, drawn, account):
    found = match(entry, built(drawn), account=account)
    if found.debtor is None:
        assert len(found.candidates) <= MOST_PROPOSED and found.named == ()
        return
    assert found.score >= ENOUGH
    others = [one for one in built(drawn) if one.debtor.number != found.debtor]
    rivals = match(entry, others, account=account).candidates
    assert all(one.score <= found.score - AHEAD for one in rivals)


@settings(deadline=None)
@given(entries, matters, st.randoms())
def test_the_order_in_which_debtors_are_asked_decides_nothing(entry, drawn, chance):
    held = built(drawn)
    turned = list(held)
    chance.shuffle(turned)
    assert match(entry, held) == match(entry, turned)


@settings(deadline=None)
@given(entries, matters)
def test_another_debtor_who_fits_nothing_changes_nothing(entry, drawn):
    held = built(drawn)
    stranger = matter("X-0", "Zoe Quist", [owing(99, "Z-9", "none", reference="")])
    assert match(entry, held) == match(entry, [*held, stranger])


def test_numbers_are_compared_without_their_dress():
    assert word_of("2026-4711") == word_of("2026 / 4711") == "20264711"
    assert word_of("abc") == word_of("abcd") == word_of("12") == ""
    assert set(RULES) == set(Clue)
