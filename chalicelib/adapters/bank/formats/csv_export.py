"""CSV exports out of online banking, in the form the creditor declares under `bank` in its settings."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar

from ....domain.bank import BankEntry, Side, StatementKind, ranked
from ....domain.bank_form import BankForm
from ....domain.batch import Refused
from ....domain.iban import iban_of
from ....domain.money import MINOR_DIGITS
from ....domain.parties import Creditor
from ....domain.profile import amount_of, date_of
from ...batches.cells import clean
from ...batches.decode import Lines
from ...batches.unpack import FileRefused, Unpacked
from ..told import LONGEST, MOST_ENTRIES, Told, own_account

Cells = Mapping[str, str]


class CsvExport:
    """A span of an account's movements. It has no id and no balances; overlapping spans tell the same money."""

    key: ClassVar[str] = "csv"
    ending: ClassVar[str] = ".csv"

    def read(self, body: bytes, creditor: Creditor) -> list[Told]:
        """All rows or none. Raises FileRefused with line and reason; without a declared form nothing is read."""
        form = creditor.bank
        if form is None:
            raise FileRefused(Refused("bank_no_form"))
        entries: list[BankEntry] = []
        account = creditor.iban
        for line, cells in _rows(body, form):
            if len(entries) == MOST_ENTRIES:
                raise FileRefused(Refused("too_many_rows", line=line, value=str(MOST_ENTRIES)))
            if "account" in cells:
                account = own_account(cells["account"], creditor, line)
            entries.append(_entry(cells, line, form))
        currencies = {entry.currency for entry in entries}
        if len(currencies) > 1:
            raise FileRefused(Refused("bank_currencies", value=", ".join(sorted(currencies))))
        currency = currencies.pop() if currencies else "EUR"
        return [Told(StatementKind.EXPORT, account, currency, "", "", None, None, tuple(ranked(entries)))]


def _rows(body: bytes, form: BankForm) -> Iterator[tuple[int, Cells]]:
    """(line, cells by our names) of every row below the header."""
    lines = Lines(Unpacked(io.BytesIO(body), "export.csv"), form.profile)
    profile, wanted = form.profile, {header: field for field, header in form.profile.columns}
    parsed = csv.reader(
        _below(lines, form.header_line - 1), delimiter=profile.delimiter, quotechar=profile.quote, strict=True
    )
    names: list[str | None] | None = None
    while True:
        try:
            cells = next(parsed, None)
        except csv.Error as fault:
            raise FileRefused(Refused("quoting", line=form.header_line - 1 + parsed.line_num)) from fault
        if cells is None:
            break
        line = form.header_line - 1 + parsed.line_num
        texts = [clean(cell).text for cell in cells]
        if not any(texts):
            continue
        if names is None:
            names = _columns(texts, wanted, line)
        elif len(texts) != len(names):
            raise FileRefused(Refused("column_count", line=line))
        else:
            constants = dict(profile.constants)
            yield line, constants | {name: text for name, text in zip(names, texts, strict=True) if name and text}
    if names is None:
        raise FileRefused(Refused("empty"))


def _below(lines: Lines, before: int) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number >= before:
            yield line


def _columns(header: list[str], wanted: Mapping[str, str], line: int) -> list[str | None]:
    """Our name of each column, None for what the form does not ask for."""
    missing = [name for name in wanted if name not in header]
    if missing:
        raise FileRefused(Refused("header_missing", line=line, value=", ".join(missing)[:200]))
    twice = [name for name in wanted if header.count(name) > 1]
    if twice:
        raise FileRefused(Refused("header_twice", line=line, value=", ".join(twice)[:200]))
    return [wanted.get(name) for name in header]


def _entry(cells: Cells, line: int, form: BankForm) -> BankEntry:
    currency = cells.get("currency", "EUR")
    if currency not in MINOR_DIGITS:
        raise FileRefused(Refused("bank_currency", line=line, value=currency[:8]))
    amount, side = _amount(cells, line, form, MINOR_DIGITS[currency])
    booked = _day(cells, "booked_on", line, form)
    value = _day(cells, "value_date", line, form) or booked
    if value is None:
        raise FileRefused(Refused("bank_date", line=line))
    returned = cells.get("returned")
    told = form.profile.own_word("returned", returned) if returned else None
    return BankEntry(
        number=str(line),
        amount=amount,
        currency=currency,
        side=side,
        value_date=value,
        booked_on=booked,
        text=cells.get("text", "")[:LONGEST],
        end_to_end=cells.get("end_to_end", "")[:70],
        name=cells.get("name", "")[:140],
        iban=iban_of(cells.get("iban", "")) or "",
        reference=cells.get("reference", "")[:70],
        code=cells.get("code", "")[:70],
        returned=None if told in (None, "no") else "" if told == "yes" else told,
    )


def _day(cells: Cells, field: str, line: int, form: BankForm) -> date | None:
    text = cells.get(field)
    if not text:
        return None
    day = date_of(text, form.profile)
    if day is None:
        raise FileRefused(Refused("bank_date", line=line, value=text[:40]))
    return day


def _amount(cells: Cells, line: int, form: BankForm, digits: int) -> tuple[int, Side]:
    """What moved, and which way, by the one way the form declares."""
    columns = dict(form.profile.columns)
    if "amount" not in columns:
        both = {side: text for side in Side if (text := cells.get(side.value))}
        minors = {side: _minor(text, line, form, digits) for side, text in both.items()}
        moved = {side: minor for side, minor in minors.items() if minor}
        if len(moved) != 1:
            raise FileRefused(Refused("bank_amount", line=line, value=" / ".join(both.values())[:40]))
        ((side, minor),) = moved.items()
        return abs(minor), side
    minor = _minor(cells.get("amount", ""), line, form, digits)
    if "side" not in columns:
        return abs(minor), Side.DEBIT if minor < 0 else Side.CREDIT
    word = form.profile.own_word("side", cells.get("side", ""))
    if word not in tuple(Side) or minor < 0:
        raise FileRefused(Refused("bank_side", line=line, value=word[:12]))
    return minor, Side(word)


def _minor(text: str, line: int, form: BankForm, digits: int) -> int:
    minor = amount_of(text, form.profile, digits)
    if minor is None and text.startswith("+"):
        minor = amount_of(text[1:], form.profile, digits)
    if minor is None:
        raise FileRefused(Refused("bank_amount", line=line, value=text[:40]))
    return minor


FORMAT = CsvExport()
