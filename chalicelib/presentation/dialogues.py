"""The declared dialogues: one file per topic under templates/dialogue, checked when they are read.

In the package they lie as JSON, the words of each language by themselves: nobody loads those of another.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..domain.dialogue import ASKED_BACK, AnswerKind, Question, Topic
from ..domain.task import TaskKind
from ..domain.topic_words import Spelling, TopicWords
from .frame import PLACES
from .i18n import TEMPLATES

FOLDER = TEMPLATES / "dialogue"
COMPILED = FOLDER / "compiled"
LANGUAGES = "_languages"
MOST_QUESTIONS = 3
SHARED = 6
"""A word in the phrases of so many matters tells none of them alone."""
FIELDS = frozenset(
    {
        "topic",
        "text",
        "page",
        "about",
        "beside",
        "hands_over",
        "task",
        "outweighs",
        "asks",
        "notes",
        "deniable",
        "beside_person",
        "asks_back",
        "title",
        "recognise",
        "unless",
    }
)
ASKED = frozenset({"key", "text", "kind", "said", "choices"})
NAME = re.compile(r"[a-z][a-z_]*")
TAG = re.compile(r"[a-z]{2,3}(-[a-z]+)?")


class Unreadable(ValueError):
    """A dialogue is not written as it must be: each fault with its file, its line and how to mend it."""


@cache
def topics() -> Mapping[str, Topic]:
    """Every topic there is, by its name."""
    return {name: _topic(fields) for name, fields in _told()["topics"].items()}


@cache
def words_of(language: str) -> TopicWords | None:
    """The words of this language, or of the one it is a variant of; None where there are none: a person reads."""
    found = _told_in(language) or _told_in(language.partition("-")[0])
    return _words(found) if found else None


def _words(fields: Mapping[str, Any]) -> TopicWords:
    spelling = fields["spelling"]
    return TopicWords(
        Spelling(
            tuple((written, counts_as) for written, counts_as in spelling.get("same", ())),
            tuple(spelling.get("beginnings", ())),
            tuple(spelling.get("negations", ())),
            tuple(spelling.get("asides", ())),
            tuple(spelling.get("fillers", ())),
        ),
        {name: tuple(phrases) for name, phrases in fields["tells"].items()},
        {name: tuple(phrases) for name, phrases in fields["against"].items()},
        tuple(fields["common"]),
        tuple(spelling.get("agrees", ())),
        tuple(spelling.get("denies", ())),
        tuple(spelling.get("thanks", ())),
    )


def _topic(fields: Mapping[str, Any]) -> Topic:
    return Topic(
        name=fields["topic"],
        text=fields["text"],
        page=fields.get("page"),
        about=fields.get("about", ""),
        beside=fields.get("beside", ""),
        hands_over=fields.get("hands_over", False),
        task=TaskKind(fields.get("task", TaskKind.REPLY)),
        questions=tuple(_question(asked) for asked in fields.get("asks", ())),
        notes=tuple((key, tuple(patterns)) for key, patterns in fields.get("notes", {}).items()),
        outweighs=frozenset(fields.get("outweighs", ())),
        deniable=fields.get("deniable", True),
        beside_person=fields.get("beside_person", False),
        asks_back=fields.get("asks_back", False),
        title=fields.get("title", ""),
    )


def _question(fields: Mapping[str, Any]) -> Question:
    return Question(
        key=fields["key"],
        text=fields["text"],
        kind=AnswerKind(fields.get("kind", AnswerKind.WORDS)),
        said=tuple(fields.get("said", ())),
        choices=tuple(fields.get("choices", ())),
    )


@cache
def _told() -> dict[str, Any]:
    if COMPILED.is_dir():
        found: dict[str, Any] = json.loads((COMPILED / "topics.json").read_text("utf-8"))
        return found
    return compiled(FOLDER)


def _told_in(language: str) -> dict[str, Any] | None:
    if COMPILED.is_dir():
        path = COMPILED / f"{language}.json"
        return (
            json.loads(path.read_text("utf-8")) if re.fullmatch(r"[a-z-]+", language) and path.exists() else None
        )
    found: dict[str, Any] | None = _told()["languages"].get(language)
    return found


# ---- as they are written --------------------------------------------------------------------------------


def compiled(folder: Path) -> dict[str, Any]:
    """All dialogues of a folder: the topics, and by language the words that tell them. Raises Unreadable with
    every fault there is."""
    files = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    spellings = files.pop(LANGUAGES, {})
    names = set(files)
    wrong = [fault for name, fields in files.items() for fault in faults(name, fields, names, set(spellings))]
    if wrong:
        raise Unreadable("\n".join(wrong))
    return {
        "topics": {
            name: {key: held for key, held in fields.items() if key not in ("recognise", "unless")}
            for name, fields in files.items()
        },
        "languages": {
            language: {
                "spelling": spelling,
                "tells": _in(language, "recognise", files),
                "against": _in(language, "unless", files),
                "common": _common(_in(language, "recognise", files)),
            }
            for language, spelling in spellings.items()
        },
    }


def written_for_package(folder: Path) -> dict[str, bytes]:
    """The same as files of the package, by name: what a page loads of it is one of them and its language's."""
    found = compiled(folder)
    files = {"topics.json": {"topics": found["topics"]}, **{f"{k}.json": v for k, v in found["languages"].items()}}
    return {name: json.dumps(held, ensure_ascii=False).encode() for name, held in files.items()}


def _common(tells: Mapping[str, list[str]]) -> list[str]:
    """The words that so many matters share that they tell none of them alone."""
    counts = Counter(
        word
        for phrases in tells.values()
        for word in {word for phrase in phrases for item in phrase.split() for word in item.split("|")}
    )
    return sorted(word for word, count in counts.items() if count >= SHARED)


def _in(language: str, part: str, files: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    held = {name: fields.get(part, {}).get(language) for name, fields in files.items()}
    return {name: phrases for name, phrases in held.items() if phrases}


def _read(path: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as broken:
        mark = getattr(broken, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise Unreadable(
            f"{path.name}{line}: cannot be read as YAML; look at quotes and brackets there"
        ) from broken
    if not isinstance(found, dict):
        raise Unreadable(f"{path.name}: must hold names and values, as the others do")
    return found


def faults(name: str, fields: Mapping[str, Any], names: set[str], languages: set[str]) -> Iterable[str]:
    """What is wrong with one topic as it is written, a sentence a fault, with how to mend it."""
    file = f"{name}.yaml"
    for odd in sorted(set(fields) - FIELDS):
        yield f"{file}: {odd} is no field of a topic; there are {', '.join(sorted(FIELDS))}"
    if fields.get("topic") != name or not NAME.fullmatch(name):
        yield f"{file}: topic must be the file's own name, {name}"
    if not str(fields.get("text", "")).startswith("dialogue."):
        yield f"{file}: text must be a key of the catalogues that begins with dialogue."
    for part in ("page", "beside"):
        if part in fields and fields[part] not in PLACES:
            yield f"{file}: {fields[part]} is no page; the pages stand in frame.PLACES"
    if ("page" in fields or fields.get("asks")) and not fields.get("title"):
        yield f"{file}: must have a title, the key of what the matter is called when it is asked back"
    if fields.get("task", TaskKind.REPLY) not in tuple(TaskKind):
        yield f"{file}: {fields['task']} is no kind of task; the kinds stand in domain/task.py"
    yield from (
        f"{file}: outweighs {one}, and no file is called so"
        for one in fields.get("outweighs", ())
        if one not in names
    )
    yield from _of_questions(file, fields.get("asks", ()))
    notes = fields.get("notes", {})
    if not isinstance(notes, dict) or not all(isinstance(patterns, list) for patterns in notes.values()):
        yield f"{file}: notes must have a list of patterns for each name of what is kept"
        return
    for key, patterns in notes.items():
        yield from _of_patterns(file, f"notes {key}", patterns)
    for part in ("recognise", "unless"):
        yield from _of_phrases(file, part, fields.get(part, {}), languages)


def _of_questions(file: str, asks: Any) -> Iterable[str]:
    if not isinstance(asks, (list, tuple)):
        yield f"{file}: asks must be a list"
        return
    if len(asks) > MOST_QUESTIONS:
        yield f"{file}: asks {len(asks)} things; a person takes over after {MOST_QUESTIONS} at most"
    for number, asked in enumerate(asks, 1):
        if not isinstance(asked, dict) or not asked.get("key") or set(asked) - ASKED:
            yield f"{file}: question {number} must have key and text, and may have kind, said, choices"
            continue
        if not str(asked.get("text", "")).startswith("dialogue."):
            yield f"{file}: question {number} must name its text, a key that begins with dialogue."
        if asked["key"] == ASKED_BACK.key:
            yield f"{file}: question {number} is called {ASKED_BACK.key}, which is what any topic may ask back"
        if asked.get("kind", AnswerKind.WORDS) not in tuple(AnswerKind):
            yield f"{file}: question {number} wants {asked['kind']}; it may want {', '.join(AnswerKind)}"
        yield from _of_patterns(file, f"question {number}", asked.get("said", ()))


def _of_patterns(file: str, what: str, patterns: Iterable[str]) -> Iterable[str]:
    for pattern in patterns:
        try:
            groups = re.compile(pattern).groups
        except re.error as broken:
            yield f"{file}: {what} has a pattern that cannot be read: {broken}"
            continue
        if groups < 1:
            yield f"{file}: {what} has a pattern without a group (...) around what is learnt"


def _of_phrases(file: str, part: str, spoken: Any, languages: set[str]) -> Iterable[str]:
    if not isinstance(spoken, dict):
        yield f"{file}: {part} must have a list for each language"
        return
    for language, phrases in spoken.items():
        if language not in languages:
            yield f"{file}: {part} has {language}, which {LANGUAGES}.yaml does not know"
        for phrase in phrases if isinstance(phrases, list) else (None,):
            if not isinstance(phrase, str) or not phrase.strip():
                yield f"{file}: {part} {language}: {phrase!r} is no phrase; quote words such as no, yes and on"
