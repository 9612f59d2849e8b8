"""Which claims a bank credit is meant for: rules that add up to a score, and a proposal where they do not suffice.

Nothing is guessed. Money is booked by rule where one debtor's score reaches ENOUGH and every other debtor's stays
AHEAD below it. Anything else is kept in suspense with the candidates, for a person to decide.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .bank import BankEntry, squeezed
from .claim import Claim, ClaimState
from .matter import Matter
from .paying import next_part
from .reference import ALPHABET, LENGTH


class Clue(StrEnum):
    """What in a transfer points to a claim or its debtor."""

    REFERENCE = "reference"
    CLAIM_ID = "claim_id"
    INVOICE = "invoice"
    SHORT_WORD = "short_word"
    DEBTOR_NUMBER = "debtor_number"
    IBAN = "iban"
    PAYER = "payer"
    AMOUNT_OWED = "amount_owed"
    AMOUNT_OF_ALL = "amount_of_all"
    AMOUNT_OF_PART = "amount_of_part"
    NAME = "name"


@dataclass(frozen=True)
class Rule:
    """What one clue counts for, and why so much."""

    points: int
    why: str


RULES: Mapping[Clue, Rule] = {
    Clue.REFERENCE: Rule(100, "twelve of thirty signs drawn for this claim: 58 bits are no accident"),
    Clue.CLAIM_ID: Rule(70, "the creditor's own number of the claim; but numbers resemble each other"),
    Clue.INVOICE: Rule(70, "printed on the invoice that is paid; a creditor may use it for several claims"),
    Clue.SHORT_WORD: Rule(30, "so few digits may as well be a year, a date or the number of a house"),
    Clue.DEBTOR_NUMBER: Rule(50, "names the debtor, not what they pay; other firms have customer numbers too"),
    Clue.IBAN: Rule(60, "the debtor's own account: by mandate, or it paid for them before in their name"),
    Clue.PAYER: Rule(40, "paid for the debtor before, but somebody else holds it: they may pay for others"),
    Clue.AMOUNT_OWED: Rule(40, "exactly what is owed on this claim; round amounts meet by accident"),
    Clue.AMOUNT_OF_ALL: Rule(40, "exactly what is owed on all open claims of the debtor together"),
    Clue.AMOUNT_OF_PART: Rule(40, "exactly the part of a running plan that is to be paid next"),
    Clue.NAME: Rule(30, "the account holder is called as the debtor; many people share a name"),
}
ENOUGH = 100
AHEAD = 40
# Below this a claim is not even proposed: one amount or one name alone points to anybody.
WORTH_PROPOSING = 30
MOST_PROPOSED = 5

LEAST_WORD, LONGEST_WORD, SURE_WORD = 4, 24, 6
MOST_TOKENS, MOST_JOINED = 60, 6
MOST_REFERENCES, MOST_WORDS = 24, 30


@dataclass(frozen=True)
class Candidate:
    """A claim the money may be meant for, with its score and the clues that made it. Ids only."""

    debtor: str
    claim: str
    score: int
    clues: tuple[Clue, ...]


@dataclass(frozen=True)
class Match:
    """Where a credit belongs: a debtor by rule with the claims it names (none: the law's order), or nobody."""

    debtor: str | None
    named: tuple[str, ...] = ()
    score: int = 0
    clues: tuple[Clue, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Traces:
    """What a transfer's text may hold: texts that have the form of our reference, and words with a digit."""

    references: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Read:
    """A transfer as the rules look at it."""

    entry: BankEntry
    references: frozenset[str]
    words: frozenset[str]
    name: frozenset[str]
    account: str
    owed: Callable[[Claim], int]


def traces(entry: BankEntry) -> Traces:
    """References and numbers that stand in the text or the end-to-end id, the likelier first, and not too many.

    Banks wrap texts, drop dashes, glue words together and write everything in capitals. So neighbouring pieces
    are joined, and a reference is also found within a longer piece.
    """
    references: dict[str, None] = {}
    words: dict[str, None] = {}
    for text in (entry.text, entry.end_to_end):
        tokens = tokens_of(text)
        references |= dict.fromkeys(_references(tokens))
        words |= dict.fromkeys(_words(tokens))
    return Traces(tuple(references)[:MOST_REFERENCES], tuple(words)[:MOST_WORDS])


def tokens_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.upper())[:MOST_TOKENS]


def _references(tokens: list[str]) -> Iterator[str]:
    """First what is exactly one reference, whole or in pieces, then what one may be glued into."""
    glued: list[str] = []
    for at in range(len(tokens)):
        joined = ""
        for token in tokens[at : at + MOST_JOINED]:
            joined += token
            if len(joined) == LENGTH and _in_alphabet(joined):
                yield joined
            if len(joined) > LENGTH:
                glued.append(joined)
                break
    for text in glued:
        windows = (text[start : start + LENGTH] for start in range(min(len(text), 40) - LENGTH + 1))
        yield from (window for window in windows if _in_alphabet(window) and re.search(r"[0-9]", window))


def _in_alphabet(text: str) -> bool:
    return all(sign in ALPHABET for sign in text)


def _words(tokens: list[str]) -> Iterator[str]:
    """Single pieces first, then two and three neighbours: 2026 4711 is 2026-4711."""
    for size in (1, 2, 3):
        for at in range(len(tokens) - size + 1):
            if word := word_of("".join(tokens[at : at + size])):
                yield word


def word_of(text: str) -> str:
    """A number of a claim, an invoice or a debtor as it is compared; "" where it is too plain to be told."""
    bare = squeezed(text)
    fits = LEAST_WORD <= len(bare) <= LONGEST_WORD and any(sign.isdigit() for sign in bare)
    return bare if fits else ""


def name_of(text: str) -> str:
    """A person's or firm's name as it is compared: its words in order, without titles, hyphens and umlauts."""
    return " ".join(sorted(_names(text)))


TITLES = frozenset({"HERR", "FRAU", "HERRN", "DR", "PROF", "DIPL", "ING", "UND", "ODER", "U", "MR", "MRS", "MS"})
SAME_LETTERS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "ẞ": "SS", "É": "E", "È": "E"})


def _names(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", text.upper().translate(SAME_LETTERS))) - TITLES


def owed_now(claim: Claim) -> int:
    return claim.outstanding.total


def match(
    entry: BankEntry, matters: Iterable[Matter], *, account: str = "", owed: Callable[[Claim], int] = owed_now
) -> Match:
    """What the rules say of this credit, over the matters its traces lead to.

    `account` is the keyed hash of the IBAN the money came from; `owed` what is owed on a claim on the day that
    counts. The order in which the matters come decides nothing.
    """
    found = traces(entry)
    numbers, words = frozenset(found.references), frozenset(found.words)
    read = _Read(entry, numbers, words, _names(entry.name), account, owed)
    candidates = [one for matter in matters for one in _candidates(read, matter)]
    candidates.sort(key=lambda one: (-one.score, one.debtor, one.claim))
    proposed = tuple(one for one in candidates if one.score >= WORTH_PROPOSING)[:MOST_PROPOSED]
    if not candidates:
        return Match(None)
    best = candidates[0]
    others = [one.score for one in candidates if one.debtor != best.debtor]
    if best.score < ENOUGH or (others and max(others) > best.score - AHEAD):
        return Match(None, score=best.score, candidates=proposed)
    mine = [one for one in candidates if one.debtor == best.debtor]
    return Match(best.debtor, _named(mine), best.score, best.clues, proposed)


# Clues that name one claim, the strongest first: what is named by a stronger one, a weaker one does not widen.
NAMING = (
    frozenset({Clue.REFERENCE}),
    frozenset({Clue.CLAIM_ID, Clue.INVOICE, Clue.SHORT_WORD}),
    frozenset({Clue.AMOUNT_OWED, Clue.AMOUNT_OF_PART}),
)


def _named(mine: list[Candidate]) -> tuple[str, ...]:
    """The claims the debtor named (BGB §366(1)). By its amount alone a claim is named only if no other is."""
    for clues in NAMING:
        named = tuple(one.claim for one in mine if clues & set(one.clues))
        if named and (len(named) == 1 or not clues & NAMING[2]):
            return named
    return ()


def _candidates(read: _Read, matter: Matter) -> Iterator[Candidate]:
    """Every claim of the matter that anything points to. A closed one must be named by its own number."""
    debtor = matter.debtor
    about = set[Clue]()
    if word_of(debtor.number) in read.words:
        about.add(Clue.DEBTOR_NUMBER)
    if read.name and read.name == _names(debtor.name):
        about.add(Clue.NAME)
    by_mandate = bool(read.entry.iban) and read.entry.iban == debtor.iban
    paid_before = bool(read.account) and read.account in debtor.accounts
    if by_mandate or (paid_before and Clue.NAME in about):
        about.add(Clue.IBAN)
    elif paid_before:
        about.add(Clue.PAYER)
    open_ones = [claim for claim in matter.claims.values() if claim.state is not ClaimState.CLOSED]
    same = [claim for claim in open_ones if claim.currency == read.entry.currency]
    all_owed = sum(read.owed(claim) for claim in same)
    if len(same) > 1 and all_owed == read.entry.amount:
        about.add(Clue.AMOUNT_OF_ALL)
    for claim in matter.claims.values():
        own = set(_own_clues(read, matter, claim))
        if claim.state is ClaimState.CLOSED and not own & (NAMING[0] | NAMING[1]):
            continue
        clues = tuple(clue for clue in Clue if clue in own | about)
        if clues:
            yield Candidate(debtor.number, claim.id, sum(RULES[clue].points for clue in clues), clues)


def _own_clues(read: _Read, matter: Matter, claim: Claim) -> Iterator[Clue]:
    if claim.reference and claim.reference in read.references:
        yield Clue.REFERENCE
    for number, clue in ((claim.id, Clue.CLAIM_ID), (claim.ground.invoice_number, Clue.INVOICE)):
        word = word_of(number)
        if word and word in read.words:
            plain = len(word) < SURE_WORD and word.isdigit()
            yield Clue.SHORT_WORD if plain else clue
    if claim.state is ClaimState.CLOSED or claim.currency != read.entry.currency:
        return
    if read.owed(claim) == read.entry.amount:
        yield Clue.AMOUNT_OWED
    elif next_part(matter, claim) == read.entry.amount:
        yield Clue.AMOUNT_OF_PART
