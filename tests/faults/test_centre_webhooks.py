"""A contact centre's notices that come twice, forged, late or out of order, over both doubles."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.actions.ask_for_help import ask_for_help
from chalicelib.actions.raise_dispute import raise_dispute
from chalicelib.domain.centre import CentreSettings
from chalicelib.domain.dispute import DisputeReason, Objection
from chalicelib.domain.task import FRONT_OFFICE, DaySlot, HelpRequest
from chalicelib.domain.visit import Visit
from chalicelib.entrypoints.routing import routing
from chalicelib.ports import Commit
from local.contact_centres.double import ChatwootDouble, GenesysDouble
from tests.reader import answered, sqs

KEYS = {
    "client_id": "client",
    "client_secret": "secret",
    "webhook_secret": "hook",
    "api_access_token": "token",
}
REQUEST = HelpRequest("Bitte rufen Sie an.", DaySlot.MORNING, "de", "+491713920012")


@pytest.fixture(params=["genesys", "chatwoot"])
def double(request, monkeypatch):
    found = {"genesys": GenesysDouble, "chatwoot": ChatwootDouble}[request.param]().start()
    found.key = request.param
    monkeypatch.setenv("GENESYS_API_BASE", found.url)
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
def creditor(house, double):
    given = {
        "genesys": {"integration": "i-1", "region": "mypurecloud.de"},
        "chatwoot": {"address": double.url, "account": "1", "inbox": "abc"},
    }
    found = house.open_creditor(centre=CentreSettings(double.key, (), given[double.key]))
    house.secrets.create_secret(Name=f"kulanz/centres/{found.id}/{double.key}", SecretString=json.dumps(KEYS))
    house.queued("outcomes")
    return found


@pytest.fixture
def task(house, creditor):
    claim, now = house.register(creditor), wiring.clock()
    visit = Visit("link", creditor.id, claim.debtor, claim.id, now)
    ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies(), "now": now}
    return ask_for_help(visit, REQUEST, **ports)


def opened(task):
    detail = {"creditor": task.creditor, "claim": task.claim, "task": task.id}
    return routing(sqs({"detail-type": "TaskOpened", "detail": detail}), None)


def held(task):
    return wiring.store().matter(task.creditor, task.debtor).tasks[task.id]


def tell(creditor, double, notice, *, change="", at=None):
    body, headers = double.signed(notice, at)
    headers = {**headers, "Content-Type": "application/json"}
    return answered("POST", f"/webhooks/{creditor.id}/{double.key}", body.decode() + change, headers)


def said(task):
    return [one.words for one in wiring.store().talk(task.creditor, task.debtor)[1]]


def test_a_task_goes_there_once_and_what_is_said_there_comes_back_once(house, creditor, double, task):
    assert opened(task) == opened(task) == {"batchItemFailures": []}
    assert held(task).owner == f"centre:{double.key}" and held(task).reference
    assert len(double.inbound) + len(double.talks) == 1
    notice = double.writes(task.id, "Guten Tag, wir rufen an.")
    assert tell(creditor, double, notice).status == tell(creditor, double, notice).status == 200
    assert house.hear_outcomes() == 2
    assert said(task) == ["Guten Tag, wir rufen an."]
    assert tell(creditor, double, double.closes(task.id)).status == 200
    house.hear_outcomes()
    assert held(task).done_at
    assert tell(creditor, double, double.writes(task.id, "Alles Gute", 2)).status == 200
    house.hear_outcomes()
    assert said(task) == ["Guten Tag, wir rufen an.", "Alles Gute"]


def test_a_signature_that_does_not_fit_is_400_and_writes_nothing(house, creditor, double, task):
    opened(task)
    before = house.everything(creditor.id)
    assert tell(creditor, double, double.writes(task.id, "x"), change=" ").status == 400
    assert house.hear_outcomes() == 0 and house.everything(creditor.id) == before


def test_a_notice_of_an_hour_ago_is_400_where_it_says_when_it_was_signed(house, creditor, double, task):
    opened(task)
    an_hour_ago = wiring.clock() - timedelta(hours=1)
    answer = tell(creditor, double, double.writes(task.id, "x"), at=an_hour_ago)
    assert answer.status == (400 if double.key == "chatwoot" else 200)
    assert house.hear_outcomes() == (0 if double.key == "chatwoot" else 1)


def test_a_dispute_that_is_closed_there_waits_at_the_desk_for_its_verdict(house, creditor, double):
    claim, now = house.register(creditor), wiring.clock()
    visit = Visit("link", creditor.id, claim.debtor, claim.id, now)
    ports = {"store": wiring.store(), "scheduler": wiring.scheduler(), "policies": wiring.policies(), "now": now}
    objection = Objection(DisputeReason.WRONG_AMOUNT, "Der Zähler stimmt nicht.", None, None, "de")
    raise_dispute(visit, objection, **ports)
    (task,) = house.matter(claim).tasks.values()
    opened(task)
    tell(creditor, double, double.writes(task.id, "Wir prüfen das."))
    tell(creditor, double, double.closes(task.id))
    house.hear_outcomes()
    left = held(task)
    assert (left.owner, left.done_at, left.due_at) == (FRONT_OFFICE, None, task.due_at) and left.answered_there
    assert said(task) == ["Wir prüfen das."]
    assert house.matter(claim).claims[claim.id].dispute
    (waits,) = wiring.task_lists().free(creditor.id, 9)
    assert waits.task == task.id and waits.answered_there


def test_whoever_is_forgotten_here_is_forgotten_there_as_soon_as_it_answers(house, creditor, double, task):
    opened(task)
    matter = wiring.store().matter(task.creditor, task.debtor)
    card = replace(matter.debtor, erased_at=wiring.clock())
    wiring.store().commit(creditor.id, Commit((), debtor=card))
    detail = {"creditor": creditor.id, "debtor": task.debtor}
    erased = sqs({"detail-type": "CopiesLeft", "detail": detail})
    double.refuses = [503]
    assert len(routing(erased, None)["batchItemFailures"]) == 1 and double.forgotten == []
    assert routing(erased, None) == routing(erased, None) == {"batchItemFailures": []}
    assert double.forgotten == [task.id] and held(task).forgotten_there
    assert not double.inbound and not double.contacts and not double.talks


def test_a_creditor_without_that_centre_has_no_such_door(house, double):
    other = house.open_creditor()
    assert tell(other, double, double.writes("t-1", "x")).status == 404


def test_where_it_does_not_answer_the_task_comes_back_to_the_queue(house, creditor, double, task):
    double.refuses = [503]
    assert len(opened(task)["batchItemFailures"]) == 1
    assert opened(task) == {"batchItemFailures": []}
    assert held(task).reference


def test_what_it_refuses_is_nobodys_again(house, creditor, double, task):
    double.refuses = [422]
    assert opened(task) == {"batchItemFailures": []}
    assert held(task).owner == FRONT_OFFICE and held(task).left_by == (f"centre:{double.key}",)


def test_what_is_answered_of_somebody_restricted_is_forgotten_there_when_it_is_done(house, creditor, double, task):
    opened(task)
    matter = wiring.store().matter(task.creditor, task.debtor)
    card = replace(matter.debtor, restricted_at=wiring.clock())
    wiring.store().commit(creditor.id, Commit((), debtor=card))
    restricted = sqs({"detail-type": "CopiesLeft", "detail": {"creditor": creditor.id, "debtor": task.debtor}})
    assert routing(restricted, None) == {"batchItemFailures": []} and double.forgotten == []
    tell(creditor, double, double.closes(task.id))
    house.hear_outcomes()
    detail = {"creditor": task.creditor, "claim": task.claim, "task": task.id}
    done = sqs({"detail-type": "TaskDone", "detail": detail})
    assert routing(done, None) == {"batchItemFailures": []} and double.forgotten == [task.id]
