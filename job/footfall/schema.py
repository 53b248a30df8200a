"""The contract between the steps: names, types and units of every table that passes from one to the next."""

from dataclasses import dataclass

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
    """A file that the run reads: its path and its size in bytes."""

    path: str
    bytes: int


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
        t.StructField("day", t.DateType()),
        t.StructField("reason", t.StringType()),
    ]
)
"""What `clean` gives: the local day, and why the row is not kept; null for kept rows."""

PINGS_DISTINCT = t.StructType(
    [
        t.StructField("reason", t.StringType()),
        t.StructField("day", t.DateType()),
        t.StructField("device", t.StringType()),
        t.StructField("at", t.TimestampType()),
        t.StructField("lon", t.DoubleType()),
        t.StructField("lat", t.DoubleType()),
        t.StructField("n", t.LongType(), nullable=False),
    ]
)
"""Each kept ping once, with the number `n` of rows that say it; and one row per reason with its number of rows."""

PINGS_LOCATED = t.StructType(
    [
        t.StructField("tally", t.StringType()),
        t.StructField("place", t.IntegerType()),
        t.StructField("day", t.DateType()),
        t.StructField("device", t.StringType()),
        t.StructField("at", t.TimestampType()),
        t.StructField("n", t.LongType(), nullable=False),
    ]
)
"""One row per ping and place that holds it, by the place's number; `n` is 1 for the ping's first place, else 0.

Everything else arrives as numbers: rows with a `tally`, a reason or one of TALLIES, and how many per day.
"""

OUTSIDE_DAYS, DUPLICATE, OUTSIDE_PLACES, BOUNDARY = TALLIES = (
    "outside_days",
    "duplicate",
    "outside_places",
    "boundary",
)
"""What is counted beside the reasons: rows of other days, repeated rows, pings in no place, pings on a boundary."""
