"""A creditor's own strategy, `strategies/<id>.yaml`: a whole, valid Strategy, or all that is wrong with it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ...domain.batch import Problem
from ...domain.channel import ANSWERS_ONLY, ChannelKind
from ...domain.contact import Tone
from ...domain.strategies._base import Kinder, Step, Strategy
from ...domain.strategies._rules import LEAST_PAUSE, LONGEST_PAUSE, RANGES, faults
from .strategy_words import Path, Reading
from .yaml_text import Unreadable, read_marked

BASE = "balanced"
KEY = "own"
MOST_PROBLEMS = 100
# As the claims' own `value_class` (fields.py): a longer one is no claim's.
LONGEST_CLASS = 20
KNOWN = (
    *("based_on", "margin", "risk_tolerance", "explores_new", "loyalty", "speed", "held_out", "steps", "order"),
    *("open_days", "courtesy_days", "plan", "deferral", "least_payment"),
    *("waive_interest", "waive_costs", "waive_up_to", "value_class"),
)
PLAN = ("least", "most_months", "first_within_days", "changes_a_year", "move_days")
DEFERRAL = ("longest_days", "most")
STEP = ("after", "tone")
# What a word says as a figure: how often a friendly way is drawn by lot, and where nothing is known of somebody.
RISK = {"low": (0.05, 0.15), "medium": (0.1, 0.3), "high": (0.2, 0.4)}
# The goodwill that one unasked message costs, in minor units, and what becomes of the pauses.
LOYALTY = {"low": (20, 1.0), "medium": (40, 1.0), "high": (100, 1.5)}
SPEED = {"calm": 1.5, "steady": 1.0, "brisk": 0.7}
# What a setting that nobody knows would have to say to be a price of time, with umlauts written out.
PRICES = re.compile(
    r"fee|charg|cost|interest|price|markup|premium|penalty|apr\b|gebuehr|entgelt|zins|aufschlag|zuschlag|kosten|preis"
)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def read_strategy(
    body: bytes, *, strategies: Mapping[str, Strategy], channels: Collection[str]
) -> Strategy | tuple[Problem, ...]:
    """The strategy this document describes; or its problems, each with its line, its field and what it says there.

    `strategies` are the bundled ones: what is left out is as in the one `based_on` names. `channels` are the names
    of the ways there are. Nothing of a file with a problem is taken.
    """
    try:
        document, lines = read_marked(body)
    except Unreadable as unreadable:
        said = unreadable.problem
        found = re.match(r"line ([0-9]+)", said.value)
        return (replace(said, line=int(found[1]) if found else None),)
    reading = Reading(lines)
    _names(reading, document)
    base = strategies[reading.word(("based_on",), document.get("based_on"), strategies) or BASE]
    strategy = replace(base, key=KEY, kinder=())
    strategy = _weighed(reading, document, strategy)
    strategy = _stepped(reading, document, strategy, channels)
    strategy = _bounded(reading, document, strategy)
    strategy = replace(strategy, kinder=tuple(_kinder(reading, document.get("value_class"))))
    for field, because in faults(strategy):
        path = SAID.get(field, tuple(field.split(".")))
        if not reading.refused(path):
            reading.no(
                path, because, _bounds(field) if because == "out_of_range" else reading.shown(document, path)
            )
    problems = sorted(reading.problems, key=lambda problem: problem.line or 0)
    return tuple(problems[:MOST_PROBLEMS]) or strategy


# Where a creditor said what the house calls by another name.
SAID: dict[str, Path] = {"explores": ("risk_tolerance",), "annoyance": ("loyalty",)}


def _names(reading: Reading, document: dict[str, Any]) -> None:
    """Settings nobody knows; one that would charge for a plan or a deferral is refused by its name."""
    places: list[tuple[Path, Any, tuple[str, ...], str]] = [
        ((), document, KNOWN, "unknown_setting"),
        (("plan",), document.get("plan"), PLAN, "unknown_setting"),
        (("deferral",), document.get("deferral"), DEFERRAL, "unknown_setting"),
        *_step_places((), document),
    ]
    classes = document.get("value_class")
    for name, said in classes.items() if isinstance(classes, dict) else ():
        place: Path = ("value_class", name)
        places += [(place, said, ("steps",), "value_steps_only"), *_step_places(place, said)]
    for place, group, known, because in places:
        for name, value in group.items() if isinstance(group, dict) else ():
            if name not in known:
                price = PRICES.search(name.lower().translate(UMLAUTS))
                reading.no((*place, name), "charges_for_time" if price else because, value)


def _step_places(place: Path, said: Any) -> Iterator[tuple[Path, Any, tuple[str, ...], str]]:
    steps = said.get("steps") if isinstance(said, dict) else None
    for number, step in enumerate(steps if isinstance(steps, list) else (), start=1):
        yield (*place, "steps", str(number)), step, STEP, "unknown_setting"


def _weighed(reading: Reading, said: dict[str, Any], strategy: Strategy) -> Strategy:
    """What the choice among the lawful ways is weighed by."""
    given: dict[str, Any] = {"margin": reading.share(("margin",), said.get("margin"))}
    given["held_out"] = reading.share(("held_out",), said.get("held_out"))
    risk = said.get("risk_tolerance")
    if isinstance(risk, str) and risk in RISK:
        given["explores"], given["explores_new"] = RISK[risk]
    elif (share := reading.share(("risk_tolerance",), risk, words=RISK)) is not None:
        given["explores"], given["explores_new"] = share, max(share, strategy.explores_new)
    new = reading.share(("explores_new",), said.get("explores_new"))
    given["explores_new"] = new if new is not None else given.get("explores_new")
    loyalty = said.get("loyalty")
    if isinstance(loyalty, str) and loyalty in LOYALTY:
        given["annoyance"] = LOYALTY[loyalty][0]
    else:
        given["annoyance"] = reading.money(("loyalty",), loyalty, words=LOYALTY)
    return replace(strategy, **{name: value for name, value in given.items() if value is not None})


def _stepped(reading: Reading, said: dict[str, Any], strategy: Strategy, channels: Collection[str]) -> Strategy:
    """Steps and pauses, and the order in which the ways are tried."""
    speed = reading.word(("speed",), said.get("speed"), SPEED)
    loyalty = said.get("loyalty")
    if "steps" in said:
        if speed:
            reading.no(("speed",), "speed_and_steps", speed)
        strategy = replace(strategy, steps=_steps(reading, ("steps",), said["steps"]) or strategy.steps)
    else:
        slower = LOYALTY[loyalty][1] if isinstance(loyalty, str) and loyalty in LOYALTY else 1.0
        factor = slower * SPEED.get(speed or "steady", 1.0)
        strategy = replace(strategy, steps=tuple(_paced(step, factor) for step in strategy.steps))
    first = [name for name in channels if name not in ANSWERS_ONLY]
    wanted = [ChannelKind(name) for name in reading.words(("order",), said.get("order"), first)]
    if not wanted:
        return strategy
    order = tuple(dict.fromkeys((*wanted, *strategy.default)))
    return replace(strategy, quiet_first=order, soon_first=order, default=order)


def _paced(step: Step, factor: float) -> Step:
    """The step after a pause so many times as long, in whole days and within the house's bounds."""
    if not step.after:
        return step
    days = timedelta(days=int(step.after.days * factor + 0.5))
    return replace(step, after=min(max(days, LEAST_PAUSE), LONGEST_PAUSE))


def _steps(reading: Reading, path: Path, said: Any) -> tuple[Step, ...]:
    if not isinstance(said, list):
        reading.no(path, "list_wanted", said)
        return ()
    if not said:
        reading.no(path, "steps_number")
    found = []
    for number, step in enumerate(said, start=1):
        place = (*path, str(number))
        if not isinstance(step, dict):
            reading.no(place, "group_wanted", step)
            continue
        tone = reading.word((*place, "tone"), step.get("tone", ""), tuple(Tone))
        days = reading.days((*place, "after"), step.get("after"))
        if number > 1 and "after" not in step:
            reading.no((*place, "after"), "after_missing")
        found.append(Step(timedelta(days=days or 0), Tone(tone or Tone.FRIENDLY)))
    return tuple(found)


def _bounded(reading: Reading, said: dict[str, Any], strategy: Strategy) -> Strategy:
    """How far it goes along by itself, and what it lets go of."""
    plan, deferral = reading.group(("plan",), said.get("plan")), reading.group(("deferral",), said.get("deferral"))
    plan_said: dict[str, int | None] = {"least": reading.money(("plan", "least"), plan.get("least"))}
    plan_said["most_months"] = reading.count(("plan", "most_months"), plan.get("most_months"))
    plan_said["changes_a_year"] = reading.count(("plan", "changes_a_year"), plan.get("changes_a_year"))
    for name in ("first_within_days", "move_days"):
        plan_said[name] = reading.days(("plan", name), plan.get(name))
    deferral_said = {
        "longest_days": reading.days(("deferral", "longest_days"), deferral.get("longest_days")),
        "most": reading.count(("deferral", "most"), deferral.get("most")),
    }
    given: dict[str, Any] = {
        "open_days": reading.days(("open_days",), said.get("open_days")),
        "least_payment": reading.money(("least_payment",), said.get("least_payment")),
        "waive_up_to": reading.money(("waive_up_to",), said.get("waive_up_to")),
    }
    for waive, charges in (("waive_interest", "charges_interest"), ("waive_costs", "charges_costs")):
        waived = reading.yes_no((waive,), said.get(waive))
        given[charges] = None if waived is None else not waived
    strategy = replace(
        strategy,
        plan=replace(strategy.plan, **{name: value for name, value in plan_said.items() if value is not None}),
        deferral=replace(
            strategy.deferral, **{name: value for name, value in deferral_said.items() if value is not None}
        ),
        **{name: value for name, value in given.items() if value is not None},
    )
    if said.get("courtesy_days") == "none":
        return replace(strategy, courtesy_days=None)
    days = reading.days(("courtesy_days",), said.get("courtesy_days"))
    return strategy if days is None else replace(strategy, courtesy_days=days)


def _kinder(reading: Reading, said: Any) -> Iterator[Kinder]:
    """The steps for each class of value."""
    for name, group in reading.group(("value_class",), said).items():
        place = ("value_class", name)
        if not 1 <= len(name.strip()) <= LONGEST_CLASS or not name.isprintable():
            reading.no(place, "class_name", name)
        inner = reading.group(place, group)
        if "steps" not in inner:
            reading.no((*place, "steps"), "list_wanted")
        elif steps := _steps(reading, (*place, "steps"), inner["steps"]):
            yield Kinder(name, steps)


def _bounds(field: str) -> str:
    """The bounds of a figure as the file would say them."""
    least, most = RANGES[field]
    if field in ("margin", "explores", "explores_new", "held_out"):
        return f"({least * 100:g} % - {most * 100:g} %)"
    if field in ("annoyance", "least_payment", "waive_up_to", "plan.least"):
        return f"({least / 100:.2f} - {most / 100:.2f})"
    return f"({least:g} - {most:g})"
