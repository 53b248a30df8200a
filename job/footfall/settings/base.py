"""What all models of settings have in common."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from footfall.settings import values

Text = Annotated[str, Field(min_length=1)]
TimeZone = Annotated[str, AfterValidator(values.check_time_zone), Field(min_length=1)]


class Model(BaseModel):
    """Settings that cannot be changed, and that refuse what they do not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
