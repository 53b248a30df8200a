"""How days are replaced, without Spark: by rename, exactly the asked ones, and never two runs at once."""

import errno
import os
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from footfall.errors import Conflict, InfrastructureError
from footfall.publish.folder import Folder
from footfall.schema import PLACE_DAYS

from .staged import DAY, NEXT, files, pings_of, publish, stage, tell

SUMMED = ("pings", "visits")

THIRD = date(2023, 3, 3)


def test_a_published_day_is_one_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    """The table, the run's manifest, and a lock that readers do not see."""
    publish(tmp_path, "run-1", {DAY: 1})
    assert files(tmp_path) == [
        "footfall",
        "footfall/.lock",
        "footfall/day=2023-03-01",
        "footfall/day=2023-03-01/footfall.parquet",
        "runs",
        "runs/run-1",
        "runs/run-1/manifest.json",
    ]


def test_only_the_days_of_the_run_are_replaced(tmp_path: Path) -> None:
    """Days before and after stay, down to the same file."""
    publish(tmp_path, "run-1", {DAY: 1, NEXT: 2, THIRD: 3})
    kept = [Folder.at(str(tmp_path), "any", PLACE_DAYS).day_file(day).stat().st_ino for day in (DAY, THIRD)]
    publish(tmp_path, "run-2", {NEXT: 22})
    assert [pings_of(tmp_path, day) for day in (DAY, NEXT, THIRD)] == [1, 22, 3]
    assert [
        Folder.at(str(tmp_path), "any", PLACE_DAYS).day_file(day).stat().st_ino for day in (DAY, THIRD)
    ] == kept


def test_staged_days_that_are_not_asked_for_are_not_published(tmp_path: Path) -> None:
    """What to replace is said by the run, not by what lies there."""
    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)
    with output.begin():
        stage(output, {DAY: 1, NEXT: 2})
        output.publish([NEXT])
    assert not output.day_file(DAY).exists()
    assert pings_of(tmp_path, NEXT) == 2


def test_a_reader_with_the_old_file_open_reads_the_old_day_to_its_end(tmp_path: Path) -> None:
    """The old file is not written to: its bytes stay for those who hold it."""
    publish(tmp_path, "run-1", {DAY: 1})
    with Folder.at(str(tmp_path), "any", PLACE_DAYS).day_file(DAY).open("rb") as old:
        start = old.read(4)
        publish(tmp_path, "run-2", {DAY: 2})
        whole = start + old.read()
        old.seek(0)
        assert pq.ParquetFile(old).read()["pings"].to_pylist() == [1]
    assert (whole[:4], whole[-4:]) == (b"PAR1", b"PAR1")
    assert pings_of(tmp_path, DAY) == 2


def test_of_two_runs_of_a_day_the_second_to_publish_is_refused(tmp_path: Path) -> None:
    """Both began on the same old day; the refusal names the winner, and where to look."""
    publish(tmp_path, "old", {DAY: 1})
    first, second = (Folder.at(str(tmp_path), run, PLACE_DAYS) for run in ("first", "second"))
    with first.begin(), second.begin():
        stage(first, {DAY: 11})
        stage(second, {DAY: 12})
        second.publish([DAY])
        tell(second, {DAY: 12})
        with pytest.raises(Conflict, match="2023-03-01 was published by second") as refused:
            first.publish([DAY])
    assert refused.value.where == str(first.day_file(DAY))
    assert pings_of(tmp_path, DAY) == 12


def test_a_conflict_on_one_day_leaves_all_days_alone(tmp_path: Path) -> None:
    """The days are looked at before the first is replaced."""
    publish(tmp_path, "old", {DAY: 1, NEXT: 2})
    late = Folder.at(str(tmp_path), "late", PLACE_DAYS)
    with late.begin():
        stage(late, {DAY: 11, NEXT: 12})
        publish(tmp_path, "winner", {NEXT: 22})
        with pytest.raises(Conflict, match="2023-03-02 was published by winner"):
            late.publish([DAY, NEXT])
    assert (pings_of(tmp_path, DAY), pings_of(tmp_path, NEXT)) == (1, 22)


def test_a_disk_that_fails_between_two_days_is_no_reason_to_hide_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says which day is the new one; the other stays as it was."""
    publish(tmp_path, "old", {DAY: 1, NEXT: 2})
    replace, output = Path.replace, Folder.at(str(tmp_path), "run-1", PLACE_DAYS)

    def fail(staged: Path, target: Path) -> Path:
        if f"day={NEXT}" in str(target):
            raise OSError(errno.EIO, "Input/output error")
        return replace(staged, target)

    with output.begin():
        stage(output, {DAY: 11, NEXT: 12})
        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(InfrastructureError, match="after 2023-03-01 had been replaced"):
            output.publish([DAY, NEXT])
    assert (pings_of(tmp_path, DAY), pings_of(tmp_path, NEXT)) == (11, 2)


def test_a_disk_without_room_for_the_report_keeps_the_old_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day that is published without a word of how it came about is worse than the old one."""
    publish(tmp_path, "old", {DAY: 1})

    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)
    with output.begin():
        stage(output, {DAY: 11})
        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(InfrastructureError, match="the disk is full"):
            output.publish([DAY])
    assert pings_of(tmp_path, DAY) == 1


def test_two_runs_of_a_new_day_conflict_as_well(tmp_path: Path) -> None:
    """A day that was not there when the run began."""
    late = Folder.at(str(tmp_path), "late", PLACE_DAYS)
    with late.begin():
        stage(late, {DAY: 11})
        publish(tmp_path, "winner", {DAY: 22})
        with pytest.raises(Conflict, match="by winner"):
            late.publish([DAY])
    assert pings_of(tmp_path, DAY) == 22


def test_a_winner_without_a_manifest_yet_is_not_mistaken_for_the_run_before(tmp_path: Path) -> None:
    """Between publishing and the manifest there is a moment; runs that were refused do not count either."""
    publish(tmp_path, "old", {DAY: 1})
    os.utime(tmp_path / "runs" / "old" / "manifest.json", (0, 0))
    winner, refused, late = (
        Folder.at(str(tmp_path), run, PLACE_DAYS) for run in ("winner", "refused", "late")
    )
    with winner.begin(), refused.begin(), late.begin():
        stage(winner, {DAY: 11})
        stage(late, {DAY: 12})
        winner.publish([DAY])
        tell(refused, {DAY: 13}, state="refused")
        with pytest.raises(Conflict, match="was published by another run"):
            late.publish([DAY])


def test_runs_of_different_days_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Both publish, in any order."""
    one, two = (Folder.at(str(tmp_path), run, PLACE_DAYS) for run in ("one", "two"))
    with one.begin(), two.begin():
        stage(one, {DAY: 1})
        stage(two, {NEXT: 2})
        two.publish([NEXT])
        one.publish([DAY])
    assert (pings_of(tmp_path, DAY), pings_of(tmp_path, NEXT)) == (1, 2)


def test_what_is_published_can_be_compared_with(tmp_path: Path) -> None:
    """Pings and visits of a day; none where it was never published."""
    publish(tmp_path, "run-1", {DAY: 41})
    output = Folder.at(str(tmp_path), "run-2", PLACE_DAYS)
    assert output.sums([DAY, NEXT], SUMMED) == {DAY: {"pings": 41, "visits": 1}, NEXT: None}
