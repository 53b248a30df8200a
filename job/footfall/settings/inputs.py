"""The settings of what a run reads: pings and places."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from footfall.settings import values
from footfall.settings.base import Model, Text, TimeZone
from footfall.settings.place_formats import names as place_formats

Day = Annotated[
    date,
    BeforeValidator(values.parse_day),
    PlainSerializer(date.isoformat, return_type=str),
    WithJsonSchema(values.DAY_SCHEMA),
]
Delimiter = Annotated[str, AfterValidator(values.check_delimiter), Field(min_length=1)]

NULL_DEVICES = (
    *("\\N", "null", "(null)", "<null>", "[null]", "nil", "none", "nan", "na", "n/a", "#n/a", "<na>"),
    *("undefined", "unknown", '""', "''", "-"),
    "00000000-0000-0000-0000-000000000000",  # an advertising id that its owner has turned off
    "d41d8cd98f00b204e9800998ecf8427e",  # MD5 of nothing, and then its SHA-1 and SHA-256
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
)
"""Words that files have in place of a missing device id."""


class PingColumns(Model):
    """Which columns of the input hold the parts of a ping."""

    device: Text = Field(default="device", description="Column of the device id.")
    lat: Text = Field(default="lat", description="Column of the latitude, in decimal degrees of WGS84.")
    lon: Text = Field(default="lon", description="Column of the longitude, in decimal degrees of WGS84.")
    at: Text | None = Field(default=None, description="Column of the time; where none is named, `at`.")
    date: Text | None = Field(default=None, description="Column of the date, next to `time`.")
    time: Text | None = Field(default=None, description="Column of the time of day, next to `date`.")
    accuracy: Text | None = Field(default=None, description="Column of the accuracy, in metres.")

    @model_validator(mode="before")
    @classmethod
    def _take_at_where_no_time_is_named(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and all(given.get(key) is None for key in ("at", "date", "time")):
            return {**given, "at": "at"}
        return given

    @model_validator(mode="after")
    def _name_the_time_once(self) -> Self:
        if self.at is not None and (self.date is not None or self.time is not None):
            raise ValueError("the time is named twice: give either `at`, or `date` and `time`")
        if (self.date is None) != (self.time is None):
            raise ValueError("half of the time is named: `date` and `time` go together")
        return self

    @model_validator(mode="after")
    def _use_a_column_once(self) -> Self:
        column, uses = Counter(name for _, name in self if name is not None).most_common(1)[0]
        if uses > 1:
            raise ValueError(f"the column {column!r} is named {uses} times: each part needs its own column")
        return self


class PingSettings(Model):
    """Where the pings are and how they are written."""

    path: Text | Annotated[list[Text], Field(min_length=1)] = Field(
        description="A file, a folder, a glob such as `data/*.csv.gz`, or a list of these; with `format: iceberg`"
        " the name of a table in the `catalog`, as `database.table`."
    )
    format: Literal["auto", "csv", "parquet", "iceberg"] = Field(
        default="auto",
        description="How files are written; `auto` goes by their names, and never is `iceberg`.",
    )
    time_zone: TimeZone = Field(
        default="UTC",
        description="IANA time zone of times that are written without one.",
        examples=["America/Guatemala"],
    )
    time_format: Text = Field(
        default="auto",
        description="How times are written: `auto`, `iso`, `epoch_s`, `epoch_ms` or a datetime pattern,"
        " applied to `at`, or to `date`, a space and `time`.",
        examples=["dd/MM/yyyy HH:mm:ss"],
    )
    delimiter: Delimiter = Field(
        default=",", description="The character between the fields of CSV; `\\t` is a tab."
    )
    decimal: Literal[".", ","] = Field(
        default=".", description="The sign before the fraction of coordinates and accuracies that are text."
    )
    earliest: Day = Field(
        default=date(2000, 1, 1),
        description="The first day that a ping can be of; one that says an earlier time is quarantined.",
    )
    latest: Day | None = Field(
        default=None,
        description="The last day that a ping can be of; one that says a later time is quarantined. By default the day"
        " after the one on which the run begins.",
    )
    null_devices: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        default=NULL_DEVICES,
        description="Ids that stand for no device, whatever their case; a row with one has no device.",
    )
    accuracy_limit: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Pings whose accuracy is worse than this many metres are quarantined."
    )
    uncertainty: bool = Field(
        default=False,
        description="Whether pings are counted as well that are certainly inside, and those that are possibly inside,"
        " by the circle of their accuracy: `certain_pings` and `possible_pings`. Needs `columns.accuracy`.",
    )
    columns: PingColumns = Field(default_factory=PingColumns, description="Which column holds what.")

    @model_validator(mode="after")
    def _know_the_accuracy_that_is_limited(self) -> Self:
        if self.accuracy_limit is not None and self.columns.accuracy is None:
            raise ValueError("`accuracy_limit` needs `columns.accuracy`, the column it is compared with")
        if self.uncertainty and self.columns.accuracy is None:
            raise ValueError(
                "`uncertainty` needs `columns.accuracy`, the column of the circles' radii in metres"
            )
        return self

    @model_validator(mode="after")
    def _let_pings_be_of_some_day(self) -> Self:
        if self.latest is not None and self.latest < self.earliest:
            raise ValueError("`latest` is before `earliest`: no ping could be of any day")
        return self

    @model_validator(mode="after")
    def _name_one_table(self) -> Self:
        if self.format == "iceberg" and not re.fullmatch(r"\w+\.\w+", str(self.path)):
            raise ValueError(
                "`path` is not the name of a table, as database.table, which `format: iceberg` needs"
            )
        return self


class PlaceColumns(Model):
    """Which columns of the input describe a place."""

    place_id: Text = Field(
        default="place_id", description="Column of the id that names a place in the results."
    )
    name: Text | None = Field(default=None, description="Column of the name that people read.")
    category: Text | None = Field(
        default=None, description="Column of the category, for `privacy.deny_categories`."
    )
    parent: Text | None = Field(
        default=None,
        description="Column of the `place_id` of the place that this one is a part of, as the mall of a shop.",
    )
    geometry: Text | None = Field(
        default=None,
        description="Column of the shapes, in CSV and Parquet that does not name it itself: WKT, WKB, both also"
        " with an SRID, WKB as hexadecimal text, or GeoJSON.",
        examples=["polygon_wkt"],
    )
    lat: Text | None = Field(
        default=None, description="Column of the latitude of a place that is a point, next to `lon`."
    )
    lon: Text | None = Field(
        default=None, description="Column of the longitude of a place that is a point, next to `lat`."
    )
    radius: Text | None = Field(
        default=None,
        description="Column of the radius in metres of places that are points; where it is blank, `places.radius`.",
    )

    @model_validator(mode="after")
    def _name_the_shapes_once(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("half of a point is named: `lat` and `lon` go together")
        if self.geometry is not None and self.lat is not None:
            raise ValueError("the shapes are named twice: give either `geometry`, or `lat` and `lon`")
        return self


class PlaceSettings(Model):
    """Where the polygons are and how they are written."""

    path: Text = Field(
        description=f"A file, packed or not: {place_formats()}.",
    )
    layer: Text | None = Field(default=None, description="The layer to read, where the file has several.")
    crs: Text | None = Field(
        default=None,
        description="The coordinate reference system where the file states none; it may not contradict it.",
        examples=["EPSG:4326"],
    )
    encoding: Annotated[str, AfterValidator(values.check_encoding), Field(min_length=1)] | None = Field(
        default=None,
        description="The encoding of text in CSV, GeoJSON, GeoPackage and a shapefile's `.dbf`; it goes before what a"
        " `.cpg` states. By default what the file states, else UTF-8.",
        examples=["shift_jis", "latin-1"],
    )
    radius: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="Places that are points become circles of this many metres around them.",
        examples=[50],
    )
    columns: PlaceColumns = Field(default_factory=PlaceColumns, description="Which column holds what.")
    invalid: Literal["repair", "refuse"] = Field(
        default="repair",
        description="What happens to an invalid polygon: it is repaired and reported, or the run is refused.",
    )
    same_id: Literal["auto", "merge", "refuse"] = Field(
        default="auto", description="What happens to several features with one place id."
    )
    parents: Literal["column", "containment"] = Field(
        default="column",
        description="How places are known to be parts of others, whose totals then count nothing twice: by"
        " `places.columns.parent`, where it is named, or by `containment` of their shapes.",
    )

    @model_validator(mode="after")
    def _give_points_a_radius(self) -> Self:
        if self.columns.lat is not None and self.radius is None and self.columns.radius is None:
            raise ValueError("points need a radius in metres: give `radius`, or `columns.radius`")
        return self

    @model_validator(mode="after")
    def _name_parents_once(self) -> Self:
        if self.parents == "containment" and self.columns.parent is not None:
            raise ValueError(
                "parents are named twice: give either `columns.parent`, or `parents: containment`"
            )
        return self
