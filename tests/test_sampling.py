"""A sample of a matrix leaves no value of it out, and is the same every time."""

from itertools import product

from tests.sampling import few_of

PAGES, LANGUAGES = [f"page={n}" for n in range(70)], [f"language={n}" for n in range(12)]
MATRIX = {f"{page}-{language}": (page, language) for page, language in product(PAGES, LANGUAGES)}


def test_every_value_of_every_axis_is_seen_so_many_times():
    kept = few_of(MATRIX, 3)
    for value in (*PAGES, *LANGUAGES):
        assert sum(value in MATRIX[name] for name in kept) >= 3
    assert len(kept) < len(MATRIX) / 2


def test_the_same_cases_are_drawn_every_time_whatever_order_they_come_in():
    assert few_of(dict(reversed(MATRIX.items())), 2) == few_of(MATRIX, 2)


def test_of_a_value_that_has_fewer_cases_all_are_kept():
    assert few_of({"a": ("x",), "b": ("y",)}, 5) == {"a", "b"}


def test_where_each_value_has_one_case_nothing_is_left_out():
    assert few_of({str(n): (f"page={n}",) for n in range(9)}, 1) == {str(n) for n in range(9)}
