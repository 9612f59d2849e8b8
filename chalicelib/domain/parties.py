"""Creditor, Debtor and ContactPoint: who asks, who is asked, and where they can be reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from .channel import ALWAYS, ORIGINATION, ChannelSettings, ChannelTerms
from .channel import ChannelKind as ChannelKind
from .choices import Barrier as Barrier
from .choices import Choices as Choices
from .claim import BY_LAW, Hold, HoldKind, Rest
from .consent import Consent, ConsentPurpose

if TYPE_CHECKING:
    from .account_change import AccountChange, BankAccount
    from .bank_form import BankForm
    from .centre import CentreSettings
    from .model_health import ModelHealth
    from .payout_terms import PayoutTerms
    from .profile import FileProfile
    from .strategies._base import OwnStrategy


class ActingAs(StrEnum):
    """Who is writing: the creditor in its own name, or a registered collection service (RDG §10)."""

    OWN_NAME = "own_name"
    COLLECTOR = "collector"


def purpose_of(channel: ChannelKind) -> ConsentPurpose:
    """What is allowed or withdrawn when somebody says yes or no to this channel."""
    named = channel.value in tuple(ConsentPurpose)
    return ConsentPurpose(channel.value) if named else ConsentPurpose.CHANNEL


class ReleaseWay(StrEnum):
    """How a creditor's batches come to be contacted: once a person has released each, or as they are loaded."""

    BY_HAND = "by_hand"
    AT_ONCE = "at_once"


class PayMethod(StrEnum):
    """What the payment provider offers a creditor's debtors on its hosted page, as it is set up there."""

    CARD = "card"
    SEPA_DEBIT = "sepa_debit"
    WALLET = "wallet"
    PAYPAL = "paypal"


class PointState(StrEnum):
    UNCONFIRMED = "unconfirmed"
    """Written down by the debtor; only a code goes there until it comes back."""
    ACTIVE = "active"
    OPTED_OUT = "opted_out"
    DEAD = "dead"
    WRONG_PERSON = "wrong_person"


class Factor(StrEnum):
    """What a debtor may prove at the door; never one that a message prints."""

    POSTCODE = "postcode"
    BIRTH_DATE = "birth_date"
    INVOICE_NUMBER = "invoice_number"
    CODE = "code"
    """A code sent to the known contact point, used once."""


@dataclass(frozen=True)
class Address:
    street: str
    postcode: str
    city: str
    country: str = "DE"
    traced: bool = False


@dataclass(frozen=True)
class Authority:
    """The supervisory authority a collector must name (RDG §13a(1) no. 8)."""

    name: str
    address: str
    contact: str


@dataclass(frozen=True)
class Creditor:
    """A party that is owed, with everything pages and messages must say about it.

    `sandbox` keeps every message from leaving; so does a country policy nobody has reviewed (`reviewed_by`,
    `reviewed_on`). `public_url` is the creditor's own origin, without a trailing slash. `language` is the one its
    own reports are written in. `methods` names what the provider's page offers, so that ours can say it
    beforehand. `bills_collection_fee`: this collector bills its client the lawyers' fee, which the debtor then
    bears (fees.py); nobody who writes in their own name does. `bank` is the form of its bank's CSV exports, None
    where it gets camt. `payout_terms` is what is agreed about money we collect for it, None where it collects on
    its own accounts; `payout_to` is where that goes, once two people confirmed it. `changes` are accounts that
    were asked for and are not in force. `channels` is what it set up beyond mail and text messages, or for them.
    `release` says whether its batches rest until a person releases them. `own_strategy` is the version of its own
    that a person put in force, in the place of the bundled `strategy`. `health` is what the last weekly look at
    the model found for this creditor's debtors. `centre` is its own contact centre, where some tasks are answered.
    """

    id: str
    legal_name: str
    address: Address
    acting_as: ActingAs
    country: str
    profile: FileProfile
    strategy: str
    sender_email: str
    sender_sms: str
    provider: str
    provider_secret: str
    payee: str
    iban: str
    help_phone: str
    help_hours: str
    help_email: str
    imprint_url: str
    privacy_url: str
    public_url: str
    language: str = "de"
    colour: str | None = None
    register_entry: str | None = None
    register_number: str | None = None
    authority: Authority | None = None
    on_behalf_of: str | None = None
    reviewed_by: str | None = None
    reviewed_on: date | None = None
    sandbox: bool = True
    live: bool = False
    methods: tuple[PayMethod, ...] = (PayMethod.CARD, PayMethod.SEPA_DEBIT)
    bills_collection_fee: bool = False
    bank: BankForm | None = None
    payout_to: BankAccount | None = None
    payout_terms: PayoutTerms | None = None
    changes: tuple[AccountChange, ...] = ()
    own_strategy: OwnStrategy | None = None
    release: ReleaseWay = ReleaseWay.BY_HAND
    channels: tuple[ChannelSettings, ...] = ()
    health: ModelHealth | None = None
    centre: CentreSettings | None = None
    version: int = 0

    @property
    def open_channels(self) -> tuple[ChannelSettings, ...]:
        """What this creditor may write by, mail and text messages first, each kind once."""
        own = {settings.terms.kind: settings for settings in self.channels}
        first = tuple(own.pop(always.terms.kind, always) for always in ALWAYS)
        return tuple(settings for settings in (*first, *own.values()) if settings.is_open)

    def channel(self, kind: ChannelKind) -> ChannelSettings | None:
        """What it set up for this kind; None where it does not write that way."""
        return next((settings for settings in self.open_channels if settings.terms.kind is kind), None)

    @property
    def texts_can_be_answered(self) -> bool:
        """A number can be answered; a name cannot, and of a pool nobody here knows."""
        settings = self.channel(ChannelKind.SMS)
        leaves_from = settings.given.get(ORIGINATION) if settings else None
        return (leaves_from or self.sender_sms).startswith("+")

    @property
    def name_in_texts(self) -> str:
        """Who a text says it is from: `sender_sms`, and the legal name where that is a number."""
        return self.legal_name if self.sender_sms.startswith("+") else self.sender_sms

    def terms_of(self, kind: ChannelKind) -> ChannelTerms | None:
        settings = self.channel(kind)
        return settings.terms if settings else None


@dataclass(frozen=True)
class ContactPoint:
    """An e-mail address, a phone number in E.164 form, or the address a letter bears.

    `confirmed`: a code that went there came back from the debtor; what a file says may be somebody else's.
    `tries` counts the codes that did not fit it.
    """

    channel: ChannelKind
    value: str
    state: PointState = PointState.ACTIVE
    tries: int = 0
    confirmed: bool = False

    @property
    def answers(self) -> bool:
        """Whoever opted out of reminders still gets the answers they are owed."""
        return self.state in (PointState.ACTIVE, PointState.OPTED_OUT)


@dataclass(frozen=True)
class Helper:
    """Somebody the debtor let in, by the link of this id and as far as `scope` reaches."""

    link: str
    scope: str
    invited_at: datetime
    until: datetime


# By which a code comes while its reader waits at the door.
CODED = (ChannelKind.EMAIL, ChannelKind.SMS)


@dataclass(frozen=True)
class Debtor:
    """(creditor, debtor number): never merged with another by name or address.

    `blocked` holds keyed hashes of addresses that are not taken again: somebody else's, or forgotten with a stop.
    `iban` is the account a direct debit mandate draws on, where the creditor holds one. `consents` is the whole
    history, the latest last. `accounts` are keyed hashes of bank accounts that paid for them. `forget_on` is the
    day on which the nightly run looks at what of them has had its time; `restricted_at`: what the books do not
    need is gone, addresses first; `erased_at`: the person was forgotten, only ids are left. `rests` are the times
    in which the law added nothing to what they owe, as far as they are over.
    """

    creditor: str
    number: str
    name: str
    is_business: bool
    address: Address
    birth_date: date | None = None
    language: str | None = None
    points: tuple[ContactPoint, ...] = ()
    holds: tuple[Hold, ...] = ()
    blocked: tuple[str, ...] = ()
    iban: str | None = None
    choices: Choices = Choices()
    consents: tuple[Consent, ...] = ()
    helpers: tuple[Helper, ...] = ()
    accounts: tuple[str, ...] = ()
    forget_on: datetime | None = None
    restricted_at: datetime | None = None
    erased_at: datetime | None = None
    rests: tuple[Rest, ...] = ()
    version: int = 0

    def point(self, channel: ChannelKind, *, answering: bool = False) -> ContactPoint | None:
        """The first contact point of this channel that may be written to.

        Whoever opted out of reminders still gets the answers they are owed (`answering`).
        """
        mine = (p for p in self.points if p.channel is channel)
        return next((p for p in mine if p.state is PointState.ACTIVE or (answering and p.answers)), None)

    def said_stop(self, point: ContactPoint) -> bool:
        """Whether requests were stopped for this address, as far as anybody can tell: one that died afterwards
        does not come back to life by another channel or another file."""
        if point.state is not PointState.DEAD:
            return point.state is PointState.OPTED_OUT
        steps = [step.given for step in self.consents if step.purpose is purpose_of(point.channel)]
        return bool(steps) and not steps[-1]

    def code_point(self) -> ContactPoint | None:
        """Where a code for the door goes: to an address the debtor confirmed, first by the way they chose.

        An address from a file may be a stranger's, and a code sent there would let in the very person the door
        keeps out. Only who wants nothing but codes asked has vouched for the addresses we hold.
        """
        told = [p for p in self.points if p.channel in CODED]
        trusted = [p for p in told if p.answers and (p.confirmed or self.choices.code_only)]
        order = (self.choices.channel, *CODED)
        return min(trusted, key=lambda p: (not p.confirmed, order.index(p.channel)), default=None)

    def with_point_state(self, value: str, state: PointState, channel: ChannelKind | None = None) -> Debtor:
        """The debtor with this contact point in another state; a wrong person's address is forgotten.

        A number may be written to by several channels: it is meant for all of them, unless one is named.
        """
        if state is PointState.WRONG_PERSON:
            return replace(self, points=tuple(p for p in self.points if p.value != value))
        points = tuple(
            replace(p, state=state) if p.value == value and channel in (None, p.channel) else p
            for p in self.points
        )
        return replace(self, points=points)

    def stopped(self, value: str, at: datetime, words: str) -> Debtor:
        """The debtor with this address opted out by each channel open for it, and the step that says so."""
        meant = [p for p in self.points if p.value == value and p.state is PointState.ACTIVE]
        if not meant:
            return self
        points = tuple(replace(p, state=PointState.OPTED_OUT) if p in meant else p for p in self.points)
        step = Consent(purpose_of(meant[0].channel), given=False, at=at, words=words)
        return replace(self, points=points, consents=(*self.consents, step))

    def held(self, hold: Hold) -> Debtor:
        """The debtor with this hold, replacing an older one of the same kind."""
        free = self._without(hold.kind, hold.since)
        return replace(free, holds=(*free.holds, hold))

    def released(self, kind: HoldKind, now: datetime | None = None) -> Debtor:
        """The debtor without their hold of this kind; one under which the law adds nothing ends at `now`."""
        return self._without(kind, now)

    def _without(self, kind: HoldKind, now: datetime | None) -> Debtor:
        gone = [hold for hold in self.holds if hold.kind is kind]
        kept = tuple(hold for hold in self.holds if hold.kind is not kind)
        over: tuple[Rest, ...] = ()
        if gone and kind in BY_LAW:
            if now is None:
                raise ValueError(f"interest rests under {kind}: when does that end?")
            ended = (Rest(hold.since, min(now, hold.until or now)) for hold in gone)
            over = tuple(rest for rest in ended if rest.since < rest.until)
        return replace(self, holds=kept, rests=(*self.rests, *over))

    @property
    def quiet_times(self) -> tuple[tuple[datetime, datetime | None], ...]:
        """Since when and until when (None: until lifted) the law adds nothing to what they owe."""
        running = ((hold.since, hold.until) for hold in self.holds if hold.kind in BY_LAW)
        return (*((rest.since, rest.until) for rest in self.rests), *running)

    def binding_holds(self, now: datetime) -> tuple[Hold, ...]:
        return tuple(h for h in self.holds if h.binds(now))
