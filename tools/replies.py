"""Writes down which replies are understood, from the catalogues (`python -m tools.replies`: docs/replies.md).

A test compares; whoever adds words or a language runs this.
"""

from pathlib import Path

from chalicelib.domain.reply_numbers import CHOICES
from chalicelib.domain.reply_words import CARRIERS, OPENS, Said
from chalicelib.presentation.i18n import tongues

GUIDE = Path(__file__).parent.parent / "docs/replies.md"
HEAD = """# What a reply is understood as

Made by `python -m tools.replies` from the headers of the catalogues (`X-Reply-...`); how it is read stands in
[channels](channels.md#replies). A phrase counts where nothing else was written, whichever language somebody has;
one with a star, at the beginning of a longer text too.
"""
DONE = {
    Said.STOP: "No more requests for money to this address; one confirmation. More words: a Task besides.",
    Said.START: "This address may be written to again, where its owner says so; one confirmation.",
    Said.PAID: "The link of the page *I have transferred it*. Nothing is booked or held by the word itself.",
    Said.WRONG_NUMBER: "The address is forgotten, its keyed hash keeps it away, its link is dead. No answer.",
    Said.CALL: "The link of the page *talk to someone*.",
    Said.NOT_MINE: "The link of the page *something is wrong*.",
    Said.LATER: "The link of the page *pay later*.",
    Said.INSTALMENTS: "The link of the page *in instalments*.",
    Said.HELP: "The link of the page *talk to someone*.",
}


NUMBERS = """## 1, 2, 3

One number alone, in any script, is what the text said that offered it (`sms.numbers`): to whoever wrote by text
message or WhatsApp what no rule knows, at most 30 days ago, about the same claim. While the guided help has asked
back, 1 is yes and 2 is no. Any other is for a person.
"""


def guide() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(part for said in Said for part in _part(said)), NUMBERS, *_offered()])


def _offered() -> list[str]:
    """What each number stands for, as each language offers it."""
    meant = ", ".join(f"{number} {said.value}" for number, said in enumerate(CHOICES, 1))
    rows = [f"| {tongue.name} | {tongue.text('sms.numbers')} |" for tongue in tongues()]
    return [f"They mean: {meant}.", "", "| language | line |", "|---|---|", *rows, ""]


def _part(said: Said) -> list[str]:
    lists = [(tongue.name, tongue.replies[said]) for tongue in tongues()]
    if said in CARRIERS:
        lists.insert(0, ("(carriers, everywhere)", CARRIERS[said]))
    rows = [f"| {name} | {' · '.join(map(_shown, words))} |" for name, words in lists]
    return [f"## {said.value}", "", DONE[said], "", "| language | words |", "|---|---|", *rows, ""]


def _shown(phrase: str) -> str:
    return phrase.removesuffix(OPENS) + ("\\*" if phrase.endswith(OPENS) else "")


if __name__ == "__main__":
    GUIDE.write_text(guide(), "utf-8")
    print(f"{GUIDE.name}: {len(tongues())} languages")
