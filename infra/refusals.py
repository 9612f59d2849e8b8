"""What the operators' door answers where it does nothing, as a person reads it: what is wrong, and what to do."""

from typing import Any

MORE = {
    "same_person": "you said yes already: the second yes has to come from somebody else",
    "released_already": "two people said yes already: it is on its way",
    "refund_waits": "an order to send it back waits already: release or refuse that one (`refunds`)",
    "overpaid_goes_back": "it was too much for its claim and goes back: release its order (`refunds`)",
    "lies_in_suspense": "something of it lies in suspense: `send-back` is for that",
    "above_paid": "that is more than is left of the payment (`payments --claim` shows what is left)",
    "wrong_currency": "the claim is kept in another currency: `send-back` is for that",
    "nothing_to_send": "nothing of it is left that could go back",
    "nothing_to_book": "nothing of it is left that could be booked",
    "no_return": "this is no return by the bank that lies below zero (`suspense` lists them)",
    "no_terms": "the creditor's settings have no `payout`: its money does not run over your accounts",
    "account_not_confirmed": "no account for payouts is in force: two people `confirm` one, then a day",
    "payout_waits": "the payout before it has not come to its end (`payouts`)",
    "since_missing": "this is the first payout: name its first day too, --since 2026-11-01",
    "no_such_span": "the first day lies after the last, or they lie too far apart",
    "not_over": "the last day is not over yet (days are UTC): name an earlier one",
    "vat_unknown": "no rate of VAT is known for that day: see LawDataEnds in docs/runbook.md",
    "accepted_already": "two people let this difference stand already (`accepted` shows them)",
    "reason_missing": "say why it may stand: the first of two names --reason",
    "in_the_future": "the last day lies in the future",
    "span_too_long": "these are too many days: 92 at the most; ask in parts",
    "suspense_assigned": "it was booked on a claim already (`acts` shows by whom)",
    "suspense_gone_back": "it went back already",
    "suspense_ended": "nothing of it lies in suspense any more",
    "address_taken": "somebody who works here has that address already (`staff` shows who)",
    "added_already": "this form was sent before, for somebody else: save it once more",
    "no_such_staff": "nobody of that id works here (`staff` shows who does)",
    "own_powers": "nobody changes what they themselves may do: somebody else has to",
    "others_too": "they work for creditors that this operator does not work for: "
    "somebody who works for all of them has to",
    "not_held": "nothing of that name is held: `holds` shows what is",
    "not_a_call": "that contact was no call that a person was to make (`contacts` shows its channel)",
    "nothing_waits": "no reminder about this claim waits (`contacts` shows what became of each)",
    "about_to_leave": "it leaves within half an hour: its schedule may be firing",
    "last_notice": "the last word is nobody's choice: it goes as the strategy orders it",
    "chosen_by_debtor": "the debtor chose the way or the hour themselves",
    "firmer_than_its_step": "that way speaks firmer than this step may",
    "notice_lasts": "a first notice goes by a way that lasts",
    "not_foreseeable": "its hour lies beyond the days we know the holidays of",
    "not_soon": "the law lets that way go out only days later",
    "sheet_outdated": "the batch has changed since that sheet was drawn: look at a new one",
    "rested_too_long": "it rested for five months: hand its claims in anew, under new numbers",
    "batch_refused": "nothing of that file was taken: there is nothing to release",
    "not_dry_run": "that is no report of a dry run of this very version: `make dry-run` draws one",
    "report_outdated": "that dry run is older than two weeks, and its portfolio another one: draw a new one",
    "order_released": "two people said yes already: it is on its way",
    "order_sent": "it has left already",
    "order_done": "it has come to its end: the money is there",
    "order_refused": "somebody said no to it (`acts` shows who); order it anew",
    "order_failed": "it failed: the money lies where it lay; order it anew",
}
FIELDS = {
    "amount": "write --amount 48.20: with a point and two digits",
    "iban": "its length or check digits are wrong: copy it once more",
    "payee": "an account needs --payee beside --iban",
    "month": "write --month 2026-11",
    "channel": "name a channel: email, sms, whatsapp, letter, fax, phone, or the name of one of your own",
    "outcome": "write --outcome reached, or --outcome nobody",
    "arm": "write --arm strategy, or one of email_morning, email_evening, email_plain, text_midday, text_evening, "
    "chat_evening",
    "language": "write --language de, or another one that has a catalogue",
    "version": "write --version 3: a number that `strategies` lists, 0 for the bundled one",
    "report": "write the twelve signs that the dry run's last line names",
    "live": "say --live: it counts from then on",
    "creditor": "a batch is one creditor's: name whose; the staff are the house's: leave --creditor out",
    "email": "write --email jana.brandt@example.de",
    "roles": "write --roles agent,lead: of agent, lead, reader, operator, auditor",
    "creditors": "write --creditors with the ids of creditors whose settings are here",
    "skills": "write --skills dispute,call_back: kinds of tasks; none means all",
    "shifts": "write --shifts 'Mon-Fri 8:00-12:00 13:00-17:00; Sat 9:00-12:00'",
    "absences": "write --absences '2026-12-24..2026-12-31; 2027-01-02'",
    "most": "write --most 3: how many people they talk with at a time",
    **dict.fromkeys(("until", "since", "first", "last"), "write a day that exists, as 2026-11-30"),
}
SAID = {
    "not_found": "there is no such creditor here, or nothing of it by that id",
    "nobody": "these credentials are nobody's: use an IAM user's or a named role session's, never the root's",
    "try_again": "something it needs did not answer: say it again, nothing is done twice",
    "not_answered": "nobody answered, or only the gateway: it may be done or not. Look first (`acts`), then again",
    "turned_away": "the gateway turned it away, too many at once or too much in it: nothing was done; try again",
    "refused_by_gateway": "IAM does not let you: it takes OperatorsActPolicy, or OperatorsLookPolicy to look",
}


def in_words(answer: dict[str, Any]) -> str:
    """The sentence for an answer that is no yes; the word itself where there is none."""
    if because := answer.get("because"):
        return MORE.get(because, because)
    if field := answer.get("field"):
        return f"{field}: {FIELDS.get(field, 'it is missing, or longer than 200 signs')}"
    # Something between us and the function may have its own word for it.
    said = str(answer.get("said") or answer.get("message") or "no answer")
    return SAID.get(said, said)
