"""How a creditor's strategy is asked: it proposes channel, tone and hour; the policy permits or not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ..channel import ChannelKind
from ..choices import Choices
from ..contact import Tone
from ..score import Score
from ..task import HOURS
from ..terms import Bounds, DeferralBounds

if TYPE_CHECKING:  # the creditor carries its own strategy: they know this file
    from ..claim import Claim
    from ..parties import Creditor

AT_NOON = time(12)  # by a channel the strategy has no hour for


@dataclass(frozen=True)
class Step:
    """One reminder: at least so long after the one before it, in this tone."""

    after: timedelta
    tone: Tone


@dataclass(frozen=True)
class Kinder:
    """The steps for those whose claims bear this `value_class`: never sooner and never harder than the strategy's.
    What somebody is worth to a creditor may spare them something, and takes nothing from anybody."""

    value_class: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Proposal:
    """What the strategy would like: this way, in this tone, at `at` (UTC), and in one word why."""

    channel: ChannelKind
    tone: Tone
    at: datetime
    why: str


@dataclass(frozen=True)
class Strategy:
    """A creditor's way of asking.

    `likely` is the propensity from which somebody is expected to pay by themselves: they get the quiet channel
    first, the others the one that is read soonest. `default` is the order when no model could answer.
    `open_days` is how long the amount shown stays good. `plan` and `deferral` bound what a debtor may agree to
    without a person; there is no field for a fee, because there is none. In minor units: `least_payment` is the
    smallest part that may be paid, `waive_up_to` the rest after a payment that is not worth asking for. Money that
    fits no claim may lie for `suspense_days` before somebody is alarmed.
    `charges_interest` and `charges_costs` say whether interest grows here and whether collection costs are added;
    a strategy without them asks for what the file said and for nothing on top.
    `courtesy_days` is how long before a claim is due its debtor is told of the day, as a service; None: never.
    `text_parts` is the most text messages that one message may be sent, and paid for, as.
    `gathers_days`: a reminder speaks as well for those about the debtor's other claims that are planned for the
    same day of theirs (0), or for so many days more; None: each by itself.
    What is chosen among the ways that law and strategy allow is weighed by these: `margin`, the share (0 to 1) of
    what comes in that counts as gain; `annoyance`, the goodwill in minor units that one unasked message is held to
    cost; `explores`, how often (0 to .5) a friendly way is drawn by lot, and `explores_new` where nothing is known
    of somebody; `held_out`, the share of debtors who get the fixed order, for comparison.
    `kinder` are the steps of those whose claims bear a class of value.
    """

    key: str
    steps: tuple[Step, ...]
    likely: float
    quiet_first: tuple[ChannelKind, ...]
    soon_first: tuple[ChannelKind, ...]
    default: tuple[ChannelKind, ...]
    hours: dict[ChannelKind, time]
    open_days: int
    plan: Bounds
    deferral: DeferralBounds
    least_payment: int = 500
    waive_up_to: int = 100
    suspense_days: int = 5
    charges_interest: bool = True
    charges_costs: bool = True
    courtesy_days: int | None = None
    text_parts: int = 3
    gathers_days: int | None = None
    margin: float = 0.15
    annoyance: int = 40
    explores: float = 0.1
    explores_new: float = 0.3
    held_out: float = 0.05
    kinder: tuple[Kinder, ...] = ()

    def toward(self, claim: "Claim") -> "Strategy":
        """The same as it is meant for this claim: kinder, where its class of value is."""
        found = next((one for one in self.kinder if one.value_class == claim.history.get("value_class")), None)
        return replace(self, steps=found.steps) if found else self

    def spares(self, claim: "Claim") -> bool:
        """Whether this claim's debtor is one it is kinder to."""
        return any(one.value_class == claim.history.get("value_class") for one in self.kinder)

    def order(self, score: Score) -> tuple[tuple[ChannelKind, ...], str]:
        """The channels in the order they are to be tried, and why in one word."""
        if score.probability is None:
            return self.default, "strategy_default"
        if score.probability >= self.likely:
            return self.quiet_first, "likely_to_pay"
        return self.soon_first, "reach_soon"

    def courtesy(
        self,
        score: Score,
        reachable: frozenset[ChannelKind],
        due: date,
        now: datetime,
        zone: ZoneInfo,
        choices: Choices = Choices(),  # noqa: B008 - frozen
    ) -> Proposal | None:
        """The note before the day `due`, by the way and at the hour of a first message; None where no such note is
        wanted, or where it would come no sooner than the day itself."""
        if self.courtesy_days is None:
            return None
        wanted = datetime.combine(due - timedelta(days=self.courtesy_days), time(), zone)
        found = self.propose(score, reachable, 0, max(now, wanted.astimezone(UTC)), zone, choices)
        if found is None or found.at.astimezone(zone).date() >= due:
            return None
        return replace(found, tone=Tone.FRIENDLY)

    def pause_before(self, step: int) -> timedelta:
        """How long the debtor is left in peace after the reminder before this one."""
        return self.steps[step].after if step < len(self.steps) else timedelta(0)

    def propose(
        self,
        score: Score,
        reachable: frozenset[ChannelKind],
        step: int,
        after: datetime,
        zone: ZoneInfo,
        choices: Choices = Choices(),  # noqa: B008 - frozen
    ) -> Proposal | None:
        """The `step`-th reminder (from 0), not before `after`; None when the steps or the ways are used up.

        What the debtor chose goes before what the strategy would rather have, where it can be had.
        """
        if step >= len(self.steps):
            return None
        order, why = self.order(score)
        # What the creditor set up and the strategy does not name comes last.
        order = (*order, *sorted(reachable - set(order)))
        if choices.channel in reachable:
            order, why = (choices.channel,), "chosen"
        channel = next((c for c in order if c in reachable), None)
        if channel is None:
            return None
        hour = HOURS[choices.best_time] if choices.best_time else self.hours.get(channel, AT_NOON)
        earliest = after.astimezone(zone)
        at = datetime.combine(earliest.date(), hour, zone)
        if at < earliest:
            at = datetime.combine(earliest.date() + timedelta(days=1), hour, zone)
        return Proposal(channel, self.steps[step].tone, at.astimezone(UTC), why)


@dataclass(frozen=True)
class OwnStrategy:
    """What a creditor wrote, whole: what it left out is written out as it stood on the day it was accepted.

    `number` counts its versions from 1; `sha256` is that of the file.
    """

    number: int
    sha256: str
    strategy: Strategy


def strategy_of(
    creditor: "Creditor", strategies: Mapping[str, Strategy], claim: "Claim | None" = None
) -> Strategy:
    """The strategy in force for this creditor: its own where a person put one in force, else the bundled one its
    settings name. Of a `claim`, as it is meant for that one."""
    own = creditor.own_strategy
    found = own.strategy if own else strategies[creditor.strategy]
    return found.toward(claim) if claim else found
