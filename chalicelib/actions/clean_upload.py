"""Take a file somebody sent about their dispute: cleaned it is kept, as it came it is gone."""

from dataclasses import replace
from datetime import datetime

from ..domain.errors import StaleVersion, UploadGone
from ..domain.evidence import (
    MOST_SENT,
    Evidence,
    EvidenceProblem,
    EvidenceState,
    evidence_id,
    room_for_more,
)
from ..domain.facts import Fact, FactName
from ..ports import About, Cleaned, Cleaner, Commit, EvidenceStore, Store, Upload


def clean_upload(
    upload: Upload,
    *,
    sent_at: datetime,
    store: Store,
    evidence: EvidenceStore,
    clean: Cleaner,
    now: datetime,
) -> Evidence | None:
    """What became of the file; None where it belongs to no dispute we know, or was taken before.

    Told twice of the same file it is taken once. What cannot be kept leaves no bytes behind, only the reason
    its sender is told. Raises Retry while the bucket or the table is out of reach: then the file still lies
    there as it came, for another try.
    """
    try:
        sent = evidence.read(upload)
    except UploadGone:
        return None
    taken = None
    if sent.about is not None and (known := _known(sent.about, store)) is not None:
        one = evidence_id(upload.key, upload.etag)
        if len(known) < MOST_SENT and all(held.id != one for held in known):
            cleaned = clean(sent.content) if room_for_more(known) else EvidenceProblem.TOO_MANY
            taken = _taken(one, sent.about, cleaned, sent_at, now, store=store, evidence=evidence)
    evidence.drop(upload)
    return taken


def _known(about: About, store: Store) -> tuple[Evidence, ...] | None:
    """What was sent about this dispute before; None where there is no such dispute (any more)."""
    matter = store.matter(about.creditor, about.debtor)
    dispute = matter.disputes.get(about.dispute) if matter else None
    if matter is None or matter.debtor.erased_at or dispute is None or dispute.claim != about.claim:
        return None
    return tuple(held for held in matter.evidence.values() if held.dispute == about.dispute)


def _taken(
    one: str,
    about: About,
    cleaned: Cleaned | EvidenceProblem,
    sent_at: datetime,
    now: datetime,
    *,
    store: Store,
    evidence: EvidenceStore,
) -> Evidence | None:
    """Keep the file first and tell of it afterwards: whoever reads of it finds it."""
    held = Evidence(
        id=one,
        creditor=about.creditor,
        debtor=about.debtor,
        claim=about.claim,
        dispute=about.dispute,
        state=EvidenceState.TAKEN,
        sent_at=sent_at,
        done_at=now,
    )
    facts: tuple[Fact, ...] = ()
    if isinstance(cleaned, EvidenceProblem):
        held = replace(held, state=EvidenceState.REFUSED, problem=cleaned)
    else:
        held = replace(held, media_type=cleaned.media_type, size=len(cleaned.content), pages=cleaned.pages)
        ids = (("claim", about.claim), ("dispute", about.dispute), ("evidence", one))
        facts = (Fact(FactName.EVIDENCE_TAKEN, about.creditor, ids, now),)
        evidence.keep(about.creditor, one, cleaned)
    try:
        store.commit(about.creditor, Commit(facts, evidence=(held,)))
    except StaleVersion:
        # Told of the same file twice at once: the other telling was faster, and kept the same.
        return None
    return held
