"""Which cases of a full matrix `make test` looks at; `make test-long` looks at all the others.

@pytest.mark.matrix(3)  # each page in three languages, each language on many pages
"""

import hashlib
from collections import Counter
from collections.abc import Iterable

import pytest

MARK = "matrix"


def leave_the_rest_for_long(items: Iterable[pytest.Item]) -> None:
    """Of each test that is a matrix, the same few cases every time; the rest of them take long."""
    matrices: dict[str, list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker(MARK) and hasattr(item, "callspec"):
            matrices.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for cases in matrices.values():
        (times,) = cases[0].get_closest_marker(MARK).args  # type: ignore[union-attr]
        kept = few_of({case.nodeid: arguments(case) for case in cases}, times)
        for case in cases:
            if case.nodeid not in kept:
                case.add_marker(pytest.mark.long)


def arguments(case: pytest.Function) -> tuple[str, ...]:
    """What the case is called with: the values of the matrix's axes."""
    params, places = case.callspec.params, case.callspec.indices
    return tuple(
        f"{name}={value if isinstance(value, (str, int)) else places[name]}" for name, value in params.items()
    )


def few_of(cases: dict[str, tuple[str, ...]], times: int) -> set[str]:
    """So few cases, by their names, that each value of each axis is seen so many times, where it has as many."""
    seen: Counter[str] = Counter()
    kept = set()
    for name in sorted(cases, key=_drawn):
        if any(seen[value] < times for value in cases[name]):
            seen.update(cases[name])
            kept.add(name)
    return kept


def _drawn(name: str) -> str:
    """The order by lot, the same every time."""
    return hashlib.sha256(name.encode()).hexdigest()
