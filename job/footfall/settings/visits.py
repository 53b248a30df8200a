"""The settings of a run that counts visits to places."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from footfall.periods import Kind, period_of
from footfall.settings.base import Text
from footfall.settings.devices import Devices
from footfall.settings.inputs import PlaceSettings
from footfall.settings.lengths import Lengths
from footfall.settings.model import Duration, JobSettings, Privacy
from footfall.settings.panel import Panel
from footfall.settings.quality import PlaceQuality


class PlacePrivacy(Privacy):
    """The same where places are counted."""

    deny_categories: Annotated[tuple[Text, ...], Field(strict=False)] = Field(
        default=(), description="Categories of places that are refused.", examples=[["clinic", "school"]]
    )


class Settings(JobSettings):
    """All settings of a run that counts footfall: visits to places."""

    count: Literal["footfall"] = Field(
        default="footfall",
        description="What is counted: `footfall`, visits to places with their pings and devices, or another job.",
    )
    places: PlaceSettings = Field(description="Where the polygons are and how they are written.")
    period: Literal["day", "week", "month"] = Field(
        default="day",
        description="`week` (Monday to Sunday) and `month` publish, beside the days, a table of weeks or months, in"
        " which a device counts once however often it came; `days` are then whole weeks or months, or `all`.",
    )
    look_back: Annotated[int, Field(ge=1, le=366)] | None = Field(
        default=None,
        description="So many days before each week or month are read as well, to tell devices that return to a place"
        " from those that are new there.",
        examples=[28],
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
    visits_of_at_least: Lengths | None = Field(
        default=None,
        description="Durations in ascending order: for each, the visits that last at least so long are counted as well."
        " A visit of one ping, whose dwell is unknown, is none of them. At most 8.",
        examples=[["5min", "20min"]],
    )
    boundary: Literal["open", "closed", "half_open"] = Field(
        default="open",
        description="Whether a ping on a boundary is inside: never, always, or in one of two neighbours.",
    )
    devices: Devices = Field(
        default_factory=Devices, description="Which devices cannot be, by what they send on a day."
    )
    panel: Panel = Field(
        default_factory=Panel, description="What is counted of all devices, wherever they are."
    )
    privacy: PlacePrivacy = Field(
        default_factory=PlacePrivacy, description="What is held back to protect people."
    )
    quality: PlaceQuality = Field(default_factory=PlaceQuality, description="When a run refuses to publish.")

    @model_validator(mode="after")
    def _agree_with_each_other(self) -> Self:
        if self.visit_horizon < self.visit_gap:
            raise ValueError("`visit_horizon` is shorter than `visit_gap`: a visit is followed for one gap")
        if self.privacy.deny_categories and self.places.columns.category is None:
            raise ValueError("`privacy.deny_categories` needs `places.columns.category`, to compare with")
        if problem := self._wrong_period():
            raise ValueError(problem)
        return self

    def _wrong_period(self) -> str | None:
        """What is wrong with `period`, if anything is."""
        if self.period == "day":
            return "`look_back` is of weeks and months, and `period` is day" if self.look_back else None
        if self.days == "all":
            return None
        first, last = (period_of(self.period, day) for day in (self.days.first, self.days.last))
        if (first.first, last.last) == (self.days.first, self.days.last):
            return None
        return f"`days` are not whole {self.period}s of `period`; those around them are {first.first} to {last.last}"

    @property
    def of_rows(self) -> tuple[str, ...]:
        """With those that decide which pings count in a place."""
        return (*super().of_rows, "boundary", "devices")

    @property
    def reach(self) -> tuple[timedelta, timedelta]:
        """What visits over midnight need."""
        return self.visit_gap, self.visit_horizon

    @property
    def look_back_days(self) -> int:
        """The setting `look_back`."""
        return self.look_back or 0

    @property
    def periods(self) -> Kind | None:
        """The setting `period`, unless it is `day`."""
        return None if self.period == "day" else self.period

    @property
    def refuses_mirrored(self) -> bool:
        """Whether `quality.swapped_axes` refuses them."""
        return self.quality.swapped_axes == "refuse"
