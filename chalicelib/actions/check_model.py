"""Look at the model once a week, for each creditor: does it still know whom it speaks of, and is it borne out?

What it sees of the last four weeks' decisions is held against the creditor's first ones with this model (PSI), and
what it said of those whose four weeks are over against what they did (calibration slope). Where either is out of
bounds the strategy's order applies for this creditor until a model of another version is there; somebody is told
(docs/model.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from ..domain.chosen import Choice, How
from ..domain.contact import Contact
from ..domain.drift import Standing, Usual, Verdict, WatchedModel, calibration_slope, psi, verdict
from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.model_health import ModelHealth
from ..domain.signal import WINDOW, SignalKind, first, signals
from ..ports import Commit, Store, Watch

EVERY = timedelta(days=7)
LOOKS_AT = timedelta(days=28)
MATURED = timedelta(days=84)
# More say nothing that these do not, and the night has other work.
MOST_CASES = 5_000
# A slope of fewer outcomes would be chance.
LEAST_MATURED = 200
TURNS = 5


def check_model(
    creditor: str, *, model: WatchedModel, store: Store, watch: Watch, now: datetime
) -> ModelHealth | None:
    """What was found for this creditor, kept with its settings; None where a week has not gone by yet.

    With too little to judge by, what applied before still applies, and a no stays a no: nothing is chosen by the
    model then, so nothing new is known of it. Called every night, and safe to be called again. Raises Retry when
    others keep writing the settings.
    """
    settings = store.fresh_creditor(creditor)
    held = settings.health if settings else None
    if settings is None or (held and held.model == model.version and now - held.checked_at < EVERY):
        return None
    found = _look(creditor, model, store, watch, now)
    for _ in range(TURNS):
        settings = store.fresh_creditor(creditor)
        if settings is None:
            return None
        health, judged = _health(found, model, settings.health, now)
        about = (("model", model.version), ("standing", judged.standing.value))
        fact = Fact(FactName.MODEL_CHECKED, creditor, about, now)
        try:
            store.commit(creditor, Commit((fact,), creditor=replace(settings, health=health)))
        except StaleVersion:
            continue
        return health
    raise Retry("the creditor's settings keep changing")


@dataclass(frozen=True)
class _Looked:
    """What the creditor's own log shows: the counts of each feature of late, and what it said against what was."""

    counts: dict[str, tuple[int, ...]]
    cases: int
    slope: float | None


def _look(creditor: str, model: WatchedModel, store: Store, watch: Watch, now: datetime) -> _Looked:
    lately = [c.choice.features for c in _decided(creditor, model, watch, now - LOOKS_AT, now) if c.choice]
    counts = {name: usual.counts(one.get(name) for one in lately) for name, usual in model.usual.items()}
    answers, paid = list[float](), list[bool]()
    for contact in _decided(creditor, model, watch, now - MATURED, now - WINDOW):
        matter = store.matter(creditor, contact.debtor)
        if matter and contact.choice and contact.sent_at and contact.claim in matter.claims:
            answers.append(contact.choice.answers[contact.choice.arm])
            followed = signals(matter, contact, contact.sent_at + WINDOW)
            paid.append(first(SignalKind.PAID, followed) is not None)
    slope = calibration_slope(answers, paid) if len(answers) >= LEAST_MATURED else None
    return _Looked(counts, len(lately), slope)


def _health(
    found: _Looked, model: WatchedModel, held: ModelHealth | None, now: datetime
) -> tuple[ModelHealth, Verdict]:
    """What this look makes of the model: held against the first one that had enough, and sticking to a no."""
    before = held if held and held.model == model.version else None
    began = dict(before.began) if before else {}
    moved = {name: psi(as_it_was(model.usual[name], counts), found.counts[name]) for name, counts in began.items()}
    judged = verdict(moved, found.slope, found.cases)
    because = f"{judged.standing.value}: {judged.reason}" if judged.falls_back else ""
    if before and before.because:
        because = before.because
    if not began and judged.standing is not Standing.TOO_FEW:
        began = found.counts
    apart = {name: psi(usual, found.counts[name]) for name, usual in model.usual.items()} if found.cases else {}
    health = ModelHealth(
        model.version,
        now,
        because,
        psi=tuple(sorted(moved.items())),
        slope=found.slope,
        cases=found.cases,
        began=tuple(sorted(began.items())),
        apart=tuple(sorted(apart.items())),
    )
    return health, judged


def as_it_was(usual: Usual, counts: tuple[int, ...]) -> Usual:
    """How the creditor's own first cases were spread, over the bins of the model's card."""
    total = sum(counts)
    *shares, unknown = (count / total for count in counts)
    return Usual(usual.edges, tuple(shares), unknown)


def _decided(
    creditor: str, model: WatchedModel, watch: Watch, since: datetime, before: datetime
) -> Iterator[Contact]:
    """The contacts of that time whose arm this very model chose, up to as many as are looked at."""
    contacts = watch.contacts_of(creditor, since, before)
    return islice((c for c in contacts if c.choice and _chose(model, c.choice)), MOST_CASES)


def _chose(model: WatchedModel, choice: Choice) -> bool:
    """What a person took instead may be an arm this model gave no answer for."""
    return bool(choice.arm) and choice.how is not How.OVERRULED and choice.model == model.version
