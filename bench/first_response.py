"""First responses from the real package under Lambda's own runtime client, beside a bare page of the same kind.

From the start of the process to its first answer, as a cold start has it but for Lambda's own share (placing
the package, starting the machine). Files come from the page cache: what is asked first is not counted.
"""

from collections.abc import Iterator
from dataclasses import replace

from bench.ground import Ground
from bench.rows import Row, at_most, median

PAGE = "APIHandler"
AT_MOST = 1.5
ROUNDS, PAGES = 5, 3  # the page, the only one with a bound, is asked more often, against the noise
Taken = dict[str, list[tuple[float, float]]]


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    tasks, triggers = ground.tasks, ground.triggers
    tasks.first_response(PAGE, triggers.fresh(PAGE))
    tasks.first_bare_response(triggers.bare_page())
    pages: list[tuple[float, float]] = []
    beside_bare: Taken = {}
    without: Taken = {}
    for _ in range(1 if quick else ROUNDS):
        pages += [(_page(ground), _bare(ground)) for _ in range(1 if quick else PAGES)]
        for function in tasks.functions:
            compiled = _first(ground, function)
            beside_bare.setdefault(function, []).append((compiled, pages[-1][1]))
            if not quick or function == PAGE:
                pair = (_first(ground, function, compiled=False), compiled)
                without.setdefault(function, []).append(pair)
    yield _page_row(pages)
    del beside_bare[PAGE]
    for function, pairs in sorted(beside_bare.items()):
        what = f"first response of {function} to its real event, beside the bare page"
        yield _row(f"first_response.{function}", what, pairs)
    for function, pairs in sorted(without.items()):
        what = f"{function} from the package without its bytecode, beside with it"
        yield _row(f"first_response_without_pyc.{function}", what, pairs)


def _first(ground: Ground, function: str, *, compiled: bool = True) -> float:
    """Milliseconds until the function answered; an answer that says it failed is no answer."""
    first = ground.tasks.first_response(function, ground.triggers.fresh(function), compiled=compiled)
    answer = first.answer or {}
    assert answer.get("statusCode", 200) < 400 and not answer.get("batchItemFailures"), (function, answer)
    return first.answered * 1000


def _page(ground: Ground) -> float:
    return _first(ground, PAGE)


def _bare(ground: Ground) -> float:
    first = ground.tasks.first_bare_response(ground.triggers.bare_page())
    assert first.answer["statusCode"] == 200, first.answer
    return first.answered * 1000


def _page_row(pages: list[tuple[float, float]]) -> Row:
    what = "first matter page of a fresh process, beside a bare Chalice page with the same reads"
    row = _row("first_response.page", what, pages)
    bound, holds = at_most(AT_MOST, row.ratio or 0)
    return replace(row, bound=bound, holds=holds)


def _row(name: str, what: str, pairs: list[tuple[float, float]]) -> Row:
    """Medians of both, and of the ratio of those measured one after the other."""
    value, floor = (median((pair[place] for pair in pairs), 1) for place in (0, 1))
    return Row(name, what, value, "ms", floor, median(one / other for one, other in pairs))
