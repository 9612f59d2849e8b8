"""Routing: what waits is given to one person, once, and what they cannot hold any more goes back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.actions.close_task import close_task
from chalicelib.actions.gather_up import away, gather_up, here, look_over
from chalicelib.actions.hand_on import give_back_task, hand_on
from chalicelib.actions.route_task import route_task
from chalicelib.actions.take_task import give_next, take_next, take_task
from chalicelib.domain.decision import Refused
from chalicelib.domain.facts import FactName
from chalicelib.domain.person import ActKind
from chalicelib.domain.presence import Presence
from chalicelib.domain.routing import Reason
from chalicelib.domain.staff import Role
from chalicelib.domain.task import FRONT_OFFICE, TaskKind
from tests.actions.routing import another, asks, held, switchboard
from tests.builders import NOW, agent
from tests.fakes.store import FakeOutgoing
from tests.fakes.world import POLICIES, STRATEGIES

LATER = NOW + timedelta(minutes=30)


def route(board, task, now=NOW):
    return route_task(task.creditor, task.debtor, task.id, board=board, now=now)


def where(task):
    return task.creditor, task.debtor, task.id


def close(world, task, now=NOW):
    ports = {"store": world.store, "scheduler": world.scheduler, "policies": POLICIES, "strategies": STRATEGIES}
    assert close_task(*where(task), now=now, **ports)


def acts(world):
    found = FakeOutgoing(world.store).acts("nordlicht", f"{NOW:%Y-%m}")
    return [(act.by, act.what, act.about) for act in found]


def because(answer):
    assert isinstance(answer, Refused), answer
    return answer.because


def test_what_waits_is_given_to_who_is_there_and_says_by_what(world):
    board, task = switchboard(world, agent()), asks(world)
    routed = route(board, task)
    assert routed.fit.staff == "anna"
    assert Reason.LANGUAGE in dict(routed.fit.reasons)
    assert (held(world, task).owner, held(world, task).owned_at) == ("anna", NOW)
    (fact,) = world.store.named(FactName.TASK_TAKEN)
    assert dict(fact.about) == {"claim": task.claim, "task": task.id}
    assert acts(world) == []


def test_routed_twice_it_is_given_once(world):
    board, task = switchboard(world, agent(), agent("bernd")), asks(world)
    first = route(board, task)
    assert route(another(world, board), task).fit is None
    assert held(world, task).owner == first.fit.staff
    assert len(world.store.named(FactName.TASK_TAKEN)) == 1


def test_what_nobody_there_can_take_stays_free(world):
    board, task = switchboard(world, agent(), seen=None), asks(world)
    assert route(board, task).fit is None
    assert held(world, task).owner == FRONT_OFFICE


def test_a_task_that_is_done_is_left_alone(world):
    board, task = switchboard(world, agent()), asks(world)
    close(world, task)
    assert route(board, task).fit is None and held(world, task).owner == FRONT_OFFICE


def test_two_who_decide_at_once_give_it_to_one(world):
    people = [agent(), agent("bernd")]
    board, task = switchboard(world, *people), asks(world)
    other = another(world, board)
    world.store.meanwhile.append(lambda: route(other, task))
    assert route(board, task).fit is None
    assert held(world, task).owner in {"anna", "bernd"}
    assert len(world.store.named(FactName.TASK_TAKEN)) == 1


def test_nobody_is_given_more_than_they_take_however_many_decide_at_once(world):
    board = switchboard(world, agent(most=1))
    first, second = asks(world, 1), asks(world, 2)
    other = another(world, board)
    world.store.meanwhile.append(lambda: route(other, second))
    route(board, first)
    assert sorted((held(world, first).owner, held(world, second).owner)) == ["anna", FRONT_OFFICE]


def test_whoever_has_room_again_is_given_what_waits(world):
    board = switchboard(world, agent(most=1))
    first, second = asks(world, 1), asks(world, 2)
    route(board, first)
    assert route(board, second).fit is None
    assert give_next(agent(most=1), board=board, now=NOW + timedelta(seconds=30)) is None
    close(world, first, NOW + timedelta(minutes=1))
    here("anna", board=board, now=LATER)
    assert give_next(agent(most=1), board=board, now=LATER).id == second.id
    assert acts(world) == []


def test_whoever_finished_and_is_given_nothing_is_seen_to_have_room(world):
    board = switchboard(world, agent(most=1))
    task = asks(world)
    route(board, task)
    close(world, task)
    give_next(agent(most=1), board=board, now=LATER)
    assert board.presences.hand("anna").holds == ()


def test_whoever_takes_one_themselves_holds_it_and_the_act_is_written(world):
    board, task = switchboard(world, agent()), asks(world)
    assert take_task(agent(), *where(task), board=board, now=NOW).owner == "anna"
    assert take_task(agent(), *where(task), board=board, now=LATER).owned_at == NOW
    assert acts(world) == [("anna", ActKind.TAKE, task.id)]


def test_what_another_holds_is_not_taken(world):
    board, task = switchboard(world, agent(), agent("bernd")), asks(world)
    take_task(agent(), *where(task), board=board, now=NOW)
    assert because(take_task(agent("bernd"), *where(task), board=board, now=NOW)) == "held_by_another"
    assert held(world, task).owner == "anna"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"creditors": ("fairkasso",)}, "not_their_creditor"),
        ({"roles": (Role.AUDITOR,)}, "may_not_answer"),
        ({"most": 0}, "full"),
    ],
)
def test_nobody_takes_what_they_may_not(world, changes, why):
    one = agent(**changes)
    board, task = switchboard(world, one), asks(world)
    assert because(take_task(one, *where(task), board=board, now=NOW)) == why
    assert world.store.named(FactName.TASK_TAKEN) == []


def test_the_next_one_is_what_fits_best_and_has_waited(world):
    one = agent(languages=("de", "tr"))
    board = switchboard(world, one)
    german, turkish = asks(world, 1), asks(world, 2, "tr")
    assert take_next(one, board=board, now=NOW).id == turkish.id
    assert take_next(one, board=board, now=NOW).id == german.id
    assert because(take_next(one, board=board, now=NOW)) == "nothing_waits"


def test_the_next_one_is_found_however_much_waits_before_it_that_others_are_to_answer(world):
    one, other = agent(), agent("dilek", languages=("tr",))
    board = switchboard(world, one, other)
    board.rules = replace(board.rules, looked_at=2)
    for number in range(1, 6):
        asks(world, number, "tr", NOW - timedelta(seconds=9))
    german = asks(world, 9)
    assert take_next(one, board=board, now=NOW).id == german.id


def test_what_somebody_gives_back_goes_to_another_and_not_back_to_them(world):
    board, task = switchboard(world, agent()), asks(world)
    route(board, task)
    assert give_back_task(agent(), *where(task), board=board, now=NOW).owner == FRONT_OFFICE
    assert give_back_task(agent(), *where(task), board=board, now=NOW).is_free
    assert acts(world) == [("anna", ActKind.LEAVE, task.id)]
    assert len(world.store.named(FactName.TASK_FREED)) == 1
    assert route(board, task).fit is None
    assert because(give_back_task(agent("bernd"), *where(task), board=board, now=NOW)) == "nobody_holds_it"
    assert route(switchboard(world, agent(), agent("bernd")), task).fit.staff == "bernd"


def test_it_is_handed_on_to_a_colleague_who_may_answer_and_is_there(world):
    bernd, other = agent("bernd"), agent("cora", creditors=("fairkasso",))
    board, task = switchboard(world, agent(), bernd, other), asks(world)
    assert because(hand_on(agent(), *where(task), bernd, board=board, now=NOW)) == "nobody_holds_it"
    take_task(agent(), *where(task), board=board, now=NOW)
    assert because(hand_on(agent(), *where(task), other, board=board, now=NOW)) == "not_their_creditor"
    assert because(hand_on(bernd, *where(task), bernd, board=board, now=NOW)) == "held_by_another"
    assert hand_on(agent(), *where(task), bernd, board=board, now=NOW).owner == "bernd"
    assert board.presences.hand("anna").holds == ()
    assert ("anna", ActKind.HAND_ON, task.id) in acts(world)
    away("bernd", board=board, now=NOW)
    board = another(world, board)
    lead = agent("lea", roles=(Role.LEAD,))
    assert because(hand_on(lead, *where(task), agent(), board=board, now=LATER)) == "not_here"


def test_it_is_handed_on_to_who_sat_down_just_now(world):
    board, task = switchboard(world, agent(), agent("bernd")), asks(world)
    away("bernd", board=board, now=NOW)
    board = another(world, board)
    take_task(agent(), *where(task), board=board, now=NOW)
    assert because(hand_on(agent(), *where(task), agent("bernd"), board=board, now=NOW)) == "not_here"
    board.presences.tell(Presence("bernd", NOW))
    assert hand_on(agent(), *where(task), agent("bernd"), board=board, now=NOW).owner == "bernd"


def test_a_lead_hands_on_what_others_hold(world):
    lead = agent("lea", roles=(Role.LEAD,))
    board, task = switchboard(world, agent(), agent("bernd"), lead), asks(world)
    take_task(agent(), *where(task), board=board, now=NOW)
    assert hand_on(lead, *where(task), agent("bernd"), board=board, now=NOW).owner == "bernd"
    assert hand_on(lead, *where(task), agent("bernd"), board=board, now=NOW).owner == "bernd"
    assert [act for act in acts(world) if act[1] is ActKind.HAND_ON] == [("lea", ActKind.HAND_ON, task.id)]


def test_what_is_handed_on_to_a_skill_goes_to_who_has_it(world):
    able = agent("bernd", skills=(TaskKind.OFFER,))
    board, task = switchboard(world, agent(), able), asks(world)
    take_task(agent(), *where(task), board=board, now=NOW)
    refused = hand_on(agent(), *where(task), TaskKind.CARE, board=board, now=NOW)
    assert because(refused) == "nobody_has_it"
    assert hand_on(agent(), *where(task), TaskKind.OFFER, board=board, now=NOW).skill is TaskKind.OFFER
    assert route(another(world, board), task, NOW).fit.staff == "bernd"


def test_what_the_vanished_hold_goes_back_and_to_another(world):
    board, task = switchboard(world, agent(), agent("bernd")), asks(world)
    take_task(agent(), *where(task), board=board, now=NOW)
    here("bernd", board=board, now=LATER)
    board = another(world, board)
    assert gather_up(board=board, now=LATER) == 1
    assert held(world, task).owner == FRONT_OFFICE
    assert route(board, task, LATER).fit.staff == "bernd"
    assert gather_up(board=another(world, board), now=LATER) == 0


def test_whoever_says_that_they_go_keeps_nothing_and_whoever_is_seen_keeps_all(world):
    board = switchboard(world, agent(), agent("bernd"))
    mine, theirs = asks(world, 1), asks(world, 2)
    take_task(agent(), *where(mine), board=board, now=NOW)
    take_task(agent("bernd"), *where(theirs), board=board, now=NOW)
    away("anna", board=board, now=NOW)
    board = another(world, board)
    assert gather_up(board=board, now=NOW) == 1
    assert (held(world, mine).owner, held(world, theirs).owner) == (FRONT_OFFICE, "bernd")


def test_what_was_answered_just_before_its_holder_vanished_is_not_opened_again(world):
    board, task = switchboard(world, agent()), asks(world)
    take_task(agent(), *where(task), board=board, now=NOW)
    close(world, task)
    assert gather_up(board=another(world, board), now=LATER) == 0
    assert held(world, task).done_at == NOW


def test_each_minute_what_waits_is_offered_again_and_what_is_late_is_found(world):
    board, task = switchboard(world, agent(), seen=None), asks(world)
    assert look_over(board=board, now=NOW).given == 0
    here("anna", board=board, now=LATER)
    assert look_over(board=another(world, board), now=LATER).given == 1
    late = task.due_at + timedelta(minutes=1)
    here("anna", board=board, now=late)
    found = look_over(board=another(world, board), now=late)
    assert [one.task for one in found.overdue] == [task.id] and found.freed == 0
    assert held(world, task).owner == "anna"
