"""A mail that came in, as mail programs send them: whose it is, what it answers, what was written."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from chalicelib.adapters.batches.channels_file import channel_problems, terms_of
from chalicelib.adapters.channels._inbound_mail import MOST_LETTERS, place_of, reply_from
from chalicelib.adapters.channels.email import EmailChannel, mime
from chalicelib.domain.channel import EMAIL, ChannelSettings
from chalicelib.domain.contact import MessageKind
from chalicelib.domain.parties import ChannelKind
from local.messages.double import mail_from, received_mail
from tests.adapters.test_channels import ABOUT, MAIL, TEXT
from tests.builders import creditor

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RECEIPT = "0107019ab3c4d5e6-1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9-000000"
OURS = "antwort@antwort.nordlicht.example"
NOTICE = received_mail("marta@example.com", OURS, "in-1", "kulanz-mail")


def came(raw=None, notice=NOTICE, **wish):
    told = {"from": "Marta <Marta@Example.com>", "to": OURS, "text": "Später", "answers": RECEIPT} | wish
    return reply_from(notice, raw or mail_from(told), NOW)


def test_a_mail_is_a_reply_to_the_one_it_answers_from_whoever_wrote_it():
    said = came()
    assert (said.id, said.channel, said.sender, said.to) == (
        "mail-in-1",
        ChannelKind.EMAIL,
        "marta@example.com",
        OURS,
    )
    assert (said.text, said.answers, said.proven, said.creditor) == ("Später", RECEIPT, True, "")
    assert place_of(NOTICE) == ("kulanz-mail", "in/in-1")


@pytest.mark.parametrize("notice", [{}, {"notificationType": "Delivery"}, {"notificationType": "Received"}])
def test_what_tells_of_no_mail_is_none(notice):
    assert place_of(notice) is None and EmailChannel().reply_in(notice, NOW) is None


@pytest.mark.parametrize(
    ("dmarc", "dkim", "spam", "proven"),
    [
        ("PASS", "FAIL", "PASS", True),
        ("GRAY", "PASS", "PASS", True),
        ("GRAY", "GRAY", "PASS", False),
        ("FAIL", "PASS", "PASS", False),
        ("PASS", "PASS", "FAIL", False),
        ("PROCESSING_FAILED", "PASS", "PASS", False),
    ],
)
def test_a_sender_counts_only_where_its_domain_vouches_for_it(dmarc, dkim, spam, proven):
    verdicts = {"dmarcVerdict": dmarc, "dkimVerdict": dkim, "spamVerdict": spam}
    receipt = NOTICE["receipt"] | {name: {"status": said} for name, said in verdicts.items()}
    assert came(notice={**NOTICE, "receipt": receipt}).proven is proven


def written(**headers):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "marta@example.com", OURS, "Re: Ihre Rechnung"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Später")
    return mail


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied; owner=x"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<x.example>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_a_machine_answers_is_no_reply(headers):
    assert came(written(**headers).as_bytes()) is None
    assert came(written(Auto_Submitted="no").as_bytes()).text == "Später"


@pytest.mark.parametrize(
    ("kind", "word"), [(MessageKind.REMINDER, "auto-generated"), (MessageKind.NOTED, "auto-replied")]
)
def test_a_mail_of_ours_says_that_a_machine_sent_it_and_another_house_like_this_does_not_answer(kind, word):
    mail = mime(creditor(), MAIL, TEXT, replace(ABOUT, kind=kind))
    assert mail["Auto-Submitted"] == word
    assert came(mail.as_bytes()) is None


def test_a_mail_with_a_virus_and_one_that_came_back_are_none():
    receipt = NOTICE["receipt"] | {"virusVerdict": {"status": "FAIL"}}
    assert came(notice={**NOTICE, "receipt": receipt}) is None
    assert came(notice={**NOTICE, "mail": NOTICE["mail"] | {"source": "<>"}}) is None


def test_the_words_of_a_drawn_mail_are_read_without_what_it_quotes():
    mail = written()
    mail.set_content(
        "<html><head><style>p{}</style></head><body><p>Schon&nbsp;<b>bezahlt</b></p>"
        "<blockquote><p>Ihre Rechnung</p></blockquote></body></html>",
        subtype="html",
    )
    assert came(mail.as_bytes()).text.split() == ["Schon", "bezahlt"]


def test_a_plain_part_goes_before_a_drawn_one_and_what_is_attached_is_left():
    mail = written()
    mail.add_alternative("<p>Anders</p>", subtype="html")
    mail.add_attachment(b"\x89PNG" * 1000, maintype="image", subtype="png", filename="foto.png")
    assert came(mail.as_bytes()).text == "Später"


@pytest.mark.parametrize(("subject", "text"), [("STOP", "STOP"), ("Re: Ihre Rechnung", ""), ("AW: x", "")])
def test_where_nothing_else_was_written_the_subject_counts_unless_it_is_ours(subject, text):
    assert came(text="\n", subject=subject).text == text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: \xff\r\n\r\nSp\xe4ter",
        b"Content-Type: text/plain; charset=x-unknown\r\n\r\nSp\xe4ter",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nab",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"In-Reply-To: =?x?q?=FF?=\r\n\r\nabc",
        b"Content-Type: text/plain; charset=unicode_escape\r\n\r\nab\\ud83d",
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_goes(raw):
    assert came(raw or b"\r\n").text.encode() is not None


@pytest.mark.parametrize("charset", ["idna", "undefined", "\0", "base64", "x-mac-nothing"])
def test_P17_a_stop_in_an_alphabet_that_is_none_is_heard_all_the_same(charset):
    raw = f"Content-Type: text/plain; charset={charset}\r\n\r\nSTOP\r\n".encode()
    assert came(raw).text == "STOP"


BROKEN = "Content-Disposition: attachment; filename*0*\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        f"{BROKEN}\r\nSTOP\r\n",
        "Content-Type: text/plain;;;=;x*\r\n\r\nSTOP\r\n",
        "Content-Type: text/html\r\n\r\n<p><![/f>STOP</p>\r\n",
        f"{BROKEN}Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>a</p>"
        f"\r\n--x\r\n{BROKEN}Content-Type: text/plain\r\n\r\nSTOP\r\n--x--\r\n",
    ],
)
def test_P17_a_stop_behind_headers_that_no_parser_understands_is_heard_all_the_same(raw):
    assert came(raw.encode()).text == "STOP"


def test_no_more_is_kept_than_one_item_holds():
    assert len(came(text="ä" * 200_000).text) == MOST_LETTERS


def test_answers_go_to_the_creditors_help_address_until_it_has_one_of_ours():
    plain = creditor()
    ours = creditor(channels=(ChannelSettings(EMAIL, {"reply_to": OURS}),))
    assert mime(plain, MAIL, TEXT, ABOUT)["Reply-To"] == "hilfe@nordlicht.example"
    assert mime(ours, MAIL, TEXT, ABOUT)["Reply-To"] == OURS
    assert EmailChannel().hears(ours, OURS.upper()) and not EmailChannel().hears(plain, OURS)


def test_a_reply_address_that_is_none_is_refused():
    terms = terms_of({"email": EmailChannel()})
    (problem,) = channel_problems({"email": {"reply_to": "nobody"}}, terms)
    assert (problem.column, problem.reason) == ("channels.email.reply_to", "email_form")
    assert channel_problems({"email": {"reply_to": OURS}}, terms) == []
