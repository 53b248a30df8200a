"""Finds as records: each find once, in the part of its device; each mark once, in the part of its ping."""

import numpy as np
import numpy.typing as npt
import pytest
from numpy.random import default_rng

from footfall.shuffle.packing import Packed, Pings
from footfall.shuffle.records import Records

# Instant, the two numbers of the device, longitude and latitude: one ping, and others that differ in one of them.
STEP = float(np.nextafter(14.6, 15))
ONE = (1000, 7 << 40, 9 << 40, -90.5, 14.6)
OTHERS = {
    "later": (1001, 7 << 40, 9 << 40, -90.5, 14.6),
    "first number of the device": (1000, (7 << 40) + 1, 9 << 40, -90.5, 14.6),
    "second number of the device": (1000, 7 << 40, (9 << 40) + 1, -90.5, 14.6),
    "one step north": (1000, 7 << 40, 9 << 40, -90.5, STEP),
    "other side of the meridian": (1000, 7 << 40, 9 << 40, 90.5, 14.6),
    "latitude for longitude": (1000, 7 << 40, 9 << 40, 14.6, -90.5),
    "before 1970": (-1000, 7 << 40, 9 << 40, -90.5, 14.6),
}


def pings(rows: list[tuple[int, int, int, float, float]]) -> Pings:
    """A batch of rows as above."""
    kinds = (np.int64, np.uint64, np.uint64, np.float64, np.float64)
    return Pings(
        *(np.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True))
    )


def numbers(*some: int) -> npt.NDArray[np.int32]:
    """Ping or place numbers."""
    return np.array(some, np.int32)


def by_part(packed: Packed) -> list[Records]:
    """The records of each part."""
    records, ends = packed
    assert ends[-1] == len(records)
    return np.split(records, ends[:-1])


def many(devices: int, each: int) -> Pings:
    """Pings of so many devices, mixed, the time being the number of the ping."""
    chance = default_rng(1)
    who, who2 = chance.integers(0, 2**64, (2, devices), np.uint64)
    device = chance.permutation(np.repeat(np.arange(devices), each))
    lon, lat = chance.uniform(-90, 90, (2, len(device)))
    return Pings(np.arange(len(device)), who[device], who2[device], lon, lat)


@pytest.mark.parametrize("parts", [1, 2, 7, 40])
def test_every_find_is_in_one_part_and_all_of_a_device_in_the_same(parts: int) -> None:
    """50 devices of 20 pings, each second ping in a place: 500 finds; no part is left out by 50 devices."""
    batch = many(50, 20)
    ping = np.arange(0, 1000, 2, dtype=np.int32)
    found = by_part(batch.found(ping, ping % 3, parts))
    assert len(found) == parts
    assert sorted(at for part in found for at in part["at"].tolist()) == ping.tolist()
    part_of = [(who, number) for number, part in enumerate(found) for who in set(part["who"].tolist())]
    assert len(part_of) == len({who for who, _ in part_of}) == 50
    assert parts > 7 or all(len(part) for part in found)
    for record in np.concatenate(found):
        at = int(record["at"])
        assert (record["who"], record["who2"]) == (batch.columns[1][at], batch.columns[2][at] % 2**32)
        assert (record["place"], record["spot"] % 2) == (at % 3, 1)


def test_devices_of_a_part_differ_in_the_upper_bits_of_their_number() -> None:
    """`aggregate` deals the pings of a part out by these bits, and shall not deal them all onto one stack."""
    first = by_part(many(4000, 1).found(np.arange(4000, dtype=np.int32), np.zeros(4000, np.int32), 40))[0]
    assert len(set((first["who"] >> np.uint64(60)).tolist())) == 16


def test_only_the_first_place_of_a_ping_counts_it() -> None:
    """Ping 0 is in the places 4 and 6, ping 1 in 4 and ping 3 in 2, 4 and 9."""
    batch = pings([ONE] * 4)
    ((records),) = by_part(batch.found(numbers(0, 0, 1, 3, 3, 3), numbers(4, 6, 4, 2, 4, 9), 1))
    assert records["place"].tolist() == [4, 6, 4, 2, 4, 9]
    assert (records["spot"] % 2).tolist() == [1, 0, 1, 1, 0, 0]


def test_pings_in_no_place_come_once_as_marks() -> None:
    """Of five pings the second and third are found, the third twice."""
    batch = pings([(at, *ONE[1:]) for at in range(5)])
    for parts in (1, 3):
        found = by_part(batch.outside(numbers(1, 2, 2), parts))
        assert sorted(at for part in found for at in part["at"].tolist()) == [0, 3, 4]
    (none,) = by_part(batch.outside(numbers(0, 1, 2, 3, 4), 1))
    assert len(none) == 0


@pytest.mark.parametrize("parts", [1, 7])
def test_equal_pings_have_equal_marks_in_the_same_part(parts: int) -> None:
    """One ping three times and a later one: two kinds of marks, each in one part."""
    found = by_part(pings([ONE, OTHERS["later"], ONE, ONE]).outside(numbers(), parts))
    kinds = [sorted(np.unique(part["mark"], return_counts=True)[1].tolist()) for part in found if len(part)]
    assert sorted(number for kind in kinds for number in kind) == [1, 3]


@pytest.mark.parametrize("other", OTHERS)
def test_pings_that_differ_have_marks_that_differ(other: str) -> None:
    """In instant, device or coordinates, by the smallest step there is."""
    ((marks),) = by_part(pings([ONE, OTHERS[other]]).outside(numbers(), 1))
    assert len(set(marks["mark"].tolist())) == 2


def test_a_ping_on_the_boundaries_of_two_places_has_two_marks() -> None:
    """The pair of ping and place is marked, so that one that is there again is counted once for each place."""
    ((marks),) = by_part(pings([ONE, ONE]).marked(numbers(0, 0, 1, 1), numbers(3, 4, 3, 4), 1))
    three, four, three_again, four_again = marks["mark"].tolist()
    assert three != four
    assert (three, four) == (three_again, four_again)


def test_spots_are_equal_where_coordinates_are() -> None:
    """Whoever was there and whenever: the spot knows the coordinates alone."""
    rows = [ONE, *OTHERS.values()]
    ((records),) = by_part(pings(rows).found(np.arange(8, dtype=np.int32), np.zeros(8, np.int32), 1))
    one, *others = records["spot"].tolist()
    same = [spot == one for spot in others]
    assert same == [True, True, True, False, False, False, True]
    assert len(set(records["spot"].tolist())) == 4


def test_one_in_so_many_pings_is_chosen_and_always_the_same() -> None:
    """Whatever other pings are in the batch; of 5,000 one in ten, give or take five standard deviations."""
    batch = many(5000, 1)
    chosen = batch.some(10)
    assert batch.some(1).tolist() == list(range(5000))
    assert 500 - 5 * 22 < len(chosen) < 500 + 5 * 22
    at, *rest = (column[chosen] for column in batch.columns)
    alone = Pings(at, *rest[:2], *(bits.view(np.float64) for bits in rest[2:]))
    assert len(alone.some(10)) == len(chosen)
    assert len(batch.some(2**62)) == 0
