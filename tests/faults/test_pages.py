"""Readers in two tabs, in a hurry, without cookies; scanners, guessers and strangers at the pages: P1 to P18."""

from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.prove_factor import Door, prove_factor
from chalicelib.actions.renew_link import renew_link
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.contact import ContactState
from chalicelib.domain.parties import Factor
from chalicelib.domain.pay_link import LinkState
from chalicelib.domain.payments import AttemptStatus
from chalicelib.entrypoints.schedules import contact
from tests.reader import Reader, sqs
from tests.real import later

PAID = "payment_intent.succeeded"


@pytest.fixture
def reader(house, claim):
    """A reader who proved the factor and looks at the matter."""
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def paid(house, claim):
    return [entry.amount for entry in wiring.store().ledger(claim.creditor, claim.id)[1:]]


def attempt_of(house, claim):
    return house.matter(claim).attempts[house.again(claim).attempt]


def told_of_payment(house, provider, claim):
    """The provider's notice of what was paid on the claim's hosted page, delivered."""
    page = wiring.gateway().checkout(claim.creditor, attempt_of(house, claim).provider_id)
    assert provider.told(provider.notice(PAID, page.payment_id)) == 200


def test_P1_two_tabs_at_once_get_one_hosted_page_and_one_charge(house, creditor, provider, claim, reader):
    action, fields = reader.get("pay").form("/pay")
    answers = house.wire.race(*[lambda: reader.post(action, fields)] * 2)
    hosted = {answer.location for answer in answers}
    assert [answer.status for answer in answers] == [303, 303]
    assert len(hosted) == len(house.hosted_pages(creditor)) == len(house.matter(claim).attempts) == 1
    for _ in range(2):
        house.payments.press(*hosted, "card")
    told_of_payment(house, provider, claim)
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def test_P1_two_tabs_in_two_languages_at_once_lead_to_one_page_that_can_be_paid(
    house, creditor, provider, claim, reader
):
    action, fields = reader.get("pay").form("/pay")
    answers = house.wire.race(
        *[lambda lang=lang: reader.post(f"{action}?lang={lang}", fields) for lang in ("de", "en")]
    )
    given = {answer.location for answer in answers if answer.status == 303}
    assert {answer.status for answer in answers} <= {303, 503}
    assert given == {attempt_of(house, claim).url}
    house.payments.press(*given, "card")
    told_of_payment(house, provider, claim)
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def test_P1_whoever_paid_in_one_tab_gets_no_second_page_in_the_other(house, creditor, provider, claim, reader):
    action, fields = reader.get("pay").form("/pay")
    house.payments.press(reader.post(action, fields).location, "card")
    other = reader.post(action, fields)
    assert (other.status, other.location) == (200, "")
    assert "unterwegs" in other.words
    assert len(house.hosted_pages(creditor)) == 1
    told_of_payment(house, provider, claim)
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def test_P2_pressing_twice_goes_to_the_same_page_and_asks_a_person_once(house, creditor, claim, reader):
    action, fields = reader.get("pay").form("/pay")
    assert reader.post(action, fields).location == reader.post(action, fields).location != ""
    assert len(house.hosted_pages(creditor)) == 1
    page = reader.get("talk")
    wish = {"words": "Bitte rufen Sie an.", "slot": "morning", "language": "de", "phone": "0171 3920012"}
    first, second = (reader.press(page, "/talk", **wish) for _ in range(2))
    assert first.words == second.words
    tasks = [key for key in house.everything(creditor.id) if "#T#" in key[0] and key[1].startswith("TASK#")]
    assert len(tasks) == 1
    house.invariants(claim)


@pytest.mark.parametrize(
    "answer",
    [
        {"factor": "postcode", "postcode": " 10437 "},
        {"factor": "birth_date", "birth_day": "9", "birth_month": "3", "birth_year": "1984"},
        {"factor": "invoice_number", "invoice_number": "20264711"},
    ],
)
def test_P2_the_right_answer_pressed_twice_at_once_opens_the_door_both_times(house, claim, answer):
    reader = Reader(house.link_to(claim), cookies=None)
    answers = house.wire.race(*[lambda: reader.post("", answer)] * 2)
    assert [seen.status for seen in answers] == [200, 200]
    assert all("48,20 €" in seen.words for seen in answers)
    link = house.link(reader.token)
    assert (link.rests, link.rests_until) == (0, None)
    house.invariants(claim)


def test_P3_back_after_paying_shows_what_was_paid_and_the_way_to_the_receipt(
    house, creditor, provider, claim, reader
):
    page = reader.get("pay")
    house.payments.press(reader.press(page, "/pay").location, "card")
    told_of_payment(house, provider, claim)
    again = reader.press(page, "/pay")
    assert (again.status, again.location) == (200, "")
    assert len(house.hosted_pages(creditor)) == 1
    for answer in (again, reader.get()):
        assert "/receipt" in answer.text
    assert "48,20 €" in reader.get("receipt").words
    assert paid(house, claim) == [4820]
    house.invariants(claim)


def test_P7_after_five_wrong_answers_the_link_rests_and_the_right_one_is_not_let_in(house, claim):
    reader = Reader(house.link_to(claim))
    statuses = [reader.post("", {"factor": "postcode", "postcode": f"1000{n}"}).status for n in range(5)]
    assert statuses == [422] * 4 + [429]
    right = reader.post("", {"factor": "postcode", "postcode": "10437"})
    assert right.status == 429
    assert not right.cookies
    assert reader.get().status == 429
    rests = house.link(reader.token).rests_until - wiring.clock()
    assert timedelta(minutes=59) < rests <= timedelta(hours=1)


def test_P7_it_rests_an_hour_first_and_then_a_day_but_never_for_ever(house, claim):
    link, store = house.link(house.link_to(claim)), wiring.store()

    def answer(text, now):
        return prove_factor(link.id, Factor.POSTCODE, text, store=store, code_of=wiring.code_of, now=now).door

    now = wiring.clock()
    for rest in (timedelta(hours=1), timedelta(days=1), timedelta(days=1)):
        assert [answer("99999", now) for _ in range(5)] == [Door.WRONG] * 4 + [Door.RESTING]
        assert answer("10437", now + rest - timedelta(seconds=1)) is Door.RESTING
        now += rest
    assert answer("10437", now) is Door.PASSED
    assert store.link(link.id).tries == 0


def test_P7_twenty_guesses_at_once_are_compared_at_most_five_times(house, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    asks = [lambda n=n: reader.post("", {"factor": "postcode", "postcode": f"1046{n}"}) for n in range(20)]
    with house.wire.counted() as calls:
        answers = house.wire.race(*asks)
    # The debtor's card is only read to compare with it.
    assert calls["dynamodb.Query"] <= 5
    assert {answer.status for answer in answers} <= {422, 429, 503}
    assert sum(answer.status == 422 for answer in answers) <= 4
    link = house.link(reader.token)
    assert link.tries + 5 * link.rests == calls["dynamodb.Query"], "every comparison was counted before"


def test_P7_while_it_rests_help_stop_and_not_me_stay_open_and_a_new_link_goes_out_once_a_day(house, creditor):
    claim = house.register(creditor, email="new.link@example.com", phone=None)
    token = house.link_to(claim)
    house.link(token, rests_until=later(minutes=30), rests=1)
    reader = Reader(token)
    assert reader.get().status == 429
    assert "+49" in reader.get("talk").text
    for place in ("not-me", "stop"):
        assert reader.get(place).form(f"/{place}")[1]["proof"]
    house.queued()
    page = reader.get("new-link")
    words = {reader.press(page, "new-link").words for _ in range(3)}
    assert len(words) == 1
    waiting = house.queued()
    assert contact(sqs(*waiting), None) == {"batchItemFailures": []}
    assert len(house.mails("new.link@example.com")) == 1
    held, tomorrow = house.link(token), later(days=1)
    zone = wiring.policies()["DE"].zone
    ask = {"store": wiring.store(), "scheduler": wiring.scheduler(), "zone": zone}
    assert not renew_link(held, now=wiring.clock(), **ask)
    assert renew_link(held, now=tomorrow, **ask)
    house.invariants(claim)


def test_P7_three_asks_for_a_new_link_at_once_send_one(house, creditor):
    claim = house.register(creditor, email="impatient@example.com", phone=None)
    reader = Reader(house.link_to(claim))
    house.queued()
    house.wire.race(*[lambda: reader.post("new-link")] * 3)
    contact(sqs(*house.queued()), None)
    assert len(house.mails("impatient@example.com")) == 1
    house.invariants(claim)


def test_P10_an_old_tab_is_asked_again_with_the_new_amount(house, creditor, provider, claim, reader):
    old = reader.get("pay")
    provider.told(provider.notice(PAID, provider.takes(1820, claim=claim)))
    asked = reader.press(old, "/pay")
    assert (asked.status, asked.location) == (409, "")
    assert "30,00 €" in asked.words
    assert not house.hosted_pages(creditor)
    assert reader.press(asked, "/pay").location.startswith(house.payments.url)
    (page,) = house.hosted_pages(creditor)
    assert page["amount_total"] == 3000
    house.invariants(claim)


def test_P10_a_hosted_page_of_the_old_amount_is_closed_when_a_new_one_is_opened(
    house, creditor, provider, claim, reader
):
    reader.press(reader.get("pay"), "/pay")
    provider.told(provider.notice(PAID, provider.takes(1820, claim=claim)))
    reader.press(reader.get("pay"), "/pay")
    pages = {page["amount_total"]: page["status"] for page in house.hosted_pages(creditor)}
    assert pages == {4820: "expired", 3000: "open"}
    house.invariants(claim)


def test_P13_without_script_or_cookies_everything_is_reached_by_forms(house, creditor, provider, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    matter = reader.through_the_door()
    assert matter.status == 200
    assert "48,20 €" in matter.words
    seal = matter.form("/show")[1]["visit"]
    pay = reader.press(matter, "/show", page="pay")
    gone = reader.press(pay, "/pay")
    assert (gone.status, gone.location) == (303, house.hosted_pages(creditor)[0]["url"])
    house.payments.press(gone.location, "card")
    told_of_payment(house, provider, claim)
    done = reader.press(matter, "/show", page="matter")
    assert "48,20 €" in reader.press(done, "/show", page="receipt").words
    talk = reader.press(matter, "/show", page="talk")
    assert talk.form("/talk")[1]["visit"]
    for answer in (matter, pay, done, talk):
        links = [part.split('"')[0] for part in answer.text.split('href="')[1:]]
        assert not any(seal[:20] in link for link in links), "a Visit never stands in an address"
    house.invariants(claim)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\" onmouseover='x", "&#34; onmouseover=&#39;x"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("Marta \u202eneffetS", "Marta neffetS"),
        ("مرتا ليندكفيست", "<bdi>مرتا ليندكفيست</bdi>"),
    ],
)
def test_P16_naughty_text_from_a_file_is_escaped_and_isolated_on_every_page(house, creditor, name, seen):
    claim = house.register(creditor, name=name, what=name)
    reader = Reader(house.link_to(claim))
    matter = reader.through_the_door()
    pages = [matter, *(reader.get(place) for place in ("pay", "receipt", "talk"))]
    assert seen in matter.text
    for answer in pages:
        assert answer.status == 200
        assert "<script>alert" not in answer.text
        assert not set("\u202a\u202b\u202d\u202e\u2066") & set(answer.text)


def test_P17_stop_while_a_send_is_queued_keeps_it_from_leaving(house, creditor):
    claim = house.register(creditor, phone=None)
    planned = house.planned(claim)
    reader = Reader(house.link_to(claim))
    done = reader.press(reader.get("stop"), "/stop")
    assert done.status == 200
    assert house.send(planned).value == "duplicate"
    assert house.matter(claim).contacts[planned.id].state is ContactState.CANCELLED
    house.invariants(claim)


def test_P17_stop_between_the_policys_yes_and_the_reservation_keeps_it_from_leaving(house, creditor):
    claim = house.register(creditor, email="late.stop@example.com", phone=None)
    planned, reader = house.planned(claim), Reader(house.link_to(claim))
    page = reader.get("stop")
    with house.wire.at("dynamodb.TransactWriteItems", lambda: reader.press(page, "/stop")):
        assert house.send(planned).value == "duplicate"
    assert not house.mails("late.stop@example.com")
    house.invariants(claim)


def test_P17_after_stop_the_receipt_still_comes_but_no_request(house, creditor, provider):
    claim = house.register(creditor, email="receipt.please@example.com", phone=None)
    reader = Reader(house.link_to(claim))
    reader.press(reader.get("stop"), "/stop")
    house.queued()
    provider.told(provider.notice(PAID, provider.takes(4820, claim=claim)))
    (waiting,) = house.queued()
    receipt = house.matter(claim).contacts[waiting["contact"]]
    assert house.send(receipt, now=later()).value == "sent"
    assert len(house.mails("receipt.please@example.com")) == 1
    house.invariants(claim)


def test_P18_a_stranger_leaves_without_a_factor_and_learns_nothing(house, creditor):
    claim = house.register(creditor, email="stranger@example.com", phone=None)
    planned, reader = house.planned(claim), Reader(house.link_to(claim))
    question = reader.get("not-me")
    done = reader.press(question, "/not-me")
    for answer in (question, done):
        assert not [word for word in ("Marta", "Lindqvist", "10437", "48,20", "Strom") if word in answer.text]
    assert house.send(planned).value == "duplicate"
    assert not house.mails("stranger@example.com")
    assert reader.get().status == 404, "the link died with it"
    assert "stranger@example.com" not in str(house.everything(creditor.id)), "the address is gone at once"
    house.invariants(claim)


@pytest.mark.parametrize("address", ["stranger.back@example.com", "Stranger.Back@example.com"])
def test_P18_a_strangers_address_does_not_come_back_with_another_row(house, creditor, address):
    claim = house.register(creditor, email="stranger.back@example.com", phone=None)
    reader = Reader(house.link_to(claim))
    reader.press(reader.get("not-me"), "/not-me")
    again = house.register(creditor, debtor=claim.debtor, email=address, phone=None)
    assert not house.matter(again).debtor.points
    assert not house.matter(again).planned_for(again.id)
    assert not house.mails(address)


@pytest.mark.parametrize("page", ["stop", "not-me"])
@pytest.mark.parametrize("when", ["before it comes in", "while it is queued", "after the policy's yes"])
def test_P17_P18_an_address_under_another_debtor_number_is_as_silent_as_it_was_told_to_be(
    house, creditor, page, when
):
    address = f"all.of.us.{page}.{when[0]}@example.com"
    claim = house.register(creditor, email=address, phone=None)
    reader = Reader(house.link_to(claim))
    question = reader.get(page)
    if when == "before it comes in":
        reader.press(question, f"/{page}")
    other = house.register(creditor, email=address.upper(), phone=None)
    assert other.debtor != claim.debtor
    planned = house.planned(other)
    if when == "while it is queued":
        reader.press(question, f"/{page}")
    if when == "after the policy's yes":
        with house.wire.at("dynamodb.TransactWriteItems", lambda: reader.press(question, f"/{page}")):
            assert house.send(planned).value == "cancelled"
    else:
        assert house.send(planned).value == "cancelled"
    assert not house.mails(address) and not house.mails(address.upper())
    house.invariants(other)


def test_an_address_that_said_stop_is_not_asked_again_when_it_comes_back_in_capitals(house, creditor):
    claim = house.register(creditor, email="quiet.please@example.com", phone=None)
    reader = Reader(house.link_to(claim))
    reader.press(reader.get("stop"), "/stop")
    again = house.register(creditor, debtor=claim.debtor, email="Quiet.Please@example.com", phone=None)
    assert not house.matter(again).planned_for(again.id)


def test_a_visit_opens_only_its_own_link_and_dies_with_it(house, creditor, claim, reader):
    other = house.register(creditor, debtor=claim.debtor)
    stranger = Reader(house.link_to(other), cookies=dict(reader.cookies))
    assert "48,20 €" not in stranger.get().words
    assert stranger.post("pay", {"amount": "4820", "version": "1"}).status == 303
    assert not house.hosted_pages(creditor)
    house.link(reader.token, state=LinkState.DISOWNED)
    assert reader.get().status == 404
    assert reader.post("pay", {"amount": "4820", "version": "1"}).status == 404
    assert not house.hosted_pages(creditor)


def test_whoever_came_by_a_second_link_comes_back_to_that_one_after_paying(
    house, creditor, provider, claim, reader
):
    second = Reader(house.link_to(claim), cookies=reader.cookies)
    second.through_the_door()
    second.post(*second.get("pay").form("/pay"))
    back = second.get(f"/r/{attempt_of(house, claim).id}")
    assert back.location == second.at("thanks")
    assert "Postleitzahl" not in second.on(back).words


@pytest.mark.parametrize("place", ["", "pay"])
def test_I14_without_the_key_of_visits_the_door_answers_503_and_counts_no_try(
    house, creditor, claim, reader, alarms, place
):
    action, fields = reader.get("pay").form("/pay") if place else ("", {"factor": "postcode", "postcode": "10437"})
    before = house.everything()
    value = house.secrets.get_secret_value(SecretId="kulanz/visit-key")["SecretString"]
    house.secrets.delete_secret(SecretId="kulanz/visit-key", ForceDeleteWithoutRecovery=True)
    house.forget_secrets()
    try:
        answer = reader.post(action, fields)
    finally:
        house.secrets.create_secret(Name="kulanz/visit-key", SecretString=value)
    assert answer.status == 503
    assert not answer.cookies
    assert alarms.of("secret_missing")
    assert house.everything() == before
    assert reader.post(action, fields).status == 303, "with the key back all is well"


def test_I14_without_the_creditors_key_no_payment_is_begun_and_the_claim_does_not_wait_for_one(
    house, creditor, claim, reader, alarms
):
    page = reader.get("pay")
    before = house.everything()
    house.secrets.delete_secret(SecretId=creditor.provider_secret, ForceDeleteWithoutRecovery=True)
    house.forget_secrets()
    assert reader.press(page, "/pay").status == 503
    assert alarms.of("secret_missing")
    assert house.everything() == before


def test_I11_when_the_provider_is_down_the_reader_is_told_and_can_pay_as_soon_as_it_is_back(
    house, creditor, provider, claim, reader
):
    page = reader.get("pay")
    house.payments.fault("api_error", api_key=provider.key, path="/v1/checkout/sessions", status=500, times=3)
    assert reader.press(page, "/pay").status == 503
    held = house.again(claim)
    assert not [hold for hold in held.binding_holds(wiring.clock()) if hold.kind is HoldKind.PAYMENT_UNDER_WAY]
    assert "48,20 €" in reader.get().words
    assert reader.press(reader.get("pay"), "/pay").location.startswith(house.payments.url)
    assert attempt_of(house, claim).status is AttemptStatus.OPEN
    house.invariants(claim)


def test_a_running_direct_debit_is_waited_for_and_a_returned_one_lets_the_reader_pay_again(
    house, creditor, provider, claim, reader
):
    page = reader.get("pay")
    hosted = reader.press(page, "/pay").location
    house.payments.press(hosted, "sepa")
    payment = wiring.gateway().checkout(creditor.id, attempt_of(house, claim).provider_id).payment_id
    provider.told(provider.notice("payment_intent.processing", payment))
    (hold,) = house.again(claim).binding_holds(later(days=14))
    assert hold.kind is HoldKind.PAYMENT_UNDER_WAY, "nobody is reminded while the bank works"
    assert "unterwegs" in reader.press(page, "/pay").words
    house.payments.lever("POST", f"payments/{payment}/settle", outcome="failed")
    assert reader.press(page, "/pay").location.startswith(house.payments.url), "even before the notice"
    provider.told(provider.notice("payment_intent.payment_failed", payment))
    assert attempt_of(house, claim).status is AttemptStatus.OPEN, "the newer attempt stands"
    assert len(house.hosted_pages(creditor)) == 2
    house.invariants(claim)


def test_a_returned_direct_debit_ends_the_waiting(house, creditor, provider, claim, reader):
    house.payments.press(reader.press(reader.get("pay"), "/pay").location, "sepa")
    payment = wiring.gateway().checkout(creditor.id, attempt_of(house, claim).provider_id).payment_id
    provider.told(provider.notice("payment_intent.processing", payment))
    house.payments.lever("POST", f"payments/{payment}/settle", outcome="failed")
    provider.told(provider.notice("payment_intent.payment_failed", payment))
    assert not house.again(claim).holds
    assert attempt_of(house, claim).status is AttemptStatus.EXPIRED
    assert house.again(claim).state is ClaimState.OPEN
    assert "48,20 €" in reader.get().words
    house.invariants(claim)
