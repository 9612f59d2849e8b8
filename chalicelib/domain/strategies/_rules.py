"""What holds of every strategy, bundled or a creditor's own: it begins friendly and leaves peace."""

from collections.abc import Iterator
from datetime import timedelta

from ..contact import Tone
from ._base import Step, Strategy

LEAST_PAUSE, LONGEST_PAUSE = timedelta(days=3), timedelta(days=90)
MOST_STEPS = 6
HARDNESS = tuple(Tone).index
# Each figure with the least and the most it may be; amounts in minor units.
RANGES: dict[str, tuple[float, float]] = {
    "margin": (0.01, 1),
    "annoyance": (0, 1_000),
    "explores": (0, 0.5),
    "explores_new": (0, 0.5),
    "held_out": (0.01, 0.2),
    "open_days": (7, 60),
    "courtesy_days": (1, 14),
    "text_parts": (1, 3),
    "least_payment": (100, 5_000),
    "waive_up_to": (0, 5_000),
    "plan.least": (100, 20_000),
    "plan.most_months": (3, 60),
    "plan.first_within_days": (14, 90),
    "plan.changes_a_year": (1, 12),
    "plan.move_days": (7, 90),
    "deferral.longest_days": (7, 180),
    "deferral.most": (1, 12),
}

Fault = tuple[str, str]


def faults(strategy: Strategy) -> tuple[Fault, ...]:
    """(field, reason) of all that is wrong with it, the reasons by their keys; steps are counted from 1."""
    found = [*_of_steps(strategy.steps), *_of_figures(strategy)]
    if strategy.explores_new < strategy.explores:
        found.append(("explores_new", "new_explores_less"))
    for kinder in strategy.kinder:
        place = f"value_class.{kinder.value_class}"
        found += [(f"{place}.{field}", because) for field, because in _of_steps(kinder.steps)]
        found += [(f"{place}.{field}", because) for field, because in harsher(kinder.steps, strategy.steps)]
    return tuple(found)


def _of_steps(steps: tuple[Step, ...]) -> Iterator[Fault]:
    if not 1 <= len(steps) <= MOST_STEPS:
        yield "steps", "steps_number"
    for number, step in enumerate(steps, start=1):
        place = f"steps.{number}"
        if number == 1 and step.tone is not Tone.FRIENDLY:
            yield f"{place}.tone", "first_not_friendly"
        if number == 1 and step.after:
            yield f"{place}.after", "first_waits"
        if number > 1 and not LEAST_PAUSE <= step.after <= LONGEST_PAUSE:
            yield f"{place}.after", "pause_range"
        if step.tone is Tone.LAST_NOTICE and number < len(steps):
            yield f"{place}.tone", "last_notice_early"


def _of_figures(strategy: Strategy) -> Iterator[Fault]:
    for field, (least, most) in RANGES.items():
        group, _, name = field.rpartition(".")
        value = getattr(getattr(strategy, group) if group else strategy, name)
        if value is not None and not least <= value <= most:
            yield field, "out_of_range"


def harsher(steps: tuple[Step, ...], than: tuple[Step, ...]) -> Iterator[Fault]:
    """Where these steps are sooner, harder or more than those: what somebody is worth may only spare them."""
    if len(steps) > len(than):
        yield "steps", "value_harsher"
    for number, (step, usual) in enumerate(zip(steps, than, strict=False), start=1):
        if step.after < usual.after:
            yield f"steps.{number}.after", "value_harsher"
        if HARDNESS(step.tone) > HARDNESS(usual.tone):
            yield f"steps.{number}.tone", "value_harsher"
