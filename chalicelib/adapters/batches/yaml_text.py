"""YAML of bounded size and depth, in which every scalar is the text that stands there.

YAML 1.1 reads `no` as false, `01067` as a number and 1e3 as a thousand; a creditor's file means what it says,
so nothing is resolved here and each field reads its own text.
"""

from typing import Any

import yaml

from ...domain.batch import Problem

MOST_BYTES = 64 * 1024
MOST_DEPTH = 8


class Unreadable(Exception):
    """The document as a whole cannot be read; `problem` says why and where."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.problem = Problem("", reason, value)


def read_yaml(body: bytes) -> dict[str, Any]:
    """The mapping in this document: texts, lists and mappings, nothing else. Raises Unreadable."""
    if len(body) > MOST_BYTES:
        raise Unreadable("yaml_too_large", str(len(body)))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as misfit:
        raise Unreadable("encoding", f"byte {misfit.start}") from misfit
    try:
        _check(text)
        document = yaml.load(text, Loader=_Plain)  # noqa: S506  (_Plain makes texts, lists and mappings only)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise Unreadable("yaml", f"line {line}") from fault
    except (yaml.YAMLError, RecursionError) as fault:
        raise Unreadable("yaml") from fault
    if not isinstance(document, dict):
        raise Unreadable("yaml_not_a_mapping")
    return document


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
