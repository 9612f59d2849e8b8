"""What the actions need of the world outside, in the house's own words; adapters make it true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # only names in promises: a page need not load what a batch is made of
    from .domain.acceptance import Acceptance
    from .domain.account_change import AccountHolder
    from .domain.arm import Arm
    from .domain.audit import Look
    from .domain.bank import BankEntry, BankStatement, EntryResult, Sighting
    from .domain.batch import Batch, Outcome, Quarantined, Refused, RowOutcome
    from .domain.calling import Promised
    from .domain.centre import CentreSettings, CentreWord, Told
    from .domain.channel import ChannelTerms, Prices, Shape
    from .domain.claim import Claim
    from .domain.complaint import Complaint
    from .domain.contact import Contact, Introduced, Message, MessageKind, Reached, Reply, Report, Tone
    from .domain.conversation import Conversation, Utterance
    from .domain.deferral import Deferral
    from .domain.dispute import Dispute
    from .domain.document import Document, DocumentKind
    from .domain.entry import LedgerEntry
    from .domain.evidence import Evidence, EvidenceProblem
    from .domain.export import Column
    from .domain.facts import Fact
    from .domain.features import ClaimFacts
    from .domain.gate import Gate
    from .domain.habits import Habits
    from .domain.mandate import Mandate, SavedWay
    from .domain.matter import Matter
    from .domain.money_back import BalanceTransaction, Chargeback, ProviderPayout, ProviderRefund
    from .domain.motion import Motion
    from .domain.offer import Offer
    from .domain.pace import Pace
    from .domain.parties import ChannelKind, ContactPoint, Creditor, Debtor
    from .domain.pay_link import PayLink
    from .domain.payments import Attempt, Checkout, ProviderCheckout, ProviderEvent, ProviderPayment
    from .domain.payout import Payout, PayoutCredit, ProviderSettlement
    from .domain.person import Act
    from .domain.plan import Plan
    from .domain.policies._figures import ContactRules
    from .domain.presence import Hand, Presence
    from .domain.reconciliation import Reconciliation
    from .domain.refund_order import RefundOrder
    from .domain.response import Responses
    from .domain.row import Row
    from .domain.score import Score
    from .domain.silence import Silence
    from .domain.staff import Staff
    from .domain.statement import Statement
    from .domain.strategies._own import StrategyVersion
    from .domain.suspense import Suspense
    from .domain.task import Task
    from .domain.trail import Booking, Trail
    from .domain.transfer_file import TransferFile
    from .domain.transfer_order import TransferOrder
    from .domain.waiting import Waiting


@dataclass(frozen=True)
class Sends:
    """When a contact point was last written to with what a cap counts, over all creditors.

    `point` is the keyed hash of the address, with the cap's counter before it where that is not messages. `at`
    holds the last two weeks only.
    """

    point: str
    at: tuple[datetime, ...] = ()
    version: int = 0


@dataclass(frozen=True)
class RowPlace:
    """Where the outcome of one row of a batch is kept."""

    batch: str
    chunk: int
    line: int


@dataclass(frozen=True)
class EntryPlace:
    """Where the result of one entry of a statement is kept. `number` counts within the statement, from 0."""

    statement: str
    chunk: int
    number: int


@dataclass(frozen=True)
class Way:
    """A mark (a keyed hash) that leads from something written on a transfer to a claim."""

    mark: str
    debtor: str
    claim: str


@dataclass(frozen=True)
class Commit:
    """Everything one action writes, in one transaction: all of it or nothing.

    Each aggregate is written under the condition that its stored version is the one it carries (0: that it
    does not exist yet) and is stored with the next one. `source` and `seen` are guards: the provider's object
    or the event may be written about only once; `trails` say where the money of a source went, and the one of
    `source` itself is that guard. `gone` are messages and links by kind and id, deleted. Facts
    leave for the bus after the commit, at least once. `ways` are marks added, `told` what became of a bank entry:
    it may be told only once too. `gate` is what operators hold back from now on; `passed` is a contact and the
    version of the gate it was let through at: the commit stands only if the gate does.
    `accounts` are this creditor's from now on, and no other's. `reached` is where the contact of this commit
    goes, `reply` what somebody wrote, kept once by its id. `silences` are what was said at addresses, as it is
    from now on; `said` is what was said of a conversation, each once; `heeded` is the one that was read for this
    commit, which stands only if nothing was said there since. `unchanged` are claims that nobody wrote since they
    were read, and `unspoken` a debtor with whom no conversation stands: else the commit does not. `promised` are
    the calls of parts of days, so that no more are promised than can be kept; `complaints` what debtors complained
    of, for the count. `staff` are people who answer, for whichever creditors, `hands` what they were given and
    have not finished.
    """

    facts: tuple[Fact, ...]
    debtor: Debtor | None = None
    claims: tuple[Claim, ...] = ()
    entries: tuple[tuple[str, LedgerEntry], ...] = ()
    contacts: tuple[Contact, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    links: tuple[PayLink, ...] = ()
    tasks: tuple[Task, ...] = ()
    plans: tuple[Plan, ...] = ()
    deferrals: tuple[Deferral, ...] = ()
    offers: tuple[Offer, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    documents: tuple[Document, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    motions: tuple[Motion, ...] = ()
    hands: tuple[Hand, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    suspense: tuple[Suspense, ...] = ()
    refunds: tuple[RefundOrder, ...] = ()
    payouts: tuple[Payout, ...] = ()
    settlements: tuple[ProviderSettlement, ...] = ()
    payout_credit: PayoutCredit | None = None
    files: tuple[TransferFile, ...] = ()
    acts: tuple[Act, ...] = ()
    reconciliation: Reconciliation | None = None
    acceptances: tuple[Acceptance, ...] = ()
    trails: tuple[Trail, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    sends: Sends | None = None
    message: tuple[Contact, Message] | None = None
    row: tuple[RowPlace, RowOutcome] | None = None
    ways: tuple[Way, ...] = ()
    told: tuple[EntryPlace, EntryResult] | None = None
    creditor: Creditor | None = None
    strategy: StrategyVersion | None = None
    batch: Batch | None = None
    gate: Gate | None = None
    passed: tuple[str, int] | None = None
    accounts: tuple[AccountHolder, ...] = ()
    reached: Reached | None = None
    reply: Reply | None = None
    said: tuple[Utterance, ...] = ()
    conversation: Conversation | None = None
    promised: tuple[Promised, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    silences: tuple[Silence, ...] = ()
    heeded: Silence | None = None
    unchanged: tuple[Claim, ...] = ()
    unspoken: str | None = None
    source: str | None = None
    seen: str | None = None
    staff: tuple[Staff, ...] = ()


class Store(Protocol):
    """Claims, debtors, contacts, links and money, with one way to write: a commit.

    `commit` raises StaleVersion when an aggregate changed meanwhile, AlreadyDone when a guard knows the thing.
    `journal` is what was booked on that day (UTC) over all of a creditor's claims, but for openings. `gate` is
    what operators hold back, as this contact has to ask for it. `silence` is what was said to this creditor at the
    address of this keyed hash; where nothing was, an empty one. `own_strategies` are all versions of a
    creditor's own, the first first. `talk` is where the conversation with a debtor stands and all that was said,
    in order, `motions` what two people decide about them. `promised` are the calls promised from that day on;
    `complaints` those that came in a month (`2026-11`, UTC), in order.
    """

    def commit(self, creditor: str, commit: Commit) -> None: ...
    def creditor(self, creditor: str) -> Creditor | None: ...
    def fresh_creditor(self, creditor: str) -> Creditor | None: ...
    def own_strategies(self, creditor: str) -> tuple[StrategyVersion, ...]: ...
    def matter(self, creditor: str, debtor: str) -> Matter | None: ...
    def debtor_of_claim(self, creditor: str, claim: str) -> str | None: ...
    def link(self, link: str) -> PayLink | None: ...
    def attempt_owner(self, attempt: str) -> Attempt | None: ...
    def holder(self, iban: str) -> AccountHolder | None: ...
    def contact_of_receipt(self, receipt: str) -> tuple[str, str, str] | None: ...
    def message(self, creditor: str, contact: str) -> Message | None: ...
    def sends(self, point: str) -> Sends: ...
    def gate(self, contact: str) -> Gate: ...
    def silence(self, creditor: str, point: str) -> Silence: ...
    def ways(self, creditor: str, mark: str) -> tuple[Way, ...]: ...
    def ledger(self, creditor: str, claim: str) -> tuple[LedgerEntry, ...]: ...
    def entry(self, creditor: str, claim: str, number: int) -> LedgerEntry | None: ...
    def trail(self, creditor: str, source: str) -> Trail | None: ...
    def suspended(self, creditor: str, source: str) -> Suspense | None: ...
    def journal(self, creditor: str, day: date) -> Iterator[Booking]: ...
    def event(self, creditor: str, event: str) -> ProviderEvent | None: ...
    def store_event(self, creditor: str, provider: str, event: ProviderEvent, now: datetime) -> bool: ...
    def reached(self, point: str, channel: ChannelKind) -> tuple[Reached, ...]: ...
    def reply(self, creditor: str, reply: str, contact: str | None = None) -> Reply | None: ...
    def replies(self, creditor: str, contact: str) -> tuple[Reply, ...]: ...
    def talk(self, creditor: str, debtor: str) -> tuple[Conversation | None, tuple[Utterance, ...]]: ...
    def conversation(self, creditor: str, debtor: str) -> Conversation | None: ...
    def utterance(self, creditor: str, debtor: str, name: str) -> Utterance | None: ...
    def motions(self, creditor: str, debtor: str) -> tuple[Motion, ...]: ...
    def promised(self, creditor: str, since: date) -> tuple[Promised, ...]: ...
    def complaints(self, creditor: str, month: str) -> tuple[Complaint, ...]: ...


class TaskLists(Protocol):
    """What waits for a person, the first due first: of a creditor what nobody has taken, of somebody what they
    hold, and the motions that wait for a second one, the oldest first. They lag behind the tasks by moments:
    whoever acts reads the task. `most` bounds what is read. `one` is a task by its id alone, done or not."""

    def free(self, creditor: str, most: int) -> tuple[Waiting, ...]: ...
    def taken(self, owner: str) -> tuple[Waiting, ...]: ...
    def motions(self, creditor: str) -> tuple[Motion, ...]: ...
    def one(self, creditor: str, task: str) -> Waiting | None: ...


class Roster(Protocol):
    """The people who answer: all of them, in order of their ids, or one. They are written by a Commit."""

    def staff(self) -> tuple[Staff, ...]: ...
    def staff_member(self, member: str) -> Staff | None: ...


class Looks(Protocol):
    """Who was shown what, append-only. `note` returns once it is written, and raises Retry where it is not: then
    nothing is shown. `of_day` are those of a creditor on one day (UTC) after the look of that id, the first first,
    `most` of them at a time."""

    def note(self, look: Look) -> None: ...
    def of_day(self, creditor: str, day: date, after: str = "", most: int = 200) -> tuple[Look, ...]: ...


@dataclass(frozen=True)
class Identity:
    """Somebody as the identity provider knows them. `subject` is a hash of its issuer and its own id of them;
    `email` is None where the provider does not vouch for the address."""

    subject: str
    email: str | None
    name: str


class IdentityProvider(Protocol):
    """Where the staff prove who they are (OpenID Connect, authorization code with PKCE).

    `way_in` is the page they are sent to; it sends them to `back` with a code and the same `state`. `proven` takes
    the code, once: Permanent where it is no good or what comes for it does not fit, Retry where nobody answers.
    `way_out` ends their sign-in there too, None where that cannot be asked for.
    """

    def way_in(self, *, back: str, state: str, nonce: str, challenge: str, language: str) -> str: ...
    def proven(self, code: str, *, back: str, verifier: str, nonce: str, now: datetime) -> Identity: ...
    def way_out(self, back: str) -> str | None: ...


class Translator(Protocol):
    """Somebody's words in another language, by a machine; None where there is no translation just now. It never
    raises, and nothing of it is kept."""

    def __call__(self, text: str, source: str, target: str) -> str | None: ...


class Presences(Protocol):
    """Who is at the desk, and what each was given: all of it in one look, or one person's hand as it is now.

    `tell` is asked at each page: it may leave out what tells nothing new. Hands are written by a Commit.
    """

    def tell(self, presence: Presence) -> None: ...
    def all(self) -> tuple[tuple[Presence, ...], tuple[Hand, ...]]: ...
    def hand(self, staff: str) -> Hand: ...


class ContactCentre(Protocol):
    """A creditor's own contact centre, where its people answer some tasks; one file each.

    `needs` are the settings a creditor must give. `hand_over` tells it of a task, under the task's id: told twice,
    it is there once; it answers with what they call it there, and raises Retry or Permanent. `forget` has deleted
    what was told there of a task, and who it was of; asked twice it is gone once, Permanent: a person has to do it
    there. `notices` are the parts of a webhook whose signature fits and is of now (Permanent: it is not),
    `word_in` what one of them says of a task, None for news of another kind.
    """

    @property
    def key(self) -> str: ...
    @property
    def needs(self) -> tuple[str, ...]: ...
    def hand_over(self, told: Told, settings: CentreSettings) -> str: ...
    def forget(self, task: Task, settings: CentreSettings) -> None: ...
    def notices(
        self, creditor: str, body: bytes, headers: Mapping[str, str], now: datetime
    ) -> tuple[dict[str, Any], ...]: ...
    def word_in(self, notice: dict[str, Any]) -> CentreWord | None: ...


class Outgoing(Protocol):
    """Money that lies in suspense or is to leave, and what people did to it.

    `lying` and `refunds` are those of one creditor that have not come to their end, the oldest first; `payouts`
    are all of them by number, `settlements` and `payout_credits` what the provider paid out and the bank brought
    of it, `unwritten` the files that are not in the bucket yet. `acts` are of one month (`2026-11`), in order of
    time. `reconciliation` is the last comparison of that id, `acceptances` what people let stand of differences,
    the oldest first.
    """

    def lying(self, creditor: str) -> tuple[Suspense, ...]: ...
    def refund(self, creditor: str, order: str) -> RefundOrder | None: ...
    def refunds(self, creditor: str) -> tuple[RefundOrder, ...]: ...
    def payout(self, creditor: str, payout: str) -> Payout | None: ...
    def last_payout(self, creditor: str) -> Payout | None: ...
    def payouts(self, creditor: str) -> tuple[Payout, ...]: ...
    def settlements(self, creditor: str) -> tuple[ProviderSettlement, ...]: ...
    def payout_credits(self, creditor: str) -> tuple[PayoutCredit, ...]: ...
    def unwritten(self, creditor: str) -> tuple[TransferFile, ...]: ...
    def acts(self, creditor: str, month: str) -> tuple[Act, ...]: ...
    def reconciliation(self, creditor: str, name: str) -> Reconciliation | None: ...
    def acceptances(self, creditor: str) -> tuple[Acceptance, ...]: ...


class PaymentFiles(Protocol):
    """Writes an order for the bank where a person fetches it; the same order again is the same file."""

    def write_order(self, creditor: str, order: TransferOrder) -> None: ...


class PayoutPress(Protocol):
    """Sets a payout's statement, and keeps it as PDF and CSV; the same payout gives the same bytes."""

    def __call__(self, creditor: Creditor, payout: Payout, bookings: tuple[Booking, ...]) -> None: ...


class Watch(Protocol):
    """What the nightly run looks over: the due, the lost and the unsaid.

    `agreements_due` are running ones whose next contact was to go out by then, `mandates_due` and `fees_due` the
    mandates, and the claims with a collection fee that may rise, to be looked at by then. `reconciled` is when a
    creditor's money was last compared with the provider's without a trouble. `suspense_since` and
    `refunds_since` are those that have waited since before that moment. `people_to_forget` are those whose day to
    be restricted or forgotten may have come. `contacts_of` are one creditor's that are planned no more and whose
    hour lay in that time, always in the same order.
    """

    def contacts_due(self, until: datetime) -> Iterator[Contact]: ...
    def people_to_forget(self, until: datetime) -> Iterator[tuple[str, str]]: ...
    def suspense_since(self, before: datetime) -> Iterator[Suspense]: ...
    def refunds_since(self, before: datetime) -> Iterator[RefundOrder]: ...
    def agreements_due(self, until: datetime) -> Iterator[Plan | Deferral]: ...
    def mandates_due(self, until: datetime) -> Iterator[Mandate]: ...
    def fees_due(self, until: datetime) -> Iterator[Claim]: ...
    def contacts_of(self, creditor: str, since: datetime, before: datetime) -> Iterator[Contact]: ...
    def reconciled(self, creditor: str) -> datetime | None: ...
    def note_reconciled(self, creditor: str, at: datetime) -> None: ...
    def resend_facts(self, before: datetime, publish: Callable[[tuple[Fact, ...]], None]) -> int: ...


class Gates(Protocol):
    """What operators hold back: one list, told at each of the places where contacts ask.

    `tell` returns once every place says this or something newer; told twice, or half, it does no harm.
    """

    def whole(self) -> Gate: ...
    def tell(self, gate: Gate) -> None: ...


class Batches(Protocol):
    """How far the loading of a batch has come, counted per chunk and each chunk once."""

    def begin(self, batch: Batch) -> Batch: ...
    def save(self, batch: Batch) -> Batch: ...
    def batch(self, creditor: str, batch: str) -> Batch | None: ...
    def put_row(self, creditor: str, place: RowPlace, outcome: RowOutcome) -> None: ...
    def rows(self, creditor: str, batch: str, chunk: int) -> tuple[RowOutcome, ...]: ...
    def chunk_done(self, creditor: str, batch: str, chunk: int, counts: dict[Outcome, int]) -> Batch: ...


class BankBook(Protocol):
    """What a creditor's bank has told so far: statements, their entries, and money by its first sighting.

    `sighted` answers with the first sighting of this money, this one if there was none, and keeps the marks by
    which its return will know it. `settled_as` answers how a collective entry of any of these marks is told: what
    was said first stays. `chunk_done` counts a chunk once. `statements` are those that tell of one of these
    days or came on one, in the order they came.
    """

    def begin(self, statement: BankStatement) -> BankStatement: ...
    def save(self, statement: BankStatement) -> BankStatement: ...
    def statement(self, creditor: str, statement: str) -> BankStatement | None: ...
    def statements(self, creditor: str, first: date, last: date) -> tuple[BankStatement, ...]: ...
    def sighted(self, creditor: str, sighting: Sighting, marks: Iterable[str]) -> Sighting: ...
    def sighting(self, creditor: str, source: str) -> Sighting | None: ...
    def originals(self, creditor: str, mark: str) -> tuple[str, ...]: ...
    def settled_as(self, creditor: str, marks: Iterable[str], how: str) -> str: ...
    def put_result(self, creditor: str, place: EntryPlace, result: EntryResult) -> EntryResult: ...
    def result(self, creditor: str, place: EntryPlace) -> EntryResult | None: ...
    def results(self, creditor: str, statement: str, chunk: int) -> tuple[EntryResult, ...]: ...
    def chunk_done(self, creditor: str, statement: str, chunk: int) -> BankStatement: ...


@dataclass(frozen=True)
class EntryChunk:
    """A portion of a statement's entries, handed to the money function as one message. `account` is the IBAN they
    moved on, `first` the place of the first of them in the statement."""

    creditor: str
    statement: str
    account: str
    number: int
    first: int
    entries: tuple[BankEntry, ...]


class EntryQueue(Protocol):
    """Hands entries to the money function, at least once each."""

    def send_entries(self, chunk: EntryChunk) -> None: ...


class BankReports(Protocol):
    """Tells the creditor in the bucket what became of each entry of a statement."""

    def write_statement(self, statement: BankStatement, results: Iterable[EntryResult]) -> None: ...


class ToldEntries(Protocol):
    """Reads a statement's entries once more from the bank's own file: (IBAN, entries), None where it is gone."""

    def __call__(
        self, creditor: Creditor, statement: BankStatement
    ) -> tuple[str, tuple[BankEntry, ...]] | None: ...


class ReconciliationReports(Protocol):
    """Tells in the bucket in what the books differ; the same comparison gives the same bytes."""

    def write_reconciliation(self, creditor: Creditor, compared: Reconciliation) -> None: ...


class Survey(Protocol):
    """What a first reading of a whole file found."""

    @property
    def rows(self) -> int: ...
    @property
    def cut(self) -> bool: ...
    @property
    def sha256(self) -> str: ...


class BatchFile(Protocol):
    """An uploaded file, read from its start each time it is asked."""

    def survey(self) -> Survey | Refused: ...
    def rows(self) -> Iterator[Row | Quarantined]: ...


@dataclass(frozen=True)
class Chunk:
    """A portion of a batch's rows, handed to a worker as one message."""

    creditor: str
    batch: str
    number: int
    rows: tuple[Row, ...]


class ChunkQueue(Protocol):
    """Hands work to the workers, at least once each: chunks to be registered, or once released to be planned, and
    contacts whose arm is to be chosen."""

    def send(self, chunk: Chunk) -> None: ...
    def let_go(self, creditor: str, batch: str, chunk: int) -> None: ...
    def choose(self, creditor: str, debtor: str, contact: str) -> None: ...


class Reports(Protocol):
    """Tells the creditor in the bucket what became of a batch."""

    def write(self, batch: Batch, rows: Iterable[RowOutcome]) -> None: ...


class Accounts(Protocol):
    """Tells the creditor in the bucket what was booked over all its claims."""

    def write_account(
        self, creditor: Creditor, first: date, last: date, statements: Iterable[Statement]
    ) -> None: ...


class Scorer(Protocol):
    """Answers how likely somebody pays by themselves, and after a message by each of these arms.

    It never raises: a missing or broken model is a flagged answer.
    """

    def score(self, facts: ClaimFacts, as_of: datetime) -> Score: ...
    def respond(
        self, score: Score, facts: ClaimFacts, habits: Habits, arms: Sequence[Arm], as_of: datetime
    ) -> Responses: ...


class Scheduler(Protocol):
    """Brings a planned contact back at its hour or a little later: once per contact id, however often it is asked.

    `at` answers whether it had to be told: False, it knew.
    """

    def at(self, contact: Contact, now: datetime) -> bool: ...
    def cancel(self, contact: Contact) -> None: ...


@dataclass(frozen=True)
class Attachment:
    """A PDF that goes along with a message; `name` is what its reader sees it called."""

    name: str
    content: bytes


class Channel(Protocol):
    """One way to deliver a Message; raises Retry when nothing left, Permanent on a no, Unknown when unsure.

    A channel that cannot carry attachments leaves them out: what they say lies behind the link too. Its `terms`
    are all that anybody else has to know of it. `deliver` answers with the receipt under which outcomes come back;
    `units` counts what `prices` are for; `pace` is how fast the provider takes messages, None: as fast as they
    come. `report_in`, `reply_in` and `introduced_in` (somebody brought a code of ours along) read what the
    provider tells later, and are None for a notice of another kind;
    `forget` takes away what lay about until then; `notices` and `handshake` are for those whose provider calls us
    by HTTP. `at` is when it came, where it does not say so itself.
    `hears`: whether what comes to this address of ours may be meant for this creditor.
    """

    @property
    def key(self) -> str: ...
    @property
    def terms(self) -> ChannelTerms: ...
    @property
    def prices(self) -> Prices | None: ...
    @property
    def pace(self) -> Pace | None: ...
    def units(self, message: Message) -> int: ...
    def handshake(self, creditor: str, query: Mapping[str, str]) -> str | None: ...
    def notices(self, creditor: str, body: bytes, headers: Mapping[str, str]) -> tuple[dict[str, Any], ...]: ...
    def report_in(self, notice: dict[str, Any]) -> Report | None: ...
    def forget(self, notice: dict[str, Any]) -> None: ...
    def reply_in(self, notice: dict[str, Any], at: datetime) -> Reply | None: ...
    def introduced_in(self, notice: dict[str, Any]) -> Introduced | None: ...
    def hears(self, creditor: Creditor, to: str) -> bool: ...

    def deliver(
        self,
        creditor: Creditor,
        point: ContactPoint,
        message: Message,
        contact: Contact,
        attachments: tuple[Attachment, ...] = (),
    ) -> str: ...


class Composer(Protocol):
    """Writes the text of a contact, in the debtor's language; `matters` is how many claims it speaks for, `said`
    what an answer says, `wrote_there` that its reader wrote by the same channel within the day."""

    def __call__(
        self,
        kind: MessageKind,
        *,
        creditor: Creditor,
        debtor: Debtor,
        claim: Claim,
        link_url: str,
        stop_url: str,
        tone: Tone,
        language: str | None,
        now: datetime,
        zone: tzinfo,
        first: bool = False,
        good_until: date | None = None,
        payment: LedgerEntry | None = None,
        contact: Contact | None = None,
        matter: Matter | None = None,
        code: str | None = None,
        shape: Shape = ...,
        most_parts: int | None = None,
        rules: ContactRules | None = None,
        matters: int = 1,
        said: Utterance | None = None,
        wrote_there: bool = False,
    ) -> Message: ...


class Printer(Protocol):
    """Prints one document of a claim as a PDF: the same matter gives the same bytes.

    `ledgers` holds the claim's entries; of all the debtor's claims where the document is about all of them.
    """

    def __call__(
        self,
        kind: DocumentKind,
        *,
        creditor: Creditor,
        matter: Matter,
        claim: Claim,
        ledgers: Mapping[str, tuple[LedgerEntry, ...]],
        about: str,
        language: str | None,
        now: datetime,
        zone: tzinfo,
    ) -> bytes: ...


class Archive(Protocol):
    """Keeps the bytes of documents, each written once; `address` opens one for two minutes.

    `keep` answers with the bytes that are kept: those of whoever came first. `forget` leaves nothing of them.
    """

    def keep(self, creditor: str, document: str, pdf: bytes) -> bytes: ...
    def read(self, document: Document) -> bytes: ...
    def address(self, document: Document, name: str) -> str: ...
    def forget(self, creditor: str, document: str) -> None: ...


class PaymentGateway(Protocol):
    """The payment provider: hosted pages to pay on, and its word on what was paid.

    `smallest` is the least it takes in one payment, in minor units; for less than that, whatever our figure says,
    it raises AmountTooSmall. What it is asked for by an id it does not know is Permanent. Lists reach from `since`
    to before `until`, or to now.
    """

    def smallest(self, currency: str) -> int: ...
    def begin_checkout(
        self,
        attempt: Attempt,
        *,
        payee: str,
        description: str,
        locale: str,
        success_url: str,
        cancel_url: str,
    ) -> Checkout: ...
    def expire_checkout(self, creditor: str, provider_id: str) -> ProviderCheckout: ...
    def checkout(self, creditor: str, provider_id: str) -> ProviderCheckout: ...
    def payment(self, creditor: str, object_id: str) -> ProviderPayment: ...
    def payments_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterable[ProviderPayment]: ...
    def refund(self, creditor: str, object_id: str) -> ProviderRefund: ...
    def refunds_of(self, creditor: str, payment: str) -> tuple[ProviderRefund, ...]: ...
    def refunds_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterable[ProviderRefund]: ...
    def refund_payment(
        self, creditor: str, payment: str, amount: int, *, key: str, labels: Mapping[str, str]
    ) -> ProviderRefund: ...
    def chargeback(self, creditor: str, object_id: str) -> Chargeback: ...
    def chargebacks_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterable[Chargeback]: ...


class ProviderBalance(Protocol):
    """The creditor's balance at the provider, and what is paid out of it to the creditor's bank."""

    def payout(self, creditor: str, object_id: str) -> ProviderPayout: ...
    def payouts_since(
        self, creditor: str, since: datetime, until: datetime | None = None
    ) -> Iterable[ProviderPayout]: ...
    def balance_of(self, creditor: str, payout: str) -> Iterable[BalanceTransaction]: ...
    def balance_since(self, creditor: str, since: datetime) -> Iterable[BalanceTransaction]: ...


class MandateGateway(Protocol):
    """The payment provider's saved ways to pay: given on its hosted page, drawn on without their owner there.

    `drawn` finds the payment of an attempt however long ago it was begun; `draw` is safe to be called twice
    within a day. `end_mandate` of one that is forgotten already is no error.
    """

    def begin_mandate(
        self,
        mandate: Mandate,
        *,
        payee: str,
        currency: str,
        locale: str,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> Checkout: ...
    def saved_on(self, creditor: str, page: str) -> SavedWay | None: ...
    def labels_of(self, creditor: str, provider_mandate: str) -> dict[str, str]: ...
    def draw(self, attempt: Attempt, saved: SavedWay, *, description: str) -> ProviderPayment: ...
    def drawn(self, creditor: str, payer: str, attempt: str) -> ProviderPayment | None: ...
    def end_mandate(self, creditor: str, way: str) -> None: ...


@dataclass(frozen=True)
class About:
    """What a file is sent about. It is sealed with the form and comes back with the file: nobody can change it."""

    creditor: str
    debtor: str
    claim: str
    dispute: str


@dataclass(frozen=True)
class UploadForm:
    """Where a browser sends a file, past us, and the fields it sends before it, in order."""

    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Upload:
    """A file as its sender sent it, lying uncleaned in the bucket. `version` and `etag` are the bucket's own."""

    key: str
    etag: str
    version: str | None


@dataclass(frozen=True)
class Sent:
    """A file as it came, with what its form said. `content` ends a byte after the most that is ever kept.

    `about` is None where the file came by no form of ours.
    """

    about: About | None
    content: bytes


@dataclass(frozen=True)
class Cleaned:
    """A file as it may be kept and shown. `pages` is 0 for a picture."""

    media_type: str
    content: bytes
    pages: int = 0


class EvidenceStore(Protocol):
    """Lets a debtor send a file, and keeps what is left of it after cleaning.

    `form` reaches for nothing outside. `read` raises UploadGone when the file is no longer there; all raise
    Retry when the bucket is out of reach. `address` opens a kept one for two
    minutes. `drop` takes away a file as it was sent, `forget` a kept one with
    everything that is left of it.
    """

    def form(self, dispute: Dispute, upload: str, *, back: str) -> UploadForm: ...
    def read(self, upload: Upload) -> Sent: ...
    def keep(self, creditor: str, evidence: str, cleaned: Cleaned) -> None: ...
    def address(self, evidence: Evidence) -> str: ...
    def drop(self, upload: Upload) -> None: ...
    def forget(self, creditor: str, evidence: str) -> None: ...


# One row of an exported table, with the table's name.
type ExportedRow = tuple[str, tuple[Any, ...]]


class Exports(Protocol):
    """Keeps a day's tables where whoever analyses them fetches them; the same rows are the same bytes.

    `write` takes the rows as they come and answers how many there were; without any it writes nothing.
    """

    def write(
        self, creditor: str, day: date, tables: Mapping[str, tuple[Column, ...]], rows: Iterable[ExportedRow]
    ) -> int: ...


class Erasures(Protocol):
    """Who was forgotten, by numbers alone, kept apart from the table: what a backup brings back is told from it.

    `note` is safe to be called again. `since` are the numbers noted on that day (UTC) or later.
    """

    def note(self, creditor: str, number: str, at: datetime) -> None: ...
    def since(self, creditor: str, day: date) -> Iterator[str]: ...


class Cleaner(Protocol):
    """Makes a stranger's file harmless, or says why it cannot be kept."""

    def __call__(self, raw: bytes) -> Cleaned | EvidenceProblem: ...
