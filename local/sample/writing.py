"""Claims written as a creditor's own system would: in the form its profile declares, slips included."""

import csv
import io
from datetime import date

from chalicelib.domain.profile import FileProfile, amount_text, date_text

from .matters import Values
from .slips import Slip

AMOUNTS = {"principal", "interest", "costs", "paid_before"}


def file_of(rows: list[Values], profile: FileProfile, slips: tuple[Slip, ...]) -> bytes:
    """The whole file, encoded as declared."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=profile.delimiter, quotechar=profile.quote, lineterminator="\r\n")
    headers = [header for _, header in profile.columns]
    writer.writerow(headers)
    for place, row in enumerate(rows):
        cells = [_written(field, row.get(field), profile) for field, _ in profile.columns]
        for slip in slips:
            if slip.row == place and slip.header:
                cells[headers.index(slip.header)] = slip.text
            elif slip.row == place:
                cells.append(slip.text)
        writer.writerow(cells)
    return out.getvalue().encode(profile.encoding)


def _written(field: str, value: object, profile: FileProfile) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return date_text(value, profile)
    if isinstance(value, bool):
        return _theirs(field, "yes" if value else "no", profile)
    if field in AMOUNTS:
        return amount_text(int(str(value)), profile)
    return _theirs(field, str(value), profile)


def _theirs(field: str, ours: str, profile: FileProfile) -> str:
    """The creditor's word for ours."""
    words = dict(profile.values).get(field, ())
    return next((theirs for theirs, word in words if word == ours), ours)
