"""Contact centres over HTTP, beside their doubles: told once, and what is told back is proven."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import registry
from chalicelib.adapters import contact_centres as package
from chalicelib.adapters.contact_centres.chatwoot import Chatwoot
from chalicelib.adapters.contact_centres.genesys import Genesys
from chalicelib.adapters.notice_age import NEWEST, OLDEST
from chalicelib.domain.centre import CentreSettings, CentreWord, Told
from chalicelib.domain.errors import Permanent, Retry
from chalicelib.domain.task import FRONT_OFFICE, Task, TaskKind
from local.contact_centres.double import ChatwootDouble, GenesysDouble
from tests.builders import NOW

TOLD = Told(
    *("nordlicht", "K-501", "t-1", TaskKind.REPLY, "Was ist das?", "de", NOW, NOW + timedelta(hours=30), "R-1001"),
    learnt=(("contract", "4711"),),
)
KEYS = {
    "client_id": "client",
    "client_secret": "secret",
    "webhook_secret": "hook",
    "api_access_token": "token",
}


class Keys:
    """The secrets in memory, the current version first."""

    def __init__(self, *versions):
        self.held = versions or (json.dumps(KEYS),)

    def versions(self, name, **_):
        assert name.startswith("kulanz/centres/nordlicht/")
        return self.held

    def current(self, name):
        return self.versions(name)[0]


@pytest.fixture
def genesys(monkeypatch):
    double = GenesysDouble().start()
    monkeypatch.setenv("GENESYS_API_BASE", double.url)
    centre = Genesys()
    centre.__dict__["_secrets"] = Keys()
    yield centre, double, CentreSettings("genesys", (), {"integration": "i-1", "region": "mypurecloud.de"})
    double.shutdown()
    double.server_close()


@pytest.fixture
def chatwoot():
    double = ChatwootDouble().start()
    centre = Chatwoot()
    centre.__dict__["_secrets"] = Keys()
    yield centre, double, CentreSettings("chatwoot", (), {"address": double.url, "account": "1", "inbox": "abc"})
    double.shutdown()
    double.server_close()


@pytest.fixture(params=["genesys", "chatwoot"])
def each(request):
    return request.getfixturevalue(request.param)


def lowered(headers):
    return {name.lower(): value for name, value in headers.items()}


def test_every_file_says_its_key_and_what_a_creditor_must_give():
    centres = registry.collect(package, "CENTRE")
    assert {key: centre.needs for key, centre in centres.items()} == {
        "genesys": ("integration", "region"),
        "chatwoot": ("address", "account", "inbox"),
    }


def test_genesys_is_told_by_an_inbound_message_under_the_tasks_id_without_the_name(genesys):
    centre, double, settings = genesys
    assert centre.hand_over(TOLD, settings) == "talk-t-1"
    assert centre.hand_over(TOLD, settings) == "talk-t-1"
    (message,) = double.inbound.values()
    assert message["channel"]["from"] == {"id": "t-1", "idType": "Opaque"}
    assert "Was ist das?" in message["text"] and "contract: 4711" in message["text"]
    assert double.asked.count("POST /oauth/token") == 1


def test_chatwoot_has_one_contact_one_conversation_and_one_message_however_often_it_is_told(chatwoot):
    centre, double, settings = chatwoot
    assert centre.hand_over(TOLD, settings) == centre.hand_over(TOLD, settings) == "1"
    assert list(double.contacts) == ["t-1"] and double.contacts["t-1"]["name"] == "t-1"
    assert [len(talk["messages"]) for talk in double.talks.values()] == [1]


@pytest.mark.parametrize("lost", range(6))
def test_whichever_answer_is_lost_it_is_there_once_after_it_was_told_again(each, lost):
    centre, double, settings = each
    assert count_until(centre, double, settings, lost) >= 1
    assert len(double.inbound) + sum(len(talk["messages"]) for talk in double.talks.values()) == 1
    assert len(double.talks) <= 1 and len(double.contacts) <= 1


def count_until(centre, double, settings, lost):
    """Told until it is known to be there, the answer of the request of this number lost."""
    begun, calls = len(double.asked), 0
    act = double.RequestHandlerClass._act

    class Losing(double.RequestHandlerClass):
        def _act(self, *request):
            answer = act(self, *request)
            if len(double.asked) - begun == lost + 1:
                double.loses = 1
            return answer

    double.RequestHandlerClass = Losing
    while True:
        calls += 1
        try:
            centre.hand_over(TOLD, settings)
        except Retry:
            continue
        return calls


@pytest.mark.parametrize(("status", "ends"), [(503, Retry), (429, Retry), (403, Retry), (422, Permanent)])
def test_what_it_cannot_take_now_is_told_again_and_what_it_refuses_is_not(each, status, ends):
    centre, double, settings = each
    double.refuses = [status]
    with pytest.raises(ends):
        centre.hand_over(TOLD, settings)


def test_the_name_is_told_where_it_may_be(each):
    centre, double, settings = each
    centre.hand_over(replace(TOLD, name="Marta Lindqvist"), settings)
    assert "Marta Lindqvist" in json.dumps([double.inbound, double.contacts])


def test_a_word_is_proven_by_its_signature_and_by_both_secrets_while_one_turns(each):
    centre, double, _ = each
    body, headers = double.signed(double.writes("t-1", "Guten Tag", at=NOW), NOW)
    (notice,) = centre.notices("nordlicht", body, lowered(headers), NOW)
    word = centre.word_in(notice)
    assert (word.creditor, word.task, word.words, word.agent, word.at) == (
        *("nordlicht", "t-1", "Guten Tag", "Jule", NOW),
    )
    centre.__dict__["_secrets"] = Keys(json.dumps({"webhook_secret": "new"}), json.dumps(KEYS))
    assert centre.notices("nordlicht", body, lowered(headers), NOW) == (notice,)


@pytest.mark.parametrize("age", [OLDEST, 0, -NEWEST])
def test_chatwoots_notice_may_be_as_old_as_a_payment_providers(chatwoot, age):
    centre, double, _ = chatwoot
    body, headers = double.signed(double.writes("t-1", "x"), NOW)
    assert centre.notices("nordlicht", body, lowered(headers), NOW + timedelta(seconds=age))


@pytest.mark.parametrize("age", [OLDEST + 1, -NEWEST - 1, 86_400])
def test_chatwoots_notice_of_another_time_is_refused_though_its_signature_fits(chatwoot, age):
    centre, double, _ = chatwoot
    body, headers = double.signed(double.writes("t-1", "x"), NOW)
    with pytest.raises(Permanent):
        centre.notices("nordlicht", body, lowered(headers), NOW + timedelta(seconds=age))


@pytest.mark.parametrize("stamp", ["", "now", "-5", "1e9", "١٢٣", "9" * 400])
def test_a_time_that_is_none_is_refused_and_so_is_a_new_one_beside_an_old_signature(chatwoot, stamp):
    centre, double, _ = chatwoot
    body, headers = double.signed(double.writes("t-1", "x"), NOW - timedelta(days=1))
    for other in (stamp, str(int(NOW.timestamp()))):
        with pytest.raises(Permanent):
            changed = {**lowered(headers), "x-chatwoot-timestamp": other}
            centre.notices("nordlicht", body, changed, NOW)


def test_a_time_that_is_none_is_refused_also_where_it_is_signed(chatwoot):
    centre, double, _ = chatwoot

    class Odd(datetime):
        def timestamp(self):
            return -5.0

    body, headers = double.signed(double.writes("t-1", "x"), Odd(2026, 1, 1, tzinfo=UTC))
    assert headers["X-Chatwoot-Timestamp"] == "-5"
    with pytest.raises(Permanent):
        centre.notices("nordlicht", body, lowered(headers), NOW)


def test_a_word_without_a_name_of_its_own_has_one_of_what_it_says(each):
    centre, double, _ = each
    bare = [json.loads(json.dumps(double.writes("t-1", words, at=NOW))) for words in ("eins", "eins", "zwei")]
    for one in bare:
        one.pop("id", None)
        one.get("channel", {}).pop("messageId", None)
    names = [centre.word_in({"creditor": "nordlicht", centre.key: one}).id for one in bare]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize("change", ["body", "secret", "none", "empty"])
def test_a_signature_that_does_not_fit_is_refused(each, change):
    centre, double, _ = each
    body, headers = double.signed(double.writes("t-1", "Guten Tag"), NOW)
    if change == "body":
        body += b" "
    if change == "secret":
        centre.__dict__["_secrets"] = Keys(json.dumps({"webhook_secret": "other"}))
    if change == "empty":
        centre.__dict__["_secrets"] = Keys(json.dumps({}))
    with pytest.raises(Permanent):
        centre.notices("nordlicht", body, {} if change == "none" else lowered(headers), NOW)


def test_a_closed_conversation_closes(each):
    centre, double, _ = each
    body, headers = double.signed(double.closes("t-1", at=NOW), NOW)
    (notice,) = centre.notices("nordlicht", body, lowered(headers), NOW)
    assert isinstance(word := centre.word_in(notice), CentreWord)
    assert word.closes and word.task == "t-1" and word.words == ""


@pytest.mark.parametrize(
    ("key", "notice"),
    [
        ("chatwoot", {"event": "message_created", "message_type": "incoming", "content": "x"}),
        ("chatwoot", {"event": "message_created", "message_type": "outgoing", "private": True, "content": "x"}),
        ("chatwoot", {"event": "message_created", "message_type": "outgoing", "content": "x"}),
        *(
            (
                "chatwoot",
                {"event": "message_created", "message_type": kind, "content": "x", "sender": {"type": who}},
            )
            for kind, who in (("outgoing", "agent_bot"), ("template", "user"), ("incoming", "contact"))
        ),
        ("chatwoot", {"event": "conversation_status_changed", "status": "open"}),
        ("chatwoot", {"event": "webwidget_triggered"}),
        ("chatwoot", {"conversation": 7, "event": "message_created", "message_type": "outgoing"}),
        ("genesys", {"direction": "Inbound", "channel": {"to": {"id": "t-1"}}, "type": "Text", "text": "x"}),
        ("genesys", {"direction": "Outbound", "channel": {"to": {"id": "t-1"}}, "type": "Receipt"}),
        ("genesys", {"direction": "Outbound", "channel": "x", "type": "Text", "text": "x"}),
    ],
)
def test_what_is_no_word_to_the_debtor_is_passed_over(key, notice):
    centre = {"genesys": Genesys(), "chatwoot": Chatwoot()}[key]
    if key == "chatwoot" and "conversation" not in notice:
        notice["conversation"] = notice["contact_inbox"] = {"contact_inbox": {"source_id": "t-1"}}
    assert centre.word_in({"creditor": "nordlicht", "centre": key, key: notice}) is None


def over_there(settings, **changes):
    """The task as it stands here once it was told there."""
    names = ("t-1", "nordlicht", "K-501", "R-1001", TaskKind.REPLY, None, NOW, NOW + timedelta(hours=30))
    return replace(Task(*names, settings.owner, done_at=NOW), **changes)


def kept(double):
    return len(double.inbound) + len(double.contacts) + len(double.talks)


def test_what_was_told_is_deleted_there_and_not_asked_for_again_where_it_is_gone(each):
    centre, double, settings = each
    task = over_there(settings, reference=centre.hand_over(TOLD, settings))
    centre.hand_over(replace(TOLD, task="t-2"), settings)
    before = kept(double)
    centre.forget(task, settings)
    assert double.forgotten == ["t-1"] and 0 < kept(double) < before
    centre.forget(task, settings)
    assert double.forgotten == ["t-1"]


@pytest.mark.parametrize("lost", range(3))
def test_whichever_answer_is_lost_it_is_deleted_once_after_it_was_asked_again(each, lost):
    centre, double, settings = each
    task = over_there(settings, reference=centre.hand_over(TOLD, settings))
    act, begun = double.RequestHandlerClass._act, len(double.asked)

    class Losing(double.RequestHandlerClass):
        def _act(self, *request):
            answer = act(self, *request)
            if len(double.asked) - begun == lost + 1:
                double.loses = 1
            return answer

    double.RequestHandlerClass = Losing
    for _ in range(3):
        try:
            centre.forget(task, settings)
            break
        except Retry:
            continue
    assert double.forgotten == ["t-1"] and kept(double) == 0


@pytest.mark.parametrize(("status", "ends"), [(503, Retry), (429, Retry), (403, Retry), (422, Permanent)])
def test_what_it_cannot_delete_now_is_asked_again_and_what_it_refuses_is_not(each, status, ends):
    centre, double, settings = each
    task = over_there(settings, reference=centre.hand_over(TOLD, settings))
    double.refuses = [status]
    with pytest.raises(ends):
        centre.forget(task, settings)
    assert double.forgotten == []


def test_without_the_key_that_may_delete_or_in_another_account_it_is_not_taken_for_done(chatwoot):
    centre, double, settings = chatwoot
    task = over_there(settings, reference=centre.hand_over(TOLD, settings))
    other = replace(settings, given={**settings.given, "account": "2"})
    with pytest.raises(Retry):
        centre.forget(task, other)
    with pytest.raises(Permanent):
        centre.forget(task, replace(settings, given={"address": double.url, "inbox": "abc"}))
    for keys in ({**KEYS, "api_access_token": "old"}, {"webhook_secret": "hook"}):
        centre.__dict__["_secrets"] = Keys(json.dumps(keys))
        with pytest.raises(Retry):
            centre.forget(task, settings)
    assert double.forgotten == [] and "t-1" in double.contacts


def test_what_genesys_refused_is_not_there_and_what_it_never_named_is_a_persons_to_delete(genesys):
    centre, double, settings = genesys
    refused = over_there(settings, owner=FRONT_OFFICE, left_by=(settings.owner,))
    centre.forget(refused, settings)
    assert double.asked == []
    for reference in (None, "t-1"):
        with pytest.raises(Permanent):
            centre.forget(over_there(settings, reference=reference), settings)
    assert double.forgotten == []
