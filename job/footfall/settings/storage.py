"""The settings of outputs on an object store: where they go, and the catalog that knows the table."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from footfall.errors import SettingsError
from footfall.settings.base import Model, Text

_OBJECT_STORE = re.compile(r"^s3a?://")
_BUCKET = re.compile(r"^s3a?://[^/\s]+(/.*)?$")
_SECRET = re.compile(r"(secret|password|token|credential|access-key)(?!s-provider$)", re.IGNORECASE)
CATALOG = "lake"
"""The catalog's name inside the job's Spark."""

FROM_ENVIRONMENT = "env:"
"""A property that begins so is the name of a variable."""


def on_object_store(path: str) -> bool:
    """Whether a path is on an object store instead of a file system."""
    return bool(_OBJECT_STORE.match(path))


def check_output(path: str) -> str:
    """Pass on a local folder, or a bucket and prefix without a slash at the end.

    Raises:
        ValueError: It is some other address, or names no bucket.
    """
    if "://" in path and not _BUCKET.match(path):
        raise ValueError("it is neither a local folder nor s3://bucket/prefix")
    return path.rstrip("/") if on_object_store(path) else path


Output = Annotated[str, AfterValidator(check_output), Field(min_length=1)]


class Catalog(Model):
    """The catalog that knows the table on an object store."""

    type: Literal["glue", "jdbc", "rest"] | None = Field(
        default=None,
        description="The kind of Iceberg catalog; needed where `output` is s3://... or `pings.format` is iceberg.",
    )
    database: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")] = Field(
        default="footfall", description="The database of the table `footfall`; created if it does not exist."
    )
    properties: dict[Text, str] = Field(
        default_factory=dict,
        description="Properties of the Iceberg catalog; secrets only as `env:NAME`, the variable that holds them.",
        examples=[{"client.region": "eu-central-1"}],
    )

    @model_validator(mode="after")
    def _hold_no_secret(self) -> Self:
        for name, value in self.properties.items():
            if _SECRET.search(name) and not value.startswith(FROM_ENVIRONMENT):
                raise ValueError(
                    f"`properties` hold the secret {name!r}: use a role, or name a variable as env:NAME"
                )
        return self

    def resolved(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The properties, with the values of the variables that they name.

        Raises:
            SettingsError: A property names a variable that is not set.
        """
        return {name: _value(name, text, environ) for name, text in self.properties.items()}


def _value(name: str, text: str, environ: Mapping[str, str]) -> str:
    variable = text.removeprefix(FROM_ENVIRONMENT)
    if variable == text:
        return text
    if variable not in environ:
        raise SettingsError(
            f"The variable {variable} is not set",
            where=f"setting catalog.properties, {name}: {text}",
            fix="Set it, from a secret; or take the property out and use a role.",
        )
    return environ[variable]
