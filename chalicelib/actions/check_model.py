"""Look at the model once a week, for each creditor: does it still know whom it speaks of, and is it borne out?

What it sees of the last four weeks' decisions is held against what it learnt on (PSI), and what it said of those
whose four weeks are over against what they did (calibration slope). Where either is out of bounds the strategy's
order applies for this creditor until a model of another version is there; somebody is told (docs/model.md).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from ..domain.contact import Contact
from ..domain.drift import Verdict, calibration_slope, psi, verdict
from ..domain.errors import Retry, StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.model_health import ModelHealth, WatchedModel
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

    With too little to judge by, what applied before still applies. Called every night, and safe to be called
    again. Raises Retry when others keep writing the settings.
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
        health = _health(found, model.version, settings.health, now)
        about = (("model", model.version), ("standing", found.standing.value))
        fact = Fact(FactName.MODEL_CHECKED, creditor, about, now)
        try:
            store.commit(creditor, Commit((fact,), creditor=replace(settings, health=health)))
        except StaleVersion:
            continue
        return health
    raise Retry("the creditor's settings keep changing")


def _health(found: Verdict, model: str, held: ModelHealth | None, now: datetime) -> ModelHealth:
    """What once stepped back stays so: of what it is not asked any more, nothing good can be known either."""
    because = held.because if held and held.model == model else ""
    if found.falls_back:
        because = f"{found.standing.value}: {found.reason}"
    return ModelHealth(model, now, because, tuple(sorted(found.psi.items())), found.slope, found.cases)


def _look(creditor: str, model: WatchedModel, store: Store, watch: Watch, now: datetime) -> Verdict:
    lately = [c.choice.features for c in _decided(creditor, model, watch, now - LOOKS_AT, now) if c.choice]
    moved = {
        name: psi(usual, usual.counts(one.get(name) for one in lately)) for name, usual in model.usual.items()
    }
    answers, paid = list[float](), list[bool]()
    for contact in _decided(creditor, model, watch, now - MATURED, now - WINDOW):
        matter = store.matter(creditor, contact.debtor)
        if matter and contact.choice and contact.sent_at and contact.claim in matter.claims:
            answers.append(contact.choice.answers[contact.choice.arm])
            followed = signals(matter, contact, contact.sent_at + WINDOW)
            paid.append(first(SignalKind.PAID, followed) is not None)
    slope = calibration_slope(answers, paid) if len(answers) >= LEAST_MATURED else None
    return verdict(moved, slope, len(lately))


def _decided(
    creditor: str, model: WatchedModel, watch: Watch, since: datetime, before: datetime
) -> Iterator[Contact]:
    """The contacts of that time whose arm this very model was asked for, up to as many as are looked at. What a
    person turned it to is none of its answers."""
    contacts = watch.contacts_of(creditor, since, before)
    asked = (c for c in contacts if c.choice and c.choice.is_drawn and c.choice.model == model.version)
    return islice(asked, MOST_CASES)
