"""A batch is taken in whole, row by row, whatever comes twice or breaks half way."""

from dataclasses import replace

import pytest

from chalicelib.actions.load_batch import CHUNK, PROGRESS, finish_batch, load_batch, take_chunk
from chalicelib.actions.read_row import registration_of
from chalicelib.actions.register_claim import register_claim
from chalicelib.domain.batch import Batch, BatchStatus, Outcome, Problem, Quarantined, Refused
from chalicelib.domain.errors import Retry
from chalicelib.domain.person import Release
from tests.builders import NOW, row
from tests.fakes.outside import FakeFile, FakeQueue, FakeReports
from tests.fakes.world import POLICIES, STRATEGIES, hash_point

BATCH = Batch("b1", "nordlicht", "inbox/nordlicht/one.csv", "etag", NOW)


class Office:
    """Intake and workers over a world."""

    def __init__(self, world):
        self.world, self.queue, self.reports = world, FakeQueue(), FakeReports()
        self.let_go = []

    def load(self, file, batch=BATCH):
        return load_batch(batch, file, batches=self.world.batches, queue=self.queue, reports=self.reports, now=NOW)

    def register(self, read, place):
        world = self.world
        return register_claim(
            registration_of(read, world.store.creditor("nordlicht"), place, NOW),
            store=world.store,
            batches=world.batches,
            chooser=world.chooser,
            scheduler=world.scheduler,
            policies=POLICIES,
            strategies=STRATEGIES,
            hash_point=hash_point,
            new_reference=world.new_reference,
            now=NOW,
        )

    def take(self, chunk, register=None):
        return take_chunk(
            chunk,
            register or self.register,
            lambda *chunk: self.let_go.append(chunk),
            batches=self.world.batches,
            reports=self.reports,
            now=NOW,
        )

    def work(self):
        chunks, self.queue.chunks = self.queue.chunks, []
        for chunk in chunks:
            self.take(chunk)
        return self.world.batches.batch("nordlicht", "b1")


@pytest.fixture
def office(world):
    return Office(world)


def rows(count, first=2):
    return [row(line=first + n, claim=f"R-{first + n}", debtor=f"K-{first + n}") for n in range(count)]


def bad(line):
    return Quarantined(line, (Problem("Betrag", "amount_form", "12,3,4"),), f"R-{line}")


def test_a_batch_goes_to_the_workers_in_chunks_and_ends_with_its_report(office, world):
    file = FakeFile([*rows(CHUNK + 3), bad(90)])
    loading = office.load(file)
    assert (loading.status, loading.rows, loading.chunks) == (BatchStatus.LOADING, CHUNK + 4, 2)
    assert [len(chunk.rows) for chunk in office.queue.chunks] == [CHUNK, 3]
    done = office.work()
    assert (done.status, done.chunks_done, done.settled) == (BatchStatus.DONE, 2, CHUNK + 4)
    assert done.counts == {Outcome.TAKEN: CHUNK + 3, Outcome.QUARANTINED: 1}
    report, said = office.reports.written[-1]
    assert report.status is BatchStatus.DONE and len(said) == CHUNK + 4
    assert [outcome.line for outcome in said if outcome.outcome is Outcome.QUARANTINED] == [90]


def test_B1_the_same_upload_told_twice_is_one_batch(office, world):
    file = FakeFile(rows(3))
    office.load(file)
    office.work()
    before = dict(world.store.items)
    assert office.load(file).status is BatchStatus.DONE
    assert office.queue.chunks == [] and world.store.items == before


def test_B2_the_same_rows_under_a_new_name_are_unchanged(office, world):
    office.load(FakeFile(rows(3)))
    office.work()
    office.load(FakeFile(rows(3)), replace(BATCH, id="b2"))
    for chunk in office.queue.chunks:
        office.take(chunk)
    assert world.batches.batch("nordlicht", "b2").counts == {Outcome.UNCHANGED: 3}


def test_B15_an_intake_that_died_half_way_goes_over_the_same_chunks(office, world):
    file = FakeFile(rows(CHUNK * 3))
    sent = []

    class Dies(FakeQueue):
        def send(self, chunk):
            if len(sent) == 2:
                raise Retry("queue out of reach")
            sent.append(chunk)

    first, office.queue = office.queue, Dies()
    with pytest.raises(Retry):
        office.load(file)
    office.queue = first
    for chunk in sent:
        office.take(chunk)
    office.load(file)
    assert office.queue.chunks[:2] == sent
    done = office.work()
    assert (done.status, done.counts) == (BatchStatus.DONE, {Outcome.TAKEN: CHUNK * 3})


def test_I7_a_chunk_that_comes_twice_is_counted_once(office, world):
    office.load(FakeFile(rows(CHUNK + 1)))
    (first, second) = office.queue.chunks
    for chunk in (first, first, second, second, first):
        office.take(chunk)
    done = world.batches.batch("nordlicht", "b1")
    assert (done.chunks_done, done.counts) == (2, {Outcome.TAKEN: CHUNK + 1})


def test_B14_a_poison_row_does_not_keep_the_others_and_comes_back(office, world):
    office.load(FakeFile(rows(3)))
    (chunk,) = office.queue.chunks

    def poisoned(read, place):
        if read.line == 3:
            raise ValueError("poison")
        return office.register(read, place)

    for _ in range(2):
        with pytest.raises(ValueError, match="poison"):
            office.take(chunk, poisoned)
    assert {r.line for r in world.batches.rows("nordlicht", "b1", 0)} == {2, 4}
    assert world.batches.batch("nordlicht", "b1").status is BatchStatus.LOADING
    assert office.take(chunk).counts == {Outcome.TAKEN: 3}


def test_a_schedule_that_failed_is_made_when_the_chunk_comes_back(office, world):
    office.load(FakeFile(rows(2)))
    (chunk,) = office.queue.chunks
    world.scheduler.trouble.append(Retry("throttled"))
    with pytest.raises(Retry):
        office.take(chunk)
    assert len(world.scheduler.planned) == 1
    assert office.take(chunk).counts == {Outcome.TAKEN: 2}
    assert len(world.scheduler.planned) == 2


def test_a_chunk_of_broken_rows_only_still_counts(office, world):
    office.load(FakeFile([bad(2), bad(3)]))
    assert office.queue.chunks[0].rows == ()
    assert office.work().counts == {Outcome.QUARANTINED: 2}


def test_B5_a_cut_file_loads_what_stands_before_the_cut_and_is_partial(office, world):
    office.load(FakeFile(rows(2), cut=True))
    assert office.work().status is BatchStatus.PARTIAL


def test_B6_a_file_that_cannot_be_read_is_refused_whole_with_a_report(office, world):
    refused = office.load(FakeFile([], refused=Refused("not_utf8", byte=17)))
    assert (refused.status, refused.refused) == (BatchStatus.REFUSED, Refused("not_utf8", byte=17))
    assert office.reports.written == [(replace(refused, version=refused.version - 1), ())]
    assert office.queue.chunks == []
    assert office.load(FakeFile([], refused=Refused("not_utf8", byte=17))).status is BatchStatus.REFUSED


def test_a_refusal_that_could_not_be_told_is_told_when_the_file_comes_again(office, world):
    unreadable = FakeFile([], refused=Refused("not_utf8", byte=17))

    class Dies(FakeReports):
        def write(self, batch, rows):
            raise Retry("bucket out of reach")

    office.reports = Dies()
    with pytest.raises(Retry):
        office.load(unreadable)
    office.reports = FakeReports()
    office.load(unreadable)
    assert len(office.reports.written) == 1
    assert world.batches.batch("nordlicht", "b1").status is BatchStatus.REFUSED


def test_an_empty_file_is_done_at_once(office, world):
    assert office.load(FakeFile([])).status is BatchStatus.DONE


def test_progress_is_reported_on_the_way(office, world):
    office.load(FakeFile([bad(n) for n in range(2, 2 + CHUNK * (PROGRESS + 1))]))
    office.work()
    stages = [(batch.status, batch.chunks_done) for batch, _ in office.reports.written]
    assert stages == [
        (BatchStatus.LOADING, 0),
        (BatchStatus.LOADING, PROGRESS),
        (BatchStatus.DONE, PROGRESS + 1),
    ]


def test_two_workers_that_finish_at_once_are_one_end(office, world):
    office.load(FakeFile(rows(1)))
    done = office.work()
    late = replace(done, status=BatchStatus.LOADING, version=done.version - 1)
    over = finish_batch(late, batches=world.batches, reports=office.reports, now=NOW)
    assert over.status is BatchStatus.DONE
    assert finish_batch(done, batches=world.batches, reports=office.reports, now=NOW) == done
    assert world.batches.batch("nordlicht", "b1") == done


def test_a_chunk_of_a_batch_we_do_not_know_yet_comes_back(office, world):
    office.load(FakeFile(rows(1)))
    (chunk,) = office.queue.chunks
    with pytest.raises(Retry):
        office.take(replace(chunk, batch="b404"))


def test_a_chunk_that_comes_in_after_the_release_is_let_go_with_it(office, world):
    office.load(FakeFile(rows(3)))
    held = world.batches.batch("nordlicht", "b1")
    world.batches.save(replace(held, release=Release("anna", NOW)))
    office.work()
    assert office.let_go == [("nordlicht", "b1", 0)]


def test_a_chunk_with_a_row_that_fails_lets_go_what_is_in(office, world):
    office.load(FakeFile(rows(2)))
    held = world.batches.batch("nordlicht", "b1")
    world.batches.save(replace(held, release=Release("anna", NOW)))

    def poisoned(read, place):
        raise Retry("x")

    with pytest.raises(Retry):
        office.take(office.queue.chunks[0], poisoned)
    assert office.let_go == [("nordlicht", "b1", 0)]
