"""The settings of a run: one typed, unchangeable model."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from footfall.periods import Kind
from footfall.settings import values
from footfall.settings.base import Model, Text, TimeZone
from footfall.settings.inputs import PingSettings
from footfall.settings.quality import Quality
from footfall.settings.storage import Catalog, Output, on_object_store
from footfall.settings.values import DayRange

OF_ENGINES = ("engine", "workers", "memory", "scratch", "task_timeout", "spark")
"""The settings that say what counts, and by which means; they change no count."""

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

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
Price = Annotated[float, Field(ge=0)] | None


class Privacy(Model):
    """What is held back to protect people."""

    k: Annotated[int, Field(ge=1)] = Field(
        default=5,
        description="Rows with fewer devices than this are suppressed, and rows by which they could be worked out."
        " 1 suppresses nothing; with 2, a suppressed row says that one device was there.",
    )


class SparkSettings(Model):
    """The Spark of this machine; other platforms bring their own."""

    remote: Annotated[str, Field(pattern=r"^sc://")] | None = Field(
        default=None,
        description="The address of a Spark Connect server, which then counts instead of a Spark of this process.",
        examples=["sc://localhost:15002"],
    )
    master: Text = Field(default="local[*]", description="The Spark master of a local run.")
    memory: Annotated[str, Field(pattern=values.MEMORY_PATTERN)] = Field(
        default="2g", description="Memory of the Java side of a local run.", examples=["2g", "512m"]
    )
    jars: Text | None = Field(
        default=None,
        description="A folder of jars for a local run whose `output` is s3://...; `make jars` fills `.jars`.",
        examples=[".jars"],
    )
    event_log: Text | None = Field(
        default=None,
        description="A folder for Spark's event log of a local run, for the history server; "
        "created if it does not exist.",
        examples=["footfall-output/events"],
    )


class Prices(Model):
    """What the surroundings of a run cost; where a price is set, the manifest says what the run cost.

    What Glue bills is known only after the run; the launcher reports it.
    """

    currency: Text = Field(default="USD", description="The currency of the prices.")
    core_hour: Price = Field(default=None, description="Of one core for an hour.", examples=[0.0334])
    gib_hour: Price = Field(default=None, description="Of one GiB of memory for an hour.", examples=[0.0045])
    dpu_hour: Price = Field(
        default=None,
        description="Of one data processing unit of Glue for an hour, by which the launcher tells the cost.",
        examples=[0.44],
    )


class JobSettings(Model):
    """The settings of a run of any job; each job adds its own."""

    count: Text = Field(description="What is counted: the name of a job.")
    pings: PingSettings = Field(description="Where the pings are and how they are written.")
    output: Output = Field(description="Where results go: a folder, or s3://bucket/prefix with a `catalog`.")
    catalog: Catalog = Field(
        default_factory=Catalog, description="The catalog that knows the table on an object store."
    )
    days: Days = Field(
        default="all", description="The days to count: `all`, one day, or `{from: day, to: day}`."
    )
    time_zone: TimeZone | None = Field(
        default=None,
        description="IANA time zone of the calendar days; by default `pings.time_zone`.",
        examples=["America/Guatemala"],
    )
    privacy: Privacy = Field(default_factory=Privacy, description="What is held back to protect people.")
    quality: Quality = Field(default_factory=Quality, description="When a run refuses to publish.")
    allow_empty: bool = Field(
        default=False, description="Whether a day without any ping is published as zeros."
    )
    lineage: Annotated[str, Field(pattern=r"^[^\s@]+$")] | None = Field(
        default=None,
        description="Where OpenLineage events go: a file that they are appended to, or the address of a server.",
        examples=["http://marquez:5000", "lineage.jsonl"],
    )
    engine: Literal["auto", "embedded", "spark"] = Field(
        default="auto",
        description="What counts: workers of this machine, or Spark; `auto` takes Spark where spark-submit or Glue"
        " started the process, or `output` is on an object store.",
    )
    workers: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Workers of the embedded engine; by default one for each core."
    )
    memory: Annotated[str, Field(pattern=values.MEMORY_PATTERN)] = Field(
        default="2g",
        description="Memory that the workers of the embedded engine may take together.",
        examples=["2g", "512m"],
    )
    scratch: Text | None = Field(
        default=None,
        description="A folder for what the embedded engine keeps on disk while it counts; by default the system's.",
    )
    task_timeout: Duration = Field(
        default=timedelta(minutes=30),
        description="A worker of the embedded engine that needs longer for one task is ended, and the run with it.",
        examples=["30min"],
    )
    prices: Prices = Field(default_factory=Prices, description="What a core, memory and units cost per hour.")
    spark: SparkSettings = Field(default_factory=SparkSettings, description="The Spark that counts.")

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
    def _agree_on_days_and_stores(self) -> Self:
        latest = self.pings.latest or date.max
        if self.days != "all" and not self.pings.earliest <= self.days.first <= self.days.last <= latest:
            raise ValueError(
                "`days` are not between `pings.earliest` and `pings.latest`: no ping can be of them"
            )
        if self.pings.format == "iceberg" and self.catalog.type is None:
            raise ValueError("`pings.format` is iceberg, so `catalog.type` is needed: it knows the table")
        if on_object_store(self.output) and self.catalog.type is None:
            raise ValueError(
                "`output` is on an object store, so `catalog.type` is needed: it knows the table"
            )
        return self

    @property
    def of_rows(self) -> tuple[str, ...]:
        """The settings that decide which rows are suppressed, or which pings count in a row."""
        return "privacy.k", "pings.accuracy_limit", "pings.null_devices"

    @property
    def reach(self) -> tuple[timedelta, timedelta]:
        """How far before and after the asked days pings are read as well."""
        return timedelta(0), timedelta(0)

    @property
    def look_back_days(self) -> int:
        """So many whole days before the asked ones are read as well."""
        return 0

    @property
    def periods(self) -> Kind | None:
        """Whether weeks or months are published beside the days; None if neither is."""
        return None

    @property
    def refuses_mirrored(self) -> bool:
        """Whether rows are quarantined that fit the places only with longitude and latitude exchanged."""
        return False

    @property
    def day_zone(self) -> str:
        """The IANA time zone that calendar days are in."""
        return self.time_zone or self.pings.time_zone

    def plausible_days(self, now: datetime) -> DayRange:
        """The days that a ping can be of, in `day_zone`: by default until the one after `now`."""
        today = now.astimezone(ZoneInfo(self.day_zone)).date()
        latest = self.pings.latest or max(today + timedelta(days=1), self.pings.earliest)
        return DayRange(self.pings.earliest, latest)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Give the JSON Schema of a settings file; the settings that are required come first."""
        schema = cls.model_json_schema()
        required = schema.get("required", ())
        properties = sorted(schema["properties"].items(), key=lambda each: each[0] not in required)
        schema["properties"] = dict(properties) | {"day": values.ONE_DAY_SCHEMA}
        for key, field in cls.model_fields.items():
            if isinstance(field.default, timedelta):
                schema["properties"][key]["default"] = values.duration_text(field.default)
        either = {"required": ["day", "days"]}
        return {
            "$schema": SCHEMA_DIALECT,
            **schema,
            "title": f"{cls.job().capitalize()} settings",
            "not": either,
        }

    @classmethod
    def job(cls) -> str:
        """The name of the job whose settings they are."""
        return str(cls.model_fields["count"].default)
