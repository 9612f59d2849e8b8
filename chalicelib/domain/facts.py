"""Past-tense facts for the bus: ids and versions only, no person and no amount."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FactName(StrEnum):
    CREDITOR_ACCEPTED = "CreditorAccepted"
    CLAIM_REGISTERED = "ClaimRegistered"
    CLAIM_SCORED = "ClaimScored"
    CONTACT_PLANNED = "ContactPlanned"
    CONTACT_SENT = "ContactSent"
    CONTACT_DELIVERED = "ContactDelivered"
    CONTACT_FAILED = "ContactFailed"
    CONTACT_LOST = "ContactLost"
    CONTACT_CANCELLED = "ContactCancelled"
    PAY_LINK_ISSUED = "PayLinkIssued"
    DOOR_PASSED = "DoorPassed"
    PAYMENT_STARTED = "PaymentStarted"
    PAYMENT_PENDING = "PaymentPending"
    PAYMENT_LAPSED = "PaymentLapsed"
    PROVIDER_EVENT_STORED = "ProviderEventStored"
    PAYMENT_RECEIVED = "PaymentReceived"
    PAYMENT_SUSPENDED = "PaymentSuspended"
    BALANCE_CHANGED = "BalanceChanged"
    CLAIM_CLOSED = "ClaimClosed"
    WRONG_PERSON_REPORTED = "WrongPersonReported"
    CONTACT_STOPPED = "ContactStopped"
    TASK_OPENED = "TaskOpened"
    TASK_DONE = "TaskDone"
    TRANSFER_ANNOUNCED = "TransferAnnounced"
    AMOUNT_WAIVED = "AmountWaived"
    INTEREST_BOOKED = "InterestBooked"
    INTEREST_CREDITED = "InterestCredited"
    BASE_RATE_MISSING = "BaseRateMissing"
    COSTS_CHARGED = "CostsCharged"
    PAYMENT_REVERSED = "PaymentReversed"
    PAYMENT_RESTORED = "PaymentRestored"
    CLAIM_REOPENED = "ClaimReopened"
    OFFER_MADE = "OfferMade"
    DEFERRAL_AGREED = "DeferralAgreed"
    DEFERRAL_ENDED = "DeferralEnded"
    PLAN_AGREED = "PlanAgreed"
    PLAN_CHANGED = "PlanChanged"
    PLAN_KEPT = "PlanKept"
    PLAN_ENDED = "PlanEnded"
    INSTALMENT_MISSED = "InstalmentMissed"
    DISPUTE_RAISED = "DisputeRaised"
    DISPUTE_ADDED_TO = "DisputeAddedTo"
    DISPUTE_ANSWERED = "DisputeAnswered"
    DISPUTE_WITHDRAWN = "DisputeWithdrawn"
    REPRESENTATIVE_NAMED = "RepresentativeNamed"
    REPRESENTATIVE_WITHDRAWN = "RepresentativeWithdrawn"
    EVIDENCE_TAKEN = "EvidenceTaken"
    DOCUMENT_MADE = "DocumentMade"
    CONSENT_GIVEN = "ConsentGiven"
    CONSENT_WITHDRAWN = "ConsentWithdrawn"
    CHOICES_CHANGED = "ChoicesChanged"
    CONTACT_POINT_CONFIRMED = "ContactPointConfirmed"
    HELPER_INVITED = "HelperInvited"
    MANDATE_GIVEN = "MandateGiven"
    MANDATE_ENDED = "MandateEnded"
    PERSON_ERASED = "PersonErased"


@dataclass(frozen=True)
class Fact:
    """Something that happened, about one thing. `about` holds ids only (claim, contact, attempt ...)."""

    name: FactName
    creditor: str
    about: tuple[tuple[str, str], ...]
    at: datetime
