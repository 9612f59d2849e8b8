"""By text, WhatsApp and letter through the deployed package, each function held to its own rights."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.choice import is_held_out
from local import control
from local.people import ask
from tests.fakes.world import STRATEGIES
from tests.journeys.claims import CREDITOR, HEADER, PEOPLE
from tests.journeys.sitting import WIDE, noted, press, sign_in, take
from tests.journeys.stack import stack  # noqa: F401 - the fixture
from tests.journeys.walking import said

NAME = "allewege"
NUMBER = "+4915799900001"
WHATSAPP = "106540352242922"
PATIENCE = 120
# The scheduler lets go of what is due at one moment within this time.
WINDOW = timedelta(minutes=40)


def opened(stack):  # noqa: F811
    """A creditor like the sample's, that writes by everything there is."""
    text = (stack.places.sample / f"creditors/{CREDITOR}.yaml").read_text()
    lines = [
        line
        for line in text.splitlines()
        if not line.startswith(("id:", "iban:", "sender_sms:", "provider_secret:"))
    ]
    channels = [
        f"id: {NAME}",
        "iban: DE02100500000054540402",
        f'sender_sms: "{NUMBER}"',
        "channels:",
        "  sms_v2: {configuration_set: kulanz}",
        f'  whatsapp: {{phone_number_id: "{WHATSAPP}", permission_reference: "for the test"}}',
        "  letter: {}",
    ]
    secrets = stack.aws("secretsmanager")
    kept = {"api_key": "sk_test_allewege", "webhook_secret": "whsec_allewege"}
    secrets.create_secret(Name=f"kulanz/creditors/{NAME}/stripe", SecretString=json.dumps(kept))
    till = {**kept, "webhook_url": f"{stack.urls['api']}/webhooks/{NAME}/stripe"}
    control.post(f"{stack.payments}/_double/accounts", till)
    keys = {"access_token": "EAA", "app_secret": "app secret", "verify_token": "agreed"}
    secrets.create_secret(Name=f"kulanz/channels/{NAME}/whatsapp", SecretString=json.dumps(keys))
    about = {"webhook": f"{stack.urls['api']}/webhooks/{NAME}/whatsapp", "button": f"{stack.urls['api']}/p/"}
    messages = stack.urls["messages"]
    control.post(f"{messages}/_double/accounts", {"phone_number_id": WHATSAPP, **keys, **about})
    # The first text goes to a number that nobody has.
    control.post(f"{messages}/_double/answers", {"event": "TEXT_INVALID"})
    stack.upload(f"creditors/{NAME}.yaml", "\n".join([*lines, *channels, ""]).encode())
    stack.settle(PATIENCE)


def held_out(person):
    """Two of the few for whom no model is asked."""
    share = STRATEGIES["balanced"].held_out
    everybody = (replace(person, number=number) for number in range(10, 100))
    return [one for one in everybody if is_held_out(NAME, one.debtor, share)][:2]


def handed_in(stack):  # noqa: F811
    """Two debtors: one with a telephone, one of whom only the postal address is known; both get the strategy's own
    order, because they are among those who are held out for comparison."""
    written = io.StringIO()
    file = csv.DictWriter(written, HEADER)
    file.writeheader()
    by_phone = next(person for person in PEOPLE if not person.by_email)
    for number, person in enumerate(held_out(by_phone)):
        row = person.row(stack.now().date())
        row["street"] = f"Kanalweg {number + 1}"
        row["phone"] = row["phone"] if number == 0 else ""
        file.writerow(row)
    stack.upload(f"inbox/{NAME}/all.csv", written.getvalue().encode())
    stack.settle(PATIENCE)


def contacts_of(stack):  # noqa: F811
    """Each contact with this creditor's debtors, as it is kept."""
    table = json.loads(stack.places.deployment.read_text())["outputs"]["TableName"]
    pages = stack.aws("dynamodb").get_paginator("scan").paginate(TableName=table)
    items = [item for page in pages for item in page["Items"] if item["pk"]["S"].startswith(f"CR#{NAME}#D#")]
    return [item for item in items if item["sk"]["S"].startswith("CONTACT#")]


def contacts(stack):  # noqa: F811
    """(channel, state) of what went to them."""
    held = contacts_of(stack)
    return {(item["channel"]["S"], item["state"]["S"]) for item in held if item["state"]["S"] != "planned"}


def next_due(stack):  # noqa: F811
    """When the scheduler has let go of the next contact with this creditor's debtors."""
    due = [item["due_at"]["S"] for item in contacts_of(stack) if item["state"]["S"] == "planned"]
    return max([stack.now(), *map(datetime.fromisoformat, sorted(due)[:1])]) + WINDOW


@pytest.mark.long
def test_a_text_that_fails_is_followed_by_whatsapp_and_who_has_neither_gets_a_letter(stack, chrome):  # noqa: F811
    opened(stack)
    handed_in(stack)
    texted = held_out(PEOPLE[0])[0].phone
    wanted = {("sms", "failed"), ("whatsapp", "delivered"), ("letter", "delivered")}

    def done():
        stack.settle(PATIENCE)
        return wanted <= contacts(stack)

    for _ in range(8):
        if done():
            break
        stack.move_clock(next_due(stack))
    stack.wait_for(done, PATIENCE, f"each went its way: {contacts(stack)}")
    mine = [message for message in stack.messages() if message["channel"] in ("whatsapp", "letter")]
    assert {message["channel"] for message in mine} == {"whatsapp", "letter"}
    (text,) = [message for message in stack.messages(to=texted) if message["channel"] == "sms"]
    assert "STOP" in text["text"] and text["from"] == NUMBER
    letter = next(message for message in mine if message["channel"] == "letter")
    with control.OPENER.open(f"{stack.urls['outbox']}/letters/{letter['files'][0]['file']}", timeout=15) as answer:
        assert answer.read().startswith(b"%PDF")
    bucket = json.loads(stack.places.deployment.read_text())["outputs"]["PrintBucketName"]

    def empty():
        return stack.aws("s3").list_objects_v2(Bucket=bucket).get("KeyCount", 0) == 0

    stack.wait_for(empty, PATIENCE, "the print house has them: nothing of a letter stays")
    a_person_answers_where_they_wrote(stack, chrome)
    answered_where_they_wrote(stack)
    mail_is_read_and_deleted(stack)


def by_whatsapp(stack):  # noqa: F811
    """What the double took for WhatsApp, the last first."""
    with control.OPENER.open(f"{stack.urls['messages']}/_double/messages", timeout=15) as answer:
        told = json.loads(answer.read())
    return [message for message in told[::-1] if message["channel"] == "whatsapp"]


def writes(stack, **reply):  # noqa: F811
    control.post(f"{stack.urls['messages']}/_double/replies", reply)
    stack.settle(PATIENCE)


def answered_where_they_wrote(stack):  # noqa: F811
    """A word is answered with its page, a stop is confirmed and ends what was planned."""
    sent = by_whatsapp(stack)[0]
    said = {"channel": "whatsapp", "from": sent["to"], "to": WHATSAPP, "answers": sent["id"]}
    for word, page in (("Ratenzahlung", "/plan"), ("STOP", "")):
        before = len(by_whatsapp(stack))
        writes(stack, text=word, **said)
        stack.wait_for(lambda held=before: len(by_whatsapp(stack)) > held, PATIENCE, f"{word} is answered")
        answer = by_whatsapp(stack)[0]
        name = answer["asked"]["template"]["name"]
        assert (answer["to"], name) == (sent["to"], "kulanz_reply") and answer["link"].endswith(page)


def works_here_too(stack, name):  # noqa: F811
    """Somebody of the sample's staff works for this creditor as well, said at the operators' door."""
    _, held = ask(stack.places, "operator", "_all", "staff", {})
    (one,) = [person for person in held["staff"] if person["name"] == name]
    said_so = {"member": one["id"], "creditors": ",".join([*one["creditors"], NAME])}
    assert ask(stack.places, "operator", "_all", "staff-change", said_so)[0] == 200


def a_person_answers_where_they_wrote(stack, chrome):  # noqa: F811
    """The guided help asks for what was not told, and for nothing else; a person finds all of it, and their words
    arrive at WhatsApp."""
    sent, works = (
        by_whatsapp(stack)[0],
        "Danke. Wir lesen den Zähler noch einmal ab und schreiben Ihnen bis Freitag.",
    )
    said_by_them = {"channel": "whatsapp", "from": sent["to"], "to": WHATSAPP, "answers": sent["id"]}
    first = "Der Zählerstand stimmt nicht. Zählernummer 47112233, abgelesen sind 4711 kWh."

    def last_words():
        stack.settle(PATIENCE)
        return by_whatsapp(stack)[0]["asked"].get("text", {}).get("body", "")

    writes(stack, text=first, **said_by_them)
    asked = said("de", "dialogue.meter.day")
    stack.wait_for(lambda: asked in last_words(), PATIENCE, "the one thing that was not told is asked")
    writes(stack, text="03.11.2026", **said_by_them)

    works_here_too(stack, "Jana Brandt")
    context = chrome.new_context(viewport=WIDE, locale="en-GB")
    context.set_default_timeout(30_000)
    jana, debtor = context.new_page(), held_out(next(one for one in PEOPLE if not one.by_email))[0].debtor
    sign_in(jana, stack, "Jana Brandt")
    jana.goto(f"{stack.urls['desk']}/c/{NAME}/{debtor}")
    take(jana)
    shown = jana.inner_text("main")
    for told in (first, asked, "47112233", "4711", "03.11.2026"):
        assert told in shown
    jana.get_by_label("Your answer").fill(works)
    jana.check("input[name=step][value=done]")
    press(jana, "Answer")
    assert noted(jana) == "The answer is on its way."
    context.close()
    stack.wait_for(lambda: works in last_words(), PATIENCE, "a person's words arrive where they wrote")


def mail_is_read_and_deleted(stack):  # noqa: F811
    """From somebody nobody knows: read by the function that may, kept, and gone from the bucket."""
    writes(stack, channel="email", **{"from": "who@example.com"}, to="antwort@example.de", text="Wer sind Sie?")
    outputs = json.loads(stack.places.deployment.read_text())["outputs"]

    def kept():
        pages = stack.aws("dynamodb").get_paginator("scan").paginate(TableName=outputs["TableName"])
        texts = [item["text"]["S"] for page in pages for item in page["Items"] if item["sk"]["S"] == "REPLY"]
        return texts == ["Wer sind Sie?"]

    stack.wait_for(kept, PATIENCE, "a mail of somebody unknown is kept")

    def gone():
        return stack.aws("s3").list_objects_v2(Bucket=outputs["MailBucketName"]).get("KeyCount", 0) == 0

    stack.wait_for(gone, PATIENCE, "nothing of a mail stays")
