"""The settings of the panel: the devices that the input has, wherever they are."""

from pydantic import Field

from footfall.settings.base import Model, Text


class Panel(Model):
    """What is counted of the panel, beside the places."""

    count: bool = Field(
        default=False,
        description="Whether the manifest says how many devices were seen on each day, and in each week or month,"
        " in a place or not.",
    )
    scaling: Text | None = Field(
        default=None,
        description="A CSV file with the columns `day` and `factor`: then the table has, beside the numbers that were"
        " counted, pings, devices and visits of each day times its factor.",
        examples=["factors.csv"],
    )
