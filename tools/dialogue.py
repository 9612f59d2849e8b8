"""How the declared dialogue takes first messages: `make dialogue` prints the table, writes bench/dialogue.json
and the README's figures.

    python -m tools.dialogue [messages.json] [--wrong]

A message is right where it is taken for one of the matters it is about, `person` where it goes to a person, and
wrong where it is taken for anything else. Whoever is asked back says yes where that is one of the matters they
wrote about, and no where it is not. `--wrong` lists the wrong ones, and the ones a person reads.
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from chalicelib.domain.dialogue import ASKED_BACK, answered, begun, recognised  # noqa: E402
from chalicelib.presentation.dialogues import topics, words_of  # noqa: E402
from chalicelib.presentation.i18n import locale  # noqa: E402

ROOT = Path(__file__).parents[1]
MESSAGES = ROOT / "tests/dialogue/first_messages.json"
BENCH = ROOT / "bench/dialogue.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- dialogue, by make dialogue -->\n", "<!-- end of dialogue -->\n"
PERSON = "person"
NONE = "other"
# Whoever wrote the messages knew as one matter what is now two, each with its own page.
AS_WRITTEN = {"address": "data"}
NAMES = ("right", PERSON, "wrong")
YES, NO = ASKED_BACK.choices


@dataclass(frozen=True)
class Taken:
    """The topic that a message is taken for in the end, `person` where a person reads it."""

    topic: str
    asked_back: bool = False


def taken_for(message: dict[str, Any]) -> Taken:
    """What becomes of it, where its writer answers truthfully what is asked back."""
    known, told = words_of(message["language"]), locale(message["language"]).text
    turn = begun(topics(), recognised(topics(), message["words"], known))
    asked_back = turn.asks is ASKED_BACK
    if asked_back and turn.topic:
        choice = YES if judged(message, turn.topic) == "right" else NO
        title = told(topics()[turn.topic].title)
        turn = answered(topics(), turn.topic, ASKED_BACK.key, told(choice), turn.learnt, known=known, title=title)
    return Taken(turn.topic if turn.topic and (turn.offers or turn.asks) else PERSON, asked_back)


def judged(message: dict[str, Any], taken: str) -> str:
    """right, person or wrong."""
    if taken == PERSON:
        return PERSON
    return "right" if {taken, AS_WRITTEN.get(taken, taken)} & set(message["matters"]) else "wrong"


def counted(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """What is written down: how many of each; how many were asked back, and of these are right by a yes."""
    found: dict[str, Counter[str]] = {}
    asked_back = Counter[str]()
    for message in messages:
        taken = taken_for(message)
        said = judged(message, taken.topic)
        found.setdefault(message["language"], Counter())[said] += 1
        asked_back[said] += taken.asked_back
    whole = sum(found.values(), Counter())
    by_language = {
        language: {**{name: counts[name] for name in NAMES}, "total": counts.total()}
        for language, counts in sorted(found.items())
    }
    return {
        **{name: whole[name] for name in NAMES},
        "asked_back": {"total": asked_back.total(), "right": asked_back["right"]},
        "total": whole.total(),
        "by_language": by_language,
    }


def table(messages: list[dict[str, Any]]) -> str:
    """What each matter is taken for; a message about several stands under its first."""
    pairs = Counter(((message["matters"] or [NONE])[0], taken_for(message).topic) for message in messages)
    rows = sorted({meant for meant, _ in pairs})
    columns = [*sorted({taken for _, taken in pairs} - {PERSON}), PERSON]
    width = max(len(name) for name in (*rows, *columns)) + 1
    lines = [" " * width + " ".join(f"{name[:7]:>7}" for name in columns)]
    for meant in rows:
        cells = (pairs[meant, taken] for taken in columns)
        lines.append(f"{meant:<{width}}" + " ".join(f"{count or '.':>7}" for count in cells))
    return "\n".join(lines)


def told(found: dict[str, Any]) -> str:
    """The same for whoever reads the README."""
    by_yes = found["asked_back"]["right"]
    said = {
        "offered the page of the right matter at once": found["right"] - by_yes,
        "the same after a yes, since it was asked back": by_yes,
        "to a person": found[PERSON],
        "offered the page of another matter": found["wrong"],
    }
    rows = "".join(f"| {name} | {count} |\n" for name, count in said.items())
    head = f"| {found['total']} first messages by somebody who never saw the rules | |\n| --- | --: |\n"
    return head + rows


def write_readme(found: dict[str, Any]) -> None:
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}{told(found)}{END}{after}", "utf-8")


def main(argv: list[str]) -> None:
    named = [word for word in argv if not word.startswith("--")]
    path = Path(named[0]) if named else MESSAGES
    messages = json.loads(path.read_text("utf-8"))
    print(table(messages))
    found = counted(messages)
    counts = ", ".join(f"{found[name]} {name}" for name in NAMES)
    back = found["asked_back"]
    print(f"\n{found['total']} messages: {counts}; {back['total']} asked back, {back['right']} right by a yes")
    for language, held in found["by_language"].items():
        print(f"  {language:<10} " + " ".join(f"{held[name]:>3} {name}" for name in NAMES))
    if "--wrong" in argv:
        for message in messages:
            taken = taken_for(message).topic
            if judged(message, taken) != "right":
                print(f"{message['language']} {message['matters']} -> {taken}: {message['words']}")
    if path == MESSAGES:
        BENCH.write_text(json.dumps(found, indent=1) + "\n")
        write_readme(found)


if __name__ == "__main__":
    main(sys.argv[1:])
