"""Every refusal of a creditor's file in English: what is wrong, and what to do."""

SENTENCES: dict[str, tuple[str, str]] = {
    # The file as a whole.
    "file_kind": (
        "This is not a kind of file that can be read.",
        "Send .csv, .csv.gz, or a .zip with one .csv.",
    ),
    "too_large": ("The file is larger than 2 GiB when unpacked.", "Send it in smaller parts."),
    "bomb": ("The packed file grows to more than 100 times its size.", "Send it unpacked, or in parts."),
    "damaged_pack": ("The packed file is damaged.", "Pack it again and send it once more."),
    "pack_method": (
        "The zip is encrypted or packed in an unusual way.",
        "Pack it without a password (deflate).",
    ),
    "many_files": ("The zip holds more than one file.", "Put one .csv into each zip."),
    "encoding": (
        "At this byte the file does not fit the declared encoding. Nothing of it was taken.",
        "Save it in the encoding your profile declares, or change `profile.encoding`.",
    ),
    "encoding_mark": (
        "The file begins with the mark of an encoding other than the declared one.",
        "Save it in the declared encoding, or change `profile.encoding`.",
    ),
    "encoding_utf16": (
        "The file looks like UTF-16 without its byte order mark, and something else is declared.",
        'Save it as "CSV UTF-8", or as UTF-16 with that mark and declare that.',
    ),
    "encoding_no_mark": (
        "A UTF-16 file must begin with its byte order mark, and this one does not.",
        "Save it as UTF-16 with byte order mark, or as UTF-8 and declare that.",
    ),
    "nul_byte": ("The file holds a NUL character.", "Export it again; text files have none."),
    "line_too_long": ("A line is longer than a million characters.", "Check the line breaks of the export."),
    "empty": ("The file is empty.", "Send a file with a header line and rows."),
    "too_many_rows": ("The file has more than 1,000,000 rows.", "Send it in smaller parts."),
    "header_unreadable": (
        "The header line cannot be read.",
        "Check the quotes in line 1 and end the line with a line break.",
    ),
    "header_missing": (
        "The header lacks columns that your profile declares.",
        "Add the columns, or correct their names under `profile.columns`.",
    ),
    "header_twice": ("The header names a column twice.", "Give every column a name of its own."),
    "header_unknown": (
        "The header has columns the built-in profile does not know.",
        "Use the names of the manual, or declare a profile of your own.",
    ),
    # A row that cannot be told apart.
    "quoting": ("The quotes of this row do not fit together.", "Double every quote inside a quoted cell."),
    "open_quote": ("A quoted cell of this row is not closed.", "Close it; double every quote inside it."),
    "cut_off": (
        "The file ends before this row does, so the row was not taken.",
        "Send the file complete; its last line ends with a line break.",
    ),
    "column_count": (
        "The row has more or fewer cells than the header.",
        "Put cells that contain the delimiter in quotes.",
    ),
    # A row among others.
    "twin_claim": (
        "An earlier row of this file has the same claim id; that one was taken.",
        "Give every claim its own id, and send this row again.",
    ),
    "differs": (
        "This claim was accepted before with other details; those still hold.",
        "A file corrects no accepted claim. Ask at the desk: two people correct it there.",
    ),
    # A cell.
    "missing": ("This field is needed and is empty.", "Fill it in."),
    "too_long": ("The text is longer than this field may be.", "Shorten it; the manual gives the length."),
    "control_characters": ("The text holds invisible control characters.", "Type it anew."),
    "id_form": (
        "An id has at most 64 letters A to Z, digits, blanks and . _ : / + -, a letter or digit first.",
        "Change the id in your export.",
    ),
    "not_a_choice": (
        "This word is not one of those known for the field.",
        "Use a word of the manual, or map yours under `profile.values`.",
    ),
    "yes_no": (
        "This is neither yes nor no.",
        "Write yes or no, or map your words under `profile.values`.",
    ),
    "date_form": (
        "This is not a day in the declared form.",
        "Write it like {day}, as your profile declares, with a day that exists.",
    ),
    "amount_form": (
        "This is not an amount in the declared form.",
        "Write it like {amount}, as your profile declares, without a currency sign.",
    ),
    "amount_huge": ("The amount is above 10 million.", "Check it; larger claims are not taken by file."),
    "amount_not_positive": (
        "The principal must be above zero, other amounts zero or more.",
        "Check the amount; leave settled claims and credits out of the file.",
    ),
    "count_form": (
        "This is not a whole number of at most six digits.",
        "Write digits only, without separators.",
    ),
    "country_form": ("This is not a country code of two capitals.", "Write DE, AT, PL and so on (ISO 3166)."),
    "language_form": ("This is not a language code.", "Write de, en, tr, ar and so on (ISO 639)."),
    "name_form": ("The name has no letter.", "Write the debtor's name."),
    "postcode_form": (
        "This is not a postcode of the country. A leading zero may have been lost.",
        "Export postcodes as text, with all their digits.",
    ),
    "default_before_due": (
        "Default cannot begin before the claim is due.",
        "Correct one of the two days.",
    ),
    "birth_after_invoice": ("The birth date lies after the invoice date.", "Correct one of the two days."),
    # What a taken row went without.
    "bad_email": (
        "The e-mail address cannot be one; the claim was taken without it.",
        "Send the right address.",
    ),
    "bad_phone": (
        "The phone number cannot be one; the claim was taken without it.",
        "Send the right number.",
    ),
    "landline": (
        "A landline receives no SMS; the claim was taken without it.",
        "Send a mobile number, if known.",
    ),
    "bad_iban": ("The IBAN is wrong; the claim was taken without it.", "Check the IBAN."),
    "characters_removed": ("Invisible control characters were removed.", "Nothing needs to be done."),
    # Why nobody is written to.
    "no_contact_point": ("There is no e-mail address and no mobile number.", "Send one, if you have it."),
    "no_factor": (
        "There is no birth date, and no postcode or invoice number of at least four letters or digits; "
        "nobody could prove who they are.",
        "Send one of them.",
    ),
    "only_invoice_number": (
        "There is neither postcode nor birth date; only the invoice number can be asked for.",
        "Send one of them.",
    ),
    "costs_above_cap": (
        "The costs are higher than what a lawyer could bill for this claim, and no more is owed (RDG §13e).",
        "Take out what lies above and is not your own proven dunning costs.",
    ),
    "payment_under_way": ("A payment is under way.", "Nothing, until it has arrived."),
    "task_open": ("The debtor asked for an answer.", "Answer the request first."),
    "operator": ("Whoever runs Kulanz has stopped messages.", "Ask there."),
    "deferral": ("A later day is agreed.", "Nothing, until it comes."),
    "chargeback": (
        "The debtor's bank took a payment back; whether it comes again is being decided.",
        "Nothing, until it is decided.",
    ),
    "transferred": ("The debtor says a transfer is on its way.", "Nothing; seven bank days are allowed for it."),
    "notice_missing": (
        "A collector's first letter has not gone out yet (RDG §13a).",
        "Nothing; it goes first.",
    ),
    "steps_used_up": ("All reminders of this strategy were sent.", "Decide how to go on."),
    "due": ("The note before the day would have come on the day or after it.", "Nothing: the reminders follow."),
    "unreleased": ("This file has not been released yet.", "Have it released; then its claims are planned."),
    "opted_out": ("The debtor wants no messages on any channel known here.", "Write by post."),
    "dead_address": (
        "Messages to every address known here come back.",
        "Send a working e-mail address or mobile number.",
    ),
    "not_due_yet": ("The claim is not yet due.", "Nothing; the first message waits until it is."),
    "dispute": ("The claim is disputed.", "Settle the dispute first."),
    "plan": ("An agreed plan is running.", "Nothing, while it is kept."),
    "insolvency": ("The debtor is insolvent.", "File the claim with the administrator."),
    "breathing_space": ("The debtor is in a breathing space.", "Nothing, until it ends."),
    "representative": ("Somebody represents the debtor.", "Write to the representative."),
    "minor": ("The debtor is a minor.", "Write to the legal guardians."),
    # The creditor's settings.
    "yaml": ("The settings file cannot be read at this line.", "Check indentation, colons and quotes."),
    "yaml_too_large": ("The settings file is larger than 64 KiB.", "Shorten it."),
    "yaml_not_a_mapping": (
        "The settings file is not a list of `name: value` lines.",
        "Start from the example.",
    ),
    "yaml_alias": ("Anchors and aliases (& and *) are not read.", "Write the value out."),
    "yaml_key_twice": ("A setting stands there twice.", "Remove one of them."),
    "unknown_setting": ("There is no setting of this name.", "Remove it, or correct its spelling."),
    "not_text": ("A text belongs here.", "Write one value on one line."),
    "not_a_group": ("A group of indented settings belongs here.", "See the example in the manual."),
    "date_iso": ("This is not a day.", "Write it as 2026-11-30."),
    "iban": ("The IBAN's length or check digits are wrong.", "Copy it once more from the bank's papers."),
    "email_form": ("This is not an e-mail address.", "Correct it."),
    "phone_form": ("This is not a phone number with its country.", "Write it as +49 30 ...."),
    "sms_sender": (
        "An SMS sender is a number with its country, or up to 11 letters and digits.",
        "Shorten the name.",
    ),
    "bad_fax": ("The fax number cannot be one; the claim was taken without it.", "Send the right number."),
    "channel_twice": ("Two entries set up the same way to write.", "Leave one of them out."),
    "telling": (
        "A sender or an address may not say that money is owed: others can read it.",
        "Choose a neutral name.",
    ),
    "url": ("This is not a web address.", "Write it as https://example.org/page."),
    "url_not_https": ("The address must begin with https://.", "Set up a certificate, then write https://."),
    "url_not_origin": (
        "Only the host belongs here, without path or query.",
        "Write https://pay.example.org.",
    ),
    "colour": ("This is not a colour.", "Write it as #1a5fb4, in quotes."),
    "same_separator": ("Decimal and thousands separator are the same.", "Correct one of the two."),
    "no_such_field": ("There is no field of this name.", "Use a field of the manual."),
    "header_for_two": ("One column of the file is mapped to two fields.", "Map it to one."),
    "field_not_mapped": (
        "This field is needed, and the profile gives it neither a column nor a constant.",
        "Add it under `profile.columns` or `profile.constants`.",
    ),
    "not_known": ("There is no such thing here; the known ones stand in brackets.", "Choose one of them."),
    "id_of_file": (
        "The id must be the file's name: small letters, digits and hyphens, beginning with a letter.",
        "Make `id` and the file's name the same.",
    ),
    "payee_differs": (
        "Banks compare the payee with the account holder; it must be your legal name.",
        "Write the legal name, or name the original creditor under `on_behalf_of`.",
    ),
    "foreign_secret": (
        "The secret's name must begin with kulanz/creditors/<id>/.",
        "Store the provider's keys under that name, or leave the setting out.",
    ),
    "account_waits": (
        "This account is not in force yet; the one before it still is.",
        "Two people confirm it at the operators' door; it counts a day after that (docs/money.md).",
    ),
    "account_taken": (
        "This account is already another creditor's; of what arrives nobody could tell whose it is.",
        "Give this creditor an account of its own (docs/bank.md); the log says who has this one.",
    ),
    "percent_form": (
        "A share is a percentage from 0 to 50, with a point and at most two decimals.",
        "Write it like this: 8.5 (with a point).",
    ),
    "days_form": ("A number of days is a whole number from 0 to 400.", "Write it like this: 56 (days)."),
    "own_name_fee": (
        "Whoever writes in their own name bills no collection fee.",
        "Leave `bills_collection_fee` out; proven dunning costs stand in the file.",
    ),
    "payout_euro": (
        "Payouts leave in euros only.",
        "For claims in another currency set up a second creditor without `payout`.",
    ),
    "collector_register": (
        "A collection service must name its registration number (RDG §10, §13a).",
        "Add `register_number`.",
    ),
    "collector_authority": (
        "A collection service must name its supervisory authority (RDG §13a).",
        "Add `authority` with name, address and contact.",
    ),
    "paid": ("Nothing is owed on this claim.", "Nothing needs doing."),
    "deceased": ("The debtor has died.", "Write to the estate outside this system, and withdraw the claim here."),
    "wrong_person": ("The address belongs to somebody else.", "Find the right address and hand it over."),
    "time_barred": (
        "The claim may be time-barred, so nobody is asked for it.",
        "If it is titled, say so in the column for titled claims.",
    ),
    "unknown_zone": (
        "There are no contact rules for where this debtor lives, or no time zone could be named.",
        "Write to this debtor outside this system.",
    ),
    "notice_needs_durable_medium": (
        "A collector's first letter must be durable (RDG §13a), and there is no e-mail address.",
        "Hand over an e-mail address, or send the notice yourself and fill in its date.",
    ),
    "notice_incomplete": (
        "A part of the list that the first letter must carry is missing (RDG §13a(1)).",
        "Fill in the contract date, the interest and the costs particulars of this row.",
    ),
    "other_debtor": (
        "Another debtor already has a claim of this number.",
        "Give every claim a number of its own.",
    ),
    "unknown_creditor": (
        "There are no accepted settings for this creditor.",
        "Put `creditors/<id>.yaml` into the bucket first, then hand the file over again.",
    ),
    "settings_name": (
        "The name of the settings file is not one of a creditor.",
        "Name it `creditors/<id>.yaml`, the id in small letters, digits and hyphens.",
    ),
    "review_half": ("A review has a name and a day.", "Give both `reviewed_by` and `reviewed_on`."),
    "review_missing": (
        "Messages leave only after somebody has reviewed what they say.",
        "Add `reviewed_by` and `reviewed_on`, or leave `sandbox` on.",
    ),
}
