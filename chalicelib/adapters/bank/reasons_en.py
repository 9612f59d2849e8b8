"""What a creditor is told about a bank file in English: what is wrong or open, and what to do."""

SENTENCES: dict[str, tuple[str, str]] = {
    # The file as a whole: nothing of it was booked.
    "bank_file_kind": (
        "This is not a kind of bank file that can be read.",
        "Put camt.053 or camt.054 (.xml, or many in a .zip) there, or .csv in the form you declared.",
    ),
    "bank_too_large": ("The file is too large.", "Put it there in smaller parts, such as one a day."),
    "bomb": ("The packed file grows beyond all measure.", "Put it there unpacked."),
    "damaged_pack": ("The packed file is damaged.", "Fetch it from the bank again."),
    "unknown_creditor": (
        "No settings of this name were accepted.",
        "Upload `creditors/<id>.yaml` first, and put files into the folder of that id.",
    ),
    "empty": ("The file is empty.", "Fetch it from the bank again."),
    "xml": ("At this place the file is no longer well-formed XML.", "Fetch it from the bank again, unchanged."),
    "xml_cut": ("The file ends before its message does.", "Fetch it from the bank again; it was cut on its way."),
    "xml_encoding": (
        "At this byte the file is not written in the encoding it declares.",
        "Hand it over as the bank sent it; editors and mail programs change bytes.",
    ),
    "xml_doctype": (
        "The file declares a document type. No bank message has one, and it can carry an attack.",
        "Find out where this file comes from before you hand over another one.",
    ),
    "xml_too_deep": ("The file nests deeper than any bank message.", "Find out where this file comes from."),
    "xml_text_too_long": ("A text of the file is longer than any a bank writes.", "Find out where it comes from."),
    "too_large": ("The file holds more than can be read in one go.", "Put it there in smaller parts."),
    "too_many_rows": ("The file has more entries than are taken at once.", "Put it there in smaller parts."),
    "bank_message": (
        "This is not a message that is read here.",
        "Ask your bank for camt.053 or camt.054, version 2 or later.",
    ),
    "bank_intraday": (
        "This is an intraday report (camt.052); its entries may still change.",
        "Hand over camt.053 for the day, or camt.054 for single movements.",
    ),
    "bank_account": (
        "The file is about an account that is not the one in your settings.",
        "Hand over the statements of the account under `iban`, and check the folder.",
    ),
    "bank_no_iban": ("The file does not say whose account it is about.", "Ask your bank for files with the IBAN."),
    "bank_balance": (
        "The entries do not lead from the opening balance to the closing balance.",
        "Fetch the statement again; ask your bank if it stays like this.",
    ),
    "bank_count": ("The file holds fewer or more entries than it says.", "Fetch it from the bank again."),
    "bank_amount": (
        "This amount cannot be read.",
        "In XML it is an unsigned number with a point; in CSV it is written as you declared under `bank`.",
    ),
    "bank_currency": ("This currency is not one Kulanz keeps books in.", "Ask the person who runs Kulanz."),
    "bank_currencies": ("One export holds several currencies.", "Export each account by itself."),
    "bank_side": (
        "It cannot be told whether money came in or went out.",
        "Map the words of your bank to credit and debit under `bank.values.side`.",
    ),
    "bank_date": (
        "This day cannot be read, or there is none.",
        "In CSV it is written as you declared under `bank.date_format`.",
    ),
    "bank_no_form": (
        "This is a CSV export, and your settings do not say how your bank writes them.",
        "Declare its form under `bank`, or hand over camt.053.",
    ),
    "bank_form_is_csv": (
        "Your settings declare CSV exports. The same money told in two forms cannot be told to be the same.",
        "Keep to one of them; take `bank` out of your settings when you change over to camt.",
    ),
    "header_missing": (
        "The header lacks columns that your settings declare.",
        "Correct the names under `bank.columns`, or the line of the header under `bank.header_line`.",
    ),
    "header_twice": ("The header names a column twice.", "Declare another column, or ask your bank."),
    "column_count": ("This line has more or fewer cells than the header.", "Export it again, unchanged."),
    "quoting": ("The quotes of this line do not fit together.", "Export it again, unchanged."),
    "encoding": ("At this byte the file does not fit the declared encoding.", "Correct `bank.encoding`."),
    "encoding_mark": ("The file begins with the mark of another encoding.", "Correct `bank.encoding`."),
    "encoding_utf16": ("The file looks like UTF-16, and something else is declared.", "Correct `bank.encoding`."),
    "encoding_no_mark": ("A UTF-16 file must begin with its byte order mark.", "Correct `bank.encoding`."),
    "nul_byte": ("The file holds a NUL character.", "Export it again, unchanged."),
    "line_too_long": ("A line is longer than a million characters.", "Export it again, unchanged."),
    # What became of an entry, where somebody should look.
    "no_match": ("No claim was found for this money.", "Find out whose it is; until then it lies in suspense."),
    "unsure": (
        "It points to a claim, but not clearly enough to be booked.",
        "Look at the claims proposed and decide; until then it lies in suspense.",
    ),
    "unsplit": (
        "This sum stands for several transfers, and the file does not show them.",
        "Ask your bank for collective entries in parts (camt.054); until then it lies in suspense.",
    ),
    "possible_twin": (
        "It looks like money known before, but the bank numbers it as another.",
        "Compare both statements; until then it lies in suspense.",
    ),
    "came_back": ("Money that was sent came back.", "Find out why; until then it lies in suspense."),
    "return_unmatched": (
        "A payment was taken back, and none is known that it could be.",
        "Find out which one; until then the amount lies in suspense, below zero.",
    ),
    "wrong_currency": ("It came in another currency than the claim's.", "Decide what to do; it lies in suspense."),
    "unknown_claim": ("The claim it names is not known.", "Find out whose it is; it lies in suspense."),
    "overpaid": ("More came than is owed.", "It lies in suspense until it is paid back."),
    "sum_kept": (
        "It is part of a sum that came first without its parts; that sum lies in suspense.",
        "Decide there; this part was not booked again.",
    ),
}
