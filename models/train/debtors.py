"""Debtors with an earlier life and a claim that is asked for in steps: what they are, show and are known by.

How somebody is reached is drawn and never seen; what they show are signals, and those fill Habits (domain/habits),
noisy, and unknown of many. Everything is in columns; `habits` and `facts` give one debtor as the domain sees them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np

from chalicelib.domain.features import FEATURES, SECTORS
from chalicelib.domain.habits import WEIGHT, Habits, Segment
from chalicelib.domain.signal import WINDOW
from models.train.simulate import AS_OF, Sample, draw
from models.train.ways import ALLOWED, CHANNEL, CHANNELS, DAYS, FIRMNESS, SLOT, SLOTS
from models.train.worlds._base import Sent

# When a decision is made: in the small hours, by the clock that plans contacts.
DECIDED = datetime.combine(AS_OF, time(3), UTC)
COLUMN = {feature.name: place for place, feature in enumerate(FEATURES)}
# Messages of an earlier life by each channel, on average, of whom anything is known.
_EARLIER = np.array([2.2, 1.2, 0.8])
# How readily a message is answered at all; how much reach and hour show in it; how often a signal is laid wrongly.
_ANSWERED, _SHOWS_REACH, _SHOWS_HOUR, _WRONG = -0.9, 1.0, 1.0, 0.08
# Who lets themselves be written to by a chat, of those with a phone.
_CHATS = 0.55


def chance(log_odds):
    return 1 / (1 + np.exp(-log_odds))


@dataclass(frozen=True)
class Debtors:
    """n debtors, one claim each. reach: n x CHANNELS, hour: n x SLOTS, deviations that nobody observes.

    reachable: n x CHANNELS. sent, answered: messages of the earlier life by channel, and those a signal followed;
    acted: signals by part of the day. recent, quiet: messages of the four weeks before, and days since the last
    (NaN: never). rows: n x FEATURES at registration. untouched: log-odds of paying if nobody writes.
    """

    world: object
    seed: int
    rows: np.ndarray
    facts: tuple
    untouched: np.ndarray
    temper: np.ndarray
    sector: np.ndarray
    amount: np.ndarray
    reachable: np.ndarray
    reach: np.ndarray
    hour: np.ndarray
    sent: np.ndarray
    answered: np.ndarray
    acted: np.ndarray
    recent: np.ndarray
    quiet: np.ndarray

    def __len__(self):
        return len(self.amount)

    def of(self, trait):
        return np.array([getattr(temper, trait) for temper in self.world.tempers.values()])[self.temper]

    def where(self, mask):
        """Those debtors that the mask keeps."""
        kept = {
            name: getattr(self, name)[mask]
            for name in self.__dataclass_fields__
            if name not in ("world", "seed", "facts")
        }
        return Debtors(self.world, self.seed, facts=tuple(np.array(self.facts, dtype=object)[mask]), **kept)


def debtors_of(world, size, seed):
    """`size` drawn claims of a world, less those whom no arm reaches; the same seed gives the same debtors."""
    sample: Sample = draw(world, size, seed)
    rng = np.random.default_rng([seed, 1])
    email, phone = sample.rows[:, COLUMN["has_email"]] > 0, sample.rows[:, COLUMN["has_phone"]] > 0
    reachable = np.column_stack([email, phone, phone & (rng.random(size) < _CHATS)])
    reach, hour = rng.normal(size=(size, len(CHANNELS))), rng.normal(size=(size, len(SLOTS)))
    answers = np.array([temper.answers for temper in world.tempers.values()])[sample.temper]
    shown = np.where(rng.random((size, 1)) < world.strangers, rng.normal(size=reach.shape), reach)
    known = rng.random((size, 1)) < world.known_history
    sent = rng.poisson(_EARLIER, reach.shape) * reachable * known
    odds = chance(_ANSWERED + answers[:, None] + _SHOWS_REACH * shown)
    answered = rng.binomial(sent, odds * (1 - _WRONG) + (1 - odds) * _WRONG)
    acted = rng.multinomial(answered.sum(axis=1), _when(hour))
    total = sent.sum(axis=1)
    quiet = np.where(total > 0, np.clip(rng.gamma(1.3, 70, size), 2, 900).astype(int), np.nan)
    recent = np.where(quiet <= WINDOW.days, 1 + rng.binomial(np.maximum(total - 1, 0), 0.2), 0)
    log_odds = np.log(sample.truth / (1 - sample.truth))
    everybody = Debtors(
        world=world, seed=seed, rows=sample.rows, facts=sample.facts, untouched=log_odds, temper=sample.temper,
        sector=sample.sector, amount=sample.amount, reachable=reachable, reach=reach, hour=hour, sent=sent,
        answered=answered, acted=acted, recent=recent, quiet=quiet,
    )  # fmt: skip
    return everybody.where(reachable.any(axis=1))


def _when(hour):
    """The share of somebody's signals that comes in each part of the day."""
    weight = np.exp(_SHOWS_HOUR * hour)
    return weight / weight.sum(axis=1, keepdims=True)


class Asking:
    """n debtors at one step of being asked for their claim: what is known of each, and what a message would do.

    The chances of every step are drawn from the debtors' seed alone, so that two policies over the same debtors
    meet the same luck. `weight` is how likely each is still to owe.
    """

    def __init__(self, debtors):
        self.debtors, self.step = debtors, 0
        self.sent, self.answered, self.acted = (debtors.sent.copy(), debtors.answered.copy(), debtors.acted.copy())
        self.own = np.zeros_like(debtors.sent)
        self.weight = np.ones(len(debtors))

    @property
    def day(self):
        return DAYS[self.step]

    @property
    def recent(self):
        """Messages in the last four weeks: of the earlier life, and about this claim."""
        earlier = np.where(self.debtors.quiet + self.day <= WINDOW.days, self.debtors.recent, 0)
        return earlier + sum(self.day - day <= WINDOW.days for day in DAYS[: self.step])

    @property
    def quiet(self):
        """Days since the last message, NaN where none was ever sent."""
        return (
            np.full(len(self.debtors), float(self.day - DAYS[self.step - 1])) if self.step else self.debtors.quiet
        )

    @property
    def eligible(self):
        """n x arms: those that reach somebody and whose tone this step allows."""
        arms = ALLOWED.shape[1]
        return self.debtors.reachable[:, CHANNEL[:arms]] & ALLOWED[self.step]

    def log_odds(self, way):
        """What truly becomes of it if this way is taken, log-odds of paying."""
        debtors, every = self.debtors, np.arange(len(self.debtors))
        channel = CHANNEL[way]
        bases = np.array([debtors.world.bases[kind.value] for kind in CHANNELS])
        sent = Sent(
            base=bases[channel],
            text=channel > 0,
            firm=FIRMNESS[way],
            reach=debtors.reach[every, channel],
            hour=debtors.hour[every, SLOT[way]],
            recent=self.recent,
            same=self.own[every, channel],
            plain=debtors.of("plain"),
            last=debtors.of("last"),
            sector=debtors.sector,
            amount=debtors.amount,
        )
        return debtors.untouched + debtors.world.contact(sent)

    def truth(self, way):
        """The probability of paying if this way is taken."""
        return chance(self.log_odds(way))

    def lots(self):
        """Numbers from 0 to 1 for this step, n each: who pays, who answers, and when."""
        return np.random.default_rng([self.debtors.seed, 2, self.step]).random((3, len(self.debtors)))

    def go_on(self, way):
        """The message is sent and not paid upon: it may be answered, and the next step comes."""
        debtors, every = self.debtors, np.arange(len(self.debtors))
        _, answers, when = self.lots()
        self.weight = self.weight * (1 - self.truth(way))
        channel = CHANNEL[way]
        odds = chance(_ANSWERED + debtors.of("answers") + _SHOWS_REACH * debtors.reach[every, channel])
        answered = answers < odds
        slot = (when[:, None] > np.cumsum(_when(debtors.hour), axis=1)).sum(axis=1).clip(max=len(SLOTS) - 1)
        self.sent[every, channel] += 1
        self.own[every, channel] += 1
        self.answered[every, channel] += answered
        self.acted[every, slot] += answered
        self.step += 1

    def claim_rows(self):
        """n x FEATURES on this step's day: what grows with the days has grown, and each message was a reminder."""
        rows = self.debtors.rows.copy()
        for name in ("days_overdue", "days_in_default", "days_since_notice"):
            rows[:, COLUMN[name]] += self.day
        known = rows[:, COLUMN["customer_days"]] > 0
        rows[:, COLUMN["customer_days"]] += np.where(known, self.day, 0)
        rows[:, COLUMN["reminders_sent"]] += self.step
        return rows

    def decided_at(self):
        return DECIDED + timedelta(days=self.day)

    def known_at(self):
        """When the last thing known of each was learnt: a day after the last message, or at registration."""
        learnt = DECIDED + timedelta(days=DAYS[self.step - 1] + 1) if self.step else DECIDED - timedelta(hours=1)
        return np.full(len(self.debtors), np.datetime64(learnt.replace(tzinfo=None), "us"))

    def habits(self, i):
        """The i-th debtor as the domain knows them."""
        last = None if np.isnan(self.quiet[i]) else self.decided_at() - timedelta(days=int(self.quiet[i]))
        return Habits(
            {kind: int(n) for kind, n in zip(CHANNELS, self.sent[i], strict=True) if n},
            {kind: int(n) for kind, n in zip(CHANNELS, self.answered[i], strict=True) if n},
            {slot: int(n) for slot, n in zip(SLOTS, self.acted[i], strict=True) if n},
            int(self.recent[i]),
            last,
            last,
        )


# ---- what is usual


# So many messages of a sector weigh as much as all sectors together.
_WHOLE = 300


def priors_of(sector_column, sent, answered, acted):
    """What is usual, as the card carries it: by sector, "" for all; each sector shrunk to the whole.

    sector_column: numbers of SECTORS, NaN unknown. The rest as in Debtors.
    """
    whole_sent, whole_answered = sent.sum(axis=0), answered.sum(axis=0)
    answers, acts = whole_answered / np.maximum(whole_sent, 1), acted.sum(axis=0) / max(acted.sum(), 1)
    priors = {"": _prior(answers, acts)}
    for number, name in enumerate(SECTORS):
        mine = sector_column == number
        here = (answered[mine].sum(axis=0) + _WHOLE * answers) / (sent[mine].sum(axis=0) + _WHOLE)
        share = (acted[mine].sum(axis=0) + _WHOLE * acts) / (acted[mine].sum() + _WHOLE)
        priors[name] = _prior(here, share)
    return priors


def _prior(answers, acts):
    return {
        "answers": {kind.value: round(float(share), 4) for kind, share in zip(CHANNELS, answers, strict=True)},
        "acts": {slot.value: round(float(share), 4) for slot, share in zip(SLOTS, acts, strict=True)},
    }


def segments_of(priors):
    """The card's priors as the domain's Segments."""
    return {name: Segment(one["answers"], one["acts"]) for name, one in priors.items()}


def shrunk(asking, priors):
    """(n x CHANNELS, n x SLOTS): what each debtor's own rates are, shrunk to their segment's (domain/habits)."""
    names = [*SECTORS, "", ""]
    column = asking.debtors.rows[:, COLUMN["sector"]]
    segment = np.where(np.isnan(column), len(SECTORS), column).astype(int)
    answers = np.array([[priors[name]["answers"][kind.value] for kind in CHANNELS] for name in names])[segment]
    acts = np.array([[priors[name]["acts"][slot.value] for slot in SLOTS] for name in names])[segment]
    way = (asking.answered + WEIGHT * answers) / (asking.sent + WEIGHT)
    return way, (asking.acted + WEIGHT * acts) / (asking.acted.sum(axis=1, keepdims=True) + WEIGHT)
