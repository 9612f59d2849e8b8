"""First responses from the real package under Lambda's own runtime client, beside a bare page of the same kind.

From the start of the process to its first answer, as a cold start has it but for Lambda's own share (placing
the package, starting the machine). Files come from the page cache: one round before the first is not counted.
"""

from collections.abc import Iterator

from bench.ground import Ground
from bench.rows import Row, at_most, median
from bench.runtime_api import First

PAGE = "APIHandler"
AT_MOST = 1.5
FULL, QUICK = 7, 1


def measure(ground: Ground, *, quick: bool = False) -> Iterator[Row]:
    tasks, triggers = ground.tasks, ground.triggers
    rounds = QUICK if quick else FULL
    tasks.first_response(PAGE, triggers.fresh(PAGE))
    tasks.first_bare_response(triggers.bare_page())
    taken: dict[str, list[First]] = {}
    for number in range(rounds):
        for _ in range(1 if quick else 2):  # the only row with a bound: twice as often, against the noise
            taken.setdefault(PAGE, []).append(_page(ground))
            taken.setdefault("bare", []).append(_bare(ground))
        for function in tasks.functions:
            if function != PAGE and (quick or number % 2 == 0):
                taken.setdefault(function, []).append(tasks.first_response(function, triggers.fresh(function)))
            if function == PAGE or (not quick and number % 2 == 0):
                first = tasks.first_response(function, triggers.fresh(function), compiled=False)
                taken.setdefault(f"{function} without", []).append(first)
    yield from _rows(taken)


def _page(ground: Ground) -> First:
    first = ground.tasks.first_response(PAGE, ground.triggers.fresh(PAGE))
    assert first.answer["statusCode"] == 200, first.answer
    return first


def _bare(ground: Ground) -> First:
    first = ground.tasks.first_bare_response(ground.triggers.bare_page())
    assert first.answer["statusCode"] == 200, first.answer
    return first


def _rows(taken: dict[str, list[First]]) -> Iterator[Row]:
    bare = taken.pop("bare")
    floor = median((first.answered * 1000 for first in bare), 1)
    page = taken[PAGE]
    beside = median(one.answered / other.answered for one, other in zip(page, bare, strict=True))
    bound, holds = at_most(AT_MOST, beside)
    value = median((first.answered * 1000 for first in page), 1)
    what = "first matter page of a fresh process, beside a bare Chalice page with the same reads"
    yield Row("first_response.page", what, value, "ms", floor, beside, bound, holds)
    for name, firsts in sorted(taken.items()):
        function, _, without = name.partition(" ")
        figure = median((first.answered * 1000 for first in firsts), 1)
        if without:
            compiled = median((first.answered * 1000 for first in taken[function]), 1)
            what = f"{function} from the package without its bytecode, beside with it"
            ratio = round(figure / compiled, 3)
            yield Row(f"first_response_without_pyc.{function}", what, figure, "ms", compiled, ratio)
        elif function != PAGE:
            what = f"first response of {function} to its real event, beside the bare page"
            yield Row(f"first_response.{function}", what, figure, "ms", floor, round(figure / floor, 3))
