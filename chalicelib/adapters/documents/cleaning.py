"""Stranger's files made harmless: what a file shows is kept, whatever else it carries is left behind.

What a file is, its first bytes say: neither its name nor what its sender calls it is asked. A picture is drawn
anew from its points, a PDF is put together anew from its pages. Call it through apart.py, never directly: a file
made to harm its reader harms a process then that has nothing to lose.
"""

from ...domain.evidence import LARGEST, EvidenceProblem
from ...ports import Cleaned
from .pdfs import clean_pdf
from .pictures import clean_picture

PICTURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
# Some scanners put a few bytes before the header; the standard's own readers look this far for it.
PDF_WITHIN = 1024


def clean(raw: bytes) -> Cleaned | EvidenceProblem:
    """The file as it may be kept, or why not."""
    if not raw:
        return EvidenceProblem.UNREADABLE
    if len(raw) > LARGEST:
        return EvidenceProblem.TOO_LARGE
    kind = kind_of(raw)
    if kind is None:
        return EvidenceProblem.NOT_A_PICTURE_OR_PDF
    return clean_pdf(raw) if kind == "PDF" else clean_picture(raw, kind)


def kind_of(raw: bytes) -> str | None:
    """JPEG, PNG, WEBP or PDF, by the bytes every file of that kind begins with; None for anything else."""
    for beginning, kind in PICTURES.items():
        if raw.startswith(beginning):
            return kind
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "WEBP"
    return "PDF" if b"%PDF-" in raw[:PDF_WITHIN] else None
