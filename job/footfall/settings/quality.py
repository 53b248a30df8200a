"""The settings of the gate: what is asked of a run before it is published."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field

from footfall.settings.base import Model

Share = Annotated[float, Field(ge=0, le=1)]
Level = Literal["refuse", "warn", "allow"]
"""What comes of a gate that fails: the run is not published; it is, with a warning; or nothing."""


class Limits(Model):
    """What is asked of the numbers of a run; by default nothing."""

    max_quarantined_share: Share = Field(
        default=1.0, description="Highest share of the rows read that is quarantined."
    )
    max_outside_share: Share = Field(
        default=1.0, description="Highest share of the kept pings that is in no place."
    )
    min_rows: Annotated[int, Field(ge=0)] = Field(default=0, description="Lowest number of rows read.")
    max_change: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="Highest change of a day's pings in places, up or down, as a share of the published day before.",
        examples=[0.5],
    )

    @property
    def has_limits_of_rows(self) -> bool:
        """Whether something is asked of the rows of a run, which of several days together is another thing."""
        return any(self.is_set(name) for name in Limits.model_fields if name != "max_change")

    def is_set(self, name: str) -> bool:
        """Whether the limit of that name asks for something."""
        return bool(getattr(self, name) != Limits.model_fields[name].default)


class Quality(Limits):
    """The gate: beyond these limits the run refuses to publish, and says why."""

    warn: Limits = Field(
        default_factory=Limits,
        description="The same limits once more: beyond these the run warns, and publishes.",
    )
    other_counts: Level = Field(
        default="refuse",
        description="Where the output has counts of these days by another run, there or here with suppressed rows, of"
        " other places, days of another zone, or by other rules (`privacy.k`, `boundary`, `pings.accuracy_limit`,"
        " `pings.null_devices`, `devices`): the difference may be a suppressed number. A run that is refused for it"
        " writes no report.",
    )

    def without_limits(self) -> Self:
        """The gate that lets every run pass."""
        levels: dict[str, Any] = {
            name: "allow" for name in type(self).model_fields if isinstance(getattr(self, name), str)
        }
        return type(self)(**levels)

    @property
    def limits_a_run(self) -> bool:
        """Whether the gate refuses or warns by the rows of a run."""
        return self.has_limits_of_rows or self.warn.has_limits_of_rows


class PlaceQuality(Quality):
    """The gate of a job that counts in places."""

    swapped_axes: Level = Field(
        default="refuse",
        description="Where pings fit the places only with longitude and latitude exchanged: such rows are quarantined,"
        " and a run of which they are most is refused; or they are counted as they stand, with a warning or without.",
    )
    places_apart: Level = Field(
        default="refuse", description="Where no ping lies near any place, as with places of another country."
    )
    no_ping_inside: Level = Field(
        default="refuse",
        description="Where pings lie near the places and none in one, though chance would have put ten there;"
        " with fewer the run warns.",
    )
