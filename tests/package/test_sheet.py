"""The release sheet as a person gets it: one file of their own, drawn by the package's composer and templates."""

import re
import stat
from dataclasses import replace
from html import unescape

import pytest

from chalicelib import wiring
from chalicelib.adapters.queues import chunk_text
from chalicelib.domain.batch import Batch, BatchStatus
from chalicelib.domain.parties import ReleaseWay
from chalicelib.entrypoints.events import claims
from chalicelib.ports import Chunk
from infra.sheet import NoSheet, drawn_sheet, private
from infra.sheet_words import WORDS
from tests.builders import row
from tests.operators import Person
from tests.reader import sqs


@pytest.fixture(scope="module")
def creditor(house):
    house.empty()
    return house.open_creditor(release=ReleaseWay.BY_HAND, language="de")


@pytest.fixture(scope="module")
def batch(house, creditor):
    rows = [
        row(line=n, claim=f"S-{n}", debtor=f"D-{n}", name="Änne <b>Groß</b>", email=f"s{n}@nordlicht.example")
        for n in range(2, 9)
    ]
    rows[0] = replace(rows[0], email=None, phone=None)
    begun = Batch("b1", creditor.id, f"inbox/{creditor.id}/a.csv", "e", wiring.clock(), BatchStatus.LOADING, 7, 1)
    wiring.batches().begin(begun)
    assert claims(sqs(chunk_text(Chunk(creditor.id, "b1", 0, tuple(rows)))), None) == {"batchItemFailures": []}
    return wiring.batches().batch(creditor.id, "b1")


@pytest.fixture(scope="module")
def drawn(creditor, batch):
    return drawn_sheet(wiring.table(), creditor.id, "b1", seed="", now=wiring.clock())


def test_it_says_how_many_how_much_and_to_whom_not(drawn):
    sheet, html = drawn
    assert (sheet.claims, sheet.messages) == (7, 6)
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", re.sub(r'srcdoc="[^"]*"', "", html)))
    assert "337,40" in text and "Nicht angeschrieben: 1" in text and "Erste Nachrichten: 6" in text
    assert "no_contact_point" in text and sheet.id in text


def test_five_messages_stand_there_with_the_door_and_the_page_behind_it(drawn):
    _, html = drawn
    framed = [unescape(inner) for inner in re.findall(r'srcdoc="([^"]*)"', html)]
    doors = [page for page in framed if 'name="postcode"' in page]
    matters = [page for page in framed if "48,20" in page and "<h1" in page and page not in doors]
    assert len(doors) == 5 and len(matters) >= 5
    assert html.count("<h2>Nachricht ") == 5


def test_nothing_in_it_runs_is_fetched_or_breaks_out(drawn):
    _, html = drawn
    outside = re.sub(r'srcdoc="[^"]*"', "", html)
    assert "<script" not in outside and not re.search(r"""\b(href|src|action)\s*=|url\(""", outside)
    assert "<b>Groß</b>" not in html, "what a file says is escaped, within a page as well"
    assert html.count("<iframe") == html.count("<iframe sandbox ")
    assert "default-src 'none'" in html


def test_the_release_it_names_is_the_one_that_counts(drawn, creditor):
    sheet, html = drawn
    said = re.search(r"release-batch --batch (\S+) --sheet ([0-9a-f]{12})", unescape(html))
    assert said and said.groups() == ("b1", sheet.id)
    done = Person("anna", creditor.id).acts("release-batch", batch=said[1], sheet=said[2])
    assert done["said"] == "done"


def test_the_file_is_its_owners_alone(tmp_path):
    path = tmp_path / "sheet.html"
    path.write_text("an older one, open to all")
    private(path, "<p>ä")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.read_text() == "<p>ä"


def test_of_what_is_not_there_no_sheet_is_drawn(creditor):
    with pytest.raises(NoSheet):
        drawn_sheet(wiring.table(), creditor.id, "never", seed="", now=wiring.clock())


def test_both_languages_say_the_same_things():
    assert WORDS["de"].keys() == WORDS["en"].keys()
    assert all(WORDS["de"][k].keys() == WORDS["en"][k].keys() for k in ("outcomes", "channels", "tones"))
