"""The story of what broke: as few steps as still break it, in plain words, and the command that plays them."""

import re
from collections.abc import Callable, Collection, Iterator
from time import process_time

from .house import WatchedStore
from .run import STEPS_OF_A_WORLD, Failure, live

PATIENCE = 600.0
"""Seconds of work that cutting a story down may take: whoever reads it would need longer."""


def told(
    seed: int,
    steps: int,
    failure: Failure,
    *,
    only: Collection[int] | None = None,
    make_store: Callable[[], WatchedStore] = WatchedStore,
    patience: float = PATIENCE,
) -> str:
    """The shortest story found in time, numbered, with what broke and how to see it again."""
    first = failure.world * STEPS_OF_A_WORLD
    needed = [n for n in range(first, failure.step + 1) if only is None or n in only]
    last = min(first + STEPS_OF_A_WORLD, steps)

    until = None if failure.settling else failure.step

    def breaks(chosen: list[int]) -> Failure | None:
        found, _ = live(seed, failure.world, chosen, last, make_store, {}, until=until)
        return found if found and found.law == failure.law else None

    acted = [n for n in needed if n in set(failure.acted) | {failure.step}]
    end, best = process_time() + patience, None
    for chosen in _guesses(failure, acted):
        if process_time() > end:
            break
        if best := breaks(chosen):
            acted = [n for n in chosen if n <= best.step]
            break
    least, found = shortest(acted, breaks, end - process_time())
    return _written(seed, steps, least, found or best or failure)


def _guesses(failure: Failure, acted: list[int]) -> Iterator[list[int]]:
    """What may be enough, the shortest first: the last steps that speak of what broke, or all the last."""
    about, troubled = _about(failure, acted), _about(failure, acted, faults=True)
    size = 8
    while size < len(acted):
        late = set(acted[-size:])
        yield from ([n for n in steps if n in late] for steps in (about, troubled) if set(steps) & late != late)
        yield acted[-size:]
        size *= 2
        if size > 4 * len(about):
            yield about


IDS = re.compile(r"\b(?:[KR]-[0-9a-f]{6,}|(?:pi|re|du|po)_\w{6}|rf[0-9a-f]{6}|bank:\w{6})")
"""As much of an id as the lines show."""


def _about(failure: Failure, acted: list[int], *, faults: bool = False) -> list[int]:
    """The steps whose lines speak of what broke, or of what those speak of: the likeliest story."""
    lines = [line.partition("\t") for line in failure.log]
    ids = set(IDS.findall(failure.where))
    for number, _, text in lines[-4:] if not ids else lines[-1:]:
        ids |= set(IDS.findall(text or number))
    for _ in range(3):
        for number, _, text in lines:
            found = set(IDS.findall(text or number))
            ids |= found if found & ids else set()
    spoken = {int(n) for n, _, text in lines if text and (set(IDS.findall(text)) & ids or _passing(text, faults))}
    return [n for n in acted if n in spoken or n == failure.step]


def _passing(text: str, faults: bool) -> bool:
    """Whether a line may matter though it names nobody: the bank's files, and faults where they are asked for."""
    return "the bank" in text or (faults and "next calls" in text)


def shortest(
    steps: list[int], breaks: Callable[[list[int]], Failure | None], patience: float
) -> tuple[list[int], Failure | None]:
    """Delta debugging: leave steps out, in ever smaller portions, as long as the same law still breaks."""
    end, best = process_time() + patience, None
    size = max(len(steps) // 2, 1)
    while process_time() < end:
        before, at = len(steps), 0
        while at < len(steps) and len(steps) > 1 and process_time() < end:
            rest = steps[:at] + steps[at + size :]
            found = breaks(rest) if rest else None
            if found:
                steps, best = rest, found
            else:
                at += size
        if size == 1 and len(steps) == before:
            break
        size = max(size // 2, 1)
    return steps, best


def _written(seed: int, steps: int, least: list[int], failure: Failure) -> str:
    lines = [line.split("\t", 1)[-1] for line in failure.log]
    numbered = [f"{number:3d}. {line}" for number, line in enumerate(lines, 1)]
    chosen = ",".join(map(str, least))
    return "\n".join(
        (
            f"Seed {seed} breaks a law at step {failure.step}. It takes {len(least)} steps:",
            *numbered,
            f"Then this does not hold: {failure.law} ({failure.where}).",
            f"Again: make simulate SEED={seed} STEPS={steps} ONLY={chosen}",
        )
    )
