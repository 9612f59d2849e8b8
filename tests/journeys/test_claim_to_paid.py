"""One claim, from a creditor's file to paid: the deployed package, a real browser, each function under its IAM."""

import json
import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import sync_playwright

from local import control
from tests.browser import bare_phone, chromium, phone
from tests.journeys.claims import CREDITOR, EMRE, MARTA, NOOR, OLGA, PAUL, PEOPLE, Person, claims_file
from tests.journeys.stack import Stack, stack  # noqa: F401 - the fixture

PATIENCE = 90.0
# The first way to pay: on the provider's hosted page.
ONLINE = "main form[action$='/pay'] button.way"


@pytest.fixture(scope="session")
def written_to(stack: Stack) -> Stack:  # noqa: F811
    """The stack once its first messages have gone out, at the next permitted hours."""
    stack.upload(f"inbox/{CREDITOR}/journeys.csv", claims_file())
    wanted = {person.email if person.by_email else person.phone for person in PEOPLE}

    def reached() -> bool:
        return wanted <= {message["to"] for message in stack.messages()}

    stack.settle(PATIENCE)
    for _ in range(4):
        if reached():
            break
        stack.move_clock("next")
        stack.settle(PATIENCE)
    stack.wait_for(reached, PATIENCE, "everybody has their first message")
    return stack


@pytest.fixture(scope="module")
def play():
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chrome(play):
    browser = chromium(play)
    yield browser
    browser.close()


def message_to(stack: Stack, person: Person) -> dict:  # noqa: F811
    return stack.messages(to=person.email if person.by_email else person.phone)[0]


def link_of(message: dict) -> str:
    return next(link for link in message["links"] if re.search(r"/p/[A-Za-z0-9_-]{22}$", link))


def through_the_door(page, link: str, person: Person) -> None:
    page.goto(link)
    assert person.name not in page.content() and person.shown not in page.content(), "P6"
    page.fill("input[name=postcode]", person.postcode)
    page.click("main form button.primary")
    assert person.shown in page.inner_text("main")


def press_way(page, place: str) -> None:
    page.click(f"a[href*='/{place}'], form:has(input[name=page][value='{place}']) button")


def pay_by_card(page) -> None:
    press_way(page, "pay")
    page.click(ONLINE)
    page.wait_for_url("**/c/pay/**")
    page.check("input[value=card]")
    page.click("button[type=submit], button")


def ledger(stack: Stack, person: Person) -> list[dict]:  # noqa: F811
    """The claim's ledger entries as they lie in the table."""
    dynamo = stack.aws("dynamodb")
    table = dynamo.list_tables()["TableNames"][0]
    answer = dynamo.query(
        TableName=table,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": f"CR#{CREDITOR}#L#{person.claim}"}},
    )
    return answer["Items"]


def paid(stack: Stack, person: Person) -> bool:  # noqa: F811
    return len(ledger(stack, person)) == 2


def test_from_the_creditors_file_to_paid_in_a_real_browser(written_to, chrome):
    message = message_to(written_to, MARTA)
    assert message["channel"] == "email" and MARTA.shown not in message["subject"]
    page = phone(chrome).new_page()
    link = link_of(message)
    through_the_door(page, link, MARTA)
    assert page.url == link, "the Visit is in no address"
    pay_by_card(page)
    page.wait_for_url(f"{link}/thanks")
    written_to.wait_for(lambda: paid(written_to, MARTA), PATIENCE, "the payment is booked")
    page.goto(link)
    assert "Nichts" in page.inner_text("main") or "nichts" in page.inner_text("main")
    page.go_back()
    page.goto(f"{link}/pay")
    assert page.locator("form[action*='/pay']").count() == 0, "P3: nothing left to pay"
    subjects = written_to.wait_for(
        lambda: [m for m in written_to.messages(to=MARTA.email) if m["text"].count("48,20")],
        PATIENCE,
        "the receipt went out",
    )
    assert len(subjects) == 1 and "48,20" not in subjects[0]["subject"]


def test_P13_without_scripts_and_cookies_it_is_still_payable(written_to, play, tmp_path):
    context = bare_phone(play, tmp_path / "profile")
    page = context.new_page()
    link = link_of(message_to(written_to, EMRE))
    through_the_door(page, link, EMRE)
    pay_by_card(page)
    page.wait_for_url("**/r/**")
    assert EMRE.name not in page.content() and EMRE.shown not in page.content()
    assert context.cookies() == []
    context.close()
    written_to.wait_for(lambda: paid(written_to, EMRE), PATIENCE, "the payment is booked")


def test_P1_W1_two_tabs_and_every_webhook_twice_charge_once(written_to, chrome):
    control.post(f"{written_to.payments}/_double/faults", {"fault": "duplicate"})
    context = phone(chrome)
    first, second = context.new_page(), context.new_page()
    link = link_of(message_to(written_to, NOOR))
    through_the_door(first, link, NOOR)
    second.goto(f"{link}/pay")
    pay_by_card(first)
    first.wait_for_url(f"{link}/thanks")
    second.click(ONLINE)
    second.wait_for_load_state()
    assert "/c/pay/" not in second.url, "the second tab opens no second page to pay on"
    written_to.wait_for(lambda: paid(written_to, NOOR), PATIENCE, "the payment is booked")
    written_to.settle(PATIENCE)
    entries = ledger(written_to, NOOR)
    assert [int(e["amount"]["N"]) for e in entries] == [7555, 7555], "one opening, one payment"


def test_W6_a_bad_signature_is_400_and_writes_nothing(written_to):
    before = count_of_items(written_to)
    request = urllib.request.Request(
        f"{written_to.urls['api']}/webhooks/{CREDITOR}/stripe",
        data=b'{"id":"evt_1"}',
        headers={"Content-Type": "application/json", "Stripe-Signature": "t=1,v1=00"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 400
    assert count_of_items(written_to) == before


def test_P4_a_link_scanner_changes_nothing(written_to):
    written_to.settle(PATIENCE)
    link, before = link_of(message_to(written_to, OLGA)), whole_table(written_to)

    def scan(number: int) -> int:
        path = ("", "/pay", "/talk", "/not-me", "/stop", "/new-link", "/receipt", "/thanks")[number % 8]
        method = "HEAD" if path == "" and number % 16 else "GET"
        with urllib.request.urlopen(urllib.request.Request(link + path, method=method), timeout=60) as answer:
            return answer.status

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(scan, range(100))) == {200}
    assert whole_table(written_to) == before


def test_I7_a_contact_that_comes_twice_is_sent_once(written_to):
    written_to.settle(PATIENCE)
    sent = written_to.messages(to=OLGA.phone)
    contact = next(
        item["sk"]["S"].removeprefix("CONTACT#")
        for item in whole_table(written_to)
        if item["pk"]["S"].endswith(f"#D#{OLGA.debtor}") and item.get("state", {}).get("S") == "sent"
    )
    queue = next(u for u in written_to.aws("sqs").list_queues()["QueueUrls"] if "ontacts" in u and "ead" not in u)
    body = json.dumps({"creditor": CREDITOR, "debtor": OLGA.debtor, "contact": contact})
    for _ in range(2):
        written_to.aws("sqs").send_message(QueueUrl=queue, MessageBody=body)
    written_to.settle(PATIENCE)
    assert written_to.messages(to=OLGA.phone) == sent


def test_somebody_asks_for_a_person_and_is_told_when(written_to, chrome):
    page = phone(chrome).new_page()
    through_the_door(page, link_of(message_to(written_to, PAUL)), PAUL)
    press_way(page, "talk")
    page.fill("input[name=phone]", "030 23125 500")
    page.fill("textarea[name=words]", "Ich bin gerade krank.")
    page.click("main form button.primary")
    assert "20:00" in page.inner_text("main")
    tasks = [item for item in whole_table(written_to) if "#T#" in item["pk"]["S"]]
    assert [task["debtor"]["S"] for task in tasks] == [PAUL.debtor]


def whole_table(stack: Stack) -> list[dict]:  # noqa: F811
    dynamo = stack.aws("dynamodb")
    pages = dynamo.get_paginator("scan").paginate(TableName=dynamo.list_tables()["TableNames"][0])
    items = [item for page in pages for item in page["Items"]]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def count_of_items(stack: Stack) -> int:  # noqa: F811
    return len(whole_table(stack))
