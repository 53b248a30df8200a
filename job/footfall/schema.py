"""The contract between the steps: names, types and units of every table that passes from one to the next."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyspark.sql import types as t

PINGS_READ = t.StructType(
    [
        t.StructField("device", t.StringType()),
        t.StructField("at", t.TimestampType()),
        t.StructField("lon", t.DoubleType()),
        t.StructField("lat", t.DoubleType()),
        t.StructField("accuracy", t.DoubleType()),
        t.StructField("defect", t.StringType()),
        t.StructField("raw", t.StringType()),
        t.StructField("file", t.StringType()),
    ]
)
"""What `read` gives: WGS84 degrees, UTC instants, accuracy in metres; `defect` says why a row could not be read."""

FIRST_INSTANT, LAST_INSTANT = "0001-01-02 00:00:00", "9999-12-30 00:00:00"
"""Between these, both in UTC, every zone's local time lies in the calendar of dates."""


def _micros(text: str) -> int:
    since_1970 = datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return since_1970 // timedelta(microseconds=1)


CALENDAR = (_micros(FIRST_INSTANT), _micros(LAST_INSTANT) + 1)
"""The instants that a ping can have in microseconds since 1970 UTC, the second exclusive."""

FOOTFALL = t.StructType(
    [
        t.StructField("place_id", t.StringType(), nullable=False),
        t.StructField("day", t.DateType(), nullable=False),
        t.StructField("pings", t.LongType()),
        t.StructField("devices", t.LongType()),
        t.StructField("visits", t.LongType()),
        t.StructField("single_ping_visits", t.LongType()),
        t.StructField("dwell_seconds_p25", t.DoubleType()),
        t.StructField("dwell_seconds_p50", t.DoubleType()),
        t.StructField("dwell_seconds_p75", t.DoubleType()),
        t.StructField("visits_by_hour", t.ArrayType(t.IntegerType(), containsNull=False)),
        t.StructField("dwell_buckets", t.ArrayType(t.IntegerType(), containsNull=False)),
        t.StructField("suppressed", t.BooleanType(), nullable=False),
    ]
)
"""What is published: one row per place and local day; measures are null where `suppressed`."""

DWELL_BUCKETS = ("<5", "5-10", "11-20", "21-60", "61-120", "121-240", ">240")
"""Minutes of dwell, whole minutes counted: 10 min 59 s is still in 5-10."""

DWELL_BUCKET_ENDS = (5, 11, 21, 61, 121, 241)
"""Where the buckets end, in minutes, exclusive; the last has no end."""

QUARANTINE = t.StructType(
    [
        t.StructField("run_id", t.StringType(), nullable=False),
        t.StructField("reason", t.StringType(), nullable=False),
        t.StructField("file", t.StringType()),
        t.StructField("device", t.StringType()),
        t.StructField("raw", t.StringType()),
    ]
)
"""Rows that could not be counted, as they stood in the input; they hold device ids, so guard them as the input."""

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
    "coordinates_swapped",
    "coordinate_out_of_range",
    "coordinate_zero",
    "accuracy_too_poor",
)
"""Why a row is quarantined, in the order in which the rules are asked; a row has the first that applies."""


@dataclass(frozen=True)
class InputFile:
    """A file that the run reads: its path and its size in bytes; of an object, `version` is its store's ETag."""

    path: str
    bytes: int
    version: str | None = None


@dataclass(frozen=True)
class Place:
    """A place: its polygon or multipolygon is valid WKB in WGS84 degrees, x = longitude, y = latitude."""

    place_id: str
    name: str | None
    category: str | None
    wkb: bytes


Places = tuple[Place, ...]
"""Places sorted by `place_id`; a place's position is its number inside the run."""

PINGS_JUDGED = t.StructType(
    [
        *PINGS_READ.fields,
        t.StructField("reason", t.StringType()),
    ]
)
"""What `clean` gives: why the row is not kept; null for kept rows."""

PINGS_LOCATED = t.StructType(
    [
        t.StructField("part", t.IntegerType(), nullable=False),
        t.StructField("tally", t.StringType()),
        t.StructField("n", t.LongType(), nullable=False),
        t.StructField("records", t.BinaryType()),
    ]
)
"""What `locate` gives: many pings in one row, as `n` records of `packed`.

Without a tally, records are PING, one per ping and place that holds it. With the tally `outside_places` or `boundary`
they are MARK, one per ping, or per ping and place. Any other row is a tally alone: a reason, or one of TALLIES, and how
many rows of the input it stands for. All records of a device, or of equal pings, have the same `part`.
"""

COUNTED = t.StructType(
    [
        t.StructField("tally", t.StringType()),
        t.StructField("place", t.IntegerType()),
        t.StructField("day", t.DateType()),
        t.StructField("n", t.LongType(), nullable=False),
        *(field for field in FOOTFALL if field.name not in ("place_id", "day", "suppressed")),
    ]
)
"""What `aggregate` counts: the measures per place and day, none suppressed, with `n`, the pings counted first there;
and the number `n` per tally and day."""

OUTSIDE_DAYS, DUPLICATE, OUTSIDE_PLACES, BOUNDARY, UNSOUND, AUDITED, AUDIT_FAILED, SCANNED = TALLIES = (
    "outside_days",
    "duplicate",
    "outside_places",
    "boundary",
    "unsound",
    "audited",
    "audit_failed",
    "scanned",
)
"""What is counted beside the reasons: rows of other days, repeated rows, pings in no place, pings on a boundary, rows
with a reason that is not told yet, pings looked up a second time by another way, those where it differed, and rows that
a reader gave which could not know their number before."""
