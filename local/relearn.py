"""`python -m local.relearn 1300`: learning anew from one's own log, by the package that deploys, from end to end.

A stack of its own comes up in a folder of its own. One file of invented claims is handed in; the house registers,
scores, chooses and writes. The debtors answer as local/answering.py has it, their money comes as one statement of
the bank, the nights export, and the second head is learnt from what lies in the bucket, by the command of
docs/model.md and through all its gates. The new pair is packaged and deployed, a claim is chosen for by it, and
one setting goes back to the pair before.

The last line says how much it learnt from and who chose; whatever keeps it from being said ends with exit status
1. A gate that refuses is such an answer. Then the stack's folder stays, with its logs.
"""

import argparse
import json
import shutil
import subprocess
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.dynamo.codec import from_item
from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.adapters.dynamo.table import Table
from chalicelib.adapters.onnx.scorer import MODELS, RESPONDS, newest_model
from chalicelib.domain.arm import slot_of
from chalicelib.domain.choice import is_held_out
from chalicelib.domain.chosen import Choice, How
from chalicelib.domain.claim import Claim
from chalicelib.domain.contact import Contact, ContactState
from chalicelib.domain.export import LOOKS
from chalicelib.domain.signal import LEFT
from chalicelib.domain.strategies.balanced import STRATEGY
from local import __main__ as launcher
from local import clock, deployment, people, processes
from local.answering import Invented, invented
from local.bank.branch import Branch
from local.client import aws_client
from local.clock import BERLIN
from local.clock_control import ClockControl, NotNow
from local.control import post
from local.load import at_rest, hand_in_claims, say
from local.places import REPOSITORY, Places, Trouble, read_json
from local.prepare import last_error
from local.runbook import DEFAULT_CREDITOR

# Debtors who come later, for the new model and for the one before: enough that two are not held out.
LATER = 20
# The scheduler lets go of what is due at one moment within this time.
WINDOW = timedelta(minutes=40)
MOST_MOVES = 60
NINE = time(9)
# Until then all have paid who will.
PAID_WITHIN_DAYS = 7
MODEL_CHOSE = (How.BEST, How.CHEAPEST, How.DRAWN)


class NotLearnt(Exception):
    """The recipe refused the log, or the house did not do as it should; the message says which."""


@dataclass(frozen=True)
class Learnt:
    """What came of it: how much was learnt from, which model chose then, and which after the setting went back."""

    messages: int
    paid: int
    new: str
    old: str

    @property
    def line(self) -> str:
        return (
            f"learnt from {self.messages} messages, {self.paid} paid; "
            f"chosen by {self.new}, rolled back to {self.old}"
        )


class House:
    """The deployed stack as this command sees it: its table and bucket, its clock, and a file handed in."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.client = partial(aws_client, places)
        self._hand = ClockControl(places)

    @property
    def now(self) -> datetime:
        return clock.stack_now(self.places.clock)

    @property
    def bucket(self) -> str:
        return str(read_json(self.places.urls)["bucket"])

    @cached_property
    def table(self) -> str:
        return str(read_json(self.places.deployment)["outputs"]["TableName"])

    def deploy(self, model: str = "") -> None:
        """What lies in build/, with this model in its setting; nothing of it is kept for another start."""
        launcher.prepare(self.places, Namespace(batch=None, no_claims=True, batch_creditor=None, model=model))
        post(f"{self.places.address('aws')}/_local/hold")

    def move_to(self, moment: datetime) -> None:
        at_rest(self.places)
        self._hand.move_to(moment)
        at_rest(self.places)

    def morning_of(self, day: date) -> None:
        """Go to nine o'clock (UTC) of this day, and so through the night before."""
        self.move_to(datetime.combine(day, NINE, UTC))

    def kept(self, kind: Any, mark: str) -> list[Any]:
        """All contacts or claims of the creditor, as they are kept."""
        asked = {
            "TableName": self.table,
            "FilterExpression": "begins_with(pk, :d) AND begins_with(sk, :m)",
            "ExpressionAttributeValues": {":d": {"S": f"CR#{DEFAULT_CREDITOR}#D#"}, ":m": {"S": mark}},
        }
        pages = self.client("dynamodb").get_paginator("scan").paginate(**asked)
        return [from_item(kind, item) for page in pages for item in page["Items"]]

    def first_messages(self) -> list[Contact]:
        return [contact for contact in self.kept(Contact, "CONTACT#") if contact.step == 0]

    def hand_in(self, people: list[Invented], name: str) -> float:
        today = self.now.date()
        return hand_in_claims(self.places, [one.row(today) for one in people], name, self.client)

    def model_health(self) -> str:
        """What the last weekly look at the model found, in one line."""
        store = DynamoStore(Table(self.table, self.client("dynamodb")), lambda: self.now)
        creditor = store.fresh_creditor(DEFAULT_CREDITOR)
        if creditor is None or creditor.health is None:
            return "nobody has looked at the model yet"
        return f"the weekly look at {creditor.health.model}: {creditor.health.because or 'nothing against it'}"


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m local.relearn", description=__doc__.partition("\n")[0])
    words.add_argument("claims", type=int, nargs="?", default=1_300)
    words.add_argument("--seed", type=int, default=1, help="of the claims and of who pays")
    words.add_argument("--dir", type=Path, default=Path(".run-relearn"), help="where its stack keeps its things")
    given = words.parse_args()
    if not 0 < given.claims <= 100_000:
        words.error("between one claim and a hundred thousand")
    places = Places(given.dir.resolve())
    try:
        learnt = relearn(places, given.claims, given.seed)
    except (Trouble, NotNow, NotLearnt) as trouble:
        sys.exit(f"relearn: {trouble} (see {places.root})")
    finally:
        processes.stop_all(places)
    launcher.forget(places)
    print(learnt.line, flush=True)


def relearn(places: Places, claims: int, seed: int) -> Learnt:
    """All of it, on a stack that has seen nothing before."""
    launcher.needs_python()
    launcher.forget(places)
    say("building the package, if anything in it has changed, and starting a stack")
    deployment.build(places)
    processes.ensure_running(places, enforce_iam=False)
    house = House(places)
    house.deploy()
    everybody = list(invented(claims + LATER, seed))
    asked = everybody[:claims]
    later = [one for one in everybody[claims:] if not is_held_out(DEFAULT_CREDITOR, one.debtor, STRATEGY.held_out)]
    took = house.hand_in(asked, "relearn")
    say(f"{claims} claims taken in, scored and chosen for: {claims / took:.0f} a second")
    days = let_leave(house)
    soon, late = LOOKS
    exported(house, days, soon)
    answered(house, asked)
    exported(house, days, late)
    exports = fetched(house)
    new = learn(house, exports)
    with packaged(house, new):
        return deployed(house, new, later)


def let_leave(house: House) -> list[date]:
    """Move the clock to each hour that messages are due at, until all first ones have left, and have an operator
    keep back what would come after them; the days on which they were due."""
    for _ in range(MOST_MOVES):
        waiting = [one.due_at for one in house.first_messages() if one.state is ContactState.PLANNED]
        if not waiting:
            break
        house.move_to(max(min(waiting), house.now) + WINDOW)
        say(f"  by {house.now:%Y-%m-%d %H:%M} UTC: {len(waiting)} waited")
    else:
        raise Trouble("the first messages do not leave")
    status, said = people.ask(house.places, "anna", DEFAULT_CREDITOR, "hold", {})
    if status != 200:
        raise Trouble(f"nobody can hold what comes after: {said}")
    first = house.first_messages()
    taken = Counter(one.choice.how.value for one in first if one.choice)
    say(f"{sum(one.state in LEFT for one in first)} messages have left; chosen: {_listed(taken)}; arms: "
        f"{_listed(Counter(one.choice.arm for one in first if one.choice and one.choice.arm))}")  # fmt: skip
    return sorted({one.due_at.astimezone(UTC).date() for one in first if one.state in LEFT})


def exported(house: House, days: list[date], look: int) -> None:
    """Go through the nights that look at these days so many days later; one that is behind us already has."""
    for day in days:
        if (morning := day + timedelta(days=look)) > house.now.date():
            house.morning_of(morning)
        key = f"exports/outcomes/creditor={DEFAULT_CREDITOR}/day={day}.parquet"
        try:
            written = house.client("s3").head_object(Bucket=house.bucket, Key=key)["LastModified"]
        except ClientError as failure:
            raise Trouble(f"the night has not exported {day}: {last_error(house.client('logs'))}") from failure
        say(f"{day} was exported in the night to {written:%Y-%m-%d}; {house.model_health()}")


def answered(house: House, asked: list[Invented]) -> None:
    """Whoever pays does so by bank transfer in the days after their message; one statement tells of all."""
    claims = {claim.id: claim for claim in house.kept(Claim, "CLAIM#")}
    by_claim = {one.claim: one for one in asked}
    branch = Branch(DEFAULT_CREDITOR, house.bucket, house.client("s3"))
    paying: list[tuple[Claim, date]] = []
    for contact in sorted(house.first_messages(), key=lambda one: one.id):
        if contact.state in LEFT and contact.sent_at:
            left, debtor = contact.sent_at.astimezone(BERLIN), by_claim[contact.claim]
            if debtor.pays(contact.channel, slot_of(left)):
                value = left.date() + timedelta(days=debtor.after_days(PAID_WITHIN_DAYS))
                paying.append((claims[contact.claim], value))
    told = max((value for _, value in paying), default=house.now.date())
    house.morning_of(told)
    for claim, value in paying:
        words = {"name": f"Person {claim.id}", "value_date": value}
        branch.account.receives(claim.outstanding.total, claim.reference, on=told, **words)
    branch.tell("statement", told)
    at_rest(house.places)
    closed = sum(not claim.outstanding.total for claim in house.kept(Claim, "CLAIM#"))
    say(f"{len(paying)} debtors paid, by one statement of {told}; {closed} claims are settled")
    if closed != len(paying):
        raise Trouble(f"{closed} claims are settled, {len(paying)} were paid")


def fetched(house: House) -> Path:
    """What `aws s3 sync` brings of the bucket's exports of this creditor, in a folder."""
    folder, s3 = house.places.root / "exports", house.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=house.bucket, Prefix="exports/")
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    mine = [key for key in keys if f"creditor={DEFAULT_CREDITOR}/" in key]
    for key in mine:
        target = folder / key.removeprefix("exports/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(s3.get_object(Bucket=house.bucket, Key=key)["Body"].read())
    say(f"{len(mine)} files of the log fetched")
    return folder


def learn(house: House, exports: Path) -> list[Path]:
    """Both heads and their cards, made by the command of docs/model.md. NotLearnt where a gate refuses the log."""
    out = house.places.root / "learnt"
    out.mkdir()
    about = ["--data", str(exports), "--creditor", DEFAULT_CREDITOR, "--date", house.now.date().isoformat()]
    command = ["models.train", "from-export", *about, "--out", str(out)]
    say(f"python -m {' '.join(command)}")
    if subprocess.run([sys.executable, "-m", *command], cwd=REPOSITORY, check=False).returncode:
        raise NotLearnt("nothing was learnt from the log, for the reason above")
    return sorted(out.iterdir())


@contextmanager
def packaged(house: House, files: list[Path]) -> Iterator[None]:
    """A package that has these model files beside the shipped ones. They lie in models/ only while it is built;
    afterwards the package from before is there again."""
    before = house.places.root / "package-before"
    built = (deployment.ZIP, deployment.LAYER, deployment.TEMPLATE, deployment.BUILT / "inputs.sha256")
    before.mkdir()
    for path in built:
        shutil.copy2(path, before / path.name)
    try:
        with lying_in_models(files):
            say("packaging the new pair beside the shipped one")
            deployment.build(house.places)
        yield
    finally:
        for path in built:
            shutil.copy2(before / path.name, path)


@contextmanager
def lying_in_models(files: list[Path], folder: Path = MODELS) -> Iterator[None]:
    """These files lie in models/ for as long as it takes, whatever happens; none that is there is touched."""
    placed: list[Path] = []
    try:
        for file in files:
            target = folder / file.name
            if target.exists():
                raise Trouble(f"{target} is there already: remove it, or go on another day")
            placed.append(target)
            shutil.copy2(file, target)
        yield
    finally:
        for target in placed:
            target.unlink(missing_ok=True)


def deployed(house: House, files: list[Path], later: list[Invented]) -> Learnt:
    """Deploy, have a claim chosen for by the new model and, one setting later, one by the model before."""
    shipped = newest_model(MODELS, RESPONDS)
    new = next(file for file in files if file.suffix == ".json" and file.stem.startswith(RESPONDS))
    if shipped is None:
        raise Trouble("there is no shipped model to go back to")
    house.deploy()
    chosen_by(house, later[0], new.stem)
    # The new model's first weekly look: from then on nothing that was found of the one before counts.
    house.morning_of(house.now.date() + timedelta(days=1))
    say(house.model_health())
    house.deploy(shipped.stem.removeprefix(f"{RESPONDS}-"))
    chosen_by(house, later[1], shipped.stem)
    told = json.loads(new.read_text(encoding="utf-8"))["data"]["learnt_from"]
    return Learnt(told["messages"], round(told["messages"] * told["paid"]), new.stem, shipped.stem)


def chosen_by(house: House, debtor: Invented, model: str) -> Choice:
    """The Choice for a claim that comes now. NotLearnt where another model made it, or none."""
    house.hand_in([debtor], debtor.claim)
    (choice,) = (one.choice for one in house.first_messages() if one.claim == debtor.claim)
    if choice is None or choice.model != model or choice.how not in MODEL_CHOSE:
        raise NotLearnt(f"a claim was to be chosen for by {model}, and was by {choice and _told(choice)}")
    say(f"a claim that came now: {_told(choice)}")
    return choice


def _told(choice: Choice) -> str:
    return f"{choice.model}, {choice.how.value} {choice.arm} {choice.flagged or ''}".strip()


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counted.items()))


if __name__ == "__main__":
    main()
