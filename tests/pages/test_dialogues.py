"""The declared dialogues: each says what it must in every language, and a fault is told with how to mend it."""

import json

import pytest

from chalicelib.domain.dialogue import Topic
from chalicelib.presentation import dialogues
from chalicelib.presentation.dialogues import FOLDER, MOST_QUESTIONS, Unreadable, compiled, topics, words_of
from chalicelib.presentation.i18n import languages, locale
from chalicelib.presentation.tone_check import outside
from chalicelib.presentation.view_chat import TITLES

GOOD = """topic: one
text: dialogue.pay
page: pay
asks:
  - {key: a, text: dialogue.a, kind: number, said: ['(1)']}
recognise:
  de: [zahlen]
"""


@pytest.mark.parametrize("language", languages())
def test_every_topic_is_known_in_every_language(language):
    known = words_of(language)
    assert known is not None and set(known.tells) == set(topics())


@pytest.mark.parametrize("name", sorted(topics()))
def test_every_topic_asks_little_and_leads_somewhere(name):
    topic = topics()[name]
    assert isinstance(topic, Topic) and len(topic.questions) <= MOST_QUESTIONS
    assert topic.page is None or topic.page in TITLES


@pytest.mark.parametrize("language", languages())
def test_what_the_dialogue_says_may_be_seen_on_a_lock_screen(language):
    words = locale(language)
    keys = {topic.text for topic in topics().values()} - {"dialogue.handed_over"}
    keys |= {question.text for topic in topics().values() for question in topic.questions}
    assert {key: outside(words.text(key), words) for key in keys if outside(words.text(key), words)} == {}


def written(tmp_path, text, name="one"):
    (tmp_path / "_languages.yaml").write_text("de: {negations: [nicht]}\n")
    (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def test_a_file_as_it_should_be_is_taken(tmp_path):
    found = compiled(written(tmp_path, GOOD))
    assert found["languages"]["de"]["tells"] == {"one": ["zahlen"]}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("topic: one", "topic: other", "topic must be the file's own name, one"),
        ("page: pay", "page: nowhere", "nowhere is no page"),
        ("page: pay", "colour: red", "colour is no field of a topic"),
        ("text: dialogue.pay", "text: pay", "begins with dialogue."),
        ("kind: number", "kind: song", "wants song"),
        ("'(1)'", "'1'", "without a group"),
        ("'(1)'", "'('", "cannot be read"),
        ("de: [zahlen]", "de: [no]", "is no phrase; quote words"),
        ("de: [zahlen]", "xx: [zahlen]", "which _languages.yaml does not know"),
        ("page: pay", "outweighs: [two]", "no file is called so"),
        ("page: pay", "task: nothing", "no kind of task"),
        ("de: [zahlen]", "de: [zahlen", "line 8"),
    ],
)
def test_a_fault_is_told_with_how_to_mend_it(tmp_path, old, new, told):
    with pytest.raises(Unreadable, match=told.replace("(", r"\(")):
        compiled(written(tmp_path, GOOD.replace(old, new)))


def test_more_than_three_questions_are_a_persons(tmp_path):
    more = "".join(f"  - {{key: a{n}, text: dialogue.a}}\n" for n in range(4))
    with pytest.raises(Unreadable, match="a person takes over after 3"):
        compiled(written(tmp_path, GOOD.replace("recognise", f"{more}recognise")))


def test_in_the_package_each_language_lies_by_itself():
    files = dialogues.written_for_package(FOLDER)
    assert json.loads(files["topics.json"])["topics"].keys() == topics().keys()
    assert set(files) == {"topics.json", *(f"{tag}.json" for tag in compiled(FOLDER)["languages"])}
