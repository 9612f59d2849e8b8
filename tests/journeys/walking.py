"""How a journey walks: through the door, along the ways, to documents and files; and what must hold at its end."""

import re
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf

from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table
from chalicelib.domain.claim import Claim
from chalicelib.domain.matter import Matter
from chalicelib.presentation.i18n import locale
from tests import invariants
from tests.browser import own_phone, phone
from tests.journeys.claims import CREDITOR, Person
from tests.journeys.stack import Stack

PATIENCE = 90.0
# A confirmation looks for its paper so often; then somebody is told.
LOOKS = 5
# The first way to pay: on the provider's hosted page.
ONLINE = "main form[action$='/pay'] button.way"
# What a browser says of an answer that asks for mending, once more or to sign in: those pages are meant to come.
ASKED_AGAIN = re.compile(r"Failed to load resource: .* status of (401|403|409|422)")
WIDE = "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"


def message_to(stack: Stack, person: Person) -> dict:
    return stack.messages(to=person.email if person.by_email else person.phone)[0]


def link_of(message: dict) -> str:
    return next(link for link in message["links"] if re.search(r"/p/[A-Za-z0-9_-]{22}$", link))


def through_the_door(page: Any, link: str, person: Person) -> None:
    page.goto(link)
    assert person.name not in page.content() and person.shown not in page.content(), "P6"
    page.fill("input[name=postcode]", person.postcode)
    page.click("main form button.primary")
    assert person.shown in page.inner_text("main")


def press_way(page: Any, place: str) -> None:
    """The way to this place: a link, or where no cookie is kept a form's button."""
    page.click(f"main a[href*='/{place}'], main form:has(input[name=page][value='{place}']) button")


def pay_by_card(page: Any) -> None:
    press_way(page, "pay")
    by_card(page)


def by_card(page: Any) -> None:
    """On with the amount chosen here, and through the provider's page with a card that works."""
    page.click(ONLINE)
    page.wait_for_url("**/c/pay/**")
    page.check("input[value=card]")
    page.click("button[type=submit], button")


def press_document(page: Any, kind: str) -> str:
    """Where pressing the button of this document leads the browser."""
    return press_pdf(page, f"form:has(input[name=kind][value={kind}]) button")


def press_pdf(page: Any, button: str) -> str:
    """Where the button leads: to a PDF beside the page, which stays where it is."""
    here, context = page.url, page.context
    with context.expect_event("response", lambda answer: "/documents/" in answer.url) as led:
        page.click(button)
    assert led.value.status == 200 and page.url == here
    return str(led.value.url)


def opened_pdf(address: str) -> pypdf.PdfReader:
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''")
        return pypdf.PdfReader(BytesIO(answer.read()))


def words_of(pdf: pypdf.PdfReader) -> str:
    return "".join(sheet.extract_text() for sheet in pdf.pages)


def house_of(stack: Stack) -> DynamoStore:
    """The stack's own table, through the house's own adapter."""
    dynamo = stack.aws("dynamodb")
    return DynamoStore(Table(dynamo.list_tables()["TableNames"][0], dynamo), stack.now)


def whole_table(stack: Stack) -> list[dict]:
    dynamo = stack.aws("dynamodb")
    pages = dynamo.get_paginator("scan").paginate(TableName=dynamo.list_tables()["TableNames"][0])
    items = [item for page in pages for item in page["Items"]]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def come_to_peace(stack: Stack) -> None:
    """Wait until nothing runs and no message is to go out soon: what is to be compared stands still meanwhile."""

    def nothing_soon() -> bool:
        stack.settle(PATIENCE)
        soon = (stack.now() + timedelta(minutes=10)).isoformat()
        return not any(
            item["state"]["S"] == "planned" and item["due_at"]["S"] < soon
            for item in whole_table(stack)
            if item["sk"]["S"].startswith("CONTACT#")
        )

    stack.wait_for(nothing_soon, 2 * PATIENCE, "no message is to go out soon")


def ledger(stack: Stack, person: Person) -> list[dict]:
    """The claim's ledger entries as they lie in the table."""
    dynamo = stack.aws("dynamodb")
    table = dynamo.list_tables()["TableNames"][0]
    answer = dynamo.query(
        TableName=table,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": f"CR#{CREDITOR}#L#{person.claim}"}},
    )
    items: list[dict] = answer["Items"]
    return items


def paid(stack: Stack, person: Person, times: int = 1) -> bool:
    return len(ledger(stack, person)) == 1 + times


class Journey:
    """One way walked by one or two people; what their browsers complain of is kept until the end."""

    def __init__(self, stack: Stack, play: Any, chrome: Any, folder: Path) -> None:
        self.stack = stack
        self.house = house_of(stack)
        self._play, self._chrome, self._folder = play, chrome, folder
        self._contexts: list[Any] = []
        self._walked: list[Person] = []
        self._complaints: list[str] = []
        self._before = len(self._troubles())

    def phone(self, *, own: bool = False, **shape: Any) -> Any:
        """A fresh phone's page; `own` is one with settings of its owner: no cookies, or large letters."""
        if own:
            folder = self._folder / f"profile{len(self._contexts)}"
            context = own_phone(self._play, folder, **shape)
        else:
            context = phone(self._chrome, **shape)
        self._contexts.append(context)
        return self.tab(context)

    def tab(self, context: Any) -> Any:
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        return page

    def _heard(self, said: Any) -> None:
        if said.type in ("error", "warning") and not ASKED_AGAIN.match(said.text):
            self._complaints.append(said.text)

    def enter(self, page: Any, person: Person) -> str:
        """Through the door of this person's latest message; the link it brought."""
        self.walked_by(person)
        link = link_of(message_to(self.stack, person))
        through_the_door(page, link, person)
        return link

    def walked_by(self, person: Person) -> None:
        """The invariants must hold of this person's matter at the end."""
        if person not in self._walked:
            self._walked.append(person)

    def matter(self, person: Person) -> Matter:
        found = self.house.matter(CREDITOR, person.debtor)
        assert found is not None
        return found

    def claim(self, person: Person) -> Claim:
        return self.matter(person).claims[person.claim]

    def wait(self, predicate: Callable[[], Any], what: str) -> Any:
        return self.stack.wait_for(predicate, PATIENCE, what)

    def settle(self) -> None:
        self.stack.settle(PATIENCE)

    def _troubles(self) -> list[str]:
        """What the functions complained of. That a table of the law ends soon is no fault of a journey, nor
        that the sample's other creditors have money matters that wait for two people; nor that a clock that jumps
        over days leaves the hour of many a contact long gone before the night comes by."""
        return [
            line
            for line in self.stack.troubles()
            if "law_data_ends" not in line
            and "contact_unscheduled" not in line
            and not ("money_waits" in line and f'"creditor":"{CREDITOR}"' not in line)
        ]

    def end(self) -> None:
        """The invariants, the functions' logs and the browsers' complaints."""
        for context in self._contexts:
            context.close()
        assert not self._complaints, f"the browser complained: {self._complaints}"
        self.settle()
        invariants.hold(self.house, CREDITOR, [person.debtor for person in self._walked])
        troubles = self._troubles()[self._before :]
        assert not troubles, f"a function complained: {troubles}"


def mail_with(journey: Journey, person: Person, words: str) -> dict:
    """The newest mail to this person that says so, once there is one; a confirmation waits for its paper."""

    def found() -> dict | None:
        return next((mail for mail in journey.stack.messages(to=person.email) if words in mail["text"]), None)

    for _ in range(LOOKS):
        if found():
            break
        journey.settle()
        journey.stack.move_clock(timedelta(seconds=61))  # when a confirmation looks again
    mail: dict = journey.wait(found, f"a mail to {person.claim} says {words}")
    return mail


def said(language: str, key: str, **values: object) -> str:
    """A text of the catalogue, as a page shows it."""
    return locale(language).text(key, **values)


def title(page: Any) -> str:
    return str(page.inner_text("h1")).strip()


def fits(page: Any, width: int) -> bool:
    """Nothing is wider than the page."""
    return bool(page.evaluate(WIDE) <= width)
