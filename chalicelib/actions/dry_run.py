"""Dry-run a version of a creditor's own strategy over all its claims, counted beside the one in force."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from ..domain.batch import Batch
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.policies._country import CountryPolicy
from ..domain.rehearsal import DryRunReport, Leg, Rehearsal, tallied
from ..domain.strategies._base import Strategy, strategy_of
from ..domain.strategies._own import OwnStrategy
from ..ports import Batches, Store
from .choose_arm import Chooser
from .rehearse import Trial, did, would, would_have

AHEAD = timedelta(days=28)


def dry_run(
    creditor: Creditor,
    own: OwnStrategy,
    debtors: Iterable[str],
    *,
    store: Store,
    batches: Batches,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    chooser: Chooser,
    now: datetime,
    seen: Callable[[int], None] = lambda number: None,
) -> DryRunReport:
    """What this version would have sent and would send, to whom not and why, beside what was sent and will be.

    `debtors` are the numbers of all this creditor's; who was forgotten is passed over. `seen` is told how many are
    done. The policy is asked at every hour; of what other creditors sent to the same addresses nothing is known.
    Nothing is written.
    """
    policy = policies[creditor.country]
    trial = Trial(creditor, policy, own.strategy, chooser)
    in_force = Trial(creditor, policy, strategy_of(creditor, strategies), chooser)
    heard: dict[Leg, list[tuple[str, Rehearsal]]] = {leg: [] for leg in Leg}
    released: dict[str, Batch | None] = {}
    until, claims, resting = now + AHEAD, 0, 0
    for number, matter in enumerate(_matters(creditor, debtors, store), start=1):
        name = matter.debtor.number
        claims += len(matter.claims)
        resting += sum(claim.unreleased for claim in matter.claims.values())
        ledgers = {c.id: store.ledger(creditor.id, c.id) for c in matter.claims.values() if c.entries > 1}
        begins = {c.id: _begin(matter, c.id, released, batches) for c in matter.claims.values()}
        heard[Leg.DID].append((name, did(matter, now)))
        heard[Leg.WOULD_HAVE].append((name, would_have(trial, matter, ledgers, begins, now)))
        heard[Leg.WILL].append((name, would(in_force, matter, now, until)))
        heard[Leg.WOULD].append((name, would(trial, matter, now, until)))
        seen(number)
    return DryRunReport(
        creditor=creditor.id,
        version=own.number,
        sha256=own.sha256,
        in_force=in_force.strategy.key,
        drawn_at=now,
        until=until,
        debtors=len(heard[Leg.DID]),
        claims=claims,
        resting=resting,
        legs={leg: tallied(told, policy.zone) for leg, told in heard.items()},
    )


def _matters(creditor: Creditor, debtors: Iterable[str], store: Store) -> Iterator[Matter]:
    for name in debtors:
        matter = store.matter(creditor.id, name)
        if matter and matter.debtor.erased_at is None and matter.claims:
            yield matter


def _begin(matter: Matter, name: str, known: dict[str, Batch | None], batches: Batches) -> datetime | None:
    """From when on the claim could be written about; None while it rests."""
    claim = matter.claims[name]
    if claim.unreleased:
        return None
    if claim.batch not in known:
        known[claim.batch] = batches.batch(claim.creditor, claim.batch)
    batch = known[claim.batch]
    return max(claim.registered_at, batch.release.at) if batch and batch.release else claim.registered_at
