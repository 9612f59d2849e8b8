"""Notices of a channel's provider that come twice, forged, strange, large or to the wrong door: W6, W9 to W12,
W16."""

import hmac
import json
from dataclasses import replace
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from chalicelib import registry, wiring
from chalicelib.adapters import channels
from chalicelib.domain.channel import ChannelSettings
from chalicelib.domain.contact import ContactState, MessageKind, Purpose, Reached, Tone
from chalicelib.domain.decision import Allowed
from chalicelib.domain.parties import ChannelKind, ContactPoint, PointState
from chalicelib.ports import Commit
from local.messages.double import status_of, text_of, webhook_of
from tests.reader import answered

WHATSAPP = registry.collect(channels, "CHANNEL")["whatsapp"].terms
GIVEN = {"phone_number_id": "106540352242922", "permission_reference": "Meta, 2026-10-01"}
NUMBER = "+491713920012"


@pytest.fixture
def creditor(house):
    found = house.open_creditor(channels=(ChannelSettings(WHATSAPP, GIVEN),))
    keys = {"access_token": "EAA", "app_secret": f"secret of {found.id}", "verify_token": "agreed"}
    house.secrets.create_secret(Name=f"kulanz/channels/{found.id}/whatsapp", SecretString=json.dumps(keys))
    house.queued("outcomes")
    return found


@pytest.fixture
def sent(house, creditor, claim):
    """A contact that went out by WhatsApp under this receipt."""
    from chalicelib.domain.contact import Contact

    now = wiring.clock()
    contact = Contact(
        id=f"c-{claim.id}",
        creditor=creditor.id,
        debtor=claim.debtor,
        claim=claim.id,
        purpose=Purpose.REMINDER,
        kind=MessageKind.REMINDER,
        channel=ChannelKind.WHATSAPP,
        tone=Tone.FRIENDLY,
        due_at=now,
        planned_at=now,
        state=ContactState.SENT,
        sent_at=now,
        receipt=f"wamid.{claim.id}",
        decisions=(Allowed("DE/test"),),
    )
    wiring.store().commit(creditor.id, Commit((), contacts=(contact,)))
    return contact


def signed(creditor, value, *, secret=None):
    metadata = {"display_phone_number": "1", "phone_number_id": GIVEN["phone_number_id"]}
    body = value if isinstance(value, str) else json.dumps(webhook_of({"metadata": metadata, **value}))
    key = secret or f"secret of {creditor.id}"
    return body, "sha256=" + hmac.new(key.encode(), body.encode(), sha256).hexdigest()


def tell(creditor, notice, name="whatsapp"):
    body, mark = notice
    headers = {"X-Hub-Signature-256": mark, "Content-Type": "application/json"}
    return answered("POST", f"/webhooks/{creditor.id}/{name}", body, headers).status


def delivered(sent, status="delivered", code=None):
    return {"statuses": [status_of(sent.receipt, NUMBER, status, code)]}


def again(house, claim, sent):
    return house.matter(claim).contacts[sent.id]


def test_W1_the_same_status_five_times_is_noted_once(house, creditor, claim, sent):
    notice = signed(creditor, delivered(sent))
    for _ in range(5):
        assert tell(creditor, notice) == 200
    assert house.hear_outcomes() == 5
    noted = again(house, claim, sent)
    assert (noted.state, noted.outcome, noted.version) == (ContactState.DELIVERED, "delivered", sent.version + 2)


def test_W4_a_failure_is_not_taken_back_by_what_comes_late(house, creditor, claim, sent):
    for value in (delivered(sent, "failed", 131049), delivered(sent)):
        assert tell(creditor, signed(creditor, value)) == 200
        house.hear_outcomes()
    assert again(house, claim, sent).state is ContactState.FAILED


@pytest.mark.parametrize("mark", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc"])
def test_W6_a_bad_signature_is_400_and_nothing_is_written(house, creditor, sent, mark):
    before = house.everything()
    assert tell(creditor, (signed(creditor, delivered(sent))[0], mark)) == 400
    assert (house.everything(), house.hear_outcomes()) == (before, 0)


def test_W9_a_changed_body_is_400_and_nothing_is_written(house, creditor, sent):
    body, mark = signed(creditor, delivered(sent))
    before = house.everything()
    assert tell(creditor, (body.replace("delivered", "failed"), mark)) == 400
    assert (house.everything(), house.hear_outcomes()) == (before, 0)


def test_W9_what_is_signed_for_another_creditor_is_400(house, creditor, sent):
    assert tell(creditor, signed(creditor, delivered(sent), secret="secret of another")) == 400
    assert house.hear_outcomes() == 0


def test_W10_while_a_secret_is_rotated_both_count(house, creditor, sent):
    name = f"kulanz/channels/{creditor.id}/whatsapp"
    keys = {"access_token": "EAA", "app_secret": "the next one", "verify_token": "agreed"}
    house.secrets.put_secret_value(SecretId=name, SecretString=json.dumps(keys))
    wiring.channels()["whatsapp"]._secrets._known.clear()
    for secret in (None, "the next one"):
        assert tell(creditor, signed(creditor, delivered(sent), secret=secret)) == 200


@pytest.mark.parametrize(
    "told",
    [
        webhook_of({}),
        webhook_of({"statuses": [{"id": "wamid.x", "status": "warning"}]}),
        {"object": "page", "entry": [{"changes": [{"field": "feed", "value": {}}]}]},
        {"object": "whatsapp_business_account", "entry": "?"},
        [],
        None,
    ],
    ids=str,
)
def test_W12_an_unknown_kind_of_notice_is_2xx_and_nothing_is_written(house, creditor, told):
    before = house.everything()
    assert tell(creditor, signed(creditor, json.dumps(told))) == 200
    house.hear_outcomes()
    assert house.everything() == before


def test_W16_a_huge_body_is_413(house, creditor):
    body = json.dumps({"object": "x" * 300_000})
    assert tell(creditor, signed(creditor, body)) == 413
    assert house.hear_outcomes() == 0


def test_I14_a_missing_secret_is_503_and_an_alarm(house, alarms):
    nobody = house.open_creditor(channels=(ChannelSettings(WHATSAPP, GIVEN),))
    assert tell(nobody, signed(nobody, {"statuses": []})) == 503
    assert alarms.of("secret_missing")


def test_a_creditor_who_does_not_write_this_way_has_no_such_door(house):
    other = house.open_creditor()
    assert tell(other, signed(other, {"statuses": []})) == 404
    assert tell(other, signed(other, {"statuses": []}), "email") == 404


def test_a_number_that_nobody_has_by_whatsapp_is_silent_there_and_stays_for_texts(house, creditor, claim, sent):
    assert tell(creditor, signed(creditor, delivered(sent, "failed", 131026))) == 200
    house.hear_outcomes()
    states = {p.channel: p.state for p in house.matter(claim).debtor.points}
    assert (states[ChannelKind.WHATSAPP], states[ChannelKind.SMS]) == (PointState.DEAD, PointState.ACTIVE)


def test_W1_what_somebody_wrote_is_kept_once_word_for_word_with_whose_it_is(house, creditor, claim, sent):
    text = text_of(NUMBER, "Ich habe schon bezahlt, am 3.11.", sent.receipt)
    for _ in range(3):
        assert tell(creditor, signed(creditor, {"messages": [text]})) == 200
    house.hear_outcomes()
    kept = wiring.store().reply(creditor.id, text["id"], sent.id)
    assert (kept.text, kept.sender, kept.contact) == ("Ich habe schon bezahlt, am 3.11.", NUMBER, sent.id)
    assert (kept.creditor, kept.debtor) == (creditor.id, claim.debtor)
    told = [
        fact
        for item in house.everything(creditor.id).values()
        if "facts" in item
        for fact in wiring.facts_in(item)
    ]
    said = [fact for fact in told if fact.name == "ReplyReceived"]
    assert [dict(fact.about) for fact in said] == [{"reply": text["id"], "contact": sent.id}]


def test_a_text_with_half_a_letter_is_kept_and_keeps_nothing_else_back(house, creditor, claim, sent):
    text = text_of(NUMBER, "Danke \ud83d", sent.receipt)
    assert tell(creditor, signed(creditor, {"messages": [text], **delivered(sent)})) == 200
    house.hear_outcomes()
    assert wiring.store().reply(creditor.id, text["id"], sent.id).text == "Danke ?"
    assert again(house, claim, sent).state is ContactState.DELIVERED


def test_O3_a_reply_never_leads_to_another_creditors_contact(house, creditor, claim, sent):
    other = house.open_creditor(channels=(ChannelSettings(WHATSAPP, GIVEN),))
    keys = {"access_token": "EAA", "app_secret": f"secret of {other.id}", "verify_token": "agreed"}
    house.secrets.create_secret(Name=f"kulanz/channels/{other.id}/whatsapp", SecretString=json.dumps(keys))
    text = text_of(NUMBER, "Hallo", sent.receipt)
    assert tell(other, signed(other, {"messages": [text]})) == 200
    house.hear_outcomes()
    kept = wiring.store().reply(other.id, text["id"])
    assert (kept.debtor, kept.contact) == (None, None)
    assert wiring.store().replies(creditor.id, sent.id) == ()


def to_another_number(creditor, value):
    """A notice of the same app, about a number of somebody else's."""
    return signed(creditor, {**value, "metadata": {"display_phone_number": "2", "phone_number_id": "2065"}})


@pytest.mark.parametrize("text", ["STOP", "Raten", "Ich bin Marta"])
@pytest.mark.parametrize("named", [True, False])
def test_O3_what_is_written_to_another_number_behind_the_same_webhook_is_not_taken_for_this_creditors(
    house, creditor, claim, sent, alarms, text, named
):
    reached = Reached(wiring.hash_point(NUMBER), ChannelKind.WHATSAPP, creditor.id, claim.debtor, sent.id)
    wiring.store().commit(creditor.id, Commit((), reached=reached))
    before = house.matter(claim)
    told = text_of(NUMBER, text, sent.receipt if named else "")
    assert tell(creditor, to_another_number(creditor, {"messages": [told]})) == 200
    house.hear_outcomes()
    assert house.matter(claim) == before and wiring.store().replies(creditor.id, sent.id) == ()
    assert wiring.store().reply(creditor.id, told["id"]) is None
    assert wiring.store().reply("-", told["id"]).text == text
    assert len(alarms.of("reply_unplaced")) == 1
    # The same words to its own number are heard.
    again = {**told, "id": f"{told['id']}-own"}
    assert tell(creditor, signed(creditor, {"messages": [again]})) == 200
    house.hear_outcomes()
    assert len(wiring.store().replies(creditor.id, sent.id)) == 1


def test_O3_a_status_behind_anothers_webhook_is_noted_with_the_message_it_is_about(house, creditor, claim, sent):
    assert tell(creditor, to_another_number(creditor, delivered(sent))) == 200
    house.hear_outcomes()
    assert again(house, claim, sent).state is ContactState.DELIVERED


def test_P17_a_stop_is_heard_after_the_permission_to_write_has_ended(house, creditor, claim, sent):
    ended = ChannelSettings(WHATSAPP, {"phone_number_id": GIVEN["phone_number_id"]})
    settings = replace(wiring.store().fresh_creditor(creditor.id), channels=(ended,))
    wiring.store().commit(creditor.id, Commit((), creditor=settings))
    card = house.matter(claim).debtor
    point = ContactPoint(ChannelKind.WHATSAPP, NUMBER)
    wiring.store().commit(creditor.id, Commit((), debtor=replace(card, points=(point,))))
    assert tell(creditor, signed(creditor, {"messages": [text_of(NUMBER, "STOP", sent.receipt)]})) == 200
    house.hear_outcomes()
    assert house.matter(claim).debtor.points[0].state is PointState.OPTED_OUT


def asked(creditor, **query):
    path = f"/webhooks/{creditor.id}/whatsapp?{urlencode({k.replace('_', '.', 1): v for k, v in query.items()})}"
    return answered("GET", path, "", {})


def test_the_handshake_gives_the_challenge_back_to_whoever_knows_the_word(house, creditor):
    before = house.everything()
    right = asked(creditor, hub_mode="subscribe", hub_verify_token="agreed", hub_challenge="1158201444")
    assert (right.status, right.text) == (200, "1158201444")
    wrong = asked(creditor, hub_mode="subscribe", hub_verify_token="guessed", hub_challenge="1158201444")
    assert wrong.status == 403 and "1158201444" not in wrong.text
    assert asked(creditor).status == 403
    assert house.everything() == before
