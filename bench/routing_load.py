"""Routing under load on the local AWS: many wait, many answer, some vanish, several processes decide at once.

`python -m bench.routing_load` (part of `make routing`) fills a table with tasks and people, lets processes route,
answer and gather up over the real protocol until everything is answered, and counts: how long a decision takes
beside the same reads and one transaction with no logic, whether anything is lost, whether anybody is answered by
two. People are those of bench/routing.py; that somebody vanished is told by a presence of an hour ago.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from bench.routing import LANGUAGES, percentile, written
from chalicelib import registry
from chalicelib.actions.gather_up import gather_up, look_over
from chalicelib.actions.route_task import route_task
from chalicelib.actions.switchboard import Switchboard, write_task
from chalicelib.actions.take_task import give_next
from chalicelib.adapters.dynamo import keys
from chalicelib.adapters.dynamo.codec import from_item
from chalicelib.adapters.dynamo.commits import item_of
from chalicelib.adapters.dynamo.presences import DynamoPresences
from chalicelib.adapters.dynamo.roster import DynamoRoster
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table, Write
from chalicelib.adapters.dynamo.task_lists import DynamoTaskLists
from chalicelib.domain import policies as policy_package
from chalicelib.domain.conversation import Speaker, Utterance
from chalicelib.domain.errors import Retry
from chalicelib.domain.facts import Fact, FactName
from chalicelib.domain.matter import Matter
from chalicelib.domain.parties import Creditor
from chalicelib.domain.presence import Presence
from chalicelib.domain.routing import held_by
from chalicelib.domain.staff import Role, Staff
from chalicelib.domain.task import FRONT_OFFICE, Task, TaskKind
from chalicelib.domain.waiting import Waiting
from chalicelib.ports import Commit
from tests.builders import claim, creditor, debtor, opening_of

OUT = Path(__file__).with_name("routing.json")
REGION, NAME = "eu-central-1", "routing"
CREDITORS = tuple(f"cr{number}" for number in range(5))
KINDS = (TaskKind.REPLY, TaskKind.CALL_BACK, TaskKind.DISPUTE, TaskKind.OFFER)
# Of a hundred people so many vanish, and one decision of so many is followed by the same calls with no logic.
VANISH, FLOOR_EVERY = 10, 5
PATIENCE = 1_500.0
# Seconds after which somebody who vanished is missed: until then they go on being given what waits.
MISSED, END = 3.0, float("inf")


@dataclass(frozen=True)
class Job:
    """One process's part: where the table is, how many people and tasks there are, which share is its own."""

    url: str
    number: int
    of: int
    agents: int
    tasks: int
    seed: int
    begun: float
    seconds: float


def table_at(url: str) -> Table:
    config = Config(retries={"mode": "standard", "max_attempts": 4}, max_pool_connections=16)
    keyed = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return Table(NAME, boto3.client("dynamodb", endpoint_url=url, region_name=REGION, config=config, **keyed))


def clock() -> datetime:
    return datetime.now(UTC)


def board_over(table: Table) -> Switchboard:
    policies = registry.collect(policy_package, "POLICY")
    store = DynamoStore(table, clock)
    return Switchboard(store, DynamoTaskLists(table), DynamoRoster(table), DynamoPresences(table), policies)


def people_of(agents: int, seed: int) -> list[Staff]:
    chance = random.Random(seed)  # noqa: S311 - invented people
    found = []
    for number in range(agents):
        languages = chance.choice((("de",), ("de", "en"), ("de", "tr"), ("de", "ar"), ("de", "ru", "uk", "pl")))
        mine = tuple(chance.sample(CREDITORS, 3))
        name = f"p{number:03d}"
        found.append(Staff(name, name, "", (Role.AGENT,), mine, "", languages))
    return found


def vanished(agents: int, seed: int) -> set[str]:
    chance = random.Random(seed + 1)  # noqa: S311
    return {f"p{number:03d}" for number in range(agents) if chance.randrange(100) < VANISH}


def whose(number: int) -> tuple[str, str, str]:
    return CREDITORS[number % len(CREDITORS)], f"K-{number}", f"t-{number:06d}"


def filled(table: Table, agents: int, tasks: int, seed: int) -> None:
    """Creditors, people at their desks, and tasks that nobody has taken."""
    store, presences, now = DynamoStore(table, clock), DynamoPresences(table), clock()
    for name in CREDITORS:
        store.commit(name, Commit((), creditor=creditor(id=name)))
    for one in people_of(agents, seed):
        table.put(item_of(keys.staff(one.id), one))
        presences.tell(Presence(one.id, now + timedelta(hours=2)))
    chance = random.Random(seed + 2)  # noqa: S311
    spoken = chance.choices(list(LANGUAGES), list(LANGUAGES.values()), k=tasks)

    def ask(number: int) -> None:
        of, who, name = whose(number)
        owed = claim(id=f"R-{number}", creditor=of, debtor=who)
        # As asked over the last minutes, so that what waited longer may be answered in more languages.
        opened = now - timedelta(seconds=number % 1_800)
        task = Task(
            *(name, of, who, owed.id, KINDS[number % len(KINDS)], None, opened, opened + timedelta(hours=30)),
            FRONT_OFFICE,
            language=spoken[number],
        )
        entry = (owed.id, opening_of(owed))
        card = debtor(creditor=of, number=who)
        store.commit(of, Commit((), debtor=card, claims=(owed,), entries=(entry,), tasks=(task,)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(tasks)))


def answer(board: Switchboard, creditor_id: str, who: str, task: str, staff: str) -> bool:
    """Whoever holds it answers it: one thing said for good, and the task done."""
    now = clock()

    def decide(settings: Creditor, matter: Matter) -> tuple[bool, Commit | None]:
        held = matter.tasks[task]
        if held_by(held, staff):
            return False, None
        name = f"{now.isoformat()}#{task}#{staff}"
        words = Utterance(name, held.creditor, who, held.claim, Speaker.PERSON, now, "…", "de", who=staff)
        fact = Fact(FactName.TASK_DONE, creditor_id, (("claim", held.claim), ("task", task)), now)
        return True, Commit((fact,), tasks=(replace(held, done_at=now),), said=(words,))

    return write_task(creditor_id, who, decide, store=board.store, now=now)


def floor(table: Table, creditor_id: str, who: str, staff: str, number: int) -> float:
    """The calls of one decision with nothing decided: a matter, a hand, a list, and one transaction as large."""
    begun = time.perf_counter()
    items = table.query(keys.matter(creditor_id, who))
    table.get(keys.hand(staff))
    list(table.index("due", "due_shard", keys.taken(staff), "due_at", "9999"))
    writes = [Write({**items[-1], "pk": {"S": f"FLOOR#{number}"}, "sk": {"S": str(place)}}) for place in range(4)]
    table.transact(writes)
    return time.perf_counter() - begun


def worked(job: Job) -> dict[str, Any]:
    """One process's day: route its share, answer for its people, gather up, until everything is answered."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    table = table_at(job.url)
    board, chance = board_over(table), random.Random(job.seed + 10 + job.number)  # noqa: S311
    people = people_of(job.agents, job.seed)
    goes = vanished(job.agents, job.seed)
    took: dict[str, list[float]] = {"route": [], "next": [], "floor": []}
    told: Counter[str] = Counter()
    end, decisions, last_look = time.monotonic() + job.seconds, 0, time.monotonic()
    last_seen = {name: job.begun + 4 + number % 20 for number, name in enumerate(sorted(goes))}
    untold = dict(last_seen) if job.number == 0 else {}

    def timed(what: str, act: Any) -> Any:
        nonlocal decisions
        begun = time.perf_counter()
        try:
            found = act()
        except Retry:
            told["retried"] += 1
            return None
        if found:
            took[what].append(time.perf_counter() - begun)
            decisions += 1
            if decisions % FLOOR_EVERY == 0:
                of, who, _ = whose(chance.randrange(job.tasks))
                number = job.number * 1_000_000 + decisions
                took["floor"].append(floor(table, of, who, chance.choice(people).id, number))
        return found

    for number in range(job.number, min(job.tasks, 6 * job.agents), job.of):
        of, who, task = whose(number)
        timed("route", lambda of=of, who=who, task=task: route_task(of, who, task, board=board, now=clock()).fit)
    idle = 0
    while time.monotonic() < end and idle < 12:
        busy = False
        for one in chance.sample(people, len(people)):
            if time.monotonic() > end:
                break
            if one.id in untold and time.time() > untold[one.id] + MISSED:
                gone = Presence(one.id, clock() - timedelta(hours=1))
                table.put(item_of(keys.presence(one.id), gone))
                told["vanished"] += 1
                del untold[one.id]
            if time.time() > last_seen.get(one.id, END):
                continue
            for held in board.lists.taken(one.id):
                # Two processes act for each person, as somebody who presses twice: one of the two answers.
                busy = True
                try:
                    told["answered"] += answer(board, held.creditor, held.debtor, held.task, one.id)
                except Retry:
                    told["retried"] += 1
            for _ in range(one.most):
                if not timed("next", lambda one=one: give_next(one, board=board, now=clock())):
                    break
                busy = True
        if not busy or time.monotonic() - last_look > 5:
            if job.number == 0:
                found = look_over(board=board, now=clock())
                told["freed"] += found.freed
                told["given_in_rounds"] += found.given
                busy |= bool(found.freed or found.given)
            else:
                told["freed"] += gather_up(board=board, now=clock())
            last_look = time.monotonic()
        idle = 0 if busy or untold else idle + 1
        if not busy:
            time.sleep(0.5)
    return {"took": took, "told": dict(told)}


def counted(table: Table, tasks: int) -> dict[str, int]:
    """What the table holds at the end: tasks by state, and what was said about each."""
    waiting: list[Waiting] = []
    for name in CREDITORS:
        for number in range(keys.SHARDS):
            items = table.query(f"CR#{name}#T#{number}", "TASK#")
            waiting += [from_item(Waiting, item) for item in items]
    said: Counter[str] = Counter()

    def answers(number: int) -> None:
        of, who, task = whose(number)
        said[task] = len(table.query(keys.conversation(of, who)["pk"], "SAID#"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answers, range(tasks)))
    return {
        "tasks": len(waiting),
        "done": sum(one.done_at is not None for one in waiting),
        "free": sum(one.done_at is None and one.owner == FRONT_OFFICE for one in waiting),
        "held": sum(one.done_at is None and one.owner != FRONT_OFFICE for one in waiting),
        "lost": tasks - len(waiting) + sum(not said[one.task] for one in waiting if one.done_at is not None),
        "answered_twice": sum(times > 1 for times in said.values()),
    }


def loaded(
    url: str, *, agents: int, tasks: int, processes: int, seed: int, seconds: float = PATIENCE
) -> dict[str, Any]:
    """Fill, work, count. `url` is a local AWS with the table there."""
    table = table_at(url)
    begun = time.monotonic()
    filled(table, agents, tasks, seed)
    filling = time.monotonic() - begun
    jobs = [
        Job(url, number, processes, agents, tasks, seed, time.time() + 3, seconds) for number in range(processes)
    ]
    begun = time.monotonic()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(worked, jobs))
    working = time.monotonic() - begun
    took = {what: [one for part in parts for one in part["took"][what]] for what in ("route", "next", "floor")}
    told = sum((Counter(part["told"]) for part in parts), Counter[str]())
    decisions = took["route"] + took["next"]

    def ms(values: list[float], share: float) -> float:
        return round(1_000 * percentile(values, share), 1)

    return {
        "agents": agents,
        "tasks": tasks,
        "processes": processes,
        "seconds_to_fill": round(filling, 1),
        "seconds": round(working, 1),
        "decisions": len(decisions),
        "decision_ms": {"p50": ms(decisions, 0.5), "p95": ms(decisions, 0.95)},
        "route_ms": {"p50": ms(took["route"], 0.5), "p95": ms(took["route"], 0.95)},
        "next_ms": {"p50": ms(took["next"], 0.5), "p95": ms(took["next"], 0.95)},
        "floor_ms": {"p50": ms(took["floor"], 0.5), "p95": ms(took["floor"], 0.95)},
        "vanished": told["vanished"],
        "freed": told["freed"],
        "retried": told["retried"],
        "given_in_rounds": told["given_in_rounds"],
        **counted(table, tasks),
    }


def told_of(found: dict[str, Any]) -> str:
    """The same in a table."""
    rows = {
        f"a decision, of {found['decisions']}": found["decision_ms"],
        "- to whom a new task goes": found["route_ms"],
        "- what somebody with room gets next": found["next_ms"],
        "the same calls with nothing decided": found["floor_ms"],
    }
    lines = ["| | p50, ms | p95, ms |", "|---|--:|--:|"]
    lines += [f"| {name} | {figures['p50']} | {figures['p95']} |" for name, figures in rows.items()]
    waits = found["free"] + found["held"]
    counts = f"{found['tasks']} tasks, {found['agents']} people, {found['processes']} processes"
    became = f"{found['done']} answered, {waits} waiting or being answered when the time was over"
    wrong = f"{found['lost']} lost, {found['answered_twice']} answered by two"
    gone = f"{found['vanished']} people vanished, {found['freed']} tasks went back"
    lines += ["", f"{counts}, {found['seconds']:.0f} seconds: {became}, {wrong}. {gone}."]
    return "\n".join(lines)


@contextmanager
def local_table() -> Iterator[str]:
    """A local AWS with an empty table on it."""
    from tests.real import TABLE, LocalAws

    with tempfile.TemporaryDirectory() as folder:
        aws = LocalAws(Path(folder))
        try:
            shape = {name: TABLE[name] for name in ("BillingMode", "AttributeDefinitions", "KeySchema")}
            indexes = {"GlobalSecondaryIndexes": TABLE["GlobalSecondaryIndexes"]}
            aws.client("dynamodb").create_table(TableName=NAME, **shape, **indexes)
            yield aws.url
        finally:
            aws.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.routing_load", description=__doc__)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=PATIENCE, help="how long they work at most")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    with local_table() as url:
        counts = {"agents": given.agents, "tasks": given.tasks, "processes": given.processes}
        found = loaded(url, **counts, seed=given.seed, seconds=given.seconds)
    held = json.loads(given.out.read_text("utf-8")) if given.out.exists() else {}
    held["loaded"] = found
    given.out.write_text(json.dumps(held, indent=2) + "\n", "utf-8")
    print(json.dumps(found, indent=2))
    if given.out == OUT:
        written("loaded", told_of(found))


if __name__ == "__main__":
    main()
