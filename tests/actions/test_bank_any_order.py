"""Whatever a bank tells, in which file, how often and in what order: every transfer is booked exactly once."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.bank import Became
from chalicelib.domain.reference import shown
from local.bank.messages import notice, statement
from tests.actions.test_book_bank_entry import Bank, payments
from tests.fakes.world import World

DAY = date(2026, 11, 20)

days = st.lists(
    st.lists(
        st.tuples(st.sampled_from([100, 200]), st.sampled_from(["ours", "lost", "batch", "payout"])),
        max_size=4,
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(days, st.sampled_from([2, 8]), st.booleans(), st.randoms())
def test_any_files_in_any_order_book_every_transfer_once(told, version, parts, chance):
    world = World()
    world.register(principal=1_000_00)
    bank, reference = Bank(world), shown(world.claim().reference)
    ours = lost = summed = 0
    files = []
    for number, movements in enumerate(told):
        on = DAY + timedelta(days=number)
        for amount, kind in movements:
            match kind:
                case "ours":
                    bank.account.receives(amount, reference, on=on)
                    ours += amount
                case "lost":
                    bank.account.receives(amount, "?", on=on)
                    lost += amount
                case "payout":
                    bank.account.receives(amount, "payout", on=on, name="PSP Payments Europe")
                case "batch":
                    bank.account.receives_together([bank.account.part(amount, reference, on=on)] * 2, on=on)
                    summed += 2 * amount
        files.append(notice(bank.account, on=on, version=version, number=number))
        files.append(statement(bank.account, on=on, version=version, parts=parts))
    files += chance.sample(files, chance.randrange(len(files)))
    chance.shuffle(files)
    became = [result.became for body in files for result in bank.hand_in(body)]
    kept = sum(money.left for money in world.store.suspense("nordlicht"))
    booked = sum(entry.amount for entry in payments(world))
    assert booked + kept == ours + lost + summed
    assert booked >= ours and kept >= lost
    assert (booked, kept) == (ours + summed, lost) or not parts
    assert Became.PENDING not in became
    world.invariants()
