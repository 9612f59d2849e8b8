"""Something is wrong, and asking a person, over the real protocol: P2, P4, P12, P13, P15 and what follows."""

import pytest

from chalicelib import wiring
from chalicelib.actions.close_task import close_task
from chalicelib.domain.claim import ClaimState, HoldKind
from chalicelib.domain.contact import ContactState, MessageKind, Purpose
from chalicelib.domain.dispute import DisputeReason, DisputeState
from chalicelib.domain.pay_link import Scope
from chalicelib.domain.task import DaySlot, TaskKind
from tests.reader import Reader

PAID = "payment_intent.succeeded"
WORDS = "Der Zähler wurde nie abgelesen."


@pytest.fixture
def reader(house, claim):
    """A reader who proved the factor and looks at the matter."""
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def holds(house, claim):
    return {hold.kind for hold in house.again(claim).holds}


def contacts(house, claim, *purposes):
    held = house.matter(claim).contacts.values()
    return [c for c in held if c.purpose in purposes and c.state is ContactState.PLANNED]


def objects(reader, about="wrong_amount", **typed):
    """Choose a reason and send its form."""
    return reader.press(reader.get(f"wrong?about={about}"), "/wrong", words=WORDS, **typed)


def close(task):
    return close_task(
        task.creditor,
        task.debtor,
        task.id,
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        now=wiring.clock(),
    )


def test_P15_a_dispute_during_checkout_stops_contact_and_the_payment_still_books(house, provider, claim, reader):
    hosted = reader.press(reader.get("pay"), "/pay").location
    asking = contacts(house, claim, Purpose.REMINDER)
    assert asking
    rests = reader.on(objects(reader))
    assert "Jetzt ruht alles" in rests.words
    assert contacts(house, claim, Purpose.REMINDER, Purpose.AGREED) == []
    assert {HoldKind.PAYMENT_UNDER_WAY, HoldKind.DISPUTE} == holds(house, claim)
    house.payments.press(hosted, "card")
    attempt = house.matter(claim).attempts[house.again(claim).attempt]
    page = wiring.gateway().checkout(claim.creditor, attempt.provider_id)
    assert provider.told(provider.notice(PAID, page.payment_id)) == 200
    (payment,) = wiring.store().ledger(claim.creditor, claim.id)[1:]
    assert (payment.amount, payment.flags) == (4820, ("on_disputed_claim",))
    assert house.again(claim).state is ClaimState.CLOSED
    (task,) = house.matter(claim).open_tasks(claim.id)
    assert task.kind is TaskKind.DISPUTE, "somebody still answers"
    house.invariants(claim)


def test_P15_a_payment_begun_before_is_told_of_beside_the_button(house, claim, reader):
    reader.press(reader.get("pay"), "/pay")
    assert "schon begonnen" in reader.get("wrong?about=faulty").words


@pytest.mark.parametrize("about", list(DisputeReason))
def test_every_reason_leads_from_link_to_done_in_four_pages(house, creditor, about):
    claim = house.register(creditor)
    reader = Reader(house.link_to(claim))
    pages = [reader.get(), reader.through_the_door(), reader.get("wrong"), reader.get(f"wrong?about={about}")]
    assert all(page.status == 200 for page in pages) and len(pages) <= 4
    assert f"about={about}" in pages[2].text
    done = reader.on(reader.press(pages[-1], "/wrong"))
    assert "Jetzt ruht alles" in done.words
    (dispute,) = house.matter(claim).disputes.values()
    assert (dispute.reason, dispute.language) == (about, "de")


def test_P2_a_dispute_pressed_twice_at_once_is_one_dispute_one_task_and_one_message(house, claim, reader):
    action, fields = reader.get("wrong?about=faulty").form("/wrong")
    answers = house.wire.race(*[lambda: reader.post(action, {**fields, "words": WORDS})] * 2)
    assert {answer.status for answer in answers} == {303}
    matter = house.matter(claim)
    assert len(matter.disputes) == len(matter.tasks) == 1
    assert [c.kind for c in contacts(house, claim, Purpose.ANSWER)] == [MessageKind.NOTED]


def test_what_was_said_is_shown_added_to_and_taken_back(house, claim, reader):
    reader.on(objects(reader, admitted="10,00", answer_by="sms"))
    page = reader.get("wrong")
    for told in (WORDS, "10,00 €", "kein Anerkenntnis der Schuld", "per SMS"):
        assert told in page.words
    more = reader.on(reader.press(page, "/wrong", words="Das Foto folgt."))
    assert "Das Foto folgt." in more.words and WORDS in more.words
    sure = reader.get("wrong?about=withdraw")
    assert house.again(claim).dispute, "asking changes nothing"
    assert "Zurückgenommen" in reader.press(sure, "/wrong").words
    assert (house.again(claim).dispute, holds(house, claim)) == (None, set())
    (dispute,) = house.matter(claim).disputes.values()
    assert dispute.state is DisputeState.WITHDRAWN
    assert len(contacts(house, claim, Purpose.REMINDER)) == 1
    assert "Was stimmt nicht?" in reader.get("wrong").words


def test_P13_without_cookies_the_same_way_is_gone_by_forms_alone(house, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    matter = reader.through_the_door()
    reasons = reader.press(matter, "/show", page="wrong")
    details = reader.press(reasons, "/show", page="wrong", about="returned")
    done = reader.press(details, "/wrong", words=WORDS)
    assert (done.status, "Jetzt ruht alles" in done.words) == (200, True)
    assert house.again(claim).dispute
    sure = reader.press(done, "/show", page="wrong", about="withdraw")
    assert "Zurückgenommen" in reader.press(sure, "/wrong", step="withdraw").words


@pytest.mark.parametrize("cookies", [{}, None])
def test_in_another_language_the_page_is_still_about_the_same_reason(house, claim, cookies):
    reader = Reader(house.link_to(claim), cookies=cookies)
    page = reader.through_the_door()
    if cookies is None:
        page = reader.press(page, "/show", page="wrong", about="faulty")
        action, fields = page.form("/show", page="wrong", about="faulty")
        page = reader.post(action, {**fields, "lang": "en"})
    else:
        page = reader.get("wrong?about=faulty")
        (there,) = (part.split('"')[0] for part in page.text.split('href="') if "lang=en" in part.split('"')[0])
        page = reader.get(there.replace("&amp;", "&"))
    assert "Broken, different or never delivered" in page.words and "Send it like this" in page.words
    page.form("/wrong", about="faulty")


def test_P4_looking_at_any_of_these_pages_changes_nothing(house, claim, reader):
    before = house.everything()
    places = ("wrong", *(f"wrong?about={reason}" for reason in DisputeReason), "wrong?about=withdraw")
    for place in (*places, "talk", "represent", "complain", "care", "wrong?step=raise&about=faulty"):
        assert reader.get(place).status == 200
    assert house.everything() == before


def test_while_it_rests_the_matter_says_by_when_we_answer_and_all_ways_stay_open(house, claim, reader):
    reader.on(objects(reader))
    page = reader.get()
    assert "Wir sind am Zug, und zwar bis" in page.words
    assert "es kommt nichts dazu" in page.words
    assert "/pay" in page.text and "/talk" in page.text


def test_a_person_has_answered_and_the_next_reminder_is_planned(house, claim, reader):
    reader.on(objects(reader))
    (task,) = house.matter(claim).open_tasks(claim.id)
    assert close(task)
    matter = house.matter(claim)
    (dispute,) = matter.disputes.values()
    assert (dispute.state, house.again(claim).dispute) == (DisputeState.ANSWERED, None)
    assert len(contacts(house, claim, Purpose.REMINDER)) == 1
    assert "Sie sind am Zug" in reader.get().words
    house.invariants(claim)


def test_a_call_leads_from_link_to_done_in_three_pages_and_plain_speech_is_kept(house, claim):
    reader = Reader(house.link_to(claim))
    pages = [reader.get(), reader.through_the_door(), reader.get("talk")]
    done = reader.press(pages[-1], "/talk", slot="morning", phone="0171 3920012", plain="yes")
    assert len(pages) <= 3 and "spätestens" in done.words
    (task,) = house.matter(claim).open_tasks(claim.id)
    assert task.request.plain and task.request.phone == "01713920012"
    (letter,) = contacts(house, claim, Purpose.ANSWER)
    assert (letter.kind, letter.about) == (MessageKind.NOTED, task.id)
    assert "meldet sich bei Ihnen" in reader.get("talk").words
    assert '<option value="de" lang="de" selected' in reader.get("talk").text, "as it was asked for"


def test_a_call_is_moved_and_taken_back_by_pressing_and_never_by_looking(house, claim, reader):
    reader.press(reader.get("talk"), "/talk", slot="morning", phone="0171 3920012")
    before = house.everything()
    asks, page = reader.get("talk?about=withdraw"), reader.get("talk")
    assert "Möchten Sie das zurücknehmen" in asks.words and "Ich brauche den Anruf nicht mehr" in page.words
    assert house.everything() == before
    assert "spätestens" in reader.press(page, "/talk", slot="evening", phone="030 12345678").words
    (task,) = house.matter(claim).tasks.values()
    assert (task.request.slot, task.request.phone) == (DaySlot.EVENING, "03012345678") and task.moved_at
    assert "Zurückgenommen" in reader.press(asks, "/talk").words
    (task,) = house.matter(claim).tasks.values()
    assert task.taken_back and house.again(claim).holds == ()
    assert "Um einen Anruf bitten" in reader.on(reader.press(asks, "/talk")).words, "pressed twice"
    assert "Von Ihnen zurückgenommen" in reader.get("history").words
    assert '<option value="tr" lang="tr" selected' in reader.get("talk?lang=tr").text, "as the page"
    house.invariants(claim)


def test_P2_a_complaint_a_representative_and_care_pressed_twice_are_one_task_each(house, claim, reader):
    for place, typed in (
        ("complain", {"words": "Niemand ruft zurück."}),
        ("represent", {"name": "Jana Kowalski", "phone": "030 12345678"}),
        ("care", {"consent": "yes"}),
    ):
        page = reader.get(place)
        for _ in range(2):
            assert reader.press(page, f"/{place}", **typed).status in (200, 303)
    kinds = sorted(task.kind for task in house.matter(claim).tasks.values())
    assert kinds == sorted((TaskKind.COMPLAINT, TaskKind.REPRESENTATIVE, TaskKind.CARE))


def test_care_needs_the_tick_stops_reminders_and_is_deleted_by_one_tap(house, claim, reader):
    page = reader.get("care")
    assert reader.press(page, "/care").status == 422
    assert house.matter(claim).debtor.consents == ()
    given = reader.on(reader.press(page, "/care", consent="yes"))
    assert "Wir nehmen Rücksicht" in given.words
    assert contacts(house, claim, *Purpose) == []
    assert HoldKind.NEEDS_CARE in {hold.kind for hold in house.matter(claim).debtor.holds}
    assert "gelöscht" in reader.press(given, "/care", step="end").words
    assert house.matter(claim).debtor.holds == () and holds(house, claim) == set()
    house.invariants(claim)


def test_somebody_answers_for_the_debtor_until_it_is_taken_back(house, claim, reader):
    named = reader.on(
        reader.press(
            reader.get("represent"),
            "/represent",
            name="Jana Kowalski",
            organisation="Beratung Mitte",
            email="j@example.com",
        )
    )
    assert "Jana Kowalski, Beratung Mitte" in named.words
    assert contacts(house, claim, *Purpose) == []
    again = reader.press(named, "/represent", step="end")
    assert "Ab jetzt wenden wir uns wieder an Sie" in again.words
    assert house.matter(claim).debtor.holds == ()
    assert len(contacts(house, claim, Purpose.REMINDER)) == 1


def test_a_helper_may_object_and_ask_but_neither_sees_nor_gives_what_is_the_debtors_alone(house, claim, reader):
    reader.on(reader.press(reader.get("care"), "/care", consent="yes"))
    token = house.link_to(claim)
    house.link(token, scope=Scope.ARRANGE)
    helper = Reader(token)
    helper.through_the_door()
    before = house.matter(claim)
    for place in ("care", "represent"):
        assert helper.get(place).status == 403
        assert helper.post(place, {"consent": "yes", "name": "Eva", "email": "eva@example.com"}).status == 403
        assert helper.post("show", {"page": place}).status == 403
    assert "schwierigen Lage" not in helper.get("talk").words
    told = reader.get("history").words
    assert "besondere Rücksicht" in told
    assert "Rücksicht" not in helper.get("history").words
    assert house.matter(claim) == before
    assert "Jetzt ruht alles" in helper.on(objects(helper)).words
