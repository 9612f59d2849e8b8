"""Acts without a function of their own, or at another hour than the machine's: each takes an event like one."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from chalicelib import wiring
from chalicelib.actions.answer_complaint import answer_complaint
from chalicelib.actions.check_model import check_model
from chalicelib.actions.close_task import close_task
from chalicelib.actions.draw_instalment import look_after
from chalicelib.actions.forget_there import forget_there
from chalicelib.actions.gather_up import gather_up, look_over
from chalicelib.actions.hand_on import give_back_task, hand_on
from chalicelib.actions.hand_over_task import hand_over_task
from chalicelib.actions.hear_centre import hear_centre
from chalicelib.actions.look_after_money import look_after_money
from chalicelib.actions.make_payout import make_payout
from chalicelib.actions.reconcile_books import reconcile_night
from chalicelib.actions.record_return import returns_since
from chalicelib.actions.return_contact import return_contact
from chalicelib.actions.send_contact import send_contact
from chalicelib.actions.take_seat import take_seat
from chalicelib.actions.take_task import give_next, take_next, take_task
from chalicelib.actions.watch_over import watch_over
from chalicelib.domain.centre import CentreWord
from chalicelib.domain.complaint import Cause
from chalicelib.domain.contact import ContactState
from chalicelib.domain.decision import Refused
from chalicelib.domain.errors import Permanent
from chalicelib.domain.task import TaskKind
from chalicelib.ports import Identity

Event = dict[str, Any]


def send(event: Event, context: Any) -> str:
    """One contact at its hour. What the queue would bring back is raised."""
    now = datetime.fromisoformat(event["now"])
    where = (event["creditor"], event["debtor"], event["contact"])
    return send_contact(*where, desk=wiring.desk(), now=now).value


def turned_away(event: Event, context: Any) -> str:
    """The provider took nothing: whoever had reserved the contact gives it back."""
    matter = wiring.store().matter(event["creditor"], event["debtor"])
    held = matter.contacts[event["contact"]] if matter else None
    if held and held.state is ContactState.RESERVED:
        ports = {
            "store": wiring.store(),
            "scheduler": wiring.scheduler(),
            "now": datetime.fromisoformat(event["now"]),
        }
        return_contact(held, event["creditor"], counted=None, tone=held.tone, **ports)
    return "retry"


def close(event: Event, context: Any) -> bool:
    """A person has answered; they say so again where they were told of trouble."""
    return close_task(
        event["creditor"],
        event["debtor"],
        event["task"],
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        now=wiring.clock(),
    )


def answers_complaint(event: Event, context: Any) -> bool:
    """A person answers a complaint; they say so again where they were told of trouble."""
    done = answer_complaint(
        event["creditor"],
        event["debtor"],
        event["task"],
        "Das war zu viel. Es tut uns leid.",
        cause=Cause.TOO_MANY_MESSAGES,
        justified=True,
        changed="",
        by=event["by"],
        signed="Anna",
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        now=wiring.clock(),
    )
    return not isinstance(done, Refused)


def look_at_model(event: Event, context: Any) -> str:
    """The weekly look at the model, of one creditor."""
    model, now = wiring.watched_model(), datetime.fromisoformat(event["now"])
    assert model
    check_model(event["creditor"], model=model, store=wiring.store(), watch=wiring.watch(), now=now)
    return "looked"


class NightFailed(Exception):
    """A part of the run failed: it is tried again."""


def night(event: Event, context: Any) -> Event:
    """The nightly run of these creditors at its hour; as its function does, it fails where a part of it did."""
    now = datetime.fromisoformat(event["now"])
    found = watch_over(
        event["creditors"],
        watch=wiring.watch(),
        store=wiring.store(),
        gateway=wiring.gateway(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        publish=wiring.bus().publish,
        forget=wiring.forgetter(),
        look_after=lambda mandate: look_after(mandate, till=wiring.till(), now=now),
        returns=lambda creditor, since: returns_since(creditor, since, till=wiring.till(), now=now),
        choose=wiring.chunk_queue().choose,
        now=now,
    )
    if found.failed:
        raise NightFailed(found.failed) from found.failed[0][1]
    return asdict(found)


def money_night(event: Event, context: Any) -> Event:
    """What the nightly run does about money that leaves; a part that failed fails the run."""
    now = datetime.fromisoformat(event["now"])
    found = look_after_money(event["creditors"], desk=wiring.money_desk(), now=now)
    if found.failed:
        raise NightFailed(found.failed) from found.failed[0][1]
    return asdict(found)


def books_night(event: Event, context: Any) -> int:
    """The nightly run compares one creditor's books at its hour; a repair that failed fails the run."""
    now = datetime.fromisoformat(event["now"])
    done = reconcile_night(event["creditor"], room=wiring.counting_room(), tell=lambda of, new: None, now=now)
    if done.repairs.failed:
        raise NightFailed(done.repairs.failed) from done.repairs.failed[0][1]
    return done.compared.count


def draw(event: Event, context: Any) -> str:
    """The nightly run comes to one mandate."""
    mandate = wiring.store().matter(event["creditor"], event["debtor"]).mandates[event["mandate"]]
    return look_after(mandate, till=wiring.till(), now=datetime.fromisoformat(event["now"])).value


def pay_out(event: Event, context: Any) -> str:
    """A person makes the payout of the days up to this one, a week later."""
    now, today = datetime.fromisoformat(event["now"]), wiring.clock().date()
    made = make_payout(
        event["creditor"],
        today,
        by="anna",
        store=wiring.store(),
        outgoing=wiring.outgoing(),
        now=now,
        since=today - timedelta(days=20),
    )
    return type(made).__name__


def _board() -> Any:
    """As in a process of its own: nothing of who is there is remembered."""
    wiring.switchboard.cache_clear()
    return wiring.switchboard()


def _who(event: Event) -> Any:
    return wiring.roster().staff_member(event["staff"])


def _where(event: Event) -> tuple[str, str, str]:
    return event["creditor"], event["debtor"], event["task"]


def take(event: Event, context: Any) -> str:
    """Somebody of the staff takes a task."""
    return str(take_task(_who(event), *_where(event), board=_board(), now=wiring.clock()))


def next_one(event: Event, context: Any) -> str:
    """Somebody asks for the next one; asked again after a trouble they see what they hold already."""
    staff = _who(event)
    if wiring.task_lists().taken(staff.id):
        return "held"
    return str(take_next(staff, board=_board(), now=wiring.clock()))


def room_again(event: Event, context: Any) -> str:
    """Somebody has finished one."""
    return str(give_next(_who(event), board=_board(), now=wiring.clock()))


def give_back_one(event: Event, context: Any) -> str:
    return str(give_back_task(_who(event), *_where(event), board=_board(), now=wiring.clock()))


def hand_one_on(event: Event, context: Any) -> str:
    """To a colleague, or to a skill."""
    to = TaskKind(event["skill"]) if "skill" in event else wiring.roster().staff_member(event["to"])
    return str(hand_on(_who(event), *_where(event), to, board=_board(), now=wiring.clock()))


def gather(event: Event, context: Any) -> int:
    return gather_up(board=_board(), now=wiring.clock())


def minute(event: Event, context: Any) -> int:
    return look_over(board=_board(), now=wiring.clock()).given


class There:
    """A contact centre that takes everything, or nothing."""

    key, needs = "there", ()

    def __init__(self, refuses: bool) -> None:
        self.refuses = refuses

    def hand_over(self, told: Any, settings: Any) -> str:
        if self.refuses:
            raise Permanent("no")
        return f"ref-{told.task}"

    def forget(self, task: Any, settings: Any) -> None:
        if self.refuses:
            raise Permanent("no")

    def notices(self, *_: Any) -> tuple[Event, ...]:
        return ()

    def word_in(self, notice: Event) -> None:
        return None


def hand_over(event: Event, context: Any) -> str:
    centres = {"there": There(event.get("refuses", False))}
    return hand_over_task(*_where(event), centres=centres, store=wiring.store(), now=wiring.clock()).value


def forget_them_there(event: Event, context: Any) -> list[str]:
    creditor, debtor, _ = _where(event)
    ports = {"centres": {"there": There(False)}, "store": wiring.store(), "now": wiring.clock()}
    return list(forget_there(creditor, debtor, **ports))


def hear(event: Event, context: Any) -> str:
    """Somebody there wrote a word and closed it, in one notice."""
    creditor, _, task = _where(event)
    at = datetime.fromisoformat(event["at"])
    word = CentreWord("w-1", creditor, task, "Guten Tag", closes=True, agent="Jule", at=at)
    return hear_centre(
        word,
        lists=wiring.task_lists(),
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        now=wiring.clock(),
    ).value


def sits_down(event: Event, context: Any) -> str:
    """Somebody comes back from the identity provider. The code they bring is good once."""
    if any(one.subject == event["subject"] for one in wiring.roster().staff()):
        return "seated"
    identity = Identity(event["subject"], event["email"], "Tom Okafor")
    return type(take_seat(identity, roster=wiring.roster(), store=wiring.store(), now=wiring.clock())).__name__
