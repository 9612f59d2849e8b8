"""People who answer: what they say, decide, put before a second, hold and offer, at the desk; and who they are."""

from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.motion import MotionState
from tests.desk import at_the_desk

from ..scenario import scenario
from ..stage import Wakes
from .asking import disputed, standing


def matter_of(stage):
    claim = stage.claims[0]
    return f"/desk/c/{claim.creditor}/{claim.debtor}"


def somebody(stage, role="agent"):
    """The desk of somebody who works for this creditor."""
    changes = {"creditors": (stage.creditor.id,), "name": "Anna Berg", "id": f"anna.{role}"}
    return at_the_desk(stage.house.employ(role, **changes))


def open_task(stage):
    (task,) = (task for task in stage.matter().tasks.values() if task.done_at is None)
    return task


def holding(stage):
    """The desk of somebody who has taken what is objected."""
    disputed(stage)
    desk = somebody(stage)
    desk.press(desk.get(matter_of(stage)), "take", task=open_task(stage).id)
    return desk


def proposing(stage):
    """What is objected is to be upheld: it waits for a second person."""
    desk = holding(stage)
    desk.press(desk.get(matter_of(stage)), "answer", words="Sie haben recht.", step="right")
    return somebody(stage, "lead")


@scenario()
def somebody_takes_what_waits(stage):
    disputed(stage)
    desk = somebody(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "take", task=open_task(stage).id)
    assert not open_task(stage).is_free


@scenario()
def a_person_asks_back(stage):
    desk = holding(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "answer", words="Von welchem Tag?", step="ask")
    claim = stage.claims[0]
    assert len(wiring.store().talk(claim.creditor, claim.debtor)[1]) == 1


@scenario()
def a_person_rejects_a_dispute(stage):
    desk = holding(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "answer", words="Das Foto passt.", step="reject")
    assert stage.again().dispute is None


@scenario()
def a_person_puts_it_before_a_second(stage):
    desk = holding(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "answer", words="Sie haben recht.", step="right")
    assert stage.again().dispute is not None


@scenario()
def a_second_person_carries_it(stage):
    lead = proposing(stage)
    yield stage.press(lead, lead.get(matter_of(stage)), "decide", step="yes")
    assert stage.again().state is ClaimState.CLOSED


@scenario()
def a_second_person_says_no(stage):
    lead = proposing(stage)
    yield stage.press(lead, lead.get(matter_of(stage)), "decide", step="no")
    assert stage.again().dispute is not None


@scenario()
def a_claim_is_held_at_the_desk(stage):
    standing(stage)
    desk = somebody(stage)
    yield stage.press(desk, desk.get(matter_of(stage)), "hold", step="hold", kind="operator")
    assert len(stage.again().holds) == 1


@scenario()
def a_held_claim_is_let_go(stage):
    standing(stage)
    desk = somebody(stage)
    desk.press(desk.get(matter_of(stage)), "hold", step="hold", kind="operator")
    yield stage.press(desk, desk.get(matter_of(stage)), "hold", step="lift", kind="operator")
    assert stage.again().holds == ()


@scenario()
def terms_are_offered_at_the_desk(stage):
    standing(stage)
    desk = somebody(stage)
    day = (wiring.clock() + timedelta(days=10)).date().isoformat()
    yield stage.press(desk, desk.get(matter_of(stage)), "offer", step="plan", amount="20", day=day)
    assert len(stage.matter().offers) == 1


@scenario()
def what_was_put_before_a_second_person_is_taken_back(stage):
    desk = holding(stage)
    desk.press(desk.get(matter_of(stage)), "answer", words="Sie haben recht.", step="right")
    yield stage.press(desk, desk.get(matter_of(stage)), "take-back")
    (motion,) = wiring.store().motions(stage.creditor.id, "K-1")
    assert motion.state is MotionState.WITHDRAWN


# ---- Who works here


def form_of(stage, page="/desk/staff/new", **typed):
    """An operator's form about somebody who works here, filled in and about to be sent."""
    stage.creditor or stage.open()
    said = {"name": "Tom Okafor", "email": "tom@desk.example", "roles": "agent", "creditors": stage.creditor.id}
    more = {"team": "front", "languages": "en", "shifts": "Mon-Fri 9-17", "absences": "", "most": "4"}
    desk = somebody(stage, "operator")
    action, fields = desk.get(page).form(page)
    unseen = {name: fields[name] for name in ("proof", "member") if name in fields}
    return stage.post(desk, action, {**unseen, **(typed or {**said, **more})})


def tom(stage):
    """Somebody who works here already, and has never signed in."""
    stage.open()
    changes = {"creditors": (stage.creditor.id,), "name": "Tom Okafor", "email": "tom@desk.example"}
    return stage.house.employ("agent", id="tom", team="front", **changes)


@scenario()
def somebody_works_here_from_now_on(stage):
    yield form_of(stage)
    assert [one.name for one in wiring.roster().staff() if one.email == "tom@desk.example"] == ["Tom Okafor"]


@scenario()
def what_somebody_does_here_is_changed(stage):
    known = tom(stage)
    yield form_of(stage, f"/desk/staff/{known.id}")
    assert wiring.roster().staff_member(known.id).most == 4


@scenario()
def somebody_works_here_no_more(stage):
    known = tom(stage)
    yield form_of(stage, f"/desk/staff/{known.id}", go="yes")
    assert wiring.roster().staff_member(known.id).left_at is not None


@scenario()
def somebody_signs_in_for_the_first_time(stage):
    known = tom(stage)
    about = {"subject": "idp|tom", "email": known.email}
    yield Wakes("tests.faults.machine.acts:sits_down", about)
    assert wiring.roster().staff_member(known.id).subject == "idp|tom"


@scenario()
def somebody_signs_out_everywhere(stage):
    known = tom(stage)
    desk = at_the_desk(known)
    yield stage.press(desk, desk.get("/desk"), "sign-out")
    assert wiring.roster().staff_member(known.id).signed_out_at is not None
