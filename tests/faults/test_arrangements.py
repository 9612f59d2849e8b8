"""Paying later and in instalments over the real protocol: nothing is agreed before its notice or on old terms."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain import budget
from chalicelib.domain.claim import ClaimState, Hold, HoldKind
from chalicelib.domain.deferral import DeferralState
from chalicelib.domain.offer import OfferState
from chalicelib.domain.plan import PlanState
from chalicelib.domain.task import TaskKind
from chalicelib.ports import Commit
from tests.reader import Reader

OWED = 24_000


@pytest.fixture
def claim(house, creditor):
    claim = house.register(creditor, principal=OWED)
    yield claim
    house.invariants(claim)


@pytest.fixture
def reader(house, claim):
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    return reader


def asked(reader, page, ending, **fields):
    """What comes of a wish: the offer, at an address of its own where cookies are kept, or the same page again."""
    answer = reader.press(page, ending, **fields)
    return reader.on(answer) if answer.status == 303 else answer


def sent(reader, ending, fields):
    """The same, by fields that no form on the page holds together."""
    answer = reader.post(ending, fields)
    return reader.on(answer) if answer.status == 303 else answer


def offered(reader, amount="40"):
    """The offer's page, from the plan's."""
    return asked(reader, reader.get("plan"), "/plan", amount=amount)


def opened(reader, offer):
    """The notice in the reader's hands."""
    assert reader.press(offer, "/document").status == 303


def agreed(reader, offer):
    opened(reader, offer)
    return reader.on(reader.press(offer, "/agree"))


def plans(house, claim):
    return list(house.matter(claim).plans.values())


def rows(answer):
    """The lines of the table on a page: (day, amount, left), amounts in cents."""

    def cents(text):
        return int(re.sub(r"\D", "", text))

    found = re.findall(r"(?s)<tr role=\"row\"[^>]*>(.*?)</tr>", answer.text)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in found]
    return [(row[0], cents(row[1]), cents(row[2] or "0")) for row in cells if row]


@pytest.mark.parametrize("amount", ["10", "17", "33,33", "40", "240", "999"])
def test_M17_the_instalments_on_the_page_sum_to_what_is_owed(reader, amount):
    for page in (reader.get(f"plan?amount={amount}"), offered(reader, amount)):
        lines = rows(page)
        assert sum(line[1] for line in lines) == OWED
        assert [line[2] for line in lines] == [OWED - sum(x[1] for x in lines[: n + 1]) for n in range(len(lines))]


def test_P14_a_plan_cannot_be_agreed_before_its_notice_is_in_the_readers_hands(house, claim, reader):
    offer = offered(reader)
    assert "Zustimmen: 40,00 € im Monat ab" in offer.words
    early = reader.on(reader.press(offer, "/agree"))
    assert early.status == 409 and "Noch ist nichts vereinbart." in early.words
    assert (plans(house, claim), house.again(claim).state) == ([], ClaimState.OPEN)
    opened(reader, early)
    done = reader.on(reader.press(early, "/agree"))
    assert "So ist es vereinbart" in done.words
    (plan,) = plans(house, claim)
    assert (plan.state, plan.total, house.again(claim).state) == (PlanState.RUNNING, OWED, ClaimState.ON_PLAN)


def test_P14_the_mail_that_left_is_a_notice_too(house, claim, reader):
    offer = offered(reader)
    assert "Es ist unterwegs an m…@example.com" in offer.words
    (made,) = house.matter(claim).offers.values()
    house.send(house.matter(claim).contacts[made.contact])
    assert reader.press(offer, "/agree").status == 303
    assert len(plans(house, claim)) == 1


def test_P14_a_deferral_cannot_be_agreed_before_its_notice_is_in_the_readers_hands(house, claim, reader):
    page = reader.get("later")
    day = re.search(r'name="until" value="([0-9-]+)"', page.text)[1]
    offer = asked(reader, page, "/later", until=day)
    assert reader.on(reader.press(offer, "/agree")).status == 409
    assert not house.matter(claim).deferrals
    done = agreed(reader, offer)
    assert "Sie haben Zeit" in done.words
    (deferral,) = house.matter(claim).deferrals.values()
    assert (deferral.state, deferral.until.isoformat()) == (DeferralState.RUNNING, day)
    assert [hold.kind for hold in house.again(claim).holds] == [HoldKind.DEFERRAL]


def test_the_way_back_from_the_notice_leads_to_the_same_offer_until_it_is_answered(house, claim, reader):
    led = reader.press(reader.get("plan"), "/plan", amount="40")
    assert led.status == 303, "a form that would be sent again is no way back"
    before, offers = reader.get(led.location), len(house.matter(claim).offers)
    opened(reader, before)
    again = reader.get(led.location)
    assert again.form("/agree") == before.form("/agree") and rows(again) == rows(before)
    assert len(house.matter(claim).offers) == offers
    agreed(reader, again)
    assert "So ist es vereinbart" in reader.get(led.location).words


def test_P14_no_offer_but_ones_own_can_be_agreed_to(house, creditor, claim, reader):
    other = house.register(creditor, principal=OWED)
    stranger = Reader(house.link_to(other))
    stranger.through_the_door()
    foreign = offered(stranger)
    opened(stranger, foreign)
    _, fields = foreign.form("/agree")
    for named in (fields["offer"], "o-none", "", "x" * 500):
        assert reader.post("agree", {"offer": named}).status == 404
    assert plans(house, claim) == plans(house, other) == []


def test_P10_what_was_paid_meanwhile_is_asked_again(house, claim, reader, provider):
    offer = offered(reader)
    opened(reader, offer)
    payment = provider.takes(5_000, claim=claim)
    provider.told(provider.notice("payment_intent.succeeded", payment))
    assert house.again(claim).outstanding.total == OWED - 5_000
    again = reader.press(offer, "/agree")
    assert again.status == 409 and "Jetzt sind 190,00 € offen." in again.words
    assert sum(line[1] for line in rows(again)) == OWED - 5_000
    assert plans(house, claim) == []
    assert "So ist es vereinbart" in agreed(reader, asked(reader, again, "/plan")).words


def test_P10_an_older_offer_is_asked_again_when_there_is_a_newer_one(house, claim, reader):
    older = offered(reader, "40")
    opened(reader, older)
    offered(reader, "20")
    again = reader.press(older, "/agree")
    assert again.status == 409 and "Dieses Angebot gilt nicht mehr" in again.words
    assert plans(house, claim) == []


def test_P10_a_deferral_of_an_old_amount_is_asked_again(house, claim, reader, provider):
    page = reader.get("later")
    offer = sent(reader, "later", {"until": re.search(r'value="([0-9-]{10})"', page.text)[1]})
    opened(reader, offer)
    provider.told(provider.notice("payment_intent.succeeded", provider.takes(100, claim=claim)))
    again = reader.press(offer, "/agree")
    assert again.status == 409 and "Bis wann?" in again.words
    assert not house.matter(claim).deferrals


def test_P3_what_is_paid_needs_no_plan(house, claim, reader, provider):
    offer = offered(reader)
    opened(reader, offer)
    provider.told(provider.notice("payment_intent.succeeded", provider.takes(OWED, claim=claim)))
    for answer in (reader.press(offer, "/agree"), reader.get("plan"), reader.get("later"), offered_anyway(reader)):
        assert "Alles erledigt" in answer.words
    assert plans(house, claim) == []


def test_an_offer_is_found_again_on_the_first_page_until_it_is_answered(house, claim, reader):
    assert "Angebot ansehen" not in reader.get().words
    made = offered(reader)
    first = reader.get()
    assert "Angebot ansehen Es wartet auf Ihr Ja. Bis dahin bleibt alles, wie es ist." in first.words
    again = reader.get(re.search(r'class="way" href="[^"]*/(offer[^"]*)"', first.text)[1])
    assert again.status == 200 and again.form("/agree")[1]["offer"] == made.form("/agree")[1]["offer"]
    done = agreed(reader, again)
    assert "So ist es vereinbart" in done.words and "Angebot ansehen" not in reader.get().words
    assert "So ist es vereinbart" in reader.get("offer").words, "then it says what is agreed"


def test_without_cookies_an_offer_is_found_again_by_its_form(house, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    door = reader.get()
    matter = reader.press(door, reader.token, factor="postcode", postcode="10437")
    asked(reader, reader.press(matter, "/show", page="plan"), "/plan", amount="40")
    matter = reader.press(reader.get(), reader.token, factor="postcode", postcode="10437")
    assert "Angebot ansehen" in matter.words
    assert "Zustimmen: 40,00 €" in reader.press(matter, "/show", page="offer").words


def test_whoever_has_no_offer_or_whose_payment_is_with_the_bank_reads_the_matter(
    house, creditor, provider, claim, reader
):
    assert "Was möchten Sie tun?" in reader.get("offer").words
    offered(reader)
    hosted = reader.press(reader.get("pay"), "/pay").location
    house.payments.press(hosted, "sepa")
    attempt = house.matter(claim).attempts[house.again(claim).attempt]
    payment = wiring.gateway().checkout(creditor.id, attempt.provider_id).payment_id
    provider.told(provider.notice("payment_intent.processing", payment))
    assert "unterwegs" in reader.get().words
    assert reader.get("offer").words == reader.get().words and "Angebot" not in reader.get().words


def test_an_offer_that_holds_no_more_is_shown_without_its_button_wherever_its_address_was_kept(
    house, claim, reader
):
    made = offered(reader)
    opened(reader, made)
    kept = "offer?about=" + made.form("/agree")[1]["offer"]
    assert "/agree" in reader.get(kept).text
    held = house.again(claim).held(Hold(HoldKind.INSOLVENCY, wiring.clock(), None, "desk"))
    wiring.store().commit(claim.creditor, Commit((), claims=(held,)))
    again = reader.get(kept)
    assert again.status == 200 and "/agree" not in again.text and "Dieses Angebot gilt nicht mehr" in again.words


def offered_anyway(reader):
    return sent(reader, "plan", {"pick": "4000"})


def test_P2_agreeing_twice_is_one_plan(house, claim, reader):
    offer = offered(reader)
    opened(reader, offer)
    assert [reader.press(offer, "/agree").status for _ in range(3)] == [303, 303, 303]
    assert len(plans(house, claim)) == 1


def test_P13_without_cookies_a_plan_is_agreed_by_forms_alone_on_four_pages(house, claim):
    reader = Reader(house.link_to(claim), cookies=None)
    pages = [door := reader.get()]
    pages.append(reader.press(door, reader.token, factor="postcode", postcode="10437"))
    pages.append(reader.press(pages[-1], "/show", page="plan"))
    shown = reader.post(pages[-1].form("/plan")[0].replace("/plan", "/show"), pages[-1].form("/plan")[1])
    assert rows(shown) == rows(pages[-1])
    pages.append(asked(reader, pages[-1], "/plan", amount="40"))
    opened(reader, pages[-1])
    done = reader.press(pages[-1], "/agree")
    assert "So ist es vereinbart" in done.words
    assert len(pages) <= 4
    taken = reader.press(done, "/calendar")
    assert taken.headers["content-type"].startswith("text/calendar")
    assert "/p/" not in "".join(part for part in re.findall('href="(.*?)"', done.text))


def test_later_takes_four_pages_from_the_link(house, claim):
    reader = Reader(house.link_to(claim))
    pages = [reader.get()]
    pages.append(reader.on(reader.press(pages[0], reader.token, factor="postcode", postcode="10437")))
    pages.append(reader.get("later"))
    pages.append(sent(reader, "later", {"until": re.search(r'value="([0-9-]{10})"', pages[-1].text)[1]}))
    assert "Sie haben Zeit" in agreed(reader, pages[-1]).words
    assert len(pages) <= 4


def test_a_wish_below_the_bounds_gets_the_nearest_and_a_person_of_the_same_size(house, claim, reader):
    page = reader.get("plan?amount=5")
    assert page.status == 200 and "Ohne Rückfrage geht es ab 10,00 € im Monat." in page.words
    assert page.text.count('class="way" form="nearest"') == page.text.count('class="way" form="own"') == 1
    done = reader.press(page, "/own-offer")
    assert "Ihr Angebot liegt bei einem Menschen" in done.words
    (task,) = house.matter(claim).tasks.values()
    assert (task.kind, task.wish.amount, task.done_at) == (TaskKind.OFFER, 500, None)
    assert [hold.kind for hold in house.again(claim).holds] == [HoldKind.TASK_OPEN]
    assert "Wir sind am Zug" in reader.get().words


@pytest.mark.parametrize(("typed", "said"), [("0", "problem"), ("x", "problem"), ("", "problem")])
def test_what_cannot_be_read_makes_no_offer(house, claim, reader, typed, said):
    page = offered(reader, typed)
    assert page.status == 422 and 'class="mend"' in page.text
    assert not house.matter(claim).offers


BUDGET = {"income": "2.387,40", "dependants": "1", "rent": "713,11", "living": "611,22"}


@pytest.fixture
def table_reaches(monkeypatch):
    """The figures of the last table are taken for today's, whenever today is."""
    *older, last = budget._rows(budget.TABLE)
    rows = (*older, replace(last, valid_through=date(2099, 12, 31)))
    monkeypatch.setattr(budget, "_rows", lambda table: rows)


@pytest.mark.usefixtures("table_reaches")
def test_a_budget_is_worked_out_and_forgotten(house, claim, reader, alarms):
    before = house.everything()
    page = reader.post("budget", BUDGET)
    assert page.status == 200 and "im Monat möglich" in page.words
    assert house.everything() == before
    for figures in ("2.387,40", "238740", "713,11", "71311", "611,22", "61122"):
        assert figures not in page.text
        assert figures not in alarms
    mended = reader.post("budget", {**BUDGET, "income": "viel"})
    assert mended.status == 422 and 'value="713,11"' in mended.text


@pytest.mark.usefixtures("table_reaches")
def test_nothing_left_is_no_plan_but_a_pause_advice_and_a_person(house, claim, reader):
    page = reader.post("budget", {**BUDGET, "income": "1.100"})
    assert "www.meine-schulden.de" in page.words and "Raten gerade nicht" in page.words
    offer = asked(reader, page, "/later")
    assert "Zustimmen: 240,00 € bis" in offer.words
    assert "Sie haben Zeit" in agreed(reader, offer).words
    assert plans(house, claim) == []


@pytest.fixture
def on_plan(reader):
    agreed(reader, offered(reader))
    return reader


def test_a_running_plan_shows_what_is_next_and_skips_a_month(house, claim, on_plan):
    page = on_plan.get("plan")
    assert "Ihre Raten" in page.words
    (before,) = plans(house, claim)
    offer = sent(on_plan, "plan", {"change": "skip"})
    assert plans(house, claim) == [before]
    assert on_plan.on(on_plan.press(offer, "/agree")).status == 409, "a change needs its notice too"
    agreed(on_plan, offer)
    (after,) = plans(house, claim)
    assert after.instalments[0].due == before.instalments[1].due
    assert (after.total, after.changes) == (before.total, 1)


@pytest.mark.parametrize("fields", [{"change": "less", "less": "15"}, {"change": "move"}])
def test_one_instalment_is_made_smaller_or_moved_by_the_same_way(house, claim, on_plan, fields):
    (before,) = plans(house, claim)
    if fields["change"] == "move":
        fields = {**fields, "due": (before.instalments[0].due + timedelta(days=5)).isoformat()}
    agreed(on_plan, sent(on_plan, "plan", fields))
    (after,) = plans(house, claim)
    assert after.total == before.total == OWED
    assert after.instalments[0] != before.instalments[0]


def test_a_change_that_goes_too_far_says_so_with_the_nearest_one_tap_away(house, claim, on_plan):
    page = sent(on_plan, "plan", {"change": "less", "less": "1"})
    assert "Weniger als 5,00 € geht bei einer Rate nicht." in page.words
    nearest = page.form("/plan", pick="500")[1]
    assert "Passt es so für Sie?" in sent(on_plan, "plan", nearest).words


def test_a_first_miss_is_a_question_and_nothing_else(house, claim, on_plan):
    (plan,) = plans(house, claim)
    parts = tuple(replace(part, due=part.due - timedelta(days=45)) for part in plan.instalments)
    wiring.store().commit(claim.creditor, Commit((), plans=(replace(plan, instalments=parts),)))
    page = on_plan.get("plan")
    assert "Was ist passiert?" in page.words and "Es kommt nichts dazu." in page.words
    for way in ("Diesen Monat nicht", "Ein anderer Termin", "Diesmal weniger", "Mit einem Menschen sprechen"):
        assert way in page.words
    assert "Sie sind am Zug." in on_plan.get().words


def test_the_calendar_is_given_to_the_visit_alone(house, claim, on_plan):
    taken = on_plan.get("calendar")
    assert taken.headers["content-type"] == "text/calendar; charset=utf-8"
    assert taken.text.count("BEGIN:VEVENT") == 6 and "\r\n" in taken.text
    assert claim.id not in taken.text and "40" not in re.sub("UID.*|DT.*", "", taken.text)
    stranger = Reader(on_plan.token)
    assert "Sind Sie es?" in stranger.get("calendar").words


def test_while_a_deferral_runs_its_page_says_so_and_a_plan_may_take_its_place(house, claim, reader):
    page = reader.get("later")
    agreed(reader, sent(reader, "later", {"until": re.search(r'value="([0-9-]{10})"', page.text)[1]}))
    assert "Sie haben Zeit" in reader.get("later").words
    assert "Sie haben Zeit bis" in reader.get().words
    agreed(reader, offered(reader))
    (deferral,) = house.matter(claim).deferrals.values()
    assert deferral.state is DeferralState.OVER
    assert {offer.state for offer in house.matter(claim).offers.values()} == {OfferState.AGREED}
