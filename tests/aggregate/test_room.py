"""A part larger than the memory of a worker: it is summed in shares, and sorted in files where these are too large."""

import os
import resource
from pathlib import Path

import numpy as np
import pytest

from footfall.aggregate.room import Room
from footfall.shuffle.records import BYTES_PER_PING, MARK, PING, PINGS_PER_PART, Records

MEBIBYTE = 1 << 20


def pings(devices: int, places: int, each: int) -> Records:
    """So many pings of each device in each place, numbered by their instants."""
    records = np.zeros(devices * places * each, PING)
    number = records["at"] = np.arange(len(records))
    records["who"] = number % devices * 2**40 + 7
    records["place"] = number // devices % places
    return records


@pytest.mark.parametrize(("devices", "places"), [(1, 500), (500, 1), (20, 25)])
def test_shares_hold_each_record_once_and_no_more_than_there_is_room_for(devices: int, places: int) -> None:
    """5,000 pings in three pieces, 1,000 at a time; all of a device in a place together."""
    given = pings(devices, places, 10)
    shares = [np.concatenate(share) for share in Room(1000).shares([given[:9], given[9:9], given[9:]])]
    assert sorted(at for share in shares for at in share["at"].tolist()) == list(range(5000))
    assert all(len(share) <= 1000 for share in shares)
    pairs = [set(zip(share["who"].tolist(), share["place"].tolist(), strict=True)) for share in shares]
    assert sum(map(len, pairs)) == len(set.union(*pairs)) == 500


def test_equal_marks_are_in_the_same_share() -> None:
    """Ten of each of 300, 1,000 at a time."""
    marks = np.zeros(3000, MARK)
    marks["mark"] = np.random.default_rng(1).integers(0, 2**64, 300, np.uint64).repeat(10)
    shares = [np.concatenate(share)["mark"] for share in Room(1000).shares([marks])]
    assert len(shares) > 3
    assert sum(len(set(share.tolist())) for share in shares) == 300
    assert sum(map(len, shares)) == 3000


def test_records_for_which_there_is_room_are_not_copied() -> None:
    """They stay mapped where they are."""
    given = [pings(1, 1, 10), pings(1, 2, 5)]
    (share,) = Room(20).shares(given)
    assert share is given


def test_a_device_that_alone_is_too_many_is_one_share() -> None:
    """All its pings in one place belong together."""
    shares = list(Room(10).shares([pings(1, 1, 95)]))
    assert [sum(map(len, share)) for share in shares] == [95]


def mapped_files(folder: Path) -> set[str]:
    """The files of a folder that this process has mapped."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return {line.split(None, 5)[5] for line in lines if str(folder) in line}


def test_an_array_for_which_there_is_no_room_is_in_a_file_that_goes_with_it(tmp_path: Path) -> None:
    """Others are in memory; all can be written."""
    room = Room(10, str(tmp_path))
    small, large = room.array(10, np.int64), room.array(1000, PING)
    large["at"] = small.sum() * 0 + 5
    assert (len(small), large["at"].sum()) == (10, 5000)
    assert list(tmp_path.iterdir()) == []
    if Path("/proc/self/maps").exists():
        assert len(mapped_files(tmp_path)) == 1
    del large
    assert mapped_files(tmp_path) == set()


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system gives no bytes of a disk ahead")
def test_a_disk_without_space_is_noticed_before_anything_is_written(tmp_path: Path) -> None:
    """A process that writes to a mapped file on a full disk would be ended by the system."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            Room(10, str(tmp_path)).array(1000, PING)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("memory", "scratch", "expected"),
    [
        (192 * 50, "/scratch", Room(50, "/scratch")),
        (1, "/scratch", Room(1, "/scratch")),
        (None, "/scratch", Room(4 * PINGS_PER_PART, None)),
    ],
)
def test_room_follows_the_memory_of_a_worker(memory: int | None, scratch: str, expected: Room) -> None:
    """Where it is not known workers are on other machines, which do not have the folder."""
    assert BYTES_PER_PING == 192
    assert Room.of(memory, scratch) == expected
