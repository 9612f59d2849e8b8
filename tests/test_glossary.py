"""The README's glossary and the domain's classes keep to the same words."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOMAIN = ROOT / "chalicelib/domain"
ROW = re.compile(r"^\| (?P<use>[^|]+) \| (?P<means>[^|]+) \|(?P<never>[^|]*)\|$", re.MULTILINE)

# Everyday words, and parts of a thing the glossary explains; each says in its own file what it is.
PLAIN = {
    *("Address", "Authority", "Money", "Ground", "History", "Particulars"),
    *("Allowed", "Wait", "Refused", "CountryPolicy", "Situation", "Strategy", "Step", "Proposal"),
    *("FileProfile", "Row", "RowOutcome", "Quarantined", "Problem", "ClaimFacts", "Feature"),
    *("Checkout", "ProviderCheckout", "ProviderEvent", "ProviderPayment"),
    *("EntryResult", "BankForm", "Dated", "Rule", "Traces", "_Read", "_Look", "_Way", "_Word"),
    *("ProviderRefund", "ProviderPayout", "Moved", "SavedWay"),
}
NOT_THINGS = {"StrEnum", "Exception", "Permanent", "LawRanOut"}


def rows():
    text = (ROOT / "README.md").read_text()
    table = text.partition("| use | means | never |\n|---|---|---|\n")[2].partition("\n\n")[0]
    return [row for line in table.splitlines() if (row := ROW.match(line))]


def words(cell):
    """The words of a cell: `Creditor, Debtor` and `Creditor / Debtor` are two."""
    return {word.strip() for word in re.split(r"[,/]", cell) if word.strip()}


USED = {word for row in rows() for word in words(row["use"])}
NEVER = {word.casefold() for row in rows() for word in words(row["never"])}


def classes():
    for path in sorted(DOMAIN.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                yield node.name, {ast.unparse(base) for base in node.bases}


CLASSES = dict(classes())
THINGS = sorted(name for name, bases in CLASSES.items() if not bases & NOT_THINGS)


def test_the_readme_has_its_glossary():
    assert len(USED) > 10 and len(NEVER) > 10


def test_no_word_stands_in_it_twice():
    every = [word for row in rows() for word in words(row["use"])]
    assert len(every) == len(set(every)), sorted(word for word in USED if every.count(word) > 1)


@pytest.mark.parametrize("name", THINGS)
def test_every_class_of_the_domain_is_explained_once(name):
    explained, plain = name in USED, name in PLAIN
    assert explained or plain, f"add {name} to the README's glossary"
    assert not (explained and plain), f"{name} stands in the glossary: take it out of PLAIN"


def test_nothing_is_called_plain_that_is_not_there():
    assert set(THINGS) >= PLAIN


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_no_class_bears_a_name_the_glossary_rules_out(name):
    assert name.casefold() not in NEVER
