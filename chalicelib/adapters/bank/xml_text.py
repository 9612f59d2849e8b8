"""XML of bounded size and depth, without a document type: no entity can grow, or reach for a file or the network.

A document type is refused as a whole: every attack by entities needs one, and no bank message has one.
"""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ...domain.batch import Refused
from ..batches.unpack import FileRefused

MOST_DEPTH = 40
MOST_ELEMENTS = 4_000_000
LONGEST_TEXT = 20_000
STEP = 64 * 1024


@dataclass
class Node:
    """An element by its local name, with what lies in it; namespaces and prefixes are left out."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, path: str) -> Iterator["Node"]:
        """The elements at the end of this path of local names, in their order."""
        first, _, rest = path.partition("/")
        for child in self.children:
            if child.name == first:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def first(self, *paths: str) -> "Node | None":
        """The first element any of these paths leads to, the paths asked in their order."""
        return next((node for path in paths for node in self.all(path)), None)

    def said(self, *paths: str) -> str:
        """The first text that any of these paths leads to; "" where there is none."""
        return next((node.text for path in paths for node in self.all(path) if node.text), "")


def read_xml(body: bytes, whole: str, take: Callable[[Node, Node], object]) -> tuple[str, Node]:
    """The namespace of the document's root, and its tree without the elements called `whole`.

    Each of those is handed to `take` when it is complete, with the element around it as far as that is read, and
    then forgotten, so that a long statement needs no memory for all its entries. Raises FileRefused.
    """
    reading = _Reading(whole, take)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    reading.over(parser)
    try:
        for start in range(0, len(body), STEP):
            parser.Parse(body[start : start + STEP], False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise FileRefused(_refusal(fault, parser, body)) from fault
    except (LookupError, UnicodeError, ValueError) as fault:
        raise FileRefused(Refused("xml_encoding", byte=0, line=1)) from fault
    if reading.root is None:
        raise FileRefused(Refused("empty"))
    return reading.namespace, reading.root


UNFINISHED = (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)
NOT_OVER = (expat.errors.XML_ERROR_ASYNC_ENTITY, expat.errors.XML_ERROR_PARTIAL_CHAR)
ENCODING = (
    expat.errors.XML_ERROR_UNKNOWN_ENCODING,
    expat.errors.XML_ERROR_INCORRECT_ENCODING,
    expat.errors.XML_ERROR_INVALID_TOKEN,
)


def _refusal(fault: expat.ExpatError, parser: expat.XMLParserType, body: bytes) -> Refused:
    """Why the reader stopped, and where."""
    said = expat.ErrorString(fault.code) or ""
    byte, line = max(parser.ErrorByteIndex, 0), fault.lineno
    if not body.strip(b"\x00 \t\r\n" + codecs.BOM_UTF8):
        return Refused("empty")
    if said in (*UNFINISHED, *NOT_OVER):
        return Refused("xml_cut", byte, line)
    if said in ENCODING:
        return Refused("xml_encoding", byte, line, said)
    return Refused("xml", byte, line, said)


class _Reading:
    """What expat tells, put together."""

    def __init__(self, whole: str, take: Callable[[Node, Node], object]) -> None:
        self.root: Node | None = None
        self.namespace = ""
        self._whole, self._take = whole, take
        self._open: list[Node] = []
        self._count = self._letters = 0

    def over(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._entity

    def _refuse(self, reason: str) -> FileRefused:
        return FileRefused(
            Refused(reason, byte=self._parser.CurrentByteIndex, line=self._parser.CurrentLineNumber)
        )

    def _doctype(self, *_: object) -> None:
        raise self._refuse("xml_doctype")

    def _entity(self, *_: object) -> int:
        raise self._refuse("xml_doctype")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._count += 1
        if len(self._open) >= MOST_DEPTH or self._count > MOST_ELEMENTS:
            raise self._refuse("xml_too_deep" if len(self._open) >= MOST_DEPTH else "too_large")
        node = Node(local, self._parser.CurrentLineNumber, attributes)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root, self.namespace = node, space
        self._open.append(node)
        self._letters = 0

    def _end(self, name: str) -> None:
        node = self._open.pop()
        if node.name == self._whole and self._open:
            self._open[-1].children.pop()
            self._take(node, self._open[-1])
        self._letters = 0

    def _characters(self, text: str) -> None:
        self._letters += len(text)
        if self._letters > LONGEST_TEXT:
            raise self._refuse("xml_text_too_long")
        if self._open and not text.isspace():
            self._open[-1].words.append(text)
