"""A file of the bank as it lies in the bucket: opened within bounds and read whole, or refused with the reason."""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator

from ... import registry
from ...domain.batch import Refused
from ...domain.parties import Creditor
from ..batches.unpack import FileRefused
from . import formats
from .camt import message_in
from .told import Told

MOST_BYTES = 32 * 1024 * 1024
MOST_UNPACKED = 128 * 1024 * 1024
MOST_RATIO = 200
MOST_MEMBERS = 500
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError)
ROOT = re.compile(rb"urn:iso:std:iso:20022:tech:xsd:[a-z]{4}\.[0-9]{3}\.001\.[0-9]{2}")


def read_bank_file(body: bytes, name: str, creditor: Creditor) -> list[Told] | Refused:
    """Everything the file tells, or why nothing of it is taken: half a statement would be half the truth.

    A zip, as banks hand statements over by EBICS, is taken whole or not at all as well.
    """
    try:
        if len(body) > MOST_BYTES:
            raise FileRefused(Refused("bank_too_large", byte=MOST_BYTES))
        return [told for inner, plain in _members(body, name.lower()) for told in _read(plain, inner, creditor)]
    except FileRefused as refused:
        return refused.why


def _read(body: bytes, name: str, creditor: Creditor) -> list[Told]:
    """Account files of one form only: what CSV and camt tell of the same money cannot be told to be the same."""
    known = registry.collect(formats, "FORMAT")
    if name.endswith(".csv"):
        return known["csv"].read(body, creditor)  # type: ignore[no-any-return]
    if not name.endswith(".xml"):
        raise FileRefused(Refused("bank_file_kind", value=name.rpartition("/")[2][-80:]))
    if creditor.bank is not None:
        raise FileRefused(Refused("bank_form_is_csv"))
    message = _message(body)
    if message not in known:
        reason = "bank_intraday" if message == "camt.052" else "bank_message"
        raise FileRefused(Refused(reason, byte=0, line=1, value=message))
    return known[message].read(body, creditor)  # type: ignore[no-any-return]


def _message(body: bytes) -> str:
    """Which message this is, by the first namespace that stands in it; its reader proves it."""
    head = body[:8192]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode("ascii", "ignore")
    found = ROOT.search(head)
    return message_in(found[0].decode("ascii")) if found else ""


def _members(body: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    if not name.endswith(".zip"):
        yield name, body
        return
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            members = [info for info in packed.infolist() if not info.is_dir()]
            if len(members) > MOST_MEMBERS:
                raise FileRefused(Refused("bank_too_large", value=str(len(members))))
            left = min(MOST_UNPACKED, max(len(body), 1024) * MOST_RATIO)
            for info in members:
                with packed.open(info) as member:
                    plain = member.read(left + 1)
                left -= len(plain)
                if left < 0:
                    raise FileRefused(Refused("bomb", value=info.filename[-80:]))
                yield info.filename.lower(), plain
    except (*DAMAGE, NotImplementedError, RuntimeError, ValueError) as damage:
        raise FileRefused(Refused("damaged_pack")) from damage
