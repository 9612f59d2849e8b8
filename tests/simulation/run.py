"""Run a simulation: worlds of so many steps, one after the other, down to the hash of all their money."""

import hashlib
import json
import random
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

from chalicelib.actions.hold_sending import lift_hold

from . import bank, checks, counting, operators, outgoing, people, provider
from .chance import stream
from .house import Broken, WatchedStore
from .triggers import HANDLERS
from .world import LAST, Sim

STEPS_OF_A_WORLD = 2_000
CHECK_ALL = 400
STEPS = (*people.STEPS, *provider.STEPS, *bank.STEPS, *operators.STEPS, *outgoing.STEPS, *counting.STEPS)
WEIGHTS, CHOICES = [weight for weight, _ in STEPS], [step for _, step in STEPS]
SETTLING = timedelta(days=12)
"""How long the end of a world waits for all that is under way."""

MakeStore = Callable[[], WatchedStore]


@dataclass
class Failure:
    """A law that broke: in which world, after which step, and what was said until then."""

    law: str
    where: str
    world: int
    step: int
    log: tuple[str, ...]
    acted: tuple[int, ...]
    settling: bool


type Life = tuple[Failure | None, str, dict[str, int]]
"""What broke in a world, or its ledger's hash; and how often each kind of step happened."""


@dataclass
class Ran:
    """How a run ended."""

    steps: int
    hash: str = ""
    failure: Failure | None = None
    counts: dict[str, int] = field(default_factory=dict)


def run(
    seed: int,
    steps: int,
    *,
    make_store: MakeStore = WatchedStore,
    only: Collection[int] | None = None,
    progress: Callable[[int, float], None] | None = None,
    processes: int = 1,
) -> Ran:
    """All worlds of the seed, or only the steps named; the hash is over every world's ledger in turn."""
    begun, digest, done = monotonic(), hashlib.sha256(), Ran(0)
    worlds = list(_worlds(seed, steps, only, make_store))
    for world, (failure, found, counts) in zip(worlds, _lived(worlds, processes), strict=False):
        done.steps += len(world.wanted)
        for name, count in counts.items():
            done.counts[name] = done.counts.get(name, 0) + count
        if progress:
            progress(world.last, monotonic() - begun)
        if failure:
            done.failure = failure
            return done
        digest.update(found.encode())
    done.hash = digest.hexdigest()
    return done


@dataclass(frozen=True)
class World:
    """Some steps with a beginning and an end of their own: no world knows of another."""

    seed: int
    number: int
    wanted: list[int]
    last: int
    make_store: MakeStore


def _worlds(seed: int, steps: int, only: Collection[int] | None, make_store: MakeStore) -> Iterator[World]:
    for number in range(-(-steps // STEPS_OF_A_WORLD)):
        first = number * STEPS_OF_A_WORLD
        last = min(first + STEPS_OF_A_WORLD, steps)
        if wanted := [n for n in range(first, last) if only is None or n in only]:
            yield World(seed, number, wanted, last, make_store)


def _lived(worlds: list[World], processes: int) -> Iterator[Life]:
    """How each world ended, in their order; several live at once where there are processes for it."""
    if processes == 1 or len(worlds) == 1:
        yield from map(_live, worlds)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            yield from pool.map(_live, worlds)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _live(world: World) -> Life:
    counts: dict[str, int] = {}
    failure, found = live(world.seed, world.number, world.wanted, world.last, world.make_store, counts)
    return failure, found, counts


def live(
    seed: int,
    number: int,
    wanted: list[int],
    last: int,
    make_store: MakeStore,
    counts: dict[str, int],
    *,
    until: int | None = None,
) -> tuple[Failure | None, str]:
    """One world with these of its steps; what broke, or its ledger's hash.

    `until` ends it at the moment of that step, with everything under way left under way: to see a failure again.
    """
    step, acted, settling = wanted[0], list[int](), False
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        sim = Sim(seed, number, Path(folder), make_store())
        try:
            moments = _moments(seed, number, sim.now, last)
            for step in wanted:
                sim.advance(moments[step], HANDLERS)
                if one_step(sim, step, counts):
                    acted.append(step)
                checks.touched(sim)
                if (step + 1) % CHECK_ALL == 0:
                    checks.everything(sim)
            if until is not None:
                sim.advance(moments[until], HANDLERS)
                checks.everything(sim)
                return None, ""
            settling = True
            settle(sim)
            return None, ledger_hash(sim)
        except Exception as broken:  # noqa: BLE001 - whatever comes out of the house is a finding
            law, where = _law(broken)
            where = f"{where} {sim.subject}" if sim.subject not in where else where
            where = " ".join((where, *_meant(sim, where)))
            return Failure(law, where, number, step, tuple(sim.log), tuple(acted), settling), ""
        finally:
            sim.close()


def _meant(sim: Sim, where: str) -> Iterator[str]:
    """What the provider's notices that are named there are about, as the lines of the story call it."""
    for word in re.findall(r"evt_\w+", where):
        for creditor in sim.settings:
            event = sim.double.store.get(sim.account(creditor)["id"], word)
            thing = event["data"]["object"] if event else {}
            found = (thing.get("id"), thing.get("payment_intent"), thing.get("metadata", {}).get("claim"))
            yield from (one for one in found if isinstance(one, str) and one not in where)


def one_step(sim: Sim, step: int, counts: dict[str, int]) -> bool:
    """What happens at this step: the first of a few drawn kinds that finds something to happen to."""
    kinds = stream(sim.seed, "step", step).choices(CHOICES, WEIGHTS, k=3)
    sim.use(stream(sim.seed, "ids", step))
    for act in kinds:
        draw = stream(sim.seed, act.__name__, step)
        struck = len(sim.faults.struck)
        story = act(sim, draw)
        sim.relay()
        if story is None:
            continue
        for fault in sim.faults.struck[struck:]:
            story += f" [{fault}]"
        sim.log.append(f"{step}\t{sim.now:%d %b %Y, %H:%M} {story}")
        counts[act.__name__] = counts.get(act.__name__, 0) + 1
        return True
    return False


def settle(sim: Sim) -> None:
    """The faults are over; everybody tells what they have to tell, and then all of it must be right."""
    sim.faults.off = True
    for kind, about in sim.dead:
        sim.later(sim.now, kind, about)
    sim.dead.clear()
    for halt in sim.house.gates.whole().halts:
        lift_hold(replace(halt, since=sim.now), store=sim.store, gates=sim.house.gates)
    sim.relay()
    bank.flush(sim)
    sim.advance(sim.now + SETTLING, HANDLERS)
    if sim.dead:
        raise Broken("what is tried again without a fault succeeds", repr(sim.dead[0][0]))
    checks.everything(sim)
    checks.nothing_is_lost(sim)
    counting.nothing_is_left(sim)
    checks.everything(sim)


def _moments(seed: int, world: int, start: datetime, last: int) -> dict[int, datetime]:
    """When each step of a world happens, whether or not it is played: from minutes to months after the last."""
    now, found = start, {}
    for step in range(world * STEPS_OF_A_WORLD, last):
        draw = stream(seed, "time", step)
        now = min(now + _pause(draw), LAST)
        found[step] = now
    return found


def _pause(draw: random.Random) -> timedelta:
    size = draw.random()
    if size < 0.9:
        return timedelta(seconds=draw.randint(5, 3600))
    if size < 0.97:
        return timedelta(hours=draw.randint(2, 12))
    if size < 0.996:
        return timedelta(days=draw.randint(1, 4))
    return timedelta(days=draw.randint(7, 21)) if size < 0.999 else timedelta(days=draw.randint(29, 60))


def _law(broken: Exception) -> tuple[str, str]:
    if isinstance(broken, Broken):
        return broken.law, str(broken).removeprefix(f"{broken.law}: ")
    trace, place = broken.__traceback__, "nowhere"
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if "chalicelib" in name or place == "nowhere":
            place = f"{Path(name).name} {trace.tb_frame.f_code.co_name}"
        trace = trace.tb_next
    return f"{type(broken).__name__} in {place}", str(broken)[:200]


def _memory() -> str | None:
    """Where the double's file costs no disk."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() else None


def ledger_hash(sim: Sim) -> str:
    """Over every claim's chain, what lies in suspense, refund orders and payouts, in canonical order."""
    digest = hashlib.sha256()
    for line in _lines(sim):
        digest.update(json.dumps(line, default=str, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def _lines(sim: Sim) -> Iterator[list[object]]:
    items = sim.store.items
    for creditor in sorted(sim.settings):
        for key in sorted(items.under("claim", creditor)):
            claim = items[key]
            yield ["claim", *key[1:], claim.chain, claim.entries, claim.state, claim.paid, claim.outstanding.total]
        for key in sorted(items.under("suspense", creditor)):
            money = items[key]
            yield ["suspense", *key[1:], money.amount, money.currency, money.reason, money.left, money.home]
        for key in sorted(items.under("refund", creditor)):
            order = items[key]
            yield ["refund", *key[1:], order.amount, order.state, order.source]
        for key in sorted(items.under("payout", creditor)):
            yield ["payout", *key[1:], repr(items[key])]
