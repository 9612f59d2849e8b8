"""Choose the arm of a planned reminder: law says what may be, strategy what is wanted, the model what helps.

The strategy's plan stands wherever nobody may or can choose; then the contact says why. Either way everything that
led to it is kept with the contact, so that it can be explained to its reader and judged later (docs/model.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..domain.arm import ARMS, NUMBERS, Arm, arms_for, firmness, slot_of
from ..domain.choice import Taste, by_strategy, choose, is_held_out
from ..domain.chosen import Choice, How
from ..domain.claim import Claim, HoldKind
from ..domain.consent import ConsentPurpose
from ..domain.contact import Contact, ContactState, MessageKind, Purpose, Tone
from ..domain.decision import Decision, Refused, Wait
from ..domain.errors import BrokenRule
from ..domain.export import facts_at
from ..domain.habits import Habits, habits_of
from ..domain.matter import Matter
from ..domain.parties import ChannelKind, Creditor, Debtor
from ..domain.policies._country import CountryPolicy
from ..domain.policies._rules import Situation
from ..domain.response import RESPONSE
from ..domain.score import Score
from ..domain.strategies._base import Strategy, strategy_of
from ..ports import Commit, Scheduler, Scorer, Store
from .close_task import contact_facts, own_name
from .plan_contact import contact_id, reachable
from .write_change import write_change

# An arm whose hour the policy moves further than this is another plan, and none of ours to make.
MOVED_AT_MOST = timedelta(days=4)
# Whatever leaves sooner is left as it is: its schedule may be firing.
TOO_SOON = timedelta(minutes=30)
# How much more an unasked message counts against whom the creditor's strategy is kinder to.
SPARED = 2.0
NAMES = tuple(feature.name for feature in RESPONSE)


@dataclass(frozen=True)
class Chooser:
    """What a choice is made with.

    cost: what a message of this creditor by this channel costs on that day, in minor units.
    """

    scorer: Scorer
    cost: Callable[[Creditor, ChannelKind, date], float]


@dataclass(frozen=True)
class _Table:
    """One claim's choice, with everything that stands around it."""

    creditor: Creditor
    matter: Matter
    contact: Contact
    policy: CountryPolicy
    strategy: Strategy
    now: datetime

    @property
    def debtor(self) -> Debtor:
        return self.matter.debtor

    @property
    def claim(self) -> Claim:
        return self.matter.claims[self.contact.claim]

    @property
    def zone(self) -> ZoneInfo:
        return self.policy.zone_of(self.debtor)


def choose_arm(
    contact: Contact,
    *,
    creditor: Creditor,
    matter: Matter,
    policy: CountryPolicy,
    strategy: Strategy,
    chooser: Chooser,
    now: datetime,
    score: Score | None = None,
) -> Contact:
    """The contact as it is to go out, its Choice with it: by the arm taken, on the day it was planned for, at an
    hour the policy permits; or as it was, with the reason why nobody chose.

    The matter holds the contact's claim; `score` is the first head's answer, where it was just asked. Nothing is
    written here.
    """
    table = _Table(creditor, matter, contact, policy, strategy, now)
    because = _unasked_because(table)
    if because is None and is_held_out(creditor.id, table.debtor.number, strategy.held_out):
        held = by_strategy(now, None, held_out=True)
        return replace(contact, choice=_amounting(table, held, chooser, score))
    options = _eligible(table) if because is None else {}
    if because is None and not options:
        because = "no_arm"
    if because:
        return replace(contact, choice=by_strategy(now, because))
    choice = _choice(table, options, chooser, score)
    if choice.how is How.STRATEGY:
        return replace(contact, choice=_amounting(table, choice, chooser, score))
    return _by_arm(table, choice, *options[choice.arm])


def _amounting(table: _Table, choice: Choice, chooser: Chooser, score: Score | None) -> Choice:
    """The strategy's order with what it looks like to the model, where it comes to an arm: what becomes of it is
    learnt from too, above all while the model rests."""
    contact, now = table.contact, table.now
    local = contact.due_at.astimezone(table.zone)
    way = (contact.channel, contact.tone, slot_of(local))
    arm = next((arm for arm in ARMS if (arm.channel, arm.tone, arm.slot) == way), None)
    if arm is None:
        return choice
    facts, habits = facts_at(table.matter, table.claim, now), habits_of(table.matter, now, table.zone)
    score = score or chooser.scorer.score(facts, now)
    responses = chooser.scorer.respond(score, facts, habits, [arm], now)
    if not responses.answers:
        return choice
    (answer,) = responses.answers
    seen = {name: value for name, value in zip(NAMES, answer.values, strict=True) if value == value}
    known_at = _known_at(table.claim, habits, now)
    return replace(choice, amounts_to=arm.key, features=seen, untouched=score.probability, known_at=known_at)


def _unasked_because(table: _Table) -> str | None:
    """Why no model is asked about this contact at all; None where it may be."""
    if table.contact.purpose is not Purpose.REMINDER:
        return "no_reminder"
    if table.contact.tone is Tone.LAST_NOTICE:
        return "last_notice"
    if table.debtor.restricted_at or table.debtor.erased_at:
        return "restricted"
    return None


def needed_care(debtor: Debtor) -> bool:
    """Whether the debtor ever asked for particular care: nothing is tried out on them then, nor afterwards."""
    held = any(hold.kind is HoldKind.NEEDS_CARE for hold in debtor.holds)
    return held or any(consent.purpose is ConsentPurpose.CARE for consent in debtor.consents)


def _eligible(table: _Table) -> dict[str, tuple[datetime, Decision]]:
    """The arms that law and strategy leave, each with its hour and the policy's answer to it.

    No arm speaks firmer than the step it is for, none goes by a way the debtor did not choose where they chose,
    and a first notice goes by a way that lasts.
    """
    contact, debtor = table.contact, table.debtor
    ways = reachable(debtor, table.creditor)
    if contact.kind is MessageKind.NOTICE:
        ways &= table.policy.lasting(table.creditor)
    if debtor.choices.channel:
        ways &= {debtor.choices.channel}
    found: dict[str, tuple[datetime, Decision]] = {}
    for arm in arms_for(ways, contact.tone, debtor.choices.best_time):
        permitted = _permitted(table, arm)
        if not isinstance(permitted, Refused):
            found[arm.key] = permitted
    return found


def _permitted(table: _Table, arm: Arm) -> tuple[datetime, Decision] | Refused:
    """When the policy lets this arm go out from the planned day on, and its answer; or why it does not, or not
    soon. It keeps its own part of the day: what has to wait is asked about at its hour of a later day."""
    contact, policy = table.contact, table.policy
    day = datetime.combine(contact.due_at.astimezone(table.zone).date(), time(), table.zone)
    wanted = at = arm.at(max(day, table.now + TOO_SOON), table.zone)
    situation = Situation(table.creditor, table.debtor, table.claim, contact.purpose, contact.kind, arm.channel)
    while at <= wanted + MOVED_AT_MOST:
        if policy.hours_of(table.debtor).foreseeable(at) != at:
            return Refused("not_foreseeable", policy.rule)
        decision = policy.may_contact(situation, at)
        if isinstance(decision, Refused):
            return decision
        if not isinstance(decision, Wait) or decision.until <= at:
            return at.astimezone(UTC), decision
        at = arm.at(decision.until, table.zone)
    return Refused("not_soon", policy.rule)


def _choice(
    table: _Table, options: Mapping[str, tuple[datetime, Decision]], chooser: Chooser, score: Score | None
) -> Choice:
    """The draw among these arms, or why the model gave no answers."""
    creditor, claim, strategy, now = table.creditor, table.claim, table.strategy, table.now
    facts = facts_at(table.matter, claim, now)
    habits = habits_of(table.matter, now, table.zone)
    score = score or chooser.scorer.score(facts, now)
    arms = [arm for arm in ARMS if arm.key in options]
    responses = chooser.scorer.respond(score, facts, habits, arms, now)
    fallen_back = creditor.health.fallen_back(responses.model) if creditor.health else None
    if responses.flagged or fallen_back:
        return by_strategy(now, responses.flagged or fallen_back, model=responses.model)
    explores = strategy.explores if habits.is_known else strategy.explores_new
    day = table.contact.due_at.astimezone(table.zone).date()
    cared = needed_care(table.debtor)
    choice = choose(
        responses,
        amount=claim.outstanding.total,
        costs={arm.key: chooser.cost(creditor, arm.channel, day) for arm in arms},
        recent=habits.recent,
        untouched=score.probability,
        taste=Taste(
            strategy.margin,
            strategy.annoyance,
            0.0 if cared else explores,
            SPARED if strategy.spares(claim) else 1.0,
        ),
        seed=f"{creditor.id}/{claim.id}/{table.contact.step}/{responses.model}",
        at=now,
        known_at=_known_at(claim, habits, now),
        features=NAMES,
    )
    return _alone(choice) if cared else choice


def _alone(choice: Choice) -> Choice:
    """As where one arm only was left: that nothing was tried out on somebody would say why, and that is nobody's
    business (GDPR Art. 9)."""
    own = choice.arm
    return replace(
        choice,
        propensities={own: 1.0},
        values={own: choice.values[own]},
        answers={own: choice.answers[own]},
    )


def _known_at(claim: Claim, habits: Habits, now: datetime) -> datetime | None:
    """The latest moment anything of the claim or the habits was learnt at: the amount knows every booking."""
    booked = (entry.booked_at for entry in claim.recent)
    learnt = (at for at in (claim.registered_at, habits.known_at, *booked) if at and at <= now)
    return max(learnt, default=None)


def _by_arm(table: _Table, choice: Choice, due_at: datetime, decision: Decision) -> Contact:
    """The contact by the arm taken; where way, tone and hour stay as they were it keeps its name."""
    contact, arm = table.contact, ARMS[NUMBERS[choice.arm]]
    name = contact_id(contact.creditor, contact.claim, f"reminder/{contact.step}", due_at)
    stays = due_at == contact.due_at and arm.channel is contact.channel
    chosen = "chosen" if table.debtor.choices.channel else choice.how.value
    return replace(
        contact,
        id=contact.id if stays else name,
        channel=arm.channel,
        tone=arm.tone,
        due_at=due_at,
        why=chosen,
        decisions=(*contact.decisions[:-1], decision),
        choice=choice,
    )


def by_hand(
    contact: Contact,
    arm: Arm,
    choice: Choice,
    *,
    creditor: Creditor,
    matter: Matter,
    policy: CountryPolicy,
    strategy: Strategy,
    now: datetime,
) -> Contact | Refused:
    """The contact by the arm a person named, on the day it was planned for; Refused where law, debtor or step
    stand against it. Nothing is written here."""
    table = _Table(creditor, matter, contact, policy, strategy, now)
    permitted = _forbidden(table, arm) or _permitted(table, arm)
    return permitted if isinstance(permitted, Refused) else _by_arm(table, choice, *permitted)


def _forbidden(table: _Table, arm: Arm) -> Refused | None:
    """Why nobody may send this contact that way, whatever the policy says of the hour."""
    contact, steps, rule = table.contact, table.strategy.steps, table.policy.rule
    # The model may have made it gentler than its step is.
    tone = steps[contact.step].tone if contact.step < len(steps) else contact.tone
    if Tone.LAST_NOTICE in (tone, contact.tone):
        return Refused("last_notice", rule)
    choices = table.debtor.choices
    wished = {choices.channel} & reachable(table.debtor, table.creditor)
    if (wished and arm.channel not in wished) or choices.best_time not in (None, arm.slot):
        return Refused("chosen_by_debtor", rule)
    if arm.firm > firmness(tone):
        return Refused("firmer_than_its_step", rule)
    if contact.kind is MessageKind.NOTICE and arm.channel not in table.policy.lasting(table.creditor):
        return Refused("notice_lasts", rule)
    return None


def choose_again(
    creditor: str,
    debtor: str,
    contact: str,
    *,
    store: Store,
    scheduler: Scheduler,
    policies: Mapping[str, CountryPolicy],
    strategies: Mapping[str, Strategy],
    chooser: Chooser,
    now: datetime,
) -> bool:
    """Choose for a contact that waits and nobody has chosen for yet, by what its debtor has shown since.

    Called some days before its hour, by the night; safe to be called again. False, and nothing written, where it
    does not wait any more, was chosen for, or is about to leave. What is moved keeps its name in the one before.
    """

    def decide(settings: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        held = matter.contacts.get(contact)
        if held is None or held.state is not ContactState.PLANNED or held.choice:
            return False, None
        if held.purpose is not Purpose.REMINDER or held.due_at < now + TOO_SOON:
            return False, None
        chosen = choose_arm(
            held,
            creditor=settings,
            matter=matter,
            policy=policies[settings.country],
            strategy=strategy_of(settings, strategies, matter.claims[held.claim]),
            chooser=chooser,
            now=now,
        )
        return True, in_place_of(held, chosen, matter, now)

    try:
        return write_change(creditor, debtor, decide, store=store, scheduler=scheduler, now=now)
    except BrokenRule:
        return False  # forgotten meanwhile, and the contact with them


def in_place_of(held: Contact, chosen: Contact, matter: Matter, now: datetime) -> Commit:
    """What is written where `chosen` is to go out instead of `held`, under its name or a new one.

    It stands only if the debtor's card is still the one it was chosen by: what they decide meanwhile goes before.
    """
    if chosen.id == held.id:
        return Commit((), debtor=matter.debtor, contacts=(chosen,))
    made = own_name(replace(chosen, version=0, planned_at=now), matter)
    before = replace(held.moved(ContactState.MOVED), moved_to=made.id)
    return Commit(contact_facts((made,), now), debtor=matter.debtor, contacts=(before, made))
