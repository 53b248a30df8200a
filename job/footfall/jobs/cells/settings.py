"""The settings of the job."""

from typing import Annotated, Literal

from pydantic import Field

from footfall.settings import JobSettings


class Settings(JobSettings):
    """All settings of a run that counts in cells."""

    count: Literal["cells"] = Field(
        default="cells",
        description="What is counted: `cells` are pings and devices in each cell of H3 and each hour.",
    )
    resolution: Annotated[int, Field(ge=0, le=15)] = Field(
        default=9,
        description="The resolution of H3: a cell of 9 has about 0.1 km2, one of 8 seven times as much.",
    )

    @property
    def of_rows(self) -> tuple[str, ...]:
        """With the one that decides in which cell a ping counts."""
        return (*super().of_rows, "resolution")
