"""What routing works with: who is there and what they hold, remembered for seconds, and what waits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..domain.contact import Contact
from ..domain.errors import StaleVersion
from ..domain.facts import Fact, FactName
from ..domain.gate import HOUSE
from ..domain.matter import Matter
from ..domain.parties import Creditor
from ..domain.person import Act
from ..domain.policies._country import CountryPolicy
from ..domain.presence import Given, Hand, Presence
from ..domain.routing import Colleague, Crew, RoutingRules, Wanted, shipped_rules, wanted_by_list
from ..domain.staff import Staff
from ..domain.task import FRONT_OFFICE, Task
from ..domain.waiting import Waiting
from ..ports import Commit, Presences, Roster, Store, TaskLists
from .write_change import write_change


@dataclass
class Switchboard:
    """One per process. What it remembers says whom to look at: whoever is given something is looked at anew."""

    store: Store
    lists: TaskLists
    roster: Roster
    presences: Presences
    policies: Mapping[str, CountryPolicy]
    rules: RoutingRules = field(default_factory=shipped_rules)
    _cast: dict[str, Colleague] = field(default_factory=dict)
    _crew: Crew = field(default_factory=lambda: Crew(()))
    _seen: dict[str, Presence] = field(default_factory=dict)
    _looked_at: datetime | None = None
    _waiting: dict[str, tuple[datetime, int, list[Waiting]]] = field(default_factory=dict)

    def cast(self, now: datetime) -> tuple[Colleague, ...]:
        """Everybody of the staff, whether they are here, and what they hold as far as is known."""
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at < self.rules.roster_kept:
            seen, hands = self.presences.all()
            self._seen = {presence.staff: presence for presence in seen}
            held = {hand.staff: hand for hand in hands}
            self._cast = {
                one.id: Colleague(one, self.is_here(one.id, now), held.get(one.id, Hand(one.id)))
                for one in self.roster.staff()
            }
            self._crew = Crew(one.staff for one in self._cast.values())
            self._looked_at = now
        return tuple(self._cast.values())

    def is_here(self, staff: str, now: datetime) -> bool:
        seen = self._seen.get(staff)
        return seen is not None and seen.is_here(now, self.rules.gone_after)

    def arrived(self, staff: str, now: datetime) -> bool:
        """Whether they are here, looked at anew where nobody had seen them a moment ago."""
        self.cast(now)
        if not self.is_here(staff, now):
            self._looked_at = None
            self.cast(now)
        return self.is_here(staff, now)

    def is_gone(self, one: Colleague, now: datetime) -> bool:
        """Somebody whose tasks are not to wait for them: they left, went, or were not seen for long."""
        seen = self._seen.get(one.staff.id)
        stays = seen is not None and seen.is_here(now, self.rules.gathered_after)
        return one.staff.left_at is not None or not stays

    def crew(self, now: datetime) -> Crew:
        self.cast(now)
        return self._crew

    def looked_at(self, staff: Staff, now: datetime, *, here: bool | None = None) -> Colleague:
        """Somebody as they are now, what they have finished taken out of their hand."""
        hand = self.presences.hand(staff.id)
        kept = replace(hand, holds=hand.kept(self.lists.taken(staff.id), now, self.rules.lag))
        fresh = Colleague(staff, self.is_here(staff.id, now) if here is None else here, kept)
        if staff.id in self._cast:
            self._cast[staff.id] = fresh
        return fresh

    def known(self, staff: str) -> Staff:
        """Somebody of the cast."""
        return self._cast[staff].staff

    def elsewhere(self, settings: Creditor, task: Task) -> bool:
        """Whether it is answered in the creditor's own contact centre and not at the desk."""
        return settings.centre is not None and settings.centre.takes(task)

    def tidied(self, hand: Hand) -> None:
        """Write what they hold; where something was given to them meanwhile, whoever did has looked."""
        try:
            self.store.commit(HOUSE, Commit((), hands=(hand,)))
        except StaleVersion:
            return
        self.note(hand)

    def note(self, hand: Hand) -> None:
        """This is what they hold from now on."""
        if one := self._cast.get(hand.staff):
            self._cast[hand.staff] = replace(one, hand=replace(hand, version=hand.version + 1))

    def waiting(self, creditor: str, most: int, now: datetime) -> tuple[Waiting, ...]:
        """What nobody has taken, the first due first, as it was seconds ago; what was taken since is left out.

        Whoever looks deeper looks at what is newer, too.
        """
        known = self._waiting.get(creditor)
        kept = self.rules.waiting_kept if most <= self.rules.looked_at else self.rules.roster_kept
        if known is None or known[1] < most or not timedelta(0) <= now - known[0] < kept:
            known = (now, most, list(self.lists.free(creditor, most)))
            self._waiting[creditor] = known
        return tuple(known[2])

    def gone(self, creditor: str, task: str) -> None:
        """It waits no more."""
        if known := self._waiting.get(creditor):
            known[2][:] = [one for one in known[2] if one.task != task]

    def asked_by(self, one: Waiting) -> Wanted | None:
        """What it asks, as far as the list tells; None where its creditor is not known any more."""
        settings = self.store.creditor(one.creditor)
        if settings is None:
            return None
        return wanted_by_list(one, settings.country, self.policy(settings).zone, self.rules)

    def policy(self, settings: Creditor) -> CountryPolicy:
        return self.policies[settings.country]


class _NoHours:
    """Nothing that routing writes leaves at an hour: who answers is no contact."""

    def at(self, contact: Contact, now: datetime) -> bool:
        raise ValueError("routing plans no contact")

    def cancel(self, contact: Contact) -> None:
        raise ValueError("routing cancels no contact")


def write_task[Answer](
    creditor: str,
    debtor: str,
    decide: Callable[[Creditor, Matter], tuple[Answer, Commit | None]],
    *,
    store: Store,
    now: datetime,
) -> Answer:
    """Write whose a task is: like every change of a matter, but with nothing that leaves."""
    return write_change(creditor, debtor, decide, store=store, scheduler=_NoHours(), now=now)


def given(task: Task, hand: Hand, now: datetime, act: Act | None = None) -> tuple[Task, Commit]:
    """The task as theirs, with what says so, written together: their hand decides too."""
    held = replace(task, owner=hand.staff, owned_at=now)
    mine = Given(task.creditor, task.debtor, task.id, now)
    others = tuple(one for one in hand.holds if one.task != task.id)
    commit = Commit(
        (_fact(FactName.TASK_TAKEN, task, now),),
        tasks=(held,),
        hands=(replace(hand, holds=(*others, mine)),),
        acts=(act,) if act else (),
    )
    return held, commit


def freed(task: Task, now: datetime, *, hand: Hand | None = None, act: Act | None = None) -> tuple[Task, Commit]:
    """The task as nobody's again: it is given to somebody by the fact that says so."""
    free = replace(task, owner=FRONT_OFFICE, owned_at=None)
    commit = Commit(
        (_fact(FactName.TASK_FREED, task, now),),
        tasks=(free,),
        hands=(without(hand, task),) if hand and hand.version else (),
        acts=(act,) if act else (),
    )
    return free, commit


def without(hand: Hand, task: Task) -> Hand:
    return replace(hand, holds=tuple(one for one in hand.holds if one.task != task.id))


def _fact(name: FactName, task: Task, now: datetime) -> Fact:
    return Fact(name, task.creditor, (("claim", task.claim), ("task", task.id)), now)
