"""Forgetting: the person goes, the books stay, and nothing goes before the law lets it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.actions.answer_reply import Became
from chalicelib.actions.fall_silent import stop_contact
from chalicelib.actions.forget_again import Repeated, forget_again
from chalicelib.actions.forget_person import Forgotten, ask_to_forget, forget_person
from chalicelib.actions.gather_data import gather_data
from chalicelib.actions.open_task import open_task
from chalicelib.actions.send_contact import Sent
from chalicelib.actions.take_reply import take_reply
from chalicelib.domain.account_change import BankAccount
from chalicelib.domain.claim import HoldKind
from chalicelib.domain.consent import Consent, ConsentPurpose
from chalicelib.domain.contact import ContactState, Purpose, Reply
from chalicelib.domain.conversation import Conversation, Learnt, Speaker, Utterance
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.errors import Retry, StaleVersion
from chalicelib.domain.facts import FactName
from chalicelib.domain.leaving import LeavingState
from chalicelib.domain.ledger import fold
from chalicelib.domain.motion import Motion, MotionKind
from chalicelib.domain.parties import ChannelKind, PointState
from chalicelib.domain.refund_order import (
    RefundOrder,
    RefundReason,
    RefundWay,
    name_of_giving,
    name_of_sending,
)
from chalicelib.domain.retention import RetentionUnknown, kept_until
from chalicelib.domain.suspense import Suspense, SuspenseReason
from chalicelib.domain.task import DaySlot, HelpRequest, TaskKind
from chalicelib.ports import Commit, Way
from tests.builders import NOW
from tests.fakes.outside import FakeErasures
from tests.fakes.store import FakeOutgoing, Items
from tests.fakes.world import POLICIES, hash_point
from tests.finding import said

PERSON = ("Marta", "Lindqvist", "marta.lindqvist", "3920012", "Lindenweg", "10437", "1984")
LONG_AGO = datetime(2017, 5, 2, 9, 0, tzinfo=UTC)
TONIGHT = NOW + timedelta(hours=16)
NIGHT_AFTER = TONIGHT + timedelta(days=1)


def midnight(year, month, day):
    """When that day begins where the policy's people live."""
    return datetime(year, month, day, tzinfo=POLICIES["DE"].zone).astimezone(UTC)


@dataclass
class Shelf:
    """Keeps nothing, remembers what it was told to forget."""

    forgotten: list[tuple[str, str]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def forget(self, creditor: str, name: str) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.forgotten.append((creditor, name))


@pytest.fixture
def shelf():
    return Shelf()


def forget(world, shelf, now, *, erasures=None, again=False):
    kept = {"store": world.store, "outgoing": FakeOutgoing(world.store), "archive": shelf, "evidence": shelf}
    kept["erasures"] = erasures or FakeErasures()
    rules = {"policies": POLICIES, "hash_point": hash_point}
    return forget_person("nordlicht", "K-501", **kept, **rules, now=now, again=again)


def restore(world, backup):
    """The table is as it was then."""
    world.store.items = Items()
    world.store.items |= backup


def ask(world, now=NOW):
    return ask_to_forget(world.visit(), store=world.store, scheduler=world.scheduler, policies=POLICIES, now=now)


@pytest.fixture
def closed(world):
    """A claim that was written about, paid and closed, with a paper in the archive."""
    world.register()
    world.send(world.planned())
    world.book(world.gateway.money(4820, NOW))
    paper = Document(
        "d-1", "nordlicht", "K-501", "R-1001", DocumentKind.RECEIPT, "R-1001", "de", "0" * 64, 900, NOW
    )
    world.store.commit("nordlicht", Commit((), documents=(paper,)))
    return world


@pytest.fixture
def old(closed):
    """The same, its last booking so long ago that the books may forget whose it was."""
    claim = closed.claim()
    aged = tuple(replace(entry, booked_at=LONG_AGO) for entry in claim.recent)
    closed.store.commit("nordlicht", Commit((), claims=(replace(claim, recent=aged),)))
    return closed


def test_G1_what_names_somebody_goes_and_balances_and_ledger_hashes_stay(old, shelf):
    before, entries = old.claim(), old.store.ledger("nordlicht", "R-1001")
    assert said(PERSON, old.store.items)
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    assert said(PERSON, old.store.items) == []
    after = old.claim()
    assert (after.outstanding, after.paid, after.chain, after.entries) == (
        before.outstanding,
        before.paid,
        before.chain,
        before.entries,
    )
    assert old.store.ledger("nordlicht", "R-1001") == entries
    assert fold(entries) == after.outstanding
    assert shelf.forgotten == [("nordlicht", "d-1")]


def talked(world):
    """What was said on the page and by text message, and a motion about it, with names in all of them."""
    words = "Ich bin Marta Lindqvist"
    claim = world.claim()
    here = Utterance("u-1", "nordlicht", "K-501", claim.id, Speaker.DEBTOR, NOW, words, "de")
    there = replace(here, id="u-2", channel=ChannelKind.SMS)
    head = Conversation("nordlicht", "K-501", claim.id, NOW, learnt=(Learnt("meter_number", words),))
    motion = Motion("m-1", "nordlicht", "K-501", claim.id, MotionKind.WRITE_OFF, "s-1", NOW, why=words)
    world.store.commit("nordlicht", Commit((), said=(here, there), conversation=head, motions=(motion,)))


def test_G1_all_that_was_said_goes_with_them_and_was_theirs_to_have(old, shelf):
    talked(old)
    told = gather_data(old.visit(), store=old.store)
    assert [one["words"] for one in told["said"]] == ["Ich bin Marta Lindqvist"] * 2 and told["conversation"]
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    assert old.store.talk("nordlicht", "K-501") == (None, ()) and said(PERSON, old.store.items) == []


def test_while_the_books_stay_what_was_said_on_the_page_goes_and_letters_stay(closed, shelf):
    talked(closed)
    assert forget(closed, shelf, TONIGHT, again=True) is Forgotten.RESTRICTED
    head, left = closed.store.talk("nordlicht", "K-501")
    assert head is None and [one.id for one in left] == ["u-2"]


def test_G1_what_they_wrote_back_goes_with_them_and_was_theirs_to_have(old, shelf):
    (sent,) = [contact for contact in old.contacts() if contact.receipt and contact.purpose is Purpose.REMINDER]
    words = Reply("in-1", sent.channel, "+491713920012", "", "Ich bin Marta Lindqvist", NOW, sent.receipt)
    assert take_reply(words, ear=old.ear, now=NOW) is Became.ASKED
    (kept,) = old.store.replies("nordlicht", sent.id)
    assert (kept.text, kept.debtor) == ("Ich bin Marta Lindqvist", "K-501")
    told = gather_data(old.visit(), store=old.store)["contacts"][sent.id]
    assert told["replies"][0]["text"] == "Ich bin Marta Lindqvist"
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    assert old.store.replies("nordlicht", sent.id) == () and said(PERSON, old.store.items) == []


def test_G1_nobody_is_forgotten_before_the_books_may_forget_and_the_day_is_kept(closed, shelf):
    ask(closed)
    assert forget(closed, shelf, TONIGHT) is Forgotten.RESTRICTED
    assert forget(closed, shelf, NOW + timedelta(days=400)) is Forgotten.KEPT
    debtor = closed.matter().debtor
    assert debtor.name and debtor.forget_on == datetime(2034, 12, 31, 23, 0, tzinfo=UTC)
    assert list(closed.watch.people_to_forget(datetime(2035, 1, 1, tzinfo=UTC))) == [("nordlicht", "K-501")]
    assert shelf.forgotten == []


def test_an_open_claim_keeps_its_debtor_and_the_wish_waits(world, shelf):
    world.register()
    task = ask(world)
    assert (task.kind, task.due_at) == (TaskKind.ERASURE, NOW + timedelta(days=30))
    assert ask(world, NOW + timedelta(days=2)).id == task.id
    assert [hold.kind for hold in world.claim().holds] == [HoldKind.TASK_OPEN]
    assert forget(world, shelf, NOW + timedelta(days=31)) is Forgotten.KEPT
    assert world.matter().debtor.forget_on == NOW + timedelta(days=61)


def test_G1_a_run_that_breaks_off_is_taken_up_again_and_says_done_only_at_the_end(old, shelf):
    shelf.trouble = [Retry("archive out of reach")]
    with pytest.raises(Retry):
        forget(old, shelf, TONIGHT)
    assert old.matter().debtor.erased_at is None
    old.store.trouble = [Retry("table out of reach")]
    with pytest.raises(Retry):
        forget(old, shelf, TONIGHT)
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    assert old.matter().debtor.erased_at == TONIGHT
    assert forget(old, shelf, TONIGHT) is Forgotten.UNKNOWN
    assert forget(old, shelf, NIGHT_AFTER) is Forgotten.ONCE_MORE
    assert old.matter().debtor.erased_at == TONIGHT
    assert forget(old, shelf, NIGHT_AFTER) is Forgotten.UNKNOWN


@pytest.mark.parametrize("last", [1, 2])
def test_G1_what_is_said_while_somebody_is_forgotten_goes_with_the_next_night(old, shelf, last):
    """Their page is open in that night: it posts before one of the last commits, the card's or the one before."""
    counted = dict(old.store.items)
    began = len(old.store.commits)
    forget(old, shelf, TONIGHT)
    turns = len(old.store.commits) - began
    restore(old, counted)
    old.store.meanwhile = [lambda: None] * (turns - last) + [lambda: talked(old)]
    with pytest.raises(StaleVersion):
        forget(old, shelf, TONIGHT)
    assert old.matter().debtor.erased_at is None
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    assert old.store.talk("nordlicht", "K-501") == (None, ()) and said(PERSON, old.store.items) == []


def test_G1_what_is_said_after_somebody_was_forgotten_goes_a_night_later_and_is_told_once(old, shelf):
    """Their page was open still and wrote behind the card's back."""
    forget(old, shelf, TONIGHT)
    talked(old)
    assert forget(old, shelf, NIGHT_AFTER) is Forgotten.ONCE_MORE
    assert old.store.talk("nordlicht", "K-501") == (None, ()) and said(PERSON, old.store.items) == []
    assert len(old.store.named(FactName.PERSON_ERASED)) == 1


def test_G1_what_is_asked_while_somebody_is_forgotten_goes_with_the_next_night(old, shelf):
    began = len(old.store.commits)
    counted = dict(old.store.items)
    forget(old, shelf, TONIGHT)
    turns = len(old.store.commits) - began
    restore(old, counted)

    def asks():
        words = HelpRequest("Ich bin Marta Lindqvist", DaySlot.MORNING, "de", "+491713920012")
        opened = open_task(
            old.matter(), old.claim(), TaskKind.CALL_BACK, policy=POLICIES["DE"], now=TONIGHT, request=words
        )
        old.store.commit("nordlicht", Commit((), claims=(opened.claim,), tasks=(opened.task,)))

    old.store.meanwhile = [lambda: None] * (turns - 1) + [asks]
    with pytest.raises(StaleVersion):
        forget(old, shelf, TONIGHT)
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    assert said(PERSON, old.store.items) == []


def test_what_is_handed_to_the_debtor_is_all_of_it_and_nothing_of_how_it_is_kept(closed):
    found = gather_data(closed.visit(), store=closed.store)
    assert found["debtor"]["name"] == "Marta Lindqvist"
    claim = found["claims"]["R-1001"]
    assert [entry["kind"] for entry in claim["ledger"]] == ["opening", "payment"]
    assert any("message" in contact for contact in found["contacts"].values())
    assert "row_hash" not in claim and "version" not in found["debtor"]


def test_years_are_counted_from_the_end_of_the_year_and_only_as_far_as_somebody_looked():
    day = datetime(2026, 3, 1).date()
    assert kept_until("de_retention.json", day, day) == datetime(2034, 12, 31).date()
    with pytest.raises(RetentionUnknown):
        kept_until("de_retention.json", day, datetime(2040, 1, 1).date())


def test_the_same_row_of_somebody_who_was_forgotten_brings_nobody_back(old, shelf):
    forget(old, shelf, TONIGHT)
    before = dict(old.store.items)
    old.register(now=TONIGHT)
    added = {key: value for key, value in old.store.items.items() if before.get(key) != value}
    assert {key[0] for key in added} == {"row"}
    assert said(PERSON, old.store.items) == []


def test_somebody_who_was_forgotten_and_owes_something_new_is_known_by_that_alone(old, shelf):
    blocked = replace(old.matter().debtor, blocked=(hash_point("+491713920012"),))
    old.store.commit("nordlicht", Commit((), debtor=blocked))
    forget(old, shelf, TONIGHT)
    old.register(claim="R-2", name="Marta Neumann", now=TONIGHT)
    card = old.matter().debtor
    assert (card.name, card.erased_at) == ("Marta Neumann", None)
    assert card.forget_on == midnight(2028, 1, 25), "of what they owe now, in its time"
    assert [point.value for point in card.points] == ["marta.lindqvist@example.com"]
    assert old.claim().ground.what == "", "what was forgotten stays so"
    assert [c.claim for c in old.contacts(ContactState.PLANNED) if c.purpose is Purpose.REMINDER] == ["R-2"]


def test_nobody_is_left_to_answer_to(old, shelf):
    task = ask(old)
    forget(old, shelf, TONIGHT)
    assert old.matter().tasks[task.id].done_at == TONIGHT


def test_the_night_forgets_whoever_asked_for_it_when_the_day_has_come(old, shelf):
    ask(old)
    assert list(old.watch.people_to_forget(TONIGHT)) == [("nordlicht", "K-501")]
    forget(old, shelf, TONIGHT)
    assert list(old.watch.people_to_forget(TONIGHT)) == []
    assert list(old.watch.people_to_forget(NIGHT_AFTER)) == [("nordlicht", "K-501")], "once more, a night later"
    forget(old, shelf, NIGHT_AFTER)
    assert list(old.watch.people_to_forget(TONIGHT + timedelta(days=9999))) == []


def test_whoever_asks_while_the_books_bind_is_left_to_the_books_alone_in_the_coming_night(closed, shelf):
    card = closed.matter().debtor
    stopped = tuple(replace(point, state=PointState.OPTED_OUT) for point in card.points)
    told = replace(closed.claim(), history={"past_orders": "9", "value_class": "A", "costs_kind": "dunning"})
    closed.store.commit("nordlicht", Commit((), debtor=replace(card, points=stopped), claims=(told,)))
    ask(closed)
    assert list(closed.watch.people_to_forget(TONIGHT)) == [("nordlicht", "K-501")]
    assert forget(closed, shelf, TONIGHT) is Forgotten.RESTRICTED
    card, claim = closed.matter().debtor, closed.claim()
    assert (card.points, card.birth_date, card.language, card.restricted_at) == ((), None, None, TONIGHT)
    assert set(card.blocked) == {hash_point(point.value) for point in stopped}, "a stop outlives its address"
    assert (claim.score, claim.history) == (None, {"costs_kind": "dunning"})
    assert (card.name, card.address.city, claim.ground.invoice_number) == (
        "Marta Lindqvist",
        "Berlin",
        "2026-4711",
    )
    assert shelf.forgotten == [], "papers explain the books"
    (fact,) = closed.store.named(FactName.PERSON_RESTRICTED)
    assert dict(fact.about) == {"debtor": "K-501"}
    assert list(closed.watch.people_to_forget(midnight(2034, 12, 31))) == []
    assert list(closed.watch.people_to_forget(midnight(2035, 1, 1))) == [("nordlicht", "K-501")]


def test_P17_P18_what_was_said_at_an_address_outlives_the_person_and_names_nobody(old, shelf):
    (link,) = (old.store.link(c.link) for c in old.contacts() if c.link and c.purpose is Purpose.REMINDER)
    ports = {"store": old.store, "scheduler": old.scheduler, "hash_point": hash_point, "now": NOW}
    stop_contact(link, words="de:1", **ports)
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    left = old.store.silence("nordlicht", link.point)
    assert left.over("K-502") is PointState.OPTED_OUT and not said(PERSON, left)
    old.register(claim="R-2", debtor="K-502", now=TONIGHT)
    waiting = old.planned(debtor="K-502")
    assert old.send(waiting) is Sent.CANCELLED


def test_P17_a_stop_outlives_an_address_that_died_after_it(closed, shelf):
    card = closed.matter().debtor
    dead = tuple(replace(point, state=PointState.DEAD) for point in card.points)
    (mail,) = (point for point in dead if point.channel is ChannelKind.EMAIL)
    said = (Consent(ConsentPurpose.EMAIL, False, NOW, "in-1"),)
    closed.store.commit("nordlicht", Commit((), debtor=replace(card, points=dead, consents=said)))
    ask(closed)
    assert forget(closed, shelf, TONIGHT) is Forgotten.RESTRICTED
    assert closed.matter().debtor.blocked == (hash_point(mail.value),)


def test_whoever_never_asks_is_restricted_once_no_payment_can_be_taken_back_any_more(closed, shelf):
    assert closed.matter().debtor.forget_on == midnight(2028, 1, 24)
    assert forget(closed, shelf, midnight(2028, 1, 23)) is Forgotten.KEPT
    assert closed.matter().debtor.points
    assert list(closed.watch.people_to_forget(midnight(2028, 1, 24))) == [("nordlicht", "K-501")]
    assert forget(closed, shelf, midnight(2028, 1, 24)) is Forgotten.RESTRICTED
    assert closed.matter().debtor.points == ()
    assert forget(closed, shelf, midnight(2028, 2, 24)) is Forgotten.KEPT, "once is enough"


def test_what_is_still_owed_keeps_its_debtor_and_is_looked_at_when_it_may_have_had_its_time(world, shelf):
    world.register()
    assert forget(world, shelf, midnight(2028, 1, 24)) is Forgotten.KEPT
    assert world.matter().debtor.points and world.matter().debtor.forget_on == midnight(2029, 3, 25)


def test_somebody_restricted_who_owes_something_new_can_be_reached_again(closed, shelf):
    ask(closed)
    forget(closed, shelf, TONIGHT)
    closed.register(claim="R-2", now=TONIGHT)
    card = closed.matter().debtor
    assert {point.value for point in card.points} == {"marta.lindqvist@example.com", "+491713920012"}
    assert card.restricted_at is None and card.forget_on == midnight(2028, 1, 25)


def test_G1_the_account_a_person_was_paid_back_to_goes_and_the_order_stays(old, shelf):
    source, to = (
        old.store.ledger("nordlicht", "R-1001")[-1].source,
        BankAccount("Marta Lindqvist", "DE02" + "1" * 18),
    )
    for turn, name in enumerate((name_of_giving, name_of_sending)):
        order = RefundOrder(
            name("nordlicht", source, 0),
            "nordlicht",
            source,
            100,
            "EUR",
            RefundWay.BANK,
            RefundReason.GIVEN_BACK,
            NOW,
        )
        done = replace(order, to=to, state=LeavingState.DONE)
        old.store.commit("nordlicht", Commit((), refunds=(done,)))
        if turn:
            lay = Suspense("nordlicht", source, 100, "EUR", SuspenseReason.OVERPAID, "R-1001", NOW, tries=1)
            old.store.commit("nordlicht", Commit((), suspense=(lay,)))
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    assert said(PERSON, old.store.items) == []
    kept = [order for key, order in old.store.items.items() if key[0] == "refund"]
    assert [(order.to, order.amount) for order in kept] == [(None, 100), (None, 100)]


def test_G2_it_is_noted_outside_the_table_before_anything_goes(old, shelf):
    before, erasures = dict(old.store.items), FakeErasures(trouble=[Retry("bucket out of reach")])
    with pytest.raises(Retry):
        forget(old, shelf, TONIGHT, erasures=erasures)
    assert old.store.items == before and shelf.forgotten == []
    assert forget(old, shelf, TONIGHT, erasures=erasures) is Forgotten.DONE
    assert erasures.noted == [(TONIGHT.date(), "nordlicht", "K-501")]


def test_G2_a_table_restored_from_before_forgets_whoever_was_noted_and_nobody_else(old, shelf):
    backup, erasures = dict(old.store.items), FakeErasures()
    forget(old, shelf, TONIGHT, erasures=erasures)
    kept = {key: value for key, value in old.store.items.items() if key[0] in ("entry", "owner", "source")}
    restore(old, backup)
    old.register(claim="R-9", debtor="K-9", name="Jana Kowalski")
    assert said(PERSON, old.store.items)

    def once_more(creditor, number):
        return forget(old, shelf, TONIGHT + timedelta(days=1), erasures=erasures, again=True)

    def anew(day):
        return forget_again("nordlicht", day, erasures=erasures, forget=once_more)

    assert (anew(TONIGHT.date() + timedelta(days=1)).noted, anew(TONIGHT.date())) == (0, Repeated(1, 1))
    left = {key: value for key, value in old.store.items.items() if "K-9" not in key and "R-9" not in key}
    assert said(PERSON, left) == [] and old.matter(debtor="K-9").debtor.name == "Jana Kowalski"
    assert {key: old.store.items[key] for key in kept} == kept
    assert anew(TONIGHT.date()) == Repeated(1, 0), "once is enough"


def test_G2_a_wish_that_a_restore_lost_is_carried_out_from_its_note(closed, shelf):
    erasures, backup = FakeErasures(), dict(closed.store.items)
    ask(closed)
    assert forget(closed, shelf, TONIGHT, erasures=erasures) is Forgotten.RESTRICTED
    restore(closed, backup)
    assert forget(closed, shelf, TONIGHT, again=True) is Forgotten.RESTRICTED
    assert closed.matter().debtor.points == ()


def test_G2_one_trouble_is_not_anothers(world):
    erasures = FakeErasures([(NOW.date(), "nordlicht", number) for number in ("K-1", "K-2")])

    def forget_one(creditor, number):
        if number == "K-1":
            raise Retry("table out of reach")
        return Forgotten.DONE

    found = forget_again("nordlicht", NOW.date(), erasures=erasures, forget=forget_one)
    assert (found.noted, found.done, [name for name, _ in found.failed]) == (2, 1, ["nordlicht/K-1"])


def test_G1_nothing_that_stood_on_a_transfer_leads_to_the_person_any_more(old, shelf):
    source = old.store.ledger("nordlicht", "R-1001")[-1].source
    old.store.items["sighting", "nordlicht", source] = "who paid, and from where"
    card = replace(old.matter().debtor, accounts=("h1",))
    old.store.commit("nordlicht", Commit((), debtor=card, ways=(Way("h1", "K-501", "R-1001"),)))
    assert {key[0] for key in old.store.items} >= {"way", "sighting"}
    assert forget(old, shelf, TONIGHT) is Forgotten.DONE
    assert not {key[0] for key in old.store.items} & {"way", "sighting"}
    assert old.matter().debtor.accounts == ()


@pytest.mark.parametrize(("aged", "became"), [("closed", Forgotten.RESTRICTED), ("old", Forgotten.DONE)])
@pytest.mark.parametrize("owner", ["centre:there", "front_office"])
def test_where_a_contact_centre_was_told_of_them_it_is_said_that_it_has_to_forget_too(
    request, world, shelf, aged, became, owner
):
    """Beside each of the two steps, in the same write; nothing is said where no centre knows them."""
    request.getfixturevalue(aged)
    task = ask(world)
    told = replace(world.matter().tasks[task.id], owner=owner)
    world.store.commit("nordlicht", Commit((), tasks=(told,)))
    assert forget(world, shelf, TONIGHT) is became
    said_so = world.store.named(FactName.COPIES_LEFT)
    assert [dict(fact.about) for fact in said_so] == [{"debtor": "K-501"}] * (owner == "centre:there")
