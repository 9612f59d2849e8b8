"""A language is added by one new file and nothing else: dropped in, every page and message speaks it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
HEAD = {
    "Language: en": "Language: nl",
    "X-Language-Name: English": "X-Language-Name: Nederlands",
    "X-Language-Word: Language": "X-Language-Word: Taal",
    "X-Countries: GB IE US MT *": "X-Countries: NL",
    "X-Money-Pattern: '{symbol}{amount}'": "X-Money-Pattern: '{symbol} {amount}'",
    "X-Decimal-Pattern: '.'": "X-Decimal-Pattern: ','",
    "X-Group-Pattern: ','": "X-Group-Pattern: '.'",
}
ASK = """
import json
from chalicelib.presentation import render
from chalicelib.presentation.i18n import languages, negotiate
from tests.pages import samples

print(json.dumps({
    "languages": languages(),
    "asked": negotiate(None, None, "nl-BE, en;q=0.5", "DE").language,
    "at_home": negotiate(None, None, None, "NL").language,
    "pages": {name: render.page(view).body for name, view in samples.page_samples("nl").items()},
    "messages": {name: [said.short, said.long, said.html] for name, said in samples.message_samples("nl").items()},
    "elsewhere": render.page(samples.page_samples("de")["door"]).body,
}))
"""


def dutch() -> str:
    """A catalogue with habits of its own; two of its texts are Dutch, the others have waited for a translator."""
    text = (REPOSITORY / "templates/locale/en.po").read_text("utf-8")
    for english, own in HEAD.items():
        assert english in text
        text = text.replace(english, own, 1)
    for key, own in {"frame.help": "Vragen? Wij zijn er voor u:", "mail.hello": "Goedendag {name},"}.items():
        text, changed = re.subn(rf'(msgid "{re.escape(key)}"\nmsgstr) ".*"', rf'\1 "{own}"', text)
        assert changed == 1, key
    return text


@pytest.fixture(scope="module")
def house_with_dutch(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the same code says beside the same templates and one file more."""
    place = tmp_path_factory.mktemp("nl")
    locales = place / "templates" / "locale"
    locales.mkdir(parents=True)
    (place / "chalicelib").symlink_to(REPOSITORY / "chalicelib")
    for there, here in (
        (REPOSITORY / "templates", place / "templates"),
        (REPOSITORY / "templates/locale", locales),
    ):
        for each in there.iterdir():
            if each.name != "locale":
                (here / each.name).symlink_to(each)
    (locales / "nl.po").write_text(dutch(), "utf-8")
    paths = os.pathsep.join((str(place), str(REPOSITORY)))
    told = subprocess.run(
        [sys.executable, "-P", "-c", ASK],
        cwd=place,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(told.stdout)


def test_every_page_speaks_it(house_with_dutch):
    for name, body in house_with_dutch["pages"].items():
        assert '<html lang="nl" dir="ltr"' in body, name
    assert "Vragen? Wij zijn er voor u:" in house_with_dutch["pages"]["matter"]
    assert re.search(r"€[\s\u00a0]\d+,\d\d", house_with_dutch["pages"]["matter"]), "an amount in its own habits"


def test_every_message_speaks_it(house_with_dutch):
    assert house_with_dutch["messages"]["reminder_friendly"][1].startswith("Goedendag Marta")
    for name, (short, long, html) in house_with_dutch["messages"].items():
        assert short and long, name
        assert 'lang="nl"' in html, name


def test_who_reads_it_gets_it_and_everybody_is_offered_it(house_with_dutch):
    assert "nl" in house_with_dutch["languages"]
    assert house_with_dutch["asked"] == house_with_dutch["at_home"] == "nl"
    assert "Nederlands" in house_with_dutch["elsewhere"]
