"""How many pages a reader acts on, from the link to done; and that the README says so."""

import re

import pytest

from tests.reader import Reader
from tests.real import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- pages, counted by tests/pages/test_page_counts.py -->\n", "<!-- end of pages -->\n"
AT_MOST = {"pay": 3, "later": 4, "plan": 4, "wrong": 4, "talk": 3}
WHAT = {
    "pay": "pay, to the provider's own page",
    "later": "pay later, to the agreed day",
    "plan": "pay in instalments, to the agreed plan",
    "wrong": "say that something is wrong, until all of it rests",
    "talk": "ask for a call, until it is said who calls and when",
}


class Walker(Reader):
    """A reader who counts: every page that is shown and acted on, a form's answer that shows another included."""

    def walk(self, postcode="10437"):
        self.pages = [self.get()]
        self.acts("", factor="postcode", postcode=postcode)
        return self

    def sees(self, answer):
        """The page it comes to, redirects of our own followed."""
        while answer.status == 303:
            answer = self.get(answer.location)
        assert answer.status == 200 and "<h1>" in answer.text, answer.words
        return answer

    def goes(self, place):
        """On by a link, or without cookies by the form that stands in its place."""
        ways = [
            f for a, f in self.pages[-1].forms() if a.endswith("/show") and f.get("page") == place.split("?")[0]
        ]
        if self.cookies is None:
            assert ways, f"no way to {place}"
            asked = dict(part.split("=") for part in place.partition("?")[2].split("&") if part)
            (fields,) = [fields for fields in ways if asked.items() <= fields.items()]
            self.pages.append(self.sees(self.post("show", fields)))
        else:
            assert f'href="{self.at(place)}' in self.pages[-1].text, f"no way to {place}"
            self.pages.append(self.sees(self.get(place)))
        return self

    def acts(self, place, **typed):
        """On by the page's own form."""
        self.pages.append(self.sees(self.press(self.pages[-1], self.at(place), **typed)))
        return self

    def ends(self, place, **typed):
        """The last press; what it comes to is no page to act on."""
        return self.press(self.pages[-1], self.at(place), **typed)


def pay(walker, house):
    done = walker.walk().goes("pay").ends("pay")
    assert done.location.startswith(house.payments.url)


def later(walker, _):
    days = re.findall(r'name="until" value="([0-9-]+)"', walker.walk().goes("later").pages[-1].text)
    walker.acts("later", until=days[0])
    assert walker.ends("document").status == 303, "the notice opens beside the page"
    assert "Sie haben Zeit" in walker.sees(walker.ends("agree")).words


def plan(walker, _):
    walker.walk().goes("plan").acts("plan")
    assert walker.ends("document").status == 303, "the notice opens beside the page"
    assert "So ist es vereinbart" in walker.sees(walker.ends("agree")).words


def wrong(walker, _):
    walker.walk().goes("wrong").goes("wrong?about=faulty")
    assert "Jetzt ruht alles" in walker.sees(walker.ends("wrong", words="Der Zähler ist defekt.")).words


def talk(walker, _):
    walker.walk().goes("talk")
    assert "Wir rufen Sie an" in walker.sees(walker.ends("talk", slot="morning", phone="0171 3920012")).words


WALKS = {"pay": pay, "later": later, "plan": plan, "wrong": wrong, "talk": talk}


def counted(house, way, cookies):
    claim = house.register(house.open_creditor(), principal=24_000)
    walker = Walker(house.link_to(claim), cookies=cookies)
    WALKS[way](walker, house)
    house.invariants(claim)
    return len(walker.pages)


def table(counts):
    rows = [f"| {WHAT[way]} | {pages} | ≤ {AT_MOST[way]} |" for way, pages in counts.items()]
    return "\n".join(("| from the link to done | pages | bound |", "| --- | --- | --- |", *rows)) + "\n"


@pytest.mark.parametrize("cookies", [{}, None], ids=["with cookies", "without"])
@pytest.mark.parametrize("way", WALKS)
def test_P13_from_the_link_to_done_takes_few_pages_and_no_more_without_cookies(house, way, cookies):
    assert counted(house, way, cookies) <= AT_MOST[way]


def test_the_readme_says_how_many_pages_each_way_takes(house):
    said = README.read_text("utf-8").split(BEGIN)[1].split(END)[0]
    assert said == table({way: counted(house, way, {}) for way in WALKS})
