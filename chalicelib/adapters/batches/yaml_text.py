"""YAML of bounded size and depth, in which every scalar is the text that stands there.

YAML 1.1 reads `no` as false, `01067` as a number and 1e3 as a thousand; a creditor's file means what it says,
so nothing is resolved here and each field reads its own text.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from ...domain.batch import Problem

MOST_BYTES = 64 * 1024
MOST_DEPTH = 8
Lines = Mapping[tuple[str, ...], int]


class Unreadable(Exception):
    """The document as a whole cannot be read; `problem` says why and where."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.problem = Problem("", reason, value)


def read_yaml(body: bytes) -> dict[str, Any]:
    """The mapping in this document: texts, lists and mappings, nothing else. Raises Unreadable."""
    return read_marked(body)[0]


def read_marked(body: bytes) -> tuple[dict[str, Any], Lines]:
    """The same, with the line on which each thing in it stands; lines and what is in a list are counted from 1."""
    if len(body) > MOST_BYTES:
        raise Unreadable("yaml_too_large", str(len(body)))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as misfit:
        raise Unreadable("encoding", f"byte {misfit.start}") from misfit
    try:
        _check(text)
        loader = _Plain(text)
        root = loader.get_single_node()
        document = loader.construct_document(root) if root else None
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise Unreadable("yaml", f"line {line}") from fault
    except (yaml.YAMLError, RecursionError) as fault:
        raise Unreadable("yaml") from fault
    if not isinstance(document, dict):
        raise Unreadable("yaml_not_a_mapping")
    return document, dict(_lines(root, ()))


def _lines(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Each path with the line it begins on; a setting's is that of its name."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, key.value)
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value, start=1):
            yield from _lines(value, (*path, str(number)))


def _check(text: str) -> None:
    """Refuse what can grow (anchors, aliases) or nest without end, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable("yaml_alias", _line(event))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            raise Unreadable("yaml", _line(event))


class _Plain(yaml.BaseLoader):
    """Texts as they stand, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Unreadable("yaml", _line(key))
            if key.value in seen:
                raise Unreadable("yaml_key_twice", f"{_line(key)}: {key.value[:60]}")
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _line(of: yaml.Node | yaml.Event) -> str:
    return f"line {of.start_mark.line + 1}" if of.start_mark else ""
