"""The contract between the steps: names, types and units of every table that passes from one to the next."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from footfall.table import Column, DayTable

FIRST_INSTANT, LAST_INSTANT = "0001-01-02 00:00:00", "9999-12-30 00:00:00"
"""Between these, both in UTC, every zone's local time lies in the calendar of dates."""


def _micros(text: str) -> int:
    since_1970 = datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since_1970 // timedelta(microseconds=1)


CALENDAR = (_micros(FIRST_INSTANT), _micros(LAST_INSTANT) + 1)
"""The instants that a ping can have in microseconds since 1970 UTC, the second exclusive."""

INSTANT = pa.timestamp("us", "UTC")
"""The type of instants."""

DWELL_BUCKETS = ("<5", "5-10", "11-20", "21-60", "61-120", "121-240", ">240")
"""Minutes of dwell, whole minutes counted: 10 min 59 s is still in 5-10."""

DWELL_BUCKET_ENDS = (5, 11, 21, 61, 121, 241)
"""Where the buckets end, in minutes, exclusive; the last has no end."""

LIST = pa.list_(pa.field("element", pa.int32(), nullable=False))
"""The type of lists of counts."""

SCALED = ("pings", "devices", "visits")  # the measures that have a scaled one beside them

MEASURES = (
    Column("pings", pa.int64(), "distinct pings inside on that day"),
    Column(
        "devices",
        pa.int64(),
        "devices that sent them, in that place on that day; added up over days they are device-days",
        laws=(("no more devices than pings", lambda row: row["devices"] <= row["pings"]),),
    ),
    Column(
        "visits",
        pa.int64(),
        "visits that start on that day",
        laws=(("no more visits than pings", lambda row: row["visits"] <= row["pings"]),),
    ),
    Column("single_ping_visits", pa.int64(), "visits of one ping, whose dwell is unknown"),
    Column("dwell_seconds_p25", pa.float64(), "first quartile of dwell in seconds", zero=None),
    Column("dwell_seconds_p50", pa.float64(), "median of dwell in seconds", zero=None),
    Column("dwell_seconds_p75", pa.float64(), "third quartile of dwell in seconds", zero=None),
    Column(
        "visits_by_hour",
        LIST,
        "visits that start in each local hour",
        laws=(("hours add up to visits", lambda row: row["visits_by_hour"].sum(axis=1) == row["visits"]),),
        width=24,
    ),
    Column(
        "dwell_buckets",
        LIST,
        f"visits by minutes of dwell: {', '.join(DWELL_BUCKETS)}",
        laws=(
            (
                "dwell buckets and single pings add up to visits",
                lambda row: row["dwell_buckets"].sum(axis=1) + row["single_ping_visits"] == row["visits"],
            ),
        ),
        width=len(DWELL_BUCKETS),
    ),
    Column(
        "visits_of_at_least",
        LIST,
        "visits whose dwell is at least each of the durations of the setting of this name",
        laws=(
            (
                "no more visits of some length than visits of known dwell",
                lambda row: np.all(
                    row["visits_of_at_least"] <= (row["visits"] - row["single_ping_visits"])[:, None], axis=1
                ),
            ),
            (
                "no more visits of a longer length than of a shorter one",
                lambda row: np.all(np.diff(row["visits_of_at_least"], axis=1) <= 0, axis=1),
            ),
        ),
        width=None,
        is_optional=True,
    ),
    *(
        Column(f"scaled_{each}", pa.float64(), f"{each} times the day's factor", is_optional=True)
        for each in SCALED
    ),
    Column(
        "certain_pings",
        pa.int64(),
        "pings of which the whole circle of accuracy is inside",
        laws=(
            ("no more pings certainly inside than inside", lambda row: row["certain_pings"] <= row["pings"]),
        ),
        is_optional=True,
        is_withheld=True,
    ),
    Column(
        "possible_pings",
        pa.int64(),
        "pings that are inside or whose circle of accuracy reaches the place",
        laws=(
            ("no fewer pings possibly inside than inside", lambda row: row["possible_pings"] >= row["pings"]),
        ),
        is_optional=True,
        is_withheld=True,
    ),
)
"""What is counted per place and day. A new one is a line here, and its numbers in `aggregate`."""

PLACE_DAYS = DayTable("footfall", (pa.field("place_id", pa.string(), nullable=False),), MEASURES)
"""The published table: one row per place and local day."""

FOOTFALL = PLACE_DAYS.schema
"""Its columns; measures are null where `suppressed`."""

QUARANTINE = pa.schema(
    [
        pa.field("run_id", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("device", pa.string()),
        pa.field("raw", pa.string()),
    ]
)
"""Rows that could not be counted, as they stood in the input; they hold device ids, so guard them as the input.

`line` counts the lines of a text file from 1, the header included, and the rows of other files from 1.
"""

REASONS = (
    "unreadable_row",
    "missing_field:device",
    "missing_field:at",
    "missing_field:lat",
    "missing_field:lon",
    "wrong_type:at",
    "wrong_type:lat",
    "wrong_type:lon",
    "wrong_type:accuracy",
    "nonexistent_time",
    "implausible_time",
    "coordinates_swapped",
    "coordinate_out_of_range",
    "coordinate_zero",
    "accuracy_too_poor",
    "too_many_pings",
    "shared_coordinate",
    "too_fast",
)
"""Why a row is quarantined, in the order in which the rules are asked; a row has the first that applies."""

SOUND, OTHER_DAY = -1, len(REASONS)
"""Beside the numbers of REASONS: nothing speaks against a row; it is of a day that was not asked for."""


@dataclass(frozen=True)
class InputFile:
    """A file that the run reads: its path and its size in bytes; of an object, `version` is its store's ETag."""

    path: str
    bytes: int
    version: str | None = None


@dataclass(frozen=True)
class Place:
    """A place: valid WKB in WGS84 degrees, x = longitude; `parent_id` is that of the place it is part of, if any."""

    place_id: str
    name: str | None
    category: str | None
    wkb: bytes
    parent_id: str | None = None


Places = tuple[Place, ...]
"""Places sorted by `place_id`; a place's position is its number inside the run."""

SHUFFLED = pa.schema(
    [
        pa.field("part", pa.int32(), nullable=False),
        pa.field("tally", pa.string()),
        pa.field("n", pa.int64(), nullable=False),
        pa.field("records", pa.binary()),
    ]
)
"""What `scan` gives: many pings in one row, as `n` records of `shuffle.records`.

Without a tally, records are PING, one per ping and place that holds it. With the tally `outside_places` or `boundary`
they are MARK, one per ping, or per ping and place; with `devices_seen` MARK of a device and a local day. With
`uncertain` they are PING as well, one per ping and place, whose last bit says that the place holds the ping. With
`quarantined` they are rows of BAD as an Arrow stream, with `lines` LINES_RECORD, which all parts have. Any other row is
a tally alone, and the rows of the input it stands for. All records of a device, or of equal pings, have one `part`.
"""

BAD = pa.schema(
    [
        pa.field("reason", pa.int8(), nullable=False),
        pa.field("file", pa.int32(), nullable=False),
        pa.field("range", pa.int32(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("device", pa.string()),
        pa.field("raw", pa.string()),
    ]
)
"""Rows that cannot be used: the numbers of the reason and of the file, and the line from the start of a range."""

AWAY, MIRRORED = "away:", "mirrored"
"""What is counted of a sample of the kept pings: by kilometres from the extent of the places, as in `away:120`; and
those that are near it only with longitude and latitude exchanged."""

PLACED, HIDDEN = "placed", "hidden"
"""Of the rows of a day: pings of all places, of which one may be in several; rows of fewer than `privacy.k` devices."""

SEEN, SEEN_IN = "devices_seen", "devices_seen:"
"""What is counted of the panel: the devices of a day, and as in `devices_seen:2023-W09` those of a period."""

OUTSIDE_DAYS, DUPLICATE, OUTSIDE_PLACES, BOUNDARY = "outside_days", "duplicate", "outside_places", "boundary"
AUDITED, AUDIT_FAILED, SCANNED, QUARANTINED = "audited", "audit_failed", "scanned", "quarantined"
LINES = "lines"
"""What is counted beside the reasons: rows of other days, repeated rows, pings in no place, pings on a boundary, pings
looked up a second time by another way, those where it differed, rows that a reader gave which could not know their
number before, rows written to the quarantine, and lines of a range of a file."""
