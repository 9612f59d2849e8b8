"""Everything with the keyboard alone: Tab, Enter, Space and letters; where the reader is, is always to be seen."""

import pytest

from tests.browser import PHONE, bare_phone

from .front import Front

# What has the focus: whether it shows (an outline that is drawn, within the window), and what it says.
FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const shown = at.closest('.choice') ?? at, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {
    seen: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || at.matches('.mend, .note')) &&
      box.bottom > 0 && box.top < innerHeight && box.width > 0,
    says: (at.labels?.[0] ?? at).innerText.trim(), tag: at.tagName.toLowerCase(), name: at.name ?? '',
    type: at.type ?? '', goes: at.getAttribute('href') ?? at.form?.getAttribute('action') ?? '',
  };
}"""
STEPS = 60


class Hands:
    """Two hands on a keyboard; there is no mouse."""

    def __init__(self, page):
        self.page, self.pages = page, []

    def at(self):
        found = self.page.evaluate(FOCUS)
        if found:
            assert found["seen"], f"nobody sees the focus on {found}"
        return found

    def tab_to(self, wanted):
        """Tab until the focus is on what is wanted; the way there stays in sight."""
        for _ in range(STEPS):
            self.page.keyboard.press("Tab")
            found = self.at()
            if found and wanted(found):
                return found
        raise AssertionError(f"{STEPS} times Tab, and not there: {self.page.inner_text('main')}")

    def to_field(self, name):
        return self.tab_to(lambda at: at["name"] == name)

    def go(self, says, key="Enter"):
        """Tab to a link or a button that says this, and press it; the page that comes."""
        self.tab_to(lambda at: at["tag"] in ("a", "button") and says in at["says"])
        before = self.page.inner_text("h1")
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        assert self.page.inner_text("h1") != before
        return self.page.inner_text("main")

    def types(self, text):
        self.page.keyboard.type(text)


@pytest.fixture(scope="module")
def front(house):
    served = Front()
    yield served
    served.close()


@pytest.fixture
def link(house, front):
    claim = house.register(house.open_creditor(), principal=24_000)
    return f"{front.url}/p/{house.link_to(claim)}"


@pytest.fixture(params=["a phone as it comes", pytest.param("no script and no cookie", marks=pytest.mark.long)])
def hands(request, browser, link, tmp_path, play):
    if request.param == "no script and no cookie":
        context = bare_phone(play, tmp_path / "phone")
    else:
        context = browser.new_context(viewport=PHONE, locale="de-DE")
    page = context.new_page()
    page.goto(link)
    yield Hands(page)
    context.close()


def through_the_door(hands):
    hands.to_field("factor")
    hands.page.keyboard.press("Space")
    hands.to_field("postcode")
    hands.types("10437")
    assert "Was möchten Sie tun?" in hands.go("Weiter")


def test_a_plan_is_reached_with_the_keyboard_alone(hands):
    through_the_door(hands)
    hands.go("In Raten bezahlen")
    hands.to_field("amount")
    hands.page.keyboard.press("Control+A")
    hands.types("40")
    offer = hands.go("Weiter mit diesem Plan", "Space")
    assert "40,00\xa0€" in offer
    hands.tab_to(lambda at: "Hinweis öffnen" in at["says"])
    hands.tab_to(lambda at: at["says"].startswith("Zustimmen"))


def test_a_dispute_is_raised_with_the_keyboard_alone(hands):
    through_the_door(hands)
    hands.go("Etwas stimmt nicht")
    hands.go("Ich habe schon bezahlt")
    hands.to_field("words")
    hands.types("Am 2. Oktober, vom Konto meiner Mutter.")
    hands.to_field("answer_by")
    hands.page.keyboard.press("ArrowDown")
    assert hands.at()["type"] == "radio"
    assert "Jetzt ruht alles" in hands.go("So abschicken", "Space")


def test_what_is_folded_opens_and_closes_with_the_keyboard(hands):
    through_the_door(hands)
    hands.tab_to(lambda at: at["tag"] == "summary" and "zusammensetzt" in at["says"])
    for opened in (True, False):
        hands.page.keyboard.press("Enter")
        assert hands.page.locator("main details").first.get_attribute("open") == ("" if opened else None)


def test_a_mistake_takes_the_reader_to_what_needs_mending(hands):
    through_the_door(hands)
    hands.go("In Raten bezahlen")
    hands.to_field("amount")
    hands.page.keyboard.press("Control+A")
    hands.types("viel")
    hands.tab_to(lambda at: at["tag"] == "button")
    with hands.page.expect_navigation():
        hands.page.keyboard.press("Enter")
    hands.tab_to(lambda at: at["goes"] == "#amount")
    hands.page.keyboard.press("Enter")
    hands.types("4")
    assert "4" in hands.page.input_value("#amount"), "what is typed now goes into the field"
