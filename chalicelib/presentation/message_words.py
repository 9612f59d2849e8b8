"""Which words of the catalogues each kind of message is made of: its subject, its opening, its text message."""

from ..domain.contact import MessageKind, Tone

SUBJECTS = {
    (MessageKind.REMINDER, Tone.FRIENDLY): "subject.reminder.friendly",
    (MessageKind.REMINDER, Tone.MATTER_OF_FACT): "subject.reminder.matter_of_fact",
    (MessageKind.REMINDER, Tone.LAST_NOTICE): "subject.reminder.last_notice",
    MessageKind.COURTESY: "subject.courtesy",
    MessageKind.NOTICE: "subject.notice",
    MessageKind.RECEIPT: "subject.receipt",
    MessageKind.NEW_LINK: "subject.new_link",
    MessageKind.NOTED: "subject.noted",
    MessageKind.ORIGIN: "subject.origin",
    MessageKind.CODE: "subject.code",
    MessageKind.OFFER: "subject.offer",
    MessageKind.AGREEMENT: "subject.agreement",
    MessageKind.INSTALMENT: "subject.agreed_day",
    MessageKind.MISSED: "subject.missed",
    MessageKind.DEFERRAL_ENDS: "subject.agreed_day",
    MessageKind.REPLY: "subject.reply",
    MessageKind.ANSWER: "subject.answer",
}
OPENINGS = {
    Tone.FRIENDLY: "mail.reminder.friendly",
    Tone.MATTER_OF_FACT: "mail.reminder.matter_of_fact",
    Tone.LAST_NOTICE: "mail.reminder.last_notice",
}
STAYS_OPEN = {Tone.LAST_NOTICE: "mail.reminder.last_notice.open"}
SHORTS = {
    (MessageKind.REMINDER, Tone.FRIENDLY): "sms.reminder.friendly",
    (MessageKind.REMINDER, Tone.MATTER_OF_FACT): "sms.reminder.matter_of_fact",
    (MessageKind.REMINDER, Tone.LAST_NOTICE): "sms.reminder.last_notice",
    MessageKind.COURTESY: "sms.courtesy",
    MessageKind.NOTICE: "sms.notice",
    MessageKind.RECEIPT: "sms.receipt",
    MessageKind.NEW_LINK: "sms.new_link",
    MessageKind.NOTED: "sms.noted",
    MessageKind.ORIGIN: "sms.origin",
    MessageKind.CODE: "sms.code",
    MessageKind.OFFER: "sms.offer",
    MessageKind.AGREEMENT: "sms.agreement",
    MessageKind.INSTALMENT: "sms.agreed_day",
    MessageKind.MISSED: "sms.missed",
    MessageKind.DEFERRAL_ENDS: "sms.agreed_day",
    MessageKind.REPLY: "sms.reply",
    MessageKind.ANSWER: "sms.answer",
}

# What a reply is answered with, by what was done or the page that the link leads to.
REPLIES = {
    "stop": "reply.stop",
    "start": "reply.start",
    "sent": "reply.transfer",
    "wrong": "reply.wrong",
    "talk": "reply.talk",
    "later": "reply.later",
    "plan": "reply.plan",
    "here": "reply.here",
}
