"""The simulation: it holds, comes out the same again, and it can fail: planted bugs become short stories."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace

import pytest

from chalicelib.domain.allocation import Split
from chalicelib.domain.claim import ClaimState
from chalicelib.domain.entry import EntryKind
from chalicelib.domain.leaving import LeavingState
from chalicelib.ports import Commit

from .house import WatchedStore
from .run import run
from .story import told

STEPS, PLANTED = 300, 900
LONGEST_STORY = 15
# Seconds of work: the longest of these stories takes some fifteen to cut down, on a machine of its own.
ENOUGH = 90


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.long) for n in (2, 3))])
def test_every_law_of_money_holds_after_every_step(seed):
    ran = run(seed, STEPS)
    assert ran.failure is None, told(seed, STEPS, ran.failure, patience=12)
    assert re.fullmatch("[0-9a-f]{64}", ran.hash)
    assert ran.counts["pays"] and ran.counts["transfers"] and ran.counts["fault"]


@pytest.mark.long
def test_the_same_seed_gives_the_same_hash_whatever_order_sets_have():
    def line(hash_seed):
        return subprocess.run(
            [sys.executable, "-m", "tests.simulation", "--seed", "4", "--steps", "150"],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()[-1]

    first = line("1")
    assert first == line("2")
    assert re.fullmatch("ledger [0-9a-f]{64}", first)


def test_another_seed_gives_another_ledger():
    assert run(5, 60).hash != run(6, 60).hash


@dataclass
class ForgetsTheSource(WatchedStore):
    """The guard that keeps a provider's object from being booked twice is not written."""

    def _committed(self, creditor, commit):
        super()._committed(creditor, replace(commit, source=None, trails=()))


@dataclass
class ForgetsEveryGuard(WatchedStore):
    """Nothing that may be written only once is guarded: the same money is booked again."""

    def _fits(self, write):
        return bool(write.guard) or write.version == 0 or super()._fits(write)


@dataclass
class LosesACent(WatchedStore):
    """Of every payment that leaves something open a cent is not allocated."""

    def _committed(self, creditor, commit: Commit):
        for name, entry in commit.entries:
            claim = next(one for one in commit.claims if one.id == name)
            alone = len(commit.entries) == 1 and claim.state is not ClaimState.CLOSED
            if alone and entry.kind is EntryKind.PAYMENT and entry.split.principal:
                less = replace(entry, amount=entry.amount - 1, split=entry.split - Split(principal=1)).sealed()
                after = replace(
                    claim,
                    outstanding=claim.outstanding + Split(principal=1),
                    paid=claim.paid - 1,
                    chain=less.hash,
                    recent=(*claim.recent[:-1], less),
                )
                commit = replace(commit, claims=(after,), entries=((name, less),))
                break
        super()._committed(creditor, commit)


@dataclass
class OneIsEnough(WatchedStore):
    """The first of two people's releases lets money go."""

    def _committed(self, creditor, commit):
        waits = LeavingState.RELEASED_ONCE
        gone = tuple(replace(o, state=LeavingState.RELEASED) if o.state is waits else o for o in commit.refunds)
        super()._committed(creditor, replace(commit, refunds=gone))


@pytest.mark.parametrize(
    "store",
    [
        LosesACent,
        *(pytest.param(one, marks=pytest.mark.long) for one in (ForgetsEveryGuard, ForgetsTheSource, OneIsEnough)),
    ],
)
def test_a_planted_bug_is_caught_and_told_as_a_short_story(store):
    ran = run(1, PLANTED, make_store=store)
    assert ran.failure, "a check that cannot fail is a defect"
    story = told(1, PLANTED, ran.failure, make_store=store, patience=ENOUGH)
    lines = story.splitlines()
    assert len(lines) < LONGEST_STORY, story
    assert "does not hold" in lines[-2]
    assert lines[1].startswith("  1. ")
    chosen = re.search(r"ONLY=([0-9,]+)$", lines[-1])
    assert chosen
    again = run(1, PLANTED, make_store=store, only={int(n) for n in chosen[1].split(",")})
    assert again.failure and again.failure.law == ran.failure.law
