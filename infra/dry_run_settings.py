"""What sets two strategies apart, setting by setting, as a dry run's report says it."""

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.domain.money import Money
from chalicelib.domain.strategies._base import Step, Strategy
from chalicelib.presentation.i18n import Locale

Words = dict[str, Any]


def differences(
    old: Strategy, new: Strategy, words: Words, tongue: Locale, currency: str
) -> Iterator[tuple[str, str, str]]:
    """(setting, in force, on trial) where the two are not the same."""
    was, would = (said(strategy, words, tongue, currency) for strategy in (old, new))
    for name, value in was.items():
        if value != would[name]:
            yield words["names"][name], value, would[name]


def said(strategy: Strategy, words: Words, tongue: Locale, currency: str = "EUR") -> dict[str, str]:
    """Every setting of a strategy in words, by its name; amounts in the creditor's currency."""

    def money(amount: int) -> str:
        return tongue.money(Money(amount, currency))

    plan, deferral = strategy.plan, strategy.deferral
    kinder = (f"{one.value_class}: {_steps(one.steps, words)}" for one in strategy.kinder)
    yes: Callable[[bool], str] = lambda value: words["yes" if value else "no"]  # noqa: E731
    return {
        "steps": _steps(strategy.steps, words),
        "order": ", ".join(words["channels"].get(kind, str(kind)) for kind in strategy.default),
        "open_days": str(strategy.open_days),
        "courtesy_days": words["none"] if strategy.courtesy_days is None else str(strategy.courtesy_days),
        "plan": words["plan_said"].format(
            least=money(plan.least), months=plan.most_months, within=plan.first_within_days
        ),
        "deferral": words["deferral_said"].format(days=deferral.longest_days, most=deferral.most),
        "least_payment": money(strategy.least_payment),
        "waive_up_to": money(strategy.waive_up_to),
        "charges_interest": yes(strategy.charges_interest),
        "charges_costs": yes(strategy.charges_costs),
        "margin": _share(strategy.margin),
        "annoyance": money(strategy.annoyance),
        "explores": _share(strategy.explores),
        "explores_new": _share(strategy.explores_new),
        "held_out": _share(strategy.held_out),
        "kinder": "; ".join(kinder) or words["none"],
    }


def _steps(steps: tuple[Step, ...], words: Words) -> str:
    """Friendly, then matter-of-fact after 10 days, ..."""
    tones = words["tones"]
    return ", ".join(
        words["after"].format(tone=tones[step.tone], days=step.after.days) if step.after else tones[step.tone]
        for step in steps
    )


def _share(value: float) -> str:
    return f"{value * 100:g} %"
