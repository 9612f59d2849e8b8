"""A simulated year with a drift in the middle: alarm, fall-back, retraining on the log since, recovery.

Each week some debtors come in and are asked in the strategy's steps, by the arm the model chooses, by the ladder
if they are held out, and all of them by the ladder while the model has fallen back. Each week domain/drift.py
judges the model by what was decided lately and by what has become of it. Nothing that decides knows of the drift.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from chalicelib.actions.check_model import LOOKS_AT, MATURED, as_it_was
from chalicelib.domain.drift import Usual, calibration_slope, psi, verdict
from chalicelib.domain.response import HORIZON_DAYS, RESPONSE
from chalicelib.domain.signal import WINDOW
from models.train import fit
from models.train.card import expected_of
from models.train.debtors import Asking, debtors_of
from models.train.export import head_of
from models.train.heads import response_rows
from models.train.log import earlier_priors, write_log
from models.train.policies import ARMS, BALANCED, Explorer, Ladder, Oracle, Personalised
from models.train.recipe import HELD_OUT, STEERED, noise_of
from models.train.ways import DAYS, net_values

WEEKS, DRIFT, CLAIMS = 52, 22, 400
EXPLORES, KEPT_APART = 0.1, 0.05
# The week each step falls into; what a message came to is known so many weeks later.
STEP_WEEKS = tuple(round(day / 7) for day in DAYS)
MATURE = HORIZON_DAYS // 7
# As in actions/check_model.py: drift is looked for in the decisions of the last four weeks, beside the first four
# of this model; calibration in those of the last eight that matured.
LATELY, JUDGED = LOOKS_AT.days // 7, (MATURED - WINDOW).days // 7
# A new model is made when so many weeks since the alarm have matured.
ENOUGH = 6
# So many weeks show whether it has recovered.
SETTLED = 4
NAMES = [feature.name for feature in RESPONSE]
DIRECTIONS = [feature.direction for feature in RESPONSE]


def after(world):
    """The world from the drift on: larger claims, hard times, and mail that is sorted out as junk."""
    shares = {"lazy": 0.30, "cannot_pay": 0.40, "avoider": 0.22, "disputing": 0.08}
    tempers = {name: replace(temper, share=shares[name]) for name, temper in world.tempers.items()}
    bases = {**world.bases, "email": -0.45}
    return replace(world, key=f"{world.key}, drifted", tempers=tempers, bases=bases, amounts=2.0)


@dataclass(frozen=True)
class Week:
    """One week. gain, possible: what was made and what the oracle would have, above the ladder, in euro a message.

    model: the version in force, 0 while it has fallen back. psi: the worst feature's; standing: the verdict.
    """

    number: int
    model: int
    gain: float
    possible: float
    psi: float
    slope: float | None
    standing: str
    reason: str


@dataclass(frozen=True)
class Year:
    """weeks, and the week in which each thing happened: drift, alarm, fall_back, retrained, recovered."""

    weeks: tuple[Week, ...]
    marks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Messages:
    """The messages of one step of one cohort, as a log keeps them: rows n x RESPONSE, and who paid."""

    week: int
    rows: np.ndarray
    paid: np.ndarray


class _Cohort:
    """The debtors that came in in one week, and who of them is held out; owing: who has not paid yet."""

    def __init__(self, week, debtors, rng):
        self.began, self.asking = week, Asking(debtors)
        self.held = rng.random(len(debtors)) < KEPT_APART
        self.owing = np.ones(len(debtors), dtype=bool)

    def is_due(self, week):
        return self.asking.step < len(DAYS) and self.began + STEP_WEEKS[self.asking.step] == week

    def ask(self, week, in_force, model, rng):
        """Ask one step: (what the log keeps, gain over the ladder a message, what the oracle's would be, weight).

        in_force: the model that chooses, None while the strategy does; model: the latest one there was.
        """
        asking, every = self.asking, np.arange(len(self.owing))
        ladder, lots = Ladder(model.policy.pays).take(asking).way, rng.random(len(every))
        way = np.where(self.held, ladder, in_force.policy.take(asking, lots).way) if in_force else ladder
        best = Oracle().take(asking).way

        def worth(taken):
            value = net_values(asking.truth(taken), taken, asking.debtors.amount, asking.recent, BALANCED)
            return float((asking.weight * value).sum() / weight) / 100

        weight = float(asking.weight.sum())
        gain, possible = (worth(taken) - worth(ladder) for taken in (way, best))
        untouched = model.policy.pays.ask(asking.debtors.rows)
        rows = response_rows(asking, untouched, model.policy.priors, ARMS)[np.minimum(way, ARMS[-1]), every]
        paid, kept = asking.lots()[0] < asking.truth(way), self.owing & (way <= ARMS[-1])
        self.owing = self.owing & ~paid
        asking.go_on(way)
        return _Messages(week, rows[kept], paid[kept]), gain, possible, weight


@dataclass(frozen=True)
class _Model:
    """One version of the second head, and how its features were spread where it learnt."""

    version: int
    policy: Personalised
    usual: dict[str, Usual]


def first_model(world, pays, *, size=20_000, bags=8):
    """The model the year begins with: learnt before it, from friendly arms drawn by lot."""
    debtors = debtors_of(world, size, 77)
    priors = earlier_priors(debtors)
    decisions = write_log(debtors, Explorer(), pays, priors, held_out=HELD_OUT).decisions
    return _model(1, decisions.response_rows, decisions.paid, pays, priors, decisions, bags)


def _model(version, rows, paid, pays, priors, noisy, bags):
    head = head_of(fit.additive(NAMES, DIRECTIONS, rows, paid, seed=version, bags=bags), NAMES)
    exploring = replace(BALANCED, explores=EXPLORES)
    spread = expected_of(RESPONSE, rows, STEERED)
    usual = {
        name: Usual(tuple(one["edges"]), tuple(one["shares"]), one["unknown"]) for name, one in spread.items()
    }
    noise = noise_of(head, noisy, version)
    return _Model(version, Personalised(pays, head, priors, noise, exploring), usual)


@dataclass(frozen=True)
class _Rows:
    """As much of a log as the noise of a model is worked out from."""

    response_rows: np.ndarray


def run(world, pays, *, weeks=WEEKS, drift=DRIFT, claims=CLAIMS, seed=2026, bags=8, model=None, say=None):
    """The year. say: called with a line for each thing that happens; model: the one it begins with."""
    say = say or (lambda line: None)
    model = model or first_model(world, pays, bags=bags)
    in_force, fell, since, marks, found, log, cohorts = model, None, 0, {"drift": drift}, [], [], []
    rng, drifted = np.random.default_rng([seed, 6]), after(world)
    for week in range(weeks):
        debtors = debtors_of(world if week < drift else drifted, claims, 40_000 + 100 * seed + week)
        cohorts.append(_Cohort(week, debtors, rng))
        asked = [one.ask(week, in_force, model, rng) for one in cohorts if one.is_due(week)]
        log += [messages for messages, *_ in asked]
        gain, possible = (
            float(np.average([one[i] for one in asked], weights=[one[3] for one in asked])) for i in (1, 2)
        )
        told = _judged(log, week, model, since)
        found.append(_week(week, in_force, gain, possible, told))
        if in_force and told.falls_back:
            in_force, fell = None, week
            marks |= {"alarm": week, "fall_back": week + 1} if "alarm" not in marks else {}
            say(f"week {week}: {told.reason}; the strategy's order from week {week + 1} on")
        elif not in_force and week - fell >= ENOUGH + MATURE:
            model = in_force = _retrained(log, week, fell - LATELY, model, pays, bags)
            since = week + 1
            marks.setdefault("retrained", week + 1)
            say(f"week {week}: a new model from the log since; it chooses from week {week + 1} on")
        elif in_force and "recovered" not in marks and _is_recovered(found, marks):
            marks["recovered"] = week
            say(f"week {week}: it fits, and has made half of what it used to make, and more, for {SETTLED} weeks")
    return Year(tuple(found), marks)


def _is_recovered(weeks, marks):
    """Whether the new model has chosen for some weeks, and they were worth half of the weeks before the drift."""
    if "retrained" not in marks or len(weeks) < marks["retrained"] + SETTLED:
        return False
    before = np.mean([one.gain for one in weeks[SETTLED : marks["drift"]]])
    return np.mean([one.gain for one in weeks[-SETTLED:]]) >= before / 2


def _week(week, in_force, gain, possible, told):
    worst = max(told.psi.values(), default=0.0)
    version = in_force.version if in_force else 0
    return Week(week, version, gain, possible, worst, told.slope, told.standing.value, told.reason)


def _judged(log, week, model, since):
    """domain/drift's verdict on the model this week: by the decisions of late beside its first ones, from the week
    `since` on, and by those that have matured."""
    counted = {name: _counted(log, week, name, usual) for name, usual in model.usual.items()}
    first = since + LATELY - 1
    moved = {}
    if week > first:
        began = {name: _counted(log, first, name, usual) for name, usual in model.usual.items()}
        moved = {name: psi(as_it_was(usual, began[name]), counted[name]) for name, usual in model.usual.items()}
    ripe = [one for one in log if week - MATURE - JUDGED < one.week <= week - MATURE]
    slope = None
    if ripe:
        answers = model.policy.responds.ask(np.concatenate([one.rows for one in ripe]))
        slope = calibration_slope(answers.tolist(), np.concatenate([one.paid for one in ripe]).tolist())
    return verdict(moved, slope, sum(next(iter(counted.values()))))


def _counted(log, week, name, usual):
    """How one feature was spread in the four weeks up to this one."""
    late = [one.rows[:, NAMES.index(name)] for one in log if week - LATELY < one.week <= week]
    return usual.counts(np.concatenate(late).tolist())


def _retrained(log, week, since, model, pays, bags):
    """A new version, by the same recipe, from what was decided since then and has matured."""
    ripe = [one for one in log if since <= one.week <= week - MATURE]
    rows, paid = np.concatenate([one.rows for one in ripe]), np.concatenate([one.paid for one in ripe])
    return _model(model.version + 1, rows, paid.astype(int), pays, model.policy.priors, _Rows(rows), bags)
