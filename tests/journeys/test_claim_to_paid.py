"""One claim, from a creditor's file to paid: the deployed package, a real browser, each function under its IAM."""

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from local import control
from tests.browser import bare_phone, phone
from tests.journeys.claims import CREDITOR, EMRE, MARTA, NOOR, OLGA, PAUL
from tests.journeys.stack import Stack
from tests.journeys.walking import (
    ONLINE,
    PATIENCE,
    come_to_peace,
    ledger,
    link_of,
    message_to,
    paid,
    pay_by_card,
    press_way,
    through_the_door,
    whole_table,
)


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
    come_to_peace(written_to)
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


@pytest.mark.long
def test_P4_a_link_scanner_changes_nothing(written_to):
    come_to_peace(written_to)
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
    part = page.get_attribute("input[name=slot]:checked", "id")
    promised = page.inner_text(f"label[for='{part}']")
    page.click("main form button.primary")
    # By the end of the part of a day that was offered, since somebody who answers works then.
    assert promised.rpartition("–")[2] in page.inner_text("main")
    tasks = [item for item in whole_table(written_to) if "#T#" in item["pk"]["S"]]
    assert [task["debtor"]["S"] for task in tasks].count(PAUL.debtor) == 1


def count_of_items(stack: Stack) -> int:
    return len(whole_table(stack))
