"""Paying in part, several claims at once, by transfer, and a dispute in between: P1 to P19, M11 and M12."""

from datetime import date, timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.send_contact import Sent
from chalicelib.domain.bank_days import bank_days_after
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.contact import ContactState, Purpose
from chalicelib.domain.entry import EntryKind
from chalicelib.presentation.frame import OF_ONE, PLACES
from tests.reader import Reader

PAID = "payment_intent.succeeded"


@pytest.fixture
def reader(house, claim):
    """A reader who proved the factor and looks at the matter."""
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def ledger(claim):
    entries = wiring.store().ledger(claim.creditor, claim.id)
    return [(entry.kind, entry.amount) for entry in entries[1:]]


def paid(claim):
    return [amount for kind, amount in ledger(claim) if kind is EntryKind.PAYMENT]


def attempt_of(house, claim):
    return house.matter(claim).attempts[house.again(claim).attempt]


def part(reader, chosen, **more):
    """Press the first way to pay, with an amount of the reader's own."""
    return reader.press(reader.get("pay"), "/pay", much="other", other=chosen, **more)


def opens_with(answer):
    """The amount at the head of the matter."""
    return answer.words.partition("Offen ist ")[2].partition(" für ")[0]


def said_transferred(house, creditor):
    """How often the fact was told."""
    facts = [item for key, item in house.everything(creditor.id).items() if key[1] == "FACTS"]
    return str(facts).count("TransferAnnounced")


def told_of_payment(house, provider, claim):
    page = wiring.gateway().checkout(claim.creditor, attempt_of(house, claim).provider_id)
    assert provider.told(provider.notice(PAID, page.payment_id)) == 200
    return page.payment_id


# ---- In part


def test_P1_two_tabs_with_the_same_part_get_one_page_and_one_charge(house, creditor, provider, claim, reader):
    page = reader.get("pay")
    answers = house.wire.race(*[lambda: reader.press(page, "/pay", much="other", other="20,00")] * 2)
    hosted = {answer.location for answer in answers}
    assert [answer.status for answer in answers] == [303, 303]
    assert len(hosted) == len(house.hosted_pages(creditor)) == 1
    house.payments.press(*hosted, "card")
    told_of_payment(house, provider, claim)
    assert paid(claim) == [2000]
    assert house.again(claim).outstanding.total == 2820


def test_P1_two_tabs_with_two_amounts_at_once_leave_one_page_that_can_be_paid(house, creditor, claim, reader):
    page = reader.get("pay")
    answers = house.wire.race(
        *[lambda amount=amount: reader.press(page, "/pay", much="other", other=amount) for amount in ("20", "30")]
    )
    assert {answer.status for answer in answers} <= {303, 503}
    stand = {page["id"]: page["status"] for page in house.hosted_pages(creditor)}
    last = attempt_of(house, claim)
    assert stand.pop(last.provider_id) == "open"
    handed_out = {answer.location for answer in answers if answer.status == 303} - {last.url}
    assert all(stand[url.rpartition("/")[2]] == "expired" for url in handed_out)


def test_P2_another_amount_closes_the_page_before_it(house, creditor, claim, reader):
    first, second = part(reader, "20").location, part(reader, "30").location
    assert first != second
    pages = {page["amount_total"]: page["status"] for page in house.hosted_pages(creditor)}
    assert pages == {2000: "expired", 3000: "open"}
    assert part(reader, "30,00 €").location == second


def test_P3_back_after_paying_a_part_the_old_page_says_what_arrived(house, creditor, provider, claim, reader):
    old = reader.get("pay")
    house.payments.press(reader.press(old, "/pay", much="other", other="20").location, "card")
    told_of_payment(house, provider, claim)
    again = reader.press(old, "/pay", much="other", other="20")
    assert (again.status, again.location) == (409, "")
    assert "20,00 €" in again.words and "28,20 €" in again.words and "/receipt" in again.text
    assert paid(claim) == [2000] and len(house.hosted_pages(creditor)) == 1


def test_P3_back_after_paying_the_rest_the_receipt_is_there(house, creditor, provider, claim, reader):
    for amount in ("20", "28,20"):
        page = reader.get("pay")
        house.payments.press(reader.press(page, "/pay", much="other", other=amount).location, "card")
        told_of_payment(house, provider, claim)
    for answer in (reader.press(page, "/pay"), reader.get("pay"), reader.get("transfer")):
        assert (answer.status, answer.location) == (200, "") and "/receipt" in answer.text
    words = reader.get("receipt").words
    assert all(amount in words for amount in ("20,00 €", "28,20 €", "48,20 €"))


def test_P10_an_old_tab_with_a_part_is_asked_again_on_either_way(house, creditor, provider, claim, reader):
    old = reader.get("pay")
    provider.told(provider.notice(PAID, provider.takes(1820, claim=claim)))
    action, fields = old.form("/pay")
    chosen = {**fields, "much": "other", "other": "20"}
    for asked in (reader.post(action, chosen), reader.post("transfer", {**chosen, "do": "show"})):
        assert asked.status == 409
        assert "30,00 €" in asked.words and 'value="20"' in asked.text
    assert not house.hosted_pages(creditor)


@pytest.mark.parametrize("way", ["pay", "transfer"])
@pytest.mark.parametrize("amount", ["4,99", "0", "48,21", "4820.0", "-20", "viel", "9" * 30, ""])
def test_P11_an_amount_out_of_bounds_is_named_at_its_field_and_never_charged(
    house, creditor, claim, reader, way, amount
):
    action, fields = reader.get("pay").form("/pay")
    before = house.everything(creditor.id)
    answer = reader.post(way, {**fields, "much": "other", "other": amount, "do": "show", "currency": "usd"})
    assert (answer.status, answer.location) == (422, "")
    assert 'id="other-wrong"' in answer.text and 'aria-invalid="true"' in answer.text
    assert house.everything(creditor.id) == before
    assert not house.hosted_pages(creditor)


@pytest.mark.parametrize("amount", ["5", "48,20", "10,5"])
def test_P11_whatever_the_fields_say_the_provider_is_asked_for_the_servers_own_sum(
    house, creditor, claim, reader, amount
):
    assert part(reader, amount, amount="1", minor="1", currency="usd").status == 303
    (page,) = house.hosted_pages(creditor)
    wanted = {"5": 500, "48,20": 4820, "10,5": 1050}[amount]
    assert (page["amount_total"], page["currency"]) == (wanted, "eur")


@pytest.mark.parametrize("owed", ["1", "0", "-4820", "4820.0", "9" * 30, "", "48,20"])
def test_P11_what_is_said_to_be_owed_is_only_compared(house, creditor, claim, reader, owed):
    before = house.everything(creditor.id)
    asked = reader.press(reader.get("pay"), "/pay", owed=owed)
    assert asked.status == 409 and "48,20 €" in asked.words
    assert house.everything(creditor.id) == before and not house.hosted_pages(creditor)


def test_P13_without_script_or_cookies_a_part_is_paid_and_transferred(house, creditor, provider, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    matter = reader.through_the_door()
    pay = reader.press(matter, "/show", page="pay")
    action, fields = pay.form("/pay")
    chosen = {**fields, "much": "other", "other": "20"}
    lines = reader.post(action.replace("/pay", "/transfer"), {**chosen, "do": "show"})
    assert lines.status == 200 and "20,00 €" in lines.words
    assert lines.form("/transfer")[1]["visit"], "the Visit goes along"
    gone = reader.post(action, chosen)
    assert gone.status == 303
    house.payments.press(gone.location, "card")
    told_of_payment(house, provider, claim)
    assert paid(claim) == [2000]
    done = reader.press(reader.press(matter, "/show", page="transfer"), "/transfer")
    assert done.status == 200 and "überwiesen" not in done.form("/show")[1]
    assert [hold.kind for hold in house.again(claim).holds] == [HoldKind.TRANSFERRED]


def test_M11_a_small_rest_is_waived_and_the_reader_and_the_receipt_say_so(house, creditor, provider):
    claim = house.register(creditor, email="rest@example.com", phone=None)
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    house.queued()
    house.payments.press(part(reader, "47,50").location, "card")
    told_of_payment(house, provider, claim)
    assert ledger(claim) == [(EntryKind.PAYMENT, 4750), (EntryKind.WAIVER, 70)]
    assert house.again(claim).state is ClaimState.CLOSED
    for place in ("", "thanks", "receipt"):
        assert "0,70 €" in reader.get(place).words, place
    (waiting,) = house.queued()
    house.send(house.matter(claim).contacts[waiting["contact"]], now=wiring.clock() + timedelta(minutes=1))
    (mail,) = house.mails("rest@example.com")
    assert "0,70 €" in mail and "47,50 €" in mail
    house.invariants(claim)


@pytest.mark.parametrize("cookies", [{}, None])
def test_what_is_too_small_for_the_provider_is_asked_for_by_transfer_alone(house, creditor, cookies):
    claim = house.register(creditor, principal=32)
    reader = Reader(house.link_to(claim), cookies=cookies)
    matter = reader.through_the_door()
    page = reader.press(matter, "/show", page="pay") if cookies is None else reader.get("pay")
    assert page.status == 200 and "nur per Überweisung" in page.words and "0,32 €" in page.words
    assert 'role="img"' in page.text, "with the code to be read by the bank's app"
    assert not any(action.endswith("/pay") for action, _ in page.forms())
    _, carried = page.form("/transfer")
    before = house.everything(creditor.id)
    pressed = reader.post("pay", {**carried, "owed": "32"})
    assert pressed.status == 200 and "nur per Überweisung" in pressed.words
    assert house.everything(creditor.id) == before and not house.hosted_pages(creditor)


@pytest.mark.parametrize("cookies", [{}, None])
def test_paying_takes_three_pages_from_the_link(house, claim, cookies):
    """The door, the matter, how much and how; the fourth is the provider's own."""
    reader = Reader(house.link_to(claim), cookies=cookies)
    door = reader.get()
    matter = reader.press(door, reader.token, factor="postcode", postcode="10437")
    matter = reader.on(matter) if matter.status == 303 else matter
    pay = reader.get("pay") if cookies is not None else reader.press(matter, "/show", page="pay")
    assert [page.status for page in (door, matter, pay)] == [200, 200, 200]
    assert reader.press(pay, "/pay").location.startswith(house.payments.url)
    assert reader.post(pay.form("/pay")[0].replace("/pay", "/transfer"), pay.form("/pay")[1]).status == 200


# ---- By transfer


def test_P19_i_have_transferred_holds_reminders_for_seven_bank_days_and_books_nothing(house, creditor):
    claim = house.register(creditor, email="transfer@example.com", phone=None)
    planned, reader = house.planned(claim), Reader(house.link_to(claim))
    reader.through_the_door()
    page = reader.get("transfer")
    assert creditor.payee in page.words and "48,20 €" in page.words
    assert all(line in page.words.replace(" ", "") for line in (creditor.iban, claim.reference))
    first, second = (reader.press(page, "/transfer") for _ in range(2))
    assert first.status == 200 and first.words == second.words
    (hold,) = house.again(claim).holds
    today = wiring.clock().astimezone(wiring.policies()["DE"].zone).date()
    until = hold.until.astimezone(wiring.policies()["DE"].zone)
    assert (hold.kind, until.date()) == (HoldKind.TRANSFERRED, bank_days_after(today, 7))
    assert paid(claim) == [] and house.again(claim).outstanding.total == 4820
    assert house.send(planned, now=max(planned.due_at, hold.until - timedelta(hours=2))) is Sent.MOVED
    assert not house.mails("transfer@example.com")
    later = house.planned(claim)
    assert later.due_at > hold.until
    assert house.send(later) is Sent.SENT
    assert len(house.mails("transfer@example.com")) == 1
    assert said_transferred(house, creditor) == 1
    house.invariants(claim)


def test_P19_pressed_on_the_matter_itself_by_two_tabs_at_once_it_is_said_once(house, creditor, claim, reader):
    action, fields = reader.get().form("/transfer")
    answers = house.wire.race(*[lambda: reader.post(action, fields)] * 2)
    assert {answer.status for answer in answers} <= {200, 503}
    assert [hold.kind for hold in house.again(claim).holds] == [HoldKind.TRANSFERRED]
    assert said_transferred(house, creditor) == 1
    assert not [form for form in reader.get().forms() if form[0].endswith("/transfer")], "the page knows it now"


@pytest.mark.parametrize(
    ("asked", "shown"), [("2000", "20,00 €"), ("499", "48,20 €"), ("9999999", "48,20 €"), ("x", "48,20 €")]
)
def test_the_amount_in_an_address_is_only_shown_and_within_bounds(house, claim, reader, asked, shown):
    assert shown in reader.get(f"/p/{reader.token}/transfer?amount={asked}").words


def test_a_chosen_part_leads_to_its_lines(house, claim, reader):
    action, fields = reader.get("pay").form("/pay")
    lines = reader.on(reader.post("transfer", {**fields, "much": "other", "other": "20", "do": "show"}))
    assert "20,00 €" in lines.words


# ---- A dispute in between


def objects(reader):
    """Say on the page that the thing was faulty."""
    done = reader.post("wrong", {"about": "faulty", "step": "raise", "answer_by": "page"})
    assert done.status in (200, 303), done.words


def test_P15_a_dispute_during_checkout_stops_contact_and_the_payment_is_booked_and_flagged(
    house, creditor, provider, claim, reader
):
    planned = house.planned(claim)
    house.payments.press(reader.press(reader.get("pay"), "/pay").location, "card")
    objects(reader)
    assert house.send(planned) is Sent.DUPLICATE, "contact has stopped"
    assert house.matter(claim).contacts[planned.id].state is ContactState.CANCELLED
    told_of_payment(house, provider, claim)
    assert paid(claim) == [4820]
    assert wiring.store().ledger(claim.creditor, claim.id)[-1].flags == ("on_disputed_claim",)
    assert HoldKind.DISPUTE in [hold.kind for hold in house.again(claim).holds]
    still = [c for c in house.matter(claim).planned_for(claim.id) if c.purpose is Purpose.REMINDER]
    assert still == []


def test_P15_a_part_paid_during_a_dispute_leaves_contact_stopped(house, creditor, provider, claim, reader):
    house.payments.press(part(reader, "20").location, "card")
    objects(reader)
    told_of_payment(house, provider, claim)
    assert paid(claim) == [2000]
    still = [c for c in house.matter(claim).planned_for(claim.id) if c.purpose is Purpose.REMINDER]
    assert still == []
    assert HoldKind.DISPUTE in [hold.kind for hold in house.again(claim).holds]


# ---- Several claims of one reader


@pytest.fixture
def three(house, creditor):
    """Three claims of one debtor, the oldest first: 48.20, 10.00 and 3.00."""
    first = house.register(creditor, email="three@example.com", phone=None)
    more = {"debtor": first.debtor, "email": "three@example.com", "phone": None}
    return (
        first,
        house.register(creditor, principal=1000, what="Gas", due=date(2026, 9, 15), **more),
        house.register(creditor, principal=300, what="Wasser", due=date(2026, 10, 15), **more),
    )


@pytest.fixture
def reader_of_three(house, three):
    reader = Reader(house.link_to(three[0]))
    reader.through_the_door()
    return reader


def test_M12_all_claims_are_paid_by_one_payment_and_answered_by_one_receipt(
    house, creditor, provider, three, reader_of_three
):
    reader, first = reader_of_three, three[0]
    matter = reader.get()
    assert all(word in matter.words for word in ("Gas", "Wasser", "61,20 €"))
    house.queued()
    page = reader.get("pay-all")
    answers = house.wire.race(*[lambda: reader.press(page, "/pay")] * 2)
    hosted = {answer.location for answer in answers if answer.status == 303}
    (opened,) = house.hosted_pages(creditor)
    assert (hosted, opened["amount_total"]) == ({opened["url"]}, 6120)
    assert [h.source for claim in three for h in house.again(claim).holds] == [attempt_of(house, first).id] * 3
    house.payments.press(*hosted, "card")
    payment = told_of_payment(house, provider, first)
    assert provider.told(provider.sends_again(provider.notice(PAID, payment), new_id=True)) == 200
    assert [paid(claim) for claim in three] == [[4820], [1000], [300]]
    assert {house.again(claim).state for claim in three} == {ClaimState.CLOSED}
    assert not any(house.again(claim).holds for claim in three)
    assert all(word in reader.get("thanks").words for word in ("61,20 €", "Gas", "Wasser"))
    (waiting,) = {queued["contact"] for queued in house.queued()}
    house.send(house.matter(first).contacts[waiting], now=wiring.clock() + timedelta(minutes=1))
    (mail,) = house.mails("three@example.com")
    assert all(word in mail for word in ("61,20 €", "Gas: 10,00 €", "Wasser: 3,00 €"))
    reminders = [c for c in house.matter(first).contacts.values() if c.purpose is Purpose.REMINDER]
    assert {c.state for c in reminders} == {ContactState.CANCELLED}
    house.invariants(*three)


def test_P10_when_one_of_several_changed_all_of_them_are_asked_again(
    house, creditor, provider, three, reader_of_three
):
    old = reader_of_three.get("pay-all")
    provider.told(provider.notice(PAID, provider.takes(300, claim=three[2])))
    asked = reader_of_three.press(old, "/pay")
    assert asked.status == 409 and "58,20 €" in asked.words
    assert reader_of_three.press(asked, "/pay").status == 303
    (page,) = house.hosted_pages(creditor)
    assert page["amount_total"] == 5820


def test_M12_a_page_for_all_that_closes_unused_frees_each(house, creditor, provider, three, reader_of_three):
    reader_of_three.press(reader_of_three.get("pay-all"), "/pay")
    attempt = attempt_of(house, three[0])
    reader_of_three.press(reader_of_three.get(f"/p/{reader_of_three.token}/pay?claim={three[1].id}"), "/pay")
    assert [house.again(claim).holds for claim in (three[0], three[2])] == [(), ()]
    assert house.matter(three[0]).attempts[attempt.id].status.value == "replaced"
    assert house.again(three[1]).attempt != attempt.id


def test_each_of_several_claims_has_its_own_matter_and_every_way_of_it(house, creditor, three, reader_of_three):
    reader, gas = reader_of_three, three[1]
    matter = reader.get(f"/p/{reader.token}?claim={gas.id}")
    assert opens_with(matter) == "10,00 €"
    hrefs = [text.split('"')[0] for text in matter.text.split('href="')[1:]]
    page = reader.get(next(href for href in hrefs if "/pay?" in href))
    assert reader.press(page, "/pay").status == 303
    (opened,) = house.hosted_pages(creditor)
    assert (opened["amount_total"], opened["metadata"]["claim"]) == (1000, gas.id)
    back = reader.get(f"/r/{house.again(gas).attempt}")
    assert back.location == f"/p/{reader.token}/thanks?claim={gas.id}"
    reader.press(reader.get(f"/p/{reader.token}/transfer?claim={three[2].id}"), "/transfer")
    kinds = [[hold.kind for hold in house.again(claim).holds] for claim in three]
    assert kinds == [[], [HoldKind.PAYMENT_UNDER_WAY], [HoldKind.TRANSFERRED]]


def test_a_page_about_one_of_several_says_which_and_that_the_others_stay(three, reader_of_three, reader):
    gas, told = three[1], "Es geht um: Gas, Rechnung 2026-4711 vom 1. August 2026. Ihre anderen Rechnungen bleiben"
    for name in sorted(OF_ONE - {"offer", "agreed"}):
        page = reader_of_three.get(f"/p/{reader_of_three.token}{PLACES[name]}?claim={gas.id}")
        assert told in page.words.replace(" ,", ",").replace(" .", "."), name
        assert "anderen Rechnungen" not in reader.get(PLACES[name][1:]).words, "they have one alone"


def test_without_cookies_the_claim_at_hand_goes_along_in_every_form(house, creditor, three):
    reader = Reader(house.link_to(three[0]), cookies=None)
    matter = reader.through_the_door()
    other = reader.post(*matter.form("/show", claim=three[2].id))
    assert opens_with(other) == "3,00 €"
    pay = reader.press(other, "/show", page="pay")
    assert reader.press(pay, "/pay").status == 303
    (opened,) = house.hosted_pages(creditor)
    assert (opened["amount_total"], opened["metadata"]["claim"]) == (300, three[2].id)


@pytest.mark.parametrize("how", ["somebody else's", "another creditor's", "nobody's", "nonsense"])
def test_O3_a_claim_that_is_not_the_readers_own_is_as_if_it_did_not_exist(house, creditor, claim, reader, how):
    stranger = house.register(creditor) if how == "somebody else's" else house.register(house.open_creditor())
    named = {"nobody's": "R-404", "nonsense": "<script>"}.get(how, stranger.id)
    before = house.everything()
    seen = reader.get(f"/p/{reader.token}?claim={named}")
    for place in ("pay", "transfer", "talk"):
        fields = {"owed": "4820", "claim": named, "phone": "0171 3920012", "slot": "morning", "do": "announce"}
        if how != "nonsense":
            assert reader.post(place, fields).status == 404
    assert seen.status == (200 if how == "nonsense" else 404)
    assert stranger.id not in seen.words
    assert house.everything() == before or how == "nonsense"
