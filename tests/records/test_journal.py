"""The journal: durable before it answers, taken once, and never in the way of what comes next."""

import errno
import os
import threading
from pathlib import Path

import pytest

from callcenter.records import journal
from callcenter.records.journal import Journal, JournalFailed, Rejected, Replay


def all_of(directory):
    """What stands in the journals, in order."""
    found = []
    Replay(directory).run(found.extend)
    return found


def test_what_was_written_is_taken_in_order_and_then_gone(tmp_path):
    writes = Journal(tmp_path)
    for number in range(5):
        writes.append(b"record %d" % number)
    assert journal.backlog(tmp_path).records == 5

    assert all_of(tmp_path) == [b"record %d" % number for number in range(5)]
    assert list(tmp_path.glob("*.journal")) == []
    assert journal.backlog(tmp_path) == journal.Backlog()


def test_a_journal_goes_on_after_its_file_was_taken_and_removed(tmp_path):
    writes = Journal(tmp_path)
    writes.append(b"before")
    assert all_of(tmp_path) == [b"before"]
    writes.append(b"after")
    assert all_of(tmp_path) == [b"after"]


def test_what_could_not_be_taken_comes_again_and_what_was_taken_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "AT_ONCE", 2)
    writes, replay, taken = Journal(tmp_path), Replay(tmp_path), []
    for number in range(6):
        writes.append(b"%d" % number)

    def away_after_three(records):
        if len(taken) >= 4:
            raise ConnectionError
        taken.extend(records)

    with pytest.raises(ConnectionError):
        replay.run(away_after_three)
    replay.run(taken.extend)
    assert taken == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_one_record_that_can_never_be_taken_stops_no_other(tmp_path):
    writes, taken = Journal(tmp_path), []
    for record in (b"good", b"bad", b"fine"):
        writes.append(record)

    def take(records):
        if b"bad" in records:
            raise Rejected("nobody knows what it means")
        taken.extend(records)

    Replay(tmp_path).run(take)
    assert taken == [b"good", b"fine"]
    assert journal.backlog(tmp_path).rejected == 1
    (kept,) = (tmp_path / "rejected").glob("*.record")
    assert kept.read_bytes() == b"bad"
    assert "nobody knows" in Path(f"{kept}.why").read_text()


@pytest.mark.parametrize("cut", [1, 5, 16, 17, 20])
def test_a_record_whose_process_died_in_mid_write_is_passed_over(tmp_path, cut):
    Journal(tmp_path).append(b"whole")
    (file,) = tmp_path.glob("*.journal")
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:cut])
    assert all_of(tmp_path) == [b"whole"]
    assert list(tmp_path.glob("*.journal")) == []


def test_a_damaged_record_is_passed_over_and_kept_apart_from_those_around_it(tmp_path):
    writes = Journal(tmp_path)
    for record in (b"first", b"second", b"third"):
        writes.append(record)
    (file,) = tmp_path.glob("*.journal")
    file.write_bytes(file.read_bytes().replace(b"second", b"sEcond"))
    assert all_of(tmp_path) == [b"first", b"third"]
    assert journal.backlog(tmp_path).rejected == 1


def test_nothing_is_acknowledged_that_the_disk_did_not_take(tmp_path, monkeypatch):
    """After a failed fsync the file is not trusted again: the next record has a file of its own."""
    writes = Journal(tmp_path)
    writes.append(b"before")
    real, failures = os.fdatasync, [OSError(errno.EIO, "Input/output error")]

    def fails_once(file):
        if failures:
            raise failures.pop()
        real(file)

    monkeypatch.setattr(os, "fdatasync", fails_once)
    writes.append(b"after")
    assert len(list(tmp_path.glob("*.journal"))) == 2
    assert set(all_of(tmp_path)) == {b"before", b"after"}


def test_a_disk_that_takes_nothing_is_told(tmp_path, monkeypatch):
    def fails(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fails)
    with pytest.raises(JournalFailed, match=r"\[journal\] directory"):
        Journal(tmp_path).append(b"lost")


def test_a_full_disk_gets_back_what_was_reserved(tmp_path, monkeypatch):
    """The real write of a full disk, which the reserve's removal makes possible again."""
    writes = Journal(tmp_path)
    writes.reserve()
    assert (tmp_path / "reserve").stat().st_size == journal.RESERVE
    real = os.write

    def full_while_reserved(file, line):
        if (tmp_path / "reserve").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(file, line)

    monkeypatch.setattr(os, "write", full_while_reserved)
    writes.append(b"written all the same")
    assert all_of(tmp_path) == [b"written all the same"]


def test_many_threads_and_a_replay_at_the_same_time_lose_nothing(tmp_path):
    writes, replay, taken = Journal(tmp_path), Replay(tmp_path), []

    def write(name):
        for number in range(40):
            writes.append(b"%s-%d" % (name, number))

    threads = [threading.Thread(target=write, args=(name,)) for name in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        replay.run(taken.extend)
    for thread in threads:
        thread.join()
    replay.run(taken.extend)
    assert sorted(taken) == sorted(b"%s-%d" % (n, i) for n in (b"a", b"b", b"c") for i in range(40))
    assert list(tmp_path.glob("*.journal")) == []
    assert journal.backlog(tmp_path).rejected == 0


def test_a_fork_writes_a_file_of_its_own(tmp_path):
    writes = Journal(tmp_path)
    writes.append(b"parent")
    child = os.fork()
    if child == 0:
        writes.append(b"child")
        os._exit(0)
    os.waitpid(child, 0)
    writes.append(b"parent again")
    assert len(list(tmp_path.glob("*.journal"))) == 2
    assert sorted(all_of(tmp_path)) == [b"child", b"parent", b"parent again"]
