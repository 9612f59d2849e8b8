"""Every stored domain object comes back as it was; what cannot be stored is refused when it is written."""

import math
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from types import NoneType
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.dynamo.codec import codec, from_item, held_in, hint, moment, to_item
from chalicelib.domain.allocation import Split
from chalicelib.domain.batch import Batch, RowOutcome
from chalicelib.domain.claim import Claim
from chalicelib.domain.contact import Contact, Message
from chalicelib.domain.entry import EntryKind, LedgerEntry
from chalicelib.domain.facts import Fact
from chalicelib.domain.matter import Matter
from chalicelib.domain.motion import Motion, MotionKind
from chalicelib.domain.parties import Creditor, Debtor
from chalicelib.domain.pay_link import PayLink
from chalicelib.domain.payments import Attempt, ProviderEvent
from chalicelib.domain.score import Score
from chalicelib.domain.suspense import Suspense
from chalicelib.domain.task import Task
from chalicelib.ports import Sends
from tests.builders import claim

STORED = (
    *(Creditor, Debtor, Claim, Contact, Message, LedgerEntry, PayLink, Attempt, ProviderEvent, Suspense),
    *(Task, Batch, RowOutcome, Fact, Sends),
)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
cents = st.integers(0, 10**12)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-11))])
st.register_type_strategy(Split, st.builds(Split, cents, cents, cents))
st.register_type_strategy(datetime, st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=zones))
st.register_type_strategy(float, st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100))
st.register_type_strategy(
    Score,
    st.builds(
        Score,
        probability=st.floats(1e-100, 1),
        reasons=st.just((("amount", -0.25), ("age", 1e-9))),
        model=st.text(),
        flagged=st.none(),
        baseline=st.floats(-9, 9).filter(lambda x: x == 0 or abs(x) > 1e-100),
    ),
)
for kind in (Creditor, Claim, Contact, Task):  # they name types that only their codec can open
    later = {f.name: st.deferred(lambda k=kind, n=f.name: st.from_type(hint(k, n))) for f in fields(kind)}
    st.register_type_strategy(kind, st.builds(kind, **later))
st.register_type_strategy(str, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_what_is_stored_comes_back_as_it_was(kind, data):
    value = data.draw(st.from_type(kind))
    assert from_item(kind, to_item(value)) == value


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_a_field_that_may_be_none_is_none_when_it_is_absent(kind):
    """None is not written, so any other default would take its place when it is read."""
    seen, todo = set(), [kind]
    while todo:
        one = todo.pop()
        seen.add(one)
        for field in fields(one):
            inner = get_args(hint(one, field.name))
            if NoneType in inner:
                assert field.default in (None, MISSING) and field.default_factory is MISSING, field.name
            todo += [k for k in (hint(one, field.name), *inner) if is_dataclass(k) and k not in seen]


def test_the_entries_a_claim_remembers_are_kept_as_one_text_and_read_from_a_list_as_well():
    """They were a list once; what was written so is still there."""
    entry = LedgerEntry(0, EntryKind.OPENING, 1, "EUR", Split(1, 0, 0), 0, "row", NOW.date(), NOW, "")
    for recent in ((), (entry,), (entry, replace(entry, number=1))):
        kept = to_item(claim(recent=recent))
        assert set(kept["recent"]) == {"S"}
        listed = {**kept, "recent": {"L": [{"M": to_item(one)} for one in recent]}}
        assert from_item(Claim, kept) == from_item(Claim, listed) == claim(recent=recent)


def test_what_a_matter_holds_is_opened_by_its_name():
    held = {name: held_in(Matter, name) for name in (field.name for field in fields(Matter)) if name != "debtor"}
    assert all(is_dataclass(kind) for kind in held.values()) and held["claims"] is Claim


def test_a_moment_is_text_that_sorts_by_time_in_utc():
    early = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    late = datetime(2026, 11, 23, 11, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))
    assert moment(early) == "2026-11-23T09:00:00.000000Z" < moment(late) == "2026-11-23T09:00:00.000001Z"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        moment(datetime(2026, 11, 23, 9, 0))


def test_keys_and_markers_beside_a_value_are_passed_over():
    sends = Sends("p", (), 3)
    item = {**to_item(sends), "pk": {"S": "x"}, "gone_at": {"N": "1"}}
    assert from_item(Sends, item) == sends


def test_an_older_item_reads_with_the_defaults_of_fields_added_since():
    item = to_item(Sends("p", (datetime(2026, 1, 1, tzinfo=UTC),), 3))
    del item["at"], item["version"]
    assert from_item(Sends, item) == Sends("p", (), 0)
    motion = Motion("m-1", "nordlicht", "K-501", "R-1001", MotionKind.CORRECT, "anna", NOW, amount=100, whole=True)
    item = to_item(motion)
    assert from_item(Motion, item) == motion
    del item["whole"]
    assert from_item(Motion, item) == replace(motion, whole=False)


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_an_item_without_what_must_be_there_is_refused_and_never_read_as_nothing(kind):
    bare = [f for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    needed = [f.name for f in bare if NoneType not in get_args(hint(kind, f.name))]
    assert needed
    with pytest.raises(KeyError, match=f"{kind.__name__}.{needed[0]}"):
        from_item(kind, {})


def test_numbers_keep_every_digit():
    encode, decode = codec(float)
    for value in (0.1, 1 / 3, -2.5e-10, 123456789.123456789):
        assert decode(encode(value)) == value and not math.isnan(decode(encode(value)))


def test_what_the_table_cannot_hold_is_refused():
    @dataclass
    class Strange:
        value: complex

    with pytest.raises(TypeError, match="no way to store"):
        to_item(Strange(1j))


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (100.0, "100"),
        (0.15, "0.15"),
        (-2.5e-07, "-0.00000025"),
        (1e100, "1E+100"),
    ],
)
def test_I2_a_number_is_written_as_the_table_gives_it_back_so_that_a_retry_says_the_same(value, word):
    encode, decode = codec(float)
    assert encode(value) == {"N": word} and decode({"N": word}) == value
