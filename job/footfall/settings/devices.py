"""The settings of devices that cannot be: rules on what one device, or one coordinate, sends on a day."""

from typing import Annotated

from pydantic import Field

from footfall.settings.base import Model


class Devices(Model):
    """Rules on devices; by default none is asked. Each looks at all pings of a local day, in a place or not."""

    max_pings_per_day: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="A device with more distinct pings on a local day than this is no person: its rows of that day are"
        " quarantined (`too_many_pings`).",
        examples=[5000],
    )
    max_devices_per_coordinate: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="A longitude and latitude from which more devices than this send on a local day is no measured"
        " position, but the middle of a town or of a postal code: its rows of that day are quarantined"
        " (`shared_coordinate`).",
        examples=[50],
    )
    max_speed_kmh: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="A device that is faster than this, in km/h, between two successive pings of a local day cannot be"
        " one device: its rows of that day are quarantined (`too_fast`).",
        examples=[1200],
    )

    @property
    def limits(self) -> dict[str, float | None]:
        """The limit of each rule, None where it is not asked, by the reason of the rows that break it."""
        return {
            "too_many_pings": self.max_pings_per_day,
            "shared_coordinate": self.max_devices_per_coordinate,
            "too_fast": self.max_speed_kmh,
        }

    @property
    def has_rules(self) -> bool:
        """Whether any rule is asked."""
        return self != Devices()
