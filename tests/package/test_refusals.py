"""What the operators' door refuses is said in words: by the command, and in the manual."""

import ast
from pathlib import Path

import pytest

from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.suspense import SuspenseEnd
from infra.refusals import FIELDS, MORE, SAID, in_words

ROOT = Path(__file__).parent.parent.parent
HOUSE = ROOT / "chalicelib"
ASKED = (
    *(f"actions/{name}.py" for name in ("release_refund", "give_back", "assign_suspense", "place_return")),
    *(f"actions/{name}.py" for name in ("make_payout", "change_account", "reconcile_books")),
    *(f"actions/{name}.py" for name in ("release_batch", "hold_sending", "report_wrong_number", "report_call")),
    *(f"actions/{name}.py" for name in ("accept_difference", "overrule_choice", "choose_arm", "put_in_force")),
    "actions/keep_staff.py",
    "domain/strategies/_own.py",
    *("domain/leaving.py", "domain/person.py", "domain/account_change.py", "domain/acceptance.py"),
)
STATES = {
    *(f"suspense_{end.value}" for end in SuspenseEnd),
    "suspense_ended",
    *(f"order_{state.value}" for state in LeavingState if state not in ("waiting", "released_once")),
}


def refused():
    """Every word a decision about money, or about what leaves, is refused by."""
    for file in ASKED:
        for node in ast.walk(ast.parse((HOUSE / file).read_text())):
            called = isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused"
            if called and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


WORDS = sorted({*refused(), *STATES} - {"not_found"})


def test_there_is_something_to_refuse():
    assert len(WORDS) > 20


@pytest.mark.parametrize("word", WORDS)
def test_every_refusal_is_said_in_words_by_the_command_and_in_the_manual(word):
    said = in_words({"said": "refused", "because": word})
    manuals = [ROOT / f"docs/{name}.md" for name in ("money", "sending", "strategies", "desk")]
    assert said != word and any(f"| `{word}` | {said} |" in manual.read_text() for manual in manuals)


def test_nothing_is_explained_that_is_never_refused():
    assert set(WORDS) == set(MORE)


@pytest.mark.parametrize("field", [*FIELDS, "source"])
def test_what_is_unfit_is_said_by_its_field_and_what_to_write(field):
    said = in_words({"said": "unfit", "field": field})
    assert said.startswith(f"{field}: ") and len(said) > 25


@pytest.mark.parametrize("said", SAID)
def test_the_other_answers_are_sentences_too(said):
    assert in_words({"said": said}) == SAID[said] and " " in SAID[said]


def test_a_word_that_is_not_ours_is_passed_on_and_none_is_said_to_be_none():
    assert in_words({"message": "Endpoint request timed out"}) == "Endpoint request timed out"
    assert in_words({}) == "no answer"
