"""The payment double keeps the provider's manners: news at least once, pages close, nothing is lost."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import html5lib
import pytest
import stripe

from chalicelib.adapters.stripe.webhook import BadSignature, verify
from local.payments.money import METHODS
from local.payments.shapes import SHAPES
from tests.local.payment_office import KEY, SECRET, Office


@pytest.fixture
def office(tmp_path):
    open_office = Office(tmp_path / "double")
    yield open_office
    open_office.close()


def client(office):
    return stripe.StripeClient(KEY, base_addresses={"api": office.url}, max_network_retries=0)


def page(office, **changes):
    wish = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 4820,
                    "product_data": {"name": "Strom, <Rechnung> 4711"},
                },
            }
        ],
        "branding_settings": {"display_name": "Stadtwerke & Söhne"},
        "locale": "de",
        "metadata": {"attempt": "att_1"},
        "payment_intent_data": {"metadata": {"attempt": "att_1"}},
        "success_url": "https://pay.example.test/r/att_1?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://pay.example.test/r/att_1",
    }
    return client(office).v1.checkout.sessions.create({**wish, **changes})


def intents(office):
    return [intent.id for intent in client(office).v1.payment_intents.list({"limit": 100}).data]


def believed(office):
    """What the listener heard and believes, by id."""
    return [
        verify(body, header, [SECRET], datetime.fromtimestamp(office.clock(), UTC)).id
        for body, header in office.listener.heard
    ]


# -- the hosted page ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["de", "en"])
def test_the_hosted_page_is_valid_html_without_script_and_says_that_it_is_a_double(office, locale):
    opened = page(office, locale=locale)
    status, _, html = office.http("GET", urlsplit(opened.url).path)
    assert status == 200
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert "<script" not in html
    assert {"de": "Test-Attrappe", "en": "Test double"}[locale] in html
    assert {"de": "48,20\u00a0€", "en": "€48.20"}[locale] in html
    assert "Stadtwerke &amp; Söhne" in html
    assert "Strom, &lt;Rechnung&gt; 4711" in html
    assert 'href="https://pay.example.test/r/att_1"' in html
    assert html.count('type="radio"') == len(METHODS)


def test_paying_by_card_leads_back_and_tells_in_the_providers_words(office):
    opened = page(office)
    status, place = office.press(opened.url, "card")
    assert (status, place) == (303, f"https://pay.example.test/r/att_1?s={opened.id}")
    office.listener.wait_for("checkout.session.completed")
    office.listener.wait_for("payment_intent.succeeded")
    assert set(office.listener.kinds()) == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    }
    session = client(office).v1.checkout.sessions.retrieve(opened.id, {"expand": ["payment_intent"]})
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.payment_intent.to_dict()["amount_received"] == 4820


def test_P2_pressing_pay_twice_pays_once(office):
    opened = page(office)
    assert office.press(opened.url, "card") == office.press(opened.url, "card")
    assert len(intents(office)) == 1


def test_a_declined_card_shows_the_page_again_with_a_word_about_it(office):
    opened = page(office)
    status, place = office.press(opened.url, "card_declined")
    assert (status, place) == (303, urlsplit(opened.url).path)
    assert 'role="alert"' in office.http("GET", place)[2]
    office.listener.wait_for("payment_intent.payment_failed")
    office.press(opened.url, "card")
    office.listener.wait_for("payment_intent.succeeded")
    assert len(intents(office)) == 1


def test_a_direct_debit_is_told_of_when_ordered_and_when_settled(office):
    opened = page(office)
    office.press(opened.url, "sepa")
    (completed,) = office.listener.wait_for("checkout.session.completed")
    assert completed["data"]["object"]["payment_status"] == "unpaid"
    assert office.listener.wait_for("payment_intent.processing")
    office.clock.move(11)
    office.listener.wait_for("payment_intent.succeeded")
    (settled,) = office.listener.wait_for("checkout.session.async_payment_succeeded")
    assert settled["data"]["object"]["payment_status"] == "paid"


def test_a_direct_debit_can_be_made_to_fail_by_lever(office):
    office.press(page(office).url, "sepa")
    (intent,) = intents(office)
    office.lever("POST", f"payments/{intent}/settle", outcome="failed")
    (failed,) = office.listener.wait_for("payment_intent.payment_failed")
    assert failed["data"]["object"]["id"] == intent
    (told,) = office.listener.wait_for("checkout.session.async_payment_failed")
    assert told["data"]["object"]["payment_status"] == "unpaid"


def test_a_page_left_alone_closes_by_the_clock_and_tells_so(office):
    opened = page(office, expires_at=int(office.clock()) + 1860)  # a request on a busy machine takes its seconds
    office.clock.move(1861)
    office.listener.wait_for("checkout.session.expired")
    _, _, html = office.http("GET", urlsplit(opened.url).path)
    assert "Diese Seite ist geschlossen" in html
    assert office.press(opened.url, "card") == (303, urlsplit(opened.url).path)
    assert intents(office) == []


def test_no_such_page_is_a_page_too(office):
    status, _, html = office.http("GET", "/c/pay/cs_test_none")
    assert status == 404
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


# -- the news ----------------------------------------------------------------------------------------------


def money_arrives(office, amount=4820):
    return office.lever("POST", "payments", api_key=KEY, amount=amount, currency="eur")


def only(office, kind="payment_intent.succeeded"):
    office.register(enabled_events=[kind])


def test_news_that_was_not_taken_comes_again_later_signed_afresh(office):
    only(office)
    office.listener.status = 500
    money_arrives(office)
    office.listener.wait_for("payment_intent.succeeded")
    (event,) = [e for e in office.events() if e["type"] == "payment_intent.succeeded"]
    assert client(office).v1.events.retrieve(event["id"]).pending_webhooks == 1
    office.listener.status = 200
    office.clock.move(400)
    office.until(lambda: client(office).v1.events.retrieve(event["id"]).pending_webhooks == 0)
    (first, old), *_, (last, fresh) = office.listener.heard
    assert first == last
    assert old != fresh
    assert verify(last, fresh, [SECRET], datetime.fromtimestamp(office.clock(), UTC)).id == event["id"]


def test_news_nobody_takes_for_three_days_is_given_up(office):
    only(office)
    office.listener.status = 503
    money_arrives(office)
    office.listener.wait_for("payment_intent.succeeded")
    office.clock.move(3 * 24 * 3600)
    office.until(lambda: office.events()[-1]["deliveries"][0]["state"] == "given_up")
    answers = office.events()[-1]["deliveries"][0]["answers"]
    assert {answer["status"] for answer in answers} == {503}


def test_W1_a_duplicate_on_demand_is_the_same_event_twice(office):
    only(office)
    office.fault("duplicate", type="payment_intent.succeeded")
    money_arrives(office)
    office.listener.wait_for("payment_intent.succeeded", 2)
    first, second = believed(office)
    assert first == second


def test_W2_a_new_event_id_for_the_same_payment_on_demand(office):
    only(office)
    office.fault("new_event_id", type="payment_intent.succeeded")
    money_arrives(office)
    one, other = office.listener.wait_for("payment_intent.succeeded", 2)
    assert one["id"] != other["id"]
    assert one["data"]["object"]["id"] == other["data"]["object"]["id"]


def test_W3_news_can_be_turned_around(office):
    office.register(enabled_events=["payment_intent.*"])
    office.fault("reorder", count=2, type="payment_intent.*")
    money_arrives(office)
    office.listener.wait_for("payment_intent.created")
    assert office.listener.kinds() == ["payment_intent.succeeded", "payment_intent.created"]


def test_W6_W9_news_can_be_signed_wrongly_or_changed_on_the_way_and_comes_right_afterwards(office):
    only(office)
    office.listener.status = 400
    office.fault("wrong_signature")
    money_arrives(office)
    office.listener.wait_for("payment_intent.succeeded")
    office.fault("changed_body")
    office.clock.move(2)
    office.listener.wait_for("payment_intent.succeeded", 2)
    office.listener.status = 200
    office.clock.move(60)
    office.listener.wait_for("payment_intent.succeeded", 3)
    now = datetime.fromtimestamp(office.clock(), UTC)
    for body, header in office.listener.heard[:2]:
        with pytest.raises(BadSignature):
            verify(body, header, [SECRET], now)
    assert verify(*office.listener.heard[2], [SECRET], now)


@pytest.mark.parametrize(("skew", "good"), [(-290, True), (-310, False), (290, True), (310, False)])
def test_W7_W8_news_can_be_sent_as_if_signed_at_another_time(office, skew, good):
    only(office)
    money_arrives(office)
    office.listener.wait_for("payment_intent.succeeded")
    office.lever("POST", f"events/{office.events()[-1]['id']}/send", skew=skew)
    body, header = office.listener.heard[-1]
    now = datetime.fromtimestamp(office.clock(), UTC)
    if good:
        assert verify(body, header, [SECRET], now)
    else:
        with pytest.raises(BadSignature):
            verify(body, header, [SECRET], now)


def test_W10_during_a_rotation_the_news_carries_both_signatures(office):
    only(office)
    office.register(webhook_secrets=["whsec_old", "whsec_new"], enabled_events=["payment_intent.succeeded"])
    money_arrives(office)
    office.listener.wait_for("payment_intent.succeeded")
    body, header = office.listener.heard[0]
    for secret in ("whsec_old", "whsec_new"):
        assert verify(body, header, [secret], datetime.now(UTC))


def test_W15_lost_news_is_never_sent_but_stands_in_the_list_of_events(office):
    only(office)
    office.fault("drop", times=None)
    money_arrives(office)
    time.sleep(0.5)
    assert office.listener.heard == []
    (event,) = client(office).v1.events.list({"type": "payment_intent.succeeded"}).data
    assert event.to_dict()["data"]["object"]["amount_received"] == 4820
    assert office.events()[-1]["deliveries"][0]["state"] == "lost"


def test_held_news_goes_when_it_is_released_and_late_news_when_its_time_comes(office):
    only(office)
    office.fault("hold")
    money_arrives(office)
    office.fault("delay", seconds=3600)
    money_arrives(office, 999)
    time.sleep(0.5)
    assert office.listener.heard == []
    assert office.lever("POST", "release", type="payment_intent.*")["released"] == 1
    (first,) = office.listener.wait_for("payment_intent.succeeded")
    assert first["data"]["object"]["amount"] == 4820
    office.clock.move(3601)
    assert len(office.listener.wait_for("payment_intent.succeeded", 2)) == 2


def test_an_event_can_be_sent_again_at_once_under_a_new_id(office):
    only(office)
    money_arrives(office)
    (event,) = office.listener.wait_for("payment_intent.succeeded")
    sent = office.lever("POST", f"events/{event['id']}/send", new_id=True)
    assert sent["status"] == 200
    assert sent["event"] != event["id"]
    assert client(office).v1.events.retrieve(sent["event"]).type == "payment_intent.succeeded"


# -- the API -----------------------------------------------------------------------------------------------


def test_every_field_the_double_sends_is_one_the_providers_library_knows():
    classes = {
        "checkout.session": stripe.checkout.Session,
        "payment_intent": stripe.PaymentIntent,
        "charge": stripe.Charge,
        "refund": stripe.Refund,
        "dispute": stripe.Dispute,
        "event": stripe.Event,
        "balance": stripe.Balance,
        "balance_transaction": stripe.BalanceTransaction,
        "payout": stripe.Payout,
        "customer": stripe.Customer,
        "payment_method": stripe.PaymentMethod,
        "setup_intent": stripe.SetupIntent,
        "mandate": stripe.Mandate,
    }
    assert set(SHAPES) - set(classes) == {"_source"}
    for kind, known in classes.items():
        assert set(SHAPES[kind]) <= set(known.__annotations__), kind


def test_what_the_double_does_not_understand_it_refuses(office):
    for wish in ({"mode": "subscription"}, {"customer_email": "a@example.test"}, {"line_items": []}):
        with pytest.raises(stripe.InvalidRequestError):
            page(office, **wish)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        page(office, success_url="not a place")
    assert (refusal.value.code, refusal.value.param) == ("url_invalid", "success_url")
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client(office).v1.customers.list()


def test_too_small_an_amount_is_refused_as_the_provider_refuses_it(office):
    tiny = {"currency": "eur", "unit_amount": 49, "product_data": {"name": "x"}}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        page(office, line_items=[{"quantity": 1, "price_data": tiny}])
    assert refusal.value.code == "amount_too_small"


def test_a_missing_or_unknown_key_is_401(office):
    assert office.http("GET", "/v1/balance")[0] == 401
    status, _, body = office.http("GET", "/v1/balance", headers={"Authorization": "Bearer sk_test_unknown"})
    assert status == 401
    assert json.loads(body)["error"]["type"] == "invalid_request_error"
    assert "sk_test_unknown" not in body


def test_a_key_for_idempotency_answers_the_same_again_for_a_day_and_refuses_other_wishes(office):
    def ask(amount):
        form = {"payment_intent": intent["id"], "amount": str(amount)}
        headers = {
            "Authorization": f"Bearer {KEY}",
            "Idempotency-Key": "refund-1",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return office.http("POST", "/v1/refunds", urlencode(form).encode(), headers)

    intent = money_arrives(office)
    first, again, other = ask(100), ask(100), ask(200)
    assert (first[0], again[0], again[2]) == (200, 200, first[2])
    assert again[1]["Idempotent-Replayed"] == "true"
    assert other[0] == 400
    assert json.loads(other[2])["error"]["type"] == "idempotency_error"
    office.clock.move(24 * 3600 + 1)
    assert json.loads(ask(100)[2])["id"] != json.loads(first[2])["id"]


def test_lists_are_newest_first_and_can_be_walked_both_ways(office):
    made = [money_arrives(office, 100 + n)["id"] for n in range(7)][::-1]
    lister = client(office).v1.payment_intents
    assert [intent.id for intent in lister.list({"limit": 3}).auto_paging_iter()] == made
    after = lister.list({"limit": 3, "starting_after": made[2]})
    assert ([intent.id for intent in after.data], after.has_more) == (made[3:6], True)
    before = lister.list({"limit": 2, "ending_before": made[3]})
    assert ([intent.id for intent in before.data], before.has_more) == (made[1:3], True)
    with pytest.raises(stripe.InvalidRequestError):
        lister.list({"starting_after": "pi_none"})


def test_M4_M5_no_more_is_refunded_than_was_taken(office):
    intent = money_arrives(office)["id"]
    refunds = client(office).v1.refunds
    part = refunds.create({"payment_intent": intent, "amount": 4000})
    assert refunds.retrieve(part.id).amount == 4000
    with pytest.raises(stripe.InvalidRequestError):
        refunds.create({"payment_intent": intent, "amount": 821})
    refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_already_refunded"
    assert client(office).v1.balance.retrieve().available[0].amount == -97, "the fee of the payment stays"


def test_M6_a_chargeback_is_told_of_and_can_be_fetched(office):
    intent = money_arrives(office)["id"]
    opened = office.lever("POST", "disputes", payment_intent=intent)
    office.listener.wait_for("charge.dispute.created")
    assert client(office).v1.disputes.retrieve(opened["id"]).payment_intent == intent


def test_W5_W13_money_can_come_from_nowhere_in_any_currency(office):
    wish = {"api_key": KEY, "amount": 700, "currency": "PLN", "metadata": {"claim": "x"}}
    intent = office.lever("POST", "payments", **wish)
    found = client(office).v1.payment_intents.retrieve(intent["id"])
    assert (found.currency, found.metadata["claim"], found.status) == ("pln", "x", "succeeded")


# -- going on ----------------------------------------------------------------------------------------------


def test_a_restart_goes_on_where_it_stood(office):
    only(office)
    opened = page(office)
    office.listener.status = 500
    money_arrives(office)
    office.listener.wait_for("payment_intent.succeeded")
    office.restart()
    office.listener.status = 200
    office.clock.move(400)
    office.until(lambda: office.events()[-1]["deliveries"][0]["state"] == "sent")
    assert client(office).v1.checkout.sessions.retrieve(opened.id).status == "open"
    assert office.press(opened.url, "card")[0] == 303
    office.listener.wait_for("payment_intent.succeeded", 2)


def served(folder):
    """The double as its own process, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local.payments", "--port", "0", "--data", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return process, process.stdout.readline().split()[-1]


def test_a_kill_loses_nothing_that_was_answered(tmp_path, office):
    process, url = served(tmp_path / "own")
    try:
        office.server.stop()
        wish = {"api_key": KEY, "webhook_url": office.listener.url, "webhook_secret": SECRET}
        office.listener.status = 500
        payment = {"api_key": KEY, "amount": 70, "currency": "eur"}
        for place, body in (("accounts", wish), ("payments", payment)):
            urlopen(f"{url}/_double/{place}", json.dumps(body).encode(), timeout=10).read()
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        office.listener.status = 200
        office.listener.heard.clear()
        process, url = served(tmp_path / "own")
        office.listener.wait_for("payment_intent.succeeded", seconds=10)
        made = stripe.StripeClient(KEY, base_addresses={"api": url}).v1.payment_intents.list().data
        assert [intent.amount for intent in made] == [70]
        process.terminate()
        assert process.wait(timeout=20) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.stdout.close()
        process.wait(timeout=10)


def test_what_is_refused_changes_nothing(office):
    before = office.server.double.store.rows("select count(*) as n from objects")[0]["n"]
    for path, body in (("faults", {"fault": "none"}), ("payments", {"api_key": "x"}), ("accounts", {})):
        status, _, _ = office.http("POST", f"/_double/{path}", json.dumps(body).encode())
        assert status == 400
    assert office.http("POST", "/_double/accounts", b"{")[0] == 400
    assert office.http("GET", "/_double/nothing")[0] == 404
    assert office.server.double.store.rows("select count(*) as n from objects")[0]["n"] == before


def test_it_listens_on_loopback_only(office):
    assert office.server.server_address[0] == "127.0.0.1"


def test_two_offices_share_nothing(office, tmp_path):
    other = Office(tmp_path / "other")
    try:
        money_arrives(office)
        assert other.events() == []
    finally:
        other.close()
