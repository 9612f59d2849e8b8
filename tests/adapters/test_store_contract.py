"""What the actions rely on of a Store and a Batches: the fakes and the real table keep the same promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest

from chalicelib.adapters.dynamo.batches import DynamoBatches
from chalicelib.adapters.dynamo.gates import DynamoGates
from chalicelib.adapters.dynamo.roster import DynamoLooks, DynamoRoster
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.domain.allocation import Split
from chalicelib.domain.audit import Look
from chalicelib.domain.batch import Batch, BatchStatus, Outcome, Problem, RowOutcome
from chalicelib.domain.calling import Promised
from chalicelib.domain.claim import Hold, HoldKind
from chalicelib.domain.collection_fee import CollectionFee
from chalicelib.domain.complaint import Cause, Complaint
from chalicelib.domain.contact import Contact, ContactState, Message, MessageKind, Purpose, Reached, Reply, Tone
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.cost_kind import CostKind
from chalicelib.domain.decision import Allowed, Refused, Wait
from chalicelib.domain.deferral import Deferral
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.domain.document import Document, DocumentKind
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.errors import AlreadyDone, Retry, StaleVersion
from chalicelib.domain.evidence import Evidence, EvidenceState
from chalicelib.domain.facts import Fact, FactName
from chalicelib.domain.gate import Halt
from chalicelib.domain.ledger import booked, fold, waived
from chalicelib.domain.mandate import Mandate, MandateState, SavedWay
from chalicelib.domain.offer import Offer, OfferKind
from chalicelib.domain.parties import ChannelKind, Factor
from chalicelib.domain.pay_link import PayLink
from chalicelib.domain.payments import Attempt, AttemptStatus, ProviderEvent
from chalicelib.domain.person import Release
from chalicelib.domain.plan import Instalment, Method, Plan
from chalicelib.domain.score import Score
from chalicelib.domain.silence import Silence
from chalicelib.domain.staff import Shift
from chalicelib.domain.strategies._base import Kinder, Step
from chalicelib.domain.strategies._own import DryRun, OwnStrategy, StrategyVersion
from chalicelib.domain.strategies.swift import STRATEGY as SWIFT
from chalicelib.domain.suspense import Suspense, SuspenseReason
from chalicelib.domain.task import DaySlot, HelpRequest, Task, TaskKind
from chalicelib.domain.trail import Booking, Trail
from chalicelib.ports import Commit, RowPlace, Sends
from tests.builders import NOW, claim, collector, debtor, opening_of, staff
from tests.fakes.store import FakeBatches, FakeGates, FakeLooks, FakeRoster, FakeStore

NUMBERS = count(1)
MOMENT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["memory", "dynamodb"])
def both(request):
    """(store, batches), in memory and over the real protocol."""
    if request.param == "memory":
        memory = FakeStore()
        return memory, FakeBatches(memory)
    real = request.getfixturevalue("real_table")
    return DynamoStore(real, lambda: NOW), DynamoBatches(real, lambda: NOW)


@pytest.fixture
def store(both):
    return both[0]


@pytest.mark.parametrize("again", [False, True])
def test_a_mandate_lies_in_the_matter_and_who_comes_back_from_its_page_finds_it(store, again):
    of, way = f"mandating{next(NUMBERS)}", SavedWay("cus_1", "pm_1", "sepa_debit", "3000", "REF", True)
    one = Mandate("m-1" + of, of, "K-501", "R-1001", "p-1", 2, NOW)
    store.commit(of, Commit((), debtor=debtor(creditor=of), mandates=(one,)))
    given = replace(one, version=1, state=MandateState.ACTIVE, saved=way, since=MOMENT, look_at=MOMENT)
    store.commit(of, Commit((), mandates=(given,)))
    assert store.matter(of, "K-501").mandates == {one.id: replace(given, version=2)}
    assert store.matter(of, "K-501").mandate_for("p-1").saved == way
    back = store.attempt_owner(one.id)
    assert (back.creditor, back.debtor, back.amount) == (of, "K-501", 0)
    if again:
        with pytest.raises(AlreadyDone):
            store.commit(of, Commit((), mandates=(one,)))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), mandates=(given,)))


@pytest.fixture
def batches(both):
    return both[1]


@pytest.fixture
def of():
    """A creditor nobody else uses."""
    return f"creditor{next(NUMBERS)}"


def fact(of, name=FactName.CLAIM_REGISTERED):
    return Fact(name, of, (("claim", "R-1001"),), MOMENT)


def opened(store, of, **changes):
    """A debtor with a claim, as registering leaves them."""
    one = claim(creditor=of, registered_at=MOMENT, **changes)
    first = replace(opening_of(one), source=f"{of}/1", booked_at=MOMENT).sealed()
    one = replace(one, chain=first.hash)
    card = debtor(creditor=of)
    store.commit(of, Commit((fact(of),), debtor=card, claims=(one,), entries=((one.id, first),)))
    return replace(one, version=1), replace(card, version=1), first


def contact(of, name="c-1", **changes):
    plain = Contact(
        id=f"{of}-{name}",
        creditor=of,
        debtor="K-501",
        claim="R-1001",
        purpose=Purpose.REMINDER,
        kind=MessageKind.REMINDER,
        channel=ChannelKind.EMAIL,
        tone=Tone.FRIENDLY,
        due_at=MOMENT,
        planned_at=MOMENT,
    )
    return replace(plain, **changes)


def attempt(of, name="a-1", **changes):
    return replace(Attempt(f"{of}-{name}", of, "K-501", "R-1001", 4820, "EUR", MOMENT), **changes)


def link(of, name="l-1", **changes):
    plain = PayLink(
        f"{of}-{name}", of, "K-501", "R-1001", "c-1", MOMENT, MOMENT + timedelta(days=9), (Factor.POSTCODE,)
    )
    return replace(plain, **changes)


# What is written is read as it was


def test_a_matter_is_all_that_was_written_of_a_debtor(store, of):
    one, card, _ = opened(store, of)
    said, going = contact(of), attempt(of)
    store.commit(of, Commit((), contacts=(said,), attempts=(going,)))
    matter = store.matter(of, "K-501")
    assert matter.debtor == card
    assert matter.claims == {one.id: one}
    assert matter.contacts == {said.id: replace(said, version=1)}
    assert matter.attempts == {going.id: replace(going, version=1)}
    assert store.debtor_of_claim(of, one.id) == "K-501"


def test_everything_a_claim_and_a_contact_may_hold_comes_back(store, of):
    score = Score(0.123456789012345678, (("amount", -1.5e-7), ("age", 0.1)), "m-1", baseline=-0.3)
    holds = (Hold(HoldKind.OPERATOR, MOMENT, None, "desk"), Hold(HoldKind.PLAN, MOMENT, MOMENT, "file"))
    full = {"score": score, "holds": holds, "sector": "energy", "default_since": date(2026, 9, 1), "attempt": "a"}
    half, file = ((CostKind.COLLECTION, 2575), (CostKind.VAT, 489)), ((CostKind.OTHER, 100),)
    days = {"since": date(2026, 11, 2), "promised": date(2026, 12, 1), "look_at": MOMENT}
    full["fee"] = CollectionFee("c-1", value=4820, vat=True, flat=False, filed=file, half=half, rise=half, **days)
    one, _, _ = opened(store, of, **full, history={"ü": "ß", "n": "1"}, closed_at=MOMENT, notice_sent_at=MOMENT)
    said = contact(
        of,
        decisions=(Allowed("DE/1"), Wait(MOMENT, "quiet_hours", "DE/1"), Refused("paid", "DE/1")),
        state=ContactState.LOST,
        reserved_at=MOMENT,
        outcome="",
        entry=0,
        step=-1,
    )
    store.commit(of, Commit((), contacts=(said,)))
    matter = store.matter(of, "K-501")
    assert matter.claims[one.id] == one
    assert matter.contacts[said.id] == replace(said, version=1)


def test_the_ledger_comes_back_in_order_with_its_chain_whole(store, of):
    one, _, first = opened(store, of)
    entries = [first]
    for number in range(12):
        one, entry = booked(one, 10, f"{of}-pi-{number}", date(2026, 11, 23), MOMENT)
        store.commit(of, Commit((), claims=(one,), entries=((one.id, entry),), source=entry.source))
        one = replace(one, version=one.version + 1)
        entries.append(entry)
    assert store.ledger(of, one.id) == tuple(entries)
    assert (
        fold(store.ledger(of, one.id)) == one.outstanding == store.matter(of, "K-501").claims[one.id].outstanding
    )


def test_M12_one_payment_books_on_several_claims_at_once_and_once_only(store, of):
    """Fifteen claims, an entry and a waiver on each: what one transaction must hold."""
    card = debtor(creditor=of)
    claims, booking = [], []
    for number in range(15):
        one = claim(creditor=of, id=f"R-{number}", registered_at=MOMENT)
        first = replace(opening_of(one), source=f"{of}/{number}", booked_at=MOMENT).sealed()
        one = replace(one, chain=first.hash)
        store.commit(
            of, Commit((), debtor=card if not claims else None, claims=(one,), entries=((one.id, first),))
        )
        claims.append(replace(one, version=1))
    for one in claims:
        after, entry = booked(one, 4800, f"{of}-pi", date(2026, 11, 23), MOMENT)
        after, let_go = waived(after, f"{of}-pi", date(2026, 11, 23), MOMENT)
        booking.append((after, (entry, let_go)))
    commit = Commit(
        (fact(of, FactName.PAYMENT_RECEIVED),),
        claims=tuple(after for after, _ in booking),
        entries=tuple((after.id, entry) for after, entries in booking for entry in entries),
        attempts=(attempt(of, claims=tuple(one.id for one in claims)),),
        source=f"{of}-pi",
        seen=f"{of}-evt",
    )
    store.commit(of, commit)
    with pytest.raises(AlreadyDone):
        store.commit(of, commit)
    held = store.matter(of, "K-501")
    assert held.attempts[f"{of}-a-1"].covers == tuple(f"R-{number}" for number in range(15))
    for one in held.claims.values():
        ledger = store.ledger(of, one.id)
        assert [entry.kind for entry in ledger] == [EntryKind.OPENING, EntryKind.PAYMENT, EntryKind.WAIVER]
        assert fold(ledger) == one.outstanding == Split()
        assert (one.paid, one.waived) == (4800, 20)


def test_what_is_not_there_is_none(store, of):
    assert store.creditor(of) is None and store.fresh_creditor(of) is None
    assert store.matter(of, "K-501") is None
    assert store.debtor_of_claim(of, "R-1001") is None
    assert store.link(of) is None and store.attempt_owner(of) is None and store.contact_of_receipt(of) is None
    assert store.event(of, "evt") is None
    assert store.ledger(of, "R-1001") == ()
    assert store.sends(of) == Sends(of)


def test_two_debtors_and_two_creditors_share_nothing(store, of):
    opened(store, of)
    other = f"{of}x"
    opened(store, other)
    assert store.matter(of, "K-50") is None
    assert store.matter(other, "K-501").debtor.creditor == other
    assert store.debtor_of_claim(of, "R-100") is None


def test_a_creditor_comes_back_whole_and_the_newest_at_once(store, of):
    settings = collector(id=of)
    store.commit(of, Commit((fact(of),), creditor=settings))
    assert store.creditor(of) == replace(settings, version=1)
    changed = replace(settings, help_phone="+491", version=1)
    store.commit(of, Commit((fact(of),), creditor=changed))
    assert store.creditor(of) == store.fresh_creditor(of) == replace(changed, version=2)


def test_a_link_comes_back_with_its_next_version(store, of):
    one = link(of)
    store.commit(of, Commit((), links=(one,)))
    tried = store.link(one.id).after_try(MOMENT)
    store.commit(of, Commit((), links=(tried,)))
    assert store.link(one.id) == replace(tried, version=2)


def test_an_attempt_is_found_by_its_id_alone_with_its_owner(store, of):
    opened(store, of)
    going = attempt(of)
    store.commit(of, Commit((), attempts=(going,)))
    owner = store.attempt_owner(going.id)
    assert (owner.creditor, owner.debtor, owner.claim) == (of, "K-501", "R-1001")
    paid = replace(going, status=AttemptStatus.PAID, version=1)
    store.commit(of, Commit((), attempts=(paid,)))
    assert store.matter(of, "K-501").attempts[going.id].status is AttemptStatus.PAID
    assert store.attempt_owner(going.id).id == going.id


def test_a_receipt_leads_to_its_contact_once_it_was_sent(store, of):
    opened(store, of)
    said = contact(of, state=ContactState.RESERVED)
    store.commit(of, Commit((), contacts=(said,)))
    assert store.contact_of_receipt(f"{of}-receipt") is None
    sent = replace(said, state=ContactState.SENT, receipt=f"{of}-receipt", version=1)
    store.commit(of, Commit((), contacts=(sent,)))
    assert store.contact_of_receipt(f"{of}-receipt") == (of, "K-501", said.id)


def test_sends_are_counted_on_their_version(store, of):
    store.commit(of, Commit((), sends=replace(store.sends(of), at=(MOMENT,))))
    known = store.sends(of)
    assert (known.at, known.version) == ((MOMENT,), 1)
    store.commit(of, Commit((), sends=replace(known, at=())))
    assert store.sends(of) == Sends(of, (), 2)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), sends=replace(known, at=(MOMENT,) * 2)))


def test_P17_what_was_said_at_an_address_is_one_creditors_and_is_written_on_its_version(store, of):
    blank = store.silence(of, f"{of}-hash")
    assert blank == Silence(of, f"{of}-hash")
    said = blank.stop("K-501", MOMENT).disown(MOMENT).prove("K-2").stop("K-3", MOMENT)
    store.commit(of, Commit((fact(of),), debtor=debtor(creditor=of), silences=(said,)))
    assert store.silence(of, f"{of}-hash") == replace(said, version=1)
    assert store.silence(f"{of}-2", f"{of}-hash") == Silence(f"{of}-2", f"{of}-hash")
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), silences=(said,)))
    store.commit(of, Commit((), silences=(replace(said, version=1).start(MOMENT),)))
    assert store.silence(of, f"{of}-hash").stopped == ()


def test_P17_a_commit_that_heeded_an_address_stands_only_if_nothing_was_said_there_since(store, of):
    heeded = store.silence(of, f"{of}-hash")
    store.commit(of, Commit((), debtor=debtor(creditor=of), heeded=heeded))
    assert store.silence(of, f"{of}-hash") == heeded, "heeding it changes nothing of it"
    for turn in range(2):
        store.commit(of, Commit((), silences=(heeded.stop(f"K-{turn}", MOMENT),)))
        with pytest.raises(StaleVersion):
            late = Commit((fact(of),), debtor=debtor(creditor=of, number="K-9"), heeded=heeded)
            store.commit(of, late)
        assert store.matter(of, "K-9") is None, "nothing of it is written"
        heeded = store.silence(of, f"{of}-hash")
    store.commit(of, Commit((), debtor=debtor(creditor=of, number="K-9"), heeded=heeded))


def test_G1_a_commit_that_stands_on_what_nobody_wrote_is_stale_when_somebody_did(store, of):
    asked, card = claim(creditor=of), debtor(creditor=of)
    store.commit(of, Commit((), debtor=card, claims=(asked,)))
    read = store.matter(of, card.number)
    held = read.claims[asked.id]
    store.commit(of, Commit((), debtor=read.debtor, unchanged=(held,), unspoken=card.number))
    assert store.matter(of, card.number).claims[asked.id] == held, "it changes nothing of it"
    store.commit(of, Commit((), claims=(held,)))
    read = store.matter(of, card.number)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), debtor=read.debtor, unchanged=(held,)))
    head = Conversation(of, card.number, asked.id, MOMENT)
    store.commit(of, Commit((), conversation=head))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), debtor=read.debtor, unspoken=card.number))
    assert store.matter(of, card.number).debtor == read.debtor, "nothing of it is written"


# All of it or nothing, on the version it was read at


def test_a_version_that_was_read_is_written_once(store, of):
    one, card, _ = opened(store, of)
    store.commit(of, Commit((), claims=(one,)))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), claims=(one,)))
    store.commit(of, Commit((), debtor=card))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), debtor=card))


def test_what_is_said_to_be_new_must_be(store, of):
    opened(store, of)
    going, said, one = attempt(of), contact(of), link(of)
    for commit in (
        Commit((), contacts=(said,)),
        Commit((), links=(one,)),
        Commit((), debtor=debtor(creditor=of, number="K-9")),
    ):
        store.commit(of, commit)
        with pytest.raises(StaleVersion):
            store.commit(of, commit)
    store.commit(of, Commit((), attempts=(going,)))
    with pytest.raises((StaleVersion, AlreadyDone)):
        store.commit(of, Commit((), attempts=(going,)))


def test_what_is_said_to_be_known_must_be(store, of):
    opened(store, of)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), contacts=(contact(of, version=1),)))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), links=(link(of, version=3),)))


def test_I6_one_stale_part_and_nothing_is_written(store, of):
    one, card, _ = opened(store, of)
    said = contact(of)
    going = attempt(of)
    stale = replace(one, version=7)
    with pytest.raises(StaleVersion):
        store.commit(
            of,
            Commit((fact(of),), debtor=card, contacts=(said,), attempts=(going,), claims=(stale,), seen="evt"),
        )
    matter = store.matter(of, "K-501")
    assert (matter.debtor.version, matter.contacts, matter.attempts) == (1, {}, {})
    store.commit(of, Commit((), seen="evt"))


def test_an_entry_has_its_number_to_itself(store, of):
    one, _, _ = opened(store, of)
    after, entry = booked(one, 10, f"{of}-pi-1", date(2026, 11, 23), MOMENT)
    store.commit(of, Commit((), claims=(after,), entries=((one.id, entry),), source=entry.source))
    twin = replace(entry, source=f"{of}-pi-2").sealed()
    held = store.matter(of, one.debtor).claims[one.id]
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), claims=(held,), entries=((one.id, twin),), source=twin.source))
    assert store.ledger(of, one.id)[-1] == entry


def test_only_one_of_many_writers_at_once_wins_a_version(store, of):
    one, _, _ = opened(store, of)

    def write(number):
        try:
            store.commit(of, Commit((), claims=(replace(one, sector=f"s{number}"),)))
        except (StaleVersion, Retry):
            return None
        return f"s{number}"

    with ThreadPoolExecutor(6) as pool:
        (winner,) = [name for name in pool.map(write, range(6)) if name]
    held = store.matter(of, "K-501").claims[one.id]
    assert (held.sector, held.version) == (winner, 2)


# What else belongs to a matter


def parts(of):
    """One of each thing that lies beside a claim, by the field of the commit and of the Matter."""
    whose = {"creditor": of, "debtor": "K-501", "claim": "R-1001"}
    terms = (Instalment(1, date(2026, 12, 1), 2410), Instalment(2, date(2027, 1, 1), 2410))
    later = MOMENT + timedelta(days=14)
    return {
        "plans": Plan("p-1", **whose, currency="EUR", instalments=terms, method=Method.LINK, offer="o-1",
                      agreed_at=MOMENT, paid_before=0, asked=(1,)),
        "deferrals": Deferral("f-1", **whose, until=date(2026, 12, 1), offer="o-2", agreed_at=MOMENT),
        "offers": Offer("o-1", **whose, kind=OfferKind.PLAN, owed=4820, currency="EUR", language="tr",
                        made_at=MOMENT, good_until=later, instalments=terms, document="d-1"),
        "disputes": Dispute("x-1", **whose, reason=DisputeReason.FAULTY, words="kaputt", admitted=1000,
                            answer_by=ChannelKind.EMAIL, language="de", task="t-2", opened_at=MOMENT,
                            due_at=later),
        "tasks": Task("t-2", **whose, kind=TaskKind.DISPUTE, request=None, opened_at=MOMENT, due_at=later,
                      owner="front_office", about="x-1"),
        "documents": Document("d-1", **whose, kind=DocumentKind.OFFER, about="o-1", language="tr", sha256="0" * 64,
                              size=9000, made_at=MOMENT),
        "evidence": Evidence(
            "e-1", **whose, dispute="x-1", state=EvidenceState.TAKEN, sent_at=MOMENT, done_at=MOMENT
        ),
    }  # fmt: skip


@pytest.mark.parametrize("field", ["plans", "deferrals", "offers", "disputes", "tasks", "documents", "evidence"])
def test_what_belongs_to_a_matter_comes_back_with_it_and_keeps_its_versions(store, of, field):
    opened(store, of)
    one = parts(of)[field]
    store.commit(of, Commit((), **{field: (one,)}))
    held = getattr(store.matter(of, "K-501"), field)
    assert held == {one.id: replace(one, version=1)}
    store.commit(of, Commit((), **{field: (held[one.id],)}))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), **{field: (held[one.id],)}))
    assert getattr(store.matter(of, "K-501"), field)[one.id].version == 2


# What may happen only once


def guarded(of):
    """Each guard, and a commit that it lets pass once."""
    place = RowPlace("b1", 0, 2)
    help_wanted = HelpRequest("words", DaySlot.MIDDAY, "de", None)
    task = Task("t-1", of, "K-501", "R-1001", TaskKind.CALL_BACK, help_wanted, MOMENT, MOMENT, "front_office")
    money = Suspense(of, "pi_9", 100, "EUR", SuspenseReason.UNKNOWN_CLAIM, None, MOMENT)
    one = claim(creditor=of, id="R-7")
    return {
        "seen": Commit((), seen="evt_1"),
        "source": Commit((), source="pi_1"),
        "row": Commit((), row=(place, RowOutcome(2, "R-1001", Outcome.TAKEN))),
        "task": Commit((), tasks=(task,)),
        "suspense": Commit((), suspense=(money,)),
        "claim": Commit((), claims=(one,), entries=(("R-7", opening_of(one)),)),
    }


@pytest.mark.parametrize("guard", ["seen", "source", "row", "task", "suspense", "claim"])
def test_a_guard_speaks_its_name_the_second_time(store, of, guard):
    commit = guarded(of)[guard]
    store.commit(of, commit)
    with pytest.raises(AlreadyDone) as said:
        store.commit(of, commit)
    assert said.value.what == guard


def test_the_same_ids_of_another_creditor_are_no_duplicates(store, of):
    for name, commit in guarded(of).items():
        store.commit(of, commit)
        if name != "claim":
            store.commit(f"{of}x", commit)


def test_a_guard_outweighs_a_stale_version(store, of):
    one, _, _ = opened(store, of)
    store.commit(of, Commit((), claims=(one,), source="pi_1"))
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), claims=(one,), source="pi_1"))


def test_a_guard_that_speaks_lets_nothing_through(store, of):
    one, _, _ = opened(store, of)
    store.commit(of, Commit((), source="pi_1"))
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), claims=(one,), source="pi_1", seen="evt_1"))
    assert store.matter(of, "K-501").claims[one.id].version == 1
    store.commit(of, Commit((), seen="evt_1"))


def test_W1_a_notice_is_kept_once_with_its_fact(store, of):
    event = ProviderEvent("evt_1", "payment_intent.succeeded", "pi_1", MOMENT, False, '{"ü": 1}')
    assert store.store_event(of, "stripe", event, MOMENT)
    assert not store.store_event(of, "stripe", replace(event, payload="{}"), MOMENT)
    assert store.event(of, "evt_1") == event
    assert store.event(f"{of}x", "evt_1") is None


def test_whom_an_address_belongs_to_is_found_by_its_hash_and_channel_the_last_contact_each(store, of):
    point = f"hash-{of}"
    first = Reached(point, ChannelKind.SMS, of, "K-501", "c-1")
    last, other = replace(first, contact="c-2"), replace(first, debtor="K-502")
    for one in (first, last, other):
        store.commit(of, Commit((), reached=one))
    assert store.reached(point, ChannelKind.SMS) == (last, other)
    assert store.reached(point, ChannelKind.EMAIL) == store.reached(f"{point}x", ChannelKind.SMS) == ()
    store.commit(of, Commit((), gone=(("reached", f"sms/{point}/K-501"),)))
    assert store.reached(point, ChannelKind.SMS) == (other,)


def test_W1_a_reply_is_kept_once_beside_the_message_it_answers(store, of):
    whose = {"debtor": "K-501", "contact": "c-1"}
    reply = Reply("wamid.1/+=", ChannelKind.WHATSAPP, "+491", "106", "Später 🙂", MOMENT, "m-1", of, **whose)
    alone = replace(reply, id="in-2", answers=None, debtor=None, contact=None)
    store.commit(of, Commit((), reply=reply))
    store.commit(of, Commit((), reply=alone))
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), reply=replace(reply, text="another")))
    assert store.reply(of, reply.id, "c-1") == reply and store.reply(of, "in-2") == alone
    assert store.replies(of, "c-1") == (reply,) and store.replies(of, "c-2") == ()
    assert store.reply(f"{of}x", reply.id, "c-1") is None
    store.commit(of, Commit((), gone=(("reply", "c-1/wamid.1/+="),)))
    assert store.replies(of, "c-1") == ()


# What no transaction may be


def test_a_transaction_writes_each_item_once_and_no_more_than_it_holds(store, of):
    opened(store, of)
    with pytest.raises(ValueError, match="once"):
        store.commit(of, Commit((), contacts=(contact(of), contact(of))))
    many = tuple(contact(of, f"c-{number}") for number in range(100))
    with pytest.raises(ValueError, match="transaction"):
        store.commit(of, Commit((fact(of),), contacts=many))
    store.commit(of, Commit((), contacts=many[:99]))
    assert len(store.matter(of, "K-501").contacts) == 99


def test_a_message_is_the_last_one_written_for_its_contact(store, of):
    text = Message("de", "Betreff", "kurz", "lang", "<p>", "v1")
    store.commit(of, Commit((), message=(contact(of), text)))
    store.commit(of, Commit((), message=(contact(of), replace(text, short="neu"))))


# Batches


BATCH = Batch("b1", "", "inbox/x/one.csv", '"etag"', MOMENT)


def test_a_batch_begins_once(batches, of):
    begun = batches.begin(replace(BATCH, creditor=of))
    assert begun == replace(BATCH, creditor=of, version=1)
    saved = batches.save(replace(begun, status=BatchStatus.LOADING, rows=3, chunks=1, sha256="0"))
    assert batches.begin(replace(BATCH, creditor=of)) == saved == batches.batch(of, "b1")
    assert batches.batch(of, "b404") is None


def test_a_batch_is_saved_on_its_version(batches, of):
    begun = batches.begin(replace(BATCH, creditor=of))
    assert batches.save(begun).version == 2
    with pytest.raises(StaleVersion):
        batches.save(begun)


def test_a_rows_first_outcome_counts(both, of):
    store, batches = both
    first = RowOutcome(7, "R-7", Outcome.QUARANTINED, (Problem("Betrag", "amount_form", "1,2,3"),), ("bad_phone",))
    batches.put_row(of, RowPlace("b1", 0, 7), first)
    batches.put_row(of, RowPlace("b1", 0, 7), RowOutcome(7, "R-7", Outcome.TAKEN))
    batches.put_row(of, RowPlace("b1", 0, 10), RowOutcome(10, "R-10", Outcome.TAKEN, not_contacted="paid"))
    store.commit(of, Commit((), row=(RowPlace("b1", 0, 2), RowOutcome(2, "R-2", Outcome.TAKEN))))
    batches.put_row(of, RowPlace("b1", 1, 3), RowOutcome(3, "R-3", Outcome.TAKEN))
    assert [row.line for row in batches.rows(of, "b1", 0)] == [2, 7, 10]
    assert batches.rows(of, "b1", 0)[1] == first
    assert batches.rows(of, "b2", 0) == ()
    with pytest.raises(AlreadyDone, match="row"):
        store.commit(of, Commit((), row=(RowPlace("b1", 0, 7), RowOutcome(7, "R-7", Outcome.TAKEN))))


def test_a_chunk_is_counted_once(batches, of):
    begun = batches.begin(replace(BATCH, creditor=of))
    batches.save(replace(begun, chunks=2))
    first = batches.chunk_done(of, "b1", 0, {Outcome.TAKEN: 3, Outcome.DIFFERING: 1})
    assert (first.chunks_done, first.settled) == (1, 4)
    assert batches.chunk_done(of, "b1", 0, {Outcome.TAKEN: 3}) == first
    last = batches.chunk_done(of, "b1", 1, {Outcome.TAKEN: 2})
    assert (last.chunks_done, last.counts) == (2, {Outcome.TAKEN: 5, Outcome.DIFFERING: 1})
    assert batches.batch(of, "b1") == last


def test_a_chunk_of_no_batch_comes_back(batches, of):
    with pytest.raises(Retry):
        batches.chunk_done(of, "b404", 0, {})


def test_the_trail_of_a_payment_is_kept_with_its_guard_and_grows_under_its_version(store, of):
    one, _, _ = opened(store, of)
    after, entry = booked(one, 10, f"{of}-pi-1", date(2026, 11, 23), MOMENT)
    trail = Trail(of, entry.source, one.debtor, ((one.id, entry.number),))
    first = Commit((), claims=(after,), entries=((one.id, entry),), trails=(trail,), source=entry.source)
    assert store.trail(of, entry.source) is None
    store.commit(of, first)
    kept = store.trail(of, entry.source)
    assert kept == replace(trail, version=1)
    assert store.entry(of, one.id, entry.number) == entry
    assert store.entry(of, one.id, 99) is None
    with pytest.raises(AlreadyDone):
        store.commit(of, replace(first, claims=(replace(after, version=2),), entries=()))
    longer = replace(kept, entries=(*kept.entries, (one.id, 2)))
    store.commit(of, Commit((), trails=(longer,)))
    assert store.trail(of, entry.source) == replace(longer, version=2)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), trails=(longer,)))
    store.commit(of, Commit((), source=f"{of}-bare"))
    assert store.trail(of, f"{of}-bare") is None, "a bare guard knows nothing of where the money went"


def test_the_journal_tells_a_day_over_all_claims_with_what_was_owed_after_each(store, of):
    one, _, _ = opened(store, of)
    after, first = booked(one, 10, f"{of}-pi-1", date(2026, 11, 20), MOMENT)
    rest, second = waived(after, f"{of}-pi-1", date(2026, 11, 20), MOMENT)
    entries = ((one.id, first), (one.id, second))
    store.commit(of, Commit((), claims=(rest,), entries=entries, source=first.source))
    found = sorted(store.journal(of, MOMENT.date()), key=lambda booking: booking.entry.number)
    owed = one.outstanding.total - 10
    assert found == [Booking(one.debtor, one.id, first, owed), Booking(one.debtor, one.id, second, 0)]
    assert not list(store.journal(of, MOMENT.date() + timedelta(days=1)))
    assert not list(store.journal(f"{of}x", MOMENT.date()))


def test_what_lies_in_suspense_is_counted_down_under_its_version(store, of):
    money = Suspense(of, f"{of}-pi", 500, "EUR", SuspenseReason.OVERPAID, None, MOMENT)
    store.commit(of, Commit((), suspense=(money,)))
    kept = store.suspended(of, money.source)
    assert (kept.left, store.suspended(of, "nothing")) == (500, None)
    with pytest.raises(AlreadyDone):
        store.commit(of, Commit((), suspense=(money,)))
    given = replace(kept, given_back=200)
    store.commit(of, Commit((), suspense=(given,)))
    assert store.suspended(of, money.source).left == 300
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), suspense=(given,)))


@pytest.fixture
def gated(both):
    """(store, gates), in memory and over the real protocol, with nothing held."""
    store = both[0]
    if isinstance(store, FakeStore):
        yield store, FakeGates(store)
        return
    gates = DynamoGates(store.table)
    yield store, gates
    whole = gates.whole()
    store.commit("x", Commit((), gate=replace(whole, halts=())))
    gates.tell(replace(whole, halts=(), version=whole.version + 1))


def shut(store, gates, *halts):
    """The gate as it stands with these holds, written and told."""
    whole = gates.whole()
    store.commit("x", Commit((), gate=replace(whole, halts=halts)))
    gates.tell(gates.whole())
    return gates.whole()


HALTS = (Halt("anna", MOMENT), Halt("bernd", MOMENT, "nordlicht", "b-1", ChannelKind.SMS))


def test_what_is_held_is_the_same_list_wherever_a_contact_asks(gated):
    store, gates = gated
    whole = shut(store, gates, *HALTS)
    assert whole.halts == HALTS
    assert {store.gate(f"c-{n}") for n in range(60)} == {whole}


def test_the_list_is_written_on_its_version(gated):
    store, gates = gated
    old = gates.whole()
    shut(store, gates, *HALTS)
    with pytest.raises(StaleVersion):
        store.commit("x", Commit((), gate=old))


def test_a_place_that_knows_something_newer_is_not_told_anything_older(gated):
    store, gates = gated
    older = shut(store, gates, *HALTS)
    newer = shut(store, gates)
    gates.tell(older)
    assert {store.gate(f"c-{n}").version for n in range(60)} == {newer.version}


def test_O1_a_commit_that_passed_a_gate_stands_only_if_the_gate_does(gated, of):
    store, gates = gated
    passed = ("c-1", store.gate("c-1").version)
    store.commit(of, Commit((), debtor=debtor(creditor=of), passed=passed))
    shut(store, gates, *HALTS)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((fact(of),), debtor=debtor(creditor=of, number="K-9"), passed=passed))
    assert store.matter(of, "K-9") is None, "nothing of it is written"
    now = ("c-1", store.gate("c-1").version)
    store.commit(of, Commit((), debtor=debtor(creditor=of, number="K-9"), passed=now))


def test_passing_the_gate_changes_nothing_of_it(gated, of):
    store, gates = gated
    before = shut(store, gates, *HALTS)
    store.commit(of, Commit((), debtor=debtor(creditor=of), passed=("c-1", before.version)))
    assert store.gate("c-1") == before == gates.whole()


def test_O2_a_batch_is_released_on_its_version_with_its_fact(both, of):
    store, batches = both
    held = batches.begin(Batch("b1", of, "inbox/a.csv", "e", MOMENT))
    after = replace(held, release=Release("anna", MOMENT))
    store.commit(of, Commit((fact(of, FactName.BATCH_RELEASED),), batch=after))
    assert batches.batch(of, "b1") == replace(after, version=held.version + 1)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), batch=after))


def test_a_creditors_own_strategy_comes_back_as_it_was_written_and_its_versions_in_their_order(store):
    of = f"strategic{next(NUMBERS)}"
    kinder = (Kinder("A", (Step(timedelta(0), Tone.FRIENDLY), Step(timedelta(days=20, hours=1), Tone.FRIENDLY))),)
    mine = replace(SWIFT, key="own-1", kinder=kinder, courtesy_days=None, margin=0.125)
    versions = [
        StrategyVersion(
            of, OwnStrategy(number, "a" * 64, replace(mine, key=f"own-{number}")), "123456789012", MOMENT
        )
        for number in (1, 2, 10)
    ]
    for one in reversed(versions):
        store.commit(of, Commit((), strategy=one))
    assert store.own_strategies(of) == tuple(replace(one, version=1) for one in versions)
    assert store.own_strategies("another") == ()
    tried = replace(versions[0], version=1).rehearsed(DryRun("0123456789ab", "anna", MOMENT))
    settings = replace(collector(), id=of, own_strategy=tried.own)
    store.commit(of, Commit((), creditor=settings, strategy=replace(tried, first_live=MOMENT)))
    assert store.own_strategies(of)[0] == replace(tried, first_live=MOMENT, version=2)
    assert store.fresh_creditor(of).own_strategy == tried.own
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), strategy=versions[0]))


# Calls that were promised, and what was complained of


def test_no_more_calls_are_promised_than_were_read(store, of):
    """Two who promise the last one at once: one of them reads again."""
    days = [date(2026, 11, 24), date(2026, 11, 25)]
    kept = [Promised(of, day, part).with_call("t-1", "tr") for day in days for part in DaySlot]
    store.commit(of, Commit((), promised=tuple(kept)))
    found = store.promised(of, days[1])
    assert {one.part for one in found} == set(DaySlot) and {one.day for one in found} == {days[1]}
    assert len(store.promised(of, days[0])) == 2 * len(DaySlot) and store.promised(f"{of}-2", days[0]) == ()
    again = replace(found[0].with_call("t-2", "de"))
    store.commit(of, Commit((), promised=(again,)))
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), promised=(found[0].with_call("t-3", "de"),)))
    assert [one.calls for one in store.promised(of, days[1]) if one.part is again.part] == [again.calls]


def test_a_complaint_is_counted_in_the_month_it_came_in_and_answered_on_its_version(store, of):
    came = Complaint(of, "K-501", "R-1001", "t-1", MOMENT, MOMENT)
    other = replace(came, task="t-2", at=MOMENT - timedelta(days=60))
    store.commit(of, Commit((), complaints=(came, other)))
    (held,) = store.complaints(of, f"{MOMENT:%Y-%m}")
    assert held == replace(came, version=1)
    told = replace(held, answered_at=MOMENT, cause=Cause.TONE, justified=True, changed="ein Text", by="anna")
    store.commit(of, Commit((), complaints=(told,)))
    assert store.complaints(of, f"{MOMENT:%Y-%m}") == (replace(told, version=2),)
    with pytest.raises(StaleVersion):
        store.commit(of, Commit((), complaints=(told,)))


@pytest.fixture(params=["memory", "dynamodb"])
def people(request):
    """(store, roster, looks), in memory and over the real protocol."""
    if request.param == "memory":
        memory = FakeStore()
        return memory, FakeRoster(memory), FakeLooks()
    real = request.getfixturevalue("real_table")
    return DynamoStore(real, lambda: NOW), DynamoRoster(real), DynamoLooks(real)


def test_who_works_here_is_found_by_id_and_in_the_list_each_once_and_changed_only_as_it_was_read(people):
    store, roster, _ = people
    one = staff(id=f"s-{next(NUMBERS)}", shifts=(Shift(0, time(8), time(12)),), signed_out_at=MOMENT)
    store.commit("_all", Commit((), staff=(one,)))
    kept = replace(one, version=1)
    assert roster.staff_member(one.id) == kept and kept in roster.staff()
    assert roster.staff_member("nobody") is None
    with pytest.raises(AlreadyDone):
        store.commit("_all", Commit((), staff=(one,)))
    store.commit("_all", Commit((), staff=(replace(kept, most=5),)))
    with pytest.raises(StaleVersion):
        store.commit("_all", Commit((), staff=(kept,)))
    assert roster.staff_member(one.id).most == 5


def test_looks_are_told_by_day_in_their_order_a_page_at_a_time(people):
    _, _, looks = people
    of = f"looked{next(NUMBERS)}"
    told = [Look(of, "s-1", MOMENT + timedelta(seconds=n), "matter", f"K-{n}", None) for n in range(5)]
    for look in (*told[::-1], Look(of, "s-1", MOMENT + timedelta(days=1), "matter", "K-9")):
        looks.note(look)
    first = looks.of_day(of, MOMENT.date(), most=2)
    assert first == tuple(told[:2])
    assert looks.of_day(of, MOMENT.date(), after=first[-1].id) == tuple(told[2:])
    assert looks.of_day("another", MOMENT.date()) == ()
