"""One matter at the desk: everything on it, and each thing that may be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from chalice.app import Response

from ... import wiring
from ...actions.hold_claim import ON_CLAIM, ON_DEBTOR, hold_claim, let_go
from ...domain.claim import Claim, HoldKind
from ...domain.decision import Refused
from ...domain.dispute import Verdict
from ...domain.errors import BrokenRule
from ...domain.matter import Matter
from ...domain.motion import MotionKind
from ...domain.parties import Creditor
from ...domain.staff import May, one_human
from ...domain.task import TaskKind
from ...presentation.desk.matter import Read, answered_in, beginnings, matter_view
from ...presentation.desk.timeline import Story, own_words
from ...presentation.forms._fields import Posted, money, one
from ...presentation.frame import Problem, Problems
from ...presentation.i18n import Locale, clean, tongues
from ...presentation.style import Fault, voice_of_answer
from .door import Clerk, desk_route

LONGEST = 4_000
# A page waits for each of them.
MOST_TRANSLATED = 12
ANSWER = "/desk/c/{creditor}/{debtor}"
# The sentence for each thing an action refuses by name; whatever has none is told as a change meanwhile.
REFUSED = {
    "done": "desk.refused.done",
    "not_yours": "desk.refused.not_yours",
    "no_words": "desk.refused.no_words",
    "no_reason": "desk.refused.no_reason",
    "cause": "desk.refused.cause",
    "verdict": "desk.refused.verdict",
    "closed": "desk.refused.closed",
    "above_owed": "desk.refused.above_owed",
    "more_owed": "desk.refused.more_owed",
    "amount": "desk.refused.amount",
    "day": "desk.refused.day",
    "terms": "desk.refused.terms",
    "waits": "desk.refused.waits",
    "same_person": "desk.refused.same_person",
    "decided_already": "desk.refused.decided",
    "no_dispute": "desk.refused.done",
    "no_hold": "desk.refused.no_hold",
    "under_way": "desk.refused.under_way",
    "two_people": "desk.refused.two_people",
    "motion": "desk.refused.motion",
    "kind": "desk.refused.kind",
    "held_by_another": "desk.refused.held_by_another",
    "done_already": "desk.refused.done",
    "full": "desk.refused.full",
    "skill_needed": "desk.refused.skill",
    "other_skills": "desk.refused.skill",
    "language": "desk.refused.skill",
    "not_here": "desk.refused.colleague",
    "may_not_answer": "desk.refused.colleague",
    "not_their_creditor": "desk.refused.colleague",
    "nobody_has_it": "desk.refused.colleague",
    "nobody_holds_it": "desk.refused.not_yours",
}
FIELDS = {"no_words": "words", "amount": "amount", "above_owed": "amount", "day": "day"}
TYPED = ("task", "words", "step", "amount", "day", "claim", "kind", "why", "cause", "changed", "justified")


def _read(settings: Creditor, debtor: str) -> Matter:
    """The matter, of which it was written down that somebody looks; what never was looks like another's."""
    matter = wiring.store().matter(settings.id, debtor)
    if matter is None or matter.debtor.erased_at:
        raise BrokenRule("not_found")
    return matter


def _page(
    clerk: Clerk,
    settings: Creditor,
    matter: Matter,
    *,
    problems: Problems = (),
    note: str = "",
    advice: tuple[Fault, ...] = (),
) -> Response:
    from ..places import as_shown

    store, shown = wiring.store(), as_shown(matter, settings, clerk.now)
    whole = clerk.may(May.SEE)
    talk, said = store.talk(settings.id, matter.debtor.number) if whole else (None, ())
    staff = wiring.roster().staff() if whole else ()
    motions = store.motions(settings.id, matter.debtor.number) if whole else ()
    read = Read(
        creditor=settings,
        matter=shown,
        ledgers={name: store.ledger(settings.id, name) for name in matter.claims},
        talk=talk,
        said=said,
        motions=motions,
        names={person.id: person.name for person in staff},
        colleagues=[p.id for p in staff if p.works_for(settings.id) and p.may(May.ANSWER)],
        holds_by_hand=[kind.value for kind in (*ON_CLAIM, *ON_DEBTOR)],
    )
    languages = [(tongue.language, tongue.name) for tongue in tongues()]
    if whole:
        read = replace(read, translated=_translated(clerk, read))
    typed = {name: clerk.typed(name)[:LONGEST] for name in TYPED} if problems or advice else _begun(clerk, read)
    view = matter_view(
        clerk.frame("list"), read, languages=languages, problems=problems, typed=typed, note=note, advice=advice
    )
    return clerk.show(view)


def _begun(clerk: Clerk, read: Read) -> dict[str, str]:
    """The answer box with a text to begin with, where one was picked."""
    task = read.matter.tasks.get(clerk.query.get("task", ""))
    if task is None or task.owner != clerk.staff.id:
        return {}
    texts = {one.key: one.text for one in beginnings(read, task, answered_in(read.creditor, read.matter, task))}
    picked = texts.get(clerk.query.get("begin", ""))
    return {"task": task.id, "words": picked} if picked else {}


def _translated(clerk: Clerk, read: Read) -> dict[str, str]:
    """What the debtor wrote in a language this reader may not read, by a machine, where the house allows that."""
    translator = wiring.translator()
    if translator is None:
        return {}
    ours = clerk.locale.language
    story = Story(read.matter, {}, read.said)
    theirs = list(own_words(story, [ours]).items())[-MOST_TRANSLATED:]
    found = {name: translator(words, language, ours) for name, (words, language) in theirs}
    return {name: words for name, words in found.items() if words}


@desk_route("/desk/c/{creditor}/{debtor}", "GET", needs=May.SEE_CLAIM)
def matter(clerk: Clerk, creditor: str, debtor: str) -> Response:
    """Everything about one debtor at one creditor."""
    settings = clerk.creditor_of(creditor)
    clerk.see(creditor, debtor, None, "matter")
    found = _read(settings, debtor)
    return _page(clerk, settings, found, note=NOTES.get(clerk.query.get("done", ""), ""))


# What a page says once something was done; its name stands in the address, so that loading it again does nothing.
NOTES = {
    "answered": "desk.done.answered",
    "proposed": "desk.done.proposed",
    "decided": "desk.done.decided",
    "held": "desk.done.held",
    "lifted": "desk.done.lifted",
    "offered": "desk.done.offered",
    "agreed": "desk.done.agreed",
    "taken": "desk.done.taken",
    "handed": "desk.done.handed",
}


def _changing(clerk: Clerk) -> dict[str, Any]:
    return {"store": wiring.store(), "scheduler": wiring.scheduler(), "now": clerk.now}


def _proposing(clerk: Clerk) -> dict[str, Any]:
    return {**_changing(clerk), "policies": wiring.policies()}


def _deciding(clerk: Clerk) -> dict[str, Any]:
    return {**_proposing(clerk), "strategies": wiring.strategies()}


def _done(clerk: Clerk, creditor: str, debtor: str, what: str) -> Response:
    return clerk.go(clerk.frame().of(creditor, debtor, done=what))


def _again(
    clerk: Clerk, settings: Creditor, debtor: str, *problems: Problem, advice: tuple[Fault, ...] = ()
) -> Response:
    """The page once more with what needs mending, and what was typed; a look like any other."""
    clerk.see(settings.id, debtor, None, "matter")
    found = _read(settings, debtor)
    task = clerk.typed("task")
    # Each task's form has fields of its own; one that is not shown any more cannot be led to.
    held = found.tasks.get(task)
    shown = held is not None and held.owner == clerk.staff.id and held.done_at is None
    named = tuple(replace(one, field=f"{one.field}-{task}" if one.field and shown else "") for one in problems)
    return _page(clerk, settings, found, problems=named, advice=advice)


def _refused(clerk: Clerk, settings: Creditor, debtor: str, answer: Refused) -> Response:
    if answer.because == "not_found":
        raise BrokenRule("not_found")
    key = REFUSED.get(answer.because, "desk.refused.changed")
    return _again(clerk, settings, debtor, Problem(FIELDS.get(answer.because, ""), key))


def _post(path: str, needs: May = May.ANSWER) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """A form of the matter: whoever may not work for the creditor does not learn that there is one."""

    def register(handler: Callable[..., Response]) -> Callable[..., Response]:
        def act(clerk: Clerk, creditor: str, debtor: str) -> Response:
            settings = clerk.creditor_of(creditor)
            return handler(clerk, settings, debtor)

        act.__name__ = handler.__name__
        desk_route(f"{ANSWER}/{path}", "POST", needs=needs)(act)
        return handler

    return register


def _claim(settings: Creditor, debtor: str, name: str) -> Claim:
    found = wiring.store().matter(settings.id, debtor)
    claim = found.claims.get(name) if found else None
    if claim is None:
        raise BrokenRule("not_found")
    return claim


@_post("answer")
def answer(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """Say something; and ask back, end it, or decide a dispute. What makes less owed goes to a second person."""
    from ...actions.answer_task import answer_task
    from ...actions.propose_motion import Wanted, propose_motion

    words, step, task = _lines(clerk.posted), clerk.typed("step"), clerk.typed("task")
    if len(words) > LONGEST:
        return _again(clerk, settings, debtor, Problem("words", "desk.refused.long"))
    found = wiring.store().matter(settings.id, debtor)
    held = found.tasks.get(task) if found else None
    if found is None or held is None:
        raise BrokenRule("not_found")
    tongue = answered_in(settings, found, held)
    if advice := _voice(clerk, settings, found, tongue, words):
        return _again(clerk, settings, debtor, advice=advice)
    first_name = clerk.staff.name.split()[0]
    if held.kind is TaskKind.COMPLAINT and step == "done":
        return _complaint(clerk, settings, debtor, task, words, tongue)
    if step not in ("part", "right"):
        verdict = Verdict.REJECTED if step == "reject" else None
        said = answer_task(
            settings.id,
            debtor,
            task,
            words,
            by=clerk.staff.id,
            signed=first_name,
            closes=step in ("done", "reject"),
            verdict=verdict,
            language=tongue.language,
            **_deciding(clerk),
        )
        if isinstance(said, Refused):
            return _refused(clerk, settings, debtor, said)
        return _done(clerk, settings.id, debtor, "answered")
    claim = found.claims[held.claim]
    amount = claim.outstanding.total if step == "right" else money(clerk.typed("amount"), claim.currency)
    wanted = Wanted(MotionKind.ACCEPT_DISPUTE, words, amount, task=task, signed=first_name)
    put = propose_motion(settings.id, debtor, claim.id, wanted, by=clerk.staff.id, **_proposing(clerk))
    if isinstance(put, Refused):
        return _refused(clerk, settings, debtor, put)
    return _done(clerk, settings.id, debtor, "proposed")


def _lines(posted: Posted) -> str:
    """What was written, its lines as they were, without what no one can see."""
    typed = (posted.get("words") or [""])[0][: LONGEST + 1].replace("\r\n", "\n")
    return "\n".join(clean(line) for line in typed.split("\n")).strip()


def _voice(clerk: Clerk, settings: Creditor, matter: Matter, tongue: Locale, words: str) -> tuple[Fault, ...]:
    """What the voice check says of an answer: what is refused always, what is advice until they insist."""
    names = (matter.debtor.name, *matter.debtor.name.split(), settings.legal_name)
    faults = voice_of_answer(words, tongue, clerk.locale, given=names) if words else ()
    insists = clerk.typed("asis") == "yes"
    return () if insists and not any(fault.refused for fault in faults) else faults


def _complaint(clerk: Clerk, settings: Creditor, debtor: str, task: str, words: str, tongue: Locale) -> Response:
    """A complaint is closed with what was behind it, and what is changed because of it."""
    from ...actions.answer_complaint import answer_complaint
    from ...domain.complaint import Cause

    cause = clerk.typed("cause")
    if cause not in tuple(Cause):
        return _again(clerk, settings, debtor, Problem("cause", "desk.refused.cause"))
    said = answer_complaint(
        settings.id,
        debtor,
        task,
        words,
        cause=Cause(cause),
        justified=clerk.typed("justified") == "yes",
        changed=one(clerk.posted, "changed", 300),
        by=clerk.staff.id,
        signed=clerk.staff.name.split()[0],
        language=tongue.language,
        **_deciding(clerk),
    )
    if isinstance(said, Refused):
        return _refused(clerk, settings, debtor, said)
    return _done(clerk, settings.id, debtor, "answered")


@_post("motion")
def motion(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """Put something before a second person."""
    from ...actions.propose_motion import Wanted, propose_motion

    name = clerk.typed("claim")
    claim = _claim(settings, debtor, name)
    kind = clerk.typed("kind")
    if kind not in (MotionKind.CORRECT, MotionKind.WRITE_OFF):
        raise BrokenRule("not_found")
    amount = money(clerk.typed("amount"), claim.currency) if kind == MotionKind.CORRECT else None
    why = one(clerk.posted, "why", 300)
    wanted = Wanted(MotionKind(kind), why, amount, signed=clerk.staff.name.split()[0])
    put = propose_motion(settings.id, debtor, name, wanted, by=clerk.staff.id, **_proposing(clerk))
    if isinstance(put, Refused):
        return _refused(clerk, settings, debtor, put)
    return _done(clerk, settings.id, debtor, "proposed")


@_post("decide", May.SECOND)
def decide(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """The second person's yes or no."""
    from ...actions.second_motion import second_motion

    name, carries = clerk.typed("motion"), clerk.typed("step") == "yes"
    same = one_human(clerk.staff, wiring.roster().staff())
    put = second_motion(
        settings.id, debtor, name, by=clerk.staff.id, also=same, carries=carries, **_deciding(clerk)
    )
    if isinstance(put, Refused):
        return _refused(clerk, settings, debtor, put)
    return _done(clerk, settings.id, debtor, "decided")


@_post("take-back")
def take_back(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """Whoever put something before a second person takes it back."""
    from ...actions.propose_motion import take_back_motion

    put = take_back_motion(settings.id, debtor, clerk.typed("motion"), by=clerk.staff.id, **_changing(clerk))
    if isinstance(put, Refused):
        return _refused(clerk, settings, debtor, put)
    return _done(clerk, settings.id, debtor, "decided")


@_post("hold")
def hold(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """Nobody asks for money until it is let go; and letting go, by one where one may, else by two."""
    from ...actions.propose_motion import Wanted, propose_motion

    name, kind = clerk.typed("claim"), clerk.typed("kind")
    if kind not in tuple(HoldKind):
        raise BrokenRule("not_found")
    held = HoldKind(kind)
    if clerk.typed("step") == "lift":
        if held in ON_CLAIM:
            gone = let_go(settings.id, debtor, name, held, by=clerk.staff.id, **_deciding(clerk))
            if isinstance(gone, Refused):
                return _refused(clerk, settings, debtor, gone)
            return _done(clerk, settings.id, debtor, "lifted")
        wanted = Wanted(MotionKind.LIFT, hold=held)
        put = propose_motion(settings.id, debtor, name, wanted, by=clerk.staff.id, **_proposing(clerk))
        if isinstance(put, Refused):
            return _refused(clerk, settings, debtor, put)
        return _done(clerk, settings.id, debtor, "proposed")
    day = _day(clerk.typed("until"))
    if clerk.typed("until") and day is None:
        return _again(clerk, settings, debtor, Problem("day", "desk.refused.day"))
    until = datetime.combine(day, time.max, clerk.zone) if day else None
    done = hold_claim(settings.id, debtor, name, held, until, by=clerk.staff.id, **_changing(clerk))
    if isinstance(done, Refused):
        return _refused(clerk, settings, debtor, done)
    return _done(clerk, settings.id, debtor, "held")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@_post("offer")
def offer(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """Terms for the debtor to agree to; beyond the strategy a second person is asked first."""
    from ...actions.make_offer import OfferMade
    from ...actions.offer_terms import offer_terms
    from ...actions.propose_motion import Wanted, propose_motion
    from ...domain.motion import MotionState
    from ...domain.terms import NotPossible, Wish

    name = clerk.typed("claim")
    claim, day = _claim(settings, debtor, name), _day(clerk.typed("day"))
    amount = money(clerk.typed("amount"), claim.currency)
    plan = clerk.typed("step") == "plan"
    if day is None:
        return _again(clerk, settings, debtor, Problem("day", "desk.refused.day"))
    if plan and not amount:
        return _again(clerk, settings, debtor, Problem("amount", "desk.refused.amount"))
    terms: Wish | date = Wish(amount or 0, day, day.day) if plan else day
    kind = MotionKind.PLAN if plan else MotionKind.DATE
    found = wiring.store().matter(settings.id, debtor)
    language = (found.debtor.language if found else None) or settings.language
    motions = wiring.store().motions(settings.id, debtor)
    carried = [one for one in motions if one.state is MotionState.CARRIED and one.kind is kind]
    wished = (name, amount if plan else None, day)
    those = [one for one in carried if (one.claim, one.amount, one.day) == wished]
    # One that counted already only leads to what was offered by it.
    fits = min(those, key=lambda one: one.offer is not None, default=None)
    room = wiring.print_room()
    made = offer_terms(
        settings.id,
        debtor,
        name,
        terms,
        by=clerk.staff.id,
        motion=fits.id if fits else None,
        language=language,
        printer=room.printer,
        archive=room.archive,
        **_deciding(clerk),
    )
    if isinstance(made, Refused) and made.because != "used":
        return _refused(clerk, settings, debtor, made)
    if isinstance(made, OfferMade):
        return _done(clerk, settings.id, debtor, "offered")
    if isinstance(made, NotPossible) and (fits or made.because in ("by_a_person", "in_the_past")):
        return _again(clerk, settings, debtor, Problem("day", "desk.refused.terms"))
    wanted = Wanted(kind, amount=amount if plan else None, day=day)
    put = propose_motion(settings.id, debtor, name, wanted, by=clerk.staff.id, **_proposing(clerk))
    if isinstance(put, Refused):
        return _refused(clerk, settings, debtor, put)
    return _done(clerk, settings.id, debtor, "proposed")


@_post("agree")
def agree(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """The debtor said yes on the phone: agreed as by their own press, once its notice was given."""
    from ...actions.agree import Agreed
    from ...actions.offer_terms import agree_for

    answer = agree_for(
        settings.id,
        debtor,
        clerk.typed("claim"),
        clerk.typed("offer"),
        by=clerk.staff.id,
        **_deciding(clerk),
    )
    if isinstance(answer, Agreed):
        return _done(clerk, settings.id, debtor, "agreed")
    return _again(clerk, settings, debtor, Problem("", "desk.refused.offer"))


@_post("take")
def take(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """It is mine from now on; what somebody else holds a lead may take over, and nobody else."""
    from ...actions.hand_on import hand_on
    from ...actions.take_task import take_task

    board, task = wiring.switchboard(), clerk.typed("task")
    taken = take_task(clerk.staff, settings.id, debtor, task, board=board, now=clerk.now)
    if isinstance(taken, Refused) and taken.because == "held_by_another" and clerk.may(May.LEAD):
        taken = hand_on(clerk.staff, settings.id, debtor, task, clerk.staff, board=board, now=clerk.now)
    if isinstance(taken, Refused):
        return _refused(clerk, settings, debtor, taken)
    return clerk.go(f"{clerk.frame().of(settings.id, debtor, done='taken')}#{task}")


@_post("hand-on")
def hand_on_(clerk: Clerk, settings: Creditor, debtor: str) -> Response:
    """To a colleague, to whoever has the skill, or back to where it came from."""
    from ...actions.hand_on import give_back_task, hand_on
    from ...domain.task import TaskKind

    board, task, to = wiring.switchboard(), clerk.typed("task"), clerk.typed("to")
    if not to:
        handed = give_back_task(clerk.staff, settings.id, debtor, task, board=board, now=clerk.now)
    else:
        person = wiring.roster().staff_member(to) if to not in tuple(TaskKind) else TaskKind(to)
        if person is None:
            raise BrokenRule("not_found")
        handed = hand_on(clerk.staff, settings.id, debtor, task, person, board=board, now=clerk.now)
    if isinstance(handed, Refused):
        return _refused(clerk, settings, debtor, handed)
    return _done(clerk, settings.id, debtor, "handed")
