"""Money is whole minor units of one currency."""

import pytest

from chalicelib.domain.money import CurrencyMismatch, Money


def test_amounts_of_one_currency_add_up():
    assert Money(4820, "EUR") + Money(180, "EUR") == Money(5000, "EUR")
    assert Money(4820, "EUR") - Money(5000, "EUR") == Money(-180, "EUR")


def test_amounts_are_compared_in_their_currency():
    assert Money(1, "EUR") < Money(2, "EUR") <= Money(2, "EUR")
    assert Money(3, "EUR") > Money(2, "EUR") >= Money(2, "EUR")
    assert Money(1, "EUR") != Money(1, "CHF")


def test_nothing_is_falsy():
    assert not Money(0, "EUR")
    assert Money(-1, "EUR")


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_an_amount_is_a_whole_number(amount):
    with pytest.raises(TypeError):
        Money(amount, "EUR")


def test_a_strange_currency_is_refused():
    with pytest.raises(CurrencyMismatch):
        Money(1, "XXX")


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b])
def test_currencies_never_mix(mix):
    with pytest.raises(CurrencyMismatch):
        mix(Money(1, "EUR"), Money(1, "USD"))
