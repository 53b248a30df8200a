"""Times: what is read as which instant."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from tests.read.time_tables import BAD, NEVER, read_parts, read_times


def test_iso_text_states_its_offset_or_is_local() -> None:
    """Guatemala is six hours behind UTC all year; fractions beyond microseconds are cut off."""
    cases = {
        "2023-03-01T09:05:00Z": "2023-03-01 09:05:00",
        "2023-03-01 09:05:00": "2023-03-01 15:05:00",
        "2023-03-01T09:05": "2023-03-01 15:05:00",
        "2023-3-1 9:05": "2023-03-01 15:05:00",
        "2023-03-01T09:05:00+02:00": "2023-03-01 07:05:00",
        "2023-03-01T09:05:00+0200": "2023-03-01 07:05:00",
        "2023-03-01 09:05:00 -02": "2023-03-01 11:05:00",
        "2023-03-01 09:05:00 UTC": "2023-03-01 09:05:00",
        "2023-03-01T09:05Z": "2023-03-01 09:05:00",
        "2023-03-01T9:05+02:30": "2023-03-01 06:35:00",
        "2023-03-01T09:05:00.1": "2023-03-01 15:05:00.1",
        "2023-03-01T09:05:00.123456789Z": "2023-03-01 09:05:00.123456",
        " 2023-03-01T09:05:00Z ": "2023-03-01 09:05:00",
        "2024-02-29T23:59:59Z": "2024-02-29 23:59:59",
        "1969-12-31T23:59:59.9999999Z": "1969-12-31 23:59:59.999999",
    }
    assert dict(zip(cases, read_times(list(cases), zone="America/Guatemala"), strict=True)) == cases


def test_what_is_no_time_is_a_wrong_type() -> None:
    """Days and hours that no calendar has, times without a date, names of zones, other orders of day and month."""
    cases = [
        "2023-02-30T09:05:00Z",
        "2023-02-29 09:05:00",
        "2023-03-01 25:00:00",
        "2023-03-01 24:00:00",
        "2023-03-01 09:60:00",
        "2023-03-01 23:59:60",
        "0000-01-01 00:00:00",
        "0000-01-01 00:00:00Z",
        "12023-03-01 09:05:00",
        "-2023-03-01 09:05:00",
        "2023-03-01",
        "09:05:00",
        "T09:05:00",
        "yesterday",
        "2023-03-01 09:05:00 Europe/Paris",
        "2023-03-01 09:05:00 PST",
        "2023-03-01 9:05:00Z+1",
        "2023-03-01T09:05:00+19:00",
        "01/03/2023 09:05:00",
        "2023-03-01T09:05:00.Z",
        "now:",
        "12:5",
        "0x10",
        "1e400",
        "NaN",
        "--5",
        "99999999999999999999999",
    ]
    assert dict(zip(cases, read_times(list(cases)), strict=True)) == dict.fromkeys(cases, BAD)


def test_timestamps_are_taken_as_they_are() -> None:
    """Those adjusted to UTC are instants; the others are local, whatever the format says."""
    naive = datetime(2023, 3, 1, 9, 5)  # noqa: DTZ001 (a wall time is what is tested)
    for time_format in ("auto", "epoch_s"):
        for unit in ("s", "ms", "us", "ns"):
            walls = read_times([naive, None], pa.timestamp(unit), "America/Guatemala", time_format)
            assert walls == ["2023-03-01 15:05:00", "missing_field:at"]
    exact = datetime(2023, 3, 1, 9, 5, tzinfo=UTC)
    assert read_times([exact], pa.timestamp("us", "UTC"), "America/Guatemala") == ["2023-03-01 09:05:00"]
    assert read_times([exact], pa.timestamp("ms", "Asia/Kathmandu"), "Europe/Berlin") == [
        "2023-03-01 09:05:00"
    ]


def test_timestamps_that_no_calendar_holds_are_a_wrong_type() -> None:
    """Seconds and milliseconds reach farther than microseconds; nanoseconds are cut off, before 1970 too."""
    assert read_times([2**62, -(2**62), 0], pa.timestamp("s")) == [BAD, BAD, "1970-01-01 00:00:00"]
    assert read_times([2**62], pa.timestamp("ms", "UTC")) == [BAD]
    assert read_times([-1, 1_999], pa.timestamp("ns")) == [
        "1969-12-31 23:59:59.999999",
        "1970-01-01 00:00:00.000001",
    ]


def test_date_and_time_make_one_local_time() -> None:
    """The layouts that the contract names, in one zone; an offset in the time is honoured."""
    cases = {
        ("2023-03-01", "9:05"): "2023-03-01 15:05:00",
        ("2023/03/01", "09:05:00"): "2023-03-01 15:05:00",
        ("2023/3/1", "09:05"): "2023-03-01 15:05:00",
        ("20230301", "09:05:00.123"): "2023-03-01 15:05:00.123",
        (" 2023-03-01 ", " 23:59:59 "): "2023-03-02 05:59:59",
        ("2023-03-01", "09:05:00Z"): "2023-03-01 09:05:00",
        ("01.03.2023", "09:05"): BAD,
        ("2023-02-30", "09:05"): BAD,
        ("2023-03-01", "25:00"): BAD,
        ("2023-03-01", "yesterday"): BAD,
        ("0000-03-01", "09:05"): BAD,
        ("00000301", "09:05"): BAD,
        ("2023/03-01", "09:05"): BAD,
        ("", "09:05"): "missing_field:at",
        ("2023-03-01", " "): "missing_field:at",
    }
    assert dict(zip(cases, read_parts(list(cases), "America/Guatemala"), strict=True)) == cases


def test_other_layouts_are_read_by_pattern() -> None:
    """A pattern with an offset gives instants, one without gives local times; dates that do not exist are wrong."""
    local = ["01/03/2023 09:05:00", "30/02/2023 09:05:00", "2023-03-01T09:05:00Z", "1677661500"]
    assert read_times(list(local), zone="America/Guatemala", time_format="dd/MM/yyyy HH:mm:ss") == [
        "2023-03-01 15:05:00",
        BAD,
        BAD,
        BAD,
    ]
    zoned = read_times(["01.03.23 09:05 +0200"], zone="America/Guatemala", time_format="dd.MM.yy HH:mm xx")
    assert zoned == ["2023-03-01 07:05:00"]
    assert read_times(["Zx 2023-03-01 09"], zone="America/Guatemala", time_format="'Zx' yyyy-MM-dd HH") == [
        "2023-03-01 15:00:00"
    ]
    assert read_times([20230301090500], pa.int64(), time_format="yyyyMMddHHmmss") == ["2023-03-01 09:05:00"]
    parts = [("01.03.2023", "9h05"), ("31.02.2023", "9h05")]
    assert read_parts(parts, "America/Guatemala", "dd.MM.yyyy H'h'mm") == ["2023-03-01 15:05:00", BAD]


def test_a_clock_change_skips_and_repeats_times() -> None:
    """New York 2023: 02:00 to 03:00 never was on 12 March; 01:00 to 02:00 was twice on 5 November, the first counts."""
    cases = {
        "2023-03-12 01:59:59": "2023-03-12 06:59:59",
        "2023-03-12 02:00:00": NEVER,
        "2023-03-12 02:59:59.9": NEVER,
        "2023-03-12 03:00:00": "2023-03-12 07:00:00",
        "2023-11-05 01:30:00": "2023-11-05 05:30:00",
        "2023-11-05 02:00:00": "2023-11-05 07:00:00",
        "2023-03-12 02:30:00-05:00": "2023-03-12 07:30:00",
        "2023-03-12 02:30:00Z": "2023-03-12 02:30:00",
    }
    assert dict(zip(cases, read_times(list(cases), zone="America/New_York"), strict=True)) == cases
    assert read_times(["2011-12-30 12:00:00"], zone="Pacific/Apia") == [NEVER]


SCRIPT = """
from footfall.read.pings import read_pings
from footfall.settings import PingSettings
pings = PingSettings.model_validate({"path": "PATH", "time_zone": "America/Guatemala"})
for task in read_pings(pings, 1).tasks:
    for rows in task.read(()):
        print(rows.at.cast("timestamp[s]").cast("string").to_pylist())
"""


def test_the_time_zone_of_the_machine_means_nothing(tmp_path: Path) -> None:
    """A process of its own, on a machine far from that of all other tests."""
    path = tmp_path / "pings.csv"
    path.write_text("device,lat,lon,at\na,1,1,2023-03-01 09:05:00\na,1,1,2023-03-01T09:05:00Z\n")
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("PATH", str(path))],
        env={**os.environ, "TZ": "America/St_Johns"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert run.stdout.strip() == "['2023-03-01 15:05:00', '2023-03-01 09:05:00']"
