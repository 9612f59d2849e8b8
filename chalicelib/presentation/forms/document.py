"""The form behind each document: which one, by its id or by its kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...domain.document import DocumentKind

LONGEST = 64


@dataclass(frozen=True)
class Asked:
    """`kind` is None where none of ours was named."""

    kind: DocumentKind | None
    about: str
    document: str
    claim: str


def read(posted: Mapping[str, Sequence[str]]) -> Asked:
    """What was asked for; ids longer than any of ours are cut, and then fit nothing."""

    def field(name: str) -> str:
        return (posted.get(name) or [""])[0].strip()[:LONGEST]

    named = field("kind")
    kind = DocumentKind(named) if named in DocumentKind else None
    return Asked(kind, field("about"), field("document"), field("claim"))
