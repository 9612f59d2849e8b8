"""Who acts for the house: the principal that somebody's AWS credentials prove, and what two of them decide.

A person is their user's name, or the session's name where a role is lent: whoever lends the role writes the
person's name into it (docs/money.md). The root of the account is nobody.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .decision import Refused

# Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html. A user's name is one in the
# whole account, whatever its path and its capitals. Not compiled here: every page loads this file and none asks.
USER = r"arn:aws[a-z-]*:iam::\d{12}:user/(?:[\x21-\x7e]+/)?(?P<name>[\w+=,.@-]{1,64})"
SESSION = r"arn:aws[a-z-]*:sts::\d{12}:assumed-role/[\w+=,.@-]+/(?P<name>[\w+=,.@-]{2,64})"
NEEDED = 2


def person_of(principal: str) -> str | None:
    """The person behind an IAM principal's ARN, in small letters; None for whoever is no single person."""
    found = re.fullmatch(USER, principal, re.ASCII) or re.fullmatch(SESSION, principal, re.ASCII)
    return found["name"].lower() if found else None


@dataclass(frozen=True)
class Release:
    """One person's yes: of the two that money needs to leave, or the one that lets a batch be written about."""

    by: str
    at: datetime


def released(held: Iterable[Release], by: str, at: datetime) -> tuple[Release, ...] | Refused:
    """The releases with this person's; a person counts once, however often and under whatever role they say it."""
    given = tuple(held)
    if any(release.by == by for release in given):
        return Refused("same_person", "two_people")
    if len(given) >= NEEDED:
        return Refused("released_already", "two_people")
    return (*given, Release(by, at))


class ActKind(StrEnum):
    """What a person may do: to money, to what leaves, and to who works here."""

    ASSIGN = "assign"
    """Money in suspense is booked on a claim."""
    SEND_BACK = "send_back"
    """Money in suspense is to go back to whoever sent it."""
    GIVE_BACK = "give_back"
    """A payment that is booked on a claim is to go back, in part or whole."""
    TAKE_BACK = "take_back"
    """A bank's return is booked against the payment it took back."""
    RELEASE = "release"
    """One of the two releases of an order or a payout."""
    REFUSE = "refuse"
    COLLECT = "collect"
    """What was released is written into a file for the bank."""
    PAY_OUT = "pay_out"
    """What was collected for a creditor is put up for release."""
    CONFIRM_ACCOUNT = "confirm_account"
    """One of the two confirmations of another account."""
    RECONCILE = "reconcile"
    """The books of some days are compared, and repaired where that is possible."""
    RELEASE_BATCH = "release_batch"
    """The claims of a batch may be written about from now on."""
    HOLD = "hold"
    """Nothing of this leaves until it is lifted."""
    LIFT = "lift"
    DRY_RUN = "dry_run"
    """A version of a creditor's own strategy was reckoned over its portfolio, before it may count."""
    STRATEGY = "strategy"
    """A strategy is in force from now on: a version of the creditor's own, or the bundled one again."""
    WRONG_NUMBER = "wrong_number"
    """A call reached somebody else."""
    CALLED = "called"
    """A call was made: it reached its debtor, or nobody."""
    TAKE = "take"
    """Somebody of the staff took a task to answer it."""
    LEAVE = "leave"
    """They gave it back, to be given to somebody else."""
    HAND_ON = "hand_on"
    """They, or their lead, handed it on to a colleague or to whoever has a skill."""
    LINK = "link"
    """A link was sent to the debtor while somebody talked with them."""
    COMPLAINT = "complaint"
    """A complaint was answered."""
    OVERRULE = "overrule"
    """A reminder that waits goes another way than was chosen for it."""
    ANSWER = "answer"
    """Somebody's question, objection or complaint was answered."""
    PROPOSE = "propose"
    """Something that needs a second person was put before them."""
    CARRY = "carry"
    """The second person's yes: it was done."""
    DISMISS = "dismiss"
    """The second person's no, or the first one took it back."""
    HOLD_CLAIM = "hold_claim"
    """Nobody asks for money of this claim, or this debtor, until it is let go."""
    LET_GO = "let_go"
    OFFER = "offer"
    """Terms were offered to a debtor, with their notice."""
    AGREE = "agree"
    """What a debtor said yes to when they were spoken with was agreed."""
    ACCEPT = "accept"
    """One of the two yeses by which a difference between the books is let stand."""
    SIGN_IN = "sign_in"
    """Somebody of the staff took their seat at the desk."""
    SIGN_OUT = "sign_out"
    STAFF_ADD = "staff_add"
    """Somebody works here from now on."""
    STAFF_CHANGE = "staff_change"
    """What somebody of the staff is, for whom, in which languages, or when they work."""
    STAFF_GO = "staff_go"


@dataclass(frozen=True)
class Act:
    """One thing a person did: who, when, what, and the id of what it was done to. Never changed, never deleted."""

    creditor: str
    by: str
    what: ActKind
    about: str
    at: datetime

    @property
    def id(self) -> str:
        """In order of time; two people at the same moment are two acts. Names nobody: it is a key."""
        who = hashlib.sha256(self.by.encode()).hexdigest()[:8]
        return f"{self.at.isoformat()}#{self.what}#{self.about}#{who}"
