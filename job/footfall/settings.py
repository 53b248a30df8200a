"""The settings of a run: one typed, unchangeable model."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from footfall import settings_values as values
from footfall.settings_values import DayRange as DayRange

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

Text = Annotated[str, Field(min_length=1)]
TimeZone = Annotated[str, AfterValidator(values.check_time_zone), Field(min_length=1)]
Delimiter = Annotated[str, AfterValidator(values.check_delimiter), Field(min_length=1)]
Duration = Annotated[
    timedelta,
    BeforeValidator(values.parse_duration),
    PlainSerializer(values.duration_text, return_type=str),
    WithJsonSchema(values.DURATION_SCHEMA),
]
Days = Annotated[
    Literal["all"] | DayRange,
    BeforeValidator(values.parse_days),
    PlainSerializer(values.days_text),
    WithJsonSchema(values.DAYS_SCHEMA),
]
Share = Annotated[float, Field(ge=0, le=1)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class PingColumns(_Model):
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


class PingSettings(_Model):
    """Where the pings are and how they are written."""

    path: Text | Annotated[list[Text], Field(min_length=1)] = Field(
        description="A file, a folder, a glob such as `data/*.csv.gz`, or a list of these."
    )
    format: Literal["auto", "csv", "parquet"] = Field(
        default="auto", description="How files are written; `auto` goes by their names."
    )
    time_zone: TimeZone = Field(
        default="UTC",
        description="IANA time zone of times that are written without one.",
        examples=["America/Guatemala"],
    )
    time_format: Text = Field(
        default="auto",
        description="How times are written: `auto`, `iso`, `epoch_s`, `epoch_ms` or a Spark datetime pattern,"
        " applied to `at`, or to `date`, a space and `time`.",
        examples=["dd/MM/yyyy HH:mm:ss"],
    )
    delimiter: Delimiter = Field(
        default=",", description="The character between the fields of CSV; `\\t` is a tab."
    )
    accuracy_limit: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Pings whose accuracy is worse than this many metres are quarantined."
    )
    columns: PingColumns = Field(default_factory=PingColumns, description="Which column holds what.")

    @model_validator(mode="after")
    def _know_the_accuracy_that_is_limited(self) -> Self:
        if self.accuracy_limit is not None and self.columns.accuracy is None:
            raise ValueError("`accuracy_limit` needs `columns.accuracy`, the column it is compared with")
        return self


class PlaceColumns(_Model):
    """Which columns of the input describe a place."""

    place_id: Text = Field(
        default="place_id", description="Column of the id that names a place in the results."
    )
    name: Text | None = Field(default=None, description="Column of the name that people read.")
    category: Text | None = Field(
        default=None, description="Column of the category, for `privacy.deny_categories`."
    )


class PlaceSettings(_Model):
    """Where the polygons are and how they are written."""

    path: Text = Field(description="A shapefile (also zipped), GeoJSON, GeoPackage or GeoParquet.")
    layer: Text | None = Field(default=None, description="The layer to read, where the file has several.")
    crs: Text | None = Field(
        default=None,
        description="The coordinate reference system where the file states none; it may not contradict it.",
        examples=["EPSG:4326"],
    )
    columns: PlaceColumns = Field(default_factory=PlaceColumns, description="Which column holds what.")
    invalid: Literal["repair", "refuse"] = Field(
        default="repair",
        description="What happens to an invalid polygon: it is repaired and reported, or the run is refused.",
    )
    same_id: Literal["auto", "merge", "refuse"] = Field(
        default="auto", description="What happens to several features with one place id."
    )


class Privacy(_Model):
    """What is held back to protect people."""

    k: Annotated[int, Field(ge=1)] = Field(
        default=5, description="Rows with fewer devices than this are suppressed."
    )
    deny_categories: Annotated[tuple[Text, ...], Field(strict=False)] = Field(
        default=(), description="Categories of places that are refused.", examples=[["clinic", "school"]]
    )


class Quality(_Model):
    """The gate: beyond these limits the run refuses to publish and still writes its report."""

    max_quarantined_share: Share = Field(
        default=1.0, description="Highest share of the rows read that is quarantined."
    )
    max_outside_share: Share = Field(
        default=1.0, description="Highest share of the kept pings that is in no place."
    )
    min_rows: Annotated[int, Field(ge=0)] = Field(default=0, description="Lowest number of rows read.")


class SparkSettings(_Model):
    """The Spark of this machine; other platforms bring their own."""

    master: Text = Field(default="local[*]", description="The Spark master of a local run.")
    memory: Annotated[str, Field(pattern=values.MEMORY_PATTERN)] = Field(
        default="2g", description="Memory of the Java side of a local run.", examples=["2g", "512m"]
    )


class Settings(_Model):
    """All settings of a run."""

    pings: PingSettings = Field(description="Where the pings are and how they are written.")
    places: PlaceSettings = Field(description="Where the polygons are and how they are written.")
    output: Text = Field(description="The folder that results go to.")
    days: Days = Field(
        default="all", description="The days to count: `all`, one day, or `{from: day, to: day}`."
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="IANA time zone of the calendar days; by default `pings.time_zone`.",
        examples=["America/Guatemala"],
    )
    visit_gap: Duration = Field(
        default=timedelta(minutes=30),
        description="The longest time between two pings of one visit.",
        examples=["30min"],
    )
    visit_horizon: Duration = Field(
        default=timedelta(hours=24),
        description="How long past the end of its start day a visit is followed; at least `visit_gap`.",
        examples=["24h"],
    )
    boundary: Literal["open", "closed", "half_open"] = Field(
        default="open",
        description="Whether a ping on a boundary is inside: never, always, or in one of two neighbours.",
    )
    privacy: Privacy = Field(default_factory=Privacy, description="What is held back to protect people.")
    quality: Quality = Field(default_factory=Quality, description="When a run refuses to publish.")
    allow_empty: bool = Field(
        default=False, description="Whether a day without any ping is published as zeros."
    )
    spark: SparkSettings = Field(default_factory=SparkSettings, description="The Spark of this machine.")

    @model_validator(mode="before")
    @classmethod
    def _read_day_as_days(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "day" not in given:
            return given
        if "days" in given:
            raise ValueError("both `day` and `days` are given: they are one setting")
        rest = {key: value for key, value in given.items() if key != "day"}
        return {**rest, "days": {"from": given["day"], "to": given["day"]}}

    @model_validator(mode="after")
    def _agree_with_each_other(self) -> Self:
        if self.visit_horizon < self.visit_gap:
            raise ValueError("`visit_horizon` is shorter than `visit_gap`: a visit is followed for one gap")
        if self.privacy.deny_categories and self.places.columns.category is None:
            raise ValueError("`privacy.deny_categories` needs `places.columns.category`, to compare with")
        return self

    @property
    def day_zone(self) -> str:
        """The IANA time zone that calendar days are in."""
        return self.time_zone or self.pings.time_zone

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Give the JSON Schema of a settings file."""
        schema = cls.model_json_schema()
        schema["properties"]["day"] = values.ONE_DAY_SCHEMA
        for key in ("visit_gap", "visit_horizon"):
            schema["properties"][key]["default"] = values.duration_text(cls.model_fields[key].default)
        either = {"required": ["day", "days"]}
        return {"$schema": SCHEMA_DIALECT, **schema, "title": "Footfall settings", "not": either}
