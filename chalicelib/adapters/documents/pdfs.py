"""PDFs put together anew from what their pages show: nothing that runs, nothing attached, nobody's name."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import LimitReachedError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from ...domain.evidence import MOST_PAGES, EvidenceProblem
from ...ports import Cleaned
from .jpeg_tags import without_tags

# All of a page that makes it look as it does (ISO 32000-1, table 30); anything else of it stays behind.
SHOWS = {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
# Notes on a page that show something: filled-in fields, stamps, ink, typed words. They are kept as mere pictures.
SEEN_NOTES = {
    *("/Widget", "/FreeText", "/Stamp", "/Ink", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly"),
    *("/Square", "/Circle", "/Line", "/Polygon", "/PolyLine", "/Caret", "/Redact"),
}
HIDDEN = 2 | 32  # flags Hidden and NoView
PRINTED = 4
# What acts, leads away, or tells of somebody, wherever in a page's parts it lies.
NEVER = {
    *("/A", "/AA", "/OpenAction", "/JS", "/JavaScript", "/URI", "/Launch", "/Next", "/RichMediaContent"),
    *("/EF", "/AF", "/FS", "/Ref", "/OPI", "/Alternates", "/FFilter", "/FDecodeParms"),
    *("/Metadata", "/PieceInfo", "/LastModified", "/Info", "/ID", "/OC", "/Thumb", "/Measure", "/PtData"),
    *("/StructParent", "/StructParents", "/Names", "/Dests"),
}
MOST_PARTS = 100_000


def clean_pdf(raw: bytes) -> Cleaned | EvidenceProblem:
    """The same pages to the eye, in a new PDF of nothing but them."""
    try:
        reader = PdfReader(BytesIO(raw), strict=False)
        if reader.is_encrypted:
            return EvidenceProblem.LOCKED
        if len(reader.pages) > MOST_PAGES:
            return EvidenceProblem.TOO_LONG
        if not reader.pages:
            return EvidenceProblem.UNREADABLE
        writer = PdfWriter()
        for page in reader.pages:
            _copy(page, writer)
        parts = sum(1 for page in writer.pages for _ in _swept(page))
        if not parts:
            return EvidenceProblem.UNREADABLE
        writer.metadata = None
        out = BytesIO()
        writer.write(out)
        return Cleaned("application/pdf", out.getvalue(), len(writer.pages))
    except LimitReachedError:
        return EvidenceProblem.DANGEROUS
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a reader of PDFs stumbles over a broken one in any way it likes
        return EvidenceProblem.UNREADABLE


def _copy(page: PageObject, writer: PdfWriter) -> None:
    """One page into the new PDF: what it shows, and its notes as pictures."""
    bare = writer.add_page(page, excluded_keys=[key for key in page if key not in SHOWS])
    notes = ArrayObject(writer._add_object(note) for note in _pictures_of_notes(page, writer))
    if notes:
        bare[NameObject("/Annots")] = notes


def _pictures_of_notes(page: PageObject, writer: PdfWriter) -> Iterator[DictionaryObject]:
    for held in page.get("/Annots", ArrayObject()).get_object() or ():
        note = held.get_object()
        if not isinstance(note, DictionaryObject) or note.get("/Subtype") not in SEEN_NOTES:
            continue
        look = _look_of(note)
        if look is None or int(note.get("/F", 0)) & HIDDEN or "/Rect" not in note:
            continue
        picture = DictionaryObject()
        for name, value in (("/Type", "/Annot"), ("/Subtype", "/Stamp")):
            picture[NameObject(name)] = NameObject(value)
        picture[NameObject("/Rect")] = note["/Rect"].clone(writer)
        picture[NameObject("/F")] = NumberObject(PRINTED)
        drawn = look.clone(writer)
        picture[NameObject("/AP")] = DictionaryObject({NameObject("/N"): drawn.indirect_reference})
        yield picture


def _look_of(note: DictionaryObject) -> StreamObject | None:
    """How a note looks at rest; a box that can be ticked has a look for each of its states."""
    looks = note.get("/AP", DictionaryObject()).get_object()
    look = looks.get("/N") if isinstance(looks, DictionaryObject) else None
    look = look.get_object() if look is not None else None
    if isinstance(look, DictionaryObject) and not isinstance(look, StreamObject):
        look = look.get(note.get("/AS", "/Off"))
        look = look.get_object() if look is not None else None
    return look if isinstance(look, StreamObject) else None


def _swept(page: PageObject) -> Iterator[Any]:
    """Every part of a page of the new PDF, each once, after what acts or tells was taken off it."""
    waiting: list[Any] = [page]
    known: set[int] = set()
    while waiting:
        part = waiting.pop()
        part = part.get_object() if isinstance(part, IndirectObject) else part
        if not isinstance(part, DictionaryObject | ArrayObject) or id(part) in known:
            continue
        known.add(id(part))
        if len(known) > MOST_PARTS:
            raise LimitReachedError("more parts than any page has")
        if isinstance(part, DictionaryObject):
            _sweep(part)
            waiting += [part.raw_get(key) for key in part if key != "/Parent"]
            yield part
        else:
            waiting += list.__iter__(part)


def _sweep(part: DictionaryObject) -> None:
    for key in NEVER & part.keys():
        del part[key]
    if isinstance(part, StreamObject):
        # In a stream, /F names a file outside; in a note it is its flags.
        part.pop("/F", None)
        _untag_photo(part)


def _untag_photo(stream: StreamObject) -> None:
    """A photo within a PDF may say where it was taken, as any photo does."""
    filters = stream.get("/Filter")
    filters = filters.get_object() if filters is not None else None
    names = list(filters) if isinstance(filters, ArrayObject) else [filters]
    if names[-1] != "/DCTDecode":
        return
    if len(names) > 1:
        wrapped = EncodedStreamObject()
        wrapped[NameObject("/Filter")] = ArrayObject(names[:-1])
        wrapped._data = stream._data
        stream._data = wrapped.get_data()
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        stream.pop("/DecodeParms", None)
    stream._data = without_tags(stream._data)
